"""The English texts of e-mails and text messages to our own people; `{}` stands for the lead."""

OUTSIDE: dict[str, str] = {
    "sms.page": "Lead SLA on call: {tier} lead {{}}. Press by {press}, contact by {due}.{rest}",
    "sms.page.no_press": "Lead SLA on call: {tier} lead {{}}. Contact by {due}.{rest}",
    "sms.new": "Lead SLA: {tier} lead {{}}. Contact by {due}.{rest}",
    "sms.deadline": "Lead SLA: Deadline passed: {{}}. Due {due}.{rest}",
    "sms.breached": "Lead SLA: Breached: {{}}, {tier}, {owner}. Due {due}.",
    "mail.page.subject": "On call: {tier} lead {lead}. I'm on it by {press}, contact by {due}",
    "mail.open_in_slack": "Open in Slack: {url}",
    "mail.open_crm": "Open in CRM: {url}",
    "mail.slack_away": "Slack cannot be reached at the moment, so this comes by e-mail. "
    "Contacts can be logged when it is back.",
    "outage.subject": "Slack is away since {since}: {count} to call",
    "outage.first": "Slack cannot be reached since {since}. Leads come in as always and their clocks run.",
    "outage.calls": "Who has to call whom, the most urgent first:",
    "outage.row": "{due} · {owner} · {lead}, {tier} · {reach}",
    "outage.late": "was due {due}",
    "outage.by": "by {due}",
    "outage.none": "No lead waits for a contact.",
    "outage.more": "and {count} more",
    "outage.next": "Who is named with a phone number in the policy has a text message, too. The next list comes when "
    "it has changed, at most every 30 minutes.",
    "outage.nobody": "nobody",
    "outage.no_reach": "no phone number or e-mail address",
    "count.leads": "{n} lead|{n} leads",
}

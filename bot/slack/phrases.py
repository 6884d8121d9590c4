"""Every English text of the bot's messages: one catalogue, so that another language is another catalogue.

`{slots}` are filled in, `*` makes bold, "one|many" are the forms of a counted word.
"""

from bot.slack.phrases_audit import AUDIT
from bot.slack.phrases_away import AWAY
from bot.slack.phrases_channels import MANAGERS, QUEUE
from bot.slack.phrases_digest import DIGEST
from bot.slack.phrases_lists import LISTS
from bot.slack.phrases_modals import MODALS
from bot.slack.phrases_others import OTHERS
from bot.slack.phrases_owner import OWNER, REMINDERS
from bot.slack.phrases_pages import PAGES

BASE: dict[str, str] = {
    "number.separator": ",",
    "time.am": "AM",
    "time.pm": "PM",
    "time.weekdays": "Mon Tue Wed Thu Fri Sat Sun",
    "time.months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "time.day": "{weekday} {month} {day}",
    "time.at": " at ",
    "duration.under": "less than a minute",
    "duration.minutes": "{n} min",
    "duration.hours": "{n} h",
    "count.minutes": "{n} minute|{n} minutes",
    "count.seconds": "{n} second|{n} seconds",
    "count.people": "{n} person|{n} people",
    "count.working_hours": "{n} working hour|{n} working hours",
    "count.working_days": "{n} working day|{n} working days",
    "count.others": "{n} other|{n} others",
    "words.and": "{first} and {last}",
    # Buttons: the label, and what a screen reader says of it.
    "button.log_contact": "Log contact",
    "button.log_contact.for": "Log contact for {lead}",
    "button.on_it": "I'm on it",
    "button.on_it.for": "I'm on it: {lead}",
    "button.pass": "Pass",
    "button.pass.for": "Pass on {lead}",
    "button.open_crm": "Open in CRM",
    "button.open_crm.for": "Open {lead} in the CRM",
    "button.why": "Why?",
    "button.why.for": "Why is {lead} yours, and due when",
    "button.why.channel": "Why is {lead} due when it is",
    "button.correct": "Correct",
    "button.correct.for": "Correct the contact with {lead}",
    "button.had_contacted": "I had contacted them",
    "button.had_contacted.for": "I had contacted {lead}",
    "button.claim": "Claim",
    "button.claim.for": "Claim {lead}",
    "button.reassign": "Reassign",
    "button.reassign.for": "Reassign {lead}",
    "button.extend": "Extend",
    "button.extend.for": "Extend the time for {lead}",
    "button.nudge": "Nudge",
    "button.nudge.for": "Nudge the owner of {lead}",
    "button.close_lead": "Close lead",
    "button.close_lead.for": "Close {lead}",
    "button.complete": "Complete",
    "button.complete.for": "Complete {lead}",
    "button.confirm_rejection": "Confirm, close it",
    "button.confirm_rejection.for": "Confirm that {lead} is no real lead, close it",
    "button.return_rejection": "Send it back",
    "button.return_rejection.for": "Send {lead} back to its owner",
    "text.buttons": "Buttons: {buttons}.",
    "text.button": "Button: {buttons}.",
    # The lead.
    "lead.unnamed": "lead {external_id}",
    "lead.named": "{person}, {company}",
    "tier.unknown": "New",
    "fact.no_phone": "No phone number.",
    "fact.score": "score {score}",
    "fact.score_with": "score {score} ({parts})",
    "text.score_parts": "Score {score}: {parts}.",
    "text.last": "Last: {activity}.",
    "text.message": "Message: {message}",
    "text.phone": "Phone {phone}.",
    "text.email": "E-mail {email}.",
    "text.phone_and_email": "Phone {phone}, e-mail {email}.",
    # What somebody did, by themselves ("Called") and with a name before it ("Mia Moreno called").
    "did.call": "Called",
    "did.email": "E-mail sent",
    "did.meeting": "Met them",
    "did.meeting_booked": "Meeting booked",
    "did.social": "Social message sent",
    "did.other": "Contacted",
    "who_did.call": "called",
    "who_did.email": "e-mailed",
    "who_did.meeting": "met them",
    "who_did.meeting_booked": "booked a meeting",
    "who_did.social": "sent a social message",
    "who_did.other": "contacted them",
    "who_did.reached": "reached them",
    "outcome.connected": "spoke to them",
    "outcome.left_message": "left a message",
    "outcome.no_answer": "no answer",
    "outcome.meeting_booked": "meeting booked",
    **LISTS,
    **DIGEST,
}

ENGLISH: dict[str, str] = {
    **BASE,
    **OWNER,
    **REMINDERS,
    **MANAGERS,
    **QUEUE,
    **OTHERS,
    **AWAY,
    **AUDIT,
    **MODALS,
    **PAGES,
}

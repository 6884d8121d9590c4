"""The ways that do not need Slack: whether what the policy wants of them can leave."""

from collections.abc import Iterator

from bot.doctor.finding import Finding, care, no, ok
from bot.doctor.machine import Usable
from bot.notify.doors import MAIL_SETTING, PHONE_SETTING
from bot.notify.mail import MailDoor, UnusableAddress
from bot.notify.phone import PhoneDoor
from sla.policy import Policy


def look_at_outside(usable: Usable, policy: Policy | None) -> Iterator[Finding]:
    """Nothing is sent: the mail server is greeted, and the account of text messages only read."""
    settings = usable.settings
    if MAIL_SETTING not in usable.without:
        if settings.smtp_url is not None:
            yield _mail(settings.smtp_url.get_secret_value(), settings.mail_from)
        elif policy is not None and (wants := _wants_mail(policy)):
            mend = "Set it to mailtos://USER:PASSWORD@HOST:PORT"
            yield care("mail", f"{MAIL_SETTING} is not set, so that nothing comes of {wants}. {mend}")
    if PHONE_SETTING not in usable.without:
        if settings.sms_url is not None:
            yield _phone(settings.sms_url.get_secret_value(), settings.sms_api_url)
        elif policy is not None and (wants := _wants_phone(policy)):
            mend = "Set it to twilio://ACCOUNT_SID:AUTH_TOKEN@FROM_NUMBER"
            yield care("sms", f"{PHONE_SETTING} is not set, so that nothing comes of {wants}. {mend}")


def _mail(url: str, sender: str | None) -> Finding:
    try:
        door = MailDoor(url, sender)
    except UnusableAddress as problem:
        return no("mail", f"{MAIL_SETTING}: {problem}")
    trouble = door.greet()
    if trouble is None:
        return ok("mail", f"e-mail leaves as {door.sender} by {door.where}")
    mend = f"Check {MAIL_SETTING}, and that this machine may reach the server"
    return no("mail", f"the mail server {door.where} does not take us ({trouble}). {mend}")


def _phone(url: str, api: str) -> Finding:
    try:
        door = PhoneDoor(url, api)
    except UnusableAddress as problem:
        return no("sms", f"{PHONE_SETTING}: {problem}")
    return ok(
        "sms",
        f"text messages leave from {door.sender} (whether Twilio takes them shows only when one is sent)",
    )


def _wants_mail(policy: Policy) -> str:
    tiers = [
        tier.name
        for tier in policy.tiers
        if tier.after_hours is not None and tier.after_hours.acknowledge is not None
    ]
    wants = [
        f"the first answer to {', '.join(tiers)} leads" if tiers else "",
        "outage.tell" if policy.outage.tell else "",
        "also_by: email" if any("email" in one.also_by for one in policy.on_call.values()) else "",
    ]
    return " and ".join(one for one in wants if one)


def _wants_phone(policy: Policy) -> str:
    paged = any("sms" in one.also_by for one in policy.on_call.values())
    numbers = any(person.phone is not None for person in policy.people)
    if paged:
        return "also_by: sms"
    return "the phone numbers in people" if numbers else ""

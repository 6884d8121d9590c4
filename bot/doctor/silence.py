"""People on call whom Slack would not wake: their silent hours, where no text message goes to them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.doctor.finding import Finding, care
from bot.doctor.questions import Answer, OutOfPatience, Questions
from bot.slack.directory import zone_of
from bot.slack.words import Reader, reads_twelve_hours
from sla.paging import is_heard
from sla.policy import Person, Policy


def look_at_silence(
    questions: Questions, person: Person, user: Mapping[str, Any], place: str, policy: Policy
) -> Iterator[Finding]:
    """A page that makes no sound is found in the morning; the bot pages the next, if there is one who hears it."""
    rotations = [one for one in policy.on_call.values() if person in policy.known(one.rotation)]
    if all(is_heard(person, one) for one in rotations):
        return
    try:
        said = questions.ask(lambda web: web.dnd_info(user=str(user["id"])))
    except OutOfPatience:
        return
    hours = _hours(said, user)
    if hours is not None:
        what = f"{person.email} keeps Slack silent from {hours} and is on call: {_mend(person)}"
        yield care("person", f"{what} ({place})")


def _hours(said: Answer, user: Mapping[str, Any]) -> str | None:
    """ "10:00 PM to 8:00 AM", as the person reads times; None for somebody whom Slack may always wake."""
    start, end = (said.body.get(f"next_dnd_{which}_ts") for which in ("start", "end"))
    if said.body.get("dnd_enabled") is not True or not start or not end or start >= end:
        return None
    begins_at, ends_at = (datetime.fromtimestamp(float(moment), UTC) for moment in (start, end))
    reader = Reader(
        zone=zone_of(user.get("tz")),
        twelve_hour=reads_twelve_hours(user.get("locale")),
        now=begins_at,
        city=None,
    )
    return f"{reader.hour(begins_at)} to {reader.hour(ends_at)}"


def _mend(person: Person) -> str:
    """A number alone wakes nobody whom no text message is sent to."""
    missing = "add phone: for SMS, and" if person.phone is None else "add"
    return f"{missing} sms to also_by: of the rotation"

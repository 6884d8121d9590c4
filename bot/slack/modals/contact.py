"""Log contact and Correct: the same form, empty or filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args

from bot.slack.lines import Given, Line, line
from bot.slack.modals.form import (
    NOTE_MAX,
    Block,
    FormErrors,
    Metadata,
    View,
    asked,
    chosen,
    lead_label,
    modal,
    moment,
    option,
    radio,
    rich_section,
    section,
    select,
    text,
    typed,
)
from bot.slack.phrases import ENGLISH
from bot.slack.words import Reader, seconds
from sla.lead import Channel, Contact, ContactOutcome, Lead
from sla.names import name_of
from sla.policy import Policy

LOG_CONTACT = "log_contact_form"
CORRECT = "correct_form"

WHAT, WHEN, NOTE, WHO = "what", "when", "note", "who"
MISTAKE = "mistake"
CHOICES = (
    "call:connected",
    "call:left_message",
    "call:no_answer",
    "email:sent",
    "meeting:meeting_booked",
    "social:sent",
    "other:other",
)
"""A channel and an outcome each; pairs that make no sense cannot be chosen."""


@dataclass(frozen=True, kw_only=True)
class ContactEntered:
    """What the form says. `occurred_at` None means the moment of Save, `by` None whoever saves."""

    channel: Channel
    outcome: ContactOutcome
    occurred_at: datetime | None
    note: str | None
    by: str | None
    mistake: bool


def log_contact(
    reader: Reader,
    lead: Lead,
    metadata: Metadata,
    *,
    policy: Policy,
    people: Sequence[str] = (),
    me: str = "",
) -> View:
    """The empty form; `people` (by e-mail, the owner first) only for who may log for somebody else."""
    blocks = [*_about(reader, lead), *_inputs(reader, lead, policy, metadata)]
    blocks += _who(reader, policy, people, me)
    return modal(reader, LOG_CONTACT, "contact.title", blocks, submit="modal.save", metadata=metadata)


def log_contact_warned(
    reader: Reader,
    lead: Lead,
    metadata: Metadata,
    entered: ContactEntered,
    sentence: str,
    *,
    policy: Policy,
) -> View:
    """The form again, as it was filled in, under what changed meanwhile; the next Save records."""
    warning = rich_section(reader, "changed", Line("{sentence}", {"sentence": Given(sentence)}))
    filled = _inputs(reader, lead, policy, metadata, entered=entered)
    blocks = [*_about(reader, lead), warning, *filled]
    if entered.by is not None:
        blocks += _who(reader, policy, (entered.by,), "")
    warned = metadata.as_warned()
    return modal(reader, LOG_CONTACT, "contact.title", blocks, submit="modal.save", metadata=warned)


def correct(reader: Reader, lead: Lead, metadata: Metadata, contact: Contact) -> View:
    """The form filled in with what was logged, and one more choice: it was pressed by mistake."""
    entered = ContactEntered(
        channel=contact.channel,
        outcome=contact.outcome,
        occurred_at=contact.occurred_at,
        note=contact.note,
        by=None,
        mistake=False,
    )
    blocks = [*_about(reader, lead), *_inputs(reader, lead, None, metadata, entered=entered, mistake=True)]
    return modal(reader, CORRECT, "contact.correct.title", blocks, submit="modal.save", metadata=metadata)


def _about(reader: Reader, lead: Lead) -> list[Block]:
    blocks = [rich_section(reader, "lead", Line("{lead}", {"lead": Given(lead_label(lead))}))]
    clock = lead.clock
    due_at = clock.due_at if clock is not None and clock.due_at is not None else lead.due_at
    return [*blocks, section(reader, "due", line(reader, "contact.due", due=due_at))] if due_at else blocks


def _inputs(
    reader: Reader,
    lead: Lead,
    policy: Policy | None,
    metadata: Metadata,
    *,
    entered: ContactEntered | None = None,
    mistake: bool = False,
) -> list[Block]:
    options = [option(reader.words[f"contact.{choice}"], choice) for choice in CHOICES]
    options += [option(reader.words["contact.mistake"], MISTAKE)] if mistake else []
    before = f"{entered.channel}:{entered.outcome}" if entered is not None else None
    picker: Block = {"type": "datetimepicker"}
    if entered is not None and entered.occurred_at is not None:
        picker["initial_date_time"] = seconds(entered.occurred_at)
    note = typed(NOTE_MAX, multiline=True, initial=entered.note if entered is not None else None)
    return [
        asked(reader, WHAT, "contact.what", radio(options, before)),
        asked(
            reader, WHEN, "contact.when", picker, optional=True, hint=_hint(reader, lead, policy, metadata)
        ),
        asked(reader, NOTE, "contact.note", note, optional=True),
    ]


def _hint(reader: Reader, lead: Lead, policy: Policy | None, metadata: Metadata) -> str:
    """How far back: to the lead's arrival, or as far as the policy goes."""
    if policy is None:
        return reader.say("contact.when.hint.correct", back_to=reader.time(lead.received_at))
    earliest = metadata.opened_at - policy.contact.back_date_max
    if earliest > lead.received_at:
        return reader.say("contact.when.hint.back", back_to=reader.time(earliest))
    return reader.say("contact.when.hint", back_to=reader.time(lead.received_at))


def _who(reader: Reader, policy: Policy, people: Sequence[str], me: str) -> list[Block]:
    if not people:
        return []
    options = [
        option(
            reader.say("contact.who.me", name=name_of(policy, email))
            if email == me
            else name_of(policy, email),
            email,
        )
        for email in dict.fromkeys(people)
        if len(email) <= 150
    ]
    return [asked(reader, WHO, "contact.who", select(options, people[0]))]


def read_contact(view: Mapping[str, Any]) -> ContactEntered | FormErrors:
    """What was filled in; the core checks the time, because it knows the lead."""
    choice = chosen(view, WHAT)
    note = text(view, NOTE, lines=True)
    mistake = choice == MISTAKE
    channel, _, outcome = ("other:other" if mistake or choice is None else choice).partition(":")
    if choice is None or channel not in get_args(Channel) or outcome not in get_args(ContactOutcome):
        return FormErrors(errors={WHAT: ENGLISH["error.choose"]})
    if choice == "other:other" and note is None:
        return FormErrors(errors={NOTE: ENGLISH["error.note"]})
    return ContactEntered(
        channel=cast(Channel, channel),
        outcome=cast(ContactOutcome, outcome),
        occurred_at=moment(view, WHEN),
        note=note,
        by=chosen(view, WHO),
        mistake=mistake,
    )

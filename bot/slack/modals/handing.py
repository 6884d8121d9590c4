"""Pass, Reassign, Give more time and Close lead: forms that move a lead or its hand-over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.slack.lines import Given, Line, Name, line
from bot.slack.modals.form import (
    NOTE_MAX,
    REASON_MAX,
    Block,
    FormErrors,
    Metadata,
    View,
    asked,
    chosen,
    company_of,
    context,
    modal,
    option,
    radio,
    rich_section,
    section,
    select,
    text,
    typed,
)
from bot.slack.phrases import ENGLISH
from bot.slack.words import MINUTE, Reader
from sla.durations import BusinessDays, Span
from sla.lead import Lead, Stage
from sla.names import name_of
from sla.policy import Policy
from sla.showing_next import waiting_backups

PASS = "pass_form"
REASSIGN = "reassign_form"
EXTEND = "extend_form"
CLOSE_LEAD = "close_lead_form"

WHY, NOTE, TO, REASON, UNTIL = "why", "note", "to", "reason", "until"
_PASS_REASONS = ("busy", "territory", "known", "finishing")
NOT_REAL = "not_real"


@dataclass(frozen=True, kw_only=True)
class PassEntered:
    """Why the lead is handed on, in words; `not_a_real_lead` sends it to lead ops instead."""

    reason: str
    not_a_real_lead: bool
    note: str | None


def pass_lead(reader: Reader, lead: Lead, metadata: Metadata, after: Lead, *, policy: Policy) -> View:
    """`after` is the lead as passing it would leave it: it says to whom it goes."""
    options = [option(reader.words[f"pass.{reason}"], reason) for reason in (*_PASS_REASONS, NOT_REAL)]
    blocks = [
        section(reader, "next", _goes_to(reader, lead, after, policy)),
        asked(reader, WHY, "pass.why", radio(options)),
        asked(reader, NOTE, "pass.note", typed(NOTE_MAX, multiline=True), optional=True),
    ]
    return modal(reader, PASS, "pass.title", blocks, submit="pass.submit", metadata=metadata)


def _goes_to(reader: Reader, lead: Lead, after: Lead, policy: Policy) -> Line:
    if after.stage is Stage.IN_QUEUE:
        names = [name_of(policy, email) for email in waiting_backups(after, policy)]
        return line(reader, "pass.to_queue", backups=_listed(reader, names))
    if after.clock is None or after.owner is None:
        return line(reader, "pass.to_managers")
    before = lead.clock.due_at if lead.clock is not None else None
    key = "pass.to" if after.clock.due_at == before else "pass.to.restart"
    return line(reader, key, owner=Name(name_of(policy, after.owner)), due=after.clock.due_at)


def _listed(reader: Reader, names: Sequence[str]) -> Line:
    """ "Carla Costa and Bob Brandt"."""
    slots: dict[str, Any] = {f"name{n}": Name(name) for n, name in enumerate(names)}
    written = [f"{{{slot}}}" for slot in slots]
    if len(written) == 1:
        return Line(written[0], slots)
    template = reader.words["words.and"].replace("{first}", ", ".join(written[:-1]))
    return Line(template.replace("{last}", written[-1]), slots)


def read_pass(view: Mapping[str, Any]) -> PassEntered | FormErrors:
    reason = chosen(view, WHY)
    if reason not in (*_PASS_REASONS, NOT_REAL):
        return FormErrors(errors={WHY: ENGLISH["error.choose_one"]})
    key = "pass.not_real.reason" if reason == NOT_REAL else f"pass.{reason}"
    return PassEntered(
        reason=ENGLISH[key], not_a_real_lead=reason == NOT_REAL, note=text(view, NOTE, lines=True)
    )


# Reassign


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may be given the lead; `description` says how busy they are: "2 open"."""

    email: str
    name: str
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReassignEntered:
    """Who is to have the lead, and why."""

    to: str
    reason: str | None


def reassign(
    reader: Reader,
    lead: Lead,
    metadata: Metadata,
    candidates: Sequence[Candidate],
    *,
    policy: Policy,
    terms: Policy,
) -> View:
    """`candidates` in the order in which they are offered, at least one."""
    options = [option(one.name, one.email, one.description) for one in candidates if len(one.email) <= 150]
    blocks = [
        rich_section(reader, "lead", _where(reader, lead, policy)),
        asked(reader, TO, "reassign.to", select(options)),
        asked(reader, REASON, "reassign.reason", typed(REASON_MAX), optional=True),
        _new_owners_time(reader, lead, terms),
    ]
    return modal(reader, REASSIGN, "reassign.title", blocks, submit="reassign.submit", metadata=metadata)


def _where(reader: Reader, lead: Lead, policy: Policy) -> Line:
    late = is_late(reader, lead)
    if lead.owner is not None:
        where = line(reader, "reassign.with", owner=Name(name_of(policy, lead.owner)))
    else:
        where = line(reader, "reassign.queue" if lead.stage is Stage.IN_QUEUE else "reassign.nobody")
    due = line(reader, "reassign.was_due" if late else "reassign.due", due=lead.due_at)
    company = Given(company_of(lead.details))
    return line(reader, "reassign.section", company=company, where=where, due=due)


def is_late(reader: Reader, lead: Lead) -> bool:
    return lead.due_at is not None and reader.now > lead.due_at


def _new_owners_time(reader: Reader, lead: Lead, terms: Policy) -> Block:
    if is_late(reader, lead):
        return context(reader, "time", "reassign.late", time=_span(reader, terms.backup.claim_response))
    tier = terms.tier(lead.tier)
    if terms.routing.on_reassignment == "restart" and tier is not None:
        slots = {"time": _span(reader, tier.first_response), "due": lead.due_at}
        return context(reader, "time", "reassign.restart", **slots)
    return context(reader, "time", "reassign.continue", due=lead.due_at)


def _span(reader: Reader, span: Span) -> str:
    if isinstance(span, BusinessDays):
        return reader.counted("count.working_days", span.days)
    if not reader.is_short(span):
        return reader.counted("count.working_hours", int(span / timedelta(hours=1)))
    return _exactly(reader, span)


def _exactly(reader: Reader, span: timedelta) -> str:
    return reader.duration(span) if span >= MINUTE else reader.spelled(span)


def read_reassign(view: Mapping[str, Any]) -> ReassignEntered | FormErrors:
    to = chosen(view, TO)
    if to is None:
        return FormErrors(errors={TO: ENGLISH["error.choose_one"]})
    return ReassignEntered(to=to, reason=text(view, REASON))


# Give more time


@dataclass(frozen=True, kw_only=True)
class ExtendEntered:
    """How much more working time, and why."""

    more: timedelta
    reason: str


def extend(
    reader: Reader,
    lead: Lead,
    metadata: Metadata,
    choices: Sequence[tuple[timedelta, datetime]],
    *,
    owner: str,
    times_left: int,
) -> View:
    """`choices` pair how much more with the hand-over that it gives; `times_left` counts this one too."""
    options = [
        option(_choice(reader, more, until), str(int(more.total_seconds()))) for more, until in choices
    ]
    key = "extend.section.late" if is_late(reader, lead) else "extend.section"
    hint = reader.say("extend.reason.hint", owner=owner)
    after = times_left - 1
    small = Line(reader.counted("extend.again", after) if after > 0 else reader.words["extend.last"], {})
    blocks = [
        section(reader, "moves", line(reader, key, due=lead.due_at)),
        asked(reader, UNTIL, "extend.until", radio(options)),
        asked(reader, REASON, "extend.reason", typed(REASON_MAX), hint=hint),
        {
            "type": "context",
            "block_id": "again",
            "elements": [{"type": "mrkdwn", "verbatim": True, "text": small.template}],
        },
    ]
    return modal(reader, EXTEND, "extend.title", blocks, submit="extend.submit", metadata=metadata)


def _choice(reader: Reader, more: timedelta, until: datetime) -> str:
    return reader.say("extend.choice", until=reader.time(until), more=_exactly(reader, more))


def read_extend(view: Mapping[str, Any]) -> ExtendEntered | FormErrors:
    more, reason = chosen(view, UNTIL), text(view, REASON)
    errors = {}
    if more is None or not more.isdigit():
        errors[UNTIL] = ENGLISH["error.choose_one"]
    if reason is None:
        errors[REASON] = ENGLISH["error.reason"]
    if more is None or reason is None or errors:
        return FormErrors(errors=errors)
    return ExtendEntered(more=timedelta(seconds=int(more)), reason=reason)


# Close lead


@dataclass(frozen=True, kw_only=True)
class CloseEntered:
    """Why the lead ends."""

    reason: str


def close_lead(reader: Reader, lead: Lead, metadata: Metadata, *, policy: Policy) -> View:
    blocks = [
        rich_section(reader, "lead", _where(reader, lead, policy)),
        section(reader, "what", line(reader, "close.section")),
        asked(reader, REASON, "close.reason", typed(REASON_MAX), hint=reader.words["close.reason.hint"]),
    ]
    return modal(reader, CLOSE_LEAD, "close.title", blocks, submit="close.submit", metadata=metadata)


def read_close(view: Mapping[str, Any]) -> CloseEntered | FormErrors:
    reason = text(view, REASON)
    if reason is None:
        return FormErrors(errors={REASON: ENGLISH["error.reason"]})
    return CloseEntered(reason=reason)

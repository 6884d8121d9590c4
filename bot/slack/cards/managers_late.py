"""The managers' card while an owner's deadline has passed and nobody has logged a contact."""

from datetime import datetime, timedelta

from bot.slack.cards.facts import channel_facts, channel_sentence
from bot.slack.cards.parts import (
    EXTEND,
    LOG,
    NUDGE,
    REASSIGN,
    WHY,
    Block,
    Payload,
    actions,
    buttons_in_text,
    context,
    header,
    payload,
    quote_block,
    rich_block,
    rich_lines,
    section,
)
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import LeadView
from bot.slack.lines import Ago, Given, Line, Speaker, joined
from sla.lead import HOW_IT_BEGAN, Clock, Extension
from sla.roster import managers_of
from sla.showing import is_past_due
from sla.showing_next import waiting_backups
from sla.showing_teams import became_late_with

BUTTONS = (REASSIGN, EXTEND, NUDGE, LOG, WHY)
LATE_TELLING = 5
"""Where more than one part in so many of the time went by before the owner was told, the card says so."""


def render(view: LeadView) -> Payload:
    clock = _clock(view)
    title = view.line("managers.header.breached", company=Given(view.company()), tier=view.tier)
    facts = channel_facts(view, whole=False)
    blocks = [
        header(view, "⚠️", Speaker(view.reader).plain(title)),
        section(view, "clock", _first_line(view, clock)),
        *_next_blocks(view, clock),
        *rich_block(view, "lead", [rich_lines(view, [facts])] if facts else []),
        *actions(view, BUTTONS, in_channel=True),
        context(view, "small", _small(view, clock)),
    ]

    def opening(size: tuple[int, int]) -> list[Line]:
        company = Given(view.company(size[1]))
        return [
            view.line("managers.text", company=company, tier=view.tier, owner=view.name(clock.person)),
            view.line("managers.text.due", due=_due_at(view, clock)),
        ]

    buttons = buttons_in_text(view, BUTTONS)
    return payload(text_of(view.reader, opening, _sentences(view, clock), buttons=buttons), blocks)


def _clock(view: LeadView) -> Clock:
    clock = view.lead.clock
    assert clock is not None
    return clock


def _first_line(view: LeadView, clock: Clock) -> Line:
    due_at, owner = _due_at(view, clock), view.name(clock.person)
    parts: list[Line | None] = [view.line("managers.first", owner=owner, due=due_at, ago=Ago(due_at))]
    if _was_late_before(view, clock):
        before = view.name(view.late_owner)
        parts.append(view.line("managers.first.before", due=view.lead.due_at, owner=before))
    parts += [_own_time(view, clock, "first"), _share(view, clock, "managers.first.share")]
    return joined([*parts, *_presses(view, clock, "first")], " · ")


def _due_at(view: LeadView, clock: Clock) -> datetime:
    """The deadline that the card is about: the lead's own, where that passed before its owner's."""
    due_at = view.lead.due_at if became_late_with(view.lead, clock) else clock.due_at
    assert due_at is not None
    return due_at


def _own_time(view: LeadView, clock: Clock, place: str) -> Line | None:
    """Until when the owner of a late lead has been given time, or had been."""
    if not became_late_with(view.lead, clock):
        return None
    over = ".over" if is_past_due(view.lead, clock) else ""
    return view.line(f"managers.{place}.own{over}", due=clock.due_at, owner=view.name(clock.person))


def _was_late_before(view: LeadView, clock: Clock) -> bool:
    """Whether the lead's own deadline passed with somebody else, before this owner's."""
    return view.lead.due_at is not None and view.lead.due_at < clock.started_at


def _presses(view: LeadView, clock: Clock, place: str) -> list[Line]:
    """What was pressed since: I'm on it, a nudge; in order of time."""
    lead, said = view.lead, []
    if lead.on_it is not None and lead.on_it.clock == clock.number:
        said.append((lead.on_it.at, view.line(f"managers.{place}.on_it", since=lead.on_it.at)))
    if lead.nudge is not None and lead.nudge.at >= clock.started_at:
        by = view.name(lead.nudge.by)
        said.append((lead.nudge.at, view.line(f"managers.{place}.nudged", at=lead.nudge.at, by=by)))
    return [one for _, one in sorted(said, key=lambda pressed: pressed[0])]


def _share(view: LeadView, clock: Clock, key: str) -> Line | None:
    """ "Alice Anders had 2 of the 5 min": where the telling took more than a fifth of the time."""
    target = view.target_of(clock)
    if clock.told_at is None or clock.due_at is None or not target:
        return None
    had = view.working(clock, clock.told_at, clock.due_at)
    if (target - had) * LATE_TELLING <= target or not view.reader.is_short(target):
        return None
    whole_minutes = target >= timedelta(minutes=1)
    told = str(int(had / timedelta(minutes=1))) if _in_minutes(target) else view.reader.duration(had)
    said = told if whole_minutes else view.reader.spelled(had)
    return view.line(key, owner=view.name(clock.person), had=said, target=view.exactly(target))


def _in_minutes(target: timedelta) -> bool:
    return target < timedelta(hours=1)


def _extension(view: LeadView, clock: Clock) -> Extension | None:
    given = [more for more in view.lead.extensions if more.clock == clock.number]
    return given[-1] if given else None


def _next_blocks(view: LeadView, clock: Clock) -> list[Block]:
    step, more = view.moves_on, _extension(view, clock)
    if step is None:
        return []
    who = _who_then(view, step.what) if more is None else None
    parts = [view.line(f"managers.next.{step.what}", at=step.at, who=who)]
    if more is not None:
        slots = {"by": view.name(more.by), "more": view.exactly(more.more)}
        given = view.line("managers.next.extended", **slots)
        return [
            section(view, "next", joined([*parts, given], "")),
            *quote_block(view, "reason", view.typed(more.reason)),
        ]
    if view.lead.tier in view.policy.notices.managers.mention:
        managers = view.mentions(managers_of(view.policy, view.lead.team))
        parts.append(Line("{managers}", {"managers": managers}))
    return [section(view, "next", joined(parts, " · "))]


def _who_then(view: LeadView, what: str) -> Line | None:
    """Who could claim it, or whose it is when the team opens."""
    if what == "opening" and view.lead.day_owner is not None:
        return view.line("managers.next.who", people=view.names([view.lead.day_owner]))
    return _claimers(view) if what == "hand_over" else None


def _claimers(view: LeadView) -> Line | None:
    emails = waiting_backups(view.lead, view.policy)
    return view.line("managers.next.who", people=view.names(emails)) if emails else None


def _small(view: LeadView, clock: Clock) -> Line:
    """The system's share told from the person's: when it came in, when Slack took the owner's card."""
    told = view.line("managers.small.told", told=clock.told_at)
    parts = [
        view.line("managers.small.came_in", received=view.lead.received_at),
        told if clock.told_at is not None else view.line("managers.small.not_told"),
        view.line("managers.small.target", target=_target(view, clock)),
        view.line("managers.small.lead", external_id=Given(view.external_id)),
    ]
    return joined(parts, " · ")


def _target(view: LeadView, clock: Clock) -> str:
    tier = view.terms.tier(view.lead.tier)
    if clock.how in HOW_IT_BEGAN and tier is not None:
        return view.span(tier.first_response)
    return view.span(view.target_of(clock) or timedelta(0))


def _sentences(view: LeadView, clock: Clock) -> list[Sentence]:
    step, more, owner = view.moves_on, _extension(view, clock), view.name(clock.person)
    said: list[Line | None] = []
    if _was_late_before(view, clock):
        before = view.name(view.late_owner)
        said.append(view.line("managers.text.first", due=view.lead.due_at, owner=before))
    said.append(_own_time(view, clock, "text"))
    said += _presses(view, clock, "text")
    said.append(view.line("managers.text.since", owner=owner, since=clock.started_at))
    said.append(_share(view, clock, "managers.text.share"))
    if step is not None and step.what == "review":
        said.append(view.line("managers.text.review_next", at=step.at))
    elif step is not None:
        who = _who_then(view, step.what) if more is None else None
        said.append(view.line(f"managers.text.{step.what}", at=step.at, who=who))
    if more is not None:
        slots = {"by": view.name(more.by), "more": view.exactly(more.more)}
        reason = Given(view.typed(more.reason))
        said.append(view.line("managers.text.extended", reason=reason, **slots))
    sentences = [Sentence(what=one) for one in said if one is not None]
    sentences.append(Sentence(what=channel_sentence(view, whole=False), fact=True))
    received = view.line("managers.text.came_in", received=view.lead.received_at)
    sentences.append(Sentence(what=received, if_new=True))
    if clock.told_at is not None:
        told = view.line("managers.text.told", told=clock.told_at)
        sentences.append(Sentence(what=told, if_new=True))
    return sentences

"""When what is owed reaches its reader: what waits for working hours, and what is gathered first."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sla.availability import NOTHING_KNOWN, PersonNow, away
from sla.effects import Post, Role, ToChannel, ToPerson, Urgency
from sla.lead import Lead, Stage
from sla.policy import Policy

TO_PEOPLE = frozenset(
    {
        Role.OWNER_CARD,
        Role.REMINDER,
        Role.DEADLINE_PASSED,
        Role.NUDGE,
        Role.NEEDS_ATTENTION,
        Role.LEAD_OPS_CHECK,
        Role.UNDELIVERED,
        Role.OWNER_REMOVED,
    }
)
"""What waits for a person's hours."""
TO_CHANNELS = frozenset({Role.MANAGERS_CARD, Role.MANAGERS_LINE, Role.QUEUE_CARD, Role.STILL_FREE})
ASKED_AGAIN = timedelta(days=1)
"""Nobody knows when somebody is back: looked at again after this, or when they say so."""
WAITS_MAX = 10
"""So often in a row one message is put off at most where somebody wants to know when it comes."""


def waits_until(
    post: Post, lead: Lead, policy: Policy, people: Mapping[str, PersonNow], at: datetime
) -> datetime | None:
    """Until when a message waits for its reader's hours; None if it need not."""
    if policy.notices.outside_hours == "send":
        return None
    to, team = post.to, policy.team_in_force(lead.team)
    if isinstance(to, ToChannel):
        calendar = policy.calendars[policy.teams[team].calendar]
        if post.role not in TO_CHANNELS or lead.tier in policy.notices.managers.at_once:
            return None
        return None if calendar.is_open(at) else calendar.next_open(at)
    if not isinstance(to, ToPerson) or post.role not in TO_PEOPLE:
        return None
    here_at = _here_at(post, lead)
    if here_at is not None and here_at <= at:
        return None
    gone = away(policy.person_calendar(to.email, team), people.get(to.email, NOTHING_KNOWN), at)
    if gone is None or gone.because == "deactivated":
        return None
    until = gone.until_at if gone.until_at is not None else at + ASKED_AGAIN
    return until if here_at is None else min(until, here_at)


def _here_at(post: Post, lead: Lead) -> datetime | None:
    """From when on the reader is there for this lead outside their hours, too; None if that is not known.

    Whoever is on call, claims a lead or asks for its card is; who has it by day, being on call, once its time runs.
    """
    if post.data.get("asked"):
        return lead.received_at
    clock = next((clock for clock in lead.clocks if clock.number == post.clock), None)
    if clock is None:
        return None
    is_here = clock.how in ("paged", "on_call") or (clock.how == "claimed" and post.role is Role.OWNER_CARD)
    return clock.started_at if is_here else None


def is_gathered(post: Post, lead: Lead, policy: Policy) -> bool:
    """Whether a breach is told with the others of some time; who must decide is asked at once."""
    at_once = policy.notices.managers.at_once
    return post.role is Role.MANAGERS_CARD and lead.stage is not Stage.IN_REVIEW and lead.tier not in at_once


def told_at(
    post: Post, lead: Lead, policy: Policy, people: Mapping[str, PersonNow], owed_at: datetime
) -> datetime | None:
    """When a message that is owed now leaves, if nobody else is owed anything; None if never."""
    at = max(owed_at, post.not_before or owed_at)
    gathered_until = owed_at
    if is_gathered(post, lead, policy):
        gathered_until += policy.notices.managers.roll_up
    for _ in range(WAITS_MAX):
        until = waits_until(post, lead, policy, people, at)
        if until is None and at < gathered_until:
            until = gathered_until
        if until is None:
            return at
        if post.expires_at is not None and until >= post.expires_at:
            return None
        at = until
    return None


def managers_told_by(lead: Lead, policy: Policy, owed_at: datetime) -> datetime:
    """When the card about a breach leaves that the managers' channel is owed at a moment."""
    to = ToChannel(channel=policy.teams[policy.team_in_force(lead.team)].manager_channel)
    card = Post(role=Role.MANAGERS_CARD, to=to, key="managers", urgency=Urgency.BREACH)
    return told_at(card, lead, policy, {}, owed_at) or owed_at

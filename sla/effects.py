"""Effects: what is owed to somebody because of a fact, and the decision that carries them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from sla.lead import Lead, Stage
from sla.shares import TeamShares


class Role(StrEnum):
    """What a message is for. Every role has its wording, and its row for each state it can be in."""

    OWNER_CARD = "owner_card"
    REMINDER = "reminder"
    DEADLINE_PASSED = "deadline_passed"
    NUDGE = "nudge"
    MANAGERS_CARD = "managers_card"
    MANAGERS_LINE = "managers_line"
    QUEUE_CARD = "queue_card"
    STILL_FREE = "still_free"
    NEEDS_ATTENTION = "needs_attention"
    LEAD_OPS_CHECK = "lead_ops_check"
    UNOWNED = "unowned"
    UNDELIVERED = "undelivered"
    OWNER_REMOVED = "owner_removed"
    ACCOUNT_CLOSED = "account_closed"
    SHIFT = "shift"
    SHIFT_OVER = "shift_over"
    DOWNTIME_MANAGERS = "downtime_managers"
    DOWNTIME_OWNER = "downtime_owner"
    ACKNOWLEDGEMENT = "acknowledgement"
    OUTAGE_LIST = "outage_list"
    PAGE = "page"
    LEAD_LIST = "lead_list"
    DIGEST = "digest"
    SURGE = "surge"
    AUDIT = "audit"
    AUDIT_OVER = "audit_over"


class Urgency(IntEnum):
    """Which delivery leaves first; smaller is sooner. Card updates come last, see the courier."""

    PAGE = 0
    BREACH = 1
    NEW_LEAD = 2
    REMINDER = 3
    CARD_UPDATE = 4


@dataclass(frozen=True, kw_only=True)
class ToPerson:
    """A direct message to a person of the policy, by e-mail address."""

    email: str

    def __str__(self) -> str:
        return f"@{self.email}"


@dataclass(frozen=True, kw_only=True)
class ToChannel:
    """A post in a channel, by Slack id or #name."""

    channel: str

    def __str__(self) -> str:
        return self.channel


@dataclass(frozen=True, kw_only=True)
class ToMail:
    """An e-mail, to somebody of the policy or to the lead."""

    address: str

    def __str__(self) -> str:
        return f"{MAIL}{self.address}"


@dataclass(frozen=True, kw_only=True)
class ToPhone:
    """A text message to a number in international form."""

    number: str

    def __str__(self) -> str:
        return f"{PHONE}{self.number}"


MAIL, PHONE = "mailto:", "sms:"
InSlack = ToPerson | ToChannel
Outside = ToMail | ToPhone
"""Ways that do not need Slack."""
Place = InSlack | Outside


def place_of(text: str) -> Place:
    """Read back what `str(place)` wrote."""
    if text.startswith("@"):
        return ToPerson(email=text[1:])
    if text.startswith(MAIL):
        return ToMail(address=text.removeprefix(MAIL))
    if text.startswith(PHONE):
        return ToPhone(number=text.removeprefix(PHONE))
    return ToChannel(channel=text)


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Post(NamedTuple):
    """A new message that is owed. `key` is unique within (lead, generation): the same thing is owed once.

    A `fenced` post is void once its clock stopped; others are said whatever came after.
    `gathered` posts come from a catch-up: they wait until it is clear whether one summary says it better.
    `clock` is the number of the clock it speaks about. `data` holds what the lead's state does not show.
    Like the timeline's lines a tuple, for each step of each lead that falls due makes some.
    """

    role: Role
    to: Place
    key: str
    urgency: Urgency
    clock: int | None = None
    fenced: bool = True
    gathered: bool = False
    not_before: datetime | None = None
    expires_at: datetime | None = None
    data: Mapping[str, Any] = _NOTHING


class Entry(NamedTuple):
    """A line of the timeline: what happened, when it happened, when it was logged, who, and why."""

    kind: str
    occurred_at: datetime
    logged_at: datetime
    who: str | None = None
    data: Mapping[str, Any] = _NOTHING


class Decision(NamedTuple):
    """The lead as it now stands, what its timeline gains and what is owed.

    `assigned` names who got the lead, so that the next turn is somebody else's; `shares` is how the leads of
    its team are shared out after that, None where that stays.
    """

    lead: Lead
    entries: tuple[Entry, ...] = ()
    posts: tuple[Post, ...] = ()
    assigned: str | None = None
    shares: TeamShares | None = None
    duplicate: bool = False


def still_true(post: Post, lead: Lead, at: datetime) -> bool:
    """Whether a post that was owed is still worth saying at `at`, with the lead as it is now.

    A fenced post speaks about one clock: it is void as soon as that clock no longer runs, because the lead
    was contacted, moved or closed meanwhile.
    """
    if lead.erased_at is not None or (post.expires_at is not None and at >= post.expires_at):
        return False
    if post.role is Role.NEEDS_ATTENTION:
        return lead.stage is Stage.NEEDS_ATTENTION
    if post.role is Role.ACKNOWLEDGEMENT:
        # Whoever has the lead by now: it is told when to expect somebody, until somebody was there.
        return lead.is_open
    if post.fenced and (lead.clock is None or lead.clock.number != post.clock):
        return False
    if post.role is Role.DEADLINE_PASSED and _card_came_late(post, lead):
        # The owner's card itself arrived as "Deadline passed": nobody needs to read it twice.
        return False
    if post.role is Role.MANAGERS_CARD:
        # Nobody needs a card about a breach that was taken back before anybody read of it.
        return lead.is_open or lead.outcome == "missed"
    return True


def _card_came_late(post: Post, lead: Lead) -> bool:
    clock = lead.clock
    if clock is None or clock.number != post.clock or clock.told_at is None or clock.due_at is None:
        return False
    return clock.told_at >= clock.due_at

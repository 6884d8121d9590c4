"""The morning digest: what a team's managers find in their channel when the team opens, if there is anything."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any

from bot.known_people import known_people
from bot.policies import PolicyBox
from sla.availability import NOTHING_KNOWN, away
from sla.calendar import WorkingCalendar
from sla.effects import Post, Role, ToChannel, Urgency
from sla.lead import Lead, Stage
from sla.policy import Policy
from sla.share_out import Move, share_out
from sla.surroundings import Surroundings
from storage import leads, notices, outbox
from storage.database import Connection

LATE_MAX = timedelta(hours=2)
"""A bot that comes back later than this does not send the morning's digest any more."""
LOOKED_BACK = timedelta(days=14)
ROWS_MAX = 5
WAITS = (Stage.IN_REVIEW, Stage.HELD)
"""Leads that somebody must decide about."""


@dataclass(frozen=True, kw_only=True)
class Night:
    """From a team's closing to its next opening; its leads as they are whenever somebody asks."""

    team: str
    from_at: datetime
    until_at: datetime

    @property
    def key(self) -> str:
        """Under which its digest is owed."""
        return f"digest:{self.team}:{self.until_at.isoformat()}"

    @classmethod
    def of_key(cls, connection: Connection, key: str) -> "Night | None":
        """The night of a digest that was sent, by what its buttons carry."""
        found = notices.of_key(connection, key) if key.startswith("digest:") else None
        if found is None or found.role is not Role.DIGEST:
            return None
        data = found.post.data
        from_at, until_at = (datetime.fromisoformat(str(data[name])) for name in ("from_at", "until_at"))
        return cls(team=str(data["team"]), from_at=from_at, until_at=until_at)

    def came_in(self, connection: Connection) -> list[Lead]:
        ids = leads.received_between(connection, self.team, self.from_at, self.until_at)
        return list(leads.load(connection, ids).values())

    def waiting(self, connection: Connection) -> list[Lead]:
        """What somebody must decide about, from whichever day it is."""
        return list(leads.load(connection, leads.at_stages(connection, self.team, WAITS)).values())

    def moves(self, connection: Connection, policies: PolicyBox, at: datetime) -> list[Move]:
        """What of it would go to whom if it were shared out."""
        policy = policies.current.policy
        around = Surroundings(
            policy=policy,
            version=policies.current.version,
            terms=policy,
            people=known_people(connection, policy, at),
        )
        return share_out(starting_of(self.came_in(connection)), self.team, at, around)


def starting_of(came_in: Iterable[Lead]) -> list[Lead]:
    """What somebody has to contact, the nearest deadline first."""
    with_owner = [lead for lead in came_in if lead.stage is Stage.WITH_OWNER and lead.owner is not None]
    return sorted(with_owner, key=lambda lead: (lead.due_at or lead.received_at, lead.id))


class DigestDesk:
    """Owes each team's digest once at its opening; that it is once is seen to by the key under which it is owed."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies
        self._done: set[str] = set()

    def send(self, connection: Connection, at: datetime) -> int:
        """Returns how many digests became owed now."""
        policy = self._policies.current.policy
        owed = 0
        for name, team in policy.teams.items():
            opening = _opening(policy.calendars[team.calendar], at)
            if opening is None:
                continue
            closed_at, opens_at = opening
            key = Night(team=name, from_at=closed_at, until_at=opens_at).key
            if key in self._done:
                continue
            data = self._data(connection, name, closed_at, opens_at)
            if data is not None:
                to = ToChannel(channel=team.manager_channel)
                post = Post(
                    role=Role.DIGEST, to=to, key=key, urgency=Urgency.NEW_LEAD, fenced=False, data=data
                )
                outbox.add(connection, [(None, 0, post)], at)
                owed += 1
            self._done = {one for one in self._done if not one.startswith(f"digest:{name}:")} | {key}
        return owed

    def _data(
        self, connection: Connection, team: str, closed_at: datetime, opens_at: datetime
    ) -> dict[str, Any] | None:
        policy = self._policies.current.policy
        night = Night(team=team, from_at=closed_at, until_at=opens_at)
        came_in, waiting = night.came_in(connection), night.waiting(connection)
        if not came_in and not waiting:
            return None
        starting = starting_of(came_in)
        return {
            "key": night.key,
            "team": team,
            "from_at": closed_at.isoformat(),
            "until_at": opens_at.isoformat(),
            "leads": len(came_in),
            "hot": _hot(policy, came_in),
            "pages": _pages(came_in, closed_at),
            "starting": len(starting),
            "owners": Counter(lead.owner for lead in starting).most_common(),
            "share_out": bool(night.moves(connection, self._policies, opens_at)),
            "rows": [lead_row(lead) for lead in starting[:ROWS_MAX]],
            "waiting": len(waiting),
            "needs": [lead_row(lead) for lead in waiting[:ROWS_MAX]],
            "away": _away(connection, policy, team, opens_at),
            "mailed": outbox.number_sent(connection, [lead.id for lead in came_in], Role.ACKNOWLEDGEMENT),
        }


def _opening(calendar: WorkingCalendar, at: datetime) -> tuple[datetime, datetime] | None:
    """When the team closed and when it opened this morning, if that was just now."""
    if not calendar.is_open(at):
        return None
    midnight = datetime.combine(at.astimezone(calendar.zone).date(), time(), calendar.zone)
    opens_at = calendar.intervals(midnight.astimezone(at.tzinfo), at + timedelta(microseconds=1))[0][0]
    before = calendar.intervals(opens_at - LOOKED_BACK, opens_at - timedelta(microseconds=1))
    if at - opens_at > LATE_MAX or not before or before[-1][1] >= opens_at - timedelta(microseconds=1):
        return None
    return before[-1][1], opens_at


def lead_row(lead: Lead) -> dict[str, Any]:
    clock = lead.clock or lead.clocks[-1]
    due_at = clock.due_at or lead.due_at
    return {
        "lead_id": lead.id,
        "generation": lead.generation,
        "external_id": lead.external_id,
        "person": lead.details.person,
        "company": lead.details.company,
        "tier": lead.tier,
        "owner": lead.owner,
        "due_at": due_at.isoformat() if due_at is not None else None,
        "since": clock.started_at.isoformat(),
    }


def _hot(policy: Policy, came_in: Sequence[Lead]) -> dict[str, Any] | None:
    """Of the tiers for which somebody is paged: how many were answered in time, how fast, and by whom."""
    paged = {tier.name for tier in policy.tiers if tier.after_hours is not None and tier.after_hours.page}
    hot = [lead for lead in came_in if lead.tier in paged]
    if not hot:
        return None
    answered = [
        (first, lead) for lead in hot if (first := lead.first_contact) is not None and lead.outcome == "met"
    ]
    took = [(first.occurred_at - lead.received_at).total_seconds() for first, lead in answered]
    within = next(
        (tier.after_hours.first_response for tier in policy.tiers if tier.name in paged and tier.after_hours),
        None,
    )
    return {
        "leads": len(hot),
        "answered": len(answered),
        "within_s": within.total_seconds() if isinstance(within, timedelta) else None,
        "median_s": median(took) if took else None,
        "by": [email for email, _ in Counter(first.by for first, _ in answered).most_common()],
    }


def _pages(came_in: Sequence[Lead], closed_at: datetime) -> dict[str, int]:
    pages = [
        clock
        for lead in came_in
        for clock in lead.clocks
        if clock.how == "paged" and clock.started_at >= closed_at
    ]
    return {"pages": len(pages), "second": sum(1 for clock in pages if clock.round == SECOND)}


SECOND = 2


def _away(connection: Connection, policy: Policy, team: str, at: datetime) -> list[dict[str, Any]]:
    known = known_people(connection, policy, at)
    found = []
    for person in policy.reps(team):
        calendar = policy.person_calendar(person.email, team)
        gone = away(calendar, known.get(person.email, NOTHING_KNOWN), at)
        if gone is not None and gone.because not in ("outside_hours", "deactivated"):
            until = gone.until_at.isoformat() if gone.until_at is not None else None
            found.append({"email": person.email, "until_at": until})
    return found

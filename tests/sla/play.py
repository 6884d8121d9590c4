"""A lead played through the pure core: facts at spoken times, steps fired as the clock says."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.policy_file import read_policy
from sla import facts
from sla.availability import PersonNow
from sla.decide import decide
from sla.details import LeadDetails
from sla.effects import Decision, Entry, Post, Role
from sla.errors import Refusal
from sla.lead import Clock, Contact, ContactId, Lead, LeadId, Stage, Status
from sla.on_call import Cover
from sla.policy import Policy
from sla.shares import TeamShares
from sla.surroundings import Absence, InLine, Surroundings

EXAMPLE = Path(__file__).parents[2] / "manifests" / "policy.example.yaml"
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 23)
"""The week of these tales: Thanksgiving is its Thursday."""
STEPS_MAX = 2_000
"""A ladder that takes more steps than this is taken for one that never ends."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@cache
def example_policy() -> Policy:
    return read_policy(EXAMPLE).policy


def moment(said: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """ "Mon 10:05" or "Mon 10:05:30" of the tales' week, "next Mon 9:00" of the one after."""
    week = 7 if said.startswith("next ") else 0
    day, clock = said.removeprefix("next ").split()
    on = MONDAY + timedelta(days=week + _DAYS.index(day))
    return datetime.combine(on, time.fromisoformat(clock.zfill(5)), zone).astimezone(UTC)


class Play:
    """One lead and everything that was decided about it."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or example_policy()
        self.lead: Lead | None = None
        self.now = moment("Mon 10:00")
        self.entries: list[Entry] = []
        self.posts: list[Post] = []
        self.turns: dict[str, int] = {}
        self.shares: dict[str, TeamShares] = {}
        self.people: dict[str, PersonNow] = {}
        self.covers: dict[str, tuple[Cover, ...]] = {}
        self.absences: tuple[Absence, ...] = ()
        self.waiting: dict[str, list[InLine]] = {}
        self.passed_today = 0
        self.version = "v1"
        self.terms: Policy | None = None
        """The policy that the clocks keep, where it is not the current one."""
        self._ids = count(1)

    def around(self) -> Surroundings:
        return Surroundings(
            policy=self.policy,
            version=self.version,
            terms=self.terms or self.policy,
            turns=self.turns,
            shares=self.shares,
            people=self.people,
            covers=self.covers,
            waiting=self.waiting,
            passed_today=self.passed_today,
            absences=self.absences,
        )

    def tell(self, fact: facts.Fact) -> Decision:
        decision = decide(self.lead, fact, self.around())
        self.lead = decision.lead
        self.entries += decision.entries
        self.posts += decision.posts
        if decision.assigned:
            self.turns[decision.assigned] = max(self.turns.values(), default=0) + 1
        if decision.shares is not None:
            self.shares[self.policy.team_in_force(decision.lead.team)] = decision.shares
        return decision

    @property
    def it(self) -> Lead:
        assert self.lead is not None
        return self.lead

    @property
    def clock(self) -> Clock:
        assert self.it.clock is not None
        return self.it.clock

    def arrives(self, at: str = "Mon 10:00", needs: tuple[str, ...] = (), **fields: Any) -> Decision:
        self.now = moment(at)
        said = {
            "external_id": "00Q-1",
            "email": "dana@northwind.example",
            "company": "Northwind Freight",
        } | fields
        details = LeadDetails(**said)
        lead_id = self.lead.id if self.lead is not None else LeadId("L1")
        return self.tell(
            facts.LeadArrived(lead_id=lead_id, at=self.now, source="website", details=details, needs=needs)
        )

    def it_is(self, at: str) -> None:
        """Let time pass the way the ticker does: each due step at its own moment."""
        self.until(moment(at))

    def until(self, at: datetime) -> None:
        for _ in range(STEPS_MAX):
            clock = self.it.clock
            if clock is None or clock.next_step_at is None or clock.next_step_at > at:
                self.now = at
                return
            self.now = max(self.now, clock.next_step_at)
            self.tell(facts.StepReached(lead_id=self.it.id, at=self.now, clock=clock.number))
        raise AssertionError("the ladder never ends")

    def wakes_at(self, at: str) -> None:
        """The bot was away: everything overdue is seen at once, now."""
        self.now = moment(at)
        for _ in range(STEPS_MAX):
            clock = self.it.clock
            if clock is None or clock.next_step_at is None or clock.next_step_at > self.now:
                return
            self.tell(facts.StepReached(lead_id=self.it.id, at=self.now, clock=clock.number))
        raise AssertionError("the ladder never ends")

    def was_told(self, at: str | None = None) -> None:
        """Slack accepted the owner's card."""
        told_at = moment(at) if at else self.now
        self.tell(facts.CardDelivered(lead_id=self.it.id, at=told_at, clock=self.clock.number))

    def logs(
        self, by: str, at: str | None = None, outcome: str = "sent", channel: str = "email", **more: Any
    ) -> Decision:
        occurred_at = moment(at) if at else None
        return self.tell(
            facts.ContactLogged(
                lead_id=self.it.id,
                at=self.now,
                contact_id=ContactId(f"K{next(self._ids)}"),
                by=more.pop("made_by", by),
                logged_by=by,
                channel=channel,  # type: ignore[arg-type]
                outcome=outcome,  # type: ignore[arg-type]
                occurred_at=occurred_at,
                **more,
            )
        )

    def corrects(self, by: str, contact: Contact | None = None, **how: Any) -> Decision:
        contact = contact or self.it.contacts[-1]
        return self.tell(
            facts.ContactCorrected(
                lead_id=self.it.id,
                at=self.now,
                contact_id=contact.id,
                by=by,
                **({"channel": contact.channel, "outcome": contact.outcome, "note": contact.note} | how),
            )
        )

    def does(self, fact: type[facts.Fact], **fields: Any) -> Decision:
        """A press with the generation that the card shows now."""
        if "generation" in fact.__dataclass_fields__:
            fields.setdefault("generation", self.it.generation)
        return self.tell(fact(lead_id=self.it.id, at=self.now, **fields))

    def stage(self) -> Stage:
        return self.it.stage

    def outcome(self) -> str | None:
        return self.it.outcome

    def status(self) -> Status | None:
        return self.it.status

    def said(self, role: Role) -> list[Post]:
        return [post for post in self.posts if post.role is role]

    def lines(self) -> list[str]:
        return [post.data["what"] for post in self.said(Role.MANAGERS_LINE)]

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.entries]

    def change_policy(self, **sections: Any) -> None:
        self.policy = self.policy.model_copy(update=sections)


def hot(**more: Any) -> dict[str, Any]:
    """A Hot lead of the enterprise team: five minutes."""
    return {"score": 88, "employees": 1800, "country": "US", "intent": "demo_request"} | more


def refused(said: str) -> "pytest.RaisesExc[Refusal]":
    """What is asked for within is not allowed, and this is said."""
    return pytest.raises(Refusal, match=said)

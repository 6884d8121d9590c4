"""One batch of facts inside one transaction: load their leads together, decide each, write all at once."""

from bisect import insort
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.arrivals import Arrivals
from bot.known_people import known_covers, known_people, waiting_leads
from bot.policies import PolicyBox
from sla.availability import NOTHING_KNOWN, PersonNow
from sla.decide import decide
from sla.details import LeadDetails
from sla.effects import Decision, Outside
from sla.errors import Refusal
from sla.facts import (
    CardDelivered,
    CoverEnded,
    Fact,
    LeadArrived,
    LeadClaimed,
    LeadHandedOn,
    LeadMerged,
    LeadPassed,
    LeadReassigned,
    MessageRefused,
    OwnerNudged,
    PageDeclined,
    PersonDeactivated,
    RejectionReturned,
    RoomMade,
    StepReached,
)
from sla.lead import ClockKind, Lead, LeadId, Stage, changed
from sla.on_call import Cover
from sla.paging import is_paged
from sla.policy import Policy
from sla.shares import TeamShares
from sla.surge import place_of
from sla.surroundings import Absence, InLine, Kin, Surroundings
from storage import absences, leads, turns
from storage.database import Conflict, Connection
from storage.leads import Change
from storage.prepared import together
from storage.turns import Turns

ABSENCES_KEPT_IN_MIND = timedelta(days=14)
"""How old an absence may be and still excuse somebody or hold a hand-over."""
TAKES_A_TURN: frozenset[type[Fact]] = frozenset(
    {LeadArrived, LeadPassed, LeadHandedOn, RejectionReturned, LeadClaimed, LeadReassigned}
)
"""What may give somebody the next turn, so that turns are held for it."""

LOOKS_AT_PEOPLE: frozenset[type[Fact]] = frozenset(
    {
        LeadArrived,
        LeadPassed,
        LeadHandedOn,
        CoverEnded,
        LeadClaimed,
        MessageRefused,
        OwnerNudged,
        PageDeclined,
        PersonDeactivated,
        RoomMade,
        StepReached,
    }
)
"""Where it matters who is at work and how much everybody has: what is known of people is read once for all of them."""
LOOKS_AT_ABSENCES: frozenset[type[Fact]] = frozenset({StepReached, CardDelivered})
"""What is excused, or waits, because the bot or Slack was away."""

Answer = tuple[Lead | None, bool, Refusal | None]


class Batch:
    """Decides facts in the order in which they came; each sees what the ones before it changed."""

    def __init__(self, connection: Connection, policies: PolicyBox, at: datetime) -> None:
        self._connection = connection
        self._policies = policies
        self._at = at
        self._leads: dict[LeadId, Lead] = {}
        self._arrivals: Arrivals | None = None
        self._changes: list[Change] = []
        self._turns = Turns()
        self._shares: dict[str, TeamShares] = {}
        self._people: dict[str, PersonNow] = {}
        self._covers: dict[str, tuple[Cover, ...]] = {}
        self._waiting: dict[str, list[InLine]] = {}
        self._took: list[tuple[str, int, datetime]] = []
        self._absences: tuple[Absence, ...] = ()
        self._seen: dict[str, Surroundings] = {}
        self.owes = self.owes_outside = False

    def decide(self, facts: Sequence[Fact]) -> list[Answer]:
        """What became of each fact. A refusal is an answer; anything else that is raised spoils the batch."""
        arrivals = [fact for fact in facts if isinstance(fact, LeadArrived)]
        duplicates = self._policies.current.policy.intake.duplicates
        self._arrivals = Arrivals(self._connection, arrivals, duplicates)
        self._load(facts)
        return [
            self._decide_arrival(fact) if isinstance(fact, LeadArrived) else self._decide(fact)
            for fact in facts
        ]

    def decide_steps(self, due: Sequence[tuple[LeadId, int]]) -> None:
        """Take the steps of clocks that the ticker found due (and locked)."""
        steps = [StepReached(lead_id=lead_id, at=self._at, clock=clock) for lead_id, clock in due]
        self._load(steps)
        for step in steps:
            self._decide(step)

    def write(self) -> None:
        """Write everything that was decided: leads, clocks, timeline, what is owed, and whose turn it was."""
        with together(self._connection):
            if self._changes:
                leads.write(self._connection, self._changes, self._at)
            if self._arrivals is not None:
                self._arrivals.write(self._connection)
            if self._took:
                turns.took(self._connection, self._took)
                turns.shared(self._connection, self._turns.shares, self._shares)

    @property
    def next_step_at(self) -> datetime | None:
        """The nearest step among the changed leads' clocks."""
        clocks = [clock for change in self._changes for clock in change.decision.lead.clocks]
        return min([clock.next_step_at for clock in clocks if clock.next_step_at is not None], default=None)

    def _load(self, facts: Collection[Fact]) -> None:
        # A lead that nobody knows yet has nothing to load; that it stays so until the commit its key sees to.
        kinds = {type(fact) for fact in facts}
        comes = LeadArrived in kinds
        ids = {fact.lead_id for fact in facts if not comes or not isinstance(fact, LeadArrived)}
        if self._arrivals is not None:
            ids |= self._arrivals.lead_ids
        self._leads = leads.load(self._connection, ids, lock=True)
        waits = any(_may_be_given(lead) for lead in self._leads.values())
        if waits or kinds & TAKES_A_TURN:
            self._turns = turns.load(self._connection, lock=True)
            self._shares = dict(self._turns.shares)
        if kinds & LOOKS_AT_PEOPLE:
            policy = self._policies.current.policy
            self._people = known_people(self._connection, policy, self._at)
            self._covers = known_covers(self._connection, policy, self._at)
        if (comes or waits) and self._policies.current.policy.limits:
            self._waiting = waiting_leads(self._connection, self._policies.current.policy)
        if kinds & LOOKS_AT_ABSENCES:
            since = self._at - ABSENCES_KEPT_IN_MIND
            self._absences = tuple(
                Absence(what=gap.what, from_at=gap.from_at, until_at=gap.until_at or self._at)
                for gap in absences.recent(self._connection, since)
            )

    def _decide_arrival(self, sent: LeadArrived) -> Answer:
        assert self._arrivals is not None
        fact, kin = self._arrivals.placed(sent, self._leads)
        known = self._leads.get(fact.lead_id)
        if known is not None and known.erased_at is not None:
            # It was erased between the look for its name and the lock on it: there is no such name any more.
            raise Conflict("the lead was erased meanwhile")
        if fact.merges is not None:
            merged, _, refusal = self._decide(self._merging(fact, fact.merges))
            if merged is None or refusal is not None:
                return merged, False, refusal
            fact = replace(fact, details=merged.details, completed_by=None)
        answer = self._decide(fact, kin)
        if answer[0] is not None:
            self._arrivals.remember(sent, answer[0])
        return answer

    def _merging(self, fact: LeadArrived, merges: LeadId) -> LeadMerged:
        by = fact.completed_by
        return LeadMerged(
            lead_id=merges,
            at=fact.at,
            by=by or fact.source,
            by_hand=by is not None,
            details=fact.details,
            into=fact.lead_id,
            into_owner=self._leads[fact.lead_id].owner,
        )

    def _decide(self, fact: Fact, kin: Kin | None = None) -> Answer:
        before = self._leads.get(fact.lead_id)
        around = self._around(before, fact)
        try:
            decision = decide(before, fact, around if kin is None else changed(around, kin=kin))
        except Refusal as refusal:
            return before, False, refusal
        self._keep(before, decision, fact)
        return decision.lead, decision.duplicate, None

    def _keep(self, before: Lead | None, decision: Decision, fact: Fact) -> None:
        if decision.lead is before and not decision.entries and not decision.posts:
            return
        self._leads[fact.lead_id] = decision.lead
        self._changes.append(
            Change(
                before=before,
                decision=decision,
                policy_version=self._policies.current.version,
                said=_said_anew(before, fact),
            )
        )
        self.owes = self.owes or bool(decision.posts) or before is not None
        if decision.posts and not self.owes_outside:
            self.owes_outside = any(isinstance(post.to, Outside) for post in decision.posts)
        self._count(before, decision.lead)
        self._line_up(before, decision.lead)
        if decision.assigned is not None:
            turn = max(self._turns.last.values(), default=0) + 1
            self._turns.last[decision.assigned] = turn
            self._took.append((decision.assigned, turn, self._at))
        if decision.shares is not None:
            team = self._policies.current.policy.team_in_force(decision.lead.team)
            self._shares[team] = decision.shares

    def _count(self, before: Lead | None, after: Lead) -> None:
        """The next decision of the batch sees how much somebody has by now."""
        had = before.owner if before is not None and before.is_open else None
        has = after.owner if after.is_open else None
        if has == had:
            return
        limits = self._policies.current.policy.limits
        for owner, more in ((had, -1), (has, 1)):
            if owner is not None and owner in limits:
                known = self._people.get(owner, NOTHING_KNOWN)
                self._people[owner] = replace(known, open_leads=known.open_leads + more)

    def _line_up(self, before: Lead | None, after: Lead) -> None:
        """The next decision of the batch sees who waits by now."""
        policy = self._policies.current.policy
        if not policy.limits:
            return
        if before is not None and before.stage is Stage.HELD:
            line = self._waiting.get(policy.team_in_force(before.team), [])
            self._waiting[policy.team_in_force(before.team)] = [one for one in line if one[1] != before.id]
        if after.stage is Stage.HELD:
            line = self._waiting.setdefault(policy.team_in_force(after.team), [])
            insort(line, (place_of(policy, after.tier), after.id))

    def _around(self, lead: Lead | None, fact: Fact) -> Surroundings:
        current = self._policies.current
        version = lead.policy_version if lead is not None else current.version
        around = self._seen.get(version)
        if around is None or around.policy is not current.policy:
            around = self._seen[version] = Surroundings(
                policy=current.policy,
                version=current.version,
                terms=self._policies.at(version),
                turns=self._turns.last,
                shares=self._shares,
                people=self._people,
                covers=self._covers,
                waiting=self._waiting,
                absences=self._absences,
            )
        passed = passed_today(self._connection, current.policy, lead, fact)
        return changed(around, passed_today=passed) if passed else around


def _may_be_given(lead: Lead) -> bool:
    """Whether a step of its clock may find it an owner by turn: somebody is back, or the team opens."""
    latest = lead.clocks[-1] if lead.clocks else None
    return latest is not None and (latest.kind is ClockKind.HELD or is_paged(latest))


def _said_anew(before: Lead | None, fact: Fact) -> LeadDetails | None:
    """What the lead's own source (or who completed it) says of a known lead; a further request is kept apart."""
    if before is None or not isinstance(fact, LeadArrived):
        return None
    is_own = (fact.source, fact.details.external_id) == (before.source, before.external_id)
    return fact.details if is_own else None


def passed_today(connection: Connection, policy: Policy, lead: Lead | None, fact: Fact) -> int:
    """How many leads the person of a Pass has passed since midnight where they work."""
    if lead is None or not isinstance(fact, LeadPassed):
        return 0
    zone = policy.person_calendar(fact.by, policy.team_in_force(lead.team)).zone
    # Combined, not replaced: in a night in which midnight comes twice the day begins with the first.
    midnight = datetime.combine(fact.at.astimezone(zone).date(), time(), zone).astimezone(UTC)
    return leads.passes_on(connection, fact.by, midnight, fact.at)

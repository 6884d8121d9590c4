"""Choosing among 200 reps: what availability and fairness cost, and how evenly a flood of leads is spread."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

import pytest

from sla.availability import PersonNow, Spell
from sla.decide import arrival, decide
from sla.details import LeadDetails
from sla.facts import LeadArrived
from sla.lead import LeadId
from sla.names import name_of, team_name
from sla.policy import Policy, Tier, check_policy
from sla.roster import reps_of
from sla.routing import Route, route
from sla.surroundings import Surroundings
from tests.benchmarks.figures import report
from tests.sla.desk import team_data

pytestmark = pytest.mark.bench

REPS, AWAY, LIMITED = 200, 20, 60
"""Of 200 reps a tenth is away, a third may have only so many leads, and a twelfth has as many already."""
FULL = 15
DECISIONS, ROUNDS = 50, 120
LEADS = 1_000
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def email_of(number: int) -> str:
    return f"rep{number}@acme.example"


def large_team() -> Policy:
    data = team_data()
    chance = Random(7)
    limited = set(chance.sample(range(REPS), LIMITED))
    data["people"] += [
        {"email": email_of(n), "name": f"Rep {n}", **({"open_leads_max": 20} if n in limited else {})}
        for n in range(REPS)
    ]
    data["teams"]["sales"]["reps"] = [email_of(n) for n in range(REPS)]
    return check_policy(data)


def known_of(policy: Policy) -> dict[str, PersonNow]:
    """Who is away this week, and who of those with a limit has reached it."""
    chance = Random(8)
    week = Spell(from_at=MONDAY - timedelta(days=1), until_at=MONDAY + timedelta(days=4))
    away = {email_of(n): PersonNow(out_of_office=(week,)) for n in chance.sample(range(REPS), AWAY)}
    others = [email for email in policy.limits if email not in away]
    full = set(chance.sample(others, FULL))
    return away | {
        email: PersonNow(open_leads=20 if email in full else chance.randrange(19)) for email in others
    }


def plain_route(fields: Mapping[str, object], tier: Tier, at: datetime, around: Surroundings) -> Route:
    """The same rules, and whoever was assigned longest ago, there or not."""
    policy = around.policy
    team, reason = policy.routing.fallback.team, "no rule matches, so the fallback takes it"
    for number, rule in enumerate(policy.routing.rules, start=1):
        if rule.when.matches(fields):
            team, reason = rule.team, f"{rule.when.because(fields)}, rule {number}"
            break
    owner = min(reps_of(policy, team), key=lambda email: around.turns.get(email, 0))
    name = name_of(policy, owner)
    why = (
        f"Owner: {name} because {reason} (team {team_name(team)}). {name} was assigned longest ago of {REPS}."
    )
    return Route(team=team, owner=owner, how="routed", why=(why,), by_turn=False)


class Office:
    """Takes one lead after the other and remembers whose turn it was."""

    def __init__(self, policy: Policy, people: dict[str, PersonNow]) -> None:
        self.turns: dict[str, int] = {}
        self.shares: dict[str, Any] = {}
        self.around = Surroundings(
            policy=policy, version="v1", terms=policy, turns=self.turns, shares=self.shares, people=people
        )
        self._number = 0

    def a_lead(self) -> str | None:
        self._number += 1
        details = LeadDetails.model_construct(external_id=f"X-{self._number}", company="Northwind Freight")
        at = MONDAY + timedelta(milliseconds=self._number)
        fact = LeadArrived(lead_id=LeadId("L1"), at=at, source="website", details=details)
        decision = decide(None, fact, self.around)
        owner = decision.lead.owner
        if owner is not None:
            self.turns[owner] = self._number
        if decision.shares is not None:
            self.shares["sales"] = decision.shares
        return owner


def best_of(calls: dict[str, Callable[[], object]], number: int) -> dict[str, float]:
    """Seconds per call, the best of some rounds taken in turn, so that a busy moment hits all alike."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = perf_counter()
            for _ in range(number):
                call()
            best[name] = min(best[name], (perf_counter() - began) / number)
    return best


def test_a_decision_is_at_least_a_third_as_fast_as_without_availability_and_fairness(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy = large_team()
    people = known_of(policy)
    ours, plain = Office(policy, people), Office(policy, people)

    def without() -> object:
        with monkeypatch.context() as patched:
            patched.setattr(arrival, "route", plain_route)
            for _ in range(DECISIONS):
                plain.a_lead()
        return None

    def with_all() -> object:
        for _ in range(DECISIONS):
            ours.a_lead()
        return None

    best = best_of({"with": with_all, "without": without}, 1)
    tier = policy.tiers[-1]
    alone = best_of(
        {
            "with": lambda: route({}, tier, MONDAY, ours.around),
            "without": lambda: plain_route({}, tier, MONDAY, plain.around),
        },
        DECISIONS,
    )
    per_second = {name: DECISIONS / seconds for name, seconds in best.items()}
    report(
        "routing, 200 reps: decisions with availability and fairness", f"{per_second['with']:,.0f} a second"
    )
    report("routing, 200 reps: decisions without", f"{per_second['without']:,.0f} a second")
    share = per_second["with"] / per_second["without"]
    report("routing, 200 reps: speed of a decision in one without", f"{share:.2f}", "at least 0.33")
    report("routing, 200 reps: the choice alone, in that without", f"{alone['without'] / alone['with']:.2f}")
    assert share >= 1 / 3


def test_a_thousand_leads_are_spread_evenly_over_those_who_are_there() -> None:
    policy = large_team()
    office = Office(
        policy, {email: known for email, known in known_of(policy).items() if known.out_of_office}
    )
    got = Counter(office.a_lead() for _ in range(LEADS))
    there = REPS - AWAY
    least, most = min(got.values()), max(got.values())
    report(f"routing: leads each of {there} reps got of {LEADS:,}", f"{least} to {most}", "within 1")
    assert len(got) == there
    assert most - least <= 1

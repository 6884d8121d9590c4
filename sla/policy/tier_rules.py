"""Routing rules that ask for a lead's tier: which tiers they may name, and that a tier cannot ask for itself."""

from collections.abc import Iterator

from sla.policy.condition import Condition
from sla.policy.fields import TIER
from sla.policy.policy import Policy
from sla.policy.problem import Loc, Problem
from sla.policy.section import nearest


def tier_problems(policy: Policy, tiers: frozenset[str]) -> Iterator[Problem]:
    """`tiers` are the names of the file, also of tiers that are themselves wrong."""
    for index, tier in enumerate(policy.tiers):
        for loc, _ in _asked(tier.when, ("tiers", index, "when")):
            message = "a tier is found before its name is known"
            yield Problem(loc=loc, message=message, mend="Ask for the fields that make the lead what it is")
    known = {name.casefold() for name in tiers}
    for index, rule in enumerate(policy.routing.rules):
        for loc, name in _asked(rule.when, ("routing", "rules", index, "when")):
            if name is not None and name.casefold() not in known:
                near = nearest(name, tiers)
                mend = f"Write {near}" if near else "Add it under tiers"
                yield Problem(loc=loc, message=f'tiers has no "{name}"', mend=mend)


def _asked(condition: Condition, loc: Loc) -> Iterator[tuple[Loc, str | None]]:
    """Every place that asks for the tier, with each name that is asked for."""
    test = condition.tests.get(TIER)
    if test is not None:
        named = (
            *((test.equals,) if test.equals is not None else ()),
            *(test.in_ or ()),
            *(test.not_in or ()),
        )
        yield from (((*loc, TIER), str(name)) for name in named)
        if not named:
            yield (*loc, TIER), None
    for joint, several in (("any", condition.any), ("all", condition.all)):
        for index, one in enumerate(several or ()):
            yield from _asked(one, (*loc, joint, index))
    if condition.not_ is not None:
        yield from _asked(condition.not_, (*loc, "not"))

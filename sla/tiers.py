"""Which tier a lead is in, and why, in words that RevOps can defend."""

from collections.abc import Mapping

from sla.policy import Policy, Tier
from sla.policy.fields import look_up

REMEMBERED_MAX = 4_096
"""So many answers of a policy are remembered: leads that say the same of score and intent are many."""


def tier_of(policy: Policy, fields: Mapping[str, object]) -> tuple[Tier | None, str]:
    """The first tier that matches, and the sentence that Why? shows; None where the policy has none for it."""
    asked, known = policy.asked_for_tiers
    if asked is None:
        return _found(policy, fields)
    # With the types, for 1 is True to a dictionary, and nobody says it so.
    said = tuple([(type(value := look_up(fields, name)), value) for name in asked])
    try:
        found = known.get(said)
    except TypeError:
        # A list, or something else that no dictionary takes.
        return _found(policy, fields)
    if found is None:
        if len(known) >= REMEMBERED_MAX:
            known.clear()
        found = known[said] = _found(policy, fields)
    return found


def _found(policy: Policy, fields: Mapping[str, object]) -> tuple[Tier | None, str]:
    earlier: Tier | None = None
    for tier in policy.tiers:
        if tier.when.matches(fields):
            needed = f" ({earlier.name} needs {earlier.when.needs()}.)" if earlier is not None else ""
            return tier, f"Tier: {tier.name} because {tier.when.reason(fields)}.{needed}"
        earlier = tier
    return None, "Tier: none, because no tier of the policy matches."


def tier_named(policy: Policy, name: str | None) -> Tier:
    """The tier that a running clock was made under; its own policy always has it."""
    tier = policy.tier(name)
    if tier is None:
        raise LookupError(f"The policy {policy.name!r} has no tier {name!r}.")
    return tier

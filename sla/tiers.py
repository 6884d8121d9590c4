"""Which tier a lead is in, and why, in words that RevOps can defend."""

from collections.abc import Mapping

from sla.policy import Policy, Tier


def tier_of(policy: Policy, fields: Mapping[str, object]) -> tuple[Tier | None, str]:
    """The first tier that matches, and the sentence that Why? shows; None where the policy has none for it."""
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

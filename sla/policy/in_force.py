"""What a policy may say already and this version does not act on yet, each with what happens instead."""

from collections.abc import Callable

from sla.policy.policy import Policy


def _any_tier_has(part: str) -> Callable[[Policy], bool]:
    return lambda policy: any(getattr(tier, part) is not None for tier in policy.tiers)


def _has_a_target_that_nobody_is_paged_for(policy: Policy) -> bool:
    spoken = (tier.after_hours for tier in policy.tiers)
    return any(after is not None and after.first_response and after.page is None for after in spoken)


_NOT_YET: tuple[tuple[Callable[[Policy], bool], str], ...] = (
    (
        _has_a_target_that_nobody_is_paged_for,
        "tiers.after_hours.first_response: counts only where page names a rotation; else the time of a lead "
        "that comes in after hours starts at the opening.",
    ),
    (_any_tier_has("follow_up"), "tiers.follow_up: further attempts are recorded, none is asked for yet."),
    (_any_tier_has("disposition"), "tiers.disposition: nobody is reminded yet to decide on a lead."),
)


def not_in_force(policy: Policy) -> list[str]:
    """A sentence for each part that is checked and kept, and does nothing yet; what happens instead."""
    return [sentence for applies, sentence in _NOT_YET if applies(policy)]

"""What a policy may say already and this version does not act on yet, each with what happens instead."""

from collections.abc import Callable

from sla.policy.policy import Policy


def _any_tier_has(part: str) -> Callable[[Policy], bool]:
    return lambda policy: any(getattr(tier, part) is not None for tier in policy.tiers)


def _says(section: str) -> Callable[[Policy], bool]:
    return lambda policy: section in policy.model_fields_set


_NOT_YET: tuple[tuple[Callable[[Policy], bool], str], ...] = (
    (
        lambda policy: bool(policy.on_call),
        "on_call: nobody is paged yet; a lead goes to its owner at any hour, its time runs in working hours.",
    ),
    (
        _any_tier_has("after_hours"),
        "tiers.after_hours: a lead that comes in after hours gets the tier's usual target, "
        "from the next opening.",
    ),
    (_any_tier_has("follow_up"), "tiers.follow_up: further attempts are recorded, none is asked for yet."),
    (_any_tier_has("disposition"), "tiers.disposition: nobody is reminded yet to decide on a lead."),
    (
        lambda policy: True,
        "notices: messages are sent at once, also outside working hours, each by itself; "
        "for every tier the managers are told at once.",
    ),
    (_says("ops"), "ops: what is meant for lead ops goes to the people of routing.unowned.tell until then."),
    (
        lambda policy: "duplicates" in policy.intake.model_fields_set,
        "intake.duplicates: a lead is the same only by source and external_id, "
        "not yet by e-mail address or phone number.",
    ),
)


def not_in_force(policy: Policy) -> list[str]:
    """A sentence for each part that is checked and kept, and does nothing yet; what happens instead."""
    return [sentence for applies, sentence in _NOT_YET if applies(policy)]

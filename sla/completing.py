"""Completing a lead by hand: which of its fields are missing or wrong, and what somebody filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sla.details import LeadDetails
from sla.intake import UNUSABLE, needs_of, read_lead

NOT_TYPED: Final = ("score_breakdown", "activity", "attributes")
"""Lists and objects: nobody types them into a form; wrong ones are let go when the rest is mended."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A field to fill in. `sent` is what came and cannot be right, None where nothing came."""

    field: str
    sent: Any
    is_required: bool


def gaps_of(details: LeadDetails, required: Sequence[str]) -> tuple[Gap, ...]:
    """What is missing or wrong, in the order in which it is said."""
    aside = details.attributes.get(UNUSABLE)
    unusable = aside if isinstance(aside, Mapping) else {}
    fields = dict.fromkeys(need.partition(" ")[0] for need in needs_of(details, required))
    return tuple(
        Gap(field=field, sent=unusable.get(field), is_required=field in required)
        for field in fields
        if field not in NOT_TYPED
    )


def read_completion(
    details: LeadDetails, entered: Mapping[str, str | None]
) -> tuple[LeadDetails, dict[str, str]]:
    """What was filled in as details of these fields alone, and what is still wrong with which of them.

    A field that was left empty is among them as None: what had come for it is let go.
    """
    typed = {field: value for field, value in entered.items() if value}
    country = {"country": details.country} if details.country else {}
    read, needs = read_lead({"external_id": "again"} | country | typed, fields=None, required=())
    said_of = (need.partition(" ") for need in needs)
    wrong = {field: problem for field, _, problem in said_of if field in typed}
    aside = details.attributes.get(UNUSABLE)
    let_go = [name for name in NOT_TYPED if isinstance(aside, Mapping) and name in aside]
    said = dict.fromkeys(entered) | {field: getattr(read, field) for field in typed if field not in wrong}
    blank = {name: LeadDetails.model_fields[name].get_default(call_default_factory=True) for name in let_go}
    return LeadDetails.model_validate({"external_id": details.external_id} | said | blank), wrong

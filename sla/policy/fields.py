"""The fields of a lead that conditions and field mappings may name."""

from collections.abc import Mapping
from typing import Any

from sla.policy.section import nearest

LEAD_FIELDS: tuple[str, ...] = (
    "external_id", "email", "phone", "first_name", "last_name", "title", "company", "employees", "industry",
    "country", "region", "language", "website", "intent", "score", "score_breakdown", "activity", "message",
    "status", "owner", "partner", "crm_url", "created_at", "attributes",
)  # fmt: skip
"""Everything a lead may say, in the order in which the HTTP door documents it."""

PERSONAL = frozenset(
    {
        "external_id",
        "email",
        "phone",
        "first_name",
        "last_name",
        "company",
        "website",
        "message",
        "owner",
        "crm_url",
    }
)
"""What tells one lead from another: not to be kept in mind beyond it."""

TIER = "tier"
"""What routing rules may ask for besides: the lead's tier, which is known by then."""

OPEN_FIELDS = ("attributes", "score_breakdown")
"""Fields whose own keys are the sender's: `attributes.plan`, `score_breakdown.fit`."""

_LABELS = {
    "email": "e-mail address",
    "phone": "phone number",
    "external_id": "external id",
    "crm_url": "CRM link",
}


def is_field(name: str) -> bool:
    """Whether a condition can ask for this; `attributes.` takes any path behind it."""
    root, dot, path = name.partition(".")
    if dot:
        return root in OPEN_FIELDS and bool(path) and not path.endswith(".")
    return name in LEAD_FIELDS or name == TIER


def nearest_field(name: str) -> str | None:
    """The field that `name` was probably meant to be."""
    root, dot, path = name.partition(".")
    near = nearest(root, OPEN_FIELDS if dot else LEAD_FIELDS)
    return f"{near}.{path}" if near and dot else near


def look_up(fields: Mapping[str, object], name: str) -> Any:
    """What the lead says for this field, None where it says nothing (blank text and empty lists say nothing).

    A path below `attributes` is followed step by step; a key that itself holds dots is found too.
    """
    value: Any = fields.get(name)
    if value is None:
        if "." not in name:
            return None
        root, _, path = name.partition(".")
        value = _follow(fields.get(root), path)
    if isinstance(value, str):
        return value.strip() or None
    return None if not value and value in (None, [], (), {}) else value


def _follow(value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return value[path]
    head, dot, rest = path.partition(".")
    return _follow(value.get(head), rest) if dot else None


def label(name: str) -> str:
    """The field in people's words."""
    return _LABELS.get(name, name if "." in name else name.replace("_", " "))

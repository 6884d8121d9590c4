"""Reading a JSON object as one of the shapes that are sent, and saying what is wrong beside which field."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.http.problems import unreadable
from sla.intake import FieldError
from sla.policy.section import nearest

Sent = TypeVar("Sent", bound=BaseModel)


def read_shape(kind: type[Sent], given: Mapping[str, Any], within: str = "") -> Sent:
    """What was sent, as its shape; `within` is where in the body it stands. Raises Problem."""
    try:
        return kind.model_validate(given)
    except ValidationError as problem:
        found = problem.errors(include_url=False, include_input=False)
        known = tuple(field.alias or name for name, field in kind.model_fields.items())
        errors = [_field_error(error, known, within) for error in found]
    said = "; ".join(f"{error.field} {error.message}" for error in errors)
    raise unreadable(f"This cannot be read: {said}.", *errors)


def _field_error(error: ErrorDetails, known: tuple[str, ...], within: str) -> FieldError:
    field = str(error["loc"][0]) if error["loc"] else ""
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            message = "is missing"
        case "extra_forbidden":
            near = nearest(field, known)
            message = f"is not known here; write {near or 'one of ' + ', '.join(known)}"
        case "literal_error":
            message = f"is none of {context['expected']}"
        case "value_error":
            message = str(context["error"])
        case "string_too_short":
            message = "is empty"
        case "string_too_long":
            message = f"is longer than {context['max_length']} characters"
        case _:
            message = "is not text; write it in quotes"
    return FieldError(field=f"{within}{field}"[:255], message=message)

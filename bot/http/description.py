"""The OpenAPI description: what each address takes and answers, with examples."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from bot.http import health_shapes, people_shapes, shapes
from bot.http.problems import MEDIA_TYPE

SUMMARY: Final = "Takes sales leads in and says how they stand."
INTRODUCTION: Final = (
    "JSON in UTF-8, times in RFC 3339 with an offset. Say who you are with `Authorization: Bearer KEY`, or sign "
    "what you send as Standard Webhooks describes. A source's key sees that source's leads only; leads sent with "
    'an admin key belong to the source "admin". A 2xx answer means: it is on disk.'
)
_JSON: Final = "application/json"
_SECURITY: Final[list[dict[str, list[str]]]] = [{"key": []}, {"signature": []}]
_PROBLEMS: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "The connection was closed half way.",
    HTTPStatus.UNAUTHORIZED: "No key or signature, or none that is known here.",
    HTTPStatus.FORBIDDEN: "The key is known, but it is no admin's.",
    HTTPStatus.NOT_FOUND: "No such lead (or person) among those that the key may see.",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not arrive in time.",
    HTTPStatus.CONFLICT: "The lead stands in a way that does not allow it; `detail` says how.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Too much at once.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Not JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It cannot be read; `errors` names the fields.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault of the bot; it is in its log.",
    HTTPStatus.SERVICE_UNAVAILABLE: "It cannot be saved at the moment, or too many ask at once: send it again after "
    "`Retry-After` seconds.",
}
_ALWAYS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
_WITH_A_BODY: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_MODELS: Final[tuple[tuple[type[BaseModel], JsonSchemaMode], ...]] = (
    (shapes.LeadSent, "validation"),
    (shapes.LeadPatch, "validation"),
    (shapes.ActivityLogged, "validation"),
    (people_shapes.AbsencesSent, "validation"),
    (people_shapes.PersonShown, "serialization"),
    (shapes.LeadResult, "serialization"),
    (shapes.LeadRefused, "serialization"),
    (shapes.LeadChanged, "serialization"),
    (shapes.LeadErased, "serialization"),
    (shapes.ActivityResult, "serialization"),
    (shapes.LeadShown, "serialization"),
    (shapes.ProblemShape, "serialization"),
    (health_shapes.Readiness, "serialization"),
    (health_shapes.Alive, "serialization"),
)
_LEAD_ID: Final = {
    "name": "lead_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "The `lead_id`, or `source:external_id`.",
}
_EMAIL: Final = {
    "name": "email",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "The person's address in the policy.",
}
ABSENCES_EXAMPLE: Final = {
    "absences": [{"from": "2026-12-24", "until": "2026-12-31", "cover": "bob@acme.example"}]
}
LEAD_EXAMPLE: Final = {
    "external_id": "00Q-1001",
    "email": "dana@northwind.example",
    "first_name": "Dana",
    "last_name": "Reyes",
    "company": "Northwind Freight",
    "employees": 1800,
    "country": "US",
    "intent": "demo_request",
    "score": 88,
}
PATCH_EXAMPLE: Final = {"owner": "bob@acme.example"}
ACTIVITY_EXAMPLE: Final = {
    "external_id": "call-77",
    "type": "call",
    "outcome": "connected",
    "occurred_at": "2026-11-23T15:04:00Z",
    "by": "alice@acme.example",
    "note": "Wants a demo on Wednesday",
}


def ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def list_of(schema: Mapping[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": schema, "maxItems": most}


def either(*models: type[BaseModel]) -> dict[str, Any]:
    return {"oneOf": [ref(model) for model in models]}


def taking(schema: Mapping[str, Any], example: Any, *, one_lead: bool = False) -> dict[str, Any]:
    """What an operation takes, for `openapi_extra`."""
    extra = asking(one_lead=one_lead)
    extra["requestBody"] = {
        "required": True,
        "content": {_JSON: {"schema": schema, "examples": {"example": {"value": example}}}},
    }
    return extra


def asking(*, one_lead: bool) -> dict[str, Any]:
    extra: dict[str, Any] = {"security": _SECURITY}
    return extra | ({"parameters": [_LEAD_ID]} if one_lead else {})


def about_person(schema: Mapping[str, Any] | None = None, example: Any = None) -> dict[str, Any]:
    """What an operation on a person takes: an admin's key, the address, and the body where there is one."""
    extra = taking(schema, example) if schema is not None else {}
    return extra | {"security": [{"key": []}], "parameters": [_EMAIL]}


def answers(
    status: HTTPStatus, text: str, schema: Mapping[str, Any], *problems: HTTPStatus, takes: bool = False
) -> dict[int | str, dict[str, Any]]:
    """What an operation answers: the good case, and each problem that it can have."""
    told: dict[int | str, dict[str, Any]] = {
        status.value: {"description": text, "content": {_JSON: {"schema": schema}}}
    }
    for problem in sorted({*_ALWAYS, *problems, *(_WITH_A_BODY if takes else ())}):
        told[problem.value] = {
            "description": _PROBLEMS[problem],
            "content": {MEDIA_TYPE: {"schema": ref(shapes.ProblemShape)}},
        }
        if problem is HTTPStatus.SERVICE_UNAVAILABLE:
            told[problem.value]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return told


def crowded() -> dict[int | str, dict[str, Any]]:
    """What is answered where too many ask at once."""
    busy = HTTPStatus.SERVICE_UNAVAILABLE
    return {busy.value: answers(HTTPStatus.OK, "", {}, busy)[busy.value]}


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole description; the shapes that the routes only refer to are added here."""
    described = get_openapi(
        title=app.title, version=app.version, summary=SUMMARY, description=INTRODUCTION, routes=app.routes
    )
    _, schemas = models_json_schema(_MODELS, ref_template="#/components/schemas/{model}")
    described["components"] = {
        "schemas": schemas["$defs"],
        "securitySchemes": {
            "key": {"type": "http", "scheme": "bearer"},
            "signature": {
                "type": "apiKey",
                "in": "header",
                "name": "webhook-signature",
                "description": "With `webhook-id` and `webhook-timestamp`, as Standard Webhooks describes.",
            },
        },
    }
    return described

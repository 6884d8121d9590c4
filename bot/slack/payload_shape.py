"""Whether a payload has the shape that the framework and the listeners read: Slack's own always has."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_LAST_SECOND = 253_402_300_799
"""The end of the year 9999, beyond which no time can be told."""


class _Part(BaseModel):
    """What is read of one object of a payload; Slack adds to them whenever it likes."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Team(_Part):
    id: str | None = None


class _User(_Part):
    id: str
    team_id: str | None = None


class _Action(_Part):
    action_id: str
    value: str | None = None


class _Container(_Part):
    channel_id: str | None = None
    message_ts: str | None = None


class _Press(_Part):
    user: _User
    team: _Team | None = None
    container: _Container | None = None
    actions: Annotated[list[_Action], Field(min_length=1)]
    response_url: Annotated[str, Field(pattern="^(https?://|$)")] | None = None
    trigger_id: str | None = None


class _Command(_Part):
    user_id: str
    team_id: str | None = None
    command: str
    text: str | None = None


class _Option(_Part):
    value: str


class _Entered(_Part):
    selected_option: _Option | None = None
    selected_date_time: Annotated[int, Field(ge=0, le=_LAST_SECOND)] | None = None


class _State(_Part):
    values: dict[str, dict[str, _Entered]] | None = None


class _View(_Part):
    type: str
    callback_id: str
    state: _State | None = None


class _Form(_Part):
    user: _User
    team: _Team | None = None
    view: _View


class _Event(_Part):
    type: str


class _Function(_Part):
    callback_id: str | None = None


class _Anything(_Part):
    """The framework looks for an event and a view in whatever is sent, also where none belongs."""

    event: dict[str, Any] = {}
    view: dict[str, Any] = {}


class _FunctionExecuted(_Event):
    function: _Function
    inputs: dict[str, Any] | None = None
    bot_access_token: str | None = None


class _Metadata(_Part):
    event_type: str | None = None


class _MetadataPosted(_Event):
    metadata: _Metadata | None = None


_PAYLOADS: Mapping[str, type[_Part]] = {
    "block_actions": _Press,
    "view_submission": _Form,
    "view_closed": _Form,
}
_EVENTS: Mapping[str, type[_Part]] = {
    "function_executed": _FunctionExecuted,
    "message_metadata_posted": _MetadataPosted,
}


def misshapen_in(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The places of a payload that cannot be read, such as "view.type"; none for one that can."""
    kind = body.get("type")
    if kind == "event_callback":
        event = body.get("event")
        expected = _EVENTS.get(_name(event.get("type")) if isinstance(event, Mapping) else "", _Event)
        return tuple(f"event.{place}".rstrip(".") for place in _places(expected, event))
    if kind is None and "command" in body:
        return _places(_Command, body)
    return _places(_PAYLOADS.get(_name(kind), _Anything), body)


def _name(kind: Any) -> str:
    return kind if isinstance(kind, str) else ""


def _places(expected: type[_Part], said: Any) -> tuple[str, ...]:
    try:
        expected.model_validate(said)
    except ValidationError as problem:
        return tuple(".".join(map(str, error["loc"])) for error in problem.errors(include_input=False))
    return ()


def may_hold_nulls(raw: str) -> bool:
    """Whether the sign of code 0 can be in what was sent; one look over it, for each press passes here."""
    return "u0000" in raw or "%00" in raw or "\x00" in raw


def storable(said: Any) -> Any:
    """The same without the sign of code 0, which PostgreSQL takes in no text; Slack sends it to nobody."""
    match said:
        case str():
            return said.replace("\x00", "")
        case Mapping():
            return {storable(name): storable(value) for name, value in said.items()}
        case list():
            return [storable(one) for one in said]
        case _:
            return said

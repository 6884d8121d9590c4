"""What a person filled into a modal, as Slack reports it, and what the client itself does not let through."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.model import Json

REQUIRED = "Please complete this required field."


class NotOnScreenError(Exception):
    """A person was to use something that is not on their screen."""


def inputs_of(view: Json) -> Iterator[tuple[Json, str, Json]]:
    """Each element that holds a value, with its block and its block's id."""
    for block in view.get("blocks") or []:
        parts = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
        for element in parts:
            if isinstance(element, Mapping) and element.get("type") in _SIMPLE and "action_id" in element:
                yield block, str(block.get("block_id")), dict(element)


def fill_in(view: Json, values: Mapping[str, Any]) -> tuple[Json, dict[str, str]]:
    """The view's state for these values, and the messages of the client beside fields that are still empty.

    `values` goes by block id or action id; a choice is named by its value, several by a list of values.
    """
    state: Json = {}
    missing: dict[str, str] = {}
    names: set[str] = set()
    for block, block_id, element in inputs_of(view):
        action_id = element["action_id"]
        names |= {block_id, action_id}
        given = values.get(block_id, values.get(action_id, _NOT_GIVEN))
        if isinstance(given, Mapping) and action_id in given:
            given = given[action_id]
        said = _initial(element) if given is _NOT_GIVEN else _typed(element, given)
        state.setdefault(block_id, {})[action_id] = said
        empty = all(value in (None, "", []) for name, value in said.items() if name != "type")
        if empty and block.get("type") == "input" and not block.get("optional"):
            missing[block_id] = REQUIRED
    unknown = set(values) - names
    if unknown:
        raise NotOnScreenError(
            f"no such field: {', '.join(sorted(unknown))}; there are {', '.join(sorted(names))}"
        )
    return state, missing


def choose(element: Json, value: Any) -> Json:
    """What an element says after a person chose `value` in it."""
    return {name: said for name, said in _typed(element, value).items() if name != "type"}


_NOT_GIVEN = object()
_SIMPLE = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
}


def _initial(element: Json) -> Json:
    name, initial = _SIMPLE[element["type"]]
    empty: Any = [] if name.endswith("s") else None
    return {"type": element["type"], name: element.get(initial, empty)}


def _typed(element: Json, value: Any) -> Json:
    name, _ = _SIMPLE[element["type"]]
    if name == "selected_option":
        value = None if value is None else _option(element, value)
    elif name == "selected_options":
        value = [_option(element, one) for one in value or []]
    return {"type": element["type"], name: value}


def _option(element: Json, value: Any) -> Json:
    groups = element.get("option_groups") or [element]
    options: list[Json] = [one for group in groups for one in group.get("options", [])]
    for option in options:
        if value in (option["value"], option["text"]["text"], option):
            return option
    offered = ", ".join(option["value"] for option in options)
    raise NotOnScreenError(f"there is no choice {value!r}; there are {offered}")

"""The parts that stand inside Slack's blocks: text objects, buttons, choices and fields to type in."""

from collections.abc import Mapping
from typing import Any

from bot.slack.shapes import (
    Check,
    Found,
    anything,
    boolean,
    both,
    by_type,
    integer,
    list_of,
    needs,
    one_of,
    shape,
    string,
)


def plain_text(most: int) -> Check:
    return by_type({"plain_text": shape({"text": string(most)}, {"emoji": boolean})})


def any_text(most: int) -> Check:
    mrkdwn = shape({"text": string(most)}, {"verbatim": boolean})
    plain = shape({"text": string(most)}, {"emoji": boolean})
    return by_type({"plain_text": plain, "mrkdwn": mrkdwn})


ID = string(255)
_STYLE = one_of("primary", "danger")
_CONFIRM = shape(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": _STYLE},
)
_FOCUS: dict[str, Check] = {"action_id": ID, "confirm": _CONFIRM, "focus_on_load": boolean}
BUTTON = shape(
    {"text": plain_text(75)},
    {
        "action_id": ID,
        "url": string(3000),
        "value": string(2000),
        "style": _STYLE,
        "confirm": _CONFIRM,
        "accessibility_label": string(75),
    },
)
_SLACK_FILE = shape({}, {"id": ID, "url": string(3000)})
IMAGE_SOURCE: dict[str, Check] = {"image_url": string(3000), "slack_file": _SLACK_FILE}
ONE_IMAGE_SOURCE = needs("image_url", "slack_file", exactly=True)
IMAGE_ELEMENT = both(shape({"alt_text": string(2000)}, IMAGE_SOURCE), ONE_IMAGE_SOURCE)


def _option(text: Check, description: Check) -> Check:
    return shape({"text": text, "value": string(150)}, {"description": description, "url": string(3000)})


_OPTION = _option(plain_text(75), plain_text(75))
_CHOICE = _option(any_text(75), any_text(75))
_GROUP = shape({"label": plain_text(75), "options": list_of(_OPTION, most=100)})
_PLACEHOLDER: dict[str, Check] = {"placeholder": plain_text(150)}


def _initial_is_an_option(value: Any, path: str, found: Found) -> None:
    """Slack refuses a preselected option that differs in any way from the ones on offer."""
    groups = value.get("option_groups") or [value]
    options = [one for group in groups if isinstance(group, Mapping) for one in group.get("options") or []]
    if "initial_option" in value and value["initial_option"] not in options:
        found.append(f"{path}/initial_option: must be one of the options")
    for index, one in enumerate(value.get("initial_options") or []):
        if one not in options:
            found.append(f"{path}/initial_options/{index}: must be one of the options")


def _static_select(**more: Check) -> Check:
    offered = {
        "options": list_of(_OPTION, most=100),
        "option_groups": list_of(_GROUP, most=100),
    }
    return both(
        shape({}, {**_FOCUS, **_PLACEHOLDER, **offered, **more}),
        needs("options", "option_groups", exactly=True),
        _initial_is_an_option,
    )


def _chosen_from_slack(**more: Check) -> Check:
    return shape({}, {**_FOCUS, **_PLACEHOLDER, **more})


def _choices(**more: Check) -> Check:
    return both(shape({"options": list_of(_CHOICE, most=10)}, {**_FOCUS, **more}), _initial_is_an_option)


MOMENT = integer(1, 9_999_999_999)
CHOOSERS: dict[str, Check] = {
    "static_select": _static_select(initial_option=_OPTION),
    "users_select": _chosen_from_slack(initial_user=ID),
    "channels_select": _chosen_from_slack(initial_channel=ID),
    "conversations_select": _chosen_from_slack(
        initial_conversation=ID, default_to_current_conversation=boolean, filter=anything
    ),
    "datepicker": shape({}, {**_FOCUS, **_PLACEHOLDER, "initial_date": string(10)}),
    "timepicker": shape({}, {**_FOCUS, **_PLACEHOLDER, "initial_time": string(5), "timezone": string(255)}),
    "radio_buttons": _choices(initial_option=_CHOICE),
    "checkboxes": _choices(initial_options=list_of(_CHOICE, most=10)),
}
MULTI: dict[str, Check] = {
    "multi_static_select": _static_select(
        initial_options=list_of(_OPTION, most=100), max_selected_items=integer(1, 100)
    ),
    "multi_users_select": _chosen_from_slack(
        initial_users=list_of(ID, most=100), max_selected_items=integer(1, 100)
    ),
}
DATETIME: dict[str, Check] = {"datetimepicker": shape({}, {**_FOCUS, "initial_date_time": MOMENT})}
PRESSED: dict[str, Check] = {
    "button": BUTTON,
    "overflow": shape({"options": list_of(_OPTION, most=5)}, {"action_id": ID, "confirm": _CONFIRM}),
}
_TYPED_BASE: dict[str, Check] = {
    "action_id": ID,
    "focus_on_load": boolean,
    "dispatch_action_config": anything,
    "initial_value": string(3000),
    **_PLACEHOLDER,
}
TYPED: dict[str, Check] = {
    "plain_text_input": shape(
        {},
        {
            **_TYPED_BASE,
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "email_text_input": shape({}, _TYPED_BASE),
    "url_text_input": shape({}, _TYPED_BASE),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_TYPED_BASE, "min_value": string(32), "max_value": string(32)},
    ),
}

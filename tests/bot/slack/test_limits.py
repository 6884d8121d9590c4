"""Every limit of Slack's messages, modals and home tabs: at the limit it passes, one over it is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.slack.limits import Surface, problems

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def message(*blocks: Any, **more: Any) -> Json:
    return {"text": "A card", "blocks": list(blocks), **more}


def modal(*blocks: Any, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Why?"), "submit": plain("Save"), "blocks": list(blocks), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Why?"), "action_id": "why", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def buttons(count: int) -> Json:
    return message(actions(*(button(action_id=f"b{number}") for number in range(count))))


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn("One thought"), **more}


def option(value: str = "one", text: str = "One", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(value=f"o{number}") for number in range(count)]


def choice(kind: str, **more: Any) -> Json:
    return modal(asked({"type": kind, "action_id": "choice", **more}))


def asked(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("What happened?"), "element": element, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "note", **more}


def confirmed(**more: Any) -> Json:
    said = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
    return message(actions(button(confirm=said | more)))


def table(rows: int, columns: int, text: str = "x") -> Json:
    cell = {"type": "raw_text", "text": text}
    return {"type": "table", "rows": [[cell] * columns for _ in range(rows)]}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def line(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart", **more}


def x(count: int) -> str:
    return "x" * count


SIZES: list[tuple[str, Surface, Callable[[int], Json], int]] = [
    ("text of a post", "message", lambda n: {"text": x(n)}, 40_000),
    ("text of an update", "message", lambda n: {"text": x(n), "ts": "1.0"}, 4_000),
    ("blocks of a message", "message", lambda n: message(*[{"type": "divider"}] * n), 50),
    ("blocks of a modal", "modal", lambda n: modal(*[{"type": "divider"}] * n), 100),
    ("blocks of a home tab", "home", lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}, 100),
    ("header", "message", lambda n: message({"type": "header", "text": plain(x(n))}), 150),
    ("section", "message", lambda n: message(section(text=mrkdwn(x(n)))), 3_000),
    ("fields", "message", lambda n: message(section(fields=[plain("x")] * n)), 10),
    ("a field", "message", lambda n: message(section(fields=[plain(x(n))])), 2_000),
    (
        "context elements",
        "message",
        lambda n: message({"type": "context", "elements": [mrkdwn("x")] * n}),
        10,
    ),
    ("elements of actions", "message", buttons, 25),
    ("label of a button", "message", lambda n: message(actions(button(text=plain(x(n))))), 75),
    ("value of a button", "message", lambda n: message(actions(button(value=x(n)))), 2_000),
    ("address of a button", "message", lambda n: message(actions(button(url=x(n)))), 3_000),
    ("action id", "message", lambda n: message(actions(button(action_id=x(n)))), 255),
    ("block id", "message", lambda n: message({"type": "divider", "block_id": x(n)}), 255),
    (
        "accessibility label",
        "message",
        lambda n: message(actions(button(accessibility_label=x(n)))),
        75,
    ),
    ("title of a confirmation", "message", lambda n: confirmed(title=plain(x(n))), 100),
    ("text of a confirmation", "message", lambda n: confirmed(text=plain(x(n))), 300),
    ("yes of a confirmation", "message", lambda n: confirmed(confirm=plain(x(n))), 30),
    ("no of a confirmation", "message", lambda n: confirmed(deny=plain(x(n))), 30),
    ("options of a select", "modal", lambda n: choice("static_select", options=options(n)), 100),
    (
        "option groups",
        "modal",
        lambda n: choice(
            "static_select", option_groups=[{"label": plain("Team"), "options": options(1)}] * n
        ),
        100,
    ),
    ("radio buttons", "modal", lambda n: choice("radio_buttons", options=options(n)), 10),
    ("checkboxes", "modal", lambda n: choice("checkboxes", options=options(n)), 10),
    (
        "an overflow menu",
        "message",
        lambda n: message(section(accessory={"type": "overflow", "options": options(n)})),
        5,
    ),
    ("text of an option", "modal", lambda n: choice("radio_buttons", options=[option(text=x(n))]), 75),
    ("value of an option", "modal", lambda n: choice("radio_buttons", options=[option(value=x(n))]), 150),
    (
        "description of an option",
        "modal",
        lambda n: choice("static_select", options=[option(description=plain(x(n)))]),
        75,
    ),
    ("placeholder", "modal", lambda n: modal(asked(typed(placeholder=plain(x(n))))), 150),
    ("longest typed text", "modal", lambda n: modal(asked(typed(max_length=n))), 3_000),
    ("label of an input", "modal", lambda n: modal(asked(typed()) | {"label": plain(x(n))}), 2_000),
    ("hint of an input", "modal", lambda n: modal(asked(typed(), hint=plain(x(n)))), 2_000),
    ("address of an image", "message", lambda n: message(image(image_url=x(n))), 3_000),
    ("alt text of an image", "message", lambda n: message(image(alt_text=x(n))), 2_000),
    ("title of an image", "message", lambda n: message(image(title=plain(x(n)))), 2_000),
    ("title of a modal", "modal", lambda n: modal(asked(typed()), title=plain(x(n))), 24),
    ("submit of a modal", "modal", lambda n: modal(asked(typed()), submit=plain(x(n))), 24),
    ("close of a modal", "modal", lambda n: modal(asked(typed()), close=plain(x(n))), 24),
    ("private metadata", "modal", lambda n: modal(asked(typed()), private_metadata=x(n)), 3_000),
    ("callback id", "modal", lambda n: modal(asked(typed()), callback_id=x(n)), 255),
    ("external id", "modal", lambda n: modal(asked(typed()), external_id=x(n)), 255),
    ("rows of a table", "message", lambda n: message(table(n, 1)), 100),
    ("columns of a table", "message", lambda n: message(table(1, n)), 20),
    ("characters of a table", "message", lambda n: message(table(1, 1, x(n))), 10_000),
    ("tables of a message", "message", lambda n: message(*[table(1, 1)] * n), 1),
    (
        "event type of metadata",
        "message",
        lambda n: {"text": "x", "metadata": {"event_type": x(n), "event_payload": {}}},
        255,
    ),
    (
        "indent of a list",
        "message",
        lambda n: message(
            rich(
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "indent": n,
                    "elements": [line({"type": "text", "text": "x"})],
                }
            )
        ),
        8,
    ),
]
_NAMES = [name for name, *_ in SIZES]


@pytest.mark.parametrize(("name", "surface", "of_size", "most"), SIZES, ids=_NAMES)
def test_what_is_exactly_as_long_as_slack_allows_passes(
    name: str, surface: Surface, of_size: Callable[[int], Json], most: int
) -> None:
    assert problems(of_size(most), surface) == []


@pytest.mark.parametrize(("name", "surface", "of_size", "most"), SIZES, ids=_NAMES)
def test_one_over_the_limit_is_refused(
    name: str, surface: Surface, of_size: Callable[[int], Json], most: int
) -> None:
    assert len(problems(of_size(most + 1), surface)) == 1


WRONG: list[tuple[str, Surface, Json, str]] = [
    ("no text", "message", {"blocks": [section()]}, "/text: is missing"),
    ("empty text", "message", {"text": ""}, "/text: must not be empty"),
    ("blocks that are no list", "message", {"text": "x", "blocks": {}}, "/blocks: must be a list"),
    ("an unknown block", "message", message({"type": "carousel_of_horrors"}), "/blocks/0: "),
    ("a block without a type", "message", message({"text": plain("x")}), "/blocks/0: None"),
    ("a block that is no object", "message", message("divider"), "/blocks/0: None"),
    ("a table in a modal", "modal", modal(table(1, 1)), "/blocks/0: 'table' cannot stand here"),
    ("a table on the home tab", "home", {"type": "home", "blocks": [table(1, 1)]}, "/blocks/0: 'table'"),
    ("a header with mrkdwn", "message", message({"type": "header", "text": mrkdwn("x")}), "/blocks/0/text"),
    ("an empty section", "message", message({"type": "section"}), "/blocks/0: must have one of text, fields"),
    ("an empty header", "message", message({"type": "header", "text": plain("")}), "/blocks/0/text/text"),
    ("an unknown property", "message", message(section(colour="red")), "/blocks/0/colour: is not a known"),
    (
        "a button without a label",
        "message",
        message(actions({"type": "button"})),
        "/blocks/0/elements/0/text",
    ),
    ("a button of no known style", "message", message(actions(button(style="loud"))), "/style: must be one"),
    ("no elements", "message", message(actions()), "/blocks/0/elements: must have at least 1"),
    (
        "a text field among actions",
        "message",
        message(actions(typed())),
        "/blocks/0/elements/0: 'plain_text_input' cannot stand here",
    ),
    ("a date field beside a section", "message", message(section(accessory={"type": "datetimepicker"})), ""),
    (
        "two blocks of one name",
        "message",
        message({"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}),
        "/blocks/1/block_id: 'a'",
    ),
    (
        "two actions of one name in a block",
        "message",
        message(actions(button(), button())),
        "/blocks/0: the action_id 'why' stands twice",
    ),
    ("an image without a source", "message", message({"type": "image", "alt_text": "x"}), "exactly one of"),
    ("an image with two sources", "message", message(image(slack_file={"id": "F1"})), "exactly one of"),
    ("a select without options", "modal", choice("static_select"), "exactly one of options, option_groups"),
    (
        "an initial option that is not on offer",
        "modal",
        choice("radio_buttons", options=[option()], initial_option=option(value="two")),
        "/initial_option: must be one of the options",
    ),
    (
        "an initial tick that is not on offer",
        "modal",
        choice("checkboxes", options=[option()], initial_options=[option(value="two")]),
        "/initial_options/0: must be one of the options",
    ),
    ("a modal without a title", "modal", {"type": "modal", "blocks": [section()]}, "/title: is missing"),
    ("a modal without blocks", "modal", {"type": "modal", "title": plain("x")}, "/blocks: is missing"),
    (
        "inputs without submit",
        "modal",
        {"type": "modal", "title": plain("x"), "blocks": [asked(typed())]},
        "/submit: is missing",
    ),
    ("a home tab sent as a modal", "modal", {**modal(section()), "type": "home"}, "/type: must be one of"),
    ("metadata without payload", "message", {"text": "x", "metadata": {"event_type": "a"}}, "event_payload"),
    ("empty metadata on a post", "message", {"text": "x", "metadata": {}}, "/metadata/event_type"),
    (
        "a payload that is no object",
        "message",
        {"text": "x", "metadata": {"event_type": "a", "event_payload": "b"}},
        "/metadata/event_payload: must be an object",
    ),
    ("an unknown rich text part", "message", message(rich({"type": "text", "text": "x"})), "/elements/0"),
    (
        "an empty rich text",
        "message",
        message(rich(line({"type": "text", "text": ""}))),
        "/blocks/0/elements/0/elements/0/text: must not be empty",
    ),
    (
        "a date without a format",
        "message",
        message(rich(line({"type": "date", "timestamp": 1}))),
        "/format: is missing",
    ),
    (
        "a broadcast to nobody known",
        "message",
        message(rich(line({"type": "broadcast", "range": "all"}))),
        "/range: must be one of here, channel, everyone",
    ),
    (
        "a person in preformatted text",
        "message",
        message(rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})),
        "'user' cannot stand here",
    ),
    (
        "two fields with the cursor",
        "modal",
        modal(asked(typed(focus_on_load=True)), asked(typed(focus_on_load=True))),
        "only one element may have focus_on_load",
    ),
    ("a number given as text", "modal", modal(asked(typed(max_length="12"))), "must be a whole number"),
    ("yes given as text", "modal", modal(asked(typed(multiline="yes"))), "must be true or false"),
]


@pytest.mark.parametrize(
    ("name", "surface", "wrong", "said"), WRONG, ids=[name.replace(" ", "-") for name, *_ in WRONG]
)
def test_what_slack_refuses_is_named_with_its_place(
    name: str, surface: Surface, wrong: Json, said: str
) -> None:
    found = problems(wrong, surface)

    assert [one for one in found if said in one] != [], found


def test_the_same_action_may_stand_in_several_blocks() -> None:
    rows = [section(block_id=f"row{number}", accessory=button()) for number in range(3)]

    assert problems(message(*rows), "message") == []


def test_an_update_may_take_the_metadata_away() -> None:
    assert problems({"text": "x", "ts": "1.0", "metadata": {}}, "message") == []


def test_everything_the_bot_writes_with_passes() -> None:
    parts: list[Json] = [
        {"type": "text", "text": "New ", "style": {"bold": True}},
        {"type": "link", "url": "tel:+12125550142", "text": "+1 212 555 0142"},
        {"type": "user", "user_id": "U0MIA"},
        {"type": "channel", "channel_id": "C0BACKUP"},
        {"type": "date", "timestamp": 1795446060, "format": "{time}", "fallback": "10:01 AM"},
        {"type": "emoji", "name": "wave"},
        {"type": "broadcast", "range": "here"},
    ]
    quote = {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Hello"}]}
    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a = 1"}]}
    bullets = {"type": "rich_text_list", "style": "ordered", "elements": [line(*parts)]}
    card = message(
        {"type": "header", "text": {"type": "plain_text", "text": "New lead", "emoji": False}},
        section(expand=True, accessory=button()),
        rich(line(*parts), quote, bullets, code),
        actions(button(style="primary", value="L1:1", accessibility_label="Why is it yours")),
        {"type": "context", "elements": [mrkdwn("small"), plain("print"), image()]},
        table(2, 2),
        image(),
        {"type": "divider"},
        metadata={"event_type": "lead_sla_delivery", "event_payload": {"delivery_id": "d1"}},
    )

    assert problems(card, "message") == []


def test_every_field_of_a_form_passes() -> None:
    view = modal(
        asked(typed(multiline=True, max_length=500), block_id="note", optional=True),
        asked({"type": "radio_buttons", "action_id": "a", "options": options(7)}),
        asked({"type": "static_select", "action_id": "b", "options": options(2)}),
        asked({"type": "datetimepicker", "action_id": "c"}, optional=True, hint=plain("Empty means now.")),
        asked({"type": "checkboxes", "action_id": "d", "options": options(2)}),
        asked({"type": "datepicker", "action_id": "e", "initial_date": "2026-11-23"}),
        asked({"type": "users_select", "action_id": "f"}),
        close=plain("Cancel"),
        private_metadata="{}",
        callback_id="log_contact",
        notify_on_close=True,
    )

    assert problems(view, "modal") == []

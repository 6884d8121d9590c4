"""What Slack accepts in messages, modals and home tabs: every length and structure, checked without I/O."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bot.slack.elements import (
    CHOOSERS,
    DATETIME,
    ID,
    IMAGE_ELEMENT,
    IMAGE_SOURCE,
    MOMENT,
    MULTI,
    ONE_IMAGE_SOURCE,
    PRESSED,
    TYPED,
    any_text,
    plain_text,
)
from bot.slack.shapes import (
    Check,
    Found,
    any_object,
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

Surface = Literal["message", "modal", "home"]

TEXT_MAX = 40_000
TEXT_OF_UPDATE_MAX = 4_000
BLOCKS_MAX: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
TABLE_CHARACTERS_MAX = 10_000
TABLES_MAX = 1


def problems(message_or_view: Mapping[str, Any], surface: Surface) -> list[str]:
    """Say why Slack would refuse this, one "/path: reason" each; an empty list means that it is accepted.

    A message with a `ts` is an update and has the shorter text. A message without `text` is refused although
    Slack only warns: notifications and screen readers have nothing else to read out.
    """
    found: Found = []
    if surface == "message":
        _message(message_or_view, found)
    else:
        (_MODAL if surface == "modal" else _HOME)(message_or_view, "", found)
        if surface == "modal":
            _inputs_need_submit(message_or_view, found)
    blocks = message_or_view.get("blocks")
    if isinstance(blocks, list):
        _block_list(blocks, surface, found)
    elif blocks is not None or surface != "message":
        found.append("/blocks: must be a list")
    return found


def _message(message: Mapping[str, Any], found: Found) -> None:
    most = TEXT_OF_UPDATE_MAX if "ts" in message else TEXT_MAX
    if message.get("text") is None:
        found.append("/text: is missing; notifications and screen readers read nothing else")
    else:
        string(most)(message["text"], "/text", found)
    metadata = message.get("metadata")
    # An empty object is how an update takes metadata away.
    if metadata is not None and not (metadata == {} and "ts" in message):
        _METADATA(metadata, "/metadata", found)


def _block_list(blocks: list[Any], surface: Surface, found: Found) -> None:
    if len(blocks) > BLOCKS_MAX[surface]:
        found.append(f"/blocks: must have at most {BLOCKS_MAX[surface]} items, has {len(blocks)}")
    check = _BLOCKS[surface]
    for index, block in enumerate(blocks):
        check(block, f"/blocks/{index}", found)
    whole = [(index, block) for index, block in enumerate(blocks) if isinstance(block, Mapping)]
    _tables(whole, found)
    _ids_are_unique(whole, found)
    focused = sum(bool(one.get("focus_on_load")) for _, block in whole for one in _elements(block))
    if focused > 1:
        found.append("/blocks: only one element may have focus_on_load")


def _tables(blocks: list[tuple[int, Mapping[str, Any]]], found: Found) -> None:
    tables = [(index, block) for index, block in blocks if block.get("type") == "table"]
    if len(tables) > TABLES_MAX:
        found.append(f"/blocks: must have at most {TABLES_MAX} table, has {len(tables)}")
    for index, table in tables:
        characters = sum(len(text) for text in _texts_inside(table.get("rows")))
        if characters > TABLE_CHARACTERS_MAX:
            found.append(
                f"/blocks/{index}/rows: must be at most {TABLE_CHARACTERS_MAX} characters, has {characters}"
            )


def _ids_are_unique(blocks: list[tuple[int, Mapping[str, Any]]], found: Found) -> None:
    seen_blocks: set[str] = set()
    for index, block in blocks:
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen_blocks:
                found.append(f"/blocks/{index}/block_id: {block_id!r} stands on an earlier block too")
            seen_blocks.add(block_id)
        seen_actions: set[str] = set()
        for element in _elements(block):
            action_id = element.get("action_id")
            if isinstance(action_id, str):
                if action_id in seen_actions:
                    found.append(f"/blocks/{index}: the action_id {action_id!r} stands twice in this block")
                seen_actions.add(action_id)


def _elements(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The elements of a block that a person can use."""
    listed = block.get("elements")
    for one in [block.get("accessory"), block.get("element"), *(listed if isinstance(listed, list) else [])]:
        if isinstance(one, Mapping):
            yield one


def _texts_inside(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for one in value.values():
            yield from _texts_inside(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts_inside(one)


def _inputs_need_submit(view: Mapping[str, Any], found: Found) -> None:
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(one, Mapping) and one.get("type") == "input" for one in blocks
    )
    if has_input and not view.get("submit"):
        found.append("/submit: is missing; a modal with inputs needs it")


def _rich_text() -> Check:
    style = shape({}, dict.fromkeys(("bold", "italic", "strike", "underline", "code", "highlight"), boolean))
    styled: dict[str, Check] = {"style": style}
    text = shape({"text": string(TEXT_MAX)}, styled)
    link = shape({"url": string(3000)}, {"text": string(TEXT_MAX), "unsafe": boolean, **styled})
    date = shape({"timestamp": MOMENT, "format": string(255)}, {"url": string(3000), "fallback": string(255)})
    inline = by_type(
        {
            "text": text,
            "link": link,
            "date": date,
            "user": shape({"user_id": ID}, styled),
            "usergroup": shape({"usergroup_id": ID}, styled),
            "channel": shape({"channel_id": ID}, styled),
            "emoji": shape({"name": ID}, {"unicode": ID, "skin_tone": integer(1, 6), **styled}),
            "broadcast": shape({"range": one_of("here", "channel", "everyone")}, styled),
            "color": shape({"value": ID}, styled),
        }
    )
    inlines: dict[str, Check] = {"elements": list_of(inline, most=1000)}
    border: dict[str, Check] = {"border": integer(0, 1)}
    section = shape(inlines)
    rows = list_of(by_type({"rich_text_section": section}), most=1000)
    bullets = shape(
        {"style": one_of("bullet", "ordered"), "elements": rows},
        {"indent": integer(0, 8), "offset": integer(0, 1000), **border},
    )
    code = list_of(by_type({"text": text, "link": link}), most=1000)
    parts = {
        "rich_text_section": section,
        "rich_text_quote": shape(inlines, border),
        "rich_text_list": bullets,
        "rich_text_preformatted": shape({"elements": code}, {"language": ID, **border}),
    }
    return shape({"elements": list_of(by_type(parts), most=1000)}, {"block_id": ID})


def _table() -> Check:
    cell = by_type({"raw_text": shape({"text": string(TEXT_MAX)}), "rich_text": _rich_text()})
    column = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
    rows = list_of(list_of(cell, most=20), most=100)
    return shape({"rows": rows}, {"block_id": ID, "column_settings": list_of(column, most=20)})


def _section() -> Check:
    beside = by_type({**PRESSED, **CHOOSERS, **MULTI, "image": IMAGE_ELEMENT})
    return both(
        shape(
            {},
            {
                "block_id": ID,
                "text": any_text(3000),
                "fields": list_of(any_text(2000), most=10),
                "accessory": beside,
                "expand": boolean,
            },
        ),
        needs("text", "fields"),
    )


def _input() -> Check:
    return shape(
        {"label": plain_text(2000), "element": by_type({**TYPED, **CHOOSERS, **MULTI, **DATETIME})},
        {"block_id": ID, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    )


_METADATA = shape({"event_type": string(255), "event_payload": any_object})

_EVERYWHERE: dict[str, Check] = {
    "header": shape({"text": plain_text(150)}, {"block_id": ID, "level": integer(1, 4)}),
    "section": _section(),
    "context": shape(
        {
            "elements": list_of(
                by_type(
                    {
                        "image": IMAGE_ELEMENT,
                        "mrkdwn": shape({"text": string(3000)}, {"verbatim": boolean}),
                        "plain_text": shape({"text": string(3000)}, {"emoji": boolean}),
                    }
                ),
                most=10,
            )
        },
        {"block_id": ID},
    ),
    "actions": shape(
        {"elements": list_of(by_type({**PRESSED, **CHOOSERS, **DATETIME}), most=25)}, {"block_id": ID}
    ),
    "divider": shape({}, {"block_id": ID}),
    "image": both(
        shape({"alt_text": string(2000)}, {"block_id": ID, "title": plain_text(2000), **IMAGE_SOURCE}),
        ONE_IMAGE_SOURCE,
    ),
    "input": _input(),
    "rich_text": _rich_text(),
}
_BLOCKS: dict[Surface, Check] = {
    "message": by_type({**_EVERYWHERE, "table": _table()}),
    "modal": by_type(_EVERYWHERE),
    "home": by_type(_EVERYWHERE),
}
_VIEW: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_MODAL = shape(
    {"type": one_of("modal"), "title": plain_text(24), "blocks": anything},
    {
        **_VIEW,
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = shape({"type": one_of("home"), "blocks": anything}, _VIEW)

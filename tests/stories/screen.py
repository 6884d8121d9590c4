"""What stands on people's screens: the bot's messages and modals as their readers see them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.model import Ephemeral, Json, Message
from bot.sandbox.workspace import Workspace

_TOKEN = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
_MENTION = re.compile(r"<@(\w+)>")
_LINK = re.compile(r"<(?:https?|tel|mailto):[^|>]*\|([^>]*)>")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One message, or one modal, as it stands now."""

    channel: str
    ts: str
    text: str
    header: str
    lines: tuple[str, ...]
    buttons: tuple[str, ...]
    in_thread: bool
    delivery_id: str | None

    @property
    def everything(self) -> str:
        """All that a reader of the blocks sees, line by line."""
        return "\n".join((self.header, *self.lines))


def shown(workspace: Workspace, message: Message) -> Shown:
    """A message with its blocks as plain lines; times as the token's fallback, mentions with an @."""
    blocks = message.blocks or []
    metadata = (message.metadata or {}).get("event_payload") or {}
    return Shown(
        channel=message.channel,
        ts=message.ts,
        text=unescaped(message.text),
        header="".join(block["text"]["text"] for block in blocks if block["type"] == "header"),
        lines=tuple(lines_of(workspace, blocks)),
        buttons=tuple(element["text"]["text"] for _, element in buttons_of(blocks)),
        in_thread=message.in_thread,
        delivery_id=metadata.get("delivery_id"),
    )


def answered(workspace: Workspace, answer: Ephemeral) -> Shown:
    """A message that one person alone sees."""
    return Shown(
        channel=answer.channel,
        ts=answer.ts,
        text=unescaped(answer.text),
        header="",
        lines=tuple(lines_of(workspace, answer.blocks or [])),
        buttons=tuple(element["text"]["text"] for _, element in buttons_of(answer.blocks)),
        in_thread=False,
        delivery_id=None,
    )


def lines_of(workspace: Workspace, blocks: Sequence[Json]) -> Iterator[str]:
    for block in blocks:
        match block["type"]:
            case "section":
                texts = [block["text"]] if "text" in block else block["fields"]
                yield " | ".join(_plain(workspace, text) for text in texts)
            case "context":
                yield " ".join(_plain(workspace, element) for element in block["elements"])
            case "rich_text":
                for part in block["elements"]:
                    yield from "".join(map(_rich, part["elements"])).split("\n")
            case "input":
                yield from _input(block)


def _input(block: Json) -> Iterator[str]:
    yield block["label"]["text"]
    for one in block["element"].get("options", []):
        yield f"( ) {one['text']['text']}"
    if "hint" in block:
        yield block["hint"]["text"]


def buttons_of(blocks: Sequence[Json] | None) -> Iterator[tuple[str, Json]]:
    """Every button of a message with the id of its block, those beside rows too."""
    for block in blocks or []:
        for element in (block.get("accessory"), *(block.get("elements") or [])):
            if isinstance(element, Mapping) and element.get("type") == "button":
                yield str(block.get("block_id")), dict(element)


def _rich(element: Json) -> str:
    return str(element.get("text") or element.get("fallback") or "")


def _plain(workspace: Workspace, text: Mapping[str, Any]) -> str:
    if text["type"] == "plain_text":
        return str(text["text"])
    said = _TOKEN.sub(lambda found: found[1], text["text"])
    said = _MENTION.sub(lambda found: f"@{workspace.users[found[1]].real_name}", said)
    return unescaped(_LINK.sub(lambda found: found[1], said))


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

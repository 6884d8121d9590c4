"""The demo's screen: what each person sees in which conversation, as it happens, in the terminal."""

import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from bot.clock import now
from bot.sandbox.stream import Happening
from bot.sandbox.workspace import Workspace

_DATE = re.compile(r"<!date\^(\d+)\^([^|>]*)\|[^>]*>")
_MENTION = re.compile(r"<@(\w+)>")
_LINK = re.compile(r"<[^|>]+\|([^>]*)>")
_WIDTH_MAX = 100
_ZONE = ZoneInfo("America/New_York")
"""Where the demo's people live."""


class Screen:
    """Prints happenings of the pretend Slack; one lock, because they come from its thread."""

    def __init__(self, workspace: Workspace, console: Console) -> None:
        self._workspace = workspace
        self._console = console
        self._lock = threading.Lock()
        self._started_at = now()

    def hear(self, happening: Happening) -> None:
        """Show a happening of the workspace, if a person would see it."""
        match happening.kind:
            case "post":
                self._message(happening.data)
            case "update":
                self._change(happening.data)
            case "ephemeral":
                self._only_for_one(happening.data)
            case "letter":
                self._letter(happening.data)

    def tell(self, sentence: str) -> None:
        """A sentence of the narrator."""
        with self._lock:
            self._console.print(Text.assemble((f"{self._clock()}  ", "dim"), (sentence, "bold")))

    def does(self, person: str, deed: str) -> None:
        """What a person does."""
        with self._lock:
            self._console.print(
                Text.assemble(
                    (f"{self._clock()}  ", "dim"), ("▶ ", "cyan"), (person, "cyan bold"), f" {deed}"
                )
            )

    def _clock(self) -> str:
        seconds = (now() - self._started_at).total_seconds()
        return f"+{seconds:4.1f} s"

    def _message(self, data: Mapping[str, Any]) -> None:
        message = data["message"]
        where = self._place(str(data["channel"]), message)
        blocks = message.get("blocks")
        lines = self._blocks(blocks or [{"type": "plain", "text": message.get("text", "")}])
        self._panel(where, lines, "blue")

    def _change(self, data: Mapping[str, Any]) -> None:
        """An edit notifies nobody: one quiet line with what the message now says first."""
        message = data["message"]
        where = self._place(str(data["channel"]), message)
        blocks = message.get("blocks")
        lines = self._blocks(blocks[:2]) if blocks else [Text(_plain(message.get("text", "")))]
        said = " · ".join(line.plain for line in lines if isinstance(line, Text))
        with self._lock:
            self._console.print(Text(f"{self._clock()}    {where}, now: {said}", style="dim"))

    def _panel(self, where: str, lines: list[RenderableType], colour: str) -> None:
        with self._lock:
            title = Text.assemble((f" {self._clock()}  ", "dim"), (f"{where} ", "bold"))
            width = min(_WIDTH_MAX, self._console.width)
            self._console.print(
                Panel(Group(*lines), title=title, title_align="left", border_style=colour, width=width)
            )

    def _only_for_one(self, data: Mapping[str, Any]) -> None:
        name = self._name(data["user"])
        self._panel(f"only {name} sees this", [Text(_plain(str(data["text"])))], "yellow")

    def _letter(self, data: Mapping[str, Any]) -> None:
        people = list(self._workspace.users.values())
        known = (one.real_name for one in people if data["to"] in (one.email, one.phone))
        subject = [Text(data["subject"], style="bold")] if data["subject"] else []
        kind = "SMS" if data["kind"] == "sms" else "E-mail"
        self._panel(
            f"{kind} to {next(known, data['to'])}", [*subject, Text(str(data["body"]).strip())], "magenta"
        )

    def _place(self, channel_id: str, message: Mapping[str, Any]) -> str:
        channel = self._workspace.channels[channel_id]
        if channel.kind == "im" and channel.user is not None:
            return f"{self._name(channel.user)}, direct message"
        in_thread = message.get("thread_ts") not in (None, message.get("ts"))
        return f"#{channel.name}{', thread' if in_thread else ''}"

    def _blocks(self, blocks: list[Mapping[str, Any]]) -> list[RenderableType]:
        lines: list[RenderableType] = []
        for block in blocks:
            lines += self._block(block)
        return lines

    def _block(self, block: Mapping[str, Any]) -> list[RenderableType]:
        match block["type"]:
            case "header":
                return [Text(block["text"]["text"], style="bold")]
            case "section" if "text" in block:
                return [self._mrkdwn(block["text"]["text"])]
            case "section":
                return [Text("   ").join(self._mrkdwn(field["text"]) for field in block["fields"])]
            case "context":
                said = "  ".join(element.get("text", "") for element in block["elements"])
                return [Text(self._named(said), style="dim")]
            case "actions":
                buttons = [f"[ {element['text']['text']} ]" for element in block["elements"]]
                return [Text("  ".join(buttons), style="cyan")]
            case "plain":
                return [Text(_plain(block["text"]))]
            case "rich_text":
                return [Text(self._rich(part)) for part in block["elements"]]
        return []

    def _rich(self, part: Mapping[str, Any]) -> str:
        said = "".join(str(one.get("text") or one.get("fallback") or "") for one in part.get("elements", []))
        return f"│ {said}" if part["type"] == "rich_text_quote" else said.rstrip("\n")

    def _mrkdwn(self, text: str) -> Text:
        line = Text()
        for index, part in enumerate(self._named(text).split("*")):
            line.append(part, style="bold" if index % 2 else "")
        return line

    def _named(self, text: str) -> str:
        text = _DATE.sub(lambda found: self._local(int(found[1]), found[2]), text)
        text = _MENTION.sub(lambda found: f"@{self._name(found[1])}", text)
        return _plain(text)

    def _local(self, stamp: int, form: str) -> str:
        """A date token as the viewer's client shows it; with seconds, because the demo's clocks run in them."""
        at = datetime.fromtimestamp(stamp, _ZONE)
        today = datetime.fromtimestamp(self._workspace.clock(), UTC).astimezone(_ZONE)
        if "{ago}" in form:
            return f"{max(0, round((today - at).total_seconds()))} seconds ago"
        return f"{at:%-I:%M:%S %p}" if at.date() == today.date() else f"{at:%a %b %-d, %-I:%M %p}"

    def _name(self, user: str) -> str:
        known = self._workspace.users.get(user)
        return user if known is None else known.real_name


def _plain(text: str) -> str:
    text = _LINK.sub(lambda found: found[1], text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

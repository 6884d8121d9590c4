"""What a pretend workspace is made of, from people to views, and how Slack writes each of them."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["public", "private", "im"]

VERSIONS_KEPT = 20


class SlackError(Exception):
    """A call that Slack answers with `ok: false`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


def dm_id(user_id: str) -> str:
    """The id of the bot's direct messages with a person, whether they were opened or not."""
    return f"D{user_id[1:]}"


@dataclass(kw_only=True)
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    email: str | None = None
    phone: str | None = None
    """Where text messages reach the person; Slack itself is not asked for it."""
    tz: str | None = "America/New_York"
    tz_offset: int = -18_000
    locale: str = "en-US"
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    dnd: Json = field(default_factory=dict)

    def to_slack(self, *, with_email: bool, with_locale: bool = False) -> Json:
        profile: Json = {"real_name": self.real_name, "display_name": self.name, "team": self.team_id}
        if with_email and self.email is not None:
            profile["email"] = self.email
        said: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "profile": profile,
        }
        if self.tz is not None:
            said |= {"tz": self.tz, "tz_offset": self.tz_offset}
        if with_locale:
            said["locale"] = self.locale
        if self.is_stranger:
            said["is_stranger"] = True
        return said


@dataclass(kw_only=True)
class Author:
    """Who a message is by: an app, or a person."""

    user: str
    app_id: str | None = None
    bot_id: str | None = None


@dataclass(kw_only=True)
class Message:
    channel: str
    ts: str
    author: Author
    text: str
    blocks: list[Json] | None = None
    metadata: Json | None = None
    thread_ts: str | None = None
    reply_broadcast: bool = False
    edited_ts: str | None = None
    deleted: bool = False
    history_from: float = 0.0
    versions: list[Json] = field(default_factory=list)

    @property
    def in_thread(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def to_slack(self, *, all_metadata: bool = True) -> Json:
        said: Json = {"type": "message", "ts": self.ts, "user": self.author.user, "text": self.text}
        if self.author.bot_id is not None:
            said |= {"bot_id": self.author.bot_id, "app_id": self.author.app_id}
        if self.blocks is not None:
            said["blocks"] = self.blocks
        if self.metadata is not None:
            event_type = {"event_type": self.metadata.get("event_type")}
            said["metadata"] = self.metadata if all_metadata else event_type
        if self.thread_ts is not None:
            said["thread_ts"] = self.thread_ts
        if self.in_thread and self.reply_broadcast:
            said["subtype"] = "thread_broadcast"
        if self.edited_ts is not None:
            said["edited"] = {"user": self.author.user, "ts": self.edited_ts}
        return said

    def remember_version(self) -> None:
        """Keep what people saw until now, for a client that has not caught up yet."""
        self.versions.append(self.to_slack())
        del self.versions[:-VERSIONS_KEPT]


@dataclass(kw_only=True)
class Channel:
    id: str
    name: str
    kind: Kind
    members: set[str] = field(default_factory=set)
    user: str | None = None
    is_archived: bool = False
    is_ext_shared: bool = False
    created: int = 0
    messages: dict[str, Message] = field(default_factory=dict)
    last_micros: int = 0

    def to_slack(self, *, as_member: str) -> Json:
        said: Json = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": self.kind == "im",
            "is_private": self.kind != "public",
        }
        if self.kind == "im":
            return said | {"user": self.user}
        return said | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_mpim": False,
            "is_general": False,
            "is_member": as_member in self.members,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "num_members": len(self.members),
        }


@dataclass(kw_only=True)
class Ephemeral:
    seq: int
    channel: str
    user: str
    ts: str
    text: str
    blocks: list[Json] | None = None
    trigger: str | None = None

    def to_slack(self) -> Json:
        said: Json = {"channel": self.channel, "user": self.user, "ts": self.ts, "text": self.text}
        return said if self.blocks is None else said | {"blocks": self.blocks}


@dataclass(kw_only=True)
class View:
    id: str
    user: str
    payload: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    trigger: str | None = None

    def told(self) -> Json:
        """What a person sees of it."""
        return {"id": self.id, **self.payload}

    def to_slack(self, *, team_id: str, app_id: str, bot_id: str, state: Json | None = None) -> Json:
        said: Json = {"private_metadata": "", "callback_id": "", "external_id": "", **self.payload}
        return said | {
            "id": self.id,
            "team_id": team_id,
            "app_id": app_id,
            "app_installed_team_id": team_id,
            "bot_id": bot_id,
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "state": {"values": state or {}},
        }

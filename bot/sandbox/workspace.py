"""The state of one pretend workspace: people, conversations, messages, and everything that watches them."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from bot.sandbox.faults import Faults
from bot.sandbox.knobs import Knobs
from bot.sandbox.ledger import Ledger
from bot.sandbox.model import Author, Channel, Ephemeral, Json, Kind, Message, SlackError, User, dm_id
from bot.sandbox.pacing import Pacing
from bot.sandbox.stream import Stream
from bot.sandbox.surfaces import Surfaces
from bot.sandbox.tokens import Tokens
from bot.slack.scopes import COMMANDS, EVENTS

Mode = Literal["socket", "http"]
EPHEMERALS_KEPT = 1_000
MICROS = 1_000_000
BOT_USER = "U0BOT"


class Workspace:
    """Everything is guarded by `lock`: the server works in its own thread, tests and demos in theirs.

    `clock` stamps what happens, `monotonic` says how long things live, and answers are dated by `outside`.
    """

    def __init__(
        self,
        *,
        team_id: str = "T0SANDBOX",
        domain: str = "sandbox",
        app_id: str = "A0LEADSLA",
        bot_name: str = "lead-sla",
        mode: Mode = "socket",
        request_url: str | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        outside: Callable[[], float] | None = None,
        ledger_kept_max: int | None = None,
        commands: Iterable[str] = COMMANDS,
        events: Iterable[str] = EVENTS,
    ) -> None:
        self.team_id = team_id
        self.domain = domain
        self.app_id = app_id
        self.mode: Mode = mode
        self.request_url = request_url
        self.commands = frozenset(commands)
        """The app's slash commands; any other is none in this workspace."""
        self.events = frozenset(events)
        """What the app subscribed to; it hears of nothing else that people do."""
        self.clock = clock
        self.monotonic = monotonic
        self.outside = outside or clock
        self.lock = threading.RLock()
        self.knobs = Knobs()
        self.tokens = Tokens()
        self.ledger = Ledger(kept_max=ledger_kept_max)
        self.faults = Faults()
        self.pacing = Pacing()
        self.stream = Stream()
        self.surfaces = Surfaces(
            clock=monotonic, changed=self._modals_changed, home_changed=self._home_changed
        )
        self.faults.changed = self._faults_changed
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[Ephemeral] = []
        self.executions: dict[str, Json] = {}
        """Workflow steps that were started, by execution id, with what became of each."""
        self.tickets: dict[str, float] = {}
        """Single-use WebSocket tickets and when each was given out."""
        self.root_url = ""
        self._numbers = itertools.count(1)
        self.bot_name = bot_name
        self.bot = Author(user=BOT_USER, app_id=app_id, bot_id="B0BOT")
        self.add_user(BOT_USER, name=bot_name, is_bot=True)

    def clear(self) -> None:
        """Nobody is in it but the bot, and nothing ever happened; who follows the stream goes on following it."""
        with self.lock:
            for kept in (self.users, self.channels, self.executions, self.tickets, self.tokens.workflow):
                kept.clear()
            self.ephemerals.clear()
            self.ledger.clear()
            self.faults.clear()
            self.surfaces.clear()
            self.pacing = Pacing()
            self.add_user(BOT_USER, name=self.bot_name, is_bot=True)

    def _modals_changed(self, user: str) -> None:
        self.stream.tell("modals", {"user": user, "stack": self.surfaces.stack(user)})

    def _home_changed(self, user: str) -> None:
        self.stream.tell("home", {"user": user, "view": self.surfaces.homes[user].told()})

    def _faults_changed(self) -> None:
        self.stream.tell("faults", self.faults.to_json())

    def next_number(self) -> int:
        return next(self._numbers)

    # People and conversations

    def add_user(self, user_id: str, *, name: str, real_name: str | None = None, **more: Any) -> User:
        """More: any further field of a user, such as email, tz, locale, team_id, deleted, is_restricted."""
        with self.lock:
            more.setdefault("team_id", self.team_id)
            user = User(id=user_id, name=name, real_name=real_name or name, **more)
            self.users[user_id] = user
            return user

    def add_channel(
        self,
        channel_id: str,
        *,
        name: str,
        kind: Kind = "public",
        members: Iterable[str] = (),
        with_bot: bool = True,
        is_archived: bool = False,
        is_ext_shared: bool = False,
    ) -> Channel:
        with self.lock:
            channel = Channel(
                id=channel_id,
                name=name.removeprefix("#"),
                kind=kind,
                members={*members, *([self.bot.user] if with_bot else [])},
                is_archived=is_archived,
                is_ext_shared=is_ext_shared,
                created=int(self.clock()),
            )
            self.channels[channel_id] = channel
            return channel

    def user(self, user_id: str) -> User:
        user = self.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        return user

    def dm(self, user_id: str) -> Channel:
        """The bot's direct messages with a person, opened if need be."""
        with self.lock:
            user = self.user(user_id)
            channel_id = dm_id(user_id)
            if channel_id not in self.channels:
                self.channels[channel_id] = Channel(
                    id=channel_id,
                    name="",
                    kind="im",
                    members={user.id, self.bot.user},
                    user=user.id,
                    created=int(self.clock()),
                )
            return self.channels[channel_id]

    def channel(self, ref: str) -> Channel:
        """A conversation by id or `#name`; one that the bot cannot see does not exist for it."""
        found = self.channels.get(ref)
        if found is None:
            name = ref.removeprefix("#")
            found = next((one for one in self.channels.values() if one.name == name and name), None)
        if found is None or (found.kind == "private" and self.bot.user not in found.members):
            raise SlackError("channel_not_found")
        return found

    def deactivate(self, user_id: str) -> None:
        self.user(user_id).deleted = True
        self.stream.tell("user_deactivated", {"user": user_id})

    def archive(self, channel_id: str) -> None:
        self.channels[channel_id].is_archived = True
        self.stream.tell("channel_archived", {"channel": channel_id})

    def kick_bot(self, channel_id: str) -> None:
        self.channels[channel_id].members.discard(self.bot.user)
        self.stream.tell("bot_removed", {"channel": channel_id})

    def invite_bot(self, channel_id: str) -> None:
        self.channels[channel_id].members.add(self.bot.user)

    # Messages

    def new_ts(self, channel: Channel) -> str:
        """Slack's stamps are unique and rising in each conversation."""
        with self.lock:
            micros = max(int(self.clock() * MICROS), channel.last_micros + 1)
            channel.last_micros = micros
            return f"{micros // MICROS}.{micros % MICROS:06d}"

    def post(
        self,
        channel: Channel,
        *,
        text: str,
        author: Author | None = None,
        blocks: list[Json] | None = None,
        metadata: Json | None = None,
        thread_ts: str | None = None,
        reply_broadcast: bool = False,
        late_by: float = 0.0,
    ) -> Message:
        with self.lock:
            message = Message(
                channel=channel.id,
                ts=self.new_ts(channel),
                author=author or self.bot,
                text=text,
                blocks=self.with_block_ids(blocks),
                metadata=metadata,
                thread_ts=thread_ts,
                reply_broadcast=reply_broadcast,
                history_from=self.monotonic() + late_by,
            )
            if thread_ts in channel.messages:
                channel.messages[thread_ts].thread_ts = thread_ts
            channel.messages[message.ts] = message
            kept = self.knobs.messages_kept
            if kept is not None and len(channel.messages) > kept:
                del channel.messages[next(iter(channel.messages))]
        self.stream.tell("post", self._told(channel, message))
        return message

    def edit(self, channel: Channel, message: Message, changes: Mapping[str, Any]) -> None:
        with self.lock:
            message.remember_version()
            for name, value in changes.items():
                setattr(message, name, self.with_block_ids(value) if name == "blocks" else value)
            message.edited_ts = f"{self.clock():.6f}"
        self.stream.tell("update", self._told(channel, message))

    def delete(self, channel: Channel, message: Message) -> None:
        with self.lock:
            message.remember_version()
            message.deleted = True
        self.ledger.gone(channel.id, message.ts)
        self.stream.tell(
            "delete", {"channel": channel.id, "ts": message.ts, "members": self._people(channel)}
        )

    def show_ephemeral(
        self,
        channel: Channel,
        user: str,
        *,
        text: str,
        blocks: list[Json] | None = None,
        trigger: str | None = None,
    ) -> Ephemeral:
        with self.lock:
            shown = Ephemeral(
                seq=self.next_number(),
                channel=channel.id,
                user=user,
                ts=self.new_ts(channel),
                text=text,
                blocks=self.with_block_ids(blocks),
                trigger=trigger,
            )
            self.ephemerals.append(shown)
            del self.ephemerals[:-EPHEMERALS_KEPT]
        self.stream.tell("ephemeral", shown.to_slack())
        return shown

    def message(self, channel: Channel, ts: str) -> Message:
        found = channel.messages.get(ts)
        if found is None or found.deleted:
            raise SlackError("message_not_found")
        return found

    def shown_in(self, channel_id: str) -> list[Message]:
        """What stands in a conversation now, oldest first."""
        with self.lock:
            return [one for one in self.channels[channel_id].messages.values() if not one.deleted]

    def ephemerals_for(self, user: str, *, channel: str | None = None) -> list[Ephemeral]:
        with self.lock:
            return [one for one in self.ephemerals if one.user == user and channel in (None, one.channel)]

    def _people(self, channel: Channel) -> list[str]:
        return sorted(channel.members - {self.bot.user})

    def _told(self, channel: Channel, message: Message) -> Json:
        place = {"channel": channel.id, "channel_name": channel.name, "members": self._people(channel)}
        return place | {"ts": message.ts, "message": message.to_slack()}

    def with_block_ids(self, blocks: list[Json] | None) -> list[Json] | None:
        """Slack names the blocks that came without a name, as presses must say where they happened."""
        if blocks is None:
            return None
        return [
            one if one.get("block_id") else {**one, "block_id": f"b{self.next_number()}"} for one in blocks
        ]

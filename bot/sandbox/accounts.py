"""What becomes of people's accounts in Slack: closed by the admin and opened again, kept silent by themselves."""

from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.deliveries import Delivery
from bot.sandbox.model import Json, User

if TYPE_CHECKING:
    from bot.sandbox.server import SandboxServer

SILENT_SECONDS = 12 * 3600.0


class Accounts:
    """Call from any thread but the server's own loop."""

    def __init__(self, server: "SandboxServer") -> None:
        self._server = server
        self._workspace = server.workspace

    def close(self, user: str) -> Delivery | None:
        """The admin closes the account; the bot hears of it where it subscribed to that."""
        return self._server.people.leaves(user)

    def open(self, user: str) -> Delivery | None:
        """The admin opens it again."""
        workspace = self._workspace
        person = workspace.user(user)
        person.deleted = False
        self._tell(person)
        if "user_change" not in workspace.events:
            return None
        return self._server.people.event(payloads.user_change(person, workspace.clock()))

    def silence(self, user: str) -> None:
        """The person presses "do not disturb": Slack shows no notification for half a day. No app hears of it."""
        now = self._workspace.clock()
        self._keep_silent(
            user, {"dnd_enabled": True, "next_dnd_start_ts": now, "next_dnd_end_ts": now + SILENT_SECONDS}
        )

    def hear(self, user: str) -> None:
        """The person ends it."""
        self._keep_silent(user, {})

    def silent_until(self, person: User) -> float | None:
        """Until when Slack keeps silent, if it does now."""
        dnd, now = person.dnd, self._workspace.clock()
        is_silent = bool(dnd.get("dnd_enabled")) and dnd["next_dnd_start_ts"] <= now < dnd["next_dnd_end_ts"]
        return float(dnd["next_dnd_end_ts"]) if is_silent else None

    def _keep_silent(self, user: str, dnd: Json) -> None:
        person = self._workspace.user(user)
        person.dnd = dnd
        self._tell(person)

    def _tell(self, person: User) -> None:
        changes = {"deleted": person.deleted, "silent_until": self.silent_until(person)}
        self._workspace.stream.tell("person", {"user": person.id, "changes": changes})

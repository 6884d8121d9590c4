"""What the sender threads do and what comes back: HTTP only, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.courier.drawing import Drawing
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway, Outcome, Posted, Refused, SlackFailed, Trouble
from sla.effects import Place, Role, ToPerson
from sla.policy import Person
from storage.cards import Card
from storage.outbox import Delivery
from storage.people import Known

LOOK_BACK = timedelta(seconds=60)
"""How far before the send history is read: the two machines' clocks may differ."""


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A claimed delivery on its way."""

    delivery: Delivery
    channel: str
    drawing: Drawing

    def do(self, gateway: Gateway) -> "Delivered":
        outcome = gateway.post(
            self.channel,
            self.drawing.payload,
            self.delivery.id,
            thread_ts=self.delivery.thread_ts,
            broadcast=self.delivery.role is Role.STILL_FREE,
        )
        return Delivered(sending=self, outcome=outcome)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    sending: Sending
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Editing:
    """A card that shows less than is known."""

    card: Card
    drawing: Drawing

    def do(self, gateway: Gateway) -> "Edited":
        return Edited(
            editing=self, trouble=gateway.update(self.card.channel, self.card.ts, self.drawing.payload)
        )


@dataclass(frozen=True, kw_only=True)
class Edited:
    editing: Editing
    trouble: Trouble | None


@dataclass(frozen=True, kw_only=True)
class Introducing:
    """A person or a channel of whom Slack must be asked before anything can be sent there."""

    place: Place
    person: Person | None
    at: datetime

    def do(self, gateway: Gateway, directory: Directory) -> "Introduced":
        try:
            if isinstance(self.place, ToPerson):
                if self.person is None:
                    return Introduced(asked=self, trouble=Refused(error="not_in_the_policy"))
                return Introduced(asked=self, known=directory.introduce(self.person, self.at))
            channel = gateway.find_channel(self.place.channel)
        except SlackFailed as failed:
            return Introduced(asked=self, trouble=failed.trouble)
        if channel is None:
            return Introduced(asked=self, trouble=Refused(error="channel_not_found"))
        return Introduced(asked=self, channel=channel)


@dataclass(frozen=True, kw_only=True)
class Introduced:
    asked: Introducing
    known: Known | None = None
    channel: str | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Deliveries of one conversation whose outcome is unknown, or that were sent again and may stand twice."""

    channel: str
    thread_ts: str | None
    deliveries: Sequence[Delivery]
    again: bool = False

    def do(self, gateway: Gateway, app_ids: Sequence[str]) -> "Looked":
        oldest = min(one.send_started_at or one.created_at for one in self.deliveries) - LOOK_BACK
        try:
            found = gateway.own_messages(self.channel, oldest, thread_ts=self.thread_ts, app_ids=app_ids)
        except SlackFailed as failed:
            return Looked(looking=self, trouble=failed.trouble)
        return Looked(looking=self, found=self._without_copies(gateway, found))

    def _without_copies(self, gateway: Gateway, found: Sequence[Posted]) -> dict[str, str]:
        """The message of each delivery; of two copies the younger is deleted, or the one that we do not know."""
        stands: dict[str, str] = {}
        for delivery in self.deliveries:
            copies = [one.ts for one in found if one.delivery_id == delivery.id]
            if not copies:
                continue
            kept = delivery.ts if delivery.ts in copies else copies[0]
            stands[delivery.id] = kept or copies[0]
            for ts in copies:
                if ts != stands[delivery.id]:
                    gateway.delete(self.channel, ts)
        return stands


@dataclass(frozen=True, kw_only=True)
class Looked:
    looking: Looking
    found: dict[str, str] | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, kw_only=True)
class RefusalTold:
    """The managers (or lead ops) are told that this message was refused; now it may be closed."""

    delivery: Delivery
    error: str


Job = Sending | Editing | Introducing | Looking
Result = Delivered | Edited | Introduced | Looked | RefusalTold

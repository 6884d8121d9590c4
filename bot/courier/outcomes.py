"""Writing down what became of each call: the four outcomes of a send, edits, introductions and look-ups."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.courier import silence
from bot.courier.absence import SlackWatch
from bot.courier.downtime import DowntimeDesk
from bot.courier.jobs import (
    Delivered,
    Edited,
    Introduced,
    Probed,
    RefusalTold,
    Result,
    Withdrawing,
    Withdrawn,
)
from bot.courier.looking import Looked, Looking
from bot.courier.lookups import LookUps
from bot.courier.pacer import EDIT, POST, Pacer
from bot.courier.places import Places
from bot.courier.refused import RefusedSends
from bot.courier.shared_pace import SharedPace
from bot.recorder import Recorded
from bot.slack.gateway import NotSent, Refused, Sent, Trouble, Uncertain, is_gone
from sla.effects import Role
from sla.facts import CardDelivered
from storage import cards, leads, lists, outbox, people
from storage.cards import Card
from storage.outbox import Delivery

if TYPE_CHECKING:
    from bot.courier.courier import CourierParts

log = structlog.get_logger(__name__)

RETRY_POWER_MAX = 8
PLACE_GONE = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "user_disabled", "thread_not_found"}
)
STANDING_ROLES = frozenset(
    {Role.OWNER_CARD, Role.QUEUE_CARD, Role.NEEDS_ATTENTION, Role.LEAD_OPS_CHECK, Role.UNOWNED}
)
"""People work with these; a reminder that was deleted has been read."""
EDIT_REFUSED_LATER = timedelta(hours=1)
OVERDUE_ROLES = frozenset({Role.MANAGERS_CARD, Role.DEADLINE_PASSED})
OVERDUE_SEEN_MAX = 10_000


class Outcomes:
    """One method for each kind of result; each writes in a transaction of its own."""

    def __init__(
        self,
        parts: "CourierParts",
        pacer: Pacer,
        shared: SharedPace,
        watch: SlackWatch,
        places: Places,
        downtime: DowntimeDesk,
        put: Callable[[Result], None],
    ) -> None:
        self._parts = parts
        self._shared = shared
        self._watch = watch
        self._places = places
        self._downtime = downtime
        self._look_ups = LookUps(parts, pacer, places, self._owner_is_told)
        self._refused = RefusedSends(parts, places, put)
        self._leases_at: datetime | None = None

    def take_in(self, result: Result) -> None:
        """Write one result down."""
        at = self._parts.clock.now()
        match result:
            case Delivered():
                self._heard(None if isinstance(result.outcome, Sent) else result.outcome, at)
                self._delivered(result, at)
            case Edited():
                self._heard(result.trouble, at)
                self._edited(result, at)
            case Introduced():
                self._heard(result.trouble, at)
                self._introduced(result)
            case Looked():
                self._heard(result.trouble, at)
                self._look_ups.looked(result, at)
            case Probed():
                self._heard(result.trouble, at)
            case Withdrawn():
                self._heard(result.trouble, at)
                self._look_ups.withdrawn(result)
            case RefusalTold():
                self._refused.close(result, at)

    def _real_now(self) -> datetime:
        """What retries and looks go by; in the demo the time of facts may leap over them."""
        return self._parts.clock.real_now()

    @property
    def being_told(self) -> int:
        """Refusals that are being told to somebody, after which their messages are closed."""
        return self._refused.being_told

    def is_time_for_leases(self, at: datetime) -> bool:
        every = self._parts.timings.leases_every
        if self._leases_at is not None and timedelta(0) <= at - self._leases_at < every:
            return False
        self._leases_at = at
        return True

    def rechecks(self, most: int) -> list[Looking | Withdrawing]:
        """Conversations that it is time to look at for a late copy, and copies that are to go."""
        return self._look_ups.rechecks(most)

    # Sends

    def _delivered(self, result: Delivered, at: datetime) -> None:
        delivery, outcome = result.sending.delivery, result.outcome
        match outcome:
            case Sent():
                self._sent(result, outcome, at)
            case Refused():
                if result.silent_until is not None:
                    with self._parts.database.begin() as connection:
                        silence.keep(connection, delivery, result.silent_until, at)
                if not self._refused.is_opened_anew(delivery, outcome.error):
                    self._refused.refuse(delivery, outcome.error, at)
            case NotSent():
                if outcome.retry_after is not None:
                    self._shared.pause(POST, result.sending.channel, outcome.retry_after)
                retry_at = self._real_now() + (outcome.retry_after or self._backoff(delivery.attempt))
                with self._parts.database.begin() as connection:
                    outbox.not_sent(connection, delivery.id, delivery.attempt, retry_at, outcome.error)
            case Uncertain():
                log.warning(
                    "send_uncertain", lead=delivery.lead_id, delivery=delivery.id, error=outcome.error
                )
                since = self._real_now()
                look_at = since + self._parts.timings.settle
                with self._parts.database.begin() as connection:
                    outbox.uncertain(connection, delivery.id, delivery.attempt, since, look_at, outcome.error)

    def _sent(self, result: Delivered, outcome: Sent, at: datetime) -> None:
        delivery = result.sending.delivery
        with self._parts.database.begin() as connection:
            accepted = outbox.sent(
                connection,
                delivery.id,
                delivery.attempt,
                channel=outcome.channel,
                ts=outcome.ts,
                at=at,
                revision=result.sending.drawing.revision,
                shown_hash=result.sending.drawing.shown_hash,
            )
            stands = accepted or outbox.get(connection, [delivery.id])[delivery.id].ts == outcome.ts
        if not stands:
            # Another process waited for this answer in vain and sent it again, or it is no longer wanted.
            self._look_ups.withdraw(outcome.channel, outcome.ts)
            return
        self._owner_is_told(delivery, at)
        self._look_ups.look_for_a_copy_later(delivery, outcome.channel, outcome.ts)

    def _owner_is_told(self, delivery: Delivery, at: datetime) -> None:
        """A hand-over may have waited for the owner's card."""
        if delivery.role is Role.LEAD_LIST:
            with self._parts.database.read() as connection:
                rows = lists.rows_of(connection, delivery.id)
            for row in rows:
                if row.state is outbox.State.SENT:
                    self._owner_is_told(row, at)
        elif (
            delivery.role in (Role.OWNER_CARD, Role.PAGE)
            and delivery.lead_id is not None
            and delivery.clock is not None
        ):
            fact = CardDelivered(lead_id=delivery.lead_id, at=at, clock=delivery.clock)
            self._parts.recorder.submit(fact, _ignore)

    def _backoff(self, attempt: int) -> timedelta:
        timings = self._parts.timings
        doublings: int = 2 ** min(attempt, RETRY_POWER_MAX)
        longest = min(timings.retry_first * doublings, timings.retry_max)
        return longest * random.uniform(0.7, 1.0)  # noqa: S311  jitter, no secret

    # Edits

    def _edited(self, result: Edited, at: datetime) -> None:
        editing, trouble = result.editing, result.trouble
        card = editing.card
        if trouble is None:
            for card_id, revision in editing.shows.items():
                with self._parts.database.begin() as connection:
                    cards.shown(connection, card_id, revision, editing.drawing.shown_hash)
        elif is_gone(trouble):
            self._posts_anew(card, at)
        elif isinstance(trouble, Refused):
            log.warning("edit_refused", lead=card.lead_id, card=card.id, role=card.role, error=trouble.error)
            with self._parts.database.begin() as connection:
                for card_id in editing.shows:
                    if trouble.error in PLACE_GONE:
                        cards.gone(connection, card_id, at)
                    else:
                        cards.later(connection, card_id, self._real_now() + EDIT_REFUSED_LATER)
        else:
            pause = trouble.retry_after if isinstance(trouble, NotSent) else None
            if pause is not None:
                self._shared.pause(EDIT, None, pause)
            retry_at = self._real_now() + (pause or self._parts.timings.retry_first)
            with self._parts.database.begin() as connection:
                for card_id in editing.shows:
                    cards.later(connection, card_id, retry_at)

    def _posts_anew(self, card: Card, at: datetime) -> None:
        """Each row of a list by itself."""
        rows = [card]
        if card.list_id is not None:
            with self._parts.database.read() as connection:
                rows = cards.rows_of(connection, [card.list_id])[card.list_id]
        for one in rows:
            self._post_anew(one, at)

    def _post_anew(self, card: Card, at: datetime) -> None:
        """Somebody deleted the card in Slack: where it still matters, a new one takes its place."""
        with self._parts.database.begin() as connection:
            # The lead first, as everybody locks it first: who changes it goes on to its cards.
            lead = leads.load(connection, [card.lead_id], lock=True)[card.lead_id]
            cards.gone(connection, card.id, at)
            owed = outbox.get(connection, [card.id])[card.id]
            is_its_own = card.clock is None or (lead.clock is not None and lead.clock.number == card.clock)
            stays = card.role is Role.MANAGERS_CARD or (card.role in STANDING_ROLES and is_its_own)
            if lead.is_open and stays:
                key = f"{owed.post.key}:again:{card.id}"
                again = owed.post._replace(key=key, not_before=None, gathered=False)
                outbox.add(connection, [(lead.id, lead.generation, again)], at)

    # Introductions

    def _introduced(self, result: Introduced) -> None:
        place, trouble = result.asked.place, result.trouble
        if result.known is not None:
            with self._parts.database.begin() as connection:
                people.put(connection, result.known)
        elif result.channel is not None:
            self._places.name_channel(place, result.channel)
        elif isinstance(trouble, Refused):
            self._places.refuse(place, trouble.error, self._real_now())
        else:
            pause = trouble.retry_after if isinstance(trouble, NotSent) else None
            self._places.ask_later(place, self._real_now() + (pause or self._parts.timings.retry_first))

    # Absence

    def _heard(self, trouble: Trouble | None, at: datetime) -> None:
        if not self._watch.heard(trouble, at):
            return
        with self._parts.database.begin() as connection:
            ended = self._watch.close(connection, at)
            if ended is not None:
                # What became overdue meanwhile may be better said in one summary.
                overdue = outbox.owed_since(connection, OVERDUE_ROLES, ended.from_at, OVERDUE_SEEN_MAX)
                outbox.gather(connection, [row.id for row in overdue])
                self._downtime.gather(connection, at)
        self._watch.return_written()


def _ignore(answer: Recorded | BaseException) -> None:
    """The card stands; the clock's own record of it was written with the delivery."""

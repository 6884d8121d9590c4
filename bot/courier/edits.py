"""Edits of what stands already: a card, or a list whose rows each follow a lead; each message in one call."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import TYPE_CHECKING

import structlog

from bot.courier.calm import FEW
from bot.courier.drawing import Drawer, Drawing
from bot.courier.jobs import Editing
from bot.courier.pacer import Pacer
from bot.courier.shared_pace import SharedPace
from sla.effects import place_of, still_true
from sla.lead import Lead, LeadId
from storage import cards, leads, lists, outbox
from storage.cards import Card
from storage.database import Connection
from storage.outbox import Delivery, State

if TYPE_CHECKING:
    from bot.courier.courier import CourierParts

log = structlog.get_logger(__name__)

CARDS_AT_ONCE = 40
PRESSED_MAX = 200
"""Leads whose cards go first; of more the earlier ones take their turn among all."""
NEVER = 3600.0
UNDRAWABLE_LATER = timedelta(minutes=1)

NOTHING = Drawing(payload={}, revision=0, shown_hash="")


def draw_new_list(connection: Connection, drawer: Drawer, row: Delivery, at: datetime) -> Drawing | None:
    """A list that is about to leave, only with what is still true; where one lead is left, it is no list."""
    members = [one for one in lists.rows_of(connection, row.id) if one.state is State.GATHERING]
    known = leads.load(connection, {one.lead_id for one in members if one.lead_id is not None})
    found = [(one, known[one.lead_id]) for one in members if one.lead_id in known]
    true = [(one, lead) for one, lead in found if still_true(one.post, lead, at)]
    left_out = {one.id for one, _ in found} - {one.id for one, _ in true}
    outbox.void(connection, left_out, "no longer true", at)
    if len({lead.id for _, lead in true}) < FEW:
        outbox.void(connection, [row.id], "one lead is no list", at)
        lists.dissolve(connection, [row.id])
        return None
    return drawer.draw_list(connection, true, place=row.post.to, data=row.post.data, at=at)


class Edits:
    """Draws what shows less than is known, and marks what people could not tell from what stands there."""

    def __init__(self, parts: "CourierParts", pacer: Pacer, shared: SharedPace, drawer: Drawer) -> None:
        self._parts = parts
        self._pacer = pacer
        self._shared = shared
        self._drawer = drawer
        self.pressed: SimpleQueue[LeadId] = SimpleQueue()
        """People look at the cards of these leads now; put in on any thread."""
        self._first: dict[LeadId, None] = {}

    def ready(self, at: datetime, most: int, *, busy: set[str]) -> tuple[list[Editing], float]:
        """Cards that show less than is known, drawn from the lead as it is now."""
        pause = self._pacer.any_edit_wait()
        if pause > 0:
            # Nothing could leave: drawing them would only be done again.
            return [], pause
        real_at = self._parts.clock.real_now()
        with self._parts.database.read() as connection:
            wanted = dict.fromkeys(self._of_the_pressed(connection, real_at))
            wanted |= dict.fromkeys(cards.dirty(connection, CARDS_AT_ONCE, real_at))
            dirty = [card for card in wanted if f"edit:{card.list_id or card.id}" not in busy]
            if not dirty:
                return [], NEVER
            editings, wait = self._drawn(connection, dirty, at), NEVER
        ready: list[Editing] = []
        for one in editings:
            if one.drawing is NOTHING:
                self._put_off(one, real_at)
            elif one.drawing.shown_hash == one.card.shown_hash:
                self._mark_shown(one, real_at)
            elif len(ready) < most and f"edit:{one.key}" not in busy:
                pause = self._pacer.edit_wait(one.card.channel)
                if pause > 0:
                    wait = min(wait, pause)
                    continue
                self._pacer.take_edit()
                ready.append(one)
        return self._ours(ready, real_at), wait

    def _ours(self, ready: list[Editing], real_at: datetime) -> list[Editing]:
        """What no other process edits at this moment: of two edits at once the older might come to stand.

        On SQLite there is no other process.
        """
        if self._parts.database.is_sqlite:
            return ready
        ours: list[Editing] = []
        for one in ready[: self._shared.edits(len(ready))]:
            with self._parts.database.begin() as connection:
                if cards.lease(connection, one.shows, real_at, real_at + self._parts.timings.edit_lease):
                    ours.append(one)
        return ours

    def _of_the_pressed(self, connection: Connection, real_at: datetime) -> list[Card]:
        """What shows too little to somebody who has just pressed: in a crowd of edits theirs are not the last."""
        while not self.pressed.empty():
            self._first[self.pressed.get()] = None
        order = {lead_id: place for place, lead_id in enumerate([*self._first][-PRESSED_MAX:])}
        found = cards.dirty_of(connection, order, real_at) if order else []
        found.sort(key=lambda card: order[card.lead_id])
        self._first = dict.fromkeys(card.lead_id for card in found)
        return found

    def _drawn(self, connection: Connection, dirty: Sequence[Card], at: datetime) -> list[Editing]:
        """Each message once, also one of which several rows show less than is known."""
        rows = cards.rows_of(connection, {card.list_id for card in dirty if card.list_id is not None})
        alone = [card for card in dirty if card.list_id is None]
        every = [*alone, *(card for of_list in rows.values() for card in of_list)]
        known = leads.load(connection, {card.lead_id for card in every})
        owed = outbox.get(connection, [*(card.id for card in every), *rows])
        drawn = [
            Editing(card=card, drawing=drawing or NOTHING, shows={card.id: known[card.lead_id].revision})
            for card in alone
            for drawing in [self._redraw(connection, card, known[card.lead_id], owed[card.id], at)]
        ]
        for list_id, of_list in rows.items():
            drawing = self._redraw_list(connection, owed[list_id], of_list, known, owed, at)
            shows = {card.id: known[card.lead_id].revision for card in of_list}
            stale = next((card for card in of_list if card in dirty), of_list[0])
            drawn.append(Editing(card=stale, drawing=drawing or NOTHING, shows=shows))
        places = {card.id: place for place, card in enumerate(dirty)}
        return sorted(drawn, key=lambda one: places.get(one.card.id, len(places)))

    def _redraw_list(
        self,
        connection: Connection,
        owed: Delivery,
        of_list: Sequence[Card],
        known: Mapping[LeadId, Lead],
        rows: Mapping[str, Delivery],
        at: datetime,
    ) -> Drawing | None:
        try:
            return self._drawer.draw_list(
                connection,
                [(rows[card.id], known[card.lead_id]) for card in of_list],
                place=owed.post.to,
                data=owed.post.data,
                at=at,
                posted_at=of_list[0].posted_at,
            )
        except Exception:
            log.exception("cannot_be_drawn", lead=owed.lead_id, card=owed.id, role=owed.role)
            return None

    def _redraw(
        self, connection: Connection, card: Card, lead: Lead, owed: Delivery, at: datetime
    ) -> Drawing | None:
        try:
            return self._drawer.draw(
                connection,
                role=card.role,
                place=place_of(card.place),
                # A summary is drawn anew for a lead of its rows that was erased; it is about no lead itself.
                lead=lead if owed.lead_id is not None else None,
                clock=card.clock,
                data=owed.post.data,
                at=at,
                posted_at=card.posted_at,
            )
        except Exception:
            log.exception("cannot_be_drawn", card=card.id, role=card.role, lead=card.lead_id)
            return None

    def _put_off(self, editing: Editing, real_at: datetime) -> None:
        for card_id in editing.shows:
            with self._parts.database.begin() as connection:
                cards.later(connection, card_id, real_at + UNDRAWABLE_LATER)

    def _mark_shown(self, editing: Editing, real_at: datetime) -> None:
        """People could not tell the new drawing from what stands there: no call is needed.

        But where another process has begun to edit it meanwhile, something else is about to stand there.
        """
        for card_id, revision in editing.shows.items():
            with self._parts.database.begin() as connection:
                cards.stands_so(connection, card_id, revision, editing.drawing.shown_hash, real_at)

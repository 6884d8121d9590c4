"""What may leave now: posts in order of urgency, edits of cards, and look-ups of lost answers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot.courier.calm import Calm
from bot.courier.drawing import Drawer
from bot.courier.edits import NOTHING, UNDRAWABLE_LATER, Edits, draw_new_list
from bot.courier.jobs import Delivered, Editing, Introducing, Sending
from bot.courier.lanes import Lanes
from bot.courier.looking import Looked, Looking
from bot.courier.pacer import Pacer
from bot.courier.places import Places
from bot.courier.shared_pace import SharedPace
from bot.courier.silence import asked_of
from bot.slack.gateway import Refused
from sla.effects import Role, still_true
from sla.lead import Lead, LeadId
from storage import cards, leads, lists, outbox, restored
from storage.database import Connection
from storage.outbox import Delivery
from storage.restored import Restore

if TYPE_CHECKING:
    from bot.courier.courier import CourierParts

log = structlog.get_logger(__name__)

SEEN_AT_ONCE = 60
"""Rows looked at in one go; more are looked at only when all of these must wait."""
LOOKS_MAX = 12
UNCERTAIN_AT_ONCE = 50
NEVER = 3600.0


@dataclass(kw_only=True)
class Picked:
    """`wait` is the seconds until a place that had to wait has room again."""

    sendings: list[Sending] = field(default_factory=list)
    introductions: list[Introducing] = field(default_factory=list)
    refused: list[Delivered] = field(default_factory=list)
    wait: float = NEVER


@dataclass(kw_only=True)
class Unsettled:
    """`hopeless` are those whose conversation Slack does not know any more: there is nowhere to look."""

    lookings: list[Looking] = field(default_factory=list)
    introductions: list[Introducing] = field(default_factory=list)
    hopeless: list[Looked] = field(default_factory=list)


class Selection:
    """Claims under the pacer's and the rules' eyes; the calls are made by others."""

    def __init__(
        self, parts: "CourierParts", pacer: Pacer, shared: SharedPace, places: Places, drawer: Drawer
    ) -> None:
        self._parts = parts
        self._pacer = pacer
        self._shared = shared
        self._places = places
        self._drawer = drawer
        self._calm = Calm(parts.policies)
        self._lanes = Lanes(parts)
        self._edits = Edits(parts, pacer, shared, drawer)
        self._channel_of: dict[str, str] = {}
        self._restore: Restore | None = None

    def restore_is(self, restore: Restore | None) -> None:
        """The database was restored from a back-up then: what may have been sent is looked for first."""
        self._restore = restore

    def posts(self, at: datetime, most: int) -> Picked:
        """Up to `most` posts, claimed and drawn."""
        picked = Picked()
        chosen: dict[str, str] = {}
        real_at = self._parts.clock.real_now()
        blocked = self._places.not_yet(real_at) | self._without_room(picked)
        self._look_again_after_a_new_policy(at)
        for _ in range(LOOKS_MAX):
            with self._parts.database.read() as connection:
                rows = outbox.claimable(
                    connection, at, SEEN_AT_ONCE, real_at=real_at, blocked=blocked, way="slack"
                )
                are_all = len(rows) < SEEN_AT_ONCE
                rows = self._lanes.in_order(connection, rows, at, real_at, blocked)
                plan = self._calm.plan(connection, rows, at)
                known = self._places.channels_of(connection, {row.post.to for row in rows}, real_at)
            if plan:
                with self._parts.database.begin() as connection:
                    self._calm.write(connection, plan, at)
                continue
            before = len(blocked)
            self._choose(rows, known, real_at, most, chosen, picked, blocked)
            self._lanes.left(chosen)
            if len(chosen) >= most or are_all or len(blocked) == before:
                break
        wait = self._shared.posts(chosen)
        if wait is not None:
            picked.wait = min(picked.wait, wait)
        if chosen:
            self._claim(chosen, at, picked)
        return picked

    def _look_again_after_a_new_policy(self, at: datetime) -> None:
        if self._calm.policy_changed():
            with self._parts.database.begin() as connection:
                lists.let_go(connection, at)

    def _without_room(self, picked: Picked) -> set[str]:
        """The places that Slack's pace keeps waiting, so that the query does not even look at their rows."""
        waits = {place: self._pacer.post_wait(channel) for place, channel in self._channel_of.items()}
        full = {place for place, wait in waits.items() if wait > 0}
        picked.wait = min((waits[place] for place in full), default=NEVER)
        self._channel_of = {place: channel for place, channel in self._channel_of.items() if place in full}
        return full

    def _choose(
        self,
        rows: Sequence[Delivery],
        known: dict[str, str],
        real_at: datetime,
        most: int,
        chosen: dict[str, str],
        picked: Picked,
        blocked: set[str],
    ) -> None:
        for row in rows:
            if len(chosen) >= most:
                return
            if row.place in blocked or row.id in chosen:
                continue
            error = self._places.refusal(row.place, real_at)
            if error is not None:
                chosen[row.id] = ""
                continue
            channel = known.get(row.place)
            if channel is None:
                person = self._places.person(row.post.to)
                picked.introductions.append(Introducing(place=row.post.to, person=person, at=real_at))
                blocked.add(row.place)
                continue
            wait = self._pacer.post_wait(channel)
            if wait > 0:
                self._channel_of[row.place] = channel
                picked.wait = min(picked.wait, wait)
                blocked.add(row.place)
                continue
            self._pacer.take_post(channel)
            chosen[row.id] = channel

    def _claim(self, chosen: dict[str, str], at: datetime, picked: Picked) -> None:
        """Take the chosen rows, each only if it is still worth saying."""
        with self._parts.database.begin() as connection:
            leased_until = self._parts.clock.real_now() + self._parts.timings.lease
            taken = outbox.claim(connection, list(chosen), leased_until=leased_until, at=at)
            taken = self._without_the_doubtful(connection, taken)
            known = leads.load(connection, {row.lead_id for row in taken if row.lead_id is not None})
            for row in taken:
                lead = known.get(row.lead_id) if row.lead_id is not None else None
                self._prepare(connection, row, lead, chosen[row.id], at, picked)
        leaving = {sending.delivery.id for sending in picked.sendings}
        unused = [channel for id, channel in chosen.items() if channel and id not in leaving]
        for channel in unused:
            self._pacer.give_back_post(channel)
        self._shared.posts_unused(unused)
        if len(leaving) + len(picked.refused) < len(chosen):
            # What was not worth saying any more held up nothing: the next may leave in its place at once.
            picked.wait = 0.0

    def _without_the_doubtful(self, connection: Connection, taken: list[Delivery]) -> list[Delivery]:
        """What the hours that a restored back-up knows nothing of may have sent is looked for before it leaves."""
        restore = self._restore
        if restore is None:
            return taken
        doubtful = {row.id for row in taken if restored.is_doubtful(row, restore)}
        restored.doubt(connection, doubtful, self._parts.clock.real_now())
        return [row for row in taken if row.id not in doubtful]

    def _prepare(
        self,
        connection: Connection,
        row: Delivery,
        lead: Lead | None,
        channel: str,
        at: datetime,
        picked: Picked,
    ) -> None:
        if lead is not None and not still_true(row.post, lead, at):
            outbox.void(connection, [row.id], "no longer true", at)
            return
        if lead is not None and row.role is Role.MANAGERS_CARD and self._stands(connection, row, lead.id):
            outbox.void(connection, [row.id], "the lead's card stands there already", at)
            return
        if not channel:
            error = self._places.refusal(row.place, self._parts.clock.real_now()) or "channel_not_found"
            sending = Sending(delivery=row, channel=row.place, drawing=NOTHING)
            picked.refused.append(Delivered(sending=sending, outcome=Refused(error=error)))
            return
        try:
            if row.role is Role.LEAD_LIST:
                drawing = draw_new_list(connection, self._drawer, row, at)
                if drawing is None:
                    return
            else:
                drawing = self._drawer.draw(
                    connection,
                    role=row.role,
                    place=row.post.to,
                    lead=lead,
                    clock=row.clock,
                    data=row.post.data,
                    at=at,
                )
        except Exception:
            # A message that cannot be drawn is a fault of ours: it waits, is shouted about, and stops nothing.
            log.exception("cannot_be_drawn", delivery=row.id, role=row.role, lead=row.lead_id)
            retry_at = self._parts.clock.real_now() + UNDRAWABLE_LATER
            outbox.not_sent(connection, row.id, row.attempt, retry_at, "cannot be drawn")
            return
        self._calm.left(row, lead, at)
        asks_about = asked_of(connection, self._parts.policies, row, lead, texts=self._parts.texts)
        picked.sendings.append(
            Sending(delivery=row, channel=channel, drawing=drawing, asks_about=asks_about, at=at)
        )

    @staticmethod
    def _stands(connection: Connection, row: Delivery, lead_id: LeadId) -> bool:
        return any(
            card.role is row.role
            and card.place == row.place
            and card.gone_at is None
            and card.list_id is None
            for card in cards.of_lead(connection, lead_id)
        )

    def look_first_at(self, pressed: Collection[LeadId]) -> None:
        """People look at the cards of these leads now; called on any thread."""
        for lead_id in pressed:
            self._edits.pressed.put(lead_id)

    def edits(self, at: datetime, most: int, *, busy: set[str]) -> tuple[list[Editing], float]:
        """Messages that show less than is known, drawn from their leads as they are now."""
        return self._edits.ready(at, most, busy=busy)

    def uncertain(self) -> Unsettled:
        """Lost answers that it is time to look for; one call settles all of a conversation."""
        unsettled = Unsettled()
        at = self._parts.clock.real_now()
        with self._parts.database.read() as connection:
            rows = outbox.to_look_up(connection, at, UNCERTAIN_AT_ONCE)
            known = self._places.written_to(connection, {row.post.to for row in rows}) if rows else {}
        grouped: dict[tuple[str, str | None, bool], list[Delivery]] = defaultdict(list)
        waiting = self._places.not_yet(at)
        for row in rows:
            channel = known.get(row.place)
            error = self._places.refusal(row.place, at)
            method = "conversations.replies" if row.thread_ts else "conversations.history"
            if channel is not None:
                if self._pacer.call_wait(method) == 0:
                    is_lost = self._restore is not None and row.error == restored.MAYBE_SENT
                    grouped[channel, row.thread_ts, is_lost].append(row)
            elif error is not None:
                looking = Looking(channel=row.place, thread_ts=row.thread_ts, deliveries=[row])
                unsettled.hopeless.append(Looked(looking=looking, trouble=Refused(error=error)))
            elif row.place not in waiting:
                person = self._places.person(row.post.to)
                unsettled.introductions.append(Introducing(place=row.post.to, person=person, at=at))
        unsettled.lookings += [
            Looking(
                channel=channel,
                thread_ts=thread_ts,
                deliveries=deliveries,
                anywhere=self._parts.clock.leaps,
                lost=self._restore if is_lost else None,
            )
            for (channel, thread_ts, is_lost), deliveries in grouped.items()
        ]
        return unsettled

"""The courier's one bookkeeping thread: it decides what leaves when, and writes down what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.clock import FACTS_AHEAD_MAX, Clock
from bot.courier.absence import SlackWatch
from bot.courier.downtime import DowntimeDesk
from bot.courier.drawing import Drawer
from bot.courier.jobs import (
    Editing,
    Introducing,
    Job,
    Probing,
    RefusalTold,
    Result,
    Sending,
    Withdrawing,
    do,
    job_of,
    key_of,
)
from bot.courier.looking import Looking
from bot.courier.outcomes import Outcomes
from bot.courier.pacer import Monotonic, Pacer
from bot.courier.places import Places
from bot.courier.rounds import IDLE_WAIT, Rounds
from bot.courier.selection import Selection
from bot.courier.shared_pace import SharedPace
from bot.courier.timings import Timings
from bot.policies import PolicyBox
from bot.recorder import Committed, Recorder
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway
from storage import outbox, restored
from storage.database import Database

log = structlog.get_logger(__name__)

AT_ONCE: Mapping[type[Job], int] = {
    Sending: 8,
    Editing: 4,
    Introducing: 4,
    Looking: 4,
    Withdrawing: 4,
    Probing: 1,
}
"""How many calls of a kind may be under way: those of one kind that hang hold up no other."""
LOOKS = (Looking, Withdrawing)
"""They share their number."""
SENDERS = sum(AT_ONCE.values()) - AT_ONCE[Withdrawing]
"""A thread for each: a claimed message never waits for one while its lease runs out."""


@dataclass(frozen=True, kw_only=True)
class CourierParts:
    """`own_ids` are the bot's app, bot and user id: by them it knows its own messages in Slack's history.

    `texts`: text messages leave, too, so that a page makes a sound where Slack keeps silent. `paced_by`: the clock
    by which all bots together keep Slack's pace, the database's own where it is left out.
    """

    database: Database
    recorder: Recorder
    policies: PolicyBox
    gateway: Gateway
    directory: Directory
    own_ids: Sequence[str]
    workspace_url: str
    clock: Clock
    monotonic: Monotonic
    texts: bool = True
    paced_by: Callable[[], datetime] | None = None
    timings: Timings = field(default_factory=Timings)


class Courier(Rounds[Result]):
    """`start`, `wake` after commits, `stop`: what is in flight is finished and written down."""

    def __init__(self, parts: CourierParts) -> None:
        super().__init__("courier", SENDERS)
        self._parts = parts
        pacer = Pacer(parts.monotonic)
        shared = SharedPace(parts.database, pacer, parts.paced_by)
        self._watch = SlackWatch(parts.monotonic)
        self._places = Places(parts.policies)
        drawer = Drawer(parts.policies, parts.workspace_url)
        self.downtime = DowntimeDesk(parts.policies)
        self._outcomes = Outcomes(
            parts, pacer, shared, self._watch, self._places, self.downtime, self._result_came
        )
        self._selection = Selection(parts, pacer, shared, self._places, drawer)
        self._in_flight: dict[str, Job] = {}
        self._takes_over = False
        self._knows_of_restores = False

    def start(self) -> None:
        # On SQLite this process is the only one: who waits for an answer that a former one was given is gone.
        self._takes_over = self._parts.database.is_sqlite
        self._parts.recorder.on_commit(self.committed)
        self._thread.start()

    @property
    def slack_is_away_since(self) -> datetime | None:
        return self._watch.away_since

    def committed(self, committed: Committed) -> None:
        """Something was written: look whether it is owed to Slack. Called on the recorder's thread."""
        self._selection.look_first_at(committed.pressed)
        if committed.owes:
            self._wake.set()

    @property
    def under_way(self) -> int:
        """How many calls, answers and tellings are not written down yet."""
        return len(self._in_flight) + self._results.qsize() + self._outcomes.being_told

    def _go_on(self) -> float:
        at = self._parts.clock.now()
        self._look_after_leases(at)
        if self._watch.away_since is not None:
            return self._probe()
        soon = self._parts.clock.real_until(at + FACTS_AHEAD_MAX).total_seconds()
        return min(IDLE_WAIT, soon, self._send(at), self._look_up(), self._edit(at))

    def _write_down(self, result: Result) -> None:
        self._outcomes.take_in(result)

    def _is_over(self, result: Result) -> None:
        if not isinstance(result, RefusalTold):
            self._in_flight.pop(key_of(job_of(result)), None)

    def _look_after_leases(self, at: datetime) -> None:
        real_at = self._parts.clock.real_now()
        if not self._knows_of_restores:
            with self._parts.database.read() as connection:
                self._selection.restore_is(restored.last(connection, at))
            self._knows_of_restores = True
        if self._outcomes.is_time_for_leases(real_at):
            with self._parts.database.begin() as connection:
                expired = outbox.expire_leases(connection, real_at)
                if self._takes_over:
                    expired += outbox.take_over(connection, real_at, real_at + self._parts.timings.settle)
                self._watch.note(connection, at)
            self._takes_over = False
            if expired:
                log.warning("leases_expired", deliveries=expired)

    def _probe(self) -> float:
        """Nothing leaves while Slack is away; whether it is back is asked ever less often, up to a limit."""
        wait = self._watch.probe_wait()
        if wait <= 0:
            self._submit(Probing())
            return IDLE_WAIT
        return min(wait, IDLE_WAIT)

    def _send(self, at: datetime) -> float:
        room = self._room_for(Sending)
        if room <= 0:
            return IDLE_WAIT
        picked = self._selection.posts(at, room)
        self._introduce(picked.introductions)
        for refused in picked.refused:
            self._result_came(refused)
        for sending in picked.sendings:
            self._submit(sending)
        return picked.wait

    def _look_up(self) -> float:
        if self._room_for(Looking) <= 0:
            return IDLE_WAIT
        unsettled = self._selection.uncertain()
        self._introduce(unsettled.introductions)
        for looked in unsettled.hopeless:
            self._result_came(looked)
        for looking in unsettled.lookings[: self._room_for(Looking)]:
            self._submit(looking)
        for job in self._outcomes.rechecks(self._room_for(Looking)):
            self._submit(job)
        return IDLE_WAIT

    def _introduce(self, asked: Sequence[Introducing]) -> None:
        """Who does not fit in is asked about in a later round: nothing of it is claimed yet."""
        new = [one for one in asked if key_of(one) not in self._in_flight]
        for introducing in new[: self._room_for(Introducing)]:
            self._submit(introducing)

    def _edit(self, at: datetime) -> float:
        room = self._room_for(Editing)
        if room <= 0:
            return IDLE_WAIT
        editings, wait = self._selection.edits(at, room, busy=set(self._in_flight))
        for editing in editings:
            self._submit(editing)
        return wait

    def _room_for(self, kind: type[Job]) -> int:
        """How many more calls of this kind may be under way."""
        kinds = LOOKS if kind in LOOKS else (kind,)
        return AT_ONCE[kind] - sum(1 for job in self._in_flight.values() if isinstance(job, kinds))

    def _submit(self, job: Job) -> None:
        key = key_of(job)
        if key in self._in_flight:
            return
        self._in_flight[key] = job
        self._pool.submit(self._do, job)

    def _do(self, job: Job) -> None:
        """On a sender's thread: the call, and nothing but the call."""
        parts = self._parts
        self._result_came(do(job, parts.gateway, parts.directory, parts.own_ids))

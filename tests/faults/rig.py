"""The courier's office with clocks that tick and a bot that can be away, under one time that is moved by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.clock import OneClock
from bot.courier.downtime import DowntimeDesk
from bot.recorder import Recorder
from bot.sandbox.faults import Outage
from bot.slack.gateway import web_client
from bot.ticker import Ticker
from sla.lead import LeadId
from storage import absences, timeline
from storage.absences import Absence
from storage.database import Database
from storage.delivery import Delivery, read_delivery
from storage.tables import outbox as outbox_table
from storage.timeline import TimelineEntry
from tests.bot.courier.office import LIMIT, Office, open_office
from tests.invariants import holds
from tests.sla.play import moment
from tests.stories.owing import next_due, unsettled

MOMENTS_MAX = 3_000
"""More due moments than this between two scenes are taken for a clock that stands still."""
SECOND = timedelta(seconds=1)
AT_FIRST, AT_FIRST_EVERY = timedelta(minutes=4), timedelta(seconds=30)
BEAT = timedelta(seconds=10)
"""How often the bot writes down that it lives, when it does."""


class Rig:
    """`it_is` lets time pass while the bot lives, `is_away_until` while it does not."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.workspace = office.workspace
        self.database = office.database
        self.slack = office.slack
        self.ticker = self._new_ticker()

    @property
    def now(self) -> datetime:
        return self.office.now

    def it_is(self, said: str | datetime) -> None:
        """Everything that falls due until then happens at its own moment, in order."""
        target = moment(said) if isinstance(said, str) else said
        assert target >= self.now, f"{said} is over"
        for _ in range(MOMENTS_MAX):
            self.lives()
            following = self._next_moment()
            if following is None or following > target:
                break
            self.office.now = max(following, self.now)
        else:
            raise AssertionError(f"nothing gets done about what is due at {following}")
        self.office.now = target
        self.lives()

    def _next_moment(self) -> datetime | None:
        """What waits for Slack's pace alone is not written down: it is looked at every second."""
        if unsettled(self.database, self.now):
            return self.now + SECOND
        return next_due(self.database, self.now)

    def passes(self, **span: float) -> None:
        self.it_is(self.now + timedelta(**span))

    def lives(self) -> None:
        """The bot lived until now; what is due now is done."""
        with self.database.begin() as connection:
            absences.beat(connection, "bot", self.now)
        self.ticker.tick()
        self.office.settles()

    def is_away_until(self, said: str | datetime) -> None:
        """Nothing ticked and nothing was sent; then a new process takes over what is in the database."""
        self.office.courier.stop(LIMIT)
        target = moment(said) if isinstance(said, str) else said
        assert target >= self.now
        self.office.now = target
        self.starts()
        self.ticker.tick()
        self.office.settles()

    def slack_is_away_until(
        self, said: str | datetime, mode: Outage = "refuse", *, every: timedelta = timedelta(minutes=1)
    ) -> None:
        """The bot lives on without an answer; after the first minutes it looks only `every` so often."""
        target = moment(said) if isinstance(said, str) else said
        began = self.now
        self.slack.begin_outage(mode)
        while self.now < target:
            self.lives()
            step = min(every, AT_FIRST_EVERY) if self.now - began < AT_FIRST else every
            self.office.now = min(next_due(self.database, self.now) or target, self.now + step, target)
        self.lives()
        self.slack.end_outage()

    def has_patience(self, span: timedelta) -> None:
        """A bot that gives a call so much time."""
        self.office.web = web_client(self.workspace.tokens.bot, self.slack.api_url, span)
        self.starts()

    def starts(self) -> None:
        """As after a kill: everything that was only kept in memory is forgotten."""
        self.office.courier = self.office.new_courier()
        self.ticker = self._new_ticker()

    def another_recorder(self) -> Recorder:
        """That of a second process on the same database; the caller stops it."""
        recorder = Recorder(self.database, self.office.policies, now=lambda: self.now)
        recorder.start()
        return recorder

    def another_ticker(self, recorder: Recorder) -> Ticker:
        return self._ticker_of(recorder, "another")

    def rests(self) -> None:
        """Until everything that is owed has ended, however long that takes."""
        for _ in range(MOMENTS_MAX):
            self.lives()
            waiting = [one for one in self.deliveries() if one.ended_at is None and not one.is_outside]
            if not waiting and not unsettled(self.database, self.now):
                return
            self.office.now = min(self._next_moment() or self.now + BEAT, self.now + BEAT)
        raise AssertionError(f"still owed: {unsettled(self.database, self.now)}")

    def keeps_pace(self) -> None:
        """Until nothing may leave any more but for Slack's pace."""
        for _ in range(MOMENTS_MAX):
            self.lives()
            if not unsettled(self.database, self.now):
                return
            self.office.now += SECOND

    # What there is

    def deliveries(self) -> list[Delivery]:
        with self.database.read() as connection:
            return [
                read_delivery(row)
                for row in connection.execute(select(outbox_table).order_by(outbox_table.c.seq))
            ]

    def happened(self, lead_id: LeadId) -> list[TimelineEntry]:
        with self.database.read() as connection:
            return list(timeline.of(connection, lead_id))

    def kinds(self, lead_id: LeadId) -> list[str]:
        return [line.kind for line in self.happened(lead_id)]

    def absences(self) -> list[Absence]:
        with self.database.read() as connection:
            return absences.recent(connection, self.now - timedelta(days=30))

    def texts(self, channel: str) -> list[str]:
        """What stands in a conversation, oldest first."""
        return [message.text for message in self.workspace.shown_in(channel)]

    def _new_ticker(self) -> Ticker:
        return self._ticker_of(self.office.recorder, "bot")

    def _ticker_of(self, recorder: Recorder, name: str) -> Ticker:
        return Ticker(
            recorder,
            self.database,
            self.office.policies,
            clock=OneClock(lambda: self.now),
            gather=DowntimeDesk(self.office.policies).gather,
            name=name,
        )


@contextmanager
def open_rig(database: Database) -> Iterator[Rig]:
    """At the end everything that must always hold is looked at."""
    with open_office(database) as office:
        rig = Rig(office)
        rig.lives()
        yield rig
        rig.keeps_pace()
        holds(database, rig.workspace)

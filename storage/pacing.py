"""Slack's pace, shared by all processes on one database: what one of them takes is gone for the others, too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor

from sqlalchemy import Connection, select, text, update

from storage.pace_tables import pace
from storage.server_clock import time_of
from storage.upserts import insert_into

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """So many at once of what may happen so often a second, after a pause also `burst` times at once."""

    number: int
    per_second: float
    burst: int

    @property
    def apart(self) -> timedelta:
        return timedelta(seconds=1 / self.per_second)


@dataclass(frozen=True, kw_only=True)
class Granted:
    """`number` of what was wanted; the next of them only after `wait`."""

    number: int
    wait: timedelta = timedelta(0)


def take(
    connection: Connection, wanted: Mapping[str, Wanted], at: datetime | None = None
) -> dict[str, Granted]:
    """Take of each as many as there are. Without `at` the database's clock counts, the same one for everybody."""
    rows = _locked(connection, wanted)
    # Read only now: whoever had to wait for the rows would else go by a time that is over.
    now = at or time_of(connection)
    granted: dict[str, Granted] = {}
    for name, one in wanted.items():
        used_until, paused_until = rows[name]
        if paused_until > now:
            granted[name] = Granted(number=0, wait=paused_until - now)
            continue
        # A clock that was moved by hand must not keep anybody waiting for more than was ever to be taken.
        used = min(max(used_until - now, timedelta(0)), one.apart * one.burst)
        number = min(one.number, floor((one.apart * one.burst - used) / one.apart))
        used += one.apart * number
        wait = timedelta(0) if number == one.number else used - one.apart * (one.burst - 1)
        granted[name] = Granted(number=number, wait=max(wait, timedelta(0)))
        _set(connection, name, used_until=now + used)
    return granted


def give_back(connection: Connection, unused: Mapping[str, Wanted]) -> None:
    """What was taken and not used after all."""
    rows = _locked(connection, unused)
    for name, one in unused.items():
        _set(connection, name, used_until=rows[name][0] - one.apart * one.number)


def pause(connection: Connection, name: str, span: timedelta, at: datetime | None = None) -> None:
    """Slack asked for a pause of this: nobody takes any of it before it is over."""
    rows = _locked(connection, [name])
    _set(connection, name, paused_until=max(rows[name][1], (at or time_of(connection)) + span))


def _locked(
    connection: Connection, names: Mapping[str, Wanted] | list[str]
) -> dict[str, tuple[datetime, datetime]]:
    """In the order of their names, as everybody locks them; who gets them may wait, and never crosswise."""
    ordered = sorted(names)
    if connection.dialect.name != "sqlite":
        # What is lost of the pace in a power cut is not worth a wait for the disk.
        connection.execute(text("set local synchronous_commit = off"))
    fresh = [{"name": name, "used_until": _NEVER, "paused_until": _NEVER} for name in ordered]
    connection.execute(insert_into(connection.dialect.name, pace).on_conflict_do_nothing(), fresh)
    query = select(pace).where(pace.c.name.in_(ordered)).order_by(pace.c.name).with_for_update()
    return {row.name: (row.used_until, row.paused_until) for row in connection.execute(query)}


def _set(connection: Connection, name: str, **values: datetime) -> None:
    connection.execute(update(pace).where(pace.c.name == name).values(values))

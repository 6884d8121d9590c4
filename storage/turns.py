"""Whose turn it is: when each person last got a lead, and how much of each team's leads they had."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam, select

from sla.shares import NO_LEADS_YET, TeamShares
from storage.micros import micros
from storage.prepared import Prepared, Row, driver_of
from storage.tables import shares, turns
from storage.upserts import insert_into

# A lock of its own, because a person's first turn has no row yet that could be locked; any number will do, so long
# as nothing else in the database uses the same one. In one message to the server, yet the later statements see
# what was committed while the first one waited.
_LOCKED = (
    b"select pg_advisory_xact_lock(7304211); select email, turn from turns; "
    b"select team, email, share from shares"
)
_FLOOR = ""
"""Beside a team's people stands the share from which those go on who missed turns; it is nobody's."""

_select_turns = Prepared(lambda dialect: select(turns.c.email, turns.c.turn), [])
_select_shares = Prepared(lambda dialect: select(shares), [])


def _upserting(table: Table, keys: Sequence[str]) -> Prepared:
    names = [column.name for column in table.columns]

    def build(dialect: str) -> Executable:
        values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in names}
        insert = insert_into(dialect, table).values(values)
        changing = {name: insert.excluded[name] for name in names if name not in keys}
        return insert.on_conflict_do_update(index_elements=list(keys), set_=changing)

    return Prepared(build, [f"v_{name}" for name in names])


_take = _upserting(turns, ["email"])
_share = _upserting(shares, ["team", "email"])


@dataclass(frozen=True, kw_only=True)
class Turns:
    """`last` is the number of each person's last turn, `shares` how the leads of each team were shared out."""

    last: dict[str, int] = field(default_factory=dict)
    shares: dict[str, TeamShares] = field(default_factory=dict)


def load(connection: Connection, lock: bool) -> Turns:
    """The turns of everybody who ever had one.

    `lock` keeps everybody else from assigning by turn until the transaction ends; lock the leads first.
    """
    if lock and connection.dialect.name != "sqlite":
        with driver_of(connection).execute(_LOCKED) as cursor:
            cursor.nextset()
            last = dict(cursor.fetchall())
            cursor.nextset()
            return Turns(last=last, shares=_shares(cursor.fetchall()))
    return Turns(last=dict(_select_turns.all(connection)), shares=_shares(_select_shares.all(connection)))


def _shares(rows: Iterable[Row]) -> dict[str, TeamShares]:
    teams: dict[str, dict[str, int]] = {}
    for team, email, share in rows:
        teams.setdefault(team, {})[email] = share
    return {team: TeamShares(floor=known.pop(_FLOOR, 0), of=known) for team, known in teams.items()}


def took(connection: Connection, assigned: Sequence[tuple[str, int, datetime]]) -> None:
    """These people got a lead at these turns; of several for one person the last one counts."""
    last = {email: (email, turn, micros(at)) for email, turn, at in assigned}
    _take.many(connection, sorted(last.values()))


def shared(connection: Connection, before: Mapping[str, TeamShares], after: Mapping[str, TeamShares]) -> None:
    """Write what changed in the shares of these teams since they were loaded."""
    rows: list[Row] = []
    for team, now in after.items():
        known = before.get(team, NO_LEADS_YET)
        if now.floor != known.floor:
            rows.append((team, _FLOOR, now.floor))
        rows += [(team, email, share) for email, share in now.of.items() if known.of.get(email) != share]
    _share.many(connection, sorted(rows))

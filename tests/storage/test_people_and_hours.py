"""Absences of people and covers of shifts are kept, found while in force, and ended once."""

from datetime import timedelta

from sla.availability import Spell
from sla.on_call import Cover
from storage import covers, spells
from storage.database import Database
from tests.storage.samples import MONDAY

ALICE, BOB, OPS = "alice@acme.example", "bob@acme.example", "ops@acme.example"
DAY = timedelta(days=1)


def _out(database: Database, email: str, from_day: int, days: int) -> spells.SetSpell:
    with database.begin() as connection:
        return spells.add(
            connection,
            email,
            "out_of_office",
            from_at=MONDAY + from_day * DAY,
            until_at=MONDAY + (from_day + days) * DAY,
            cover=BOB,
            by=OPS,
            at=MONDAY,
        )


def _away(database: Database, email: str) -> spells.SetSpell:
    with database.begin() as connection:
        return spells.add(
            connection, email, "away", from_at=MONDAY, until_at=None, cover=None, by=email, at=MONDAY
        )


def test_an_absence_is_in_force_from_when_it_is_set_until_it_is_over(database: Database) -> None:
    out = _out(database, ALICE, from_day=2, days=3)
    with database.read() as connection:
        assert [out] == spells.in_force(connection, MONDAY)
        assert [out] == spells.in_force(connection, MONDAY + 5 * DAY - timedelta(microseconds=1))
        assert spells.in_force(connection, MONDAY + 5 * DAY) == []
    assert Spell(from_at=MONDAY + 2 * DAY, until_at=MONDAY + 5 * DAY, cover=BOB) == out.spell


def test_who_switched_away_stays_away_until_it_is_ended(database: Database) -> None:
    away = _away(database, ALICE)
    with database.begin() as connection:
        assert [away] == spells.in_force(connection, MONDAY + 900 * DAY)
        assert spells.end(connection, away.id, MONDAY + DAY)
        assert not spells.end(connection, away.id, MONDAY + DAY)
        assert spells.in_force(connection, MONDAY) == []


def test_absences_are_found_by_person(database: Database) -> None:
    _away(database, BOB)
    his = _out(database, ALICE, from_day=1, days=1)
    with database.read() as connection:
        assert [his] == spells.in_force(connection, MONDAY, ALICE)
        assert [one.email for one in spells.in_force(connection, MONDAY)] == [ALICE, BOB]


def test_a_cover_is_in_force_until_it_is_over_or_taken_back(database: Database) -> None:
    with database.begin() as connection:
        cover = covers.add(
            connection, "hot-leads", BOB, from_at=MONDAY, until_at=MONDAY + DAY, by=OPS, at=MONDAY
        )
        assert [cover] == covers.in_force(connection, MONDAY)
        assert covers.by_rotation(connection, MONDAY) == {"hot-leads": (cover.cover,)}
        assert covers.by_rotation(connection, MONDAY + DAY) == {}
        assert covers.in_force(connection, MONDAY + DAY) == []
        assert covers.end(connection, cover.id, MONDAY)
        assert not covers.end(connection, cover.id, MONDAY)
        assert covers.in_force(connection, MONDAY) == []
    assert cover.cover == Cover(person=BOB, from_at=MONDAY, until_at=MONDAY + DAY, set_at=MONDAY)

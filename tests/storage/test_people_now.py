"""What is known of people is read in one question, from what was noted where it was said."""

from datetime import timedelta

from sla.availability import PersonNow, Spell
from sla.shares import LEAD, TeamShares
from storage import accounts, people_now, spells, turns
from storage.database import Connection, Database
from tests.asked import noting_statements
from tests.storage.samples import ALICE, MONDAY, a_lead, keep, minutes

BEN, CARLA = "ben@example.com", "carla@example.com"
DAY = timedelta(days=1)


def _set(connection: Connection, email: str, kind: spells.Kind, days: int | None) -> spells.SetSpell:
    until_at = None if days is None else MONDAY + days * DAY
    return spells.add(
        connection, email, kind, from_at=MONDAY, until_at=until_at, cover=BEN, by=email, at=MONDAY
    )


def test_nothing_is_known_of_people_who_said_nothing(database: Database) -> None:
    keep(database, a_lead())
    with database.read() as connection:
        assert people_now.load(connection, MONDAY) == {}


def test_absences_are_known_until_they_are_over_or_ended(database: Database) -> None:
    with database.begin() as connection:
        _set(connection, ALICE, "out_of_office", 2)
        _set(connection, ALICE, "out_of_office", 4)
        switched = _set(connection, BEN, "away", None)
        ended = _set(connection, CARLA, "away", None)
        spells.end(connection, ended.id, MONDAY)
        one, other = (Spell(from_at=MONDAY, until_at=MONDAY + days * DAY, cover=BEN) for days in (2, 4))
        assert {
            ALICE: PersonNow(out_of_office=(one, other)),
            BEN: PersonNow(switched_away=switched.spell),
        } == people_now.load(connection, MONDAY)
        assert people_now.load(connection, MONDAY + 2 * DAY)[ALICE] == PersonNow(out_of_office=(other,))


def test_an_account_is_known_while_it_keeps_something_from_the_person(database: Database) -> None:
    with database.begin() as connection:
        accounts.said(connection, ALICE, at=MONDAY, is_active=False)
        accounts.said(connection, BEN, at=MONDAY, silent_until=MONDAY + DAY)
        assert {
            ALICE: PersonNow(is_active=False),
            BEN: PersonNow(silent_until=MONDAY + DAY),
        } == people_now.load(connection, MONDAY)
        accounts.said(connection, ALICE, at=MONDAY)
        assert people_now.load(connection, MONDAY + DAY) == {}


def test_open_leads_are_counted_of_those_who_are_asked_about(database: Database) -> None:
    keep(database, *(a_lead(number) for number in range(3)), a_lead(3, owner=BEN))
    with database.read() as connection:
        assert {ALICE: PersonNow(open_leads=3)} == people_now.load(connection, MONDAY, [ALICE, CARLA])


def test_it_is_one_question(database: Database) -> None:
    asked: list[str] = []

    with (
        database.read() as connection,
        noting_statements(lambda statement, *_: asked.append(statement)),
    ):
        people_now.load(connection, MONDAY, [ALICE])
    assert len(asked) == 1


def test_shares_are_kept_for_each_team_by_itself(database: Database) -> None:
    emea = TeamShares(of={ALICE: 2 * LEAD, BEN: LEAD}, floor=LEAD)
    us = TeamShares(of={ALICE: LEAD})
    with database.begin() as connection:
        turns.shared(connection, {}, {"emea": emea, "us": us})
    with database.begin() as connection:
        assert {"emea": emea, "us": us} == turns.load(connection, lock=True).shares
        later = TeamShares(of={ALICE: 3 * LEAD, BEN: LEAD}, floor=LEAD)
        turns.shared(connection, {"emea": emea}, {"emea": later})
        assert {"emea": later, "us": us} == turns.load(connection, lock=False).shares


def test_only_what_changed_is_written(database: Database) -> None:
    before = TeamShares(of={ALICE: LEAD, BEN: LEAD})
    after = TeamShares(of={ALICE: LEAD, BEN: 2 * LEAD})
    with database.begin() as connection:
        turns.shared(connection, {"emea": before}, {"emea": after})
        assert {"emea": TeamShares(of={BEN: 2 * LEAD})} == turns.load(connection, lock=False).shares


def test_a_moment_before_an_absence_begins_it_is_known_already(database: Database) -> None:
    with database.begin() as connection:
        _set(connection, ALICE, "out_of_office", 2)
        assert ALICE in people_now.load(connection, MONDAY - minutes(1))

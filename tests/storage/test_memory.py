"""What is remembered beside leads: people, turns, policies, signs of life."""

from dataclasses import replace

from storage import absences, people, policies, turns
from storage.database import Database
from storage.people import Known
from tests.storage.samples import ALICE, MONDAY, minutes

KNOWN = Known(
    email=ALICE,
    slack_id="U1",
    dm_channel="D1",
    name="Alice",
    tz="Europe/Berlin",
    locale="de-DE",
    is_member=True,
    fetched_at=MONDAY,
)


def test_a_person_is_remembered_as_slack_knows_them(database: Database) -> None:
    with database.begin() as connection:
        people.put(connection, KNOWN)
        assert people.get(connection, [ALICE, "nobody@example.com"]) == {ALICE: KNOWN}
        assert people.by_slack_id(connection, "U1") == KNOWN
        assert people.by_slack_id(connection, "U2") is None


def test_the_last_thing_slack_said_about_a_person_counts(database: Database) -> None:
    said = replace(KNOWN, is_member=False, refusal="a guest", tz=None, fetched_at=MONDAY + minutes(5))
    with database.begin() as connection:
        people.put(connection, KNOWN)
        people.put(connection, said)
        assert {ALICE: said} == people.get(connection, [ALICE])


def test_a_direct_message_channel_is_kept_while_the_person_is_the_same(database: Database) -> None:
    with database.begin() as connection:
        people.put(connection, replace(KNOWN, dm_channel=None))
        people.opened_dm(connection, ALICE, "D7")
        people.put(connection, replace(KNOWN, dm_channel=None))
        assert people.get(connection, [ALICE])[ALICE].dm_channel == "D7"
        people.put(connection, replace(KNOWN, slack_id="U2", dm_channel=None))
        assert people.get(connection, [ALICE])[ALICE].dm_channel is None


def test_turns_remember_the_last_one_of_each_person(database: Database) -> None:
    with database.begin() as connection:
        assert turns.load(connection, lock=True).last == {}
        turns.took(connection, [(ALICE, 1, MONDAY), ("ben@example.com", 2, MONDAY), (ALICE, 3, MONDAY)])
        turns.took(connection, [])
    with database.begin() as connection:
        turns.took(connection, [("ben@example.com", 4, MONDAY)])
        assert turns.load(connection, lock=True).last == {ALICE: 3, "ben@example.com": 4}


def test_a_policy_is_stored_once_and_never_changed(database: Database) -> None:
    with database.begin() as connection:
        assert policies.store(connection, "v1", "tiers: …", MONDAY)
        assert not policies.store(connection, "v1", "something else", MONDAY)
        assert policies.text(connection, "v1") == "tiers: …"
        assert policies.text(connection, "v2") is None


def test_a_policy_is_in_force_since_it_was_first_stored(database: Database) -> None:
    with database.begin() as connection:
        policies.store(connection, "v1", "tiers: …", MONDAY)
        policies.store(connection, "v1", "tiers: …", MONDAY + minutes(1))

        assert policies.since(connection, "v1") == MONDAY
        assert policies.since(connection, "v2") is None


def test_a_sign_of_life_is_never_taken_back(database: Database) -> None:
    with database.begin() as connection:
        assert absences.last_beat(connection, "ticker") is None
        absences.beat(connection, "ticker", MONDAY)
        absences.beat(connection, "ticker", MONDAY + minutes(1))
        absences.beat(connection, "ticker", MONDAY)
        absences.beat(connection, "slack", MONDAY)
        assert MONDAY + minutes(1) == absences.last_beat(connection, "ticker")


def test_absences_are_noted_ended_and_announced_once(database: Database) -> None:
    with database.begin() as connection:
        night = absences.add(connection, "bot", MONDAY, MONDAY + minutes(60))
        outage = absences.add(connection, "slack", MONDAY + minutes(90))
        assert [night, outage] == [a.id for a in absences.recent(connection, MONDAY)]
        assert [outage] == [a.id for a in absences.recent(connection, MONDAY + minutes(60))]
        lasting = absences.lasting(connection, "slack")
        assert lasting is not None
        assert (outage, None) == (lasting.id, lasting.until_at)
        assert absences.lasting(connection, "bot") is None
        assert absences.close(connection, outage, MONDAY + minutes(95))
        assert not absences.close(connection, outage, MONDAY + minutes(99))
        assert absences.announced(connection, night, MONDAY)
        assert not absences.announced(connection, night, MONDAY)
        assert absences.lasting(connection, "slack") is None

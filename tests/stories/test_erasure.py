"""Somebody asks to be forgotten: what is left of their lead, in the database, in Slack, and for whoever presses."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sla.lead import LeadId, Stage
from storage.database import Database
from storage.tables import metadata
from storage.tidying import compact, empty_log
from tests.stories.front_door import WEBSITE_KEY
from tests.stories.office import Office
from tests.stories.test_morning import overnight, seen

WORDS = (
    "Dana",
    "Reyes",
    "Northwind",
    "northwind",
    "5550142",
    "555 0142",
    "40 seats",
    "fair in May",
    "chatty",
)
"""What anybody could know this lead by."""
ERASED = "Erased. The data of this lead was erased Mon Nov 23."


def erase(office: Office, lead: LeadId, **how: Any) -> dict[str, Any]:
    said: dict[str, Any] = office.http("DELETE", f"/v1/leads/{lead}", **how)
    return said


def everything_written(database: Database) -> str:
    with database.read() as connection:
        return "\n".join(
            repr(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


def everything_shown(office: Office) -> str:
    channels = office.workspace.channels
    return "\n".join(
        f"{message.text} {message.blocks}"
        for channel in channels
        for message in office.workspace.shown_in(channel)
    )


def a_lead_with_a_story(office: Office) -> LeadId:
    """Late, passed around, written about, claimed, contacted."""
    office.it_is("Mon 10:00")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:01")
    office.passes(lead, by="alice", note="We met Dana at the fair in May.")
    office.it_is("Mon 10:06")
    office.gives_time(lead, "11:35 AM, 30 min more", reason="Dana is chatty")
    # The same person once more, under another id.
    office.a_lead_arrives("Northwind", external_id="00Q-1001-b", email="dana@northwind.example")
    office.it_is("Mon 11:40")
    office.presses("Claim", by="carla", on=lead)
    office.logs_contact("Called, spoke to them", by="carla", on=lead, note="Dana was chatty")
    return lead


def test_of_an_erased_lead_no_word_is_left_that_anybody_could_know_it_by(either_office: Office) -> None:
    office = either_office
    lead = a_lead_with_a_story(office)
    assert office.asks_about(lead)["asked_again"] == 1
    before = office.asks_about(lead)

    assert erase(office, lead, params={"reason": "asked by letter"})["outcome"] == "erased"
    office.a_minute_passes()

    written, shown = everything_written(office.bot.database), everything_shown(office)
    assert [word for word in WORDS if word in written] == []
    assert [word for word in WORDS if word in shown] == []
    after = office.asks_about(lead)
    kept = ("tier", "team", "owner", "received_at", "first_contact_at", "breach", "sla")
    assert [before[name] for name in kept] == [after[name] for name in kept]
    assert [clock["stopped_at"] for clock in before["clocks"]] == [c["stopped_at"] for c in after["clocks"]]
    assert (after["timeline"][-1]["data"]["reason"], after["state"]) == ("asked by letter", "closed")


def test_every_message_about_an_erased_lead_says_so_and_has_no_button(office: Office) -> None:
    lead = a_lead_with_a_story(office)
    erase(office, lead)
    office.a_minute_passes()

    for place in ("alice", "bob", "carla", "sales-managers", "lead-backup"):
        for message in office.messages(place, lead):
            assert (message.text, tuple(message.buttons)) == (ERASED, ()), place


def test_an_open_lead_that_is_erased_has_no_clock_and_nothing_follows(office: Office) -> None:
    office.it_is("Mon 10:00")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    erase(office, lead)
    office.it_is("Mon 13:00")

    assert (office.lead(lead).stage, office.lead(lead).clock) == (Stage.CLOSED, None)
    assert office.direct_messages("alice") == [ERASED]
    assert office.messages("sales-managers") == []


def test_who_presses_on_an_erased_lead_is_told_so(office: Office) -> None:
    office.it_is("Mon 10:00")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    erase(office, lead)

    office.presses("I'm on it", by="alice", on=lead, stale=True)

    assert office.told_only("alice") == "This lead's data was erased. There is nothing to do."


def test_a_lead_that_is_sent_again_after_it_was_erased_is_a_new_one(office: Office) -> None:
    office.it_is("Mon 10:00")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    erase(office, lead)

    again = office.a_lead_arrives("Northwind", owner="alice")

    assert lead != again
    assert office.lead(again).details.company == "Northwind Freight"
    assert Stage.WITH_OWNER is office.lead(again).stage


def test_erased_twice_it_is_erased(office: Office) -> None:
    office.it_is("Mon 10:00")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    first = erase(office, lead)
    office.it_is("Mon 10:30")

    assert first["erased_at"] == erase(office, lead)["erased_at"]
    assert office.happened(lead).count("erased") == 1


def test_only_an_admin_erases(office: Office) -> None:
    office.it_is("Mon 10:00")
    lead = office.a_lead_arrives("Northwind", owner="alice")

    erase(office, lead, key=WEBSITE_KEY, status=403)

    assert office.lead(lead).details.company == "Northwind Freight"


def test_a_message_that_waits_about_an_erased_lead_does_not_leave(office: Office) -> None:
    office.it_is("Mon 10:00")
    office.slack_goes_away()
    lead = office.a_lead_arrives("Northwind", owner="alice")
    erase(office, lead)
    office.slack_is_back()
    office.a_minute_passes()

    assert office.direct_messages("alice") == []


def test_in_a_list_the_others_stay_and_the_erased_one_goes(office: Office) -> None:
    office.it_is("Mon 10:00")
    first = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:00:10")
    others = [
        office.a_lead_arrives("Tidewell", owner="alice", external_id=f"loom-{n}", company=f"Loom {n}")
        for n in (1, 2, 3)
    ]
    office.it_is("Mon 10:02")
    assert "Loom 1" in everything_shown(office)

    erase(office, others[0])
    office.a_minute_passes()

    shown = everything_shown(office)
    assert ("Loom 1" in shown, "Loom 2" in shown, "Loom 3" in shown) == (False, True, True)
    assert office.card(first, "alice").buttons


def test_a_summary_that_names_an_erased_lead_does_so_no_more(office: Office) -> None:
    first, second, _ = overnight(office, 3)
    assert "Loom 0" in seen(office).text

    erase(office, first)
    office.a_minute_passes()
    assert ("Loom 0" in everything_shown(office), "Loom 1" in seen(office).text) == (False, True)
    erase(office, second)
    office.a_minute_passes()

    assert ("Loom 1" in everything_shown(office), "Loom 2" in seen(office).text) == (False, True)
    assert "Loom 1" not in everything_written(office.bot.database)


def test_the_bytes_of_an_erased_lead_are_gone_from_the_file(office: Office, tmp_path: Path) -> None:
    path = office.bot.database.path
    if path is None:
        pytest.skip("PostgreSQL looks after its own files")
    lead = a_lead_with_a_story(office)
    office.a_minute_passes()
    erase(office, lead)
    office.a_minute_passes()

    assert empty_log(office.bot.database)
    compact(office.bot.database)

    held = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    assert [word for word in WORDS if word.encode() in held] == []
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)

"""What is going on with a lead, for the page: sums on the clock's calendar, the ladder as a line, the timeline."""

from typing import Any, get_args

import pytest

from bot.demo.desk.ladder import DEEDS
from bot.demo.desk.one_lead import whole_lead
from sla.facts import LeadClaimed, LeadPassed
from sla.rung import Deed
from tests.sla.play import Play, hot, moment

TRIAL: dict[str, Any] = {"intent": "trial", "score": 68, "employees": 240, "country": "US"}
CARLA = "carla@acme.example"


@pytest.fixture
def play() -> Play:
    return Play()


def seen(play: Play) -> Any:
    return whole_lead(play.it, play.entries, play.policy, in_seconds=False)


def ladder(play: Play) -> list[tuple[str, str, str | None]]:
    return [(step["what"], step["state"], step["why"]) for step in seen(play)["ladder"]]


def test_the_sum_of_a_clock_names_the_holiday_that_it_waits_through(play: Play) -> None:
    play.arrives("Wed 16:45", **TRIAL)
    (clock,) = seen(play)["clocks"]
    assert clock["sum"] == (
        "30 working minutes. In Wed 4:45 PM. 15 min until closing at 5:00 PM. "
        "Closed (Thanksgiving Day) until Fri 9:00 AM. 15 min more. Due Fri 9:15 AM. Paused 0 min. "
        "Times in New York."
    )


def test_a_reminder_is_left_out_ahead_of_its_time_and_afterwards_for_the_same_reason(play: Play) -> None:
    play.arrives("Mon 10:00", **TRIAL)
    near = ("Reminder to the owner", "left_out", "the next one is near")
    assert ladder(play)[1:3] == [near, ("Reminder to the owner", "next", None)]
    play.it_is("Mon 10:16")
    assert ladder(play)[1:3] == [near, ("Reminder to the owner", "next", None)]
    play.it_is("Mon 10:21")
    assert ladder(play)[1:3] == [near, ("Reminder to the owner", "done", None)]


def test_the_line_goes_on_from_clock_to_clock_until_the_contact(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    play.it_is("Mon 11:09")
    play.does(LeadClaimed, by=CARLA)
    play.it_is("Mon 11:12")
    play.logs(CARLA)

    assert [(what, state) for what, state, _ in ladder(play)] == [
        ("Came in, to Alice Anders", "done"),
        ("Reminder to the owner", "done"),
        ("The owner is told that the deadline passed, the managers are told", "done"),
        ("To the backup queue, the managers are told", "done"),
        ("Contact by Carla Costa", "done"),
        ("Reminder to the owner", "left_out"),
        ("Reminder to the owner", "left_out"),
        ("The owner is told that the deadline passed, the managers are told", "left_out"),
        ("To the backup queue, the managers are told", "left_out"),
    ]
    owner, queue, claimed = seen(play)["clocks"]
    assert (owner["outcome"], queue["outcome"], claimed["outcome"]) == ("handed over", "claimed", "contact")
    assert queue["sum"] == "No deadline of its own: the first who claims it gets it. Round 1 of 2."
    assert claimed["sum"] == (
        "30 min of working time. In Mon 11:09 AM. 30 min. Due 11:39 AM. Paused 0 min. Times in New York."
    )


def test_what_the_queue_would_bring_stands_behind_the_hand_over(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    *_, reminded, decided = seen(play)["ladder"]
    assert (reminded["what"], reminded["at"]) == (
        "Still free: the backups are reminded",
        moment("Mon 11:21").isoformat(),
    )
    assert (decided["what"], decided["at"]) == (
        "Still free: the managers decide",
        moment("Mon 12:06").isoformat(),
    )


def test_a_line_of_the_timeline_says_what_who_and_why(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    play.it_is("Mon 10:02")
    play.does(LeadPassed, by="alice@acme.example", reason="On a call", note=None)
    line = seen(play)["timeline"][-1]
    assert (line["who"], line["what"], line["why"]) == (
        "Alice Anders",
        "Passed it to Bob Brandt",
        "On a call",
    )


def test_a_lead_that_waits_for_details_has_no_ladder_and_says_what_it_needs(play: Play) -> None:
    play.arrives("Mon 10:01", needs=("email is missing",), **TRIAL)
    said = seen(play)
    assert (said["ladder"], said["clocks"], said["why"]) == ([], [], ["email is missing"])


def test_the_sum_of_a_page_at_night_is_the_earlier_of_two_deadlines(play: Play) -> None:
    play.arrives("Mon 17:00", **hot())
    (clock,) = seen(play)["clocks"]
    assert clock["sum"] == (
        "The earlier of 1 h after hours and 5 working minutes from the opening. In Mon 5:00 PM, the team opens "
        "Tue 9:00 AM. After hours due Mon 6:00 PM, from the opening due Tue 9:05 AM. Due Mon 6:00 PM. "
        "Paused 0 min. Times in New York."
    )


def test_every_deed_of_a_ladder_has_words() -> None:
    assert set(get_args(Deed)) == set(DEEDS)


def test_at_night_the_line_says_who_is_paged_next_until_nobody_is_left(play: Play) -> None:
    play.arrives("Mon 17:00", **hot())
    assert ("The next on call is paged", "next", None) in ladder(play)
    play.it_is("Mon 17:06")
    last = "Nobody is left to page, the managers' channel is told"
    assert (last, "next", None) in ladder(play)

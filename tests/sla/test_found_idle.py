"""A clock on which nothing was planned gets the step that it would have had; every other clock stays as it is."""

import pytest

from sla.effects import Decision
from sla.facts import ClockFoundIdle
from sla.lead import changed
from tests.sla.play import Play, hot


@pytest.fixture
def play() -> Play:
    play = Play()
    play.arrives("Mon 10:00", **hot())
    return play


def loses_its_step(play: Play) -> None:
    play.lead = play.it.with_clock(changed(play.clock, next_step_at=None))


def is_found(play: Play, clock: int) -> Decision:
    return play.tell(ClockFoundIdle(lead_id=play.it.id, at=play.now, clock=clock))


@pytest.mark.parametrize("at", ["Mon 10:01", "Mon 10:04", "Mon 10:30"], ids=["at first", "reminded", "late"])
def test_its_next_step_is_counted_from_its_own_times(play: Play, at: str) -> None:
    play.it_is(at)
    before = play.clock
    loses_its_step(play)
    decision = is_found(play, before.number)

    assert play.clock == before
    assert [entry.kind for entry in decision.entries] == ["planned_anew"]
    assert decision.posts == ()


def test_a_clock_that_has_its_step_stays_as_it_is_and_nothing_is_noted(play: Play) -> None:
    before = play.it

    assert is_found(play, play.clock.number) == Decision(lead=before)


def test_a_clock_that_is_over_or_another_one_stays_as_it_is(play: Play) -> None:
    number = play.clock.number
    loses_its_step(play)
    assert is_found(play, number + 1).entries == ()
    play.logs("alice@acme.example")
    assert is_found(play, number).entries == ()

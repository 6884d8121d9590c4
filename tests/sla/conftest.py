"""The lead that most tales of the core begin with."""

import pytest

from tests.sla.play import Play, hot


@pytest.fixture
def play() -> Play:
    """A hot lead of Monday morning, whose owner has been told."""
    play = Play()
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    return play

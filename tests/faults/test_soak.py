"""The short form of the soak: a few minutes of random faults, after which nothing has grown and everything holds."""

from pathlib import Path

import pytest

from tests.faults.soak import Soak

pytestmark = [pytest.mark.slow, pytest.mark.process, pytest.mark.timeout(900)]


def test_after_minutes_of_random_faults_nothing_has_grown_and_everything_holds(tmp_path: Path) -> None:
    assert Soak(minutes=2.5, seed=1).run(tmp_path) == []

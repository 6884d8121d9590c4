"""The policy in force: a new file taken up, a bad one refused, earlier versions kept for running clocks."""

from pathlib import Path

import pytest

from bot.policies import PolicyBox
from bot.policy_file import PolicyErrors
from storage.database import Database
from tests.sla.play import EXAMPLE, moment

AT = moment("Mon 10:00")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    copy = tmp_path / "policy.yaml"
    copy.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return copy


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_file_is_taken_up_and_the_old_version_stays_known(database: Database, file: Path) -> None:
    box = PolicyBox.open(database, file, AT)
    before = box.current.version
    edited(file, "first_response: 5m", "first_response: 7m")
    box.replace(file, AT)
    assert before != box.current.version
    assert box.at(before).tiers[0].first_response != box.current.policy.tiers[0].first_response


def test_an_earlier_version_is_known_after_a_restart(database: Database, file: Path) -> None:
    before = PolicyBox.open(database, file, AT).current
    edited(file, "first_response: 5m", "first_response: 7m")
    box = PolicyBox.open(database, file, AT)
    assert before.policy == box.at(before.version)


def test_a_bad_file_is_refused_and_the_old_one_stays(database: Database, file: Path) -> None:
    box = PolicyBox.open(database, file, AT)
    before = box.current.version
    edited(file, "fallback: {team: inside-sales}", "fallback: {team: outside-sales}")
    with pytest.raises(PolicyErrors, match="outside-sales"):
        box.replace(file, AT)
    assert before == box.current.version


def test_a_version_that_was_never_stored_is_not_made_up(database: Database, file: Path) -> None:
    box = PolicyBox.open(database, file, AT)
    with pytest.raises(LookupError):
        box.at("0" * 64)

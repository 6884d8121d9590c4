"""Who plays on each of the stages, in which part, and in which of the channels."""

import pytest

from bot.demo.desk.people import role_of
from bot.demo.scene import Mode, scene

ROLES: dict[Mode, dict[str, str]] = {
    "seconds": {"Omar Odeh": "Backup, Sales", "Mia Moreno": "Manager, Sales"},
    "week": {"Omar Odeh": "On call", "Mia Moreno": "Manager, every team · On call"},
}
CHANNELS: dict[Mode, dict[str, str]] = {
    "seconds": {"sales-managers": "MIA", "lead-backup": "ALICE BOB CARLA OMAR MIA"},
    "week": {"sales-managers": "MIA", "lead-backup": "ALICE BOB CARLA DIETER MIA", "lead-ops": "OPS"},
}


@pytest.mark.parametrize("mode", ["seconds", "week"])
def test_each_person_has_the_parts_that_the_policy_gives_them(mode: Mode) -> None:
    policy = scene(mode).policy
    roles = {person.name: role_of(person, policy) for person in policy.people}
    assert ROLES[mode].items() <= roles.items()
    assert all(roles.values())


@pytest.mark.parametrize("mode", ["seconds", "week"])
def test_in_a_channel_are_those_who_have_a_part_there(mode: Mode) -> None:
    channels = {one["name"]: one["members"] for one in scene(mode).channels()}
    assert {name: [f"U0{who}" for who in names.split()] for name, names in CHANNELS[mode].items()} == channels

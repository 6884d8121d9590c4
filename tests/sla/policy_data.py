"""A small good policy for the tests, and ways to break it."""

from collections.abc import Callable
from typing import Any

import pytest

from sla.policy import UnfitPolicyError, check_policy

STEPS: dict[str, dict[str, Any]] = {
    "half": {"at": "50%", "do": ["remind_owner"]},
    "due": {"at": "due", "do": ["notify_owner", "notify_managers"]},
    "over": {"at": "1h after due", "do": ["hand_to_backup"]},
}


def good() -> dict[str, Any]:
    return {
        "calendars": {"always": {"always": True}},
        "people": [
            {"email": "ann@acme.example", "name": "Ann", "slack": "U0ANN"},
            {"email": "ben@acme.example", "name": "Ben", "slack": "U0BEN"},
        ],
        "teams": {
            "east": {
                "calendar": "always",
                "reps": ["ann@acme.example"],
                "managers": ["ben@acme.example"],
                "manager_channel": "#managers",
                "backups": ["ben@acme.example"],
                "backup_channel": "C0BACKUP",
            }
        },
        "tiers": [
            {"name": "Hot", "when": {"score": {"at_least": 75}}, "first_response": "5m"},
            {"name": "Rest", "when": {}, "first_response": "4h"},
        ],
        "routing": {"fallback": {"team": "east"}},
    }


def found_in(data: object) -> list[str]:
    with pytest.raises(UnfitPolicyError) as caught:
        check_policy(data)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change that sets one place of the data."""
    *above, last = [int(step) if step.isdigit() else step for step in path.split("/")]

    def change(data: Any) -> None:
        for step in above:
            data = data.setdefault(step, {}) if isinstance(data, dict) else data[step]
        if isinstance(data, list) and last == len(data):
            data.append(value)
        else:
            data[last] = value

    return change

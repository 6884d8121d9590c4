"""The two scenes that the demo's stage can show: clocks in seconds, or a working week by the full sample policy."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from bot.clock import now
from bot.policy_file import read_policy
from sla.policy import Policy
from sla.policy.people import Person

Mode = Literal["seconds", "week"]

MODES: Final[tuple[Mode, ...]] = ("seconds", "week")
CHANNELS: Final = {"C0MANAGERS": "sales-managers", "C0BACKUP": "lead-backup", "C0LEADOPS": "lead-ops"}
_HERE = Path(__file__).parent
_POLICIES: Final[dict[Mode, Path]] = {"seconds": _HERE / "policy.yaml", "week": _HERE / "week.yaml"}
_MONDAY_MORNING: Final = datetime(2026, 11, 23, 9, 55, tzinfo=ZoneInfo("America/New_York"))
"""A working week of New York with a public holiday in it, five minutes before the first lead."""
_LOCALES: Final = {"Europe/Berlin": "de-DE"}
"""How people there read times; everybody else reads them as in New York."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A policy with the people and channels that stand in it."""

    mode: Mode
    file: Path
    policy: Policy

    def starts_at(self) -> datetime:
        """What time it is when the scene begins."""
        return _MONDAY_MORNING.astimezone(UTC) if self.mode == "week" else now()

    def people(self) -> Iterator[dict[str, Any]]:
        """Everybody as the pretend Slack wants to know them."""
        for person in self.policy.people:
            zone = self._zone(person)
            yield {
                "id": person.slack,
                "email": person.email,
                "name": person.name,
                "phone": person.phone,
                "tz": zone,
                "locale": _LOCALES.get(zone or ""),
            }

    def channels(self) -> list[dict[str, Any]]:
        """The channels that the policy names, each with those in it who have a part there."""
        people = self._people_in_channels()
        return [
            {
                "id": id,
                "name": name,
                "members": [one.slack for one in self.policy.people if one in people[id]],
            }
            for id, name in CHANNELS.items()
            if id in people
        ]

    def _people_in_channels(self) -> dict[str, set[Person]]:
        """Managers among themselves; the queue before the eyes of all whom its leads concern; lead ops apart."""
        policy = self.policy
        people: dict[str, set[Person]] = defaultdict(set)
        for name, team in policy.teams.items():
            people[team.manager_channel].update(policy.managers(name))
            if team.backup_channel is not None:
                people[team.backup_channel].update(
                    policy.backups(name), policy.reps(name), policy.managers(name)
                )
        if policy.ops.channel is not None:
            people[policy.ops.channel].update(policy.known(policy.ops.people), policy.unowned_people)
        return people

    def _zone(self, person: Person) -> str | None:
        calendar = self.policy.calendars.get(person.calendar or "")
        return None if calendar is None else str(calendar.zone)


def scene(mode: Mode) -> Scene:
    file = _POLICIES[mode]
    return Scene(mode=mode, file=file, policy=read_policy(file).policy)

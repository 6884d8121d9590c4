"""The two scenes that the demo's stage can show: clocks in seconds, or a working week by the full sample policy."""

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
CHANNELS: Final = (
    {"id": "C0MANAGERS", "name": "sales-managers"},
    {"id": "C0BACKUP", "name": "lead-backup"},
    {"id": "C0LEADOPS", "name": "lead-ops"},
)
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
                "tz": zone,
                "locale": _LOCALES.get(zone or ""),
            }

    def channels(self) -> list[dict[str, str]]:
        """The channels that the policy's text names."""
        text = self.file.read_text(encoding="utf-8")
        return [channel for channel in CHANNELS if channel["id"] in text]

    def _zone(self, person: Person) -> str | None:
        calendar = self.policy.calendars.get(person.calendar or "")
        return None if calendar is None else str(calendar.zone)


def scene(mode: Mode) -> Scene:
    file = _POLICIES[mode]
    return Scene(mode=mode, file=file, policy=read_policy(file).policy)

"""Filling a workspace from plain data, so that a policy's people and channels exist in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.workspace import Workspace

DEFAULT_ZONE = "America/New_York"


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """Who got which id, by e-mail address, and which channel, by name."""

    people: Mapping[str, str]
    channels: Mapping[str, str]


def seed_from_people(
    workspace: Workspace, people: Iterable[Mapping[str, Any]], channels: Iterable[Mapping[str, Any]] = ()
) -> Seeded:
    """Add people (`email`, and if known `id`, `name`, `phone`, `tz`, `locale`) and channels (`id` or `name`, or both).

    Everybody is in every channel, unless a channel names its `members` (ids); it may also name its `kind`.
    """
    ids: dict[str, str] = {}
    for person in people:
        email = str(person["email"])
        handle = email.partition("@")[0]
        user_id = str(person.get("id") or f"U0{_as_id(handle)}")
        zone = str(person.get("tz") or DEFAULT_ZONE)
        workspace.add_user(
            user_id,
            name=handle,
            real_name=str(person.get("name") or handle),
            email=email,
            phone=person.get("phone"),
            tz=zone,
            tz_offset=_offset(zone, workspace.clock()),
            locale=str(person.get("locale") or "en-US"),
        )
        ids[email] = user_id
    names: dict[str, str] = {}
    for channel in channels:
        name = str(channel.get("name") or str(channel["id"]).lower()).removeprefix("#")
        channel_id = str(channel.get("id") or f"C0{_as_id(name)}")
        workspace.add_channel(
            channel_id,
            name=name,
            kind=channel.get("kind", "private"),
            members=channel.get("members") or ids.values(),
        )
        names[name] = channel_id
    return Seeded(people=ids, channels=names)


def _as_id(name: str) -> str:
    return "".join(one for one in name.upper() if one.isalnum())


def _offset(zone: str, now: float) -> int:
    offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0

"""What time it is where a lead is, as far as that is certain: by its phone number's prefix, else by its country."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones

from sla.details import LeadDetails

_UNKNOWN = "Etc/Unknown"


def zone_of_lead(details: LeadDetails, at: datetime) -> ZoneInfo | None:
    """None where more than one time of day is possible at that moment."""
    return _one(_by_phone(details), at) or _one(_zones_by_country().get(details.country or "", ()), at)


def _by_phone(details: LeadDetails) -> tuple[str, ...]:
    if not details.phone:
        return ()
    try:
        number = phonenumbers.parse(details.phone, details.country)
    except phonenumbers.NumberParseException:
        return ()
    return tuple(phone_zones.time_zones_for_number(number))


def _one(names: Iterable[str], at: datetime) -> ZoneInfo | None:
    """The first of them, where all have the same time now, as the zones of Germany do."""
    zones = [ZoneInfo(name) for name in names if name != _UNKNOWN]
    times = {at.astimezone(zone).replace(tzinfo=None) for zone in zones}
    return zones[0] if len(times) == 1 else None


@cache
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    """From the table that comes with the zones."""
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), name)
    return found

"""Opening hours as a policy writes them: intervals of a day, zones, countries; each problem with its mend."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo, available_timezones

from holidays import country_holidays
from holidays.registry import COUNTRIES

from sla.open_intervals import Minutes

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS = cast(tuple[Weekday, ...], get_args(Weekday))

_MINUTES_OF_DAY = 24 * 60
_MINUTES_OF_WEEK = 7 * _MINUTES_OF_DAY
_INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)", re.ASCII)
INTERVAL_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"


def read_interval(text: object) -> Minutes:
    """Read "09:00-17:00"; "24:00" is midnight at the day's end, and "22:00-06:00" ends on the next day."""
    match = _INTERVAL.fullmatch(text) if isinstance(text, str) else None
    if match is None or (match[3] == "24" and match[4] != "00"):
        raise ValueError(f'"{text}" is not an interval. Write it as HH:MM-HH:MM, such as 09:00-17:00.')
    opens, closes = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if opens == closes:
        raise ValueError(f'"{text}" has no length. For the whole day write 00:00-24:00.')
    return opens, closes if closes > opens else closes + _MINUTES_OF_DAY


def check_apart(days: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Refuse intervals that overlap, naming both. Weekdays have their place in the week, dates stand alone."""
    places: dict[str, int] = {day: number * _MINUTES_OF_DAY for number, day in enumerate(WEEKDAYS)}
    spans = sorted(
        (places.get(day, 0) + opens, places.get(day, 0) + closes, f"{day} {text}")
        for day, intervals in days
        for text in intervals
        for opens, closes in (read_interval(text),)
    )
    if not spans:
        return
    again = (spans[0][0] + _MINUTES_OF_WEEK, spans[0][1] + _MINUTES_OF_WEEK, spans[0][2])
    for (_, closes, name), (opens, _, next_name) in pairwise([*spans, again]):
        if opens < closes:
            raise ValueError(f"{name} and {next_name} overlap. Join them, or end one where the other begins.")


def read_weekday(day: object) -> object:
    """Refuse what is no weekday, naming the short form of one that is spelt out."""
    if day in WEEKDAYS:
        return day
    short = str(day).strip().lower()[:3]
    mend = f"Write {short}." if short in WEEKDAYS else f"The weekdays are {', '.join(WEEKDAYS)}."
    raise ValueError(f'"{day}" is not a weekday here. {mend}')


def read_date(day: object) -> date:
    """Read "2026-12-24"; a datetime or a number is refused."""
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    try:
        if isinstance(day, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
            return date.fromisoformat(day)
    except ValueError as error:
        raise ValueError(f'"{day}" is not a date that exists. Write one such as 2026-12-24.') from error
    raise ValueError(f'"{day}" is not a date. Write it as year-month-day, such as 2026-12-24.')


def check_zone(name: str) -> str:
    """Refuse a time zone that is not in the database, with the nearest name that is."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'There is no time zone "{name}". {_nearest_zone(name)}') from error
    return name


def _nearest_zone(name: str) -> str:
    by_lower = {zone.lower(): zone for zone in available_timezones()}
    wanted = name.strip().replace(" ", "_").lower()
    by_city = {zone.rpartition("/")[2]: zone for zone in by_lower}
    if wanted in by_city:
        return f"Write {by_lower[by_city[wanted]]}."
    if near := get_close_matches(wanted, by_lower, n=1, cutoff=0.6):
        return f"Did you mean {by_lower[near[0]]}?"
    return "Write an area and a city, such as Europe/Berlin."


def check_country(code: str) -> str:
    """Refuse a country without known holidays, with the code of the nearest name."""
    if code in _codes_by_name().values():
        return code
    names = _codes_by_name()
    wanted = code.strip().replace("_", " ").lower()
    # Two or three letters are near to many codes, so that only a name is guessed.
    if near := get_close_matches(wanted, names, n=1, cutoff=0.7 if len(wanted) > 3 else 1.0):
        raise ValueError(f'No holidays are known for the country "{code}". Did you mean {names[near[0]]}?')
    raise ValueError(f'No holidays are known for the country "{code}". Write two letters such as US or DE.')


def check_subdivision(country: str, subdivision: str) -> str:
    """Refuse a part of a country that the holidays do not know, with the nearest that they do."""
    entity = country_holidays(country)
    known = [*entity.subdivisions, *entity.subdivisions_aliases]
    if subdivision in known:
        return subdivision
    if not known:
        raise ValueError(f'{country} has no parts with holidays of their own. Take out "{subdivision}".')
    by_lower = {name.lower(): name for name in known}
    if near := get_close_matches(subdivision.strip().lower(), by_lower, n=1, cutoff=0.6):
        mend = f"Did you mean {by_lower[near[0]]}?"
    else:
        mend = f"Known are {', '.join(entity.subdivisions)}."
    raise ValueError(f'{country} has no part "{subdivision}". {mend}')


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    """Each country's code by its name, its two and its three letters, in small letters."""
    codes = {"uk": "GB"}
    for name, (_, alpha_2, alpha_3, *_) in COUNTRIES.items():
        codes |= {name.replace("_", " "): alpha_2, alpha_2.lower(): alpha_2, alpha_3.lower(): alpha_2}
    return codes


@lru_cache(maxsize=4096)
def holiday_names(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """The public holidays of a year by date, with their English names where there are any."""
    return dict(country_holidays(country, subdiv=subdivision, years=year, language="en_US"))

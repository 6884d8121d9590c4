"""How the languages of the automatic e-mail say a moment, and which of them a lead reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sla.details import LeadDetails

FIRST: Final = "en"
"""For leads of whom nothing is known, and for texts that lack a language."""


@dataclass(frozen=True, kw_only=True)
class Language:
    """`when` is filled with weekday, day, month, time and city."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    when: str
    names: frozenset[str]
    countries: frozenset[str]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LANGUAGES: Final[Mapping[str, Language]] = {
    "en": Language(
        weekdays=_words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        months=_words(
            "January February March April May June July August September October November December"
        ),
        when="on {weekday}, {month} {day}, from {time} ({city} time)",
        names=frozenset({"english"}),
        countries=frozenset(),
    ),
    "de": Language(
        weekdays=_words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        months=_words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
        when="am {weekday}, {day}. {month}, ab {time} Uhr (Ortszeit {city})",
        names=frozenset({"german", "deutsch"}),
        countries=frozenset({"DE", "AT", "LI"}),
    ),
    "fr": Language(
        weekdays=_words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
        months=_words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        when="à partir du {weekday} {day} {month}, {time} (heure de {city})",
        names=frozenset({"french", "français", "francais"}),
        countries=frozenset({"FR", "MC"}),
    ),
    "es": Language(
        weekdays=_words("lunes martes miércoles jueves viernes sábado domingo"),
        months=_words(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
        ),
        when="a partir del {weekday} {day} de {month}, {time} (hora de {city})",
        names=frozenset({"spanish", "español", "espanol", "castellano"}),
        countries=frozenset(_words("AR BO CL CO CR CU DO EC ES GT HN MX NI PA PE PY SV UY VE")),
    ),
}

_CLOCK_OF_TWELVE: Final = ("America/", "Australia/", "US/", "Canada/")


def language_of(details: LeadDetails) -> str:
    """What the lead says it reads, else the one language of its country that we have, else English."""
    said = (details.language or "").strip().casefold()
    for code, language in LANGUAGES.items():
        if said in language.names or said.replace("_", "-").partition("-")[0] == code:
            return code
    if said:
        return FIRST
    return next((code for code, one in LANGUAGES.items() if details.country in one.countries), FIRST)


def when(at: datetime, zone: ZoneInfo, code: str) -> str:
    """ "on Monday, November 23, from 9:00 AM (New York time)"."""
    local, language = at.astimezone(zone), LANGUAGES[code]
    return language.when.format(
        weekday=language.weekdays[local.weekday()],
        month=language.months[local.month - 1],
        day=local.day,
        time=_time(local, zone, code),
        city=zone.key.rpartition("/")[2].replace("_", " "),
    )


def _time(local: datetime, zone: ZoneInfo, code: str) -> str:
    if code != "en" or not zone.key.startswith(_CLOCK_OF_TWELVE):
        return f"{local:%H:%M}"
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"

"""Times, durations, numbers and lengths as one reader says them, and the escaping that Slack asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.slack.phrases import ENGLISH
from sla.errors import SayTime

Catalogue = Mapping[str, str]
"""Every text by its key; another language is another catalogue."""

TWELVE_HOUR_LOCALES = ("en-US", "en-CA", "en-AU")
WORKING_DAY = timedelta(hours=8)
"""From here on a duration says less than a date does."""
MINUTE = timedelta(minutes=1)
MIDNIGHT = time()

# Control characters and the marks that turn the direction of writing would rearrange our own words.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_SPACES = re.compile(r"\s+")


def reads_twelve_hours(locale: str | None) -> bool:
    """Whether people of this Slack locale say 2 PM rather than 14:00."""
    return locale in TWELVE_HOUR_LOCALES


def city_of(zone: ZoneInfo) -> str:
    """The city that names a zone: New York."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def escape(text: str) -> str:
    """The three characters that Slack reads as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tidy(text: str) -> str:
    """One line of visible characters."""
    return _SPACES.sub(" ", _UNSEEN.sub(" ", text)).strip()


def cut(text: str, most: int) -> str:
    """At most so many characters, ended at a word with "…"."""
    text = tidy(text[: most * 8 + 64])
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if not text[most - 1].isspace() and " " in kept:
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" ,;:.-–·") + "…"


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """For the middle of a sentence; IT and SaaS stay as they are."""
    first = text.split(" ", 1)[0]
    plain_word = first[1:] == first[1:].lower() and len(first) > 1
    return text[:1].lower() + text[1:] if plain_word else text


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: a zone, a clock of 12 or 24 hours, the moment of writing; a channel also names its city."""

    zone: ZoneInfo
    twelve_hour: bool
    now: datetime
    city: str | None
    words: Catalogue = field(default_factory=lambda: ENGLISH, compare=False, repr=False)

    def say(self, key: str, **slots: str | int) -> str:
        """A short phrase of ours, with words of ours in it."""
        return self.words[key].format(**slots)

    def counted(self, key: str, number: int) -> str:
        """ "1 lead", "3 leads", "1,800 people"."""
        one, _, many = self.words[key].partition("|")
        return (one if number == 1 else many or one).format(n=self.number(number))

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", self.words["number.separator"])

    def hour(self, at: datetime) -> str:
        """The time of day alone: "10:06 AM" or "10:06"."""
        local = at.astimezone(self.zone)
        if not self.twelve_hour:
            return f"{local:%H:%M}"
        half = self.words["time.am"] if local.hour < 12 else self.words["time.pm"]
        return f"{local.hour % 12 or 12}:{local.minute:02d} {half}"

    def day(self, at: datetime) -> str:
        """ "Wed Nov 25"."""
        local = at.astimezone(self.zone)
        weekday = self.words["time.weekdays"].split()[local.weekday()]
        month = self.words["time.months"].split()[local.month - 1]
        return self.say("time.day", weekday=weekday, month=month, day=local.day)

    def is_today(self, at: datetime) -> bool:
        return at.astimezone(self.zone).date() == self.now.astimezone(self.zone).date()

    def time(self, at: datetime) -> str:
        """The time, with its day when that is not today: "Tue Nov 24, 9:03 AM"."""
        return self.hour(at) if self.is_today(at) else f"{self.day(at)}, {self.hour(at)}"

    def since(self, at: datetime) -> str:
        """When something begins: "Fri Nov 27" where that is a whole day."""
        return self.day(at) if self.is_midnight(at) else self.time(at)

    def until(self, at: datetime) -> str:
        """When something ends: "the end of Thu Nov 26" where that is a whole day."""
        if not self.is_midnight(at):
            return self.time(at)
        return self.say("away.end_of", day=self.day(at - MINUTE))

    def is_midnight(self, at: datetime) -> bool:
        """Whether a whole day begins or ends there, for this reader."""
        return at.astimezone(self.zone).time() == MIDNIGHT

    @property
    def saying(self) -> SayTime:
        """How refusals say their times to this reader."""
        return SayTime(time=self.time, since=self.since, until=self.until)

    def token_format(self, at: datetime) -> str:
        return "{time}" if self.is_today(at) else "{date_short_pretty}, {time}"

    def token(self, at: datetime) -> str:
        """The time as each client shows it to its own person, with ours for clients that cannot."""
        return f"<!date^{seconds(at)}^{self.token_format(at)}|{escape(self.time(at))}>"

    def duration(self, length: timedelta) -> str:
        """ "less than a minute", "12 min", "1 h 14 min"; always rounded down."""
        if length < MINUTE:
            return self.words["duration.under"]
        hours, minutes = divmod(int(length / MINUTE), 60)
        parts = [self.say("duration.hours", n=self.number(hours))] if hours else []
        if minutes:
            parts.append(self.say("duration.minutes", n=minutes))
        return " ".join(parts)

    def is_short(self, length: timedelta) -> bool:
        """Whether it is said as a duration; from one working day on a date says more."""
        return timedelta(0) <= length < WORKING_DAY

    def spelled(self, length: timedelta) -> str:
        """The same with whole minutes and seconds spelled out: "10 minutes", "45 seconds", "2 h"."""
        if length < MINUTE:
            return self.counted("count.seconds", int(length.total_seconds()))
        minutes = int(length / MINUTE)
        return self.counted("count.minutes", minutes) if minutes < 60 else self.duration(length)


def seconds(at: datetime) -> int:
    return int(at.timestamp())

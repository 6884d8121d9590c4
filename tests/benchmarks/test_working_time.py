"""Working time against businesstimedelta, the nearest thing to it on the package index, within one run."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from random import Random
from time import perf_counter
from typing import Any

import businesstimedelta
import pytest
import pytz  # type: ignore[import-untyped]  # comes with businesstimedelta, which takes no other zones
from holidays import country_holidays

from sla.calendar import WorkingCalendar
from tests.benchmarks.figures import report

pytestmark = pytest.mark.bench

ROUNDS = 25
MANY, FEW = 4_000, 100
FOUR_HOURS, WORKING_DAY, WORKING_YEAR = timedelta(hours=4), timedelta(hours=8), timedelta(hours=2000)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
Call = Callable[[datetime], object]

OURS = WorkingCalendar.model_validate(
    {
        "timezone": "America/New_York",
        "hours": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": {"country": "US"},
    }
)


def their_rules(*, with_holidays: bool) -> Any:
    zone = pytz.timezone("America/New_York")
    week = businesstimedelta.WorkDayRule(
        start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4], tz=zone
    )
    if not with_holidays:
        return week
    known = country_holidays("US", years=range(2025, 2030))
    return businesstimedelta.Rules([week, businesstimedelta.HolidayRule(known, tz=zone)])


def starts(number: int) -> list[datetime]:
    """Moments of a year, at any time of day, the same in each run."""
    random = Random(1)
    first = datetime(2026, 1, 5, tzinfo=UTC)
    return [first + timedelta(seconds=random.randrange(365 * 86400)) for _ in range(number)]


def best_seconds(calls: dict[str, tuple[Call, int]]) -> dict[str, float]:
    """Seconds per call, the best of some rounds taken in turn, so that a busy moment hits all alike."""
    asked = starts(MANY)
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, (call, number) in calls.items():
            began = perf_counter()
            for start in asked[:number]:
                call(start)
            best[name] = min(best[name], (perf_counter() - began) / number)
    return best


def print_table(best: dict[str, float]) -> None:
    print()
    for name, seconds in best.items():
        print(f"{name:<55}{seconds * 1e6:>10.2f} µs{1 / seconds:>14,.0f} a second")


def test_both_say_the_same() -> None:
    rules = their_rules(with_holidays=True)
    four_hours = businesstimedelta.BusinessTimeDelta(rules, hours=4)
    for start in starts(FEW):
        assert start + four_hours == OURS.add(start, FOUR_HOURS)
        assert rules.difference(start, start + DAY).timedelta == OURS.between(start, start + DAY)


def test_adding_is_70_times_as_fast_and_measuring_250_times() -> None:
    theirs, plain = their_rules(with_holidays=True), their_rules(with_holidays=False)
    four_hours = businesstimedelta.BusinessTimeDelta(theirs, hours=4)
    four_plain_hours = businesstimedelta.BusinessTimeDelta(plain, hours=4)
    best = best_seconds(
        {
            "add 4 h": (lambda start: OURS.add(start, FOUR_HOURS), MANY),
            "add 4 h, businesstimedelta": (lambda start: start + four_hours, FEW),
            "add 4 h, businesstimedelta without holidays": (lambda start: start + four_plain_hours, FEW),
            "between, a day": (lambda start: OURS.between(start, start + DAY), MANY),
            "between, a day, businesstimedelta": (lambda start: theirs.difference(start, start + DAY), FEW),
            "between, a day, businesstimedelta without holidays": (
                lambda start: plain.difference(start, start + DAY),
                FEW,
            ),
        }
    )
    print_table(best)
    added = best["add 4 h, businesstimedelta"] / best["add 4 h"]
    measured = best["between, a day, businesstimedelta"] / best["between, a day"]
    report("working time: add 4 h, times as fast as businesstimedelta", f"{added:.0f}", "at least 70")
    report("working time: between, times as fast as businesstimedelta", f"{measured:.0f}", "at least 250")
    assert added >= 70
    assert measured >= 250


def test_a_year_costs_at_most_1_3_times_a_day() -> None:
    best = best_seconds(
        {
            "add a day's 8 h": (lambda start: OURS.add(start, WORKING_DAY), MANY),
            "add a year's 2,000 h": (lambda start: OURS.add(start, WORKING_YEAR), MANY),
            "between, a day": (lambda start: OURS.between(start, start + DAY), MANY),
            "between, a year": (lambda start: OURS.between(start, start + YEAR), MANY),
        }
    )
    print_table(best)
    added = best["add a year's 2,000 h"] / best["add a day's 8 h"]
    measured = best["between, a year"] / best["between, a day"]
    report("working time: add a year in add a day", f"{added:.2f}", "at most 1.3")
    report("working time: between a year in between a day", f"{measured:.2f}", "at most 1.3")
    assert added <= 1.3
    assert measured <= 1.3

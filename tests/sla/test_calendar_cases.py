"""Cases gathered from other projects' own tests; each names its source."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sla.calendar import WorkingCalendar

CASES = json.loads(Path(__file__).with_name("data").joinpath("working_time_cases.json").read_text("utf-8"))


def pairs(case: dict[str, Any]) -> list[tuple[datetime, datetime]]:
    return [(moment(start), moment(end)) for start, end in case.get("pauses", [])]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def calendar(case: dict[str, Any]) -> WorkingCalendar:
    told = case["calendar"]
    hours = {day: ["-".join(interval) for interval in intervals] for day, intervals in told["hours"].items()}
    return WorkingCalendar.model_validate(
        {"timezone": told["tz"], "hours": hours, "closed": told["holidays"]}
    )


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


def test_all_cases_are_here() -> None:
    assert len(of_kind("due")) + len(of_kind("elapsed")) == 109


@pytest.mark.parametrize("case", of_kind("due"))
def test_it_is_due_when_the_source_says(case: dict[str, Any]) -> None:
    budget = timedelta(seconds=case["working_duration_seconds"])
    assert moment(case["expected_due"]) == calendar(case).add(moment(case["start"]), budget, pairs(case))


@pytest.mark.parametrize("case", of_kind("elapsed"))
def test_as_much_has_been_worked_as_the_source_says(case: dict[str, Any]) -> None:
    worked = calendar(case).between(moment(case["start"]), moment(case["end"]), pairs(case))
    assert timedelta(seconds=case["expected_working_seconds"]) == worked

"""Durations as a policy says them: what is read, what is written back, and what is refused with the mend."""

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from sla.durations import (
    BusinessDays,
    DaysWindow,
    ElapsedTime,
    StepTime,
    WorkingSpan,
    format_days,
    format_duration,
    parse_days,
    parse_duration,
    parse_span,
)

HALF_HOUR = timedelta(minutes=30)


class Said(BaseModel):
    """One of each, as the policy's models use them."""

    model_config = ConfigDict(validate_default=True)

    elapsed: ElapsedTime = HALF_HOUR
    span: WorkingSpan = BusinessDays(2)
    window: DaysWindow = timedelta(days=21)
    at: StepTime = StepTime(kind="due")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", HALF_HOUR),
        ("4h", timedelta(hours=4)),
        ("24h", timedelta(hours=24)),
        ("1h30m", timedelta(minutes=90)),
        ("1h30m15s", timedelta(seconds=5415)),
        ("90m", timedelta(minutes=90)),
        (" 30m ", HALF_HOUR),
        ("26304h", timedelta(days=1096)),
    ],
)
def test_hours_minutes_and_seconds_are_read(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration
    assert parse_span(text) == duration


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(seconds=45), "45s"),
        (timedelta(minutes=90), "1h30m"),
        (timedelta(days=1), "24h"),
        (timedelta(hours=1, seconds=1), "1h1s"),
        (timedelta(0), "0m"),
    ],
)
def test_durations_are_written_as_a_policy_says_them(duration: timedelta, text: str) -> None:
    assert format_duration(duration) == text


def test_what_a_policy_cannot_say_is_not_written() -> None:
    for duration in (timedelta(milliseconds=1), timedelta(seconds=-1)):
        with pytest.raises(ValueError, match="whole seconds"):
            format_duration(duration)
    with pytest.raises(ValueError, match="whole calendar days"):
        format_days(timedelta(hours=36))


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 1096 * 86400))
def test_every_duration_reads_back_as_it_was_written(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0m", '"0m" is no time at all'),
        ("0h0m", "is no time at all"),
        ("-5m", "negative"),
        ("26305h", "more than three years"),
        ("999999h", "more than three years"),
        ("9999999999999h", "is not a length of time"),
        ("", "is not a length of time"),
        ("h", "is not a length of time"),
        ("30", "is not a length of time"),
        ("30 minutes", "Write hours, minutes and seconds such as 4h, 30m"),
        ("1.5h", "such as 4h, 30m, 1h30m"),
        ("30m1h", "is not a length of time"),
        ("٣٠m", "is not a length of time"),
        ("1d", "24 hours, or a working day? Write hours: 24h."),
        ("2bd", "counts working days"),
    ],
)
def test_what_is_no_duration_is_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_duration(text)


def test_working_days_are_read_as_a_span() -> None:
    assert parse_span("2bd") == BusinessDays(2)
    assert str(BusinessDays(2)) == "2bd"


def test_a_bare_day_on_a_clock_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="a day can be 24 hours, the working hours of one day, or") as caught:
        parse_span("3d")
    assert "such as 8h, or working days: 3bd." in str(caught.value)


@pytest.mark.parametrize("text", ["0bd", "1097bd", "999999bd"])
def test_working_days_out_of_range_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="from 1bd to 1096bd"):
        parse_span(text)


def test_windows_are_calendar_days() -> None:
    assert parse_days("21d") == timedelta(days=21)
    assert format_days(timedelta(days=21)) == "21d"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4h", "Write calendar days, such as 21d"),
        ("2bd", "Write calendar days, such as 21d"),
        ("0d", "from 1d to 3660d"),
        ("999999d", "from 1d to 3660d"),
    ],
)
def test_what_is_no_window_is_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_days(text)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("due", StepTime(kind="due")),
        ("50%", StepTime(kind="percent", percent=50)),
        ("1%", StepTime(kind="percent", percent=1)),
        ("99%", StepTime(kind="percent", percent=99)),
        ("10m before due", StepTime(kind="before", span=timedelta(minutes=10))),
        ("1h after due", StepTime(kind="after", span=timedelta(hours=1))),
        ("1bd after due", StepTime(kind="after", span=BusinessDays(1))),
    ],
)
def test_the_times_of_steps_are_read_and_written_back(text: str, step: StepTime) -> None:
    assert StepTime.parse(text) == step
    assert str(step) == text


def test_spaces_in_a_step_do_not_matter() -> None:
    assert str(StepTime.parse(" 10m   before  due ")) == "10m before due"
    assert str(StepTime.parse("50 %")) == "50%"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0%", "from 1% to 99%, not 0%"),
        ("100%", "For 100% write due"),
        ("33.3%", "Write a share of the time such as 50%"),
        ("halfway", "or 10m before due, or due, or 1h after due"),
        ("before due", "or 10m before due"),
        ("10m before", "or 10m before due"),
        ("1d after due", "or working days: 1bd"),
        ("0m before due", "no time at all"),
        ("2bd before due", "before due goes in working hours and minutes"),
    ],
)
def test_what_is_no_time_for_a_step_is_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        StepTime.parse(text)


def test_a_step_cannot_be_half_a_time() -> None:
    for half in (
        {"kind": "percent"},
        {"kind": "due", "percent": 5},
        {"kind": "before"},
        {"kind": "due", "span": HALF_HOUR},
    ):
        with pytest.raises(ValueError, match="no other step has one"):
            StepTime(**half)


@pytest.mark.parametrize("field", ["elapsed", "span", "window", "at"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (30, "30 has no unit"),
        (1.5, "1.5 has no unit"),
        (None, "as text"),
        (True, "as text"),
        (["30m"], "as text"),
    ],
)
def test_what_is_not_text_is_refused_with_an_example(field: str, value: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Said.model_validate({field: value})


def test_models_read_texts_and_write_them_back() -> None:
    told = {"elapsed": "1h30m", "span": "4h", "window": "7d", "at": "10m before due"}
    said = Said.model_validate(told)
    assert said.elapsed == timedelta(minutes=90)
    assert said.model_dump() == told
    assert Said.model_validate_json(said.model_dump_json()) == said
    assert Said().model_dump() == {"elapsed": "30m", "span": "2bd", "window": "21d", "at": "due"}


@pytest.mark.parametrize(
    ("field", "nonsense"),
    [
        ("elapsed", timedelta(0)),
        ("span", timedelta(-1)),
        ("window", timedelta(hours=1)),
        ("window", timedelta(hours=36)),
    ],
)
def test_a_default_is_held_to_the_same_limits(field: str, nonsense: timedelta) -> None:
    with pytest.raises(ValidationError):
        Said.model_validate({field: nonsense})


@pytest.mark.parametrize("field", ["elapsed", "span", "window", "at"])
def test_the_schema_names_a_pattern_that_its_own_examples_meet(field: str) -> None:
    schema = Said.model_json_schema()["properties"][field]
    assert schema["type"] == "string"
    assert schema["examples"]
    for example in schema["examples"]:
        assert re.search(schema["pattern"], example)
        assert getattr(Said.model_validate({field: example}), field)
    for nonsense in ("", "1d 2h", "1.5h", "tomorrow"):
        assert not re.search(schema["pattern"], nonsense)

"""Logging: one line for each event, as text or JSON, the libraries' lines in the same form."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield io.StringIO()
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_json_has_a_line_for_each_event_of_ours_and_of_libraries(stream: io.StringIO) -> None:
    logs.set_up("json", stream=stream)
    structlog.get_logger("ours").warning("tick_failed", lead="L1")
    logging.getLogger("theirs").error("went %s", "wrong")

    ours, theirs = map(json.loads, stream.getvalue().splitlines())
    assert (ours["event"], ours["lead"], ours["level"], ours["logger"]) == (
        "tick_failed",
        "L1",
        "warning",
        "ours",
    )
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("went wrong", "error", "theirs")
    assert ours["at"].endswith("Z")


def test_text_is_for_people_and_has_no_colours_outside_a_terminal(stream: io.StringIO) -> None:
    logs.set_up("text", stream=stream)
    structlog.get_logger("ours").warning("tick_failed", lead="L1")

    assert "tick_failed" in stream.getvalue()
    assert "lead=L1" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_is_told_without_the_values_around_it(stream: io.StringIO, form: str) -> None:
    logs.set_up(form, stream=stream)  # type: ignore[arg-type]
    email = "dana" + "@northwind.example"
    try:
        raise ValueError(len(email))
    except ValueError:
        structlog.get_logger("ours").exception("fact_failed", lead="L1")

    assert "ValueError" in stream.getvalue()
    assert email not in stream.getvalue()


@pytest.mark.parametrize("name", logs.QUIET)
def test_libraries_that_repeat_what_people_wrote_are_quiet(stream: io.StringIO, name: str) -> None:
    logs.set_up("text", stream=stream)
    logging.getLogger(name).info("body: dana@northwind.example")

    assert stream.getvalue() == ""


def test_debug_lines_are_left_out(stream: io.StringIO) -> None:
    logs.set_up("text", stream=stream)
    structlog.get_logger("ours").debug("lead_read", email="dana@northwind.example")

    assert stream.getvalue() == ""

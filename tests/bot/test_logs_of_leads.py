"""What is logged about leads: their ids, and nothing of who they are, whatever goes wrong."""

import ast
import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import structlog
from starlette.requests import Request

from bot import logs
from bot.http.problems import answer as answer_of_door
from sla.facts import StepReached
from sla.lead import LeadId
from storage.database import Database
from tests.bot.test_auditor import Audited, set_aside
from tests.faults.rig import Rig, open_rig

BOT = Path(__file__).parents[2] / "bot"
PERSON = {
    "external_id": "zebulon-1",
    "first_name": "Zebulon",
    "last_name": "Quixworth",
    "company": "Purple Umbrella Works",
    "email": "zebulon@purpleumbrella.example",
    "phone": "+12125550177",
    "message": "We have forty violins to insure.",
}
TRACES = ("zebulon", "quixworth", "umbrella", "5550177", "violins")
LEVELS = {"info", "warning", "error", "exception"}


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield root
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    logs.set_up("text")


def goes_wrong(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> LeadId:
    """A lead's card is lost on its way and found, an edit is refused, a channel archived, a step cannot be taken."""
    office, faults = rig.office, rig.workspace.faults
    faults.fail("drop", "chat.postMessage", accept=True)
    lead_id = office.a_lead_arrives(**PERSON)
    rig.passes(seconds=30)
    faults.fail("error", "chat.update", accept=False, error="invalid_blocks")
    rig.workspace.archive("C0MANAGERS")
    rig.passes(minutes=6)
    faults.fail("drop", "chat.postMessage", accept=False)
    office.a_lead_arrives(**PERSON | {"external_id": "zebulon-2", "email": "z2@purpleumbrella.example"})
    rig.passes(minutes=2)
    with monkeypatch.context() as patch:
        patch.setattr("sla.decide.reach_step", broken)
        clock = office.lead(lead_id).clock
        assert clock is not None
        with pytest.raises(LookupError):
            office.recorder.record(StepReached(lead_id=lead_id, at=rig.now, clock=clock.number))
    audited = Audited(rig)
    set_aside(audited, lead_id)
    audited.looks(4)
    audited.execute(f"update clocks set set_aside_at = null where lead_id = '{lead_id}'")
    audited.auditor.round()
    return lead_id


def broken(*_: object) -> None:
    raise LookupError


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_story_in_which_much_goes_wrong_leaves_ids_in_the_log_and_no_trace_of_the_person(
    sqlite_database: Database,
    root: logging.Logger,
    form: Literal["text", "json"],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    with open_rig(sqlite_database) as rig:
        logs.set_up(form, stream=stream)
        lead_id = goes_wrong(rig, monkeypatch)
    logged = stream.getvalue()

    assert [word for word in TRACES if word in logged.lower()] == []
    for event in ("send_uncertain", "send_found", "send_refused", "fact_failed", "audit_found", "mended"):
        assert event in logged, event
    assert lead_id in logged
    if form == "json":
        lines = [json.loads(line) for line in logged.splitlines()]
        assert [line for line in lines if "delivery" in line and "lead" not in line] == []


def test_a_request_that_goes_wrong_is_logged_without_the_lead_behind_its_address(
    root: logging.Logger,
) -> None:
    stream = io.StringIO()
    logs.set_up("json", stream=stream)
    scope = {"type": "http", "method": "GET", "path": "/v1/leads/website:zebulon@x.example", "headers": []}
    _run(answer_of_door(_request(scope), LookupError()))

    assert json.loads(stream.getvalue())["path"] == "/v1/leads"
    assert "zebulon" not in stream.getvalue()


def _request(scope: dict[str, Any]) -> Any:
    return Request(
        scope | {"query_string": b"", "server": ("127.0.0.1", 1), "scheme": "http", "root_path": ""}
    )


def _run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def lines_of_log() -> list[tuple[str, set[str]]]:
    """Each line of code that logs: where, and what it names."""
    found = []
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "log"
            ):
                where = f"{path.relative_to(BOT)}:{node.lineno}"
                found.append((where, {word.arg or "" for word in node.keywords}))
    return found


def test_whatever_names_a_message_or_a_card_names_its_lead() -> None:
    lines = lines_of_log()
    assert len(lines) > 40
    assert [where for where, named in lines if named & {"delivery", "card"} and "lead" not in named] == []


def test_no_line_names_what_a_lead_is() -> None:
    of_a_lead = {
        "email",
        "phone",
        "company",
        "first_name",
        "last_name",
        "message",
        "details",
        "payload",
        "body",
    }
    assert [where for where, named in lines_of_log() if named & of_a_lead] == []

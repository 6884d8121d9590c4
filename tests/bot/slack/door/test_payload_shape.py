"""A payload of another shape than Slack's is refused with one line in the log, before anything stumbles over it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from structlog.testing import capture_logs

from bot.slack.door import build_app
from bot.slack.modals import Metadata
from bot.slack.payload_shape import misshapen_in
from sla.lead import LeadId
from tests.bot.slack.door.office import Office

USER = {"id": "U0ALICE", "team_id": "T0SANDBOX"}
TEAM = {"id": "T0SANDBOX", "domain": "acme"}
FORM = {
    "id": "V0FORM",
    "type": "modal",
    "callback_id": "log_contact",
    "private_metadata": Metadata(
        lead_id=LeadId("L0GONE"), generation=1, opened_at=datetime(2026, 11, 23, tzinfo=UTC)
    ).text(),
    "blocks": [{"type": "input", "block_id": "what", "element": {"type": "radio_buttons"}}],
    "state": {
        "values": {
            "what": {"it": {"type": "radio_buttons", "selected_option": {"value": "call:connected"}}},
            "when": {"it": {"type": "datetimepicker", "selected_date_time": None}},
        }
    },
}
PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": USER,
    "team": TEAM,
    "trigger_id": "1.2",
    "response_url": None,
    "container": {"type": "message", "channel_id": "C0MANAGERS", "message_ts": "1.0"},
    "actions": [{"type": "button", "action_id": "on_it", "block_id": "do:v1", "value": "L0GONE:1"}],
}
SUBMITTED: dict[str, Any] = {"type": "view_submission", "user": USER, "team": TEAM, "view": FORM}
CLOSED: dict[str, Any] = SUBMITTED | {"type": "view_closed"}
STEP: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T0SANDBOX",
    "event": {
        "type": "function_executed",
        "function": {"id": "Fn0", "callback_id": "start_lead_sla"},
        "function_execution_id": "Fx0",
        "inputs": {"company": ""},
        "bot_access_token": None,
    },
}
MESSAGE: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T0SANDBOX",
    "event": {
        "type": "message_metadata_posted",
        "app_id": "A0OTHER",
        "metadata": {"event_type": "lead_created", "event_payload": {"external_id": "1"}},
    },
}
PAYLOADS = (PRESS, SUBMITTED, CLOSED, STEP, MESSAGE)
ABSENT = object()

Place = tuple[str | int, ...]


def at(payload: dict[str, Any], place: Place, stands: object) -> dict[str, Any]:
    """The same payload with something else at one place, or nothing."""
    changed = deepcopy(payload)
    inner: Any = changed
    for step in place[:-1]:
        inner = inner[step]
    if stands is ABSENT:
        del inner[place[-1]]
    else:
        inner[place[-1]] = stands
    return changed


def places(inner: Any, above: Place = ()) -> Iterator[Place]:
    steps = inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ()
    for step, below in steps:
        yield (*above, step)
        yield from places(below, (*above, step))


def dispatched(app: App, payload: dict[str, Any]) -> tuple[int, list[Any]]:
    """What is answered, and what is logged meanwhile."""
    with capture_logs() as logged:
        answer = app.dispatch(BoltRequest(body=payload, mode="socket_mode"))
    return answer.status, logged


@pytest.fixture
def app(busy_office: Office) -> Iterator[App]:
    with ThreadPoolExecutor(2) as pool:
        yield build_app(busy_office.desk, signing_secret=None, listeners=pool)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload["type"])
def test_what_slack_sends_has_its_shape(payload: dict[str, Any]) -> None:
    assert misshapen_in(payload) == ()


@pytest.mark.parametrize(
    ("payload", "place", "stands"),
    [
        (SUBMITTED, ("view", "type"), ABSENT),
        (SUBMITTED, ("view", "callback_id"), 5),
        (SUBMITTED, ("view",), None),
        (SUBMITTED, ("view", "state", "values", "what"), "Called"),
        (CLOSED, ("view", "type"), ABSENT),
        (PRESS, ("actions",), []),
        (PRESS, ("actions", 0, "action_id"), ABSENT),
        (PRESS, ("container",), 5),
        (STEP, ("event",), "function_executed"),
        (STEP, ("event", "inputs"), ["company"]),
        (MESSAGE, ("event", "metadata"), "lead_created"),
    ],
)
def test_a_payload_of_another_shape_is_answered_400_and_logged_by_its_place(
    app: App, payload: dict[str, Any], place: Place, stands: object
) -> None:
    status, logged = dispatched(app, at(payload, place, stands))

    assert status == 400
    said = {
        "event": "slack_payload_unreadable",
        "log_level": "warning",
        "places": (".".join(map(str, place)),),
    }
    assert [said] == [one | {"places": one["places"][:1]} for one in logged]


@pytest.mark.parametrize("part", ["event", "view"])
@pytest.mark.parametrize("stands", [None, 5, "x", []])
def test_an_event_or_view_that_is_none_is_answered_400_also_where_the_payload_has_no_type(
    app: App, part: str, stands: object
) -> None:
    assert dispatched(app, {part: stands})[0] == 400


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload["type"])
def test_nothing_fails_whatever_stands_at_one_place_of_a_payload(app: App, payload: dict[str, Any]) -> None:
    for place in places(payload):
        for stands in (ABSENT, None, 5, True, "x", [], [1], {}):
            changed = at(payload, place, stands)
            if place[0] in ("team", "team_id") or misshapen_in(changed):
                # Bolt reads the team while it builds the request, which is not yet dispatched then.
                continue
            status, logged = dispatched(app, changed)
            assert status in (200, 404), (place, stands)
            assert "listener_failed" not in [one["event"] for one in logged], (place, stands)

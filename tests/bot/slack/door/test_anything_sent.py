"""Whatever Slack (or whoever knows the signing secret) sends: no failure, no traceback, and no lead is lost."""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.slack.commands.reading import COMMAND, FORMS
from bot.slack.modals import Metadata
from bot.slack.start_lead_sla import INPUTS
from sla.lead import LeadId
from storage import leads
from tests.bot.slack.door.office import EMAILS, MANAGERS, Office, open_office
from tests.bot.slack.door.test_payload_shape import (
    ABSENT,
    CLOSED,
    MESSAGE,
    PRESS,
    STEP,
    SUBMITTED,
    Place,
    at,
    places,
)
from tests.bot.slack.door.test_who_may_press import ACTIONS, VIEWS

pytestmark = pytest.mark.thorough

CALM = (200, 400, 404)
"""Done, unreadable, or nobody's; 404 is also what Bolt says of a press that was not acknowledged."""
PEOPLE = ["U0ALICE", "U0BOB", "U0CARLA", "U0MIA", "U0OPS", "U0STRANGER", "U0GUEST", "U0NOBODY"]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["", "\x00", "<!channel>", "1" * 400, "²", "-1", "2026-11-23", "1e999", "L:1", "null", "digest:x"]
)
WHOLE = st.integers(-(2**70), 2**70) | st.sampled_from([0, -1, 253_402_300_799, 253_402_300_800])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
INPUT = st.sampled_from(
    ["what", "when", "note", "who", "to", "reason", "until", "why", "cover", "from", "email", "company"]
)
ENTERED = st.fixed_dictionaries(
    {},
    optional={
        "value": TEXTS | st.none(),
        "selected_option": st.none()
        | st.builds(
            lambda value: {"value": value},
            TEXTS
            | st.sampled_from(["call:connected", "other:other", "busy", "not_real", "900", *EMAILS.values()]),
        ),
        "selected_date_time": st.none() | WHOLE | st.just(1_795_446_000),
    },
)
STATE = st.dictionaries(INPUT, st.builds(lambda one: {"value": one}, ENTERED), max_size=6)
OFTEN = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FOR_LONG = settings(OFTEN, max_examples=1_500)


class Sender:
    """Slack's side of the HTTP door: every request is signed, whatever stands in it."""

    def __init__(self, office: Office, client: httpx.Client) -> None:
        self.office = office
        self._client = client
        self.lead_id = office.a_lead_arrives()
        self.generation = office.lead(self.lead_id).generation

    def signed(self, body: bytes, kind: str) -> int:
        stamp = str(int(time.time()))
        secret = self.office.workspace.tokens.signing_secret.encode()
        digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": kind,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={digest}",
        }
        url = self.office.workspace.request_url
        assert url is not None
        return self._client.post(url, content=body, headers=headers).status_code

    def event(self, payload: Any) -> int:
        return self.signed(json.dumps(payload).encode(), "application/json")

    def pressed(self, payload: Any) -> int:
        """A press or a form."""
        body = urlencode({"payload": json.dumps(payload)})
        return self.signed(body.encode(), "application/x-www-form-urlencoded")

    def typed(self, fields: dict[str, str]) -> int:
        return self.signed(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def knows(self, name: str) -> LeadId | None:
        with self.office.database.read() as connection:
            return leads.resolve(connection, name)


@pytest.fixture(scope="module")
def _client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=20, verify=False) as client:
        yield client


@pytest.fixture(scope="module")
def sender(_busy_office: Office, _client: httpx.Client) -> Sender:
    """One office for all examples: what was sent before is part of what may happen."""
    return Sender(_busy_office, _client)


@pytest.fixture(autouse=True)
def _nothing_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with capture_logs() as logged:
        yield
    faults = [one for one in logged if one["log_level"] in ("error", "critical") or "exc_info" in one]
    # A message of an allowed app that is no lead is an error, which somebody has to mend where it is sent.
    assert [one for one in faults if one["event"] != "lead_message_unreadable"] == []
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


def changed(payload: dict[str, Any], change: list[tuple[Place, Any]]) -> dict[str, Any]:
    """With other things in some places; a place that an earlier change took away is left out."""
    for place, stands in change:
        try:
            payload = at(payload, place, stands)
        except (KeyError, IndexError, TypeError):
            continue
    return payload


def changes(payload: dict[str, Any]) -> st.SearchStrategy[list[tuple[Place, Any]]]:
    place = st.sampled_from(sorted(places(payload), key=repr))
    return st.lists(st.tuples(place, ANY_JSON | st.just(ABSENT)), max_size=4)


@st.composite
def presses(draw: st.DrawFn) -> tuple[str, dict[str, Any], list[tuple[Place, Any]]]:
    press = deepcopy(PRESS)
    press["user"]["id"] = draw(st.sampled_from(PEOPLE))
    press["actions"][0]["action_id"] = draw(st.sampled_from(ACTIONS) | TEXTS)
    value = draw(st.sampled_from(["LEAD:GEN", "LEAD:GEN:1", "LEAD:GEN:99999999999999999999"]) | TEXTS)
    if draw(st.booleans()):
        press["container"] = {"type": "view", "view_id": "V1"}
    return value, press, draw(st.just([]) | changes(press))


@st.composite
def forms(draw: st.DrawFn) -> tuple[bool, dict[str, Any], list[tuple[Place, Any]]]:
    form = deepcopy(draw(st.sampled_from([SUBMITTED, SUBMITTED, SUBMITTED, CLOSED])))
    form["user"]["id"] = draw(st.sampled_from(PEOPLE))
    form["view"]["callback_id"] = draw(st.sampled_from(VIEWS) | TEXTS)
    form["view"]["state"]["values"] = draw(STATE)
    return draw(st.booleans()), form, draw(st.just([]) | changes(form))


@st.composite
def events(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[Place, Any]]]:
    kind = draw(st.sampled_from(["step", "message", "user", "any"]))
    if kind == "step":
        event = deepcopy(STEP)
        event["event"]["inputs"] = draw(
            st.dictionaries(st.sampled_from(INPUTS) | TEXTS, ANY_JSON, max_size=6)
        )
    elif kind == "message":
        event = deepcopy(MESSAGE)
        event["event"]["app_id"] = draw(st.sampled_from(["A0CRM", "A0OTHER"]) | TEXTS)
        event["event"]["metadata"]["event_payload"] = draw(ANY_JSON)
    elif kind == "user":
        # Nobody of the policy: whose account is closed loses their leads, which other examples are about.
        user = {"id": "U0STRANGER", "deleted": draw(ANY_JSON), "profile": draw(ANY_JSON)}
        event = {
            "type": "event_callback",
            "event": {"type": "user_change", "user": draw(ANY_JSON | st.just(user))},
        }
    else:
        event = {"type": draw(TEXTS), "event": {"type": draw(TEXTS), "more": draw(ANY_JSON)}}
    return event, draw(st.just([]) | changes(event))


def take_press(sender: Sender, drawn: tuple[str, dict[str, Any], list[tuple[Place, Any]]]) -> None:
    value, press, change = drawn
    named = value.replace("LEAD", sender.lead_id).replace("GEN", str(sender.generation))
    press["actions"][0]["value"] = named
    assert sender.pressed(changed(press, change)) in CALM
    assert sender.knows(sender.lead_id) == sender.lead_id


def take_form(sender: Sender, drawn: tuple[bool, dict[str, Any], list[tuple[Place, Any]]]) -> None:
    is_ours, form, change = drawn
    if is_ours:
        form["view"]["private_metadata"] = Metadata(
            lead_id=sender.lead_id,
            generation=sender.generation,
            channel=MANAGERS,
            opened_at=sender.office.now,
        ).text()
    assert sender.pressed(changed(form, change)) in CALM
    assert sender.knows(sender.lead_id) == sender.lead_id


def take_event(sender: Sender, drawn: tuple[dict[str, Any], list[tuple[Place, Any]]]) -> None:
    assert sender.event(changed(*drawn)) in CALM


@OFTEN
@given(drawn=presses())
def test_no_press_fails(sender: Sender, drawn: Any) -> None:
    take_press(sender, drawn)


@OFTEN
@given(drawn=forms())
def test_no_form_fails(sender: Sender, drawn: Any) -> None:
    take_form(sender, drawn)


@OFTEN
@given(drawn=events())
def test_no_event_fails(sender: Sender, drawn: Any) -> None:
    take_event(sender, drawn)


@OFTEN
@given(
    verb=st.sampled_from(sorted(FORMS)) | TEXTS,
    rest=st.lists(
        TEXTS | st.sampled_from(["until", "from", "cover", "@bob", "16:00", "tomorrow", "<@U0BOB>"]),
        max_size=6,
    ),
    who=st.sampled_from(PEOPLE),
    more=st.dictionaries(TEXTS, TEXTS, max_size=3),
)
def test_no_command_fails(sender: Sender, verb: str, rest: list[str], who: str, more: dict[str, str]) -> None:
    fields = {"command": COMMAND, "text": " ".join([verb, *rest]), "user_id": who, "team_id": "T0SANDBOX"}

    assert sender.typed(more | fields) in CALM
    assert sender.typed(fields | more) in CALM


@OFTEN
@given(
    body=st.binary(max_size=60) | st.builds(lambda one: json.dumps(one).encode(), ANY_JSON),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain", ""]),
    wrapped=st.booleans(),
)
def test_no_body_fails(sender: Sender, body: bytes, kind: str, wrapped: bool) -> None:
    assert sender.signed(b"payload=" + body if wrapped else body, kind) in (*CALM, 401)


@OFTEN
@given(
    number=st.integers(0, 10**9),
    inputs=st.dictionaries(
        st.sampled_from([one for one in INPUTS if one != "external_id"]), ANY_JSON, max_size=8
    ),
)
def test_a_lead_of_a_step_is_on_disk_once_it_is_acknowledged_whatever_its_fields_hold(
    sender: Sender, number: int, inputs: dict[str, Any]
) -> None:
    event = at(STEP, ("event", "inputs"), inputs | {"external_id": f"step-{number}"})
    event = at(event, ("event", "function_execution_id"), f"Fx{number}")

    assert sender.event(event) == 200
    assert sender.knows(f"workflow:step-{number}") is not None


@OFTEN
@given(
    number=st.integers(0, 10**9),
    fields=st.dictionaries(st.sampled_from(["company", "email", "phone", "score", "attributes"]), ANY_JSON),
)
def test_a_lead_of_a_message_is_on_disk_once_it_is_acknowledged_whatever_its_fields_hold(
    sender: Sender, number: int, fields: dict[str, Any]
) -> None:
    [app] = sender.office.policy.intake.slack.allowed_apps
    event = at(MESSAGE, ("event", "app_id"), app)
    event = at(event, ("event", "metadata", "event_payload"), fields | {"external_id": f"message-{number}"})

    assert sender.event(event) == 200
    assert sender.knows(f"slack:{app}:message-{number}") is not None


NULLS = ("\x00:1", "L\x00:1", "digest:\x00", "\x00", '["hot-leads\\u0000", 1795446000, 1795449000]')
"""PostgreSQL takes the sign of code 0 in no text."""


@pytest.fixture
def sender_on_postgresql(tmp_path: Path, postgresql_url: str, _client: httpx.Client) -> Iterator[Sender]:
    with open_office(tmp_path, url=postgresql_url) as office:
        yield Sender(office, _client)


def test_what_postgresql_takes_in_no_text_fails_in_no_button_form_event_or_command(
    sender_on_postgresql: Sender,
) -> None:
    sender = sender_on_postgresql
    known: dict[str, Any] = {
        "generation": sender.generation,
        "opened_at": sender.office.now,
        "channel": "\x00",
        "ts": "\x00",
    }
    hidden = [Metadata(lead_id=LeadId(one), **known).text() for one in ("\x00", sender.lead_id)]
    typed = {"value": {"value": "a\x00b", "selected_option": {"value": "a\x00@b"}}}
    for value in NULLS:
        for action in ACTIONS:
            press = at(PRESS, ("actions", 0), {"action_id": action, "value": value})
            assert sender.pressed(at(press, ("user", "id"), "U0MIA")) in CALM
        assert sender.typed({"command": COMMAND, "text": f"cover {value}", "user_id": "U0MIA"}) in CALM
    for form in VIEWS:
        for carried in (*hidden, *NULLS):
            view: dict[str, Any] = {"callback_id": form, "private_metadata": carried}
            view |= {"state": {"values": dict.fromkeys(["what", "note", "to", "reason", "cover"], typed)}}
            assert sender.pressed(at(SUBMITTED, ("view",), SUBMITTED["view"] | view)) in CALM
    execution = at(STEP, ("event", "function_execution_id"), "Fx\x00")
    assert sender.event(at(execution, ("event", "inputs"), {"company": "a\x00"})) == 200
    assert (
        sender.event({"type": "event_callback", "event": {"type": "user_change", "user": {"id": "\x00"}}})
        == 200
    )


@pytest.mark.slow
@FOR_LONG
@given(drawn=presses())
def test_no_press_fails_in_many_examples(sender: Sender, drawn: Any) -> None:
    take_press(sender, drawn)


@pytest.mark.slow
@FOR_LONG
@given(drawn=forms())
def test_no_form_fails_in_many_examples(sender: Sender, drawn: Any) -> None:
    take_form(sender, drawn)


@pytest.mark.slow
@FOR_LONG
@given(drawn=events())
def test_no_event_fails_in_many_examples(sender: Sender, drawn: Any) -> None:
    take_event(sender, drawn)

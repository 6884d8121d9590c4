"""Whoever is no full member of the workspace gets nothing: by no button, form, command or step that the bot knows."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from sqlalchemy import select

from bot.sandbox import payloads
from bot.sandbox.model import View
from bot.slack import modals
from bot.slack.anything_else import ANY, OPEN_CRM
from bot.slack.commands.reading import COMMAND, FORMS
from bot.slack.door import build_app
from bot.slack.modals import Metadata
from bot.slack.modals.swap import SWAP, Shift
from sla.effects import Post, Role, ToChannel, Urgency
from storage import outbox
from storage.tables import metadata as tables
from tests.bot.slack.door.office import MANAGERS, Office
from tests.bot.slack.test_card_rules import message_of, situations
from tests.bot.slack.test_gathered_cards import every
from tests.sla.play import moment

pytestmark = pytest.mark.thorough

NOT_MEMBER = "Only full members of this workspace can do that."
OUTSIDERS = {
    "a guest": ("U0GUEST", None),
    "a guest of one channel": ("U0LONEGUEST", None),
    "somebody of another company in a shared channel": ("U0FOREIGN", None),
    "a colleague's id from another workspace": ("U0MIA", "T0OTHER"),
    "a closed account": ("U0GONE", None),
    "a bot": ("U0ROBOT", None),
}
OF_A_LEAD = frozenset(
    {
        "cant_take_it",
        "claim",
        "close_lead",
        "complete",
        "confirm_rejection",
        "correct",
        "extend",
        "had_contacted",
        "hand_on",
        "log_contact",
        "nudge",
        "on_it",
        "open",
        "pass",
        "reassign",
        "return_rejection",
        "show_all",
        "why",
    }
)
"""Buttons whose value is a lead and its generation."""
OF_A_DIGEST = frozenset({"share_out", "show_night"})
OF_A_SHIFT = frozenset({"swap_shift"})
OF_AN_ABSENCE = frozenset({"hand_on_all", "keep_leads"})
ACTIONS = sorted(OF_A_LEAD | OF_A_DIGEST | OF_A_SHIFT | OF_AN_ABSENCE)
FORMS_OF_A_LEAD = frozenset(
    {
        modals.CLOSE_LEAD,
        modals.COMPLETE,
        modals.CORRECT,
        modals.EXTEND,
        modals.LOG_CONTACT,
        modals.PASS,
        modals.REASSIGN,
    }
)
VIEWS = sorted(FORMS_OF_A_LEAD | {"share_out", SWAP})
ANYBODYS = {OPEN_CRM, ANY.pattern}
"""What is acknowledged whoever presses, because nothing is done about it."""
DIGEST = "digest:enterprise:of-this-test"


@dataclass
class Known:
    """The names under which listeners were registered."""

    actions: set[str] = field(default_factory=set)
    views: set[str] = field(default_factory=set)
    commands: set[str] = field(default_factory=set)


@pytest.fixture
def known(busy_office: Office, monkeypatch: pytest.MonkeyPatch) -> Known:
    """What the door registers as it is built."""
    known = Known()
    for kind, names in (("action", known.actions), ("view", known.views), ("command", known.commands)):
        usual = getattr(App, kind)

        def noting(self: App, name: Any, *more: Any, usual: Any = usual, names: set[str] = names) -> Any:
            names.add(getattr(name, "pattern", name))
            return usual(self, name, *more)

        monkeypatch.setattr(App, kind, noting)
    with ThreadPoolExecutor(1) as pool:
        build_app(busy_office.desk, signing_secret=None, listeners=pool)
    return known


@pytest.fixture
def app(busy_office: Office) -> Iterator[App]:
    with ThreadPoolExecutor(2) as pool:
        yield build_app(busy_office.desk, signing_secret=None, listeners=pool)


class Scene:
    """A lead, a digest and a shift, and everything that is on disk about them."""

    def __init__(self, office: Office, app: App) -> None:
        self.office = office
        self._app = app
        self.lead_id = office.a_lead_arrives(phone="+12125550142", message="Call me")
        span = {"from_at": moment("Mon 9:00").isoformat(), "until_at": moment("Mon 10:00").isoformat()}
        post = Post(
            role=Role.DIGEST,
            to=ToChannel(channel=MANAGERS),
            key=DIGEST,
            urgency=Urgency.NEW_LEAD,
            fenced=False,
            data={"team": "enterprise", **span},
        )
        with office.database.begin() as connection:
            outbox.add(connection, [(None, 0, post)], office.now)
        self.shift = Shift(rotation="hot-leads", from_at=office.now, until_at=office.now + timedelta(hours=9))

    def value_of(self, action: str) -> str:
        if action in OF_A_LEAD:
            return f"{self.lead_id}:{self.office.lead(self.lead_id).generation}"
        if action in OF_A_DIGEST:
            return DIGEST
        return self.shift.text() if action in (*OF_A_SHIFT, SWAP) else "1"

    def hidden_in(self, form: str) -> str:
        if form in FORMS_OF_A_LEAD:
            lead = self.office.lead(self.lead_id)
            return Metadata(
                lead_id=lead.id, generation=lead.generation, channel=MANAGERS, opened_at=self.office.now
            ).text()
        return self.value_of(form)

    def press(self, who: str, team: str | None, action: str) -> None:
        workspace = self.office.workspace
        trigger = workspace.surfaces.new_trigger(who)
        address = workspace.surfaces.new_response(trigger, channel=MANAGERS, message_ts="1.0")
        pressed = {
            "type": "button",
            "action_id": action,
            "block_id": "do:v1",
            "value": self.value_of(action),
        }
        url = f"{workspace.root_url}/response/{address.key}"
        payload = payloads.press_on_message(
            workspace, workspace.users[who], None, MANAGERS, "1.0", pressed, trigger, url, team=team
        )
        assert self._dispatch(payload).status == 200

    def submit(self, who: str, team: str | None, form: str) -> str:
        """What the answer to the form shows."""
        workspace = self.office.workspace
        trigger = workspace.surfaces.new_trigger(who)
        hidden = {
            "callback_id": form,
            "private_metadata": self.hidden_in(form),
            "type": "modal",
            "blocks": [],
        }
        view = View(id="V0FORGED", user=who, payload=hidden, hash="1.a", root_id="V0FORGED")
        state = {"values": {"what": {"it": {"selected_option": {"value": "call:connected"}}}}}
        payload = payloads.view_submission(workspace, workspace.users[who], view, state, trigger, team=team)
        answer = self._dispatch(payload)
        assert answer.status == 200
        return str(answer.body)

    def type(self, who: str, team: str | None, text: str) -> str:
        body = {
            "command": COMMAND,
            "text": text,
            "user_id": who,
            "team_id": team or self.office.workspace.users[who].team_id,
        }
        return str(self._dispatch(body).body)

    def clears_screen_of(self, who: str) -> None:
        self.office.workspace.surfaces.modals.pop(who, None)
        self.office.workspace.ephemerals.clear()

    def shown_to(self, who: str) -> str:
        """Everything that this person is shown alone."""
        said = [one.text for one in self.office.workspace.ephemerals_for(who)]
        view = self.office.workspace.surfaces.top(who)
        return " ".join([*said, json.dumps(view.payload) if view is not None else ""])

    def on_disk(self) -> Mapping[str, Any]:
        with self.office.database.read() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(select(table)).all()))
                for table in tables.sorted_tables
            }

    def _dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        return self._app.dispatch(BoltRequest(body=payload, mode="socket_mode"))


@pytest.fixture
def scene(busy_office: Office, app: App) -> Scene:
    return Scene(busy_office, app)


def test_every_button_form_and_command_has_its_row_here(known: Known) -> None:
    assert sorted(known.actions - ANYBODYS) == ACTIONS
    assert sorted(known.views - ANYBODYS) == VIEWS
    assert known.commands == {COMMAND}


def test_every_button_that_a_message_shows_is_known_to_the_door(known: Known) -> None:
    shown = [message_of(*situation) for situation in situations()]
    shown += [message for _, _, message in every()]
    actions = set(_actions_in(shown))

    assert len(actions) > 10
    assert actions - known.actions == set()


def _actions_in(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if part.get("type") == "button":
            yield str(part["action_id"])
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _actions_in(inner)


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("action", ACTIONS)
def test_no_button_does_or_shows_anything_to_somebody_from_outside(
    scene: Scene, action: str, who: str
) -> None:
    person, team = OUTSIDERS[who]
    scene.clears_screen_of(person)
    before = scene.on_disk()

    scene.press(person, team, action)

    assert scene.on_disk() == before
    shown = scene.shown_to(person)
    assert NOT_MEMBER in shown
    assert "Northwind" not in shown


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("form", VIEWS)
def test_no_form_is_taken_from_somebody_from_outside(scene: Scene, form: str, who: str) -> None:
    before = scene.on_disk()

    answer = scene.submit(*OUTSIDERS[who], form)

    assert scene.on_disk() == before
    assert NOT_MEMBER in answer
    assert "Northwind" not in answer


@pytest.mark.parametrize("who", ["a guest", "a colleague's id from another workspace"])
@pytest.mark.parametrize("verb", FORMS)
def test_no_command_is_taken_from_somebody_from_outside(scene: Scene, verb: str, who: str) -> None:
    before = scene.on_disk()

    answer = scene.type(*OUTSIDERS[who], f"{verb} until tomorrow cover @bob")

    assert scene.on_disk() == before
    assert NOT_MEMBER in answer

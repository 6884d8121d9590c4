"""The office of the stories: people, leads and a clock in front of the whole bot, in people's words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import delete

from bot.sandbox.model import Json, Message
from bot.sandbox.outcomes import PressResult
from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace
from sla.lead import Lead, LeadId
from storage import leads, outbox
from storage.tables import beats
from tests.sla.play import NEW_YORK, moment
from tests.stories.forms import Form, said_instead
from tests.stories.front_door import ADMIN_KEY, WEBSITE_KEY, FrontDoor
from tests.stories.known_leads import KNOWN
from tests.stories.owing import next_due, unsettled
from tests.stories.running import Mode, RunningBot
from tests.stories.screen import Shown, answered, buttons_of, shown, unescaped
from tests.stories.staff import CHANNELS, NAMES, email_of

STALLED_AFTER = 0.01
"""Seconds without any commit after which what is still owed can only be waiting for Slack's pace."""
STALLS_MAX = 1_000
STEPS_MAX = 500
"""More due moments than this between two scenes are taken for a clock that stands still."""


class Office:
    """`it_is` moves the clock; everything else happens at that moment and is finished when it returns."""

    def __init__(self, slack: SandboxServer, door: FrontDoor, url: str, policy: Path, mode: Mode) -> None:
        self.now = moment("Mon 10:00")
        self.slack = slack
        self._door = door
        self.url = url
        self.policy_file = policy
        self.mode = mode
        self.bot = self._a_bot()
        self.numbers = count(1)
        self._told: dict[str, str] = {}
        self._slack_is_away = False

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    # Time

    def it_is(self, said: str, zone: ZoneInfo = NEW_YORK) -> None:
        """Time goes on until then; whatever falls due on the way happens at its own moment, in order."""
        target = when(said, zone)
        assert target >= self.now, f"{said} is over"
        for _ in range(STEPS_MAX):
            self.settles()
            following = next_due(self.bot.database, self.now)
            if following is None or following > target:
                break
            self._lives_at(max(following, self.now))
        else:
            raise AssertionError(f"nothing gets done about what is due at {following}")
        self._lives_at(target)
        self.settles()

    def it_begins(self, said: str, zone: ZoneInfo = NEW_YORK) -> None:
        """Set the clock before anything happened, to any moment, also an earlier one."""
        with self.bot.database.begin() as connection:
            # No sign of life from before, or the bot would count as having been away since.
            connection.execute(delete(beats))
        self.bot.stop()
        self.now = when(said, zone)
        self.bot = self._a_bot()

    def _a_bot(self, *, texts: bool = True) -> RunningBot:
        return RunningBot(
            self.slack, self._door, self.url, self.policy_file, lambda: self.now, self.mode, texts=texts
        )

    def is_set_up_without_text_messages(self) -> None:
        """The policy wants them, and the settings name no way."""
        self.bot.stop()
        self.bot = self._a_bot(texts=False)

    def the_bot_goes_away(self) -> None:
        self.settles()
        self.bot.stop()

    def the_bot_is_back(self, said: str) -> None:
        """A new process over the same database; nothing ticked in between."""
        self.now = when(said)
        self.bot = self._a_bot()
        self.settles()

    def settles(self) -> None:
        """Wait until nothing that may leave now is owed and every card shows what is known."""
        changed = self.bot.database.changed
        for _ in range(STALLS_MAX):
            with changed:
                waits = unsettled(self.bot.database, self.now)
                in_vain = self._slack_is_away and self.bot.courier.slack_is_away_since is not None
                if not self.bot.courier.under_way and (in_vain or not waits):
                    return
                is_moving = changed.wait(STALLED_AFTER)
            if not is_moving:
                self.bot.a_minute_passes()
        raise AssertionError(f"still owed: {unsettled(self.bot.database, self.now)}")

    def a_minute_passes(self) -> None:
        """Whether anything is due in it or not."""
        self._lives_at(self.now + timedelta(minutes=1))
        self.settles()

    def slack_goes_away(self) -> None:
        """Every call is refused, and what is owed waits."""
        self.settles()
        self._slack_is_away = True
        self.slack.begin_outage("refuse")

    def slack_is_back(self) -> None:
        self._slack_is_away = False
        self.slack.end_outage()

    def _lives_at(self, at: datetime) -> None:
        self.now = at
        self.bot.live_at(at)

    # Leads and programs

    def a_lead_arrives(self, known: str = "Northwind", /, owner: str | None = None, **fields: Any) -> LeadId:
        """A website sends one of the known leads; `owner` as the CRM names them.

        Under an id of its own it is somebody else, of another company.
        """
        sent = KNOWN[known] | fields
        if "external_id" in fields and "email" not in fields:
            sent["email"] = f"kim@{fields['external_id'].lower()}.example"
        if owner is not None:
            sent = {**sent, "owner": email_of(owner)}
        return LeadId(self.sends(sent)["lead_id"])

    def sends(self, lead: Json) -> Json:
        """POST a lead as the website; the answer."""
        answer: Json = self.http("POST", "/v1/leads", key=WEBSITE_KEY, json=lead)
        return answer

    def http(
        self,
        method: str,
        path: str,
        *,
        key: str = ADMIN_KEY,
        status: int = 0,
        settles: bool = True,
        **how: Any,
    ) -> Any:
        """A program asks the HTTP door; any success will do unless a status is named."""
        headers = {"Authorization": f"Bearer {key}"}
        answer = self._door.client.request(method, path, headers=headers, **how)
        assert answer.status_code == status if status else answer.is_success, answer.text
        if settles:
            self.settles()
        said: Any = answer.json()
        return said

    def lead(self, lead: LeadId) -> Lead:
        with self.bot.database.read() as connection:
            return leads.load(connection, [lead])[lead]

    def asks_about(self, lead: LeadId) -> Json:
        """What the HTTP door says of a lead."""
        answer: Json = self.http("GET", f"/v1/leads/{lead}")
        return answer

    def happened(self, lead: LeadId) -> list[str]:
        """The kinds of the lead's timeline, in order."""
        return [line["kind"] for line in self.asks_about(lead)["timeline"]]

    def the_policy_changes(self, change: Callable[[Json], None]) -> None:
        """Somebody edits the file and has the bot take it up."""
        policy = yaml.safe_load(self.policy_file.read_text(encoding="utf-8"))
        change(policy)
        text = yaml.safe_dump(policy, allow_unicode=True, sort_keys=False)
        self.policy_file.write_text(text, encoding="utf-8")
        self.bot.take_up_policy()
        self.settles()

    # What people see

    def place(self, name: str) -> str:
        """A channel's id, or that of a person's direct messages with the bot."""
        return CHANNELS.get(name) or self.workspace.dm(f"U0{name.upper()}").id

    def messages(self, place: str, about: LeadId | None = None) -> list[Shown]:
        """What stands in a place now, oldest first."""
        seen = [shown(self.workspace, one) for one in self.workspace.shown_in(self.place(place))]
        if about is None:
            return seen
        with self.bot.database.read() as connection:
            owed = outbox.of_lead(connection, about)
        ours = {one.id for one in owed} | {one.list_id for one in owed if one.list_id is not None}
        return [one for one in seen if one.delivery_id in ours]

    def seen_in(self, channel: str) -> str:
        return "\n".join(one.text for one in self.messages(channel) if not one.in_thread)

    def direct_messages(self, name: str) -> list[str]:
        return [one.text for one in self.messages(name)]

    def thread(self, lead: LeadId, channel: str) -> list[str]:
        return [one.text for one in self.messages(channel, lead) if one.in_thread]

    def card(self, lead: LeadId, place: str, number: int = -1) -> Shown:
        """A message about the lead in that place outside threads: the newest unless another is meant."""
        return [one for one in self.messages(place, lead) if not one.in_thread][number]

    def buttons_on(self, lead: LeadId, place: str, number: int = -1) -> list[str]:
        return list(self.card(lead, place, number).buttons)

    def told_only(self, name: str) -> str:
        """What the latest press of this person was answered, to them alone; empty where nothing was."""
        return self._told.get(name, "")

    def sees(self, label: str, *, by: str, on: LeadId) -> bool:
        """Whether a button of that name about the lead is on this person's screen."""
        return bool(self._find(f"U0{by.upper()}", label, on))

    # What people do

    def presses(
        self, label: str, *, by: str, on: LeadId, place: str | None = None, stale: bool = False
    ) -> PressResult:
        """Press the newest button of that name about the lead, on the screen of this person.

        With `stale` the person's client still shows a message as it was before the last edit took the button.
        """
        user = f"U0{by.upper()}"
        channel, ts, block_id, action_id = self._newest(user, label, on, place, stale)
        result = self.slack.people.press(user, channel, ts, action_id, block_id=block_id, stale=stale)
        assert result.acked
        self.settles()
        self._told[by] = said_instead(self.workspace, result)
        return result

    def opens(self, label: str, *, by: str, on: LeadId, place: str | None = None) -> Form:
        """Press a button that opens a form."""
        self.presses(label, by=by, on=on, place=place)
        return Form(self, f"U0{by.upper()}", by)

    def opens_shift(self, label: str, *, by: str) -> Form:
        """Press a button of the newest message about a shift in somebody's messages."""
        user, channel = f"U0{by.upper()}", self.place(by)
        found = [
            (message.ts, block_id, element["action_id"])
            for message in self.workspace.shown_in(channel)
            for block_id, element in buttons_of(message.blocks)
            if element["text"]["text"] == label
        ]
        assert found, f"nothing in the messages of {by} has [{label}]"
        ts, block_id, action_id = max(found, key=lambda one: float(one[0]))
        result = self.slack.people.press(user, channel, ts, action_id, block_id=block_id)
        assert result.acked
        self._told[by] = said_instead(self.workspace, result)
        return Form(self, user, by)

    def _newest(
        self, user: str, label: str, lead: LeadId, place: str | None, stale: bool
    ) -> tuple[str, str, str, str]:
        found = self._find(user, label, lead, place, stale)
        assert found, f"nobody sees [{label}] about this lead"
        return max(found, key=lambda one: float(one[1]))

    def _find(
        self, user: str, label: str, lead: LeadId, place: str | None = None, stale: bool = False
    ) -> list[tuple[str, str, str, str]]:
        """The buttons on this person's screen: conversation, message, block and action."""
        found: list[tuple[str, str, str, str]] = []
        for channel in [self.place(place)] if place else [*CHANNELS.values(), f"D{user[1:]}"]:
            known = self.workspace.channels.get(channel)
            for message in self.workspace.shown_in(channel) if known and user in known.members else []:
                for block_id, element in (
                    one for copy in _copies(message, stale) for one in buttons_of(copy)
                ):
                    is_it = str(element.get("value", "")).startswith(f"{lead}:")
                    if is_it and element["text"]["text"] == label:
                        found.append((channel, message.ts, block_id, element["action_id"]))
        return found

    def types(self, words: str, *, by: str) -> Shown:
        """Type a command in the messages with the bot; what is answered to that person alone."""
        user = f"U0{by.upper()}"
        name, _, text = words.partition(" ")
        result = self.slack.people.command(user, self.place(by), name, text)
        assert result.acked
        self.settles()
        [answer] = result.ephemerals
        return answered(self.workspace, answer)

    def presses_in_answer(self, label: str, *, by: str) -> str:
        """Press a button of the latest answer for this person alone; what then stands in its place."""
        user = f"U0{by.upper()}"
        answer = self.workspace.ephemerals_for(user)[-1]
        found = [one for one in buttons_of(answer.blocks) if one[1]["text"]["text"] == label]
        assert found, f"the answer has no [{label}]"
        block_id, element = found[0]
        result = self.slack.people.press(
            user, answer.channel, answer.ts, element["action_id"], block_id=block_id
        )
        assert result.acked
        self.settles()
        return unescaped(result.ephemerals[0].text) if result.ephemerals else ""

    # Forms, each in one sentence; the answer is what is said instead of closing the form

    def logs_contact(
        self,
        what: str = "E-mail sent",
        *,
        by: str,
        on: LeadId,
        at: str | None = None,
        note: str | None = None,
        who: str | None = None,
        button: str = "Log contact",
        place: str | None = None,
    ) -> str:
        form = self.opens(button, by=by, on=on, place=place)
        return form.saves(what=what, when=at, note=note, who=who)

    def passes(
        self, lead: LeadId, *, by: str, why: str = "On a call or in a meeting", note: str | None = None
    ) -> str:
        return self.opens("Pass", by=by, on=lead).saves(why=why, note=note)

    def reassigns(self, lead: LeadId, *, to: str, by: str = "mia", reason: str | None = None) -> str:
        return self.opens("Reassign", by=by, on=lead).saves(to=NAMES[to], reason=reason)

    def gives_time(
        self, lead: LeadId, until: str, *, by: str = "mia", reason: str = "They are talking"
    ) -> str:
        """`until` as the choice says it: "11:36 AM, 30 min more"."""
        return self.opens("Extend", by=by, on=lead).saves(until=until, reason=reason)

    def closes(self, lead: LeadId, *, by: str = "mia", reason: str) -> str:
        return self.opens("Close lead", by=by, on=lead).saves(reason=reason)


def when(said: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """ "Mon 10:05" of the stories' week, or a date and a time: "2026-10-30 16:58"."""
    if said[0].isdigit():
        return datetime.fromisoformat(said).replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
    return moment(said, zone)


def _copies(message: Message, stale: bool) -> list[Any]:
    return [version.get("blocks") for version in message.versions] if stale else [message.blocks]

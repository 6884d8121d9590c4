"""The demo's story: one lead is answered in time; another runs through reminder, breach, queue and claim."""

import threading
import time
import urllib.error
from collections.abc import Callable
from typing import Any

from bot.demo.samples import DANA
from bot.demo.screen import Screen
from bot.demo.stage import Stage
from bot.demo.telling import StoryEnds, Telling
from bot.sandbox.model import Message
from bot.sandbox.outcomes import PressResult, wait_until

SEEN_WITHIN_SECONDS = 60.0
LOOK_UP_EVERY_SECONDS = 0.5
READING_SECONDS = 2.5
"""What a person needs to read a card before they press: without it nobody could follow."""

MARA: dict[str, Any] = {
    "first_name": "Mara",
    "last_name": "Quist",
    "title": "Owner",
    "company": "Tidewell",
    "email": "mara@tidewell.example",
    "employees": 60,
    "industry": "Retail",
    "country": "US",
    "intent": "pricing",
    "score": 91,
    "message": "What would it cost for 12 people?",
}


class Story:
    """Plays people against the running bot; waits for what they would see before they act.

    Whoever acts in the page takes the stage: the story ends rather than act against them.
    """

    def __init__(self, stage: Stage, screen: Screen, telling: Telling) -> None:
        self._stage = stage
        self._screen = screen
        self._telling = telling
        self._workspace = stage.slack.workspace
        self._known = {one.id for one in stage.slack.deliveries.log}
        """What people did before the story, and what the story does."""

    def play(self) -> None:
        """The whole story, about forty seconds."""
        self._answered_in_time()
        self._breached_and_claimed()

    def _answered_in_time(self) -> None:
        self._tell("A hot lead comes in from the website. Its owner has 12 seconds.")
        owner = self._send(DANA)
        card = self._message_with(self._dm(owner), "log_contact", "Northwind")
        self._logs_contact(owner, card, "E-mail sent")

    def _breached_and_claimed(self) -> None:
        self._read()
        self._tell("A second hot lead. Its owner is away from the desk: nothing is pressed.")
        self._send(MARA)
        free = self._message_with("C0BACKUP", "claim", "Tidewell")
        self._read()
        self._tell("Two people press Claim at the same moment.")
        winner = self._both_claim(free)
        card = self._message_with(self._dm(winner), "log_contact", "Tidewell")
        self._logs_contact(winner, card, "Called, spoke to them")

    def _tell(self, sentence: str) -> None:
        self._screen.tell(sentence)
        self._telling.say(sentence)

    def _does(self, person: str, deed: str) -> None:
        self._screen.does(person, deed)
        self._telling.say(f"{person} {deed}.")

    def _send(self, lead: dict[str, Any]) -> str:
        """Send a lead; returns its owner in Slack, whoever's turn it is."""
        try:
            owner = self._stage.send(self._fresh(lead))["owner"]
        except urllib.error.URLError as problem:
            raise StoryEnds("The bot takes no lead at the moment.") from problem
        person = self._stage.scene.policy.person(owner)
        assert person is not None
        assert person.slack is not None
        return person.slack

    def _read(self) -> None:
        self._telling.pause(READING_SECONDS)
        self._check_that_nobody_acts()

    def _check_that_nobody_acts(self) -> None:
        if any(
            one.kind != "events_api" and one.id not in self._known for one in self._stage.slack.deliveries.log
        ):
            raise StoryEnds("Somebody else acts on the stage.")

    def _both_claim(self, free: Message) -> str:
        """Two presses that meet at the bot together; returns who got the lead."""
        results: dict[str, PressResult] = {}
        start = threading.Barrier(2)

        def claim(user: str) -> None:
            start.wait(SEEN_WITHIN_SECONDS)
            results[user] = self._stage.slack.people.press(user, free.channel, free.ts, "claim")

        users = ("U0CARLA", "U0OMAR")
        for user in users:
            self._does(self._name(user), "presses Claim on Tidewell")
        pressing = [threading.Thread(target=claim, args=(user,)) for user in users]
        for one in pressing:
            one.start()
        for one in pressing:
            one.join(SEEN_WITHIN_SECONDS)
        self._known.update(one.delivery.id for one in results.values())
        self._until("an answer to the slower press", lambda: any(one.ephemerals for one in results.values()))
        winners = [user for user in users if not results[user].ephemerals]
        if not winners:
            raise StoryEnds("The lead was claimed by somebody else.")
        return winners[0]

    def _logs_contact(self, user: str, card: Message, what: str) -> None:
        self._read()
        self._does(self._name(user), "presses Log contact")
        press = self._stage.slack.people.press(user, card.channel, card.ts, "log_contact")
        self._known.add(press.delivery.id)
        self._until("the form", lambda: press.view is not None)
        view = press.view
        assert view is not None
        block, value = _choice(view.payload, what)
        self._read()
        self._does(self._name(user), f'chooses "{what}" and presses Save')
        submitted = self._stage.slack.people.submit_view(user, {block: value})
        if submitted.delivery is not None:
            self._known.add(submitted.delivery.id)
        self._until("the card after the contact", lambda: "✅" in str(self._now(card).blocks))

    def _now(self, message: Message) -> Message:
        return self._workspace.channels[message.channel].messages[message.ts]

    def _message_with(self, channel: str, action_id: str, company: str) -> Message:
        """The newest message of a conversation about this company that has the button."""
        found: list[Message] = []

        def look() -> bool:
            place = self._workspace.channels.get(channel)
            shown = self._workspace.shown_in(channel) if place is not None else []
            found[:] = [
                one for one in shown if company in str(one.blocks) and f"'{action_id}'" in str(one.blocks)
            ]
            return bool(found)

        self._until(f"a message about {company} with {action_id}", look)
        return found[-1]

    def _until(self, what: str, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + SEEN_WITHIN_SECONDS
        while not wait_until(self._workspace, holds, within=LOOK_UP_EVERY_SECONDS):
            self._telling.pause(0)
            self._check_that_nobody_acts()
            if self._stage.bot_has_ended() or time.monotonic() > until:
                raise StoryEnds(f"{what} did not appear. The end of the bot's log:\n{self._stage.log_end()}")

    def _dm(self, user: str) -> str:
        return self._workspace.dm(user).id

    def _name(self, user: str) -> str:
        return self._workspace.users[user].real_name

    def _fresh(self, lead: dict[str, Any]) -> dict[str, Any]:
        """The lead as a new one, with what it did just now."""
        at = self._stage.now().isoformat()
        done = [{"at": at, "what": "Sent the form"}]
        return lead | {"external_id": self._stage.new_external_id(), "activity": done, "created_at": at}


def _choice(view: dict[str, Any], label: str) -> tuple[str, str]:
    """The block of a radio button and the value behind its label."""
    for block in view["blocks"]:
        for option in block.get("element", {}).get("options", []):
            if option["text"]["text"] == label:
                return block["block_id"], option["value"]
    raise StoryEnds(f'the form has no choice "{label}"')

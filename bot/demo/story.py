"""The demo's story: one lead is answered in time; another runs through reminder, breach, queue and claim."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.clock import now
from bot.demo.screen import Screen
from bot.demo.stage import Stage
from bot.sandbox.model import Message
from bot.sandbox.outcomes import PressResult, wait_until

SEEN_WITHIN_SECONDS = 60.0
READING_SECONDS = 2.5
"""What a person needs to read a card before they press: without it nobody could follow."""

DANA: dict[str, Any] = {
    "external_id": "WEB-1",
    "first_name": "Dana",
    "last_name": "Reyes",
    "title": "VP Sales",
    "company": "Northwind Freight",
    "email": "dana@northwind.example",
    "phone": "+1 212 555 0142",
    "employees": 1800,
    "industry": "Logistics",
    "country": "US",
    "intent": "demo_request",
    "score": 88,
    "score_breakdown": {"fit": 45, "behaviour": 43},
    "message": "Need this live before January, 40 seats.",
    "crm_url": "https://crm.example/WEB-1",
}
MARA: dict[str, Any] = {
    "external_id": "WEB-2",
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


class StoryStuck(Exception):
    """Something that the story waits for did not appear."""


class Story:
    """Plays people against the running bot; waits for what they would see before they act."""

    def __init__(self, stage: Stage, screen: Screen) -> None:
        self._stage = stage
        self._screen = screen
        self._workspace = stage.slack.workspace

    def play(self) -> None:
        """The whole story, about forty seconds."""
        self._answered_in_time()
        self._breached_and_claimed()

    def _answered_in_time(self) -> None:
        self._screen.tell("A hot lead comes in from the website. Its owner has 12 seconds.")
        self._stage.send(self._fresh(DANA))
        card = self._message_with(self._dm("U0ALICE"), "log_contact", "Northwind")
        self._logs_contact("U0ALICE", card, "E-mail sent")

    def _breached_and_claimed(self) -> None:
        self._read()
        self._screen.tell("A second hot lead. Its owner is away from the desk: nothing is pressed.")
        self._stage.send(self._fresh(MARA))
        free = self._message_with("C0BACKUP", "claim", "Tidewell")
        self._read()
        self._screen.tell("Two people press Claim at the same moment.")
        winner = self._both_claim(free)
        card = self._message_with(self._dm(winner), "log_contact", "Tidewell")
        self._logs_contact(winner, card, "Called, spoke to them")

    @staticmethod
    def _read() -> None:
        time.sleep(READING_SECONDS)

    def _both_claim(self, free: Message) -> str:
        """Two presses that meet at the bot together; returns who got the lead."""
        results: dict[str, PressResult] = {}
        start = threading.Barrier(2)

        def claim(user: str) -> None:
            start.wait(SEEN_WITHIN_SECONDS)
            results[user] = self._stage.slack.people.press(user, free.channel, free.ts, "claim")

        users = ("U0CARLA", "U0OMAR")
        for user in users:
            self._screen.does(self._name(user), "presses Claim on Tidewell")
        pressing = [threading.Thread(target=claim, args=(user,)) for user in users]
        for one in pressing:
            one.start()
        for one in pressing:
            one.join(SEEN_WITHIN_SECONDS)
        self._until("an answer to the slower press", lambda: any(one.ephemerals for one in results.values()))
        return next(user for user in users if not results[user].ephemerals)

    def _logs_contact(self, user: str, card: Message, what: str) -> None:
        self._read()
        self._screen.does(self._name(user), "presses Log contact")
        press = self._stage.slack.people.press(user, card.channel, card.ts, "log_contact")
        view = press.wait_for_view(within=SEEN_WITHIN_SECONDS)
        block, value = _choice(view.payload, what)
        self._read()
        self._screen.does(self._name(user), f'chooses "{what}" and presses Save')
        self._stage.slack.people.submit_view(user, {block: value})
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
        until = now() + timedelta(seconds=SEEN_WITHIN_SECONDS)
        while not wait_until(self._workspace, holds, within=1.0):
            if self._stage.bot_has_ended() or now() > until:
                raise StoryStuck(f"{what} did not appear. The end of the bot's log:\n{self._stage.log_end()}")

    def _dm(self, user: str) -> str:
        return self._workspace.dm(user).id

    def _name(self, user: str) -> str:
        return self._workspace.users[user].real_name

    @staticmethod
    def _fresh(lead: dict[str, Any]) -> dict[str, Any]:
        """The lead with what it did just now."""
        at = now().isoformat()
        return lead | {"activity": [{"at": at, "what": "Sent the form"}], "created_at": at}


def _choice(view: dict[str, Any], label: str) -> tuple[str, str]:
    """The block of a radio button and the value behind its label."""
    for block in view["blocks"]:
        for option in block.get("element", {}).get("options", []):
            if option["text"]["text"] == label:
                return block["block_id"], option["value"]
    raise StoryStuck(f'the form has no choice "{label}"')

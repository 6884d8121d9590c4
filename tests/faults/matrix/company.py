"""The company of the matrix: its policy, whose windows are seconds, and what its people do all the while."""

import random
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.ledger import Entry
from bot.sandbox.model import Json
from bot.sandbox.outcomes import PressResult
from bot.sandbox.server import SandboxServer
from bot.sandbox.view_state import NotOnScreenError
from tests.bot.slack.door.office import BACKUP, MANAGERS

OWNERS = {"D0ALICE": "U0ALICE", "D0BOB": "U0BOB", "D0CARLA": "U0CARLA", "D0OMAR": "U0OMAR"}
CLAIMERS = ("U0CARLA", "U0OMAR")
ACTS = ("log_contact", "on_it", "on_it", "pass", "why")
CLAIM_CHANCE = 0.6
PAUSE_SECONDS = (0.1, 0.6)


def policy_of(window: int) -> Json:
    """`window` is the seconds of a first response; everything else is in its measure."""
    people = ("Alice Anders", "Bob Brandt", "Carla Costa", "Omar Odeh", "Mia Moreno")
    named = [{"email": f"{name.split()[0].lower()}@acme.example", "name": name} for name in people]
    return {
        "version": 1,
        "name": "Matrix",
        "calendars": {"always": {"always": True}},
        "people": [*named, {"email": "ops@acme.example", "name": "Lead Ops"}],
        "teams": {
            "sales": {
                "calendar": "always",
                "reps": ["alice@acme.example", "bob@acme.example"],
                "managers": ["mia@acme.example"],
                "manager_channel": MANAGERS,
                "backups": ["carla@acme.example", "omar@acme.example"],
                "backup_channel": BACKUP,
            }
        },
        "tiers": [{"name": "Hot", "when": {}, "first_response": f"{window}s", "ladder": "quick"}],
        "ladders": {
            "quick": [
                {"at": "50%", "do": ["remind_owner"], "status": "At Risk"},
                {"at": "due", "do": ["notify_owner", "notify_managers"], "status": "Breached"},
                {
                    "at": f"{window // 2}s after due",
                    "do": ["hand_to_backup", "notify_managers"],
                    "status": "Escalated",
                },
            ]
        },
        "routing": {"fallback": {"team": "sales"}, "unowned": {"tell": ["ops@acme.example"]}},
        "backup": {
            "claim_response": f"{window}s",
            "unclaimed": {"remind_after": f"{window // 2}s", "review_after": f"{window}s"},
            "rounds_max": 1,
        },
        "notices": {"together": "1s"},
        "reminders": {"apart": "1s"},
        "catch_up": {"grace": "2s"},
        "intake": {"required": ["email", "company"], "sources": {"website": {}}},
    }


@dataclass(kw_only=True)
class Pressed:
    """A press as its person saw it: acknowledged or not, and whether anything was said to them."""

    user: str
    action: str
    value: str
    acked: bool
    was_told: bool


@dataclass
class People:
    """They press what they see: owners their cards, backups the queue, two of them at once."""

    slack: SandboxServer
    chance: random.Random
    presses: list[Pressed] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._threads = [
            threading.Thread(target=self._live, args=(what, random.Random(self.chance.random())), daemon=True)
            for what in (self._an_owner_acts, self._somebody_claims)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _live(self, act: Any, chance: random.Random) -> None:
        while not self._over.wait(chance.uniform(*PAUSE_SECONDS)):
            try:
                act(chance)
            except Exception as problem:  # whatever the pretend Slack trips over is a finding, too
                self.surprises.append(f"{type(problem).__name__}: {problem}")

    def _an_owner_acts(self, chance: random.Random) -> None:
        shown = [post for channel in OWNERS for post in self._with_button(channel, "log_contact")]
        if not shown:
            return
        post, action = chance.choice(shown), chance.choice(ACTS)
        user = OWNERS[str(post.channel)]
        result = self._press(user, post, action)
        if result is None or action not in ("log_contact", "pass") or not result.acked:
            return
        filled = {"what": "call:connected"} if action == "log_contact" else {"why": "busy"}
        with suppress(NotOnScreenError):
            self.slack.people.submit_view(user, filled)
        with suppress(NotOnScreenError):
            self.slack.people.close_view(user, all_at_once=True)

    def _somebody_claims(self, chance: random.Random) -> None:
        shown = self._with_button(BACKUP, "claim")
        if not shown or chance.random() > CLAIM_CHANCE:
            return
        post = chance.choice(shown)
        with ThreadPoolExecutor(len(CLAIMERS)) as both:
            list(both.map(lambda user: self._press(user, post, "claim"), CLAIMERS))

    def _with_button(self, channel: str, action: str) -> Sequence[Entry]:
        return [post for post in self.slack.workspace.ledger.visible(channel) if _button(post, action)]

    def _press(self, user: str, post: Entry, action: str) -> PressResult | None:
        assert post.channel is not None
        assert post.ts is not None
        try:
            result = self.slack.people.press(user, post.channel, post.ts, action)
        except NotOnScreenError:
            # It was edited away under their hands.
            return None
        value = str((_button(post, action) or {}).get("value"))
        self.presses.append(
            Pressed(
                user=user,
                action=action,
                value=value,
                acked=result.acked,
                was_told=bool(result.ephemerals),
            )
        )
        return result


def _button(post: Entry, action: str) -> Json | None:
    for block in post.payload.get("blocks") or []:
        for element in [block.get("accessory"), *(block.get("elements") or [])]:
            if isinstance(element, dict) and element.get("action_id") == action:
                return element
    return None

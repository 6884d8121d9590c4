"""One seed: a company works, its bots are killed again and again, and in the end everything is as it must be."""

import random
import signal
import socket
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import yaml

from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN
from bot.sandbox.workspace import Workspace
from storage.database import Database
from tests.bot.slack.door.office import people_of
from tests.faults.matrix import findings
from tests.faults.matrix.company import People, policy_of
from tests.faults.matrix.endings import AT_RANDOM, WHILE_STARTING, Ending, endings_of
from tests.faults.matrix.mischief import Mischief
from tests.faults.matrix.nurse import Child, Nurse
from tests.faults.matrix.outcome import Outcome, Setting
from tests.faults.matrix.senders import KEY, Senders
from tests.stories.owing import next_due, unsettled

LOOK_EVERY_SECONDS = 0.02
PORTS = (12_000, 30_000)
OPEN_WITHIN_SECONDS = 30.0
REST_LOOK_SECONDS = 0.3
REST_WITHIN_SECONDS = 120.0
CLOCKS_AGREE = timedelta(seconds=2)
QUIET = timedelta(seconds=60)
"""Nothing is due for so long: the story is over."""
COPIES_WITHIN_SECONDS = 15.0
"""How long a late copy may stand: it is looked for a few seconds after its message was sent again."""


@dataclass
class Slot:
    """The place of one replica: its port stays, its processes come and go."""

    port: int
    child: Child | None = None

    @property
    def is_open(self) -> bool:
        return self.child is not None and self.child.lives


def _lasting_port() -> int:
    """A port below those that the system gives out: while its bot is dead nobody else comes to listen there."""
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Play:
    """`run` once; everything is in `outcome` afterwards."""

    def __init__(self, seed: int, setting: Setting, nurse: Nurse, folder: Path) -> None:
        self.setting = setting
        self.outcome = Outcome(seed=seed)
        self.chance = random.Random(seed)
        self._nurse, self._folder = nurse, folder
        self._slots = [Slot(_lasting_port()) for _ in range(setting.replicas)]
        self._mode: str = self.chance.choice(["socket", "http"])
        self._plans = [
            endings_of(random.Random(self.chance.random()), seed + slot * 7, setting.kills)
            for slot in range(setting.replicas)
        ]
        self._lock = threading.Lock()
        self._senders = Senders(lambda: [slot.port for slot in self._slots if slot.is_open])

    def run(self) -> Outcome:
        began = monotonic()
        (self._folder / "policy.yaml").write_text(yaml.safe_dump(policy_of(self.setting.window)))
        with ExitStack() as stack:
            workspace = Workspace(mode="http" if self._mode == "http" else "socket")
            people_of(workspace)
            if self.setting.posts_per_second is not None:
                workspace.pacing.posts_per_second = None
            self.slack = stack.enter_context(SandboxServer(workspace))
            self.database = Database(self.setting.database_url)
            stack.callback(self.database.close)
            stack.callback(self._kill_all)
            self._play()
            self._judge()
        self.outcome.seconds = monotonic() - began
        return self.outcome

    def _play(self) -> None:
        self._migrate()
        people = People(self.slack, random.Random(self.chance.random()))
        mischief = Mischief(self.slack.workspace.faults, random.Random(self.chance.random()))
        for one in (self._senders, people, mischief):
            one.start()
        try:
            lives = [
                threading.Thread(target=self._live, args=(slot, plan), daemon=True)
                for slot, plan in zip(self._slots, self._plans, strict=True)
            ]
            for thread in lives:
                thread.start()
            for thread in lives:
                thread.join()
            mischief.stop()
            self._release_the_rest()
            self._senders.finish()
            # The last leads are worked on like the others; then they run out by themselves.
            sleep(self.setting.window)
        finally:
            mischief.stop()
            people.stop()
        self._comes_to_rest()
        self._stop_all()
        self.people = people
        self.outcome.broken += people.surprises

    def _migrate(self) -> None:
        """On SQLite the bot does it itself; on PostgreSQL somebody does it beforehand."""
        if self.setting.is_migrated or self.database.is_sqlite:
            return
        for until in [*(one.until for plan in self._plans for one in plan if one.is_first), None]:
            child = self._nurse.bears(
                ["db", "upgrade"], self._environment(self._slots[0]), self._folder, until=until
            )
            child.ended.wait()
            if until is not None and child.exit_code == -signal.SIGKILL:
                self.outcome.kills[until] += 1
            elif child.exit_code != 0:
                self.outcome.broken.append(f"db upgrade ended with {child.exit_code}")

    def _live(self, slot: Slot, plan: Sequence[Ending]) -> None:
        share = self.setting.leads // (len(plan) * self.setting.replicas + 1)
        for ending in plan:
            if ending.is_first and not self.database.is_sqlite:
                continue
            after = max((call.seq for call in self.slack.workspace.ledger.calls()), default=0)
            ending.prepare(self.slack.workspace.faults, self.chance)
            self._start(slot, ending)
            self._release(max(share, 1))
            self._wait_for(slot, ending, after)
        self._start(slot, None)

    def _start(self, slot: Slot, ending: Ending | None) -> None:
        slot.child = self._nurse.bears(
            ["run"],
            self._environment(slot),
            self._folder,
            log=f"bot-{self._slots.index(slot) + 1}.log",
            until=None if ending is None else ending.until,
            nth=1 if ending is None else ending.nth,
            skew=self.setting.skew if slot is self._slots[-1] else 0.0,
            posts_per_second=self.setting.posts_per_second,
        )
        self.slack.workspace.request_url = f"http://127.0.0.1:{slot.port}/slack/events"

    def _wait_for(self, slot: Slot, ending: Ending, after: int) -> None:
        child = slot.child
        assert child is not None
        if ending.name != WHILE_STARTING:
            self._wait_until_open(slot, child)
        until = monotonic() + ending.after
        reached = None
        while child.lives and monotonic() < until:
            if ending.stalls is not None and self._is_stalled(ending.stalls, after):
                reached = ending.name
                break
            child.ended.wait(LOOK_EVERY_SECONDS)
        if not child.lives and ending.until is not None:
            reached = ending.name
        code = child.kill()
        with self._lock:
            if code != -signal.SIGKILL:
                self.outcome.broken.append(f"a bot ended by itself with {code}, to end {ending.name}")
            is_timed = ending.until is None and ending.stalls is None
            self.outcome.kills[ending.name if is_timed else (reached or AT_RANDOM)] += 1
        if ending.stalls is not None or ending.is_paced:
            self.slack.workspace.faults.clear()

    def _wait_until_open(self, slot: Slot, child: Child) -> None:
        """On a busy machine a life is counted from when somebody can be heard."""
        until = monotonic() + OPEN_WITHIN_SECONDS
        while child.lives and monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", slot.port)) == 0:
                    return
            child.ended.wait(LOOK_EVERY_SECONDS)

    def _is_stalled(self, method: str, after: int) -> bool:
        calls = self.slack.workspace.ledger.calls(method, after=after)
        return any(call.fault == "stall" for call in calls)

    def _release(self, number: int) -> None:
        with self._lock:
            number = min(number, self.setting.leads - self.outcome.leads)
            self.outcome.leads += number
        self._senders.release(number)

    def _release_the_rest(self) -> None:
        self._release(self.setting.leads)

    def _comes_to_rest(self) -> None:
        """Nobody is late, nothing is owed, nothing is due for long, no copy stands."""
        self.slack.workspace.faults.clear()
        until = monotonic() + REST_WITHIN_SECONDS + self.setting.leads
        while (owed := self._is_owed()) and monotonic() < until:
            sleep(REST_LOOK_SECONDS)
        if owed:
            self.outcome.broken.append(f"it never came to rest: {owed[:5]}")
        until = monotonic() + COPIES_WITHIN_SECONDS
        while self._is_copied() and monotonic() < until:
            sleep(REST_LOOK_SECONDS)

    def _is_copied(self) -> bool:
        """Something stands twice, or was given up and stands all the same."""
        workspace = self.slack.workspace
        return bool(workspace.ledger.duplicates() or findings.broken(self.database, workspace))

    def _is_owed(self) -> list[str]:
        at = datetime.now(UTC)
        owed = unsettled(self.database, at)
        due = next_due(self.database, at)
        if due is not None and due < at + QUIET:
            owed.append(f"something is due at {due}")
        return owed

    def _stop_all(self) -> None:
        for slot in self._slots:
            assert slot.child is not None
            if not slot.child.lives:
                self.outcome.broken.append(f"a bot ended by itself with {slot.child.exit_code}")
            elif (code := slot.child.end(signal.SIGTERM)) != 0:
                self.outcome.broken.append(f"a bot that was asked to end ended with {code}")

    def _kill_all(self) -> None:
        for slot in self._slots:
            if slot.child is not None:
                slot.child.kill()

    def _judge(self) -> None:
        outcome, workspace = self.outcome, self.slack.workspace
        outcome.sent_again = self._senders.sent_again
        outcome.lost = [*self._senders.wrong, *findings.lost(self.database, self._senders.acknowledged)]
        outcome.doubled = findings.doubled(self.database, workspace)
        outcome.claimed_twice = findings.claims_won_twice(self.database, self.people.presses)
        outcome.broken += findings.broken(self.database, workspace)
        outcome.broken += findings.ahead_of_time(self.database, datetime.now(UTC) + CLOCKS_AGREE)
        outcome.posts = len(workspace.ledger.posts())
        outcome.edits = len(workspace.ledger.entries("update"))
        outcome.repaired = len(workspace.ledger.entries("delete"))
        outcome.presses = len(self.people.presses)
        outcome.claims = sum(one.action == "claim" for one in self.people.presses)
        outcome.looked_up = findings.looked_up(self.database)
        outcome.archived = findings.archived(self.database)

    def _environment(self, slot: Slot) -> dict[str, str]:
        door = (
            {"SLACK_SIGNING_SECRET": self.slack.workspace.tokens.signing_secret}
            if self._mode == "http"
            else {"SLACK_APP_TOKEN": APP_TOKEN}
        )
        return door | {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": self.slack.api_url,
            "LEAD_SLA_POLICY": str(self._folder / "policy.yaml"),
            "LEAD_SLA_DATABASE_URL": self.setting.database_url,
            "LEAD_SLA_HTTP": f"127.0.0.1:{slot.port}",
            "LEAD_SLA_INTAKE_KEYS": f"website={KEY}",
        }

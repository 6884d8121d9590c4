"""`python -m tests.faults.soak --minutes 60`: a bot under random faults for long, and that nothing of it grows."""

import argparse
import random
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, strftime

import httpx
import yaml
from sqlalchemy import func, select

from bot.sandbox.ledger import Entry
from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN
from bot.sandbox.workspace import Workspace
from sla.lead import LeadId, Stage
from storage import archive, leads, outbox, schema
from storage.database import Database
from storage.delivery import State
from storage.tables import leads as lead_table
from storage.tables import outbox as outbox_table
from tests.bot.slack.door.office import people_of
from tests.faults.matrix.company import People, policy_of
from tests.faults.matrix.mischief import Mischief
from tests.faults.matrix.senders import KEY, Senders
from tests.faults.soak_figures import Sample, growth_in, status_of, table_of
from tests.invariants import holds
from tests.processes import Served, free_port
from tests.stories.owing import unsettled

ADMIN_KEY = "admin-of-the-soak"
WINDOW = 20
"""Seconds of a first response: reminders, breaches, hand-overs and claims within a minute."""
LEAD_EVERY_SECONDS = (6.0, 14.0)
TROUBLE_EVERY_SECONDS = (2.0, 8.0)
MANY = {"more_than": 1_000, "within": "1s"}
OUTAGE_EVERY_SECONDS = (60.0, 150.0)
OUTAGE_SECONDS = (3.0, 20.0)
SAMPLE_EVERY_SECONDS = 5.0
GOOD = "Everything holds, and nothing grew of what so long a run can tell."
SAY_EVERY = 12
ARCHIVED_AFTER = timedelta(minutes=1)
"""As the bot does with days; a file that is an hour old has none."""
SHOWN_MAX = 60
"""Messages of a conversation that people still look at."""
RESTS_WITHIN_SECONDS = 180.0
STARTS_WITHIN_SECONDS = 300.0
"""It may run beside other work, and after it."""


class Employees(People):
    """They look at what came lately, as people do; else each look would take longer than the one before."""

    def _with_button(self, channel: str, action: str) -> Sequence[Entry]:
        shown = self.slack.workspace.ledger.visible(channel)[-SHOWN_MAX:]
        return [post for post in shown if _has_button(post, action)]


class BadDays(Mischief):
    """Bad enough for something to go wrong all the time, and not so bad that what is owed cannot leave."""

    def _live(self) -> None:
        while not self._over.wait(self.chance.uniform(*TROUBLE_EVERY_SECONDS)):
            self._happens()


def _has_button(post: Entry, action: str) -> bool:
    elements = [
        element
        for block in post.payload.get("blocks") or []
        for element in [block.get("accessory"), *(block.get("elements") or [])]
    ]
    return any(isinstance(one, dict) and one.get("action_id") == action for one in elements)


@dataclass
class Soak:
    """`run` for so long; `problems` says afterwards what grew and what did not hold."""

    minutes: float
    seed: int
    say: Callable[[str], None] = print
    samples: list[Sample] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    taken: int = 0
    posts: int = 0
    outages: int = 0

    def run(self, folder: Path) -> list[str]:
        chance = random.Random(self.seed)
        with ExitStack() as stack:
            workspace = Workspace()
            people_of(workspace)
            slack = stack.enter_context(SandboxServer(workspace))
            url = f"sqlite:///{folder / 'lead-sla.db'}"
            database = Database(url)
            stack.callback(database.close)
            schema.upgrade(database)
            bot = self._bot(slack, url, folder)
            stack.callback(bot.kill)
            bot.start(within=STARTS_WITHIN_SECONDS)
            senders = Senders(lambda: [bot.port])
            people = Employees(slack, random.Random(chance.random()))
            mischief = BadDays(workspace.faults, random.Random(chance.random()))
            for one in (senders, people, mischief):
                one.start()
            self._lives(slack, database, bot, senders, chance)
            senders.finish()
            people.stop()
            mischief.stop()
            self._comes_to_rest(database, bot)
            bot.stop()
            self._is_looked_at(database, workspace, senders, people)
        return self.problems

    def _lives(
        self, slack: SandboxServer, database: Database, bot: Served, senders: Senders, chance: random.Random
    ) -> None:
        """Leads come in, Slack goes away now and then, and every few seconds it is looked how the bot does."""
        began = monotonic()
        until, lead_at, outage_at = began + self.minutes * 60, began, began + OUTAGE_EVERY_SECONDS[0]
        back_at: float | None = None
        pause = threading.Event()
        while (now := monotonic()) < until:
            if now >= lead_at:
                senders.release(1)
                lead_at = now + chance.uniform(*LEAD_EVERY_SECONDS)
            if back_at is not None and now >= back_at:
                slack.end_outage()
                back_at = None
            elif back_at is None and now >= outage_at:
                slack.begin_outage(chance.choice(["refuse", "reset", "hang"]))
                self.outages += 1
                back_at = now + chance.uniform(*OUTAGE_SECONDS)
                outage_at = back_at + chance.uniform(*OUTAGE_EVERY_SECONDS)
            if now >= began + len(self.samples) * SAMPLE_EVERY_SECONDS:
                self._look(database, bot)
            pause.wait(0.5)
        if back_at is not None:
            slack.end_outage()

    def _look(self, database: Database, bot: Served) -> None:
        with database.begin() as connection:
            archive.move(connection, datetime.now(UTC) - ARCHIVED_AFTER, after=None, at_most=500)
        with database.read() as connection:
            counts = outbox.counts(connection)
            rows = connection.scalar(select(func.count()).select_from(outbox_table)) or 0
            in_review = select(lead_table.c.id).where(lead_table.c.stage == Stage.IN_REVIEW).limit(20)
            decided = list(connection.scalars(in_review))
        for lead_id in decided:
            self._is_closed(bot, LeadId(lead_id))
        assert database.path is not None
        log = database.path.with_name(database.path.name + "-wal")
        self.samples.append(
            Sample(
                rss=status_of(bot.pid, "VmRSS") / 1024,
                threads=status_of(bot.pid, "Threads"),
                files=len(list(Path(f"/proc/{bot.pid}/fd").iterdir())),
                uncertain=counts[State.UNCERTAIN],
                waiting=sum(counts.values()),
                rows=rows,
                log=log.stat().st_size / 1e6 if log.exists() else 0.0,
            )
        )
        if len(self.samples) % SAY_EVERY == 1:
            self.say(f"{strftime('%H:%M:%S')} {self.samples[-1]}")

    @staticmethod
    def _is_closed(bot: Served, lead_id: LeadId) -> None:
        """What nobody claimed ends somehow, or the open leads themselves would grow."""
        httpx.patch(
            f"http://127.0.0.1:{bot.port}/v1/leads/{lead_id}",
            headers={"Authorization": f"Bearer {ADMIN_KEY}"},
            json={"status": "closed", "reason": "Nobody was free"},
            timeout=20.0,
        )

    def _comes_to_rest(self, database: Database, bot: Served) -> None:
        """Nothing comes in any more: within some minutes everything that is owed has ended."""
        until = monotonic() + RESTS_WITHIN_SECONDS
        pause = threading.Event()
        while waits := self._still_owed(database, bot):
            if monotonic() > until:
                self.problems.append(f"still owed after {RESTS_WITHIN_SECONDS:.0f} s: {waits}")
                return
            pause.wait(0.5)

    def _still_owed(self, database: Database, bot: Served) -> str:
        with database.read() as connection:
            open_ones = leads.open_ids(connection, 50)
            owed = sum(outbox.counts(connection).values())
        for lead_id in open_ones:
            self._is_closed(bot, lead_id)
        waits = unsettled(database, datetime.now(UTC))
        return f"{len(open_ones)} open leads, {owed} messages, {waits}" if open_ones or owed or waits else ""

    def _is_looked_at(
        self, database: Database, workspace: Workspace, senders: Senders, people: People
    ) -> None:
        with database.read() as connection:
            known = set(connection.scalars(select(lead_table.c.id)))
        try:
            holds(database, workspace)
        except AssertionError as broken:
            self.problems += str(broken).splitlines()
        self.taken, self.posts = len(senders.acknowledged), len(workspace.ledger.posts())
        self.problems += [f"{name} is lost" for name, id in senders.acknowledged.items() if id not in known]
        self.problems += senders.wrong + people.surprises
        self.problems += growth_in(self.samples, self.minutes)

    @staticmethod
    def _bot(slack: SandboxServer, url: str, folder: Path) -> Served:
        policy = folder / "policy.yaml"
        # Ten minutes of calm in a flood would be most of what is seen of the managers' channel.
        in_seconds = policy_of(WINDOW) | {"notices": {"together": "1s", "managers": {"many": MANY}}}
        policy.write_text(yaml.safe_dump(in_seconds, allow_unicode=True), encoding="utf-8")
        port = free_port()
        environment = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api_url,
            "LEAD_SLA_POLICY": str(policy),
            "LEAD_SLA_DATABASE_URL": url,
            "LEAD_SLA_HTTP": f"127.0.0.1:{port}",
            "LEAD_SLA_INTAKE_KEYS": f"website={KEY}",
            "LEAD_SLA_ADMIN_KEYS": ADMIN_KEY,
        }
        return Served(["-m", "bot", "run"], port, folder, environment)


def main(arguments: list[str]) -> int:
    """Returns 1 where anything grew, or did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    soak = Soak(asked.minutes, asked.seed, say=lambda said: print(said, flush=True))
    folder = Path(tempfile.mkdtemp(prefix="soak"))
    problems = soak.run(folder)
    print(f"\n{table_of(soak.samples)}\n")
    print(f"{soak.taken} leads, {soak.posts} posts, {soak.outages} outages of Slack, seed {soak.seed}")
    print("\n".join([*problems, f"The bot's log and database are in {folder}"] if problems else [GOOD]))
    if not problems:
        shutil.rmtree(folder)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

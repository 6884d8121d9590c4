"""Intake over HTTP against what the disk and the door allow: bare transactions, and the door without a database.

The bare loop writes what the recorder writes for a lead and nothing else: the statements of some hundred leads that
come one by one are noted with their values, and plain sqlite3 does them on a fresh file in one thread, a transaction
for each lead, with the same pragmas: no HTTP, no reading, no deciding. Without a database is the same door in a process
of its own, whose recorder decides by the same rules on such a thread, and keeps nothing. The door alone, whose
recorder answers at once and decides nothing, is told beside it. All take turns, so that a busy moment of the machine
hits all.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pytest

from bot.policies import PolicyBox
from bot.recorder import Recorder
from sla.facts import LeadArrived
from sla.intake import read_lead
from storage import schema
from storage.database import Database
from storage.ids import new_lead_id
from tests.benchmarks import load
from tests.benchmarks.doors import door
from tests.benchmarks.figures import middle, ms, report
from tests.benchmarks.load import Load
from tests.benchmarks.open_clocks import NOW
from tests.benchmarks.test_intake import at_work_all_the_time, running
from tests.benchmarks.test_ticker import PRAGMAS, STOP_WITHIN, Written, noting_what_is_written
from tests.processes import bot_before_no_slack
from tests.sla.play import EXAMPLE

pytestmark = [pytest.mark.bench, pytest.mark.timeout(400)]

ROUNDS = 3
SECONDS = 3.0
WARM_UP_SECONDS = 1.5
LEADS = 4_000
"""Of one round of the bare loop."""


def empty(file: Path) -> Path:
    with closing(Database(f"sqlite:///{file}")) as database:
        schema.upgrade(database)
        PolicyBox.open(database, EXAMPLE, NOW)
    return file


def written_for_leads(file: Path, number: int) -> Written:
    """What the recorder writes for so many leads that come one after the other, lead by lead."""
    written: Written = []
    with closing(Database(f"sqlite:///{empty(file)}")) as database:
        recorder = Recorder(database, PolicyBox.open(database, EXAMPLE, NOW), now=lambda: NOW)
        recorder.start()
        with noting_what_is_written(written):
            for place in range(number):
                details, needs = read_lead(load.body_of("bare", place), fields=None, required=())
                fact = LeadArrived(
                    lead_id=new_lead_id(NOW), at=NOW, source="website", details=details, needs=needs
                )
                recorder.record(fact)
        recorder.stop(STOP_WITHIN)
    return written


def leads_per_second(file: Path, written: Written) -> float:
    """How many leads a bare loop writes, a transaction for each."""
    with closing(sqlite3.connect(empty(file), isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
        began = perf_counter()
        for transaction in written:
            connection.execute("begin immediate")
            for statement, rows in transaction:
                connection.executemany(statement, rows)
            connection.execute("commit")
        seconds = perf_counter() - began
        [kept] = connection.execute("select count(*) from leads").fetchone()
    assert kept == len(written)
    return len(written) / seconds


@dataclass(frozen=True, kw_only=True)
class Found:
    bot: list[Load]
    decides: list[Load]
    at_once: list[Load]
    bare: list[float]


def measured(folder: Path) -> Found:
    written = written_for_leads(folder / "noted.db", LEADS)
    bot = bot_before_no_slack(
        f"sqlite:///{folder / 'ours.db'}", folder, load.KEY, at_work_all_the_time(folder)
    )
    unused = f"sqlite:///{empty(folder / 'unused.db')}"
    decides, at_once = door("decides", unused, folder), door("at-once", unused, folder)
    found = Found(bot=[], decides=[], at_once=[], bare=[])
    with running(bot), running(decides), running(at_once):
        for side in (bot, decides, at_once):
            load.run(side.port, WARM_UP_SECONDS, "warm-up")
        for number in range(ROUNDS):
            found.bot.append(load.run(bot.port, SECONDS, f"round-{number}"))
            found.decides.append(load.run(decides.port, SECONDS, f"round-{number}"))
            found.at_once.append(load.run(at_once.port, SECONDS, f"round-{number}"))
            found.bare.append(leads_per_second(folder / f"bare-{number}.db", written))
    return found


def test_intake_is_near_the_bare_transactions_and_its_p99_near_that_without_a_database(
    tmp_path: Path,
) -> None:
    found = measured(tmp_path)
    rate, ceiling = middle([one.per_second for one in found.bot]), middle(found.bare)
    p99, without, alone = (
        middle([one.p99 for one in loads]) for loads in (found.bot, found.decides, found.at_once)
    )
    report("intake, SQLite, 32 connections: the bot", f"{rate:,.0f} leads/s")
    report("intake, SQLite: bare sqlite3, a transaction for each lead, no HTTP", f"{ceiling:,.0f} leads/s")
    report("intake: the bot's leads/s in those of the bare loop", f"{rate / ceiling:.2f}", "at least 0.8")
    for words, loads in (
        ("without a database", found.decides),
        ("that decides nothing either", found.at_once),
    ):
        report(
            f"intake, 32 connections: the same {words}",
            f"{middle([one.per_second for one in loads]):,.0f} leads/s",
        )
    report("intake: p99 of the bot, and of the same without a database", f"{ms(p99)}, {ms(without)}")
    report("intake: the bot's p99 in that without a database", f"{p99 / without:.2f}", "at most 2")
    report("intake: the bot's p99 in that of the door alone, which decides nothing", f"{p99 / alone:.2f}")
    assert not any(one.others for one in (*found.bot, *found.decides, *found.at_once))
    assert rate >= 0.8 * ceiling
    assert p99 <= 2 * without

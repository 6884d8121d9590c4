"""A bot that starts with 100,000 due clocks and a channel that takes a message a second: who waits for whom.

The real bot, as a process of its own on SQLite, before the pretend Slack. A third of the clocks owe a reminder, a
third a deadline, a third a hand-over; tens of thousands of messages are owed to one channel. Meanwhile eight people
press "I'm on it" on a card, as they did when nothing was due, and a hot lead comes in for a team that is
asleep: its page is the one message that must not wait for any other.
"""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

import pytest
import yaml

from storage.database import Database
from tests.benchmarks.figures import at_share, ms, report
from tests.benchmarks.open_clocks import office
from tests.faults.mortal import Mortal, open_mortal
from tests.waiting import eventually

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

DUE = 100_000
PEOPLE = 8
PRESSES = 400
"""In each of the two times, by all people together."""
PAUSE_SECONDS = 0.05
DRAINED_WITHIN = 300.0
PAGED_WITHIN = 5.0
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALICE, OMAR = "U0ALICE", "U0OMAR"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def asleep(sqlite_database: Database, sqlite_url: str, tmp_path: Path) -> Iterator[Mortal]:
    """A bot to be started; the German team is asleep whenever this runs, everybody else never."""
    with open_mortal(sqlite_database, sqlite_url, tmp_path, first_response="4h") as mortal:
        policy = yaml.safe_load(mortal.policy.read_text(encoding="utf-8"))
        opens = (datetime.now(UTC) + timedelta(hours=12)).hour
        hours = {day: [f"{opens:02d}:00-{opens:02d}:30"] for day in WEEK}
        policy["calendars"]["later"] = {"timezone": "UTC", "hours": hours}
        policy["teams"]["dach"]["calendar"] = "later"
        rotation = policy["on_call"]["hot-leads"]
        rotation |= {"starts": "2020-01-06", "rotation": ["omar@acme.example"], "also_by": []}
        mortal.policy.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
        yield mortal


class Clocks:
    """The due ones, in the bot's own file: put off, made due, and how many there still are."""

    def __init__(self, file: Path, until: datetime) -> None:
        self._database = sqlite3.connect(file, isolation_level=None, timeout=30)
        self._until = _micros(until)

    def are_put_off(self) -> None:
        self._database.execute(
            "update clocks set next_step_at = ? where next_step_at <= ?", (_micros(LATER), self._until)
        )

    def fall_due(self) -> None:
        self._database.execute(
            "update clocks set next_step_at = ? where next_step_at = ?", (self._until, _micros(LATER))
        )

    def left(self) -> int:
        query = "select count(*) from clocks where next_step_at is not null and next_step_at <= ?"
        left: int = self._database.execute(query, (self._until,)).fetchone()[0]
        return left


def test_pages_and_presses_do_not_wait_for_a_hundred_thousand_due_clocks(
    asleep: Mortal, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    of = office(tmp_path, clocks=DUE, due=DUE, policy=asleep.policy, now=now)
    of.file.replace(tmp_path / "lead-sla.db")
    clocks = Clocks(tmp_path / "lead-sla.db", now)
    clocks.are_put_off()
    asleep.lives()
    asleep.a_lead_arrives(owner="alice@acme.example", country="US")
    asleep.until(lambda: posts_in(asleep, ALICE))
    [card] = posts_in(asleep, ALICE)
    assert asleep.slack.people.press(ALICE, f"D0{ALICE[2:]}", card, "on_it").acked
    asleep.until(lambda: asleep.calls("chat.update"))
    idle = pressed(asleep)
    asleep.dies()
    clocks.fall_due()
    asleep.lives()
    began = perf_counter()
    asleep.until(lambda: 0 < clocks.left() < DUE)
    busy = pressed(asleep)
    left = clocks.left()
    a_page = page(asleep)
    eventually(lambda: clocks.left() == 0, within=DRAINED_WITHIN, every=0.5)
    drained = perf_counter() - began

    assert left > 0, "it was over before the presses were"
    for name, found in (("nothing is due", idle), (f"{DUE:,} due clocks are drained", busy)):
        p50, p99 = at_share(found, 0.5), at_share(found, 0.99)
        report(f"a press in the bot's process while {name}, p50 and p99", f"{ms(p50)}, {ms(p99)}")
    slower = at_share(busy, 0.99) / at_share(idle, 0.99)
    report("p99 of a press in the drain in that of an idle bot", f"{slower:.1f}", "at most 3")
    report("a page that comes up in the drain, until Slack has it", ms(a_page), f"{PAGED_WITHIN:.0f} s")
    report("the whole drain, from the start of the process", f"{DUE / drained:,.0f} steps/s")
    assert a_page < PAGED_WITHIN
    assert slower <= 3


def posts_in(mortal: Mortal, person: str) -> list[str]:
    """The messages that somebody has from the bot."""
    place = f"D0{person[2:]}"
    return [post.ts or "" for post in mortal.workspace.ledger.posts() if post.channel == place]


def pressed(mortal: Mortal) -> list[float]:
    """The seconds until each press was acknowledged, on the card as it stood before anybody was on it."""
    numbers, found = count(), list[float]()
    card = posts_in(mortal, ALICE)[0]

    def press() -> None:
        while next(numbers) < PRESSES:
            began = perf_counter()
            assert mortal.slack.people.press(ALICE, f"D0{ALICE[2:]}", card, "on_it", stale=True).acked
            found.append(perf_counter() - began)
            threading.Event().wait(PAUSE_SECONDS)

    people = [threading.Thread(target=press) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return found


def page(mortal: Mortal) -> float:
    """How long it takes from a hot lead for the team that is asleep until the page is in Slack."""
    before = len(posts_in(mortal, OMAR))
    began = perf_counter()
    mortal.a_lead_arrives(owner=None, country="DE", employees=50, intent="demo_request")
    mortal.until(lambda: len(posts_in(mortal, OMAR)) > before)
    return perf_counter() - began


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

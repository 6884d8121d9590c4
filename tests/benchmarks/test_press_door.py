"""A press of "I'm on it" through our door, through Bolt's own adapter, and through an endpoint written by hand.

Each door is a process of its own on a copy of the same file, with the same recorder behind it, before the same
pretend Slack; 32 connections press, signed as Slack signs, each time on another lead of the same owner. The endpoint
by hand knows nothing but this one button: it does not ask who presses, reads no lead, and has no other listener.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace
from storage.database import Database
from tests.benchmarks import load
from tests.benchmarks.doors import door
from tests.benchmarks.figures import middle, ms, report
from tests.benchmarks.load import Load
from tests.benchmarks.many_clocks import copied, fill
from tests.benchmarks.open_clocks import NOW
from tests.benchmarks.pressing import open_leads, write_leads
from tests.benchmarks.test_intake import running

pytestmark = [pytest.mark.bench, pytest.mark.timeout(400)]

OPEN = 20_000
ROUNDS = 3
SECONDS = 2.0
CONNECTIONS = 32
WARM_UP = 100
"""Presses that are not measured."""
WORDS = {
    "route": "our route",
    "bolt": "Bolt's adapter as shipped",
    "bolt-saves-first": "Bolt's adapter, process_before_response",
    "by-hand": "an endpoint by hand",
}
OWNER, USER = "carla@acme.example", "U0CARLA"


def pressed_on(url: str) -> int:
    database = Database(url)
    try:
        with database.read() as connection:
            asked = "select count(*) from timeline where kind = 'on_it'"
            number: int = connection.exec_driver_sql(asked).scalar_one()
    finally:
        database.close()
    return number


def measured(folder: Path) -> dict[str, list[Load]]:
    whole = folder / "whole.db"
    fill(f"sqlite:///{whole}", clocks=OPEN, due=0, now=NOW)
    workspace = Workspace(mode="http")
    workspace.add_user(USER, name="carla", email=OWNER)
    leads = open_leads(f"sqlite:///{whole}", OWNER)
    warm_up = write_leads(folder / "warm-up.json", USER, workspace.team_id, leads[:WARM_UP])
    presses_on = write_leads(folder / "leads.json", USER, workspace.team_id, leads[WARM_UP:])
    found: dict[str, list[Load]] = defaultdict(list)
    with SandboxServer(workspace) as slack:
        for _ in range(ROUNDS):
            for kind in WORDS:
                copy = copied(whole, folder / f"{kind}.db")
                url = f"sqlite:///{copy}"
                with running(door(kind, url, folder, slack.api_url)) as served:
                    first = load.run(served.port, SECONDS, kind, CONNECTIONS, presses_on=warm_up)
                    one = load.run(served.port, SECONDS, kind, CONNECTIONS, presses_on=presses_on)
                assert not first.others
                assert not one.others
                assert pressed_on(url) == first.answered + one.answered
                found[kind].append(one)
                copy.unlink()
    return found


def test_a_press_is_answered_in_a_tenth_of_bolts_time_and_half_as_often_as_by_hand(tmp_path: Path) -> None:
    found = measured(tmp_path)
    p50 = {kind: middle([one.p50 for one in loads]) for kind, loads in found.items()}
    p99 = {kind: middle([one.p99 for one in loads]) for kind, loads in found.items()}
    rate = {kind: middle([one.per_second for one in loads]) for kind, loads in found.items()}
    for kind, words in WORDS.items():
        report(f"a press over HTTP, {CONNECTIONS} connections: {words}", f"{rate[kind]:,.0f} presses/s")
        report(f"a press over HTTP: {words}, p50 and p99", f"{ms(p50[kind])}, {ms(p99[kind])}")
    share = p50["route"] / p50["bolt"]
    speed = rate["route"] / rate["by-hand"]
    report("a press: our p50 in that of Bolt's adapter as shipped", f"{share:.3f}", "at most 0.1")
    report(
        "a press: our p50 in that of Bolt's adapter that saves first",
        f"{p50['route'] / p50['bolt-saves-first']:.3f}",
    )
    report("a press: our presses/s in those of the endpoint by hand", f"{speed:.2f}", "at least 0.5")
    assert share <= 0.1
    assert speed >= 0.5

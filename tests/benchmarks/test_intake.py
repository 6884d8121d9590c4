"""Taking leads in over HTTP against the endpoint that one would write first, with 32 connections, in one run.

The teams are at work all the time, so that it is measured on a Sunday what is measured on a Monday; what the same
costs while they are closed, when every third lead pages somebody, is reported beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.database import Database
from tests.benchmarks import load
from tests.benchmarks.figures import middle, ms, report
from tests.benchmarks.load import Load
from tests.databases import PostgresqlServer
from tests.processes import Served, bot_before_no_slack, free_port
from tests.sla.play import EXAMPLE

pytestmark = [pytest.mark.bench, pytest.mark.timeout(400)]

WEEK = ", ".join(f'{day}: ["00:00-24:00"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
ROUNDS = 5
SECONDS = 4.0
WARM_UP_SECONDS = 1.5
START_WITHIN_SECONDS = 120
"""However busy the machine is: the start is not measured here."""


@pytest.fixture
def sqlite_urls(tmp_path: Path) -> tuple[str, str]:
    return f"sqlite:///{tmp_path / 'ours.db'}", f"sqlite:///{tmp_path / 'plain.db'}"


@pytest.fixture
def postgresql_urls(postgresql_server: PostgresqlServer) -> Iterator[tuple[str, str]]:
    # The tests' server forgets in a power cut; here both sides have to keep what they acknowledge.
    postgresql_server.order("alter system set fsync = on", "select pg_reload_conf()")
    with postgresql_server.fresh("migrated") as ours, postgresql_server.fresh("template0") as plain:
        yield ours, plain
    postgresql_server.order("alter system set fsync = off", "select pg_reload_conf()")


@contextmanager
def running(served: Served) -> Iterator[Served]:
    try:
        served.start(START_WITHIN_SECONDS)
        yield served
    finally:
        served.stop()


def at_work_all_the_time(folder: Path) -> Path:
    """The example policy with teams whose hours never end: they are reckoned with all the same."""
    text = EXAMPLE.read_text(encoding="utf-8")
    from_, until = text.index("  us-east:"), text.index("  around-the-clock:")
    zones = {"us-east": "America/New_York", "dach": "Europe/Berlin"}
    hours = "".join(f"  {name}: {{timezone: {zone}, hours: {{{WEEK}}}}}\n" for name, zone in zones.items())
    policy = folder / "all-the-time.yaml"
    policy.write_text(text[:from_] + hours + text[until:], encoding="utf-8")
    return policy


def compared(urls: tuple[str, str], folder: Path) -> tuple[list[Load], list[Load]]:
    """Some rounds of each side in turn, so that a busy moment of the machine hits both."""
    ours, theirs = urls
    port = free_port()
    plain = Served(["-m", "tests.benchmarks.plain_endpoint", str(port), theirs], port, folder, {})
    bot = bot_before_no_slack(ours, folder, load.KEY, at_work_all_the_time(folder))
    found: tuple[list[Load], list[Load]] = ([], [])
    with running(bot), running(plain):
        for side in (bot, plain):
            load.run(side.port, WARM_UP_SECONDS, "warm-up")
        for number in range(ROUNDS):
            for side, loads in zip((bot, plain), found, strict=True):
                loads.append(load.run(side.port, SECONDS, f"round-{number}"))
    return found


def is_kept(url: str, loads: list[Load]) -> bool:
    """Whether every lead that was answered is there, with its clock and the message that is owed."""
    answered = sum(one.answered for one in loads)
    database = Database(url)
    try:
        with database.read() as connection:
            found = [
                connection.exec_driver_sql(query).scalar_one()
                for query in (
                    "select count(*) from leads where external_id like 'round-%%'",
                    "select count(*) from clocks join leads on leads.id = clocks.lead_id "
                    "where external_id like 'round-%%'",
                    "select count(*) from outbox join leads on leads.id = outbox.lead_id "
                    "where external_id like 'round-%%' and role = 'owner_card'",
                )
            ]
    finally:
        database.close()
    return found == [answered] * 3


def told(kind: str, ours: list[Load], plain: list[Load], target: float) -> tuple[float, float]:
    """Report both sides; returns how many times as many leads, and our p99 as a share of theirs."""
    rates = [middle([one.per_second for one in loads]) for loads in (ours, plain)]
    slowest = [middle([one.p99 for one in loads]) for loads in (ours, plain)]
    typical = [middle([one.p50 for one in loads]) for loads in (ours, plain)]
    for name, rate, p50, p99 in zip(("the bot", "FastAPI + ORM"), rates, typical, slowest, strict=True):
        report(f"intake, {kind}, 32 connections: {name}", f"{rate:,.0f} leads/s")
        report(f"intake, {kind}: {name}, p50 and p99", f"{ms(p50)}, {ms(p99)}")
    ratio, share = rates[0] / rates[1], slowest[0] / slowest[1]
    report(
        f"intake, {kind}: the bot's leads/s in those of FastAPI + ORM", f"{ratio:.1f}", f"at least {target:g}"
    )
    wanted = "at most 0.1" if kind == "SQLite" else ""
    report(f"intake, {kind}: the bot's p99 in that of FastAPI + ORM", f"{share:.3f}", wanted)
    assert not any(one.others for one in (*ours, *plain))
    return ratio, share


def test_sqlite_takes_five_times_the_leads_with_a_tenth_of_the_p99(
    sqlite_urls: tuple[str, str], tmp_path: Path
) -> None:
    ours, plain = compared(sqlite_urls, tmp_path)
    ratio, share = told("SQLite", ours, plain, 5)
    assert is_kept(sqlite_urls[0], ours)
    assert ratio >= 5
    assert share <= 0.1


def test_postgresql_takes_four_times_the_leads(postgresql_urls: tuple[str, str], tmp_path: Path) -> None:
    ours, plain = compared(postgresql_urls, tmp_path)
    ratio, _ = told("PostgreSQL", ours, plain, 4)
    assert is_kept(postgresql_urls[0], ours)
    assert ratio >= 4

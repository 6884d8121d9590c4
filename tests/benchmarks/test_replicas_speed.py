"""Two bots on one PostgreSQL database against one: how fast they drain what has become due together.

The load is that of a busy morning after a night's stop: thousands of steps due at once, rules and all. Nothing tells
the two who is to take what; each skips the rows that the other has locked. On a machine with two processors the
server's work comes on top of theirs: what each process worked itself is reported, the rest it waited for the server.
"""

from collections import defaultdict
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from tests.benchmarks.draining import Drained, drain
from tests.benchmarks.figures import middle, report
from tests.benchmarks.many_clocks import fill
from tests.benchmarks.open_clocks import NOW
from tests.benchmarks.peers import plain
from tests.databases import PostgresqlServer

pytestmark = [pytest.mark.bench, pytest.mark.timeout(400)]

OPEN, DUE = 20_000, 6_000
ROUNDS = 3


@pytest.fixture
def template(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The name of a database with so much due, to be copied."""
    postgresql_server.order("alter system set fsync = on", "select pg_reload_conf()")
    with postgresql_server.fresh("migrated") as url:
        fill(url, clocks=OPEN, due=DUE, now=NOW)
        yield str(make_url(url).database)
    postgresql_server.order("alter system set fsync = off", "select pg_reload_conf()")


def steps_twice(url: str) -> int:
    """Steps of which two lines tell."""
    with psycopg.connect(plain(url)) as connection:
        [number] = connection.execute(
            "select count(*) from (select 1 from timeline where kind in ('reminder', 'deadline_passed', "
            "'handed_over') group by lead_id, kind, occurred_at having count(*) > 1) as twice"
        ).fetchone() or (0,)
    return int(number)


def test_two_bots_drain_at_least_one_and_a_half_times_as_fast_as_one(
    postgresql_server: PostgresqlServer, template: str
) -> None:
    seconds: dict[int, list[float]] = defaultdict(list)
    each: dict[int, list[Drained]] = defaultdict(list)
    for _ in range(ROUNDS):
        for number in (1, 2):
            with postgresql_server.fresh(template) as url:
                took, drained = drain(url, number)
                assert sum(one.fired for one in drained) == DUE
                assert steps_twice(url) == 0
            seconds[number].append(took)
            each[number] += drained
    rate = {number: DUE / middle(them) for number, them in seconds.items()}
    for number, words in ((1, "one bot drains"), (2, "two bots drain")):
        own = middle([one.own / one.seconds for one in each[number]])
        report(f"PostgreSQL: {words} {DUE:,} due of {OPEN:,}", f"{rate[number]:,.0f} steps/s")
        report(f"PostgreSQL: {words}, how much of its time each works itself", f"{own:.0%}")
    shares = [one.fired / DUE for one in each[2]]
    report("PostgreSQL: two bots, the share of each", f"{min(shares):.0%} to {max(shares):.0%}")
    ratio = rate[2] / rate[1]
    report("PostgreSQL: two bots' steps/s in those of one", f"{ratio:.2f}", "at least 1.5")
    assert ratio >= 1.5

"""How the bot says that it lives, that it is ready, and in numbers what it does."""

import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from sqlalchemy import make_url, text

from bot.http import health
from storage import audit_findings, audit_health
from storage.audit_findings import Found
from storage.audit_kinds import Kind
from storage.database import Database
from tests.bot.http.served import ADMIN_KEY, NORTHWIND, Door, served
from tests.databases import Open


def number(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found is not None, f"{name} is not in\n{text}"
    return float(found[1])


def test_a_living_process_says_so_to_everybody(door: Door) -> None:
    answer = door.client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_bot_that_records_and_ticks_is_ready_while_slack_is_away(either_door: Door) -> None:
    either_door.slack = "not connected since 15:00:00 UTC"
    answer = either_door.client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["ready"]
    assert answer.json()["slack"] == "not connected since 15:00:00 UTC"


@pytest.mark.parametrize(("age", "status"), [(timedelta(seconds=59), 200), (timedelta(seconds=60), 503)])
def test_a_ticker_that_stands_still_is_not_ready(door: Door, age: timedelta, status: int) -> None:
    door.ticked_at = door.at - age
    answer = door.client.get("/readyz")

    assert (status, status == 200) == (answer.status_code, answer.json()["ticker"]["ok"])


def test_a_ticker_that_never_ticked_is_not_ready(door: Door) -> None:
    door.ticked_at = None

    assert door.client.get("/readyz").status_code == 503


def test_a_database_that_another_process_locks_is_not_ready_until_it_lets_go(
    sqlite_url: str, opened: Open
) -> None:
    database = opened(sqlite_url, lock_wait=timedelta(milliseconds=50))
    with served(database) as door, closing(sqlite3.connect(str(database.path))) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = door.client.get("/readyz")
        other.rollback()

        assert (locked.status_code, locked.json()["database"]["ok"]) == (503, False)
        assert locked.headers["retry-after"]
        assert door.client.get("/readyz").status_code == 200


def test_a_recorder_that_hangs_is_not_ready(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "TRIED_WITHIN", timedelta(milliseconds=50))
    hangs, goes_on = threading.Event(), threading.Event()

    def hang(connection: object) -> None:
        hangs.set()
        goes_on.wait(60)

    with ThreadPoolExecutor(1) as somebody:
        done = somebody.submit(door.recorder.run, hang)
        assert hangs.wait(60)
        try:
            assert door.client.get("/readyz").status_code == 503
        finally:
            goes_on.set()
            done.result(60)
    assert door.client.get("/readyz").status_code == 200


def test_a_database_that_became_read_only_is_not_ready(postgresql_url: str, opened: Open) -> None:
    with opened(postgresql_url).begin() as connection:
        name = str(make_url(postgresql_url).database)
        connection.execute(text(f'alter database "{name}" set default_transaction_read_only = on'))
    try:
        with served(opened(postgresql_url)) as door:
            answer = door.client.get("/readyz")
            assert (answer.status_code, answer.json()["database"]["ok"]) == (503, False)
            assert name not in answer.text
    finally:
        with opened(postgresql_url).begin() as connection:
            connection.execute(text("set transaction read write"))
            connection.execute(text(f'alter database "{name}" reset default_transaction_read_only'))


def test_tables_of_another_version_are_not_ready(sqlite_database: Database) -> None:
    with sqlite_database.begin() as connection:
        connection.execute(text("alter table beats rename to heartbeats"))
    with served(sqlite_database) as door:
        answer = door.client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]["ok"]) == (503, False)


def test_a_bot_that_is_stopping_is_not_ready(door: Door) -> None:
    door.recorder.stop(timedelta(seconds=10))

    assert door.client.get("/readyz").status_code == 503


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/v1/leads/website:00Q-1001"])
def test_who_asks_for_the_head_alone_gets_what_get_answers_without_its_body(door: Door, path: str) -> None:
    door.sent()
    whole, head = door.ask("GET", path), door.ask("HEAD", path)

    assert (head.status_code, head.content) == (200, b"")
    assert whole.headers["content-type"] == head.headers["content-type"]


def test_the_head_of_a_bot_that_is_not_ready_says_so_too(door: Door) -> None:
    door.ticked_at = None
    head = door.client.head("/readyz")

    assert (head.status_code, head.headers["retry-after"]) == (503, "5")


def test_a_recent_commit_is_proof_enough_but_an_old_one_is_not(door: Door) -> None:
    door.sent()
    door.recorder.stop(timedelta(seconds=10))

    assert door.client.get("/readyz").json()["database"]["ok"]
    door.at += timedelta(seconds=20)
    assert not door.client.get("/readyz").json()["database"]["ok"]


def test_leads_are_counted_by_source_and_outcome(door: Door) -> None:
    accepted = 'lead_sla_leads_total{outcome="accepted",source="website"}'
    refused = 'lead_sla_leads_total{outcome="refused",source="website"}'
    door.sent(external_id="before", email="sam@littleloom.example")
    door.send(external_id="")
    before = door.client.get("/metrics").text
    door.sent()
    door.send(external_id="")
    another = NORTHWIND | {"external_id": "another", "email": "kim@tidewell.example"}
    door.ask("POST", "/v1/leads/batch", json=[another, 7])
    after = door.client.get("/metrics").text

    assert number(before, accepted) + 2 == number(after, accepted)
    assert number(before, refused) + 2 == number(after, refused)


def test_what_is_owed_and_overdue_is_measured(either_door: Door) -> None:
    either_door.sent()
    either_door.at += timedelta(days=1)
    either_door.late_by = timedelta(seconds=3)
    answer = either_door.client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert number(answer.text, 'lead_sla_deliveries{state="pending"}') == 1
    assert number(answer.text, "lead_sla_due_backlog") == 1
    assert number(answer.text, "lead_sla_ticker_age_seconds") == 86_400
    assert number(answer.text, "lead_sla_ticker_lateness_seconds") == 3
    assert number(answer.text, "lead_sla_recorder_waiting") == 0
    assert number(answer.text, "lead_sla_database_up") == 1


def test_what_the_auditor_found_who_works_and_how_long_what_waits_is_measured(either_door: Door) -> None:
    with either_door.database.begin() as connection:
        found = [Found(kind=Kind.SET_ASIDE, number=3), Found(kind=Kind.TWO_CLAIMS, name="L1 round 2")]
        audit_findings.put(connection, found, either_door.at)
        audit_health.lives(connection, "one:7", either_door.at)
        audit_health.lives(connection, "two:7", either_door.at - timedelta(minutes=4))
    either_door.sent()
    either_door.at += timedelta(seconds=90)
    said = either_door.client.get("/metrics").text

    assert number(said, 'lead_sla_findings{kind="set_aside"}') == 3
    assert number(said, 'lead_sla_findings{kind="two_claims"}') == 1
    assert number(said, 'lead_sla_findings{kind="no_clock"}') == 0
    assert number(said, "lead_sla_replicas") == 1
    assert number(said, 'lead_sla_oldest_waiting_seconds{lane="new_lead"}') == 90
    assert number(said, 'lead_sla_oldest_waiting_seconds{lane="page"}') == 0
    assert number(said, "lead_sla_saved_age_seconds") == 90


def test_what_was_erased_is_counted_once(door: Door) -> None:
    lead_id = door.sent()
    before = number(door.client.get("/metrics").text, "lead_sla_erased_total")
    for _ in range(2):
        assert door.ask("DELETE", f"/v1/leads/{lead_id}", ADMIN_KEY).status_code < 300
    assert number(door.client.get("/metrics").text, "lead_sla_erased_total") == before + 1


def test_how_long_slack_is_away_is_measured(sqlite_database: Database) -> None:
    since: list[datetime | None] = [None]
    with served(sqlite_database, slack_away_since=lambda: since[0]) as door:
        assert number(door.client.get("/metrics").text, "lead_sla_slack_away_seconds") == 0
        since[0] = door.at - timedelta(minutes=7)
        assert number(door.client.get("/metrics").text, "lead_sla_slack_away_seconds") == 420
        assert door.client.get("/readyz").status_code == 200


def test_numbers_hold_nothing_of_a_lead(door: Door) -> None:
    door.sent()

    assert "northwind" not in door.client.get("/metrics").text.lower()

"""A bot that is killed while leads come in: whatever it acknowledged is there when it is back, exactly once."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from storage.database import Database
from tests.processes import Served, bot_before_no_slack

pytestmark = pytest.mark.process

KEY = "kill-key"
SENDERS = 6
KILLS_EVERY_DAY, KILLS_AT_LENGTH = 2, 12
KILLED_AFTER_SECONDS = (0.05, 0.6)
ANSWERED_BEFORE_A_KILL = 10
TRIES_MAX = 400
"""So often a sender tries one lead before it says that the bot does not come back."""
WAIT_SECONDS = 0.1


class Senders:
    """Programs that send leads over their own connections, each again and again until it is acknowledged."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = threading.Event()
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._send_all, args=(one,)) for one in range(SENDERS)]
        self.acknowledged: dict[str, str] = {}
        self.sent_again = 0
        self.wrong: list[str] = []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int) -> None:
        """Until so many more leads are acknowledged."""
        with self._changed:
            wanted = len(self.acknowledged) + more
            assert self._changed.wait_for(lambda: len(self.acknowledged) >= wanted or self.wrong, 30)
        assert not self.wrong

    def _send_all(self, sender: int) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            name = f"kill-{sender}-{number}"
            try:
                lead_id = self._send_until_acknowledged(name)
            except AssertionError as problem:
                self.wrong.append(str(problem))
                return
            with self._changed:
                self.acknowledged[name] = lead_id
                self._changed.notify_all()

    def _send_until_acknowledged(self, name: str) -> str:
        body = json.dumps({"external_id": name, "email": f"{name}@northwind.example", "company": "Northwind"})
        for attempt in range(TRIES_MAX):
            self.sent_again += attempt == 1
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            try:
                connection.request(
                    "POST",
                    "/v1/leads",
                    body,
                    {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
                )
                answer = connection.getresponse()
                said = answer.read()
                if answer.status == 202:
                    lead_id: str = json.loads(said)["lead_id"]
                    return lead_id
                assert answer.status == 503, said
            except (OSError, http.client.HTTPException):
                # It was killed: whether the lead is on disk nobody can know, so it is sent again.
                pass
            finally:
                connection.close()
            threading.Event().wait(WAIT_SECONDS)
        raise AssertionError(f"{name} was never acknowledged")


@contextmanager
def sending(bot: Served) -> Iterator[Senders]:
    bot.start()
    senders = Senders(bot.port)
    senders.start()
    try:
        yield senders
    finally:
        senders.stop()
        bot.kill()


def killed(database_url: str, folder: Path, kills: int, seed: int) -> Senders:
    """Leads come in all the while; the bot is killed at moments that the seed says, and started again."""
    random = Random(seed)
    bot = bot_before_no_slack(database_url, folder, KEY)
    with sending(bot) as senders:
        for _ in range(kills):
            senders.wait_for(ANSWERED_BEFORE_A_KILL)
            threading.Event().wait(random.uniform(*KILLED_AFTER_SECONDS))
            bot.kill()
            bot.start()
        senders.wait_for(ANSWERED_BEFORE_A_KILL)
    return senders


def assert_all_are_there(database_url: str, senders: Senders) -> None:
    """Each acknowledged lead once, under the id that was told, with its clock, its line and its owner's card."""
    assert not senders.wrong
    database = Database(database_url)
    try:
        with database.read() as connection:
            stored = connection.exec_driver_sql("select external_id, id from leads").all()
            clocks, lines, cards = (
                Counter(connection.exec_driver_sql(query).scalars())
                for query in (
                    "select lead_id from clocks where stopped_at is null",
                    "select lead_id from timeline where kind = 'arrived'",
                    "select lead_id from outbox where role = 'owner_card'",
                )
            )
    finally:
        database.close()
    found = {row.external_id: row.id for row in stored}
    assert len(stored) == len(found)
    assert senders.acknowledged == {name: found.get(name) for name in senders.acknowledged}
    # Also what was on disk but not yet acknowledged when the bot was killed is whole.
    once = dict.fromkeys(found.values(), 1)
    assert (clocks, lines, cards) == (once, once, once)


def test_every_acknowledged_lead_survives_a_kill(database_url: str, tmp_path: Path) -> None:
    senders = killed(database_url, tmp_path, KILLS_EVERY_DAY, seed=1)
    assert_all_are_there(database_url, senders)
    assert senders.sent_again


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_every_acknowledged_lead_survives_many_kills(database_url: str, tmp_path: Path, seed: int) -> None:
    senders = killed(database_url, tmp_path, KILLS_AT_LENGTH, seed)
    assert_all_are_there(database_url, senders)
    assert senders.sent_again

"""The composition root beside its parts: what it still does when the database is away as the policy changes."""

import threading
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bot import app, clock
from bot.app import Bot
from bot.policies import PolicyBox
from bot.policy_file import read_policy
from bot.recorder import Recorder
from sla.details import LeadDetails
from sla.facts import LeadArrived
from storage import timeline
from storage.database import Connection, Database, DatabaseAway
from storage.ids import new_lead_id
from tests.bot.http.served import settings
from tests.sla.play import EXAMPLE, hot, moment
from tests.waiting import eventually

AT = moment("Mon 10:00")
WITHIN = 20.0


def test_people_who_left_are_told_of_as_soon_as_the_database_is_back(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    box = PolicyBox.open(sqlite_database, EXAMPLE, AT)
    bot = Bot(settings(policy=EXAMPLE))
    bot.database, bot.policies = sqlite_database, box
    bot.recorder = Recorder(sqlite_database, box, now=lambda: AT)
    bot.recorder.start()
    lead_id = new_lead_id(AT)
    details = LeadDetails(external_id="X-1", owner="alice@acme.example", **hot())
    bot.recorder.record(LeadArrived(lead_id=lead_id, at=AT, source="website", details=details))

    text = EXAMPLE.read_text(encoding="utf-8").replace("alice@acme.example", "alma@acme.example")
    without_alice = tmp_path / "policy.yaml"
    without_alice.write_text(text, encoding="utf-8")
    box.current = read_policy(without_alice)
    asked: list[bool] = []

    def away() -> AbstractContextManager[Connection]:
        asked.append(True)
        raise DatabaseAway("gone")

    monkeypatch.setattr(app, "TELL_AGAIN", app.TELL_AGAIN * 0)
    monkeypatch.setattr(bot, "_settings", settings(policy=without_alice))
    # There is no HTTP door here that could take up keys.
    monkeypatch.setattr(bot, "_take_up_keys", lambda: None)
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_database, "read", away)
        bot._asked_to_reload(1, None)
        waiting = threading.Thread(target=bot.wait)
        waiting.start()
        eventually(lambda: len(asked) > 1)

    def is_told() -> bool:
        with sqlite_database.read() as connection:
            return "owner_removed" in [line.kind for line in timeline.of(connection, lead_id)]

    eventually(is_told)
    bot._asked_to_end(1, None)
    waiting.join(WITHIN)
    bot.recorder.stop(app.STOP_WITHIN)

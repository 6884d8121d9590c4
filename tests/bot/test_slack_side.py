"""The side towards Slack before it is open: an absence that was there at the start is known afterwards."""

from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from bot import slack_side
from bot.clock import OneClock
from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.slack_side import SlackParts, SlackSide
from storage import absences
from storage.absences import Absence
from storage.database import Database
from tests.bot.http.served import settings
from tests.sla.play import EXAMPLE, moment
from tests.waiting import eventually

NOBODY_LISTENS = "http://127.0.0.1:9/api/"
WITHIN = 20.0


def test_slack_away_from_the_start_is_an_absence(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = moment("Mon 10:00")
    times = [began]

    def forty_seconds_later() -> datetime:
        times.append(times[-1] + timedelta(seconds=40))
        return times[-1]

    monkeypatch.setattr(slack_side, "FIRST_RETRY", timedelta(milliseconds=10))
    box = PolicyBox.open(sqlite_database, EXAMPLE, began)
    recorder = Recorder(sqlite_database, box, now=lambda: began)
    recorder.start()
    side = SlackSide(
        SlackParts(
            settings=settings(slack_bot_token=SecretStr("xoxb-1"), slack_api_url=NOBODY_LISTENS),
            database=sqlite_database,
            recorder=recorder,
            policies=box,
            clock=OneClock(forty_seconds_later),
        )
    )
    side.start()

    def noted() -> Absence | None:
        with sqlite_database.read() as connection:
            return absences.lasting(connection, "slack")

    eventually(noted)
    absence = noted()
    side.close_doors(timedelta(0))
    side.stop_courier(timedelta(0))
    recorder.stop(timedelta(seconds=WITHIN))
    assert absence is not None
    assert began + timedelta(seconds=40) == absence.from_at

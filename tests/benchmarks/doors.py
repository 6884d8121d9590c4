"""Doors to be measured, each in a process of its own: `python -m tests.benchmarks.doors KIND PORT URL [SLACK_API_URL]`.

`route`: the bot's own door for Slack's requests, in the bot's own server. `bolt`: the same Bolt app with the same
listeners behind Bolt's adapter for FastAPI, as it is shipped: listeners run in a thread, and their answer is polled
for. `bolt-saves-first`: the same with `process_before_response`, as the bot has it. `by-hand`: an endpoint written
for this one button, which checks the signature and records the press through the same recorder. `decides`: the bot's
door for leads, whose recorder decides each by all rules on its own thread, and neither reads nor keeps anything.
`at-once`: the same door with a recorder that answers at once and decides nothing.
"""

import gc
import json
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

from fastapi import FastAPI
from pydantic import SecretStr
from slack_bolt.adapter.fastapi import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response

from bot.app import COLLECT_AFTER
from bot.http import HttpParts, HttpServer, create_app
from bot.policies import PolicyBox
from bot.recorder import Recorded, Recorder
from bot.sandbox.tokens import BOT_TOKEN, SIGNING_SECRET
from bot.settings import Address, Settings, SourceSecret
from bot.slack.desk import BotIdentity, Desk
from bot.slack.directory import Directory
from bot.slack.door import LISTENERS_AT_ONCE, build_app
from bot.slack.gateway import web_client
from bot.slack.http_route import PATH, SlackRequests
from bot.slack.straight import StraightWay
from bot.slack_side import QUICK
from sla.decide import decide
from sla.facts import Fact, LeadArrived, OnItPressed
from sla.lead import Clock, ClockKind, Lead, LeadId
from sla.surroundings import Surroundings
from storage.database import Database
from storage.log_mover import LogMover
from tests.benchmarks.load import KEY
from tests.benchmarks.open_clocks import NOW
from tests.processes import Served, free_port
from tests.sla.play import EXAMPLE

WITHIN = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Behind:
    """What stands behind every door."""

    recorder: Recorder
    database: Database
    policies: PolicyBox
    slack_api_url: str

    def desk(self) -> Desk:
        quick = web_client(BOT_TOKEN, self.slack_api_url, QUICK)
        said = quick.auth_test()
        who = BotIdentity(team_id=said["team_id"], user_id=said["user_id"], bot_id=said.get("bot_id"))
        directory = Directory(quick, self.database, team_id=who.team_id, now=lambda: NOW)
        return Desk(
            recorder=self.recorder,
            database=self.database,
            policies=self.policies,
            directory=directory,
            quick=quick,
            bot=who,
            now=lambda: NOW,
        )

    def http_parts(self, *routes: Any) -> HttpParts:
        return HttpParts(
            recorder=self.recorder,
            database=self.database,
            policies=self.policies,
            settings=Settings.model_construct(
                intake_keys=(SourceSecret(source="website", secret=SecretStr(KEY)),),
                webhook_secrets=(),
                admin_keys=(),
            ),
            now=lambda: NOW,
            ticked_at=lambda: NOW,
            late_by=timedelta,
            slack_state=lambda: "open",
            extra_routes=routes,
        )


class AnswersAtOnce:
    """Stands where the recorder stands, decides nothing and keeps nothing."""

    async def recorded(self, fact: Fact) -> Recorded:
        assert isinstance(fact, LeadArrived)
        due_at = fact.at + timedelta(minutes=30)
        clock = Clock(
            lead_id=fact.lead_id,
            number=1,
            kind=ClockKind.OWNER,
            person="carla@acme.example",
            calendar="us-east",
            started_at=fact.at,
            due_at=due_at,
        )
        lead = Lead(
            id=fact.lead_id,
            source=fact.source,
            details=fact.details,
            received_at=fact.at,
            policy_version="v1",
            tier="High",
            team="inside-sales",
            owner=clock.person,
            started_at=fact.at,
            due_at=due_at,
            clocks=(clock,),
        )
        return Recorded(lead=lead)


class DecidesOnly(Recorder):
    """The recorder as it is, batch by batch on its thread, without a database."""

    def _commit(self, facts: Sequence[Fact]) -> list[Recorded]:
        current = self._policies.current
        around = Surroundings(policy=current.policy, version=current.version, terms=current.policy)
        return [Recorded(lead=decide(None, fact, around).lead) for fact in facts]


def by_our_route(behind: Behind) -> FastAPI:
    pool = ThreadPoolExecutor(LISTENERS_AT_ONCE)
    desk = behind.desk()
    app = build_app(desk, signing_secret=SIGNING_SECRET, listeners=pool)
    requests = SlackRequests(app, SIGNING_SECRET, pool, straight=StraightWay(desk, pool))
    return create_app(behind.http_parts(requests.route()))


def by_bolt(behind: Behind, *, saves_first: bool) -> FastAPI:
    app = build_app(
        behind.desk(), signing_secret=SIGNING_SECRET, listeners=ThreadPoolExecutor(LISTENERS_AT_ONCE)
    )
    # As `App(...)` has it where nobody says otherwise.
    app.listener_runner.process_before_response = saves_first
    handler = SlackRequestHandler(app)
    api = FastAPI()

    @api.post(PATH)
    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return api


def by_hand(behind: Behind) -> FastAPI:
    verifier = SignatureVerifier(SIGNING_SECRET)
    people = {one.slack: one.email for one in behind.policies.current.policy.people if one.slack}
    api = FastAPI()

    @api.post(PATH)
    async def events(request: Request) -> Response:
        body = await request.body()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return Response(status_code=401)
        payload = json.loads(parse_qs(body.decode())["payload"][0])
        lead_id, _, generation = payload["actions"][0]["value"].partition(":")
        fact = OnItPressed(
            lead_id=LeadId(lead_id), at=NOW, by=people[payload["user"]["id"]], generation=int(generation)
        )
        recorded = await behind.recorder.recorded(fact)
        return Response(status_code=200 if recorded.refusal is None else 409)

    return api


def without_a_database(behind: Behind) -> FastAPI:
    return create_app(replace(behind.http_parts(), recorder=cast(Recorder, AnswersAtOnce())))


def that_decides(behind: Behind) -> FastAPI:
    recorder = DecidesOnly(behind.database, behind.policies, now=lambda: NOW)
    recorder.start()
    return create_app(replace(behind.http_parts(), recorder=recorder))


DOORS: dict[str, Callable[[Behind], FastAPI]] = {
    "route": by_our_route,
    "bolt": lambda behind: by_bolt(behind, saves_first=False),
    "bolt-saves-first": lambda behind: by_bolt(behind, saves_first=True),
    "by-hand": by_hand,
    "decides": that_decides,
    "at-once": without_a_database,
}


def door(kind: str, url: str, folder: Path, slack_api_url: str = "") -> Served:
    """A door as a process to be started."""
    port = free_port()
    return Served(["-m", "tests.benchmarks.doors", kind, str(port), url, slack_api_url], port, folder, {})


def main(kind: str, port: str, url: str, slack_api_url: str) -> None:
    with ExitStack() as stack:
        database = Database(url)
        stack.callback(database.close)
        log_mover = LogMover(database)
        log_mover.start()
        policies = PolicyBox.open(database, EXAMPLE, NOW)
        recorder = Recorder(database, policies, now=lambda: NOW)
        recorder.start()
        behind = Behind(recorder=recorder, database=database, policies=policies, slack_api_url=slack_api_url)
        server = HttpServer(DOORS[kind](behind), Address(host="127.0.0.1", port=int(port)))
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        server.start()
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])

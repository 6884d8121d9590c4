"""Everything towards Slack in one process: opened as soon as Slack answers, however long that takes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import Clock
from bot.courier import Courier, CourierParts
from bot.courier.absence import SlackWatch
from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.settings import Settings
from bot.slack.desk import BotIdentity, Desk
from bot.slack.directory import Directory
from bot.slack.door import LISTENERS_AT_ONCE, build_app
from bot.slack.gateway import Gateway, Trouble, classify, web_client
from bot.slack.http_route import PATH, SlackRequests
from bot.slack.socket import SocketDoor
from bot.slack.straight import StraightWay
from storage.database import Database, DatabaseAway

log = structlog.get_logger(__name__)

QUICK = timedelta(seconds=2)
"""Calls made while a person waits: given up before Slack's three seconds are over."""
FIRST_RETRY = timedelta(seconds=1)
RETRY_MAX = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class SlackParts:
    settings: Settings
    database: Database
    recorder: Recorder
    policies: PolicyBox
    clock: Clock


class SlackSide:
    """Door and courier. Intake and clocks do not wait for it: leads come in while Slack is away, too."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._open, name="slack-side", daemon=True)
        self._pool = ThreadPoolExecutor(LISTENERS_AT_ONCE, thread_name_prefix="slack-listener")
        self._lock = threading.Lock()
        self._courier: Courier | None = None
        self._socket: SocketDoor | None = None
        self._requests: SlackRequests | None = None
        self._trouble = "not asked yet"
        self._watch = SlackWatch(monotonic)
        self._workspace_url = ""

    def start(self) -> None:
        self._thread.start()

    def route(self) -> Route:
        """Slack's own door in HTTP mode; before it is open Slack is asked to come again."""
        return Route(PATH, self._answer, methods=["POST"])

    def state(self) -> str:
        """How it stands with Slack, in words, for `/readyz`."""
        courier, door = self._courier, self._socket
        if courier is None:
            return f"not open yet: {self._trouble}"
        away = courier.slack_is_away_since
        if away is not None:
            return f"no answer since {away:%H:%M:%S} UTC"
        return str(door.state) if door is not None else "open"

    def away_since(self) -> datetime | None:
        """Since when Slack answers nothing, as far as this process has asked."""
        courier = self._courier
        return self._watch.away_since if courier is None else courier.slack_is_away_since

    def idle_for(self) -> timedelta | None:
        """How long ago the courier went round; None before there is one."""
        courier = self._courier
        return None if courier is None else courier.idle_for

    def workspace_url(self) -> str:
        """The address of the workspace, known once Slack has answered."""
        return self._workspace_url

    def close_doors(self, timeout: timedelta) -> None:
        """Take no more presses and events; what was received is finished."""
        self._stopping.set()
        with self._lock:
            requests, door = self._requests, self._socket
        if requests is not None:
            requests.stop()
        if door is not None:
            door.stop(timeout)

    def stop_courier(self, timeout: timedelta) -> None:
        with self._lock:
            courier = self._courier
        if courier is not None:
            courier.stop(timeout)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, request: Request) -> Response:
        requests = self._requests
        if requests is None:
            return Response(status_code=503, headers={"Retry-After": "5"})
        return await requests.answer(request)

    def _open(self) -> None:
        wait = FIRST_RETRY
        while not self._stopping.is_set():
            try:
                self._open_once()
            except Exception as problem:
                trouble = classify(problem)
                self._trouble = trouble.error
                log.warning("slack_not_open", reason=self._trouble)
                self._note_absence(trouble)
                self._stopping.wait(wait.total_seconds())
                wait = min(wait * 2, RETRY_MAX)
            else:
                return

    def _note_absence(self, trouble: Trouble) -> None:
        """Slack may be away from the start on: the courier, which ends the absence, must find it written down."""
        at = self._parts.clock.now()
        self._watch.heard(trouble, at)
        try:
            self._parts.recorder.run(lambda connection: self._watch.note(connection, at))
        except DatabaseAway as away:
            log.warning("absence_not_noted", reason=away.reason)

    def _open_once(self) -> None:
        parts, settings = self._parts, self._parts.settings
        assert settings.slack_bot_token is not None
        token = settings.slack_bot_token.get_secret_value()
        quick = web_client(token, settings.slack_api_url, QUICK)
        said = quick.auth_test()
        identity = BotIdentity(
            team_id=said["team_id"],
            user_id=said["user_id"],
            bot_id=said.get("bot_id"),
            enterprise_id=said.get("enterprise_id"),
        )
        self._workspace_url = str(said.get("url") or "")
        slow = web_client(token, settings.slack_api_url)
        courier = Courier(
            CourierParts(
                database=parts.database,
                recorder=parts.recorder,
                policies=parts.policies,
                gateway=Gateway(slow),
                directory=Directory(slow, parts.database, team_id=identity.team_id, now=parts.clock.real_now),
                own_ids=[one for one in (identity.bot_id, identity.user_id) if one],
                workspace_url=self._workspace_url,
                clock=parts.clock,
                monotonic=monotonic,
                texts=settings.sms_url is not None,
            )
        )
        desk = Desk(
            recorder=parts.recorder,
            database=parts.database,
            policies=parts.policies,
            directory=Directory(quick, parts.database, team_id=identity.team_id, now=parts.clock.real_now),
            quick=quick,
            bot=identity,
            now=parts.clock.now,
        )
        secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
        with self._lock:
            if self._stopping.is_set():
                return
            self._open_doors(desk, secret)
            courier.start()
            self._courier = courier
        log.info("slack_open", team=identity.team_id, mode=settings.slack_mode)

    def _open_doors(self, desk: Desk, secret: str | None) -> None:
        settings = self._parts.settings
        app = build_app(desk, signing_secret=secret, listeners=self._pool)
        if settings.slack_app_token is not None:
            client = web_client(desk.quick.token or "", settings.slack_api_url)
            real_now = self._parts.clock.real_now
            self._socket = SocketDoor(app, settings.slack_app_token.get_secret_value(), client, now=real_now)
            self._socket.start()
        elif secret is not None:
            straight = StraightWay(desk, self._pool)
            self._requests = SlackRequests(app, secret, self._pool, straight=straight)

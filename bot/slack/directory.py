"""The people of Slack: who somebody is at this press, and where the people of the policy get their messages."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk import WebClient

from bot.clock import now as wall_now
from bot.slack.gateway import Gateway, Refused, SlackFailed
from bot.slack.words import reads_twelve_hours
from sla.policy import Person
from storage import people
from storage.database import Database
from storage.people import Known

KEPT_FOR = timedelta(minutes=5)
"""How long an answer about a person is believed."""
KEPT_MAX = 5_000
DEFAULT_ZONE = ZoneInfo("UTC")

State = Literal["member", "guest", "foreign", "deactivated", "bot", "unknown"]


class Unreachable(Exception):
    """Slack does not say who that is, and nothing fresh enough is known."""


@dataclass(frozen=True, kw_only=True)
class SlackPerson:
    """A person as Slack describes them."""

    id: str
    name: str
    email: str | None
    zone: ZoneInfo
    twelve_hour: bool
    state: State


class Directory:
    """Answers from memory for five minutes, then asks Slack again. `team_id` is the bot's own workspace."""

    def __init__(
        self, web: WebClient, database: Database, *, team_id: str, now: Callable[[], datetime] = wall_now
    ) -> None:
        self._gateway = Gateway(web)
        self._database = database
        self._team_id = team_id
        self._now = now
        self._kept: OrderedDict[str, tuple[datetime, SlackPerson]] = OrderedDict()
        self._asked: dict[str, Future[SlackPerson]] = {}
        self._lock = threading.Lock()

    def who(self, slack_id: str) -> SlackPerson:
        """The person behind an id; several who want to know at once ask Slack once. Raises Unreachable."""
        kept = self.kept(slack_id)
        if kept is not None:
            return kept
        at = self._now()
        with self._lock:
            asked = self._asked.get(slack_id)
            is_first = asked is None
            if asked is None:
                asked = self._asked[slack_id] = Future()
        if is_first:
            self._find_out(slack_id, at, asked)
        return asked.result()

    def kept(self, slack_id: str) -> SlackPerson | None:
        """The person behind an id, where Slack said so a short while ago; asks nobody."""
        at = self._now()
        with self._lock:
            kept = self._kept.get(slack_id)
        return kept[1] if kept is not None and timedelta(0) <= at - kept[0] < KEPT_FOR else None

    def introduce(self, person: Person, at: datetime) -> Known:
        """Find a person of the policy in Slack and open their direct messages. Raises SlackFailed.

        The caller stores the answer before the first message: without the conversation's id there would be
        nowhere to look a lost message up.
        """
        slack_id = person.slack or str(self._gateway.find_by_email(person.email)["id"])
        user = self._gateway.user(slack_id)
        if user.get("deleted"):
            raise SlackFailed(Refused(error="user_deactivated"))
        return Known(
            email=person.email,
            slack_id=slack_id,
            dm_channel=self._gateway.open_dm(slack_id),
            name=user.get("real_name"),
            tz=user.get("tz"),
            locale=user.get("locale"),
            fetched_at=at,
        )

    def slack_id_of(self, person: Person) -> str | None:
        """The person's Slack id by the policy, or as it was found before; None if it never was."""
        if person.slack is not None:
            return person.slack
        with self._database.read() as connection:
            known = people.get(connection, [person.email]).get(person.email)
        return known.slack_id if known is not None else None

    def _find_out(self, slack_id: str, at: datetime, asked: "Future[SlackPerson]") -> None:
        try:
            person = self._ask(slack_id)
        except BaseException as problem:  # whoever waits for it gets it, whatever it is
            with self._lock:
                del self._asked[slack_id]
            asked.set_exception(problem)
            return
        with self._lock:
            del self._asked[slack_id]
            self._kept[slack_id] = (at, person)
            self._kept.move_to_end(slack_id)
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        asked.set_result(person)

    def _ask(self, slack_id: str) -> SlackPerson:
        try:
            user = self._gateway.user(slack_id)
        except SlackFailed as failed:
            if failed.trouble == Refused(error="user_not_found"):
                return _nobody(slack_id)
            raise Unreachable(failed.trouble.error) from failed
        profile = user.get("profile") or {}
        return SlackPerson(
            id=slack_id,
            name=str(user.get("real_name") or user.get("name") or slack_id),
            email=profile.get("email"),
            zone=zone_of(user.get("tz")),
            twelve_hour=reads_twelve_hours(user.get("locale")),
            state=state_of(user, self._team_id),
        )


def zone_of(name: str | None) -> ZoneInfo:
    """The zone by its name; UTC where Slack names none, or one that this machine does not know."""
    try:
        return ZoneInfo(name) if name else DEFAULT_ZONE
    except (ZoneInfoNotFoundError, ValueError):
        return DEFAULT_ZONE


def state_of(user: dict[str, Any], team_id: str) -> State:
    if user.get("deleted"):
        return "deactivated"
    if user.get("is_bot"):
        return "bot"
    enterprise = (user.get("enterprise_user") or {}).get("teams") or []
    if user.get("is_stranger") or (user.get("team_id") != team_id and team_id not in enterprise):
        return "foreign"
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return "guest"
    return "member"


def _nobody(slack_id: str) -> SlackPerson:
    return SlackPerson(
        id=slack_id, name=slack_id, email=None, zone=DEFAULT_ZONE, twelve_hour=False, state="unknown"
    )

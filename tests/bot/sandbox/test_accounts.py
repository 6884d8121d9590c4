"""Accounts that are closed, opened again, or kept silent, as the control door changes them and the bot hears of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox import SandboxServer
from tests.bot.sandbox.conftest import ALICE, Clock, Heard


class Admin:
    def __init__(self, slack: SandboxServer, door: httpx.Client) -> None:
        self._slack = slack
        self._door = door

    def changes(self, what: str) -> None:
        self._door.post("change", json={"what": what, "id": ALICE}).raise_for_status()

    def sees(self) -> dict[str, Any]:
        people = self._door.get("state").json()["people"]
        return next(one for one in people if one["id"] == ALICE)

    def told(self) -> list[Any]:
        return [one.data["changes"] for one in self._slack.workspace.stream.since(0) if one.kind == "person"]


@pytest.fixture
def admin(slack: SandboxServer) -> Iterator[Admin]:
    with httpx.Client(base_url=slack.control_url, timeout=10) as door:
        yield Admin(slack, door)


def test_the_bot_hears_of_an_account_that_is_closed_and_opened_again(
    admin: Admin, over_http: Heard, client: WebClient
) -> None:
    for what, is_closed in (("deactivate", True), ("reactivate", False)):
        admin.changes(what)
        event = over_http.bodies[-1]["event"]
        assert (event["type"], event["user"]["id"]) == ("user_change", ALICE)
        assert event["user"]["deleted"] is is_closed
        assert admin.sees()["deleted"] is is_closed
        assert client.users_info(user=ALICE)["user"]["deleted"] is is_closed


def test_do_not_disturb_lasts_half_a_day_unless_it_is_ended(
    admin: Admin, client: WebClient, clock: Clock
) -> None:
    assert admin.sees()["silent_until"] is None
    admin.changes("silence")
    half_a_day_on = clock.now + 12 * 3600
    assert admin.sees()["silent_until"] == half_a_day_on
    said = client.dnd_info(user=ALICE)
    assert (said["dnd_enabled"], said["next_dnd_end_ts"]) == (True, half_a_day_on)
    admin.changes("unsilence")
    assert client.dnd_info(user=ALICE)["dnd_enabled"] is False
    admin.changes("silence")
    clock.move(12 * 3600)
    assert admin.sees()["silent_until"] is None
    assert [one["silent_until"] for one in admin.told()] == [half_a_day_on, None, half_a_day_on]

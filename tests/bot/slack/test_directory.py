"""The directory: who somebody in Slack is, believed for five minutes, and never guessed."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace
from bot.slack import directory as directory_module
from bot.slack.directory import Directory, Unreachable, zone_of
from bot.slack.gateway import Refused, SlackFailed, web_client
from sla.policy import Person
from storage import people
from storage.database import Database

DEADLINE = timedelta(milliseconds=300)
BEGIN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


class Time:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace()
    workspace.add_user("U0ALICE", name="alice", real_name="Alice Anders", email="alice@acme.example")
    workspace.add_user("U0DIETER", name="dieter", email="d@acme.example", tz="Europe/Berlin", locale="de-DE")
    workspace.add_user("U0GUEST", name="guest", is_restricted=True)
    workspace.add_user("U0LONE", name="lone", is_ultra_restricted=True)
    workspace.add_user("U0FOREIGN", name="foreign", team_id="T0OTHER")
    workspace.add_user("U0STRANGER", name="stranger", is_stranger=True)
    workspace.add_user("U0GONE", name="gone", email="gone@acme.example", deleted=True)
    workspace.add_user("U0ROBOT", name="robot", is_bot=True)
    return workspace


@pytest.fixture
def slack(workspace: Workspace) -> Iterator[SandboxServer]:
    with SandboxServer(workspace) as slack:
        yield slack


@pytest.fixture
def directory(slack: SandboxServer, sqlite_database: Database, time: Time) -> Directory:
    web = web_client(slack.workspace.tokens.bot, slack.api_url, DEADLINE)
    return Directory(web, sqlite_database, team_id=slack.workspace.team_id, now=time)


def asked(workspace: Workspace) -> int:
    return len(workspace.ledger.calls("users.info"))


def person(**fields: Any) -> Person:
    return Person.model_validate({"email": "alice@acme.example", "name": "Alice Anders"} | fields)


def test_a_member_is_known_with_name_address_zone_and_clock(directory: Directory) -> None:
    alice = directory.who("U0ALICE")
    assert (alice.name, alice.email, alice.state) == ("Alice Anders", "alice@acme.example", "member")
    assert (alice.zone.key, alice.twelve_hour) == ("America/New_York", True)
    dieter = directory.who("U0DIETER")
    assert (dieter.zone.key, dieter.twelve_hour) == ("Europe/Berlin", False)


@pytest.mark.parametrize(
    ("slack_id", "state"),
    [
        ("U0ALICE", "member"),
        ("U0GUEST", "guest"),
        ("U0LONE", "guest"),
        ("U0FOREIGN", "foreign"),
        ("U0STRANGER", "foreign"),
        ("U0GONE", "deactivated"),
        ("U0ROBOT", "bot"),
        ("U0NOBODY", "unknown"),
    ],
)
def test_what_somebody_is_in_this_workspace_is_told_apart(
    directory: Directory, slack_id: str, state: str
) -> None:
    assert directory.who(slack_id).state == state


def test_slack_is_asked_once_in_five_minutes(directory: Directory, workspace: Workspace, time: Time) -> None:
    directory.who("U0ALICE")
    time.now += timedelta(minutes=4, seconds=59)
    directory.who("U0ALICE")
    assert asked(workspace) == 1
    time.now += timedelta(seconds=1)
    directory.who("U0ALICE")
    assert asked(workspace) == 2


def test_who_was_deactivated_is_noticed_after_five_minutes(
    directory: Directory, workspace: Workspace, time: Time
) -> None:
    assert directory.who("U0ALICE").state == "member"
    workspace.deactivate("U0ALICE")
    time.now += timedelta(minutes=5)
    assert directory.who("U0ALICE").state == "deactivated"


def test_during_an_outage_what_is_fresh_is_still_believed_and_nothing_older(
    directory: Directory, slack: SandboxServer, time: Time
) -> None:
    directory.who("U0ALICE")
    slack.begin_outage("refuse")
    time.now += timedelta(minutes=4)
    assert directory.who("U0ALICE").state == "member"
    time.now += timedelta(minutes=1)
    with pytest.raises(Unreachable):
        directory.who("U0ALICE")


@pytest.mark.parametrize("kind", ["drop", "stall", "status", "ratelimited"])
def test_an_answer_that_does_not_come_is_no_leave_to_press(
    directory: Directory, workspace: Workspace, kind: Any
) -> None:
    workspace.faults.fail(kind, "users.info", accept=False, seconds=5)
    with pytest.raises(Unreachable):
        directory.who("U0ALICE")
    assert directory.who("U0ALICE").state == "member"


def asking_at_once(directory: Directory) -> list[str]:
    """What each of eight learns who all want to know who Alice is."""
    together, learnt = threading.Barrier(8), list[str]()

    def ask() -> None:
        together.wait()
        try:
            learnt.append(directory.who("U0ALICE").state)
        except Unreachable:
            learnt.append("unreachable")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return learnt


def test_several_who_want_to_know_at_once_ask_slack_once(directory: Directory, workspace: Workspace) -> None:
    assert asking_at_once(directory) == ["member"] * 8
    assert asked(workspace) == 1


def test_an_answer_that_does_not_come_keeps_nobody_waiting_for_a_second_one(
    directory: Directory, workspace: Workspace
) -> None:
    workspace.faults.fail("stall", "users.info", accept=False, seconds=5)
    assert asking_at_once(directory) == ["unreachable"] * 8
    assert asked(workspace) == 1
    assert directory.who("U0ALICE").state == "member"


def test_a_clock_that_was_set_back_makes_nothing_fresh(
    directory: Directory, workspace: Workspace, time: Time
) -> None:
    directory.who("U0ALICE")
    time.now -= timedelta(hours=1)
    directory.who("U0ALICE")
    assert asked(workspace) == 2


def test_memory_is_bounded(
    directory: Directory, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_module, "KEPT_MAX", 2)
    for slack_id in ("U0ALICE", "U0DIETER", "U0GUEST", "U0ALICE"):
        directory.who(slack_id)
    assert asked(workspace) == 4
    directory.who("U0GUEST")
    assert asked(workspace) == 4


def test_a_person_whose_id_the_policy_leaves_out_is_found_by_address(directory: Directory) -> None:
    known = directory.introduce(person(), BEGIN)
    assert (known.slack_id, known.dm_channel, known.tz) == ("U0ALICE", "D0ALICE", "America/New_York")


def test_the_id_in_the_policy_needs_no_search(directory: Directory, workspace: Workspace) -> None:
    known = directory.introduce(person(email="other@acme.example", slack="U0ALICE"), BEGIN)
    assert (known.email, known.slack_id) == ("other@acme.example", "U0ALICE")
    assert workspace.ledger.calls("users.lookupByEmail") == []


def test_who_is_not_in_slack_or_no_longer_cannot_be_introduced(directory: Directory) -> None:
    with pytest.raises(SlackFailed) as nobody:
        directory.introduce(person(email="nobody@acme.example"), BEGIN)
    assert nobody.value.trouble == Refused(error="users_not_found")
    with pytest.raises(SlackFailed) as gone:
        directory.introduce(person(slack="U0GONE"), BEGIN)
    assert gone.value.trouble == Refused(error="user_deactivated")


def test_a_slack_id_comes_from_the_policy_or_from_what_was_found_before(
    directory: Directory, sqlite_database: Database
) -> None:
    assert directory.slack_id_of(person(slack="U0POLICY")) == "U0POLICY"
    assert directory.slack_id_of(person()) is None
    with sqlite_database.begin() as connection:
        people.put(connection, directory.introduce(person(), BEGIN))
    assert directory.slack_id_of(person()) == "U0ALICE"


def test_a_zone_that_this_machine_does_not_know_is_read_as_utc() -> None:
    assert [zone_of(name).key for name in ("Europe/Paris", "Mars/Crater", "../etc", "", None)] == [
        "Europe/Paris",
        "UTC",
        "UTC",
        "UTC",
        "UTC",
    ]

"""The doctor and the policy's channels and people: where each is in Slack, and whether it fits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.scopes import SCOPES
from tests.bot.patient import Patient, a_patient
from tests.sla.play import moment

BY_NAME = (("C0BACKUP", '"#lead-backup"'), ("C0MANAGERS", '"#sales-managers"'))


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    with a_patient(tmp_path, monkeypatch) as patient:
        yield patient


@pytest.fixture(params=["by id", "by name"])
def either_way(request: pytest.FixtureRequest, patient: Patient) -> Patient:
    """The policy calls its channels by id, or by name."""
    if request.param == "by name":
        patient.policy(*BY_NAME)
    return patient


def channels(patient: Patient, level: str) -> list[str]:
    """The lines about channels, which are called by their ids."""
    lines = patient.on("channel", level)
    for channel_id, name in BY_NAME:
        lines = [line.replace(name.strip('"'), channel_id) for line in lines]
    return lines


def test_a_channel_that_is_not_there_is_to_be_corrected(either_way: Patient) -> None:
    del either_way.workspace.channels["C0MANAGERS"]

    said = channels(either_way, "no")[0]
    assert said.startswith("C0MANAGERS does not exist, or is private and the bot is not in it. Correct the ")
    assert said.endswith("or write /invite @lead-sla there (teams.enterprise.manager_channel)")


def test_a_public_channel_without_the_bot_says_how_to_invite_it(either_way: Patient) -> None:
    either_way.workspace.channels["C0BACKUP"].kind = "public"
    either_way.workspace.kick_bot("C0BACKUP")

    assert channels(either_way, "no") == [
        "C0BACKUP: the bot is not in it. Write /invite @lead-sla there (teams.enterprise.backup_channel)"
    ]


def test_an_archived_channel_is_to_be_replaced(either_way: Patient) -> None:
    either_way.workspace.archive("C0BACKUP")

    assert channels(either_way, "no") == [
        "C0BACKUP is archived. Unarchive it, or name another (teams.enterprise.backup_channel)"
    ]


def test_a_channel_that_is_shared_outside_is_refused(either_way: Patient) -> None:
    either_way.workspace.channels["C0MANAGERS"].is_ext_shared = True

    assert channels(either_way, "no") == [
        "C0MANAGERS is shared with another company. Use a private channel of your own "
        "(teams.enterprise.manager_channel)"
    ]


def test_a_public_channel_is_worth_a_look(either_way: Patient) -> None:
    either_way.workspace.channels["C0BACKUP"].kind = "public"

    assert channels(either_way, "care") == [
        "C0BACKUP is public: everybody in the workspace can read leads' names there"
    ]
    assert channels(either_way, "no") == []


def test_a_public_channel_that_is_shared_is_told_the_worse_of_the_two(either_way: Patient) -> None:
    either_way.workspace.channels["C0BACKUP"].kind = "public"
    either_way.workspace.channels["C0BACKUP"].is_ext_shared = True

    assert len(channels(either_way, "no")) == 1
    assert channels(either_way, "care") == []


def test_what_a_name_hides_does_not_reach_the_terminal(patient: Patient) -> None:
    patient.workspace.channels["C0MANAGERS"].name = "red\x1b[31m\rok   \u202eall"

    assert patient.on("channel", "ok")[0] == "C0MANAGERS (#red [31m ok all): private, and the bot is in it"


def test_names_are_looked_up_in_one_reading_of_the_list(patient: Patient) -> None:
    patient.policy(*BY_NAME)

    assert len(patient.on("channel", "ok")) == 3
    assert patient.asked("conversations.list") == 1
    assert patient.asked("conversations.info") == 1


def test_a_list_of_many_pages_is_read_to_its_end(patient: Patient) -> None:
    backup = patient.workspace.channels.pop("C0BACKUP")
    for number in range(1_200):
        patient.workspace.add_channel(f"C0X{number}", name=f"x-{number}")
    patient.workspace.channels["C0BACKUP"] = backup
    patient.policy(("C0BACKUP", '"#lead-backup"'))

    assert "#lead-backup: private, and the bot is in it" in patient.on("channel", "ok")
    assert patient.asked("conversations.list") == 2


@pytest.mark.parametrize("archived_first", [True, False])
def test_a_name_that_is_in_use_again_is_not_taken_for_the_archived_one(
    patient: Patient, archived_first: bool
) -> None:
    in_use = patient.workspace.channels["C0BACKUP"]
    patient.workspace.add_channel("C0OLD", name="lead-backup", kind="private", is_archived=True)
    if archived_first:
        del patient.workspace.channels["C0BACKUP"]
        patient.workspace.channels["C0BACKUP"] = in_use
    patient.policy(("C0BACKUP", '"#lead-backup"'))

    assert patient.on("channel", "no") == []


@pytest.mark.parametrize("scope", ["channels:read", "groups:read"])
def test_channels_that_may_not_be_looked_at_are_named_with_the_scope(patient: Patient, scope: str) -> None:
    patient.policy(("C0BACKUP", '"#lead-backup"'))
    for channel in ("C0MANAGERS", "C0LEADOPS"):
        patient.workspace.channels[channel].kind = "public" if scope == "channels:read" else "private"
    patient.workspace.tokens.scopes.discard(scope)

    assert patient.on("channel", "care") == [
        f"#lead-backup: not looked up, {scope} is missing",
        f"C0MANAGERS was not looked at: {scope} is missing (teams.enterprise.manager_channel)",
        f"C0LEADOPS was not looked at: {scope} is missing (ops.channel)",
    ]


def test_somebody_who_is_not_in_the_workspace_is_to_be_corrected(patient: Patient) -> None:
    patient.policy((", slack: U0DIETER", ""))
    del patient.workspace.users["U0DIETER"]

    assert patient.on("person", "no") == [
        "dieter@acme.example is not in this workspace. Correct the address or set slack: (people[3])"
    ]
    assert patient.on("person", "ok") == ["6 of 7 people found in Slack as full members"]


def test_a_slack_id_that_nobody_has_is_to_be_corrected(patient: Patient) -> None:
    patient.policy(("slack: U0DIETER", "slack: U0TYPO"))

    said = "dieter@acme.example: U0TYPO is not in this workspace. Correct slack:, or leave it out"
    assert patient.on("person", "no")[0].startswith(said)


def test_people_are_found_by_their_addresses(patient: Patient) -> None:
    patient.without_slack_ids()

    assert patient.on("person", "ok") == ["7 of 7 people found in Slack as full members"]
    assert patient.asked("users.lookupByEmail") == 7
    assert patient.asked("users.info") == 0


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"deleted": True}, "alice@acme.example is deactivated in Slack"),
        ({"is_restricted": True}, "alice@acme.example is a guest in this workspace"),
        ({"is_ultra_restricted": True}, "alice@acme.example is a guest in this workspace"),
        ({"team_id": "T0OTHER"}, "alice@acme.example belongs to another workspace"),
        ({"is_bot": True}, "alice@acme.example is a bot in Slack"),
    ],
)
def test_who_may_not_press_is_said_with_what_to_do(
    patient: Patient, state: dict[str, object], said: str
) -> None:
    for name, value in state.items():
        setattr(patient.workspace.users["U0ALICE"], name, value)

    (line,) = patient.on("person", "no")
    assert line.startswith(said)
    assert line.endswith("(people[0])")


def test_an_id_copied_from_the_wrong_profile_is_noticed(patient: Patient) -> None:
    patient.workspace.users["U0ALICE"].email = "Mallory@acme.example"

    assert patient.on("person", "care") == [
        "alice@acme.example: U0ALICE is Mallory@acme.example in Slack. Check slack:, and the address (people[0])"
    ]


def test_an_address_in_other_letters_is_the_same_address(patient: Patient) -> None:
    patient.workspace.users["U0ALICE"].email = "Alice@Acme.example"

    assert patient.on("person", "care", "no") == []


def test_people_who_may_not_be_looked_up_are_counted_with_the_scope(patient: Patient) -> None:
    patient.policy((", slack: U0DIETER", ""))
    patient.workspace.tokens.scopes -= {"users:read", "users:read.email"}

    assert patient.on("person", "ok", "care", "no") == [
        "6 people were not looked up: users:read is missing",
        "1 person was not looked up: users:read.email is missing",
    ]


def test_a_zone_far_from_the_calendar_is_worth_a_look(patient: Patient) -> None:
    patient.workspace.users["U0DIETER"].tz = "America/New_York"

    assert patient.on("zone", "care") == [
        "dieter@acme.example is in America/New_York in Slack, 6 h from the calendar dach (Europe/Berlin). "
        "Give them a calendar: of their own, or let them set their zone in Slack (people[3])"
    ]


@pytest.mark.parametrize(
    ("zone", "lines"),
    [
        ("America/Chicago", 0),
        ("America/Denver", 0),  # two hours
        ("America/Los_Angeles", 1),  # three
        ("Asia/Kathmandu", 1),
        (None, 0),
        ("Mars/Olympus", 0),
    ],
)
def test_neighbouring_zones_and_unknown_ones_are_left_alone(
    patient: Patient, zone: str | None, lines: int
) -> None:
    patient.workspace.users["U0ALICE"].tz = zone

    assert len(patient.on("zone", "care")) == lines


def test_a_rep_is_compared_as_a_rep_and_not_as_the_backup_of_another_team(patient: Patient) -> None:
    patient.workspace.users["U0CARLA"].tz = "Europe/Berlin"

    assert "6 h from the calendar us-east (America/New_York)" in patient.on("zone", "care")[0]


def test_a_rep_of_two_teams_is_near_enough_to_one_of_them(patient: Patient) -> None:
    patient.policy(("reps: [dieter@acme.example]", "reps: [dieter@acme.example, alice@acme.example]"))

    assert patient.on("zone", "care") == []


def test_managers_have_no_clock_that_a_zone_could_harm(patient: Patient) -> None:
    patient.workspace.users["U0MIA"].tz = "Asia/Tokyo"

    assert patient.on("zone", "care") == []


def test_around_the_clock_no_zone_is_far(patient: Patient) -> None:
    patient.workspace.users["U0DIETER"].tz = "Asia/Tokyo"
    patient.policy(("calendar: dach, languages", "calendar: around-the-clock, languages"))

    assert patient.on("zone", "care") == []


def test_every_channel_and_person_is_checked_with_the_scopes_of_the_manifest_alone(patient: Patient) -> None:
    patient.workspace.tokens.scopes = {scope.name for scope in SCOPES}
    patient.policy(("C0BACKUP", '"#lead-backup"'), (", slack: U0DIETER", ""))

    assert [line for line in patient.says() if not line.startswith("ok") and "in force" not in line] == []


def at_night(patient: Patient, user: str) -> None:
    evening, morning = moment("Mon 22:00"), moment("Tue 8:00")
    patient.workspace.users[user].dnd = {
        "dnd_enabled": True,
        "next_dnd_start_ts": int(evening.timestamp()),
        "next_dnd_end_ts": int(morning.timestamp()),
    }


def test_who_is_on_call_and_keeps_slack_silent_is_worth_a_look(patient: Patient) -> None:
    at_night(patient, "U0OMAR")
    patient.policy((', phone: "+15550101"', ""), ("also_by: [sms]", "also_by: []"))
    patient.workspace.users["U0OMAR"].locale = "en-US"

    assert patient.on("person", "care") == [
        "omar@acme.example keeps Slack silent from 10:00 PM to 8:00 AM and is on call: add phone: for SMS, and sms to "
        "also_by: of the rotation (people[5])"
    ]


def test_whom_a_text_message_wakes_is_not_asked_about(patient: Patient) -> None:
    at_night(patient, "U0OMAR")

    assert patient.on("person", "care") == []
    assert patient.asked("dnd.info") == 0

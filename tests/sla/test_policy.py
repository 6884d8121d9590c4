"""What a policy says when little is written, and the look-ups that everybody else asks of it."""

from datetime import timedelta
from typing import Any

import pytest

from sla.durations import StepTime
from sla.policy import LEAD_FIELDS, Policy, check_policy, not_in_force

MINUTES = timedelta(minutes=1)


def minimal() -> dict[str, Any]:
    return {
        "calendars": {
            "days": {"timezone": "Europe/Berlin", "hours": {"mon": ["09:00-17:00"]}},
            "always": {"always": True},
        },
        "people": [
            {"email": "Ann@Acme.example", "name": "Ann", "slack": "U0ANN", "calendar": "always"},
            {"email": "ben@acme.example", "name": "Ben"},
        ],
        "teams": {
            "east": {
                "calendar": "days",
                "reps": ["ann@acme.example", "ben@acme.example"],
                "managers": ["ben@acme.example"],
                "manager_channel": "#managers",
                "backups": ["U0ANN"],
                "backup_channel": "C0BACKUP",
            },
            "west": {
                "calendar": "always",
                "reps": ["U0ANN"],
                "managers": ["U0ANN"],
                "manager_channel": "#managers",
                "backups": ["ben@acme.example"],
                "backup_channel": "C0BACKUP",
            },
        },
        "tiers": [
            {
                "name": "Hot",
                "when": {"score": {"at_least": 75}},
                "first_response": "5m",
                "calendar": "person",
            },
            {
                "name": "Partner",
                "when": {"partner": {"present": True}},
                "first_response": "1h",
                "calendar": "always",
            },
            {"name": "Rest", "when": {}, "first_response": "4h"},
        ],
        "routing": {"fallback": {"team": "east"}},
    }


@pytest.fixture
def policy() -> Policy:
    return check_policy(minimal())


def test_what_is_left_out_is_calm(policy: Policy) -> None:
    assert policy.name == "Lead SLA"
    assert policy.routing.keep_crm_owner is True
    assert policy.routing.on_reassignment == "continue"
    assert policy.routing.unowned.after == 2 * MINUTES
    assert policy.backup.claim_response == 30 * MINUTES
    assert policy.backup.unclaimed.remind_after == 15 * MINUTES
    assert policy.backup.unclaimed.review_after == 60 * MINUTES
    assert policy.backup.rounds_max == 2
    assert policy.notices.outside_hours == "hold"
    assert policy.reminders.apart == 10 * MINUTES
    assert policy.on_it.holds == 10 * MINUTES
    assert policy.extend.choices == (15 * MINUTES, 30 * MINUTES, 60 * MINUTES)
    assert policy.extend.times == 2
    assert policy.passes.per_day == 3
    assert policy.catch_up.grace == 15 * MINUTES
    assert policy.catch_up.summary_above == 5
    assert policy.intake.required == ("email", "company")
    assert policy.contact.counts == "attempt"
    assert policy.contact.back_date_max == 240 * MINUTES


def test_a_section_with_nothing_behind_its_key_counts_as_left_out(policy: Policy) -> None:
    assert policy.reminders == check_policy(minimal() | {"reminders": None, "on_call": None}).reminders


def test_the_two_calm_ladders_are_always_there(policy: Policy) -> None:
    own = {"mine": [{"at": "due", "do": ["notify_managers"]}]}
    assert list(check_policy(minimal() | {"ladders": own}).ladders) == ["standard", "gentle", "mine"]
    assert [str(step.at) for step in policy.ladders["standard"]] == [
        "50%",
        "10m before due",
        "due",
        "1h after due",
    ]
    assert policy.ladder_of(policy.tiers[0]) is policy.ladders["standard"]


def test_a_ladder_of_the_file_takes_the_place_of_the_calm_one_of_its_name() -> None:
    own = {"standard": [{"at": "due", "do": ["notify_managers"]}]}
    policy = check_policy(minimal() | {"ladders": own})
    assert [step.at for step in policy.ladders["standard"]] == [StepTime(kind="due")]


def test_where_nobody_is_named_the_fallback_teams_managers_hear_of_unowned_leads(policy: Policy) -> None:
    assert [person.name for person in policy.unowned_people] == ["Ben"]
    assert policy.routing.unowned.tell == ("ben@acme.example",)


@pytest.mark.parametrize("key", ["ann@acme.example", "ANN@ACME.EXAMPLE", " ann@acme.example ", "U0ANN"])
def test_a_person_is_found_by_address_in_any_case_and_by_slack_id(policy: Policy, key: str) -> None:
    person = policy.person(key)
    assert person is not None
    assert person.name == "Ann"


@pytest.mark.parametrize("key", ["zoe@acme.example", "u0ann", "", None])
def test_somebody_else_is_nobody(policy: Policy, key: str | None) -> None:
    assert policy.person(key) is None


def test_members_are_people_however_the_file_names_them(policy: Policy) -> None:
    assert [person.name for person in policy.reps("east")] == ["Ann", "Ben"]
    assert [person.name for person in policy.backups("east")] == ["Ann"]
    assert [person.name for person in policy.managers("west")] == ["Ann"]
    assert policy.reps("north") == ()
    assert policy.is_manager_of("west", "ann@acme.example")
    assert not policy.is_manager_of("east", "ann@acme.example")


def test_a_rep_of_two_teams_is_in_both_the_first_of_the_file_first(policy: Policy) -> None:
    assert policy.teams_of_rep("ANN@acme.example") == ("east", "west")
    assert policy.teams_of_rep("U0ANN") == ("east", "west")
    assert policy.teams_of_rep("zoe@acme.example") == ()
    assert policy.team_of_rep("ann@acme.example") == "east"
    assert policy.team_of_rep("ann@acme.example", preferred="west") == "west"
    assert policy.team_of_rep("ben@acme.example", preferred="west") == "east"
    assert policy.team_of_rep("zoe@acme.example", preferred="west") is None


@pytest.mark.parametrize(
    ("tier", "person", "calendar"),
    [
        ("Hot", "ann@acme.example", "always"),
        ("Hot", "ben@acme.example", "days"),
        ("Hot", None, "days"),
        ("Hot", "gone@acme.example", "days"),
        ("Partner", "ben@acme.example", "always"),
        ("Rest", "ann@acme.example", "days"),
    ],
)
def test_a_clock_runs_on_the_persons_the_teams_or_a_named_calendar(
    policy: Policy, tier: str, person: str | None, calendar: str
) -> None:
    found = policy.tier(tier)
    assert found is not None
    assert policy.calendar_name_for("east", found, person) == calendar
    assert policy.calendar_name_for("east", found, policy.person(person)) == calendar
    assert policy.calendar_for("east", found, person) is policy.calendars[calendar]


def test_a_persons_hours_are_their_own_calendar_else_the_teams(policy: Policy) -> None:
    assert policy.person_calendar("ann@acme.example", "east") is policy.calendars["always"]
    assert policy.person_calendar("ben@acme.example", "east") is policy.calendars["days"]


def test_a_tier_that_an_earlier_policy_had_is_none(policy: Policy) -> None:
    assert policy.tier("Warm") is None
    assert policy.tier(None) is None


def test_a_changed_copy_of_a_policy_looks_things_up_in_its_own_fields(policy: Policy) -> None:
    hot = policy.tiers[0]
    assert policy.tier("Hot") is hot
    copied = policy.model_copy(update={"tiers": (hot.model_copy(update={"name": "Renamed"}),)})
    assert copied.tier("Hot") is None
    assert copied.tier("Renamed") is copied.tiers[0]


def test_a_policy_written_out_and_read_again_is_the_same(policy: Policy) -> None:
    written = policy.model_dump(mode="json", by_alias=True)
    assert Policy.model_validate(written) == policy


def test_conditions_may_name_every_field_that_a_lead_can_have() -> None:
    from sla.details import LeadDetails

    assert set(LEAD_FIELDS) == set(LeadDetails.model_fields)


def test_all_of_a_minimal_policy_is_in_force(policy: Policy) -> None:
    assert not_in_force(policy) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("follow_up", {"attempts": 3, "within": "14d"}),
        ("disposition", {"within": "14d"}),
    ],
)
def test_what_is_kept_about_tiers_and_not_in_force_is_said(key: str, value: dict[str, Any]) -> None:
    data = minimal()
    data["tiers"][0][key] = value
    sentences = not_in_force(check_policy(data))
    assert f"tiers.{key}" in [sentence.partition(":")[0] for sentence in sentences]


def test_a_target_after_hours_for_which_nobody_is_paged_is_said_to_be_idle() -> None:
    data = minimal()
    data["tiers"][0]["after_hours"] = {"first_response": "1h"}
    told = [sentence.partition(":")[0] for sentence in not_in_force(check_policy(data))]
    assert "tiers.after_hours.first_response" in told

"""Programs say when people are away, over HTTP and with an admin's key."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import spells
from tests.bot.http.served import ADMIN_KEY, Door, problem

ALICE = "/v1/people/alice@acme.example/absences"
XMAS = {"from": "2026-12-24", "until": "2026-12-31", "cover": "bob@acme.example"}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def put(door: Door, *absences: Any, path: str = ALICE, key: str = ADMIN_KEY) -> Any:
    return door.ask("PUT", path, key, json={"absences": list(absences)})


def shown(door: Door) -> dict[str, Any]:
    answer = door.ask("GET", ALICE, ADMIN_KEY)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_a_list_of_absences_is_taken_in_the_persons_zone(either_door: Door) -> None:
    answer = put(either_door, XMAS)
    assert answer.status_code == 200, answer.text
    absence = {
        "kind": "out_of_office",
        "from": "2026-12-24T05:00:00Z",
        "until": "2027-01-01T05:00:00Z",
        "cover": "bob@acme.example",
        "set_by": "admin",
    }
    said = {"email": "alice@acme.example", "is_away": False, "is_active": True, "absences": [absence]}
    assert said == answer.json() == shown(either_door)


def test_a_later_list_takes_the_place_of_the_former_one(door: Door) -> None:
    put(door, XMAS)
    put(door, {"from": "2026-11-23T14:00:00Z", "until": "2026-11-23T20:00:00Z"})
    said = shown(door)
    assert [one["until"] for one in said["absences"]] == ["2026-11-23T20:00:00Z"]
    assert said["is_away"] is True
    put(door)
    assert shown(door)["absences"] == []


def test_the_switch_that_somebody_set_in_slack_stays_until_everything_is_removed(door: Door) -> None:
    with door.database.begin() as connection:
        spells.add(
            connection, "alice@acme.example", "away", from_at=door.at, until_at=None, cover=None,
            by="alice@acme.example", at=door.at,
        )  # fmt: skip
    put(door, XMAS)
    assert [one["kind"] for one in shown(door)["absences"]] == ["away", "out_of_office"]
    answer = door.ask("DELETE", ALICE, ADMIN_KEY)
    assert (answer.status_code, answer.json()["absences"]) == (200, [])


def test_only_an_admins_key_may_look_or_change(door: Door) -> None:
    for method in ("GET", "DELETE"):
        assert "admin key" in problem(door.ask(method, ALICE), 403)["detail"]
        problem(door.ask(method, ALICE, None), 401)
    problem(put(door, XMAS, key="website-key-1"), 403)
    assert shown(door)["absences"] == []


def test_an_address_of_nobody_is_not_found(door: Door) -> None:
    said = problem(put(door, XMAS, path="/v1/people/nobody@acme.example/absences"), 404)
    assert said["detail"] == "Nobody in the policy has this address. Use one that stands under people."


@pytest.mark.parametrize(
    ("absence", "field", "message"),
    [
        (
            {"from": "2026-12-24", "until": "2026-12-23"},
            "absences[0].until",
            "It would be over before it begins, 2026-12-24 05:00 UTC. Write a later end.",
        ),
        (
            {"from": "2026-11-01", "until": "2026-11-02"},
            "absences[0].until",
            "It was over 2026-11-03 05:00 UTC. Write an end that is ahead.",
        ),
        (
            XMAS | {"cover": "alice@acme.example"},
            "absences[0].cover",
            "Nobody can cover for themselves. Name a colleague.",
        ),
        (
            XMAS | {"cover": "nobody@acme.example"},
            "absences[0].cover",
            "nobody@acme.example is not in the lead SLA policy. Name a colleague who is: type @ and choose, "
            "or write the e-mail address.",
        ),
        (
            XMAS | {"from": "2026-12-24T10:00"},
            "absences[0].from",
            "needs a day such as 2026-12-24, or a time with its offset, such as 2026-12-24T18:00:00-05:00",
        ),
        ({"from": "2026-12-24"}, "absences[0].until", "is missing"),
        (XMAS | {"form": 1}, "absences[0].form", "is not known here; write from"),
        ("Christmas", "absences[0]", "is no JSON object with from and until"),
    ],
)
def test_an_absence_that_cannot_be_meant_is_refused_beside_its_field_and_nothing_changes(
    door: Door, absence: Any, field: str, message: str
) -> None:
    put(door, XMAS)
    [error] = problem(put(door, absence), 422)["errors"]
    assert {"field": field, "message": message} == error
    assert len(shown(door)["absences"]) == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("2026-12-24"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "until", "cover", "absences", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=VALUES | st.builds(lambda one: {"absences": [one]}, VALUES))
def test_whatever_is_sent_is_taken_or_said_to_be_wrong(door: Door, body: Any) -> None:
    assert door.ask("PUT", ALICE, ADMIN_KEY, json=body).status_code in (200, 422)

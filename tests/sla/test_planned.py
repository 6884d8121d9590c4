"""Times away and covers that stand in the policy file, and what is odd about on-call in it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sla.availability import NOTHING_KNOWN, PersonNow, Spell
from sla.on_call import Cover
from sla.on_call_notes import on_call_notes
from sla.planned import all_covers, planned_covers, planned_spells, with_planned
from sla.policy import Policy, check_policy
from tests.sla.policy_data import found_in, good, put

ANN, BEN = "ann@acme.example", "ben@acme.example"
SPELL = {"from": "2026-12-24", "until": "2026-12-27", "cover": BEN}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NOW = utc("2026-11-23T12:00")


def a_policy(*changes: Callable[[dict[str, Any]], None]) -> Policy:
    return check_policy(changed(*changes))


def changed(*changes: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    data = good()
    data["calendars"]["office"] = {"timezone": "Europe/Berlin", "hours": {"mon": ["09:00-17:00"]}}
    for change in changes:
        change(data)
    return data


def rotation(**fields: Any) -> dict[str, Any]:
    return {
        "timezone": "America/New_York",
        "hand_over": {"day": "mon", "at": "09:00"},
        "starts": "2026-11-02",
        "rotation": [ANN, BEN],
    } | fields


def notes_of(*changes: Callable[[dict[str, Any]], None], at: datetime = NOW) -> list[str]:
    return [note.text for note in on_call_notes(a_policy(*changes), at)]


def test_a_time_away_is_in_the_zone_of_the_persons_calendar_and_lasts_to_the_end_of_its_last_day() -> None:
    policy = a_policy(put("people/0/calendar", "office"), put("people/0/away", [SPELL]))
    expected = Spell(from_at=utc("2026-12-23T23:00"), until_at=utc("2026-12-27T23:00"), cover=BEN)
    assert (expected,) == planned_spells(policy, policy.people[0])


def test_without_a_calendar_of_their_own_people_are_in_their_teams_zone() -> None:
    policy = a_policy(put("teams/east/calendar", "office"), put("people/0/away", [SPELL]))
    assert utc("2026-12-23T23:00") == planned_spells(policy, policy.people[0])[0].from_at


def test_moments_end_when_they_say() -> None:
    away = {"from": "2026-12-24 12:00", "until": "2026-12-24T18:00-05:00"}
    policy = a_policy(put("people/0/away", [away]))
    expected = Spell(from_at=utc("2026-12-24T12:00"), until_at=utc("2026-12-24T23:00"))
    assert (expected,) == planned_spells(policy, policy.people[0])


def test_the_files_absences_come_after_those_that_were_set() -> None:
    policy = a_policy(put("people/0/away", [SPELL]))
    since = Spell(from_at=NOW)
    known = with_planned(policy, {ANN: PersonNow(out_of_office=(since,), open_leads=3)})
    assert (since, *planned_spells(policy, policy.people[0])) == known[ANN].out_of_office
    assert known[ANN].open_leads == 3
    assert BEN not in known
    assert NOTHING_KNOWN.out_of_office == ()


def test_the_files_covers_are_older_than_every_arranged_one() -> None:
    cover = {"person": "U0BEN", "from": "2026-11-24", "until": "2026-11-24"}
    policy = a_policy(put("on_call/hot", rotation(covers=[cover])))
    [planned] = planned_covers(policy, "hot")
    assert (BEN, utc("2026-11-24T05:00"), utc("2026-11-25T05:00")) == (
        planned.person,
        planned.from_at,
        planned.until_at,
    )
    arranged = Cover(person=ANN, from_at=NOW, until_at=utc("2026-12-01T00:00"), set_at=NOW)
    assert {"hot": (planned, arranged)} == all_covers(policy, {"hot": (arranged,), "gone": (arranged,)})
    assert planned.set_at < arranged.set_at


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            put("people/0/away", [SPELL | {"cover": "bne@acme.example"}]),
            'people[0].away[0].cover: people has no "bne@acme.example". Write ben@acme.example.',
        ),
        (
            put("people/0/away", [SPELL | {"cover": "U0ANN"}]),
            "people[0].away[0].cover: Ann cannot cover for themselves. Name a colleague.",
        ),
        (
            put("people/0/away", [SPELL | {"until": "2026-12-23"}]),
            "people[0].away[0].until: it ends (2026-12-23) before it begins (2026-12-24). "
            "Write a later end, or an earlier beginning.",
        ),
        (
            put("people/0/away", [SPELL | {"from": "Christmas"}]),
            "people[0].away[0].from: 'Christmas' is no day and no time. "
            'Write a day such as "2026-12-24", or a day and a time such as "2026-12-24 18:00".',
        ),
        (
            put(
                "on_call/hot",
                rotation(covers=[{"person": "U0NOBODY", "from": "2026-11-24", "until": "2026-11-25"}]),
            ),
            'on_call.hot.covers[0].person: people has no "U0NOBODY". '
            "Add an entry with this Slack id under people.",
        ),
        (
            put(
                "on_call/hot",
                rotation(covers=[{"person": BEN, "from": "2026-11-24 12:00", "until": "2026-11-24 12:00"}]),
            ),
            "on_call.hot.covers[0].until: it ends (2026-11-24 12:00:00) before it begins "
            "(2026-11-24 12:00:00). Write a later end, or an earlier beginning.",
        ),
    ],
)
def test_absences_and_covers_that_cannot_be_meant_are_refused_with_their_mend(
    change: Callable[[dict[str, Any]], None], said: str
) -> None:
    assert [said] == found_in(changed(change))


def test_a_rotation_that_is_covered_has_nothing_to_note() -> None:
    cover = {"person": ANN, "from": "2026-11-24", "until": "2026-11-24"}
    assert notes_of(put("on_call/hot", rotation(covers=[cover]))) == []


def test_before_a_rotation_starts_nobody_is_on_call() -> None:
    said = ["nobody is on call before Wed 2026-12-02 09:00, when the first shift begins."]
    assert said == notes_of(put("on_call/hot", rotation(starts="2026-12-02")))


def test_a_cover_in_the_past_is_noted_and_harmless() -> None:
    cover = {"person": BEN, "from": "2026-11-20", "until": "2026-11-20"}
    said = ["this cover by Ben was over Sat 2026-11-21 00:00 and changes nothing."]
    assert said == notes_of(put("on_call/hot", rotation(covers=[cover])))


def test_a_cover_of_ones_own_shift_is_noted() -> None:
    cover = {"person": ANN, "from": "2026-12-01", "until": "2026-12-01"}
    said = ["Ann is on call then anyway: this cover changes nothing."]
    assert said == notes_of(put("on_call/hot", rotation(covers=[cover])))


def test_two_covers_at_once_are_noted() -> None:
    covers = [
        {"person": ANN, "from": "2026-11-24", "until": "2026-11-26"},
        {"person": BEN, "from": "2026-11-26", "until": "2026-12-01"},
    ]
    said = ["Ann and Ben both cover from Thu 2026-11-26 00:00; Ann is paged, whose cover stands first."]
    assert said == notes_of(put("on_call/hot", rotation(covers=covers)))


def test_somebody_on_call_in_two_rotations_at_once_is_noted() -> None:
    said = ["Ben is on call here and in hot at once, from Mon 2026-11-23 09:00."]
    changes = (put("on_call/hot", rotation()), put("on_call/warm", rotation(rotation=[BEN])))
    assert said == notes_of(*changes)


def test_a_time_for_which_everybody_of_a_rotation_is_away_is_noted() -> None:
    away = [{"from": "2026-12-24", "until": "2026-12-26"}]
    changes = (put("on_call/hot", rotation()), put("people/0/away", away))
    assert notes_of(*changes) == []
    said = ["from Wed 2026-12-23 19:00 everybody of the rotation is away, so nobody is left to page."]
    assert said == notes_of(*changes, put("people/1/away", away))

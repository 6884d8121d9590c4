"""Who is told when about on-call shifts: the day before, when one begins, when one is over, and after a swap."""

from datetime import datetime, timedelta

import pytest

from sla.effects import Post, Role
from sla.on_call import Cover
from sla.policy import Policy, check_policy
from sla.shift_notices import LATE_MAX, shift_notices, shifts_ended, taken_over
from tests.sla.play import example_policy, moment
from tests.sla.policy_data import good

# Omar has the week before, Mia this one, Omar the next.
OMAR, MIA, BOB = "omar@acme.example", "mia@acme.example", "bob@acme.example"
HOT = "hot-leads"
HOUR = timedelta(hours=1)


def cover(
    from_at: str, until_at: str, person: str = BOB, set_at: str = "Mon 9:30"
) -> dict[str, tuple[Cover, ...]]:
    one = Cover(person=person, from_at=moment(from_at), until_at=moment(until_at), set_at=moment(set_at))
    return {HOT: (one,)}


def told(
    at: datetime | str, covers: dict[str, tuple[Cover, ...]] | None = None
) -> list[tuple[str, str, str | None]]:
    """Whom, from when, and who comes after them."""
    at = moment(at) if isinstance(at, str) else at
    posts = list(shift_notices(example_policy(), covers or {}, at))
    return [(str(post.to)[1:], post.data["from_at"], post.data["next"]) for post in posts]


def stamp(said: str) -> str:
    return moment(said).isoformat()


def test_a_shift_is_told_when_it_begins_and_for_half_a_day_after_an_absence_of_the_bot() -> None:
    said = [(MIA, stamp("Mon 9:00"), OMAR)]
    assert said == told("Mon 9:00") == told("Mon 20:59")
    assert told("Mon 21:00") == [] == told("Wed 12:00")


def test_a_shift_is_told_the_day_before() -> None:
    assert told("Sun 8:59") == []
    assert [(OMAR, stamp("next Mon 9:00"), MIA)] == told("Sun 9:00") == told("next Mon 8:59")


def test_the_same_notice_has_the_same_key_and_another_one_another() -> None:
    def keys(at: str) -> set[str]:
        return {post.key for post in shift_notices(example_policy(), {}, moment(at))}

    assert keys("Mon 9:00") == keys("Mon 12:00")
    assert keys("Sun 9:00") == keys("Sun 23:00")
    assert not keys("Sun 23:00") & keys("next Mon 9:00")


def test_a_notice_is_void_once_its_shift_is_over() -> None:
    [post] = shift_notices(example_policy(), {}, moment("Mon 9:00"))
    assert moment("next Mon 9:00") == post.expires_at


def test_one_person_who_is_always_on_call_is_not_told_every_week() -> None:
    data = good()
    data["on_call"] = {
        "hot": {
            "timezone": "America/New_York",
            "hand_over": {"day": "mon", "at": "09:00"},
            "starts": "2026-11-02",
            "rotation": ["ann@acme.example"],
        }
    }
    policy = check_policy(data)
    assert list(shift_notices(policy, {}, moment("Mon 9:00"))) == []
    assert list(shifts_ended(policy, {}, moment("Mon 9:00"))) == []


def test_before_a_rotation_starts_its_first_person_is_told_a_day_ahead() -> None:
    rotation = example_policy().on_call[HOT].model_copy(update={"starts": moment("Wed 9:00").date()})
    policy = example_policy().model_copy(update={"on_call": {HOT: rotation}})

    def people(at: str) -> list[str]:
        return [str(post.to)[1:] for post in shift_notices(policy, {}, moment(at))]

    assert people("Tue 8:59") == []
    assert people("Tue 9:00") == [OMAR]
    assert people("Wed 9:00") == [OMAR]


def test_a_cover_begins_and_ends_like_a_shift_of_its_own() -> None:
    covers = cover("Tue 18:00", "Wed 8:00")
    assert [(BOB, stamp("Tue 18:00"), MIA)] == told("Tue 18:00", covers)
    assert (MIA, stamp("Wed 8:00"), OMAR) in told("Wed 8:00", covers)


def ended(
    at: str, covers: dict[str, tuple[Cover, ...]] | None = None
) -> list[tuple[str, datetime, datetime]]:
    found = shifts_ended(example_policy(), covers or {}, moment(at))
    return [(one.person, one.from_at, one.until_at) for one in found]


def test_who_leaves_at_the_hand_over_is_told_about_the_whole_week() -> None:
    begun = moment("Mon 9:00") - timedelta(days=7)
    assert [(OMAR, begun, moment("Mon 9:00"))] == ended("Mon 9:00") == ended("Mon 20:59")
    assert ended("Mon 21:00") == []
    assert LATE_MAX == 12 * HOUR


def test_who_is_covered_for_an_evening_is_not_told_that_the_week_is_over_but_the_cover_is() -> None:
    covers = cover("Tue 18:00", "Wed 8:00")
    assert ended("Tue 18:00", covers) == []
    assert [(BOB, moment("Tue 18:00"), moment("Wed 8:00"))] == ended("Wed 8:00", covers)


def test_a_week_with_a_cover_in_it_is_still_one_week() -> None:
    covers = cover("Tue 18:00", "Wed 8:00")
    assert [(MIA, moment("Mon 9:00"), moment("next Mon 9:00"))] == ended("next Mon 9:00", covers)


def taken(from_at: str, set_at: str) -> Post:
    covers = cover(from_at, "Sat 9:00", set_at=set_at)
    return taken_over(example_policy(), HOT, covers[HOT][0], covers, instead_of=MIA)


@pytest.mark.parametrize(
    ("from_at", "set_at", "said_again_at"),
    [("Tue 18:00", "Tue 18:00", "Tue 18:00"), ("Tue 18:00", "Tue 9:00", "Tue 9:01")],
)
def test_who_takes_over_soon_is_told_at_once_and_not_again_a_minute_later(
    from_at: str, set_at: str, said_again_at: str
) -> None:
    post = taken(from_at, set_at)
    assert (Role.SHIFT, f"@{BOB}", MIA, MIA) == (
        post.role,
        str(post.to),
        post.data["instead_of"],
        post.data["next"],
    )
    covers = cover(from_at, "Sat 9:00", set_at=set_at)
    again = [one.key for one in shift_notices(example_policy(), covers, moment(said_again_at))]
    assert post.key in again


def test_who_takes_over_later_is_told_at_once_and_the_day_before() -> None:
    post = taken("Fri 9:00", "Mon 10:00")
    covers = cover("Fri 9:00", "Sat 9:00", set_at="Mon 10:00")
    day_before = [one.key for one in shift_notices(example_policy(), covers, moment("Thu 9:00"))]
    assert len(day_before) == 1
    assert post.key not in day_before


def test_a_person_is_named_by_address_also_where_the_rotation_has_a_slack_id() -> None:
    rotation = example_policy().on_call[HOT].model_copy(update={"rotation": ("U0OMAR", "U0MIA")})
    policy: Policy = example_policy().model_copy(update={"on_call": {HOT: rotation}})
    [post] = shift_notices(policy, {}, moment("Mon 9:00"))
    assert f"@{MIA}" == str(post.to)

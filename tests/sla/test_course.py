"""Which reminders a ladder leaves out on a clock, held against what the calendar says of each of them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.details import LeadDetails
from sla.ladder import next_step_at, own_rungs
from sla.lead import Clock, ClockKind, Lead, LeadId
from sla.policy import Policy
from sla.policy.targets import StepRule
from sla.rung import NEXT_IS_NEAR, TOO_LITTLE_TIME, Rung
from sla.working_time import NotEnoughOpenTimeError
from tests.sla.play import example_policy, moment

MINUTE = timedelta(minutes=1)
TIMES = st.one_of(
    st.integers(1, 99).map(lambda share: f"{share}%"),
    st.integers(1, 300).map(lambda minutes: f"{minutes}m before due"),
    st.just("due"),
    st.integers(1, 90).map(lambda minutes: f"{minutes}m after due"),
)
DEEDS = st.sampled_from(
    [["remind_owner"], ["remind_owner"], ["notify_owner"], ["remind_owner", "hand_to_backup"]]
)
STEPS = st.lists(
    st.builds(lambda at, do: StepRule.model_validate({"at": at, "do": do}), TIMES, DEEDS), max_size=6
)


def terms_with(steps: list[StepRule]) -> Policy:
    policy = example_policy()
    return policy.model_copy(update={"ladders": policy.ladders | {"standard": tuple(steps)}})


def lead_on(terms: Policy, start_at: datetime, target: timedelta, moved: timedelta | None = None) -> Lead:
    """A lead with a clock of that target on the hours of New York."""
    due_at = terms.calendars["us-east"].add(start_at, target)
    clock = Clock(
        lead_id=LeadId("L1"),
        number=1,
        kind=ClockKind.OWNER,
        person="alice@acme.example",
        calendar="us-east",
        started_at=start_at,
        due_at=due_at,
        hand_over_at=None if moved is None else due_at + moved,
    )
    return Lead(
        id=clock.lead_id,
        source="website",
        details=LeadDetails(external_id="web-1"),
        received_at=start_at,
        policy_version="1",
        tier="Standard",
        team="inside-sales",
        clocks=(clock,),
    )


def rungs_on(
    terms: Policy, start_at: datetime, target: timedelta, moved: timedelta | None = None
) -> list[Rung]:
    """The reminders of such a clock."""
    lead = lead_on(terms, start_at, target, moved)
    clock = lead.clocks[0]
    return [rung for rung in own_rungs(lead, clock, terms) if "remind_owner" in rung.do]


def why_left_out(
    terms: Policy, start_at: datetime, target: timedelta, reminders: list[Rung]
) -> list[str | None]:
    """The slow and obvious way: each by the calendar, on this very clock."""
    calendar = terms.calendars["us-east"]
    due_at = calendar.add(start_at, target)
    least = min(MINUTE, calendar.between(start_at, due_at) * 0.15)
    found: list[str | None] = []
    for place, rung in enumerate(reminders):
        following = reminders[place + 1].at if place + 1 < len(reminders) else None
        if calendar.between(rung.at, due_at) < least:
            found.append(TOO_LITTLE_TIME)
        elif following is not None and calendar.between(rung.at, following) <= terms.reminders.apart:
            found.append(NEXT_IS_NEAR)
        else:
            found.append(None)
    return found


@given(
    steps=STEPS,
    minutes_later=st.integers(0, 7 * 24 * 60),
    target=st.integers(1, 24 * 60),
    moved=st.none() | st.integers(1, 600),
)
def test_a_reminder_is_left_out_exactly_where_the_calendar_says_so(
    steps: list[StepRule], minutes_later: int, target: int, moved: int | None
) -> None:
    terms = terms_with(steps)
    start_at = moment("Mon 00:00") + minutes_later * MINUTE
    span = target * MINUTE

    reminders = rungs_on(terms, start_at, span, None if moved is None else moved * MINUTE)

    assert [rung.left_out for rung in reminders] == why_left_out(terms, start_at, span, reminders)


@given(steps=STEPS, minutes_later=st.integers(0, 7 * 24 * 60), target=st.integers(1, 24 * 60))
def test_the_next_step_of_a_new_clock_is_the_first_of_its_rungs(
    steps: list[StepRule], minutes_later: int, target: int
) -> None:
    terms = terms_with(steps)
    lead = lead_on(terms, moment("Mon 00:00") + minutes_later * MINUTE, target * MINUTE)
    clock = lead.clocks[0]

    first = min((rung.at for rung in own_rungs(lead, clock, terms)), default=None)

    assert next_step_at(lead, clock, terms) == first


def test_reminders_exactly_as_far_apart_as_may_be_are_too_near() -> None:
    policy = example_policy()
    apart = int(policy.reminders.apart / MINUTE)
    steps = [{"at": f"{minutes}m before due", "do": ["remind_owner"]} for minutes in (20 + apart, 20)]
    terms = terms_with([StepRule.model_validate(step) for step in steps])

    reminders = rungs_on(terms, moment("Mon 10:00"), timedelta(hours=4))

    assert [rung.left_out for rung in reminders] == [NEXT_IS_NEAR, None]


def test_a_clock_whose_ladder_ends_beyond_what_the_calendar_has_is_refused_when_it_starts() -> None:
    steps = [{"at": "50%", "do": ["remind_owner"]}, {"at": "1000bd after due", "do": ["hand_to_backup"]}]
    terms = terms_with([StepRule.model_validate(step) for step in steps])
    lead = lead_on(terms, moment("Mon 10:00"), timedelta(hours=4))

    with pytest.raises(NotEnoughOpenTimeError, match="within three years"):
        next_step_at(lead, lead.clocks[0], terms)


def test_of_two_reminders_at_the_same_working_time_the_one_before_the_closing_is_left_out() -> None:
    # Half of the four hours is over at the closing, and two hours before due it is the next opening.
    terms = terms_with(
        [
            StepRule.model_validate({"at": "120m before due", "do": ["remind_owner"]}),
            StepRule.model_validate({"at": "50%", "do": ["remind_owner"]}),
        ]
    )
    calendar = terms.calendars["us-east"]
    closes_at = calendar.next_close(moment("Mon 12:00"))
    assert closes_at is not None
    start_at = closes_at - timedelta(hours=2)

    reminders = rungs_on(terms, start_at, timedelta(hours=4))

    assert [(rung.at, rung.left_out) for rung in reminders] == [
        (closes_at, NEXT_IS_NEAR),
        (calendar.next_open(closes_at), None),
    ]


def test_a_policy_with_other_ladders_does_not_remember_the_courses_of_the_old_one() -> None:
    old = terms_with([StepRule.model_validate({"at": "50%", "do": ["remind_owner"]})])
    start_at, span = moment("Mon 10:00"), timedelta(hours=4)
    assert len(rungs_on(old, start_at, span)) == 1

    new = old.model_copy(update={"ladders": old.ladders | {"standard": ()}})

    assert rungs_on(new, start_at, span) == []


@pytest.mark.parametrize("spans", [3, 2_000])
def test_however_many_windows_were_asked_for_each_gets_its_own_course(spans: int) -> None:
    terms = terms_with([StepRule.model_validate({"at": "50%", "do": ["remind_owner"]})])

    worked = [terms.course("standard", minutes * MINUTE).steps[0].worked for minutes in range(1, spans + 1)]

    assert worked == [minutes * MINUTE / 2 for minutes in range(1, spans + 1)]
    assert len(vars(terms)["_courses"]) <= 1_000

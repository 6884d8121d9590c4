"""Why a lead is where it is, in words: who did what is said by name, also of people who have left."""

from dataclasses import replace

import pytest

from sla.details import LeadDetails
from sla.effects import Entry
from sla.explain import explain
from sla.facts import LeadArrived
from sla.lead import LeadId
from sla.sums import Say
from tests.sla.play import NEW_YORK, Play, example_policy, hot, moment

LOCAL = Say(
    time=lambda at: f"{at.astimezone(NEW_YORK):%H:%M}",
    day_time=lambda at: f"{at.astimezone(NEW_YORK):%a %H:%M}",
)
SAY = Say(time=lambda at: f"{at:%H:%M}", day_time=lambda at: f"{at:%a %H:%M}")


def clock_of(play: Play) -> str:
    terms = example_policy()
    return explain(play.it, play.entries, terms, terms, LOCAL).clock


def test_the_wait_for_what_a_lead_lacked_is_said_apart_from_its_sum() -> None:
    play = Play()
    details = LeadDetails(external_id="00Q-1", email="dana@northwind.example", score=88)
    fact = LeadArrived(
        lead_id=LeadId("L1"), at=play.now, source="website", details=details, needs=("company is missing",)
    )
    play.tell(fact)
    play.now = moment("Mon 10:20")
    filled = details.model_copy(update={"company": "Northwind"})
    play.tell(replace(fact, at=play.now, details=filled, needs=(), completed_by="ops@acme.example"))

    assert clock_of(play) == (
        "Clock: 5 working minutes. Came in Mon 10:00 and lacked something for 20 min, which is counted apart. "
        "Complete Mon 10:20. 5 min. Due 10:25. Paused 0 min."
    )
    said = explain(play.it, play.entries, example_policy(), example_policy(), LOCAL).so_far
    assert "10:20 Lead Ops completed it, 20 min after it came in" in said


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (
            "Mon 10:30",
            "5 working minutes from the request of Mon 10:30, which made it Hot. In Mon 10:00. Due Mon 10:35.",
        ),
        (
            "Mon 20:00",
            "1 h after hours from the request of Mon 20:00, which made it Hot. In Mon 10:00. Due Mon 21:00.",
        ),
    ],
)
def test_the_sum_of_a_lead_that_became_hotter_names_the_request(at: str, words: str) -> None:
    play = Play()
    play.arrives("Mon 10:00", score=10, country="US")
    play.it_is(at)
    details = LeadDetails(external_id="00Q-2", intent="pricing")
    play.tell(
        LeadArrived(lead_id=play.it.id, at=play.now, source="website", details=details, asks_again=True)
    )

    assert clock_of(play).startswith(f"Clock: the earlier of its own deadline and {words}")


@pytest.mark.parametrize(
    ("came_in", "ends"),
    [
        ("Mon 16:58", "3 min more. Due Tue 09:03. Paused 0 min."),
        ("Mon 16:30", "The owner's own clock: In Mon 17:00. 1 h. Due 18:00. Paused 0 min."),
    ],
)
def test_the_time_that_a_page_at_closing_gives_is_the_one_that_is_reckoned(came_in: str, ends: str) -> None:
    play = Play()
    play.arrives(came_in, **hot())
    play.was_told()
    play.it_is("Mon 17:00")

    assert clock_of(play).endswith(ends)
    assert play.clock.due_at is not None
    assert LOCAL.time(play.clock.due_at) in ends


@pytest.mark.parametrize(
    ("kind", "who", "said"),
    [
        ("told", "bob@acme.example", "Bob Brandt told"),
        ("told", "alice@acme.example", "Alice Anders told"),
        ("told", "nora@acme.example", "Nora Nye told"),
        ("told", "zoe@acme.example", "zoe@acme.example told"),
        ("owner_removed", "alice@acme.example", "Alice Anders is no longer in the policy"),
    ],
)
def test_people_go_by_the_last_name_that_is_known(kind: str, who: str, said: str) -> None:
    play = Play()
    play.arrives(owner="alice@acme.example", score=88)
    terms = example_policy()
    policy = terms.model_copy(update={"people": tuple(p for p in terms.people if p.name != "Alice Anders")})
    line = Entry(kind=kind, occurred_at=moment("Mon 10:00"), logged_at=moment("Mon 10:00"), who=who)

    explained = explain(play.it, [line], policy, terms, SAY, {"nora@acme.example": "Nora Nye"})

    assert explained.so_far == (f"15:00 {said}",)


@pytest.mark.parametrize(
    ("score", "says"),
    [(70, "Mon 10:30 deadline, owner told, managers told"), (40, "managers told by Mon 14:30")],
)
def test_what_comes_next_says_when_the_managers_are_told(score: int, says: str) -> None:
    play = Play()
    play.arrives("Mon 10:00", score=score, country="US")

    terms = example_policy()
    ahead = explain(play.it, play.entries, terms, terms, LOCAL).ahead
    assert any(line.endswith(says) for line in ahead), ahead

"""Why a lead is where it is, in words: who did what is said by name, also of people who have left."""

import pytest

from sla.effects import Entry
from sla.explain import explain
from sla.sums import Say
from tests.sla.play import Play, example_policy, moment

SAY = Say(time=lambda at: f"{at:%H:%M}", day_time=lambda at: f"{at:%a %H:%M}")


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

"""What a ladder of the policy may be."""

from typing import Any

import pytest

from sla.policy import check_policy
from tests.sla.policy_data import STEPS, found_in, good

LADDERS_WRONG = [
    (
        [STEPS["due"], STEPS["half"]],
        "[1].at: 50% comes earlier than due, which stands before it. Write the steps in order of time.",
    ),
    ([{"at": "60%", "do": ["remind_owner"]}, STEPS["half"]], "[1].at: 50% comes earlier than 60%"),
    (
        [{"at": "5m before due", "do": ["remind_owner"]}, {"at": "10m before due", "do": ["remind_owner"]}],
        "[1].at: 10m before due comes earlier than 5m before due",
    ),
    (
        [{"at": "2h after due", "do": ["notify_managers"]}, STEPS["over"]],
        "[1].at: 1h after due comes earlier than 2h after due",
    ),
    ([STEPS["half"], STEPS["half"]], "[1].at: two steps stand at 50%. Write one step that does both."),
    ([STEPS["due"], STEPS["due"]], "[1].at: two steps stand at due."),
    (
        [STEPS["over"], {"at": "2h after due", "do": ["notify_managers"]}],
        "[0].do: nothing follows on a ladder after hand_to_backup. Make this the last step.",
    ),
    (
        [{"at": "due", "do": ["remind_owner"]}],
        "[0].do[0]: a reminder is not said once the deadline has passed. Write notify_owner.",
    ),
    (
        [{"at": "50%", "do": ["hand_to_backup"]}],
        "[0].do[0]: hand_to_backup belongs to a step at due or later.",
    ),
    ([{"at": "50%", "do": ["notify_owner"]}], "[0].do[0]: notify_owner belongs to a step at due or later."),
    ([{"at": "due", "do": ["notify_owner"] * 2}], "[0].do: notify_owner stands here twice. Write it once."),
    ([{"at": "due", "do": []}], "[0].do: at least one must stand here."),
    ([{"at": "due", "do": ["notify"]}], '[0].do[0]: "notify" is not possible here.'),
    (
        [STEPS["half"] | {"status": "Breached"}],
        "[0].status: a step before due means At Risk, not Breached. Write At Risk, or leave status out.",
    ),
    (
        [STEPS["due"] | {"status": "At Risk"}],
        "[0].status: a step at due or later means Breached, not At Risk.",
    ),
    (
        [STEPS["over"] | {"status": "Breached"}],
        "[0].status: a step with hand_to_backup means Escalated, not Breached.",
    ),
    ([STEPS["due"] | {"status": "Late"}], '[0].status: "Late" is not possible here.'),
    (
        [STEPS["half"] | {"at": "100%"}],
        "[0].at: a step's percentage goes from 1% to 99%, not 100%. For 100% write due.",
    ),
    ([STEPS["half"] | {"at": "soon"}], '[0].at: "soon" is not a time for a step.'),
]


@pytest.mark.parametrize(("ladder", "said"), LADDERS_WRONG)
def test_a_ladder_that_makes_no_sense_is_one_problem(ladder: list[dict[str, Any]], said: str) -> None:
    [problem] = found_in(good() | {"ladders": {"own": ladder}})
    assert problem.startswith(f"ladders.own{said}")


@pytest.mark.parametrize(
    "ladder",
    [
        [],
        [STEPS["half"], {"at": "10m before due", "do": ["remind_owner"], "status": "At Risk"}, STEPS["due"]],
        [{"at": "10m before due", "do": ["remind_owner"]}, STEPS["half"], STEPS["due"]],
        [STEPS["due"] | {"status": "Breached"}, STEPS["over"] | {"status": "Escalated"}],
        [
            STEPS["due"],
            {"at": "8h after due", "do": ["notify_managers"]},
            {"at": "1bd after due", "do": ["hand_to_backup"]},
        ],
        [{"at": "due", "do": ["notify_owner", "notify_managers", "hand_to_backup"], "status": "Escalated"}],
    ],
)
def test_a_ladder_in_order_is_good(ladder: list[dict[str, Any]]) -> None:
    assert len(check_policy(good() | {"ladders": {"own": ladder}}).ladders["own"]) == len(ladder)


def test_a_policy_whose_ladders_never_hand_over_needs_no_backups() -> None:
    data = good() | {"ladders": {"standard": [STEPS["due"]]}}
    del data["teams"]["east"]["backups"], data["teams"]["east"]["backup_channel"]
    assert check_policy(data).backups("east") == ()

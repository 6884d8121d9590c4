"""What lead ops are asked, and what managers hear of messages that reach nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sla.effects import Role
from sla.lead import ClockKind, Closing, Completion, Lead
from sla.showing_teams import AttentionState, CheckState, attention, lead_ops_check
from tests.bot.slack.samples import (
    ALICE,
    BARE,
    BOB,
    MIA,
    OPS,
    a_lead,
    at,
    breached,
    buttons_of,
    changed,
    channel,
    clock,
    contacted,
    drawn,
    given_to,
    header_of,
    person,
    rich_of,
    said_by,
)
from tests.bot.slack.samples import DANA as DANA_DETAILS
from tests.bot.slack.test_owner_card import confirmed, rejected

DANA = "Dana Reyes, Northwind Freight"
SCORE = "score is 'many'; it needs a number from 0 to 100"


def incomplete() -> Lead:
    return a_lead(
        DANA_DETAILS.model_copy(update={"score": None, "attributes": {"unusable": {"score": "many"}}}),
        tier=None,
        team=None,
        owner=None,
        started_at=None,
        due_at=None,
        status=None,
        clocks=(),
        needs=(SCORE,),
    )


def attention_rows() -> list[Any]:
    closed = replace(incomplete(), closing=Closing(by=MIA, at=at("11:30"), reason="spam"))
    taken_in = replace(closed, closing=Closing(by=OPS, at=at("11:30"), reason="open", into="L2"), owner=BOB)
    return [
        (
            incomplete(),
            AttentionState.OPEN,
            f"📥 Needs details: {DANA}",
            "*No clock runs yet.* Came in {10:01 AM} from website.",
        ),
        (
            a_lead(),
            AttentionState.STARTED,
            f"➡️ Complete: {DANA}",
            "Its time began {10:01 AM}; it is with Alice Anders. Nothing to do.",
        ),
        (
            a_lead(completion=Completion(at=at("10:01"), by=OPS, waited=timedelta(minutes=9))),
            AttentionState.STARTED,
            f"➡️ Complete: {DANA}",
            "Lead Ops completed it {10:01 AM}; it is with Alice Anders. Nothing to do.",
        ),
        (
            taken_in,
            AttentionState.MERGED,
            f"➡️ Asked again: {DANA}",
            "Lead Ops completed it {11:30 AM}. The same person's open lead took it in; that is with Bob Brandt. "
            "Nothing to do.",
        ),
        (
            replace(taken_in, owner=None),
            AttentionState.MERGED,
            f"➡️ Asked again: {DANA}",
            "Lead Ops completed it {11:30 AM}. The same person's open lead took it in. Nothing to do.",
        ),
        (
            closed,
            AttentionState.CLOSED,
            f"➡️ Closed: {DANA}",
            "Mia Moreno closed it {11:30 AM}. Nothing to do.",
        ),
    ]


def check_rows() -> list[Any]:
    sent_back = given_to(rejected(), ALICE, "sent_back", "10:30", "10:45", by=OPS)
    moved = given_to(rejected(), BOB, "reassigned", "10:30", "10:45", by=MIA)
    sent_on = given_to(replace(sent_back, rejection=None), BOB, "reassigned", "10:35", "10:45", by=MIA)
    again = changed(sent_back, 3, stopped_at=at("10:40"), stopped_by="rejected").with_clock(
        clock(4, kind=ClockKind.CHECK, by=ALICE, started_at=at("10:40"), due_at=None)
    )
    return [
        (
            rejected(),
            CheckState.OPEN,
            f"🧭 Not a real lead? {DANA}",
            "*Alice Anders* said it {10:03 AM}: duplicate. The clock is stopped, with 3 min left. "
            "Confirm, and it is closed without a breach. Send it back, and its time runs on.",
        ),
        (
            confirmed(),
            CheckState.CONFIRMED,
            f"➡️ Closed: {DANA}",
            "Lead Ops closed it {10:30 AM}. Nothing to do.",
        ),
        (
            replace(sent_back, rejection=None),
            CheckState.SENT_BACK,
            f"➡️ Sent back: {DANA}",
            "Lead Ops sent it back {10:30 AM}. It is with Alice Anders, contact by {10:45 AM}.",
        ),
        (
            sent_on,
            CheckState.SENT_BACK,
            f"➡️ Sent back: {DANA}",
            "Lead Ops sent it back {10:30 AM}; it has moved on since. Nothing to do.",
        ),
        (
            replace(again, owner=None),
            CheckState.REJECTED_AGAIN,
            f"➡️ Rejected again: {DANA}",
            "Alice Anders said it {10:40 AM}. The newer message asks about it; nothing to do here.",
        ),
        (
            contacted(rejected(), MIA, "10:20"),
            CheckState.CONTACTED,
            f"✅ Contacted: {DANA}",
            "Mia Moreno called, spoke to them, {10:20 AM}. Nothing to do.",
        ),
        (moved, CheckState.MOVED, f"➡️ Moved on: {DANA}", "It moved on {10:30 AM}. Nothing to do."),
    ]


def absences() -> list[Any]:
    return [
        (Role.UNDELIVERED, a_lead(), None, {"data": {"place": f"@{ALICE}", "error": "account_inactive"}}),
        (Role.UNDELIVERED, breached(), None, {"data": {"place": "C0BACKUP", "error": "is_archived"}}),
        (Role.UNDELIVERED, breached(), None, {"data": {"place": "sms:+15550199", "error": "21211"}}),
        (Role.UNDELIVERED, a_lead(), None, {"data": {"place": f"mailto:{ALICE}", "error": "550"}}),
        (Role.OWNER_REMOVED, a_lead(), None, {"data": {"person": ALICE}}),
        (Role.OWNER_REMOVED, breached(), None, {"data": {"person": "old.hand@acme.example", "count": 3}}),
    ]


@pytest.mark.parametrize(("lead", "state", "header", "said"), attention_rows(), ids=lambda v: str(v)[:24])
def test_a_lead_that_lacks_something_has_a_row_for_each_state(
    lead: Lead, state: AttentionState, header: str, said: str
) -> None:
    message = drawn(Role.NEEDS_ATTENTION, lead, person("12:30"))
    assert (state, header, said) == (attention(lead), header_of(message), said_by(message))
    to_do = ["Complete*"] if state is AttentionState.OPEN else []
    assert buttons_of(message) == [*to_do, "Open in CRM", "Why?"]


def test_where_nothing_can_be_filled_in_there_is_no_button_for_it() -> None:
    message = drawn(Role.NEEDS_ATTENTION, replace(incomplete(), details=DANA_DETAILS), person("12:30"))
    assert buttons_of(message) == ["Open in CRM", "Why?"]
    assert "Press Complete" not in message["text"]


def test_what_is_missing_is_said_with_the_way_to_mend_it() -> None:
    message = drawn(Role.NEEDS_ATTENTION, incomplete(), person("12:30"))
    assert rich_of(message)[:2] == [
        f"Missing or wrong: {SCORE}.",
        "Press Complete, or send it again from its source with that mended. Its time starts then.",
    ]
    assert message["text"].startswith(
        "Needs details: Dana Reyes, Northwind Freight. No clock runs yet. Came in 10:01 AM from website. Missing "
        f"or wrong: {SCORE}. Press Complete"
    )


def test_every_state_of_both_questions_has_a_row() -> None:
    assert set(AttentionState) == {row[1] for row in attention_rows()}
    assert set(CheckState) == {row[1] for row in check_rows()}


@pytest.mark.parametrize(("lead", "state", "header", "said"), check_rows(), ids=lambda v: str(v)[:24])
def test_the_question_whether_it_is_a_real_lead_has_a_row_for_each_state(
    lead: Lead, state: CheckState, header: str, said: str
) -> None:
    message = drawn(Role.LEAD_OPS_CHECK, lead, person("12:30"), clock=2)
    assert (state, header, said) == (lead_ops_check(lead, 2), header_of(message), said_by(message))
    asks = ["Confirm, close it", "Send it back", "Open in CRM", "Why?"]
    assert (asks if state is CheckState.OPEN else ["Open in CRM", "Why?"]) == buttons_of(message)


def test_a_typed_reason_is_quoted_to_lead_ops() -> None:
    message = drawn(Role.LEAD_OPS_CHECK, rejected("not a real lead", "a *student* asking"), person(), clock=2)
    assert "a *student* asking" in rich_of(message)
    assert '"a *student* asking".' in message["text"]


def test_somebody_whom_slack_does_not_reach_is_named_to_the_managers() -> None:
    message = drawn(Role.UNDELIVERED, a_lead(), channel(), data={"place": f"@{ALICE}"})
    assert header_of(message) == "⚠️ Not reached in Slack: Alice Anders"
    assert said_by(message) == (
        "*The message about this lead did not arrive:* Slack takes none for this person. "
        "Contact by {10:06 AM}. Reassign it, or tell them another way."
    )
    assert buttons_of(message) == ["Reassign"]
    assert message["text"].startswith(
        "Not reached in Slack: Alice Anders. Dana Reyes, Northwind Freight, Hot. Contact by 10:06 AM New York. "
        "The message about this lead did not arrive: Slack takes none for this person."
    )


def test_a_channel_that_slack_does_not_reach_is_named_too() -> None:
    message = drawn(Role.UNDELIVERED, breached(), person(), data={"place": "C0BACKUP"})
    assert header_of(message) == "⚠️ Not delivered to C0BACKUP"
    assert said_by(message).startswith("*This lead could not be shown there:* ")


@pytest.mark.parametrize(
    ("place", "header", "said"),
    [
        (
            "sms:+15550199",
            "⚠️ Not reached by text message: a colleague",
            "*A text message about this lead was refused:* the number ending 0199 takes none. Contact by {10:06 AM}. "
            "Correct their phone in the policy. Until then they are told in Slack alone.",
        ),
        (
            f"mailto:{ALICE}",
            "⚠️ Not reached by e-mail: Alice Anders",
            "*An e-mail about this lead was refused:* alice@acme.example takes none. Contact by {10:06 AM}. "
            "Correct their address in the policy. Until then they are told in Slack alone.",
        ),
    ],
)
def test_lead_ops_read_which_number_or_address_to_correct(place: str, header: str, said: str) -> None:
    message = drawn(Role.UNDELIVERED, a_lead(), person(), data={"place": place})
    assert (header_of(message), said_by(message), buttons_of(message)) == (header, said, [])


def test_an_owner_who_left_the_policy_is_named_with_the_open_leads() -> None:
    one = drawn(Role.OWNER_REMOVED, a_lead(), channel(), data={"person": "old.hand@acme.example"})
    assert header_of(one) == "⚠️ No longer in the policy: old.hand"
    assert said_by(one).startswith("*This open lead has no owner in the policy now.* Contact by {10:06 AM}.")
    many = drawn(Role.OWNER_REMOVED, a_lead(), channel(), data={"person": ALICE, "count": 3})
    assert said_by(many).startswith("*3 open leads have no owner in the policy now.* ")
    assert buttons_of(many) == ["Reassign"]


@pytest.mark.parametrize(
    ("role", "data", "name"),
    [
        (Role.UNDELIVERED, {"place": f"@{ALICE}"}, "Alice Anders"),
        (Role.UNDELIVERED, {"place": "C0BACKUP"}, "C0BACKUP"),
        (Role.OWNER_REMOVED, {"person": ALICE}, "Alice Anders"),
        (Role.OWNER_REMOVED, {"person": ALICE, "count": 3}, "Alice Anders"),
    ],
)
def test_who_was_not_reached_is_named_once(role: Role, data: dict[str, Any], name: str) -> None:
    message = drawn(role, a_lead(), channel(), data=data)
    shown = f"{header_of(message)} {said_by(message)}"
    assert (shown.count(name), message["text"].count(name)) == (1, 1)


def test_a_lead_without_a_name_goes_by_its_number_never_by_its_address() -> None:
    nameless = BARE.model_copy(update={"first_name": None})
    message = drawn(Role.UNDELIVERED, a_lead(nameless), channel(), data={"place": f"@{ALICE}"})
    assert "lead 00Q-1003" in message["text"]
    assert "sam@loom.example" not in str(message)

"""Slack refuses a message for good: whoever can help is told, once, and the lead goes on."""

from collections.abc import Callable

import pytest

from sla.effects import Role
from sla.facts import LeadReassigned
from sla.lead import Stage
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, BOB, EMAILS, MANAGERS, OPS
from tests.faults.rig import Rig

Change = Callable[[Rig], object]

OWNER_GONE: dict[str, Change] = {
    "deactivated": lambda rig: rig.workspace.deactivate("U0ALICE"),
    "deleted": lambda rig: rig.workspace.users.pop("U0ALICE"),
    "a conversation that is closed": lambda rig: rig.workspace.faults.fail(
        "error", "conversations.open", accept=False, error="user_disabled"
    ),
    "an answer that nobody knows": lambda rig: rig.workspace.faults.fail(
        "error", "chat.postMessage", accept=False, error="new_kind_of_error", channel=ALICE, times=None
    ),
}
CHANNEL_GONE: dict[str, Callable[[Rig, str], object]] = {
    "archived": lambda rig, channel: rig.workspace.archive(channel),
    "left by the bot": lambda rig, channel: rig.workspace.kick_bot(channel),
    "deleted": lambda rig, channel: rig.workspace.channels.pop(channel),
}


def states(rig: Rig, role: Role) -> list[tuple[str, State]]:
    return [(one.place, one.state) for one in rig.deliveries() if one.role is role]


@pytest.mark.parametrize("how", OWNER_GONE)
def test_an_owner_who_cannot_be_reached_is_told_to_the_managers_with_reassign(rig: Rig, how: str) -> None:
    OWNER_GONE[how](rig)
    lead_id = rig.office.a_lead_arrives()
    rig.passes(seconds=30)

    assert states(rig, Role.OWNER_CARD) == [("@alice@acme.example", State.REFUSED)]
    [told] = rig.workspace.shown_in(MANAGERS)
    # Whose account is closed will not come back: then their leads are in the queue already.
    began = ("Not reached in Slack: Alice Anders.", "No longer active in Slack: Alice Anders.")
    assert told.text.startswith(began)
    assert told.text.endswith(("Button: Reassign.", "Button: Reassign for each."))

    rig.office.record(
        LeadReassigned(lead_id=lead_id, at=rig.now, to=EMAILS["bob"], by=EMAILS["mia"], reason="away")
    )
    rig.passes(seconds=30)
    assert len(rig.texts(BOB)) == 1


def test_an_owner_who_cannot_be_reached_is_told_of_once_and_gets_nothing_more(rig: Rig) -> None:
    rig.workspace.deactivate("U0ALICE")
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 11:30")

    assert states(rig, Role.ACCOUNT_CLOSED) == [(MANAGERS, State.SENT)]
    assert states(rig, Role.REMINDER) == states(rig, Role.DEADLINE_PASSED) == []
    breach = rig.office.lead(lead_id).breach
    assert breach is not None
    assert (breach.owner, breach.owner_told) == (None, False)
    assert rig.office.lead(lead_id).owner is None


def test_a_guest_among_the_reps_gets_the_card(rig: Rig) -> None:
    rig.workspace.users["U0ALICE"].is_restricted = True
    lead_id = rig.office.a_lead_arrives()
    rig.passes(seconds=1)
    assert rig.office.card(lead_id).state is State.SENT


@pytest.mark.parametrize("how", CHANNEL_GONE)
def test_a_backup_channel_that_refuses_is_told_to_the_managers(rig: Rig, how: str) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 11:00")
    CHANNEL_GONE[how](rig, BACKUP)

    rig.it_is("Mon 11:06")

    assert states(rig, Role.QUEUE_CARD) == [(BACKUP, State.REFUSED)]
    assert states(rig, Role.UNDELIVERED) == [(MANAGERS, State.SENT)]
    rig.it_is("Mon 12:06")
    assert rig.office.lead(lead_id).stage is Stage.IN_REVIEW


@pytest.mark.parametrize("how", CHANNEL_GONE)
def test_a_managers_channel_that_refuses_is_told_to_lead_ops(rig: Rig, how: str) -> None:
    rig.office.a_lead_arrives()
    rig.it_is("Mon 10:04")
    CHANNEL_GONE[how](rig, MANAGERS)

    rig.it_is("Mon 10:06")

    assert states(rig, Role.MANAGERS_CARD) == [(MANAGERS, State.REFUSED)]
    assert states(rig, Role.UNDELIVERED) == [("@ops@acme.example", State.SENT)]
    assert len(rig.texts(OPS)) == 1


def test_a_channel_that_was_renamed_or_made_public_gets_its_messages(rig: Rig) -> None:
    rig.office.a_lead_arrives()
    rig.it_is("Mon 10:04")
    rig.workspace.channels[MANAGERS].name = "sales-leadership"
    rig.workspace.channels[MANAGERS].kind = "public"

    rig.it_is("Mon 10:06")

    assert states(rig, Role.MANAGERS_CARD) == [(MANAGERS, State.SENT)]


def test_where_nobody_at_all_can_be_told_everything_ends_and_the_clocks_run_on(rig: Rig) -> None:
    for user in ("U0ALICE", "U0OPS"):
        rig.workspace.deactivate(user)
    for channel in (MANAGERS, BACKUP):
        rig.workspace.archive(channel)
    lead_id = rig.office.a_lead_arrives()

    rig.it_is("Mon 12:10")

    assert {one.state for one in rig.deliveries()} <= {State.REFUSED, State.VOID}
    assert rig.office.lead(lead_id).stage is Stage.IN_REVIEW
    assert rig.workspace.ledger.posts() == []


def test_a_managers_channel_that_comes_back_is_used_again(rig: Rig) -> None:
    rig.workspace.archive(MANAGERS)
    rig.office.a_lead_arrives()
    rig.it_is("Mon 10:06")
    rig.workspace.channels[MANAGERS].is_archived = False

    other = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:20")

    [card] = rig.texts(MANAGERS)
    assert card.startswith("Breached: Northwind 2")
    assert rig.office.lead(other).managers_told_at is not None

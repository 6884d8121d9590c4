"""Cards: what stands in Slack follows its lead, with as few edits as it takes."""

import pytest
from sqlalchemy import update

from sla.effects import Role
from sla.facts import LeadClosed, OnItPressed, OwnerNudged
from sla.lead import LeadId
from storage import cards, outbox, tables
from storage.cards import Card
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, EMAILS, MANAGERS, Office
from tests.invariants import holds
from tests.sla.play import moment

EDIT = "chat.update"


def edits(office: Office) -> int:
    return len(office.workspace.ledger.entries("update"))


def card_of(office: Office, lead_id: LeadId, role: Role = Role.OWNER_CARD) -> Card:
    with office.database.read() as connection:
        of_role = [card for card in cards.of_lead(connection, lead_id) if card.role is role]
    return next((card for card in of_role if card.gone_at is None), of_role[-1])


def is_current(office: Office, lead_id: LeadId) -> bool:
    card = card_of(office, lead_id)
    return card.shown_revision == card.wanted_revision == office.lead(lead_id).revision


def header(office: Office, channel: str) -> str:
    return str((office.workspace.shown_in(channel)[0].blocks or [])[0]["text"]["text"])


def deleted(office: Office, channel: str, ts: str) -> None:
    place = office.workspace.channels[channel]
    office.workspace.delete(place, place.messages[ts])


def breached(office: Office, minutes: int = 5) -> LeadId:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.now = moment(f"Mon 10:{minutes:02}")
    office.steps_fall_due(lead_id)
    office.settles()
    return lead_id


def test_a_contact_edits_the_card_and_posts_nothing(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    before = header(office, ALICE)
    office.is_contacted(lead_id)
    office.settles()
    assert header(office, ALICE) != before
    assert (edits(office), len(office.workspace.ledger.posts())) == (1, 1)
    assert is_current(office, lead_id)
    holds(office.database, office.workspace)


def test_many_changes_while_slack_is_away_cost_one_edit(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.slack.begin_outage()
    generation = office.lead(lead_id).generation
    office.record(OnItPressed(lead_id=lead_id, at=office.now, by=EMAILS["alice"], generation=generation))
    office.settles()
    office.record(OwnerNudged(lead_id=lead_id, at=office.now, by=EMAILS["mia"]))
    office.is_contacted(lead_id)
    office.passes(seconds=30)
    office.slack.end_outage()
    office.passes(seconds=5)
    office.passes(seconds=5)
    assert edits(office) == 1
    assert is_current(office, lead_id)


def test_a_change_that_nobody_can_see_costs_no_call(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    calls = []
    for _ in range(3):
        revision = office.lead(lead_id).revision + 1
        with office.database.begin() as connection:
            connection.execute(update(tables.leads).values(revision=revision))
            connection.execute(update(tables.cards).values(wanted_revision=revision))
        office.settles()
        assert is_current(office, lead_id)
        calls.append(office.calls(EDIT))
    # The first edit takes away what is said only as a card arrives.
    assert calls == [1, 1, 1]


def test_a_lead_that_changes_while_its_card_is_on_its_way_is_shown_as_it_then_is(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    second = office.a_lead_arrives()
    office.courier.round()
    # The card was drawn; the lead is contacted before Slack's answer is written down.
    office.is_contacted(second)
    office.settles()
    assert is_current(office, second)
    assert is_current(office, lead_id)
    assert edits(office) == 1


def test_the_card_of_an_open_lead_that_somebody_deleted_is_posted_anew(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    deleted(office, ALICE, card_of(office, lead_id).ts)
    generation = office.lead(lead_id).generation
    office.record(OnItPressed(lead_id=lead_id, at=office.now, by=EMAILS["alice"], generation=generation))
    office.settles()
    first, second = office.deliveries(lead_id, Role.OWNER_CARD)
    assert [one.delivery_id for one in office.visible(ALICE)] == [second.id]
    assert (first.state, second.state) == (State.SENT, State.SENT)
    assert is_current(office, lead_id)
    office.is_contacted(lead_id)
    office.settles()
    assert office.visible(ALICE)[0].did == "update"
    holds(office.database, office.workspace)


@pytest.mark.parametrize("error", ["cant_update_message", "edit_window_closed", "is_inactive"])
def test_a_card_that_may_not_be_edited_any_more_is_posted_anew(office: Office, error: str) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.workspace.faults.fail("error", EDIT, accept=False, error=error)
    generation = office.lead(lead_id).generation
    office.record(OnItPressed(lead_id=lead_id, at=office.now, by=EMAILS["alice"], generation=generation))
    office.settles()
    assert len(office.deliveries(lead_id, Role.OWNER_CARD)) == 2
    assert is_current(office, lead_id)


def test_the_managers_card_that_somebody_deleted_is_posted_anew(office: Office) -> None:
    lead_id = breached(office)
    deleted(office, MANAGERS, card_of(office, lead_id, Role.MANAGERS_CARD).ts)
    office.now = moment("Mon 11:05")
    office.steps_fall_due(lead_id)
    office.settles()
    office.passes(seconds=2)
    shown = [office.delivery(str(one.delivery_id)).role for one in office.visible(MANAGERS)]
    assert shown.count(Role.MANAGERS_CARD) == 1


def test_the_deleted_card_of_a_closed_lead_is_forgotten(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    deleted(office, ALICE, card_of(office, lead_id).ts)
    office.record(LeadClosed(lead_id=lead_id, at=office.now, by=EMAILS["mia"], reason="Spam"))
    office.settles()
    assert office.visible(ALICE) == []
    assert card_of(office, lead_id).gone_at == office.now
    assert office.calls(EDIT) == 1


def test_the_deleted_managers_card_of_a_closed_lead_is_forgotten_too(office: Office) -> None:
    lead_id = breached(office)
    deleted(office, MANAGERS, card_of(office, lead_id, Role.MANAGERS_CARD).ts)
    office.record(LeadClosed(lead_id=lead_id, at=office.now, by=EMAILS["mia"], reason="Spam"))
    office.settles()
    assert len(office.deliveries(lead_id, Role.MANAGERS_CARD)) == 1


def test_a_reminder_that_somebody_deleted_is_not_said_again(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.now = moment("Mon 10:02:30")
    office.steps_fall_due(lead_id)
    office.settles()
    deleted(office, ALICE, card_of(office, lead_id, Role.REMINDER).ts)
    generation = office.lead(lead_id).generation
    office.record(OnItPressed(lead_id=lead_id, at=office.now, by=EMAILS["alice"], generation=generation))
    office.settles()
    assert len(office.deliveries(lead_id, Role.REMINDER)) == 1
    assert len(office.visible(ALICE)) == 1


def test_too_many_edits_wait_and_hold_up_no_post(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.workspace.faults.ratelimit(EDIT, retry_after=60)
    office.is_contacted(lead_id)
    new = office.a_lead_arrives(owner=EMAILS["bob"])
    office.settles()
    assert office.stands_once(office.card(new).id)
    office.passes(seconds=59)
    assert (edits(office), office.calls(EDIT)) == (0, 1)
    office.passes(seconds=1)
    assert (edits(office), is_current(office, lead_id)) == (1, True)


@pytest.mark.parametrize("kind", ["drop", "truncate", "status"])
@pytest.mark.parametrize("accept", [True, False], ids=["accepted", "not accepted"])
def test_an_edit_whose_answer_was_lost_is_simply_made_again(office: Office, kind: str, accept: bool) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.workspace.faults.fail(kind, EDIT, accept=accept)  # type: ignore[arg-type]
    office.is_contacted(lead_id)
    office.settles()
    office.passes(seconds=5)
    assert is_current(office, lead_id)
    assert len(office.visible(ALICE)) == 1
    holds(office.database, office.workspace)


def test_an_edit_that_slack_refuses_is_not_tried_all_the_time(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.workspace.faults.fail("error", EDIT, accept=False, error="invalid_blocks")
    office.is_contacted(lead_id)
    office.settles()
    office.passes(minutes=59)
    assert office.calls(EDIT) == 1
    office.passes(minutes=1)
    assert is_current(office, lead_id)


def test_the_card_in_an_archived_channel_is_let_go(office: Office) -> None:
    lead_id = breached(office)
    office.workspace.archive(MANAGERS)
    office.is_contacted(lead_id)
    office.settles()
    office.passes(hours=2)
    assert card_of(office, lead_id, Role.MANAGERS_CARD).gone_at is not None
    refused = [one for one in office.workspace.ledger.calls(EDIT) if not one.accepted]
    assert len(refused) == 1


def seven_people_with_four_leads_each(office: Office) -> list[LeadId]:
    """All of them posted, under Slack's pace for edits, of which twenty may leave at once."""
    office.workspace.pacing.tiers = True
    office.workspace.pacing.posts_per_second = None
    leads = []
    for name in ("alice", "bob", "carla", "dieter", "mia", "omar", "ops"):
        leads += [office.a_lead_arrives(owner=EMAILS[name], country="US") for _ in range(4)]
    office.settles()
    office.passes_in_steps(20, seconds=1)
    return leads


def test_edits_keep_to_fifty_a_minute(office: Office) -> None:
    leads = seven_people_with_four_leads_each(office)
    for lead_id in leads:
        office.is_contacted(lead_id)
    office.settles()
    assert 20 == edits(office) < len(leads)
    office.passes_in_steps(10, seconds=1)
    assert [is_current(office, lead_id) for lead_id in leads] == [True] * 28
    refused = [one for one in office.workspace.ledger.calls(EDIT) if not one.accepted]
    assert refused == []


def test_in_a_crowd_of_edits_that_of_whoever_has_just_pressed_comes_first(office: Office) -> None:
    leads = seven_people_with_four_leads_each(office)
    *crowd, last = leads
    for lead_id in crowd:
        office.is_contacted(lead_id)
    # It heard nothing of these presses: their cards are a crowd like any other.
    office.recorder.on_commit(office.courier.committed)
    office.is_contacted(last)
    office.settles()
    assert 20 == edits(office) < len(leads)
    assert is_current(office, last)


def test_a_crowd_of_posts_does_not_starve_an_edit(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    for place in (MANAGERS, BACKUP, f"@{EMAILS['bob']}", f"@{EMAILS['mia']}"):
        for _ in range(50):
            office.owes(place)
    office.is_contacted(lead_id)
    office.settles()
    with office.database.read() as connection:
        assert len(outbox.claimable(connection, office.now, 1_000)) > 100
    assert is_current(office, lead_id)

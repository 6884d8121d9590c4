"""Slack was away: what was owed arrives once; what became stale is not said, and nobody is blamed."""

import json
import re
from datetime import timedelta

import pytest

from bot.sandbox.faults import Outage
from sla.effects import Role
from sla.facts import LeadClaimed
from sla.lead import Breach, LeadId, Stage
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, EMAILS, MANAGERS
from tests.faults.rig import Rig
from tests.sla.play import moment

SPARSELY = timedelta(minutes=10)


def roles(rig: Rig, state: State = State.SENT) -> list[Role]:
    return [one.role for one in rig.deliveries() if one.state is state]


def breach_of(rig: Rig, lead_id: LeadId) -> Breach:
    breach = rig.office.lead(lead_id).breach
    assert breach is not None
    return breach


@pytest.mark.parametrize("mode", ["refuse", "reset", "hang"])
def test_what_was_owed_in_five_minutes_without_slack_arrives_once(rig: Rig, mode: Outage) -> None:
    rig.has_patience(timedelta(milliseconds=200))
    leads = [
        rig.office.a_lead_arrives(owner=EMAILS[who], score=68, intent="trial") for who in ("alice", "bob")
    ]
    rig.slack_is_away_until("Mon 10:05", mode)
    assert rig.workspace.ledger.posts() == []

    rig.it_is("Mon 10:07")

    cards = [rig.office.card(lead_id) for lead_id in leads]
    assert [card.state for card in cards] == [State.SENT, State.SENT]
    assert [rig.office.posted(card.id) for card in cards] == [1, 1]


def test_a_card_that_slack_took_as_it_went_away_is_found_and_not_sent_again(rig: Rig) -> None:
    rig.workspace.faults.fail("drop", "chat.postMessage", accept=True)
    lead_id = rig.office.a_lead_arrives(score=68, intent="trial")
    rig.office.settles()
    rig.slack_is_away_until("Mon 10:05")

    rig.it_is("Mon 10:07")

    card = rig.office.card(lead_id)
    assert (card.state, rig.office.posted(card.id), card.attempt) == (State.SENT, 1, 1)
    assert moment("Mon 10:00") == card.sent_at


def test_a_reminder_that_is_stale_when_slack_is_back_is_not_said(rig: Rig) -> None:
    rig.office.a_lead_arrives()
    rig.it_is("Mon 10:02")

    rig.slack_is_away_until("Mon 10:04:30")
    rig.it_is("Mon 10:04:59")

    assert roles(rig) == [Role.OWNER_CARD]
    assert roles(rig, State.VOID) == [Role.REMINDER]


def test_a_reminder_that_is_still_worth_it_is_said_with_the_time_that_is_left(rig: Rig) -> None:
    rig.office.a_lead_arrives(score=68, intent="trial", employees=240)
    rig.it_is("Mon 10:19")

    rig.slack_is_away_until("Mon 10:24")
    rig.it_is("Mon 10:25")

    [reminder] = [text for text in rig.texts(ALICE) if not text.startswith("High lead")]
    assert "expires in 5 minutes" in reminder


def test_a_breach_whose_owner_never_got_the_card_is_not_counted(rig: Rig) -> None:
    rig.slack_is_away_until("Mon 10:01")
    rig.slack.begin_outage("refuse")
    lead_id = rig.office.a_lead_arrives()

    rig.slack_is_away_until("Mon 12:01", every=SPARSELY)
    rig.it_is("Mon 12:02")

    assert (breach_of(rig, lead_id).owner_told, breach_of(rig, lead_id).excused) == (False, "told only now")
    assert moment("Mon 10:06") == breach_of(rig, lead_id).due_at
    [card] = rig.workspace.shown_in(MANAGERS)
    assert re.search(r"owner told <!date\^\d+\^\{time\}\|12:01 PM>", json.dumps(card.blocks))


def test_a_breach_whose_reminder_could_not_be_said_is_not_counted(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:02")

    rig.slack_is_away_until("Mon 10:07")

    assert (
        breach_of(rig, lead_id).owner_told,
        breach_of(rig, lead_id).excused,
    ) == (True, "reminder not sent")


def test_nobody_loses_a_lead_while_slack_is_away_nor_in_the_grace_after_it(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:03")

    rig.slack_is_away_until("Mon 12:03", every=SPARSELY)
    rig.it_is("Mon 12:17:59")
    assert Stage.WITH_OWNER is rig.office.lead(lead_id).stage
    assert len([line for line in rig.happened(lead_id) if line.kind == "hand_over_held"][:-1]) == 1

    rig.it_is("Mon 12:19")
    assert Stage.IN_QUEUE is rig.office.lead(lead_id).stage


def test_more_than_a_handful_that_became_overdue_without_slack_is_one_summary(rig: Rig) -> None:
    leads = [rig.office.a_lead_arrives() for _ in range(7)]
    rig.it_is("Mon 10:01")

    rig.slack_is_away_until("Mon 12:01", every=SPARSELY)
    rig.it_is("Mon 12:03")

    [to_managers] = rig.texts(MANAGERS)
    assert to_managers.startswith("Slack could not be reached ")
    assert "7 leads passed their deadline meanwhile" in to_managers
    assert roles(rig).count(Role.DOWNTIME_OWNER) == 1
    assert [one for one in roles(rig) if one in (Role.MANAGERS_CARD, Role.DEADLINE_PASSED)] == []
    assert all("told_in_summary" in rig.kinds(lead_id) for lead_id in leads)


def test_many_changes_without_slack_cost_one_edit_for_each_card(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 11:06")
    rig.slack.begin_outage("refuse")
    lead = rig.office.lead(lead_id)
    rig.office.record(
        LeadClaimed(lead_id=lead_id, at=rig.now, by=EMAILS["carla"], generation=lead.generation)
    )
    before = len(rig.workspace.ledger.entries("update"))

    rig.slack_is_away_until("Mon 11:20", every=SPARSELY)
    rig.it_is("Mon 11:20:40")

    edits = [(one.channel, one.ts) for one in rig.workspace.ledger.entries("update")[before:]]
    assert len(set(edits)) == len(edits) > 0
    [queue_card] = rig.texts(BACKUP)
    assert queue_card.startswith("Claimed by Carla Costa")


def test_an_absence_of_slack_outlives_a_restart_and_ends_with_the_first_answer(rig: Rig) -> None:
    rig.office.a_lead_arrives()
    rig.slack_is_away_until("Mon 10:03")
    rig.slack.begin_outage("refuse")
    rig.starts()
    rig.lives()
    [lasting] = rig.absences()
    assert (lasting.what, lasting.until_at) == ("slack", None)

    rig.slack.end_outage()
    rig.passes(seconds=30)

    assert [moment("Mon 10:00")] == [gap.from_at for gap in rig.absences()]
    assert [gap for gap in rig.absences() if gap.until_at is None] == []


def test_a_short_stumble_is_no_absence(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.slack_is_away_until("Mon 10:00:50", every=timedelta(seconds=10))

    rig.it_is("Mon 10:01:30")

    assert rig.absences() == []
    assert State.SENT is rig.office.card(lead_id).state

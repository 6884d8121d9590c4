"""An absence of Slack: nothing is lost, nothing is hammered, and on return the urgent leaves first."""

from datetime import datetime, timedelta

import pytest

from bot.sandbox.faults import Outage
from sla.effects import Role, Urgency
from sla.lead import LeadId
from storage import absences, outbox
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, EMAILS, MANAGERS, Office
from tests.invariants import holds
from tests.sla.play import moment

ways_to_be_away = pytest.mark.parametrize("how", ["refuse", "reset"])


def known_absences(office: Office) -> list[tuple[str, datetime, datetime | None]]:
    with office.database.read() as connection:
        known = absences.recent(connection, office.now - timedelta(days=30))
    return [(one.what, one.from_at, one.until_at) for one in known]


@ways_to_be_away
def test_an_absence_is_kept_from_the_first_failure_to_the_first_answer(office: Office, how: Outage) -> None:
    office.slack.begin_outage(how)
    office.owes(MANAGERS)
    office.settles()
    began = office.now
    office.passes_in_steps(70, seconds=1)
    assert known_absences(office) == [("slack", began, None)]
    office.slack.end_outage()
    office.passes(seconds=5)
    assert known_absences(office) == [("slack", began, office.now)]


def test_a_minute_without_slack_is_no_absence(office: Office) -> None:
    office.slack.begin_outage()
    office.owes(MANAGERS)
    office.passes_in_steps(50, seconds=1)
    office.slack.end_outage()
    office.passes(seconds=5)
    assert known_absences(office) == []
    assert len(office.visible(MANAGERS)) == 1


def test_an_absence_that_a_crash_left_open_ends_with_the_first_answer(office: Office) -> None:
    began = office.now - timedelta(hours=1)
    with office.database.begin() as connection:
        absences.add(connection, "slack", began)
    office.owes(MANAGERS)
    office.settles()
    assert known_absences(office) == [("slack", began, office.now)]


@ways_to_be_away
def test_an_absent_slack_is_asked_at_most_every_few_seconds_and_no_message_is_risked(
    office: Office, how: Outage
) -> None:
    office.slack.begin_outage(how)
    ids = [office.owes(MANAGERS) for _ in range(20)]
    office.settles()
    office.passes_in_steps(600, seconds=1)
    # At first those that were in the air, then one question in five seconds.
    assert office.courier.slack_is_away_since == moment("Mon 10:00")
    if how == "reset":
        assert len(office.workspace.ledger.calls()) <= 130
    states = [office.delivery(id).state for id in ids]
    assert states.count(State.PENDING) >= 12
    office.slack.end_outage()
    office.passes(seconds=5)
    office.passes_in_steps(60, seconds=1)
    assert [office.posted(id) for id in ids] == [1] * 20
    holds(office.database, office.workspace)


def test_a_slack_that_hangs_gets_no_further_messages(office: Office) -> None:
    office.slack.begin_outage("hang")
    first = office.owes(MANAGERS)
    office.settles()
    later = office.owes(BACKUP)
    office.passes(seconds=30)
    assert (office.delivery(first).attempt, office.delivery(later).attempt) == (1, 0)
    office.slack.end_outage()
    office.passes(seconds=5)
    office.passes(seconds=30)
    assert (office.stands_once(first), office.stands_once(later)) == (True, True)


def test_on_return_the_urgent_leaves_first_and_stale_reminders_are_not_said(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.slack.begin_outage()
    office.now = moment("Mon 10:02:30")
    office.steps_fall_due(lead_id)
    office.settles()
    office.now = moment("Mon 10:03")
    new = office.a_lead_arrives()
    office.settles()
    office.now = moment("Mon 10:04:30")
    low = office.owes(MANAGERS, urgency=Urgency.REMINDER)
    office.settles()
    office.slack.end_outage()
    office.passes(seconds=10)
    office.passes(seconds=30)
    [reminder] = office.deliveries(lead_id, Role.REMINDER)
    assert reminder.state == State.VOID
    assert office.stands_once(office.card(new).id)
    assert office.stands_once(low)
    assert [one.delivery_id for one in office.visible(ALICE)] == [
        office.card(lead_id).id,
        office.card(new).id,
    ]


def overdue_while_slack_is_away(office: Office, leads: int, **away: float) -> list[LeadId]:
    """These leads' cards were delivered; then Slack goes, and their deadlines pass."""
    ids = [office.a_lead_arrives() for _ in range(leads)]
    office.settles()
    office.passes(seconds=leads)
    office.slack.begin_outage()
    office.now = moment("Mon 10:05:01")
    office.steps_fall_due(*ids)
    office.settles()
    end = office.now + timedelta(**away)
    while office.now < end:
        office.passes(seconds=10)
    office.slack.end_outage()
    office.passes(seconds=5)
    office.passes_in_steps(40, seconds=1)
    return ids


def test_more_than_a_handful_of_overdue_leads_become_one_summary_for_each_place(office: Office) -> None:
    ids = overdue_while_slack_is_away(office, 6, minutes=10)
    [shown] = office.visible(MANAGERS)
    summary = office.delivery(str(shown.delivery_id))
    assert summary.role is Role.DOWNTIME_MANAGERS
    assert summary.post.data["what"] == "slack"
    assert {row["lead_id"] for row in summary.post.data["rows"]} == set(ids)
    states = {one.state for id in ids for one in office.deliveries(id, Role.MANAGERS_CARD)}
    assert states == {State.VOID}
    roles = [office.delivery(str(one.delivery_id)).role for one in office.visible(ALICE)]
    assert roles.count(Role.DOWNTIME_OWNER) == 1
    assert Role.DEADLINE_PASSED not in roles
    holds(office.database, office.workspace)


def test_a_handful_of_overdue_leads_is_said_one_by_one(office: Office) -> None:
    overdue_while_slack_is_away(office, 5, minutes=10)
    roles = {office.delivery(str(one.delivery_id)).role for one in office.visible(MANAGERS)}
    assert (len(office.visible(MANAGERS)), roles) == (5, {Role.MANAGERS_CARD})


def test_an_absence_of_less_than_two_minutes_is_not_announced(office: Office) -> None:
    overdue_while_slack_is_away(office, 6, seconds=90)
    roles = {office.delivery(str(one.delivery_id)).role for one in office.visible(MANAGERS)}
    assert roles == {Role.MANAGERS_CARD}


def test_an_absence_of_the_bot_itself_is_summed_up_too(office: Office) -> None:
    ids = [office.a_lead_arrives() for _ in range(7)]
    office.settles()
    office.passes(seconds=10)
    with office.database.begin() as connection:
        absences.add(connection, "bot", office.now, moment("Mon 10:40"))
    office.now = moment("Mon 10:40")
    office.steps_fall_due(*ids)
    with office.database.read() as connection:
        assert outbox.gathering(connection)
    office.settles()
    assert office.visible(MANAGERS) == []
    office.catches_up()
    office.settles()
    [shown] = office.visible(MANAGERS)
    summary = office.delivery(str(shown.delivery_id))
    assert (summary.role, summary.post.data["what"]) == (Role.DOWNTIME_MANAGERS, "bot")
    assert len(summary.post.data["rows"]) == 7


def test_a_summary_of_very_many_leads_is_taken_by_slack(office: Office) -> None:
    id = office.owes(MANAGERS, rows=200)
    other = office.owes(f"@{EMAILS['alice']}", rows=200)
    office.settles()
    assert (office.stands_once(id), office.stands_once(other)) == (True, True)

"""Slack is away over a night or a weekend, or the app is taken out of the workspace and put in again."""

from datetime import datetime, timedelta

import pytest

from bot.slack.gateway import web_client
from sla.effects import Role
from sla.lead import LeadId, Stage
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, CALL, EMAILS, MANAGERS
from tests.faults.rig import Rig
from tests.sla.play import moment

pytestmark = pytest.mark.thorough

MONDAY_AFTER = timedelta(days=7)
SPANS: dict[str, tuple[str, datetime]] = {
    "over a night": ("Mon 16:50", moment("Tue 9:20")),
    "over a weekend": ("Fri 16:50", moment("Mon 9:20") + MONDAY_AFTER),
}
HALF_HOUR = timedelta(minutes=30)


def states(rig: Rig, lead_id: LeadId) -> dict[Role, State]:
    return {one.role: one.state for one in rig.office.deliveries(lead_id)}


@pytest.mark.parametrize("span", SPANS)
def test_what_was_owed_arrives_once_and_nobody_is_blamed_for_the_silence(rig: Rig, span: str) -> None:
    begins, ends = SPANS[span]
    rig.it_is(begins)
    told = rig.office.a_lead_arrives(score=68, intent="trial")
    rig.passes(minutes=1)
    untold = rig.office.a_lead_arrives(owner=EMAILS["bob"], score=68, intent="trial")
    rig.slack.begin_outage("refuse")

    rig.slack_is_away_until(ends, every=HALF_HOUR)
    rig.it_is(ends + timedelta(minutes=5))

    for lead_id in (told, untold):
        card = rig.office.card(lead_id)
        assert (card.state, rig.office.posted(card.id)) == (State.SENT, 1)
        lead = rig.office.lead(lead_id)
        assert (lead.stage, lead.status is not None) == (Stage.WITH_OWNER, True)
        assert lead.breach is None or lead.breach.excused is not None
    assert [gap.what for gap in rig.absences() if gap.until_at is not None] == ["slack"]
    assert states(rig, told).get(Role.REMINDER, State.VOID) is State.VOID


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
def test_an_app_that_was_taken_out_and_put_in_again_says_all_that_was_owed_once(rig: Rig, error: str) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:02")
    rig.workspace.faults.fail("error", "*", accept=False, error=error, times=None)
    for said in ("Mon 10:05", "Mon 10:20", "Mon 10:56"):
        rig.office.now = moment(said)
        rig.lives()
    second = rig.office.a_lead_arrives(owner=EMAILS["bob"])
    rig.lives()
    assert len(rig.texts(ALICE)) == 1

    # Put in again the app has another token; the bot is started anew with it.
    rig.workspace.faults.clear()
    rig.workspace.tokens.bot = "xoxb-of-the-second-installation"
    rig.office.web = web_client(rig.workspace.tokens.bot, rig.slack.api_url, CALL)
    rig.starts()
    rig.passes(minutes=3)

    card = rig.office.card(second)
    assert (card.state, rig.office.posted(card.id)) == (State.SENT, 1)
    assert [text for text in rig.texts(MANAGERS) if text.startswith("Breached: Northwind 1")]
    assert rig.kinds(lead_id).count("breached") == 1
    assert State.REFUSED not in {one.state for one in rig.deliveries()}


def test_a_channel_that_was_made_private_gets_its_messages(rig: Rig) -> None:
    rig.office.a_lead_arrives()
    rig.it_is("Mon 11:04")
    rig.workspace.channels[BACKUP].kind = "private"

    rig.it_is("Mon 11:06")

    assert [one.state for one in rig.deliveries() if one.role is Role.QUEUE_CARD] == [State.SENT]
    assert len(rig.texts(BACKUP)) == 1


def test_a_lost_line_of_a_thread_whose_first_message_somebody_deleted_ends(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 11:04:59")
    [card] = [one for one in rig.office.deliveries(lead_id) if one.role is Role.MANAGERS_CARD]
    rig.workspace.faults.fail("drop", "chat.postMessage", accept=False, channel=MANAGERS)
    rig.office.now = moment("Mon 11:05")
    rig.office.steps_fall_due(lead_id)
    rig.office.settles()
    [line] = [one for one in rig.office.deliveries(lead_id) if one.role is Role.MANAGERS_LINE]
    assert line.state is State.UNCERTAIN
    rig.slack.people.delete_message(MANAGERS, str(card.ts))

    rig.it_is("Mon 11:30")

    [line] = [one for one in rig.office.deliveries(lead_id) if one.id == line.id]
    assert line.ended_at is not None
    assert rig.office.posted(line.id) <= 1

"""Buttons that act at once: who may press them, what is recorded, and what the presser alone is told."""

from collections.abc import Callable

import pytest
from slack_sdk import WebClient

from sla.facts import ContactLogged, LeadReassigned, LeadRejected
from sla.lead import LeadId, Stage
from storage.ids import new_contact_id
from tests.bot.slack.door.office import EMAILS, MANAGERS, Office
from tests.sla.play import moment

NOT_MEMBER = "Only full members of this workspace can do that. Ask Mia Moreno."
NOT_IN_POLICY = "You are not in the lead SLA policy. Write to Lead Ops."
NOT_SAVED = "That was not saved. Press again in a minute."
AT_ONCE = ("claim", "on_it", "nudge", "confirm_rejection", "return_rejection")


def contacted(office: Office, lead_id: LeadId, who: str) -> None:
    """A contact of 11:04, when the lead was still with its first owner."""
    recorded = office.record(
        ContactLogged(
            lead_id=lead_id,
            at=office.now,
            contact_id=new_contact_id(office.now),
            by=EMAILS[who],
            logged_by=EMAILS[who],
            channel="call",
            outcome="connected",
            occurred_at=moment("Mon 11:04"),
        )
    )
    assert recorded.refusal is None


def moved(office: Office, lead_id: LeadId, to: str) -> None:
    office.record(LeadReassigned(lead_id=lead_id, at=office.now, to=EMAILS[to], by=EMAILS["mia"]))


def test_the_first_claim_wins_and_the_second_is_told_who_was_faster(office_in_each_mode: Office) -> None:
    office = office_in_each_mode
    lead_id = office.in_the_queue()
    ts = office.shows(MANAGERS, lead_id, "claim")

    office.it_is("Mon 11:09")
    assert office.told("carla", "claim", lead_id, ts=ts) is None
    assert office.lead(lead_id).owner == "carla@acme.example"

    assert office.told("bob", "claim", lead_id, ts=ts) == (
        "Carla Costa claimed Northwind Freight at 11:09 AM, just before you. Nothing to do."
    )
    assert office.lead(lead_id).owner == "carla@acme.example"


def test_a_second_press_by_the_winner_is_told_that_they_have_it(office: Office) -> None:
    lead_id = office.in_the_queue()
    ts = office.shows(MANAGERS, lead_id, "claim")
    office.it_is("Mon 11:09")

    office.told("carla", "claim", lead_id, ts=ts)

    assert office.told("carla", "claim", lead_id, ts=ts) == (
        "You already have it, since 11:09 AM. The card is in your messages."
    )


def test_a_claim_of_a_contacted_lead_is_told_by_whom(office: Office) -> None:
    lead_id = office.in_the_queue()
    ts = office.shows(MANAGERS, lead_id, "claim")
    contacted(office, lead_id, "alice")

    assert office.told("carla", "claim", lead_id, ts=ts) == (
        "Alice Anders contacted Northwind Freight at 11:04 AM. Nothing to do."
    )


def test_a_press_on_a_lead_that_moved_is_told_where_it_is(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    ts = office.shows(MANAGERS, lead_id, "on_it")
    office.it_is("Mon 10:20")
    moved(office, lead_id, "bob")

    assert office.told("alice", "on_it", lead_id, ts=ts) == (
        "This lead has been with Bob Brandt since 10:20 AM."
    )
    assert office.lead(lead_id).on_it is None


def test_only_the_teams_backups_can_claim(office: Office) -> None:
    lead_id = office.in_the_queue()

    assert office.told("omar", "claim", lead_id) == (
        "Only the Enterprise backups can claim: Carla Costa, Bob Brandt."
    )
    assert office.lead(lead_id).stage is Stage.IN_QUEUE


def test_who_had_the_lead_cannot_claim_it_again(office: Office) -> None:
    lead_id = office.a_lead_arrives(owner=EMAILS["bob"])
    office.time_comes(lead_id, "Mon 11:07")

    assert office.told("bob", "claim", lead_id) == (
        "You had this lead until 11:05 AM, so it goes to somebody else. If you did contact them, "
        "use the card in your messages."
    )


def test_only_managers_can_nudge(office: Office) -> None:
    lead_id = office.a_lead_arrives()

    assert office.told("bob", "nudge", lead_id) == "Only the Enterprise managers can nudge: Mia Moreno."
    assert office.lead(lead_id).nudge is None


def test_a_nudge_is_recorded_once_in_ten_minutes(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.time_comes(lead_id, "Mon 10:12")

    assert office.told("mia", "nudge", lead_id) is None
    office.it_is("Mon 10:15")

    assert office.told("mia", "nudge", lead_id) == (
        "Alice Anders was nudged at 10:12 AM. You can again from 10:22 AM."
    )


def test_im_on_it_is_recorded_for_the_owner(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:03")

    assert office.told("alice", "on_it", lead_id) is None
    on_it = office.lead(lead_id).on_it
    assert on_it is not None
    assert (on_it.by, on_it.at) == ("alice@acme.example", office.now)


def rejected(office: Office) -> LeadId:
    """A lead that its owner says is none, waiting for lead ops."""
    lead_id = office.a_lead_arrives()
    fact = LeadRejected(
        lead_id=lead_id, at=office.now, by=EMAILS["alice"], reason="not a real lead", generation=1
    )
    assert office.record(fact).refusal is None
    return lead_id


@pytest.mark.parametrize("who", EMAILS)
@pytest.mark.parametrize(
    ("action", "waits", "allowed"),
    [
        ("claim", Office.in_the_queue, {"bob", "carla"}),
        ("on_it", Office.a_lead_arrives, {"alice"}),
        ("nudge", Office.a_lead_arrives, {"mia", "ops"}),
        ("confirm_rejection", rejected, {"ops"}),
        ("return_rejection", rejected, {"ops"}),
    ],
    ids=AT_ONCE,
)
def test_who_may_press_what(
    busy_office: Office, action: str, waits: Callable[[Office], LeadId], allowed: set[str], who: str
) -> None:
    office = busy_office
    lead_id = waits(office)
    before = office.lead(lead_id)

    told = office.told(who, action, lead_id)

    assert (told is None) == (who in allowed)
    assert (office.lead(lead_id) != before) == (who in allowed)


@pytest.mark.parametrize("action", AT_ONCE)
@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("guest", NOT_MEMBER),
        ("loneguest", NOT_MEMBER),
        ("foreign", NOT_MEMBER),
        ("gone", NOT_MEMBER),
        ("robot", NOT_MEMBER),
        ("stranger", NOT_IN_POLICY),
    ],
)
def test_nobody_from_outside_can_act(busy_office: Office, action: str, who: str, told: str) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()
    before = office.lead(lead_id)

    assert office.told(who, action, lead_id) == told
    assert office.lead(lead_id) == before


def test_a_press_from_another_workspace_is_refused_whatever_the_person_is_called(office: Office) -> None:
    lead_id = office.in_the_queue()

    assert office.told("carla", "claim", lead_id, team="T0OTHER") == NOT_MEMBER
    assert office.lead(lead_id).owner is None


def test_somebody_with_a_colleagues_address_but_another_account_is_not_that_colleague(office: Office) -> None:
    office.workspace.add_user("U0IMPOSTOR", name="impostor", email=EMAILS["carla"])
    lead_id = office.in_the_queue()

    assert office.told("impostor", "claim", lead_id) == NOT_IN_POLICY
    assert office.lead(lead_id).owner is None


def test_who_cannot_be_checked_now_is_asked_to_press_again(office: Office) -> None:
    lead_id = office.in_the_queue()
    office.workspace.faults.fail("error", "users.info", accept=False, times=None)

    assert "cannot check you now" in str(office.told("carla", "claim", lead_id))
    assert office.lead(lead_id).owner is None


def test_a_press_that_fails_unexpectedly_is_not_acknowledged(
    office_in_each_mode: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_in_each_mode
    office.workspace.knobs.ack_within = 0.5
    lead_id = office.in_the_queue()
    monkeypatch.setattr(office.recorder, "record", lambda *_: 1 / 0)

    result = office.press("carla", "claim", lead_id)

    assert not result.acked
    assert office.lead(lead_id).owner is None


def test_a_database_that_is_away_is_said_and_the_press_acknowledged(office: Office) -> None:
    lead_id = office.in_the_queue()
    ts = office.shows(MANAGERS, lead_id, "claim")
    office.recorder.stop(office.limit)

    assert office.told("carla", "claim", lead_id, ts=ts) == NOT_SAVED


def test_a_time_is_said_as_the_presser_reads_it(office: Office) -> None:
    lead_id = office.in_the_queue()
    ts = office.shows(MANAGERS, lead_id, "on_it")

    assert office.told("dieter", "on_it", lead_id, ts=ts) == (
        "This lead has been in the backup queue since 17:05. Carla Costa, Bob Brandt can claim it there."
    )


def test_a_button_with_an_address_is_acknowledged_and_changes_nothing(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    before = office.lead(lead_id)

    assert office.told("alice", "open_crm", lead_id) is None
    assert office.lead(lead_id) == before


@pytest.mark.parametrize("value", ["", "L1", "L1:x", "L1:1:x", "L1:1:2:3", "L1:²", ":1"])
def test_a_button_of_another_version_is_answered_calmly(busy_office: Office, value: str) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()

    assert office.told("alice", "claim", lead_id, value=value) == (
        "This button is from an older message. Press the one on the newest message about the lead."
    )


def test_a_button_that_no_version_knows_is_answered_calmly(office: Office) -> None:
    lead_id = office.a_lead_arrives()

    assert office.told("alice", "snooze", lead_id) == (
        "This button is from an older message. Press the one on the newest message about the lead."
    )


def test_a_button_about_a_lead_that_is_gone_says_so(office: Office) -> None:
    lead_id = office.a_lead_arrives()

    assert office.told("alice", "claim", lead_id, value="L0NOBODY:1") == (
        "This lead is not known any more. There is nothing to do."
    )


def test_a_replayed_press_claims_once(office: Office) -> None:
    lead_id = office.in_the_queue()
    result = office.press("carla", "claim", lead_id)
    claimed = office.lead(lead_id)

    office.slack.people.redeliver(result.delivery)

    assert office.lead(lead_id) == claimed


def test_a_press_on_an_old_copy_of_a_card_does_not_act(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    ts = office.shows(MANAGERS, lead_id, "on_it")
    web = WebClient(token=office.workspace.tokens.bot, base_url=office.slack.api_url, retry_handlers=[])
    web.chat_update(channel=MANAGERS, ts=ts, text="Handed over", blocks=[])
    office.time_comes(lead_id, "Mon 11:07")
    before = office.lead(lead_id)

    told = office.told("alice", "on_it", lead_id, ts=ts, stale=True)

    assert told == (
        "This lead has been in the backup queue since 11:05 AM. Carla Costa, Bob Brandt can claim it there."
    )
    assert office.lead(lead_id) == before


def test_an_answer_that_is_lost_is_not_said_twice(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.workspace.faults.fail("drop", "response_url", accept=True)

    result = office.press("bob", "nudge", lead_id)

    assert result.acked
    assert len(result.ephemerals) == 1


def test_a_name_in_a_refusal_cannot_mention_anybody(office: Office) -> None:
    lead_id = office.a_lead_arrives(company="<!channel> & Co")
    office.time_comes(lead_id, "Mon 11:07")
    ts = office.shows(MANAGERS, lead_id, "claim")
    contacted(office, lead_id, "alice")

    assert office.told("carla", "claim", lead_id, ts=ts) == (
        "Alice Anders contacted &lt;!channel&gt; &amp; Co at 11:04 AM. Nothing to do."
    )

"""What reaches people beside Slack: first answers to leads of the night, pages, and what is urgent in an outage."""

from collections.abc import Iterator

import pytest

from tests.stories.beside import Beside, beside_slack
from tests.stories.known_leads import KNOWN
from tests.stories.office import Office

OPS, MIA, ALICE = "ops@acme.example", "mia@acme.example", "alice@acme.example"
OMARS_PHONE, MIAS_PHONE = "+15550101", "+15550100"
SAM = KNOWN["Loom"]["email"]


@pytest.fixture
def night(office: Office) -> Iterator[Beside]:
    office.it_begins("Mon 2:04")
    with beside_slack(office) as beside:
        yield beside


@pytest.fixture
def day(office: Office) -> Iterator[Beside]:
    with beside_slack(office) as beside:
        yield beside


def test_a_standard_lead_at_night_is_told_when_it_will_be_answered_and_its_time_starts_then(
    night: Beside,
) -> None:
    office = night.office
    lead = office.a_lead_arrives("Loom", owner="bob")
    night.settles()
    [letter] = night.letters(SAM)
    assert letter.startswith("We have your request and will answer on Monday, November 23, from 9:00 AM")
    assert office.asks_about(lead)["sla"]["started_at"] == "2026-11-23T14:00:00Z"

    # Sent once more, and asked again by the same person: neither is answered a second time.
    office.a_lead_arrives("Loom", owner="bob")
    office.sends(KNOWN["Loom"] | {"external_id": "WEB-9"})
    night.minutes_pass(2)
    assert len(night.letters(SAM)) == 1
    office.a_lead_arrives("Tidewell", owner="bob")
    night.it_is("Mon 9:00")
    assert (
        "Sam, Little Loom, Standard, contact by 1:00 PM, got the automatic e-mail."
        in office.direct_messages("bob")[-1]
    )


def test_a_hot_lead_at_night_gets_a_person_and_no_automatic_answer(night: Beside) -> None:
    night.office.a_lead_arrives("Northwind")
    night.settles()
    assert night.mailbox.recipients == []
    [sms] = night.texts(OMARS_PHONE)
    assert sms.startswith(
        "Lead SLA on call: Hot lead Dana Reyes, Northwind. Press by 2:09, contact by 3:04 AM."
    )
    assert "https://acme.slack.com/archives/" in sms

    night.it_is("Mon 2:09")
    assert [len(night.texts(phone)) for phone in (OMARS_PHONE, MIAS_PHONE)] == [1, 1]


def test_a_lead_without_an_address_that_can_be_right_gets_no_answer_and_the_timeline_says_why(
    night: Beside,
) -> None:
    lead = night.office.sends(KNOWN["Loom"] | {"email": "noreply@littleloom.example"})["lead_id"]
    night.settles()
    assert night.mailbox.recipients == []
    assert "not_acknowledged" in night.office.happened(lead)


def test_while_slack_is_away_what_is_urgent_goes_by_e_mail_and_text_and_is_not_said_again(
    day: Beside,
) -> None:
    office = day.office
    office.slack_goes_away()
    lead = office.a_lead_arrives("Northwind", owner="alice")
    day.minutes_pass(9)
    assert day.mailbox.recipients == []

    day.minutes_pass(6)
    [passed] = day.letters(ALICE)
    assert passed.startswith("Deadline passed: Dana Reyes, Northwind Freight. Due 10:05 AM")
    [breach] = day.letters(MIA)
    assert breach.startswith("Breached: Northwind Freight, Hot, Alice Anders. Due 10:05 AM")
    assert len(day.texts(MIAS_PHONE)) == 1
    [calls] = day.letters(OPS)
    assert "was due 10:05 AM · Alice Anders · Dana Reyes, Northwind Freight, Hot · +1 212 555 0142" in calls

    said = len(day.mailbox.letters), len(day.phones.messages)
    office.slack_is_back()
    day.minutes_pass(5)
    assert (len(day.mailbox.letters), len(day.phones.messages)) == said
    assert len(office.messages("alice", lead)) == 1
    assert office.card(lead, "alice").header == "⚠️ Deadline passed: Dana Reyes, Northwind Freight"
    assert "Reassign" in office.buttons_on(lead, "sales-managers")

"""The automatic e-mail to a lead of the night: once, in its language, only where the address can be right."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.notify.doors import Doors
from sla.effects import Role
from sla.lead import LeadId
from storage.database import Database
from storage.delivery import State
from tests.bot.courier.outside_office import OutsideOffice, open_outside_office
from tests.bot.notify.servers import body_of

DANA = "dana@northwind.example"


@pytest.fixture
def outside(database: Database) -> Iterator[OutsideOffice]:
    with open_outside_office(database) as office:
        yield office


@pytest.fixture
def night(sqlite_database: Database) -> Iterator[OutsideOffice]:
    with open_outside_office(sqlite_database) as office:
        office.it_is("Mon 20:00")
        yield office


def arrives(office: OutsideOffice, **fields: object) -> LeadId:
    """A standard lead, of nobody in the CRM."""
    known = {"intent": "webinar", "score": 40, "owner": None, "employees": 20, "email": DANA}
    return office.office.a_lead_arrives(**(known | fields))


def test_a_lead_in_the_night_is_told_when_to_expect_somebody(outside: OutsideOffice) -> None:
    outside.it_is("Mon 20:00")
    lead_id = arrives(outside, phone="+44 20 7946 0958", country="GB")
    outside.settles()
    [letter] = outside.mailbox.to(DANA)
    when = "on Tuesday, November 24, from 14:00 (London time)"
    assert letter["Subject"] == f"We have your request and will answer {when}"
    assert "Hello Dana,\n" in body_of(letter)
    assert body_of(letter).strip().endswith("Acme Sales")
    assert letter["Auto-Submitted"] == "auto-replied"
    [delivery] = outside.outside_deliveries(lead_id)
    assert (delivery.state, letter["X-Lead-SLA-Delivery"]) == (State.SENT, delivery.id)
    [line] = outside.happened(lead_id, "said_outside")
    assert (line.who, line.data["what"]) == (DANA, "acknowledgement")


def test_it_is_written_in_the_leads_language_and_time(night: OutsideOffice) -> None:
    arrives(night, country="DE", owner=None, intent="content")
    night.settles()
    [letter] = night.mailbox.to(DANA)
    assert (
        letter["Subject"]
        == "Ihre Anfrage ist da, wir antworten am Dienstag, 24. November, ab 08:30 Uhr (Ortszeit Berlin)"
    )


def test_in_working_hours_a_person_answers(night: OutsideOffice) -> None:
    night.it_is("Mon 10:00")
    lead_id = arrives(night)
    night.settles()
    assert (night.mailbox.letters, night.outside_deliveries(lead_id)) == ([], [])


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (None, "it has no e-mail address"),
        ("dana@localhost", "its e-mail address is not complete"),
        ("dana@host.invalid", "nobody outside can have an address that ends in .invalid"),
        ("no-reply@northwind.example", "its e-mail address is a machine's"),
        ("mailer-daemon@northwind.example", "its e-mail address is a machine's"),
        ("sales@acme.example", "its e-mail address is one of our own"),
    ],
)
def test_an_address_that_cannot_be_right_gets_nothing(
    night: OutsideOffice, address: str | None, why: str
) -> None:
    lead_id = arrives(night, email=address)
    night.settles()
    assert night.mailbox.letters == []
    [line] = night.happened(lead_id, "not_acknowledged")
    assert line.data["why"] == why


def test_a_role_of_another_company_is_a_lead_like_any_other(night: OutsideOffice) -> None:
    arrives(night, email="sales@northwind.example")
    night.settles()
    assert len(night.mailbox.to("sales@northwind.example")) == 1


def test_an_address_that_was_refused_before_is_not_tried_again(night: OutsideOffice) -> None:
    night.mailbox.refused[DANA] = "550 5.1.1 unknown"
    first = arrives(night)
    night.settles()
    del night.mailbox.refused[DANA]
    night.office.is_contacted(first)
    second = arrives(night)
    night.settles()
    assert night.mailbox.letters == []
    assert [one.state for one in night.outside_deliveries(first)] == [State.REFUSED]
    said = [*night.happened(first, "refused_outside"), *night.happened(second, "left_out_outside")]
    assert [line.data["why"] for line in said] == [
        "smtp 550 5.1.1",
        "an e-mail to this address was refused before",
    ]


def test_a_lead_that_is_sent_again_is_not_answered_again(night: OutsideOffice) -> None:
    lead_id = arrives(night, external_id="same")
    night.settles()
    arrives(night, external_id="same", message="again", email=DANA)
    night.settles()
    assert len(night.mailbox.letters) == len(night.outside_deliveries(lead_id)) == 1


def test_an_answer_that_was_lost_is_not_sent_a_second_time(night: OutsideOffice) -> None:
    night.mailbox.faults.append("drop_after_the_dot")
    lead_id = arrives(night)
    night.settles()
    night.passes(minutes=1)
    assert len(night.mailbox.letters) == 1
    [delivery] = night.outside_deliveries(lead_id)
    assert (delivery.state, delivery.attempt) == (State.VOID, 1)
    [line] = night.happened(lead_id, "left_out_outside")
    assert line.data["why"] == "nobody knows whether it arrived"


def test_a_line_that_broke_before_the_letter_was_whole_is_tried_again(night: OutsideOffice) -> None:
    night.mailbox.refused[DANA] = "450 4.2.0 later"
    arrives(night)
    night.settles()
    assert night.mailbox.letters == []
    del night.mailbox.refused[DANA]
    night.passes(seconds=5)
    assert len(night.mailbox.letters) == 1


def test_a_bot_that_died_in_the_middle_does_not_send_it_a_second_time(night: OutsideOffice) -> None:
    lead_id = arrives(night)
    dead = night.outside
    # It claimed the letter and handed it over; its process ended before the answer was written down.
    dead.round()
    while not dead._results.qsize():
        pass
    night.outside = night.new_outside()
    night.settles()
    night.passes(minutes=1)
    assert len(night.mailbox.letters) == 1
    [delivery] = night.outside_deliveries(lead_id)
    assert delivery.state is State.VOID


def test_after_the_time_promised_it_is_not_sent_any_more(night: OutsideOffice) -> None:
    lead_id = arrives(night)
    night.office.now += timedelta(minutes=5)
    night.settles()
    assert night.mailbox.letters == []
    assert [one.state for one in night.outside_deliveries(lead_id)] == [State.VOID]


def test_a_lead_that_was_contacted_meanwhile_needs_no_first_answer(night: OutsideOffice) -> None:
    lead_id = arrives(night)
    night.office.is_contacted(lead_id)
    night.settles()
    assert night.mailbox.letters == []


def test_without_a_mail_server_the_timeline_says_so(night: OutsideOffice) -> None:
    night.doors = Doors()
    night.outside = night.new_outside()
    lead_id = arrives(night)
    night.settles()
    [line] = night.happened(lead_id, "left_out_outside")
    assert line.data["why"] == "LEAD_SLA_SMTP_URL is not set"
    [delivery] = night.outside_deliveries(lead_id)
    assert (delivery.role, delivery.state) == (Role.ACKNOWLEDGEMENT, State.VOID)


def test_slack_that_is_away_holds_up_no_letter(night: OutsideOffice) -> None:
    night.office.slack.begin_outage("refuse")
    arrives(night)
    night.settles()
    assert len(night.mailbox.letters) == 1


@pytest.mark.parametrize(
    "name", ["https://phish.example", "Win Big Money Now", "x" * 30, "A\nBcc: eve@evil.example"]
)
def test_what_a_stranger_wrote_is_not_sent_on_as_our_words(night: OutsideOffice, name: str) -> None:
    arrives(night, first_name=name, message="https://phish.example")
    night.settles()
    [letter] = night.mailbox.letters
    assert "Hello,\n" in body_of(letter)
    assert "phish" not in body_of(letter) + str(letter["Subject"])
    assert letter["Bcc"] is None

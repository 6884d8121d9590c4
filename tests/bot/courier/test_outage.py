"""Slack stays away: what is urgent goes by e-mail and text message, once, and is not said again when it is back."""

from collections.abc import Iterator

import pytest

from bot.notify.gsm import SEGMENT, length
from sla.effects import Role
from sla.lead import LeadId
from storage.database import Database
from storage.delivery import State
from tests.bot.courier.office import ALICE, EMAILS, MANAGERS
from tests.bot.courier.outside_office import OutsideOffice, open_outside_office
from tests.bot.notify.servers import body_of

OPS, MIA = "ops@acme.example", "mia@acme.example"
MIAS_PHONE = "+15550100"


@pytest.fixture
def outside(sqlite_database: Database) -> Iterator[OutsideOffice]:
    with open_outside_office(sqlite_database) as office:
        yield office


def a_lead_without_slack(outside: OutsideOffice, **fields: object) -> LeadId:
    outside.settles()
    outside.office.slack.begin_outage("refuse")
    return outside.office.a_lead_arrives(phone="+1 212 555 0142", **fields)


def another(outside: OutsideOffice, company: str, **fields: object) -> LeadId:
    """Of somebody else, at another company; standard unless said otherwise."""
    known = {
        "intent": "webinar",
        "score": 40,
        "employees": 20,
        "email": f"{len(company)}@{company[0].lower()}.example",
    }
    return outside.office.a_lead_arrives(company=company, **(known | fields))


def goes_on(outside: OutsideOffice, *lead_ids: LeadId, minutes: int) -> None:
    """Slack stays away and the ticker ticks, half a minute at a time."""
    for _ in range(minutes * 2):
        outside.passes(seconds=30)
        outside.office.steps_fall_due(*lead_ids)
    outside.settles()


def test_a_short_absence_is_nothing_to_write_about(outside: OutsideOffice) -> None:
    lead_id = a_lead_without_slack(outside)
    goes_on(outside, lead_id, minutes=9)
    assert (outside.mailbox.letters, outside.phones.messages) == ([], [])


def test_a_hot_lead_reaches_its_owner_and_the_breach_the_managers(outside: OutsideOffice) -> None:
    lead_id = a_lead_without_slack(outside)
    goes_on(outside, lead_id, minutes=12)
    [passed] = outside.mailbox.to(EMAILS["alice"])
    assert str(passed["Subject"]).startswith("Deadline passed: Dana Reyes 1, Northwind 1. Due 10:05 AM")
    assert "Phone +1 212 555 0142." in body_of(passed)
    [breach] = outside.mailbox.to(MIA)
    assert str(breach["Subject"]).startswith("Breached: Northwind 1, Hot, Alice Anders. Due 10:05 AM")
    assert "Slack cannot be reached at the moment" in body_of(breach)
    assert "Button" not in body_of(breach)
    [sms] = outside.phones.messages
    assert sms["To"] == MIAS_PHONE
    assert sms["Body"] == "Lead SLA: Breached: Northwind 1, Hot, Alice Anders. Due 10:05 AM."
    assert length(sms["Body"]) <= SEGMENT


def test_a_hot_lead_of_the_outage_reaches_its_owner_at_once(outside: OutsideOffice) -> None:
    lead_id = a_lead_without_slack(outside, intent="webinar", score=40, employees=20)
    goes_on(outside, lead_id, minutes=12)
    hot = another(outside, company="Harbour & Vale", score=88, intent="demo_request", employees=1800)
    goes_on(outside, lead_id, hot, minutes=1)
    [card] = outside.mailbox.to(EMAILS["alice"])
    assert str(card["Subject"]).startswith(
        "Hot lead: Dana Reyes 2, Harbour & Vale. Contact by 10:17 AM, in 4 min."
    )


def test_a_lead_that_is_not_hot_waits_for_slack(outside: OutsideOffice) -> None:
    lead_id = a_lead_without_slack(outside, intent="webinar", score=40, employees=20)
    goes_on(outside, lead_id, minutes=12)
    assert [who for who in outside.mailbox.recipients if who != OPS] == []


def test_lead_ops_get_the_list_of_who_has_to_call_whom_by_when(outside: OutsideOffice) -> None:
    first = a_lead_without_slack(outside, intent="webinar", score=40, employees=20)
    second = another(outside, company="Harbour & Vale", score=88, intent="demo_request", employees=1800)
    goes_on(outside, first, second, minutes=12)
    [letter] = outside.mailbox.to(OPS)
    assert letter["Subject"] == "Slack is away since 10:00 AM: 2 leads to call"
    rows = [line for line in body_of(letter).splitlines() if " · " in line]
    assert rows == [
        "was due 10:05 AM · Alice Anders · Dana Reyes 2, Harbour & Vale, Hot · 14@h.example",
        "by 2:00 PM · Alice Anders · Dana Reyes 1, Northwind 1, Standard · "
        "+1 212 555 0142, dana@northwind.example",
    ]


def test_the_list_comes_again_only_when_it_changed_and_at_most_every_half_hour(
    outside: OutsideOffice,
) -> None:
    first = a_lead_without_slack(outside, intent="webinar", score=40, employees=20)
    goes_on(outside, first, minutes=50)
    assert len(outside.mailbox.to(OPS)) == 1
    another(outside, company="Later")
    goes_on(outside, first, minutes=1)
    assert len(outside.mailbox.to(OPS)) == 2
    another(outside, company="Latest")
    goes_on(outside, first, minutes=10)
    assert len(outside.mailbox.to(OPS)) == 2
    goes_on(outside, first, minutes=20)
    assert len(outside.mailbox.to(OPS)) == 3


def test_when_slack_is_back_only_the_cards_come(outside: OutsideOffice) -> None:
    lead_id = a_lead_without_slack(outside)
    goes_on(outside, lead_id, minutes=20)
    letters, messages = len(outside.mailbox.letters), len(outside.phones.messages)
    outside.office.slack.end_outage()
    goes_on(outside, lead_id, minutes=5)
    assert (len(outside.mailbox.letters), len(outside.phones.messages)) == (letters, messages)
    stand = {
        role: one.state
        for one in outside.office.deliveries(lead_id)
        if (role := one.role) and not one.is_outside
    }
    assert stand[Role.OWNER_CARD] is stand[Role.MANAGERS_CARD] is State.SENT
    assert stand[Role.DEADLINE_PASSED] is State.VOID
    assert len(outside.office.visible(ALICE)) == len(outside.office.visible(MANAGERS)) == 1


def test_what_waits_for_the_mail_server_is_not_said_after_slack_is_back(outside: OutsideOffice) -> None:
    outside.mailbox.refused[MIA] = "450 4.2.0 later"
    lead_id = a_lead_without_slack(outside)
    goes_on(outside, lead_id, minutes=12)
    outside.office.slack.end_outage()
    del outside.mailbox.refused[MIA]
    goes_on(outside, lead_id, minutes=5)
    assert outside.mailbox.to(MIA) == []


def test_nothing_is_said_twice_by_a_bot_that_was_restarted_meanwhile(outside: OutsideOffice) -> None:
    lead_id = a_lead_without_slack(outside)
    goes_on(outside, lead_id, minutes=12)
    before = len(outside.mailbox.letters), len(outside.phones.messages)
    outside.office.courier = outside.office.new_courier()
    outside.outside = outside.new_outside()
    goes_on(outside, lead_id, minutes=5)
    assert (len(outside.mailbox.letters), len(outside.phones.messages)) == before


def test_an_uncertain_breach_is_repeated_once_under_the_same_id(outside: OutsideOffice) -> None:
    lead_id = a_lead_without_slack(outside)
    goes_on(outside, lead_id, minutes=9)
    outside.mailbox.faults += ["drop_after_the_dot"] * 20
    goes_on(outside, lead_id, minutes=10)
    ids = [letter["Message-ID"] for letter in outside.mailbox.to(MIA)]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert len(outside.happened(lead_id, "left_out_outside")) > 0


def test_an_uncertain_text_message_is_not_repeated(outside: OutsideOffice) -> None:
    lead_id = a_lead_without_slack(outside)
    outside.phones.hangs_up_next()
    goes_on(outside, lead_id, minutes=20)
    assert (len(outside.phones.messages), outside.phones.answers) == (1, [])

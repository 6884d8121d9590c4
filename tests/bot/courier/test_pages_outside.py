"""A page by text message and e-mail: one segment, the way to its buttons, once for each step."""

from collections.abc import Iterator

import pytest

from bot.notify.gsm import SEGMENT, length
from sla.effects import Role
from sla.lead import LeadId
from storage.database import Database
from storage.delivery import State
from tests.bot.courier.outside_office import OutsideOffice, open_outside_office
from tests.bot.notify.servers import body_of
from tests.sla.play import moment

MIA, MIAS_PHONE = "mia@acme.example", "+15550100"


@pytest.fixture
def night(sqlite_database: Database) -> Iterator[OutsideOffice]:
    with open_outside_office(sqlite_database) as office:
        file = office.office.policies.current
        [name] = file.policy.on_call
        rotation = file.policy.on_call[name].model_copy(update={"also_by": ("sms", "email")})
        file.policy.__dict__["on_call"] = {name: rotation}
        office.it_is("Mon 20:00")
        yield office


def a_hot_lead(night: OutsideOffice, **fields: object) -> LeadId:
    known = {"owner": None, "phone": "+44 20 7946 0958", "company": "Harbour & Vale"}
    return night.office.a_lead_arrives(**(known | fields))


def pages(night: OutsideOffice, lead_id: LeadId) -> list[State]:
    return [one.state for one in night.outside_deliveries(lead_id) if one.role is Role.PAGE]


def test_whoever_is_on_call_gets_one_segment_with_the_way_to_the_buttons(night: OutsideOffice) -> None:
    lead_id = a_hot_lead(night)
    night.settles()
    [sms] = night.phones.messages
    [post] = [one for one in night.office.deliveries(lead_id, Role.PAGE) if not one.is_outside]
    link = f"https://sandbox.slack.com/archives/{post.channel}/p{(post.ts or '').replace('.', '')}"
    assert sms["To"] == MIAS_PHONE
    assert sms["Body"].startswith(
        "Lead SLA on call: Hot lead Dana Reyes 1, Harbour. Press by 8:05, contact by 9:00 PM."
    )
    assert sms["Body"].endswith(f"+442079460958 {link}")
    assert length(sms["Body"]) <= SEGMENT


def test_the_e_mail_is_the_page_as_plain_lines(night: OutsideOffice) -> None:
    a_hot_lead(night)
    night.settles()
    [letter] = night.mailbox.to(MIA)
    subject = "On call: Hot lead Dana Reyes 1, Harbour & Vale. I'm on it by 8:05 PM, contact by 9:00 PM"
    assert letter["Subject"] == subject
    lines = body_of(letter).splitlines()
    assert lines[0] == "On call: Hot lead Dana Reyes 1, Harbour & Vale."
    assert any(line.startswith("Open in Slack: https://sandbox.slack.com/archives/") for line in lines)
    assert not any("Button" in line for line in lines)


def test_without_slack_the_page_leaves_at_once_and_alone(night: OutsideOffice) -> None:
    night.settles()
    night.office.slack.begin_outage("refuse")
    lead_id = a_hot_lead(night)
    night.settles()
    night.passes(seconds=6)
    [sms] = night.phones.messages
    assert sms["Body"].endswith(" +442079460958")
    night.passes(steps=8, seconds=30)
    assert pages(night, lead_id) == [State.SENT, State.SENT]


def test_a_page_is_not_said_again_by_the_outage(night: OutsideOffice) -> None:
    night.settles()
    night.office.slack.begin_outage("refuse")
    lead_id = a_hot_lead(night)
    for _ in range(13):
        night.passes(minutes=1)
        night.office.steps_fall_due(lead_id)
    night.settles()
    said = [(one["To"], one["Body"]) for one in night.phones.messages]
    assert len(said) == len(set(said)) > 1
    assert len(pages(night, lead_id)) == 2 * len(night.office.deliveries(lead_id, Role.PAGE)) / 3


def test_a_text_message_of_which_nobody_knows_is_not_repeated_within_its_step(night: OutsideOffice) -> None:
    night.phones.hangs_up_next()
    lead_id = a_hot_lead(night)
    night.settles()
    night.passes(steps=4, minutes=1)
    assert len(night.phones.messages) == 1
    assert State.VOID in pages(night, lead_id)


def test_a_number_that_twilio_refuses_is_written_down(night: OutsideOffice) -> None:
    night.phones.answers_next(400, {"code": 21211})
    lead_id = a_hot_lead(night)
    night.settles()
    [line] = night.happened(lead_id, "refused_outside")
    assert (line.who, line.data["why"], line.data["by"]) == (MIAS_PHONE, "twilio 21211", "text message")


def told_of_it(night: OutsideOffice) -> list[str]:
    shown = night.office.visible(night.office.workspace.dm("U0OPS").id)
    return [str(one.payload["text"]).partition(". ")[0] for one in shown]


def test_a_number_that_is_refused_is_told_to_lead_ops_once(night: OutsideOffice) -> None:
    night.phones.answers_next(400, {"code": 21211})
    a_hot_lead(night)
    night.settles()
    night.phones.answers_next(400, {"code": 21211})
    night.office.a_lead_arrives(owner=None, company="Alder", email="lea@alder.example")
    night.settles()

    assert told_of_it(night) == ["Not reached by text message: Mia Moreno"]


def test_whose_number_was_refused_is_asked_about_before_a_page_that_slack_may_keep_silent(
    night: OutsideOffice,
) -> None:
    night.phones.answers_next(400, {"code": 21211})
    a_hot_lead(night)
    night.settles()
    silent = {
        "next_dnd_start_ts": moment("Mon 19:00").timestamp(),
        "next_dnd_end_ts": moment("Tue 8:00").timestamp(),
    }
    night.office.workspace.users["U0MIA"].dnd = silent | {"dnd_enabled": True}
    second = night.office.a_lead_arrives(owner=None, company="Alder", email="lea@alder.example")
    night.settles()

    assert [one.data["because"] for one in night.happened(second, "page_skipped")] == ["silent"]
    assert night.office.lead(second).owner == "omar@acme.example"


def test_an_address_that_is_refused_is_told_to_lead_ops(night: OutsideOffice) -> None:
    night.mailbox.refused[MIA] = "550 5.1.1 no such user"
    a_hot_lead(night)
    night.settles()

    assert told_of_it(night) == ["Not reached by e-mail: Mia Moreno"]

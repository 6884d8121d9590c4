"""The pretend mail server and the pretend Twilio, reached by the same doors as the real ones."""

from typing import Any

import httpx
import pytest

from bot.notify.mail import Letter, MailDoor
from bot.notify.phone import PhoneDoor
from bot.outcome import Refused, Sent
from bot.sandbox import SandboxServer
from bot.sandbox.post_office import FROM_NUMBER, SENDER
from tests.bot.sandbox.conftest import Clock

DANA, OMAR = "dana@northwind.example", "+15550101"


@pytest.fixture
def mail(slack: SandboxServer) -> MailDoor:
    return MailDoor(slack.mail_url, SENDER)


@pytest.fixture
def phone(slack: SandboxServer) -> PhoneDoor:
    return PhoneDoor(slack.sms_url, slack.sms_api_url)


def letters(slack: SandboxServer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{slack.control_url}state").raise_for_status().json()["letters"]
    return found


def test_an_e_mail_arrives_as_it_was_written(slack: SandboxServer, mail: MailDoor, clock: Clock) -> None:
    sent = mail.send(
        DANA, Letter(subject="Grüße, Söhne & Co", body="Hello Dana,\n\n.a dot first\n", id="d_1")
    )
    assert isinstance(sent, Sent)
    [letter] = letters(slack)
    assert letter.pop("number") > 0
    assert [letter] == [
        {
            "id": sent.ts,
            "kind": "mail",
            "at": clock.now,
            "sender": SENDER,
            "to": DANA,
            "subject": "Grüße, Söhne & Co",
            "body": "Hello Dana,\n\n.a dot first\n",
        }
    ]


def test_a_text_message_arrives_and_is_told_of(slack: SandboxServer, phone: PhoneDoor) -> None:
    sent = phone.send(OMAR, "Lead SLA on call: Hot lead")
    assert isinstance(sent, Sent)
    [letter] = letters(slack)
    assert [one.data for one in slack.workspace.stream.since(0) if one.kind == "letter"] == [letter]
    assert (letter["kind"], letter["sender"], letter["to"]) == ("sms", FROM_NUMBER, OMAR)
    assert (letter["body"], letter["id"]) == ("Lead SLA on call: Hot lead", sent.ts)


def test_a_text_message_to_nobody_is_refused_as_twilio_does(phone: PhoneDoor) -> None:
    assert phone.send("", "Hot lead") == Refused(error="twilio 21604")


def test_both_ways_are_open_while_slack_is_away(
    slack: SandboxServer, mail: MailDoor, phone: PhoneDoor
) -> None:
    slack.begin_outage("refuse")
    mail.send(DANA, Letter(subject="One", body="1", id="d_1"))
    phone.send(OMAR, "Two")
    arrived = letters(slack)
    assert [one["kind"] for one in arrived] == ["mail", "sms"]
    assert arrived[0]["number"] < arrived[1]["number"]


def test_a_workspace_that_is_cleared_forgets_them(slack: SandboxServer, phone: PhoneDoor) -> None:
    phone.send(OMAR, "Hot lead")
    slack.clear()
    assert letters(slack) == []

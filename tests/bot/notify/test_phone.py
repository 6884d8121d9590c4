"""Text messages to a Twilio of this machine: what it gets, and which of the four outcomes an answer is."""

import socket
from datetime import timedelta

import pytest

from bot.notify.mail import UnusableAddress
from bot.notify.phone import PhoneDoor
from bot.outcome import NotSent, Outcome, Refused, Sent, Uncertain
from tests.bot.notify.servers import Twilio


def test_a_text_message_reaches_the_number(phones: Twilio) -> None:
    said = PhoneDoor(phones.url, phones.api).send("+15550100", "Lead SLA on call")
    assert Sent(channel="sms", ts="SM1") == said
    assert phones.messages == [{"From": "+15550109999", "To": "+15550100", "Body": "Lead SLA on call"}]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 21211, Refused(error="twilio 21211")),
        (401, 20003, NotSent(error="twilio 20003", retry_after=timedelta(minutes=1))),
        (404, None, Refused(error="twilio answered 404")),
        (500, None, Uncertain(error="twilio answered 500")),
        (503, 20503, Uncertain(error="twilio 20503")),
    ],
)
def test_an_answer_is_one_of_the_four_outcomes(
    phones: Twilio, status: int, code: int | None, expected: Outcome
) -> None:
    phones.answers_next(status, {"code": code, "message": "about +15550100"})
    assert expected == PhoneDoor(phones.url, phones.api).send("+15550100", "x")
    assert phones.messages == []


@pytest.mark.parametrize(("said", "expected"), [("7", 7), ("0", 1), ("soon", 60), ("99999", 3600)])
def test_too_many_waits_for_as_long_as_twilio_says(phones: Twilio, said: str, expected: int) -> None:
    phones.answers_next(429, {"code": 20429}, Retry_After=said)
    outcome = PhoneDoor(phones.url, phones.api).send("+15550100", "x")
    assert NotSent(error="twilio 20429", retry_after=timedelta(seconds=expected)) == outcome


def test_a_line_that_goes_dead_before_the_answer_leaves_everybody_uncertain(phones: Twilio) -> None:
    phones.hangs_up_next()
    assert isinstance(PhoneDoor(phones.url, phones.api).send("+15550100", "x"), Uncertain)


def test_a_twilio_that_is_not_there_has_nothing(phones: Twilio) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert isinstance(PhoneDoor(phones.url, nowhere).send("+15550100", "x"), NotSent)


@pytest.mark.parametrize("url", ["twilio://", "twilio://ACxyz:secret@+15550100", "twilio://secret"])
def test_an_account_that_is_not_complete_is_said_without_its_token(url: str) -> None:
    with pytest.raises(UnusableAddress) as problem:
        PhoneDoor(url)
    assert "twilio://ACCOUNT_SID:AUTH_TOKEN@FROM_NUMBER" in str(problem.value)
    assert "secret" not in str(problem.value)

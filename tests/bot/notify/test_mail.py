"""E-mail to a real server: what arrives, and which of the four outcomes a broken talk has."""

import socket

import pytest

from bot.notify.mail import Letter, MailDoor, UnusableAddress
from bot.outcome import NotSent, Refused, Sent, Uncertain
from tests.bot.notify.servers import Mailbox, body_of

DANA = "dana@northwind.example"
LETTER = Letter(
    subject="On call: Zoë, Kessel & Söhne", body="First line.\n.dotted line\nLast – line.", id="d_1"
)


def test_a_letter_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    said = MailDoor(mailbox.url).send(DANA, LETTER)
    assert Sent(channel="mail", ts="<d_1@acme.example>") == said
    [letter] = mailbox.to(DANA)
    assert (LETTER.subject, LETTER.body) == (letter["Subject"], body_of(letter).strip().replace("\r\n", "\n"))
    assert letter.get_content_type() == "text/plain"


def test_a_letter_says_who_sent_it_and_which_delivery_it_is(mailbox: Mailbox) -> None:
    MailDoor(mailbox.url).send(DANA, LETTER)
    MailDoor(mailbox.url, "Acme Sales <hello@acme.example>").send(DANA, LETTER)
    first, second = mailbox.letters
    assert (
        first["From"],
        second["From"],
    ) == ("Lead SLA <sales@acme.example>", "Acme Sales <hello@acme.example>")
    assert [one["Message-ID"] for one in mailbox.letters] == ["<d_1@acme.example>"] * 2
    assert (first["X-Lead-SLA-Delivery"], first["Auto-Submitted"]) == ("d_1", "auto-generated")
    assert len(first.get_all("Message-ID") or []) == 1


def test_a_recipient_who_does_not_exist_is_refused_for_good(mailbox: Mailbox) -> None:
    mailbox.refused[DANA] = f"550 5.1.1 {DANA} unknown"
    said = MailDoor(mailbox.url).send(DANA, LETTER)
    assert Refused(error="smtp 550 5.1.1") == said
    assert mailbox.letters == []


def test_a_recipient_whose_turn_comes_later_has_nothing_yet(mailbox: Mailbox) -> None:
    mailbox.refused[DANA] = "450 4.2.0 greylisted"
    assert NotSent(error="smtp 450 4.2.0") == MailDoor(mailbox.url).send(DANA, LETTER)


def test_a_line_that_breaks_before_the_final_dot_sent_nothing(mailbox: Mailbox) -> None:
    mailbox.faults.append("drop_before_the_dot")
    long = Letter(subject="S", body="word " * 2_000_000, id="d_2")
    said = MailDoor(mailbox.url).send(DANA, long)
    assert isinstance(said, NotSent)
    assert (mailbox.seen, mailbox.letters) == (1, [])


def test_a_line_that_breaks_after_the_final_dot_leaves_everybody_uncertain(mailbox: Mailbox) -> None:
    mailbox.faults.append("drop_after_the_dot")
    assert isinstance(MailDoor(mailbox.url).send(DANA, LETTER), Uncertain)
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("busy_after_the_dot", NotSent(error="smtp 451 4.3.0")),
        ("refuse_after_the_dot", Refused(error="smtp 554 5.7.1")),
    ],
)
def test_an_answer_to_the_letter_itself_is_believed(
    mailbox: Mailbox, fault: str, expected: NotSent | Refused
) -> None:
    mailbox.faults.append(fault)  # type: ignore[arg-type]
    assert expected == MailDoor(mailbox.url).send(DANA, LETTER)
    assert mailbox.letters == []


def test_a_server_that_is_not_there_has_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        said = MailDoor(f"mailto://127.0.0.1:{port}?from=a@acme.example").send(DANA, LETTER)
    assert NotSent(error="ConnectionRefusedError") == said


def test_a_subject_with_line_breaks_cannot_add_a_header(mailbox: Mailbox) -> None:
    hostile = Letter(subject="Hello\r\nBcc: eve@evil.example", body="x", id="d_3")
    assert isinstance(MailDoor(mailbox.url).send(DANA, hostile), Sent)
    [letter] = mailbox.letters
    assert (mailbox.recipients, letter["Bcc"]) == ([DANA], None)


@pytest.mark.parametrize(
    "url", ["mailtos://", "mailto://127.0.0.1:25", "mailtos://u:secret@", "mailto://x:y:z"]
)
def test_a_server_that_is_not_complete_is_said_without_its_password(url: str) -> None:
    with pytest.raises(UnusableAddress) as problem:
        MailDoor(url)
    assert "mailtos://USER:PASSWORD@HOST:PORT" in str(problem.value)
    assert "secret" not in str(problem.value)

"""A mail server and a Twilio of this machine, anew for each test."""

from collections.abc import Iterator

import pytest

from tests.bot.notify.servers import Mailbox, Twilio, mail_server, twilio


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def phones() -> Iterator[Twilio]:
    with twilio() as stand_in:
        yield stand_in

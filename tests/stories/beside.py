"""What leaves beside Slack in the stories: e-mail and text messages, to servers of this machine."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bot.clock import OneClock
from bot.courier.outside import OutsideCourier, OutsideParts
from bot.notify.doors import Doors
from bot.notify.mail import MailDoor
from bot.notify.phone import PhoneDoor
from tests.bot.notify.servers import Mailbox, Twilio, body_of, mail_server, twilio
from tests.stories.limits import LIMIT
from tests.stories.office import Office

SENDER = "Acme Sales <sales@acme.example>"
ROUNDS_MAX = 100


class Beside:
    """The same bot's other courier. `it_is` moves the clock and lets it do what there is to do."""

    def __init__(self, office: Office, mailbox: Mailbox, phones: Twilio) -> None:
        self.office = office
        self.mailbox = mailbox
        self.phones = phones
        doors = Doors(mail=MailDoor(mailbox.url, SENDER), phone=PhoneDoor(phones.url, phones.api))
        bot = office.bot
        self._outside = OutsideCourier(
            OutsideParts(
                database=bot.database,
                recorder=bot.recorder,
                policies=bot.policies,
                doors=doors,
                clock=OneClock(lambda: office.now),
                monotonic=lambda: office.now.timestamp(),
                slack_away_since=lambda: office.bot.courier.slack_is_away_since,
                workspace_url=lambda: "https://acme.slack.com/",
            )
        )

    def it_is(self, said: str) -> None:
        self.office.it_is(said)
        self.settles()

    def minutes_pass(self, number: int) -> None:
        """One by one, as the bot lives them."""
        for _ in range(number):
            self.office.a_minute_passes()
            self.settles()

    def settles(self) -> None:
        for _ in range(ROUNDS_MAX):
            wait = self._outside.round()
            if not self._outside.under_way and wait > 0:
                self.office.settles()
                return
            self._outside.rest(LIMIT.total_seconds() if self._outside.under_way else 0)
        raise AssertionError("the courier's other thread never rests")

    def stop(self) -> None:
        self._outside.stop(LIMIT)

    # What people get

    def letters(self, address: str) -> list[str]:
        """Subject and text of each, oldest first."""
        return [f"{one['Subject']}\n{body_of(one)}" for one in self.mailbox.to(address)]

    def texts(self, number: str) -> list[str]:
        return [one["Body"] for one in self.phones.messages if one["To"] == number]


@contextmanager
def beside_slack(office: Office) -> Iterator[Beside]:
    with ExitStack() as stack:
        mailbox, phones = stack.enter_context(mail_server()), stack.enter_context(twilio())
        beside = Beside(office, mailbox, phones)
        stack.callback(beside.stop)
        yield beside

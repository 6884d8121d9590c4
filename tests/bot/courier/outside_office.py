"""The courier's office with its other thread: a mail server and a Twilio of this machine beside the pretend Slack."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bot.courier.outside import OUTSIDE_TIMINGS, OutsideCourier, OutsideParts
from bot.notify.doors import Doors
from bot.notify.mail import MailDoor
from bot.notify.phone import PhoneDoor
from sla.lead import LeadId
from storage import outbox, timeline
from storage.database import Database
from storage.delivery import Delivery
from storage.timeline import TimelineEntry
from tests.bot.courier.office import LIMIT, ROUNDS_MAX, Office, open_office
from tests.bot.notify.servers import Mailbox, Twilio, mail_server, twilio
from tests.sla.play import moment

SENDER = "Acme Sales <sales@acme.example>"


class OutsideOffice:
    """`passes` lets both threads of the courier do what there is to do."""

    def __init__(self, office: Office, mailbox: Mailbox, phones: Twilio) -> None:
        self.office = office
        self.mailbox = mailbox
        self.phones = phones
        self.doors = Doors(mail=MailDoor(mailbox.url, SENDER), phone=PhoneDoor(phones.url, phones.api))
        self.outside = self.new_outside()

    def new_outside(self) -> OutsideCourier:
        """As after a restart."""
        office = self.office
        return OutsideCourier(
            OutsideParts(
                database=office.database,
                recorder=office.recorder,
                policies=office.policies,
                doors=self.doors,
                clock=office.clock,
                monotonic=office.clock.seconds,
                slack_away_since=lambda: office.courier.slack_is_away_since,
                workspace_url=lambda: "https://sandbox.slack.com/",
                timings=OUTSIDE_TIMINGS,
            )
        )

    def it_is(self, said: str) -> None:
        self.office.now = moment(said)

    def settles(self) -> None:
        """Until nothing is under way in either thread and nothing more may leave at this moment."""
        self.office.settles()
        for _ in range(ROUNDS_MAX):
            wait = self.outside.round()
            if not self.outside.under_way and wait > 0:
                self.office.settles()
                return
            self.outside.rest(LIMIT.total_seconds() if self.outside.under_way else 0)
        raise AssertionError("the courier's other thread never rests")

    def passes(self, steps: int = 1, **span: float) -> None:
        for _ in range(steps):
            self.office.passes(**span)
            self.settles()

    def outside_deliveries(self, lead_id: LeadId | None = None) -> list[Delivery]:
        with self.office.database.read() as connection:
            of_lead = outbox.of_lead(connection, lead_id) if lead_id is not None else []
        return [one for one in of_lead if one.is_outside]

    def happened(self, lead_id: LeadId, kind: str) -> list[TimelineEntry]:
        with self.office.database.read() as connection:
            return [line for line in timeline.of(connection, lead_id) if line.kind == kind]


@contextmanager
def open_outside_office(database: Database) -> Iterator[OutsideOffice]:
    with ExitStack() as stack:
        office = stack.enter_context(open_office(database))
        mailbox, phones = stack.enter_context(mail_server()), stack.enter_context(twilio())
        outside = OutsideOffice(office, mailbox, phones)
        stack.callback(lambda: outside.outside.stop(LIMIT))
        yield outside

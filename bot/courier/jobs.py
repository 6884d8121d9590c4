"""What the sender threads do and what comes back: HTTP only, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.courier.drawing import Drawing
from bot.courier.looking import Looked, Looking
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway, Outcome, Refused, SlackFailed, Trouble, Uncertain
from sla.decide.paging import SILENT
from sla.effects import Place, Role, ToPerson
from sla.policy import Person
from storage.cards import Card
from storage.outbox import Delivery
from storage.people import Known

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A claimed delivery on its way; a page to somebody whom only Slack could wake asks first if it would."""

    delivery: Delivery
    channel: str
    drawing: Drawing
    asks_about: str | None = None
    at: datetime | None = None

    def do(self, gateway: Gateway) -> "Delivered":
        if self.asks_about is not None and self.at is not None:
            silent_until = gateway.silent_until(self.asks_about, self.at)
            if silent_until is not None:
                return Delivered(sending=self, outcome=Refused(error=SILENT), silent_until=silent_until)
        outcome = gateway.post(
            self.channel,
            self.drawing.payload,
            self.delivery.id,
            thread_ts=self.delivery.thread_ts,
            broadcast=self.delivery.role is Role.STILL_FREE,
        )
        return Delivered(sending=self, outcome=outcome)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """`silent_until`: nothing was sent, because Slack would wake nobody before then."""

    sending: Sending
    outcome: Outcome
    silent_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Editing:
    """A card that shows less than is known; `shows` has the revision of each lead in it, by the row's card."""

    card: Card
    drawing: Drawing
    shows: Mapping[str, int]

    @property
    def key(self) -> str:
        """The message that it is about: one call at a time."""
        return self.card.list_id or self.card.id

    def do(self, gateway: Gateway) -> "Edited":
        return Edited(
            editing=self, trouble=gateway.update(self.card.channel, self.card.ts, self.drawing.payload)
        )


@dataclass(frozen=True, kw_only=True)
class Edited:
    editing: Editing
    trouble: Trouble | None


@dataclass(frozen=True, kw_only=True)
class Introducing:
    """A person or a channel of whom Slack must be asked before anything can be sent there."""

    place: Place
    person: Person | None
    at: datetime

    def do(self, gateway: Gateway, directory: Directory) -> "Introduced":
        try:
            if isinstance(self.place, ToPerson):
                if self.person is None:
                    return Introduced(asked=self, trouble=Refused(error="not_in_the_policy"))
                return Introduced(asked=self, known=directory.introduce(self.person, self.at))
            channel = gateway.find_channel(str(self.place))
        except SlackFailed as failed:
            return Introduced(asked=self, trouble=failed.trouble)
        if channel is None:
            return Introduced(asked=self, trouble=Refused(error="channel_not_found"))
        return Introduced(asked=self, channel=channel)


@dataclass(frozen=True, kw_only=True)
class Introduced:
    asked: Introducing
    known: Known | None = None
    channel: str | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, kw_only=True)
class RefusalTold:
    """The managers (or lead ops) are told that this message was refused; now it may be closed."""

    delivery: Delivery
    error: str


@dataclass(frozen=True, kw_only=True)
class Probing:
    """While Slack does not answer, a question without effect tries whether it is back: a post might get lost."""

    def do(self, gateway: Gateway) -> "Probed":
        return Probed(probing=self, trouble=gateway.probe())


@dataclass(frozen=True, kw_only=True)
class Probed:
    probing: Probing
    trouble: Trouble | None


@dataclass(frozen=True, kw_only=True)
class Withdrawing:
    """A copy that came to stand beside the message which is written down."""

    channel: str
    ts: str

    def do(self, gateway: Gateway) -> "Withdrawn":
        return Withdrawn(withdrawing=self, trouble=gateway.delete(self.channel, self.ts))


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    withdrawing: Withdrawing
    trouble: Trouble | None


Job = Sending | Editing | Introducing | Looking | Probing | Withdrawing
Answer = Delivered | Edited | Introduced | Looked | Probed | Withdrawn
Result = Answer | RefusalTold


def do(job: Job, gateway: Gateway, directory: Directory, own_ids: Sequence[str]) -> Result:
    """Make the call. Whatever else goes wrong is an answer that nobody understood, and never lost."""
    try:
        match job:
            case Sending() | Editing() | Probing() | Withdrawing():
                return job.do(gateway)
            case Introducing():
                return job.do(gateway, directory)
            case Looking():
                return job.do(gateway, own_ids)
    except Exception as problem:
        log.exception("call_failed", job=key_of(job))
        return _failed(job, Uncertain(error=type(problem).__name__))


def _failed(job: Job, trouble: Uncertain) -> Result:
    match job:
        case Sending():
            return Delivered(sending=job, outcome=trouble)
        case Editing():
            return Edited(editing=job, trouble=trouble)
        case Introducing():
            return Introduced(asked=job, trouble=trouble)
        case Looking():
            return Looked(looking=job, trouble=trouble)
        case Probing():
            return Probed(probing=job, trouble=trouble)
        case Withdrawing():
            return Withdrawn(withdrawing=job, trouble=trouble)


def job_of(result: Answer) -> Job:
    """The job that this is the result of."""
    match result:
        case Delivered():
            return result.sending
        case Edited():
            return result.editing
        case Introduced():
            return result.asked
        case Looked():
            return result.looking
        case Probed():
            return result.probing
        case Withdrawn():
            return result.withdrawing


def key_of(job: Job) -> str:
    """What is done once at a time."""
    match job:
        case Sending():
            return f"send:{job.delivery.id}"
        case Editing():
            return f"edit:{job.key}"
        case Introducing():
            return f"introduce:{job.place}"
        case Looking():
            again = f":{job.deliveries[0].id}" if job.again else ""
            lost = ":lost" if job.lost is not None else ""
            return f"look:{job.channel}:{job.thread_ts}{again}{lost}"
        case Probing():
            return "probe"
        case Withdrawing():
            return f"withdraw:{job.channel}:{job.ts}"

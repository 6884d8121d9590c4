"""Whether Slack would keep a page silent: asked right before it leaves, of whoever hears nothing else."""

from datetime import datetime

from bot.policies import PolicyBox
from sla.effects import Role, ToPerson, ToPhone
from sla.lead import Lead
from sla.paging import is_heard, rotation_of
from sla.policy import Person
from storage import accounts, outbox, people
from storage.database import Connection
from storage.outbox import Delivery


def asked_of(
    connection: Connection, policies: PolicyBox, row: Delivery, lead: Lead | None, *, texts: bool
) -> str | None:
    """The Slack id of the one to ask about; None where it does not matter, as for everything but a page.

    `texts`: whether text messages leave at all.
    """
    to = row.post.to
    if row.role is not Role.PAGE or lead is None or not isinstance(to, ToPerson):
        return None
    policy = policies.current.policy
    person = policy.person(to.email)
    if person is None:
        return None
    rotation = rotation_of(lead, policy, policies.at(lead.policy_version))
    if texts and is_heard(person, rotation) and not _is_wrong(connection, person):
        return None
    known = people.get(connection, [to.email]).get(to.email)
    return person.slack or (known.slack_id if known is not None else None)


def _is_wrong(connection: Connection, person: Person) -> bool:
    """Whether a text message to their number was refused before: it wakes nobody."""
    return person.phone is not None and outbox.was_refused(connection, str(ToPhone(number=person.phone)))


def keep(connection: Connection, row: Delivery, until_at: datetime, at: datetime) -> None:
    """The next page of the night need not ask again."""
    if isinstance(row.post.to, ToPerson):
        accounts.said(connection, row.post.to.email, at=at, silent_until=until_at)

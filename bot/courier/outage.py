"""While Slack is away: what is urgent goes by e-mail and text message, too, and somebody gets the list of calls."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from bot.courier.calls import due_of, waiting_leads
from bot.courier.letters import COPY_OF
from bot.policies import PolicyBox
from sla.effects import Outside, Post, Role, ToMail, ToPerson, ToPhone, Urgency, still_true
from sla.lead import Lead, LeadId
from sla.policy import Person, Policy
from storage import absences, leads, outbox
from storage.absences import Absence
from storage.database import Connection
from storage.outbox import Delivery

log = structlog.get_logger(__name__)

SAID_BESIDE_SLACK = frozenset({Role.PAGE, Role.OWNER_CARD, Role.DEADLINE_PASSED, Role.MANAGERS_CARD})
"""Pages, new leads (of these only the hot ones) and breaches."""
LOOKED_THROUGH_MAX = 2_000
LIST_EVERY = timedelta(minutes=30)


class OutageDesk:
    """Looks, while Slack is away, at what waits for it. Everything it owes has a key: once for each absence."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies

    def look(self, connection: Connection, at: datetime) -> int:
        """Owe what is due now. Returns how many messages that were.

        To be asked only where this process itself missed an answer: an absence from before a start may be over.
        """
        absence = absences.lasting(connection, "slack")
        policy = self._policies.current.policy
        if absence is None or at - absence.from_at < policy.outage.after:
            return 0
        copies = list(self._copies(connection, policy, at))
        lists = list(self._lists(connection, policy, absence, at))
        if copies or lists:
            outbox.add(connection, [*copies, *lists], at)
            log.warning("said_beside_slack", messages=len(copies), lists=len(lists))
        return len(copies) + len(lists)

    def _copies(
        self, connection: Connection, policy: Policy, at: datetime
    ) -> Iterator[tuple[LeadId | None, int, Post]]:
        waiting = outbox.waiting_for_slack(connection, SAID_BESIDE_SLACK, LOOKED_THROUGH_MAX)
        known = leads.load(connection, {one.lead_id for one in waiting if one.lead_id is not None})
        said = outbox.outside_of(connection, {one.lead_id for one in waiting if one.lead_id is not None})
        for delivery in waiting:
            lead = known.get(delivery.lead_id) if delivery.lead_id is not None else None
            if lead is None or not self._is_urgent(delivery, lead, policy, at):
                continue
            for place in self._places(delivery, lead, policy):
                copy = delivery.post._replace(
                    to=place,
                    key=f"{delivery.post.key}:{place}",
                    not_before=None,
                    gathered=False,
                    data={**delivery.post.data, COPY_OF: delivery.id},
                )
                if (lead.id, copy.role, copy.clock, str(place)) not in said:
                    yield lead.id, delivery.generation, copy

    @staticmethod
    def _is_urgent(delivery: Delivery, lead: Lead, policy: Policy, at: datetime) -> bool:
        waits_for_its_time = delivery.post.not_before is not None and delivery.post.not_before > at
        if waits_for_its_time or not still_true(delivery.post, lead, at):
            return False
        if delivery.role is not Role.OWNER_CARD:
            return True
        # After the deadline its own notice says all that is left to say.
        return is_hot(policy, lead) and due_of(lead) > at

    @staticmethod
    def _places(delivery: Delivery, lead: Lead, policy: Policy) -> Iterator[Outside]:
        """The person, or for a channel the managers of the lead's team."""
        to = delivery.post.to
        people: tuple[Person, ...]
        if isinstance(to, ToPerson):
            person = policy.person(to.email)
            people = (person,) if person is not None else ()
        else:
            people = policy.managers(policy.team_in_force(lead.team))
        for one in people:
            yield ToMail(address=one.email)
            if one.phone is not None:
                yield ToPhone(number=one.phone)

    def _lists(
        self, connection: Connection, policy: Policy, absence: Absence, at: datetime
    ) -> Iterator[tuple[LeadId | None, int, Post]]:
        number = int((at - absence.from_at - policy.outage.after) / LIST_EVERY)
        told = outbox.of_no_lead(connection, absence.id, Role.OUTAGE_LIST)
        if any(one.post.data["number"] == number for one in told):
            return
        print_ = _print(waiting_leads(connection))
        if print_ is None or any(_is_latest(one, told) and one.post.data["print"] == print_ for one in told):
            return
        for person in policy.known(policy.outage.tell):
            data: Mapping[str, object] = {
                "number": number,
                "print": print_,
                "since": absence.from_at.isoformat(),
                "absence": absence.id,
            }
            post = Post(
                role=Role.OUTAGE_LIST,
                to=ToMail(address=person.email),
                key=f"{Role.OUTAGE_LIST}:{absence.id}:{number}:{person.email}",
                urgency=Urgency.BREACH,
                fenced=False,
                expires_at=at + LIST_EVERY,
                data=data,
            )
            yield None, absence.id, post


def _is_latest(one: Delivery, told: list[Delivery]) -> bool:
    return bool(one.post.data["number"] == max(other.post.data["number"] for other in told))


def _print(waiting: list[Lead]) -> str | None:
    """The same for lists that say the same; None for one with nobody on it."""
    if not waiting:
        return None
    said = "\n".join(f"{one.id} {one.owner} {due_of(one).isoformat()}" for one in waiting)
    return sha256(said.encode()).hexdigest()


def is_hot(policy: Policy, lead: Lead) -> bool:
    """Leads that are worth a text message: of the first tier, and of every one about which somebody is paged."""
    tier = policy.tier(lead.tier)
    if tier is None:
        return False
    pages = tier.after_hours is not None and tier.after_hours.page is not None
    return pages or tier.name == policy.tiers[0].name

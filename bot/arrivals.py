"""Which lead each request that comes in belongs to: its own, one that took it in before, its person's open one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sla.facts import LeadArrived
from sla.lead import Lead, LeadId, Stage
from sla.policy.intake import Duplicates
from sla.same_person import company_domain, email_key, person_keys, phone_key
from sla.surroundings import Kin
from storage import same_person
from storage.database import Connection
from storage.same_person import Acquaintances, Name, Request


class Arrivals:
    """Looks everything up once for the batch; then each request sees what the ones before it made."""

    def __init__(
        self, connection: Connection, arrivals: Sequence[LeadArrived], duplicates: Duplicates
    ) -> None:
        self._duplicates = duplicates
        self._known = _look_up(connection, arrivals, duplicates) if arrivals else Acquaintances()
        self._requests: list[Request] = []

    @property
    def lead_ids(self) -> set[LeadId]:
        """Every lead that one of the requests may belong to."""
        return {*self._known.ids.values(), *(id for ids in self._known.by_key.values() for id in ids)}

    def placed(self, fact: LeadArrived, leads: Mapping[LeadId, Lead]) -> LeadArrived:
        """The same request under the id of the lead that it belongs to."""
        name = _name_of(fact)
        known = self._known.ids.get(name)
        if known is not None:
            if (lead := leads.get(known)) is not None and name != (lead.source, lead.external_id):
                self._note(fact, known)
            return fact if known == fact.lead_id else replace(fact, lead_id=known)
        for lead in self._of_the_person(fact, leads):
            if lead.is_open or lead.stage is Stage.NEEDS_ATTENTION:
                self._known.ids[name] = lead.id
                self._note(fact, lead.id)
                return replace(fact, lead_id=lead.id, asks_again=True)
        self._known.ids[name] = fact.lead_id
        return fact

    def kin(self, fact: LeadArrived, leads: Mapping[LeadId, Lead]) -> Kin | None:
        """What speaks for the owner of a lead that has none yet: the person's earlier lead, or the company's."""
        for lead in self._of_the_person(fact, leads):
            owner = _owner_of(lead)
            if owner is not None and lead.id != fact.lead_id:
                return Kin(owner=owner, team=lead.team or "", received_at=lead.received_at)
        domain = company_domain(fact.details)
        return self._known.companies.get(domain) if domain is not None else None

    def remember(self, fact: LeadArrived, lead: Lead) -> None:
        """What became of the request, for those that come after it."""
        for key in person_keys(fact.details, self._duplicates.match):
            ids = self._known.by_key.setdefault(key, [])
            if lead.id not in ids:
                ids.append(lead.id)
        domain = company_domain(lead.details)
        if domain is not None and lead.owner is not None and lead.is_open:
            self._known.companies[domain] = Kin(
                owner=lead.owner, team=lead.team or "", received_at=lead.received_at, domain=domain
            )

    def write(self, connection: Connection) -> None:
        """Keep under which other names leads are known now; the leads themselves are written first."""
        same_person.keep(connection, self._requests)

    def _note(self, fact: LeadArrived, lead_id: LeadId) -> None:
        self._requests.append(Request(name=_name_of(fact), lead_id=lead_id, at=fact.at, details=fact.details))

    def _of_the_person(self, fact: LeadArrived, leads: Mapping[LeadId, Lead]) -> list[Lead]:
        """Their leads of the policy's window, the newest first."""
        since = fact.at - self._duplicates.within
        keys = person_keys(fact.details, self._duplicates.match)
        ids = dict.fromkeys(id for key in keys for id in self._known.by_key.get(key, ()))
        found = [leads[id] for id in ids if id in leads and leads[id].received_at >= since]
        return sorted(found, key=lambda lead: lead.received_at, reverse=True)


def _look_up(
    connection: Connection, arrivals: Sequence[LeadArrived], duplicates: Duplicates
) -> Acquaintances:
    details = [fact.details for fact in arrivals]
    keys = {
        "email": _known(map(email_key, details)) if "email" in duplicates.match else [],
        "phone": _known(map(phone_key, details)) if "phone" in duplicates.match else [],
        "domain": _known(map(company_domain, details)),
    }
    since = min(fact.at for fact in arrivals) - duplicates.within
    return same_person.look_up(connection, {_name_of(fact) for fact in arrivals}, keys, since)


def _known(keys: Iterable[str | None]) -> list[str]:
    return sorted({key for key in keys if key is not None})


def _name_of(fact: LeadArrived) -> Name:
    return fact.source, fact.details.external_id


def _owner_of(lead: Lead) -> str | None:
    """Whose it is, or was when it ended."""
    if lead.owner is not None:
        return lead.owner
    clocks = lead.owner_clocks()
    return clocks[-1].person if clocks else None

"""Which lead each request that comes in belongs to: its own, one that took it in before, its person's open one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sla.facts import LeadArrived
from sla.lead import Lead, LeadId, Stage
from sla.policy.intake import Duplicates
from sla.same_person import company_domain, person_keys
from sla.surroundings import Kin
from storage import same_person
from storage.database import Connection
from storage.same_person import Acquaintances, Name, Request


class Arrivals:
    """Looks everything up once for the batch; then each request sees what the ones before it made."""

    def __init__(
        self, connection: Connection, arrivals: Sequence[LeadArrived], duplicates: Duplicates
    ) -> None:
        self._within = duplicates.within
        self._keys = {id(fact): _Keys(fact, duplicates) for fact in arrivals}
        self._known = _look_up(connection, self._keys.values(), duplicates) if arrivals else Acquaintances()
        self._newest_of: dict[str, Lead] = {}
        self._requests: list[Request] = []

    @property
    def lead_ids(self) -> set[LeadId]:
        """Every lead that one of the requests may belong to."""
        return {*self._known.ids.values(), *(id for ids in self._known.by_key.values() for id in ids)}

    def placed(self, fact: LeadArrived, leads: Mapping[LeadId, Lead]) -> tuple[LeadArrived, Kin | None]:
        """The same request under its lead's id; where that has no owner yet, also what speaks for one."""
        keys = self._keys[id(fact)]
        known = self._known.ids.get(keys.name)
        if known is not None:
            lead = leads.get(known)
            if lead is not None and keys.name != (lead.source, lead.external_id):
                self._note(fact, known)
            if known != fact.lead_id:
                fact = replace(fact, lead_id=known)
            if lead is not None and lead.stage is not Stage.NEEDS_ATTENTION:
                return fact, None
            theirs = self._of_the_person(keys, leads)
            open_one = next((one for one in theirs if one.is_open), None) if lead is not None else None
            if open_one is not None:
                self._known.ids[keys.name] = open_one.id
                self._note(fact, open_one.id)
                return replace(fact, lead_id=open_one.id, asks_again=True, merges=known), None
            return fact, self._kin(keys, theirs, known)
        theirs = self._of_the_person(keys, leads)
        for lead in theirs:
            if lead.is_open or lead.stage is Stage.NEEDS_ATTENTION:
                self._known.ids[keys.name] = lead.id
                self._note(fact, lead.id)
                waits = lead.stage is Stage.NEEDS_ATTENTION
                kin = self._kin(keys, theirs, lead.id) if waits else None
                return replace(fact, lead_id=lead.id, asks_again=True), kin
        self._known.ids[keys.name] = fact.lead_id
        return fact, self._kin(keys, theirs, fact.lead_id)

    def remember(self, sent: LeadArrived, lead: Lead) -> None:
        """What became of the request, for those that come after it."""
        keys = self._keys[id(sent)]
        by_key = self._known.by_key
        for key in keys.person:
            ids = by_key.get(key)
            if ids is None:
                by_key[key] = [lead.id]
            elif lead.id not in ids:
                ids.append(lead.id)
        if keys.company is not None and lead.owner is not None and lead.is_open:
            self._newest_of[keys.company] = lead

    def write(self, connection: Connection) -> None:
        """Keep under which other names leads are known now; the leads themselves are written first."""
        same_person.keep(connection, self._requests)

    def _kin(self, keys: "_Keys", theirs: Iterable[Lead], not_this: LeadId) -> Kin | None:
        """What speaks for an owner: the person's earlier lead, else the company's open one."""
        for lead in theirs:
            owner = _owner_of(lead)
            if owner is not None and lead.id != not_this:
                return Kin(owner=owner, team=lead.team or "", received_at=lead.received_at)
        if keys.company is None:
            return None
        newest = self._newest_of.get(keys.company)
        if newest is None or newest.owner is None:
            return self._known.companies.get(keys.company)
        return Kin(
            owner=newest.owner, team=newest.team or "", received_at=newest.received_at, domain=keys.company
        )

    def _note(self, fact: LeadArrived, lead_id: LeadId) -> None:
        self._requests.append(Request(name=_name_of(fact), lead_id=lead_id, at=fact.at, details=fact.details))

    def _of_the_person(self, keys: "_Keys", leads: Mapping[LeadId, Lead]) -> Sequence[Lead]:
        """Their leads of the policy's window, the newest first."""
        by_key = self._known.by_key
        ids = {id: None for key in keys.person for id in by_key.get(key, ())}
        if not ids:
            return ()
        since = keys.at - self._within
        found = [leads[id] for id in ids if id in leads and leads[id].received_at >= since]
        return sorted(found, key=lambda lead: lead.received_at, reverse=True)


class _Keys:
    """By what one request's lead, person and company are found: worked out once, looked at several times."""

    __slots__ = ("at", "company", "name", "person")

    def __init__(self, fact: LeadArrived, duplicates: Duplicates) -> None:
        self.at = fact.at
        self.name = _name_of(fact)
        self.person = person_keys(fact.details, duplicates.match)
        self.company = company_domain(fact.details)


def _look_up(connection: Connection, keys: Collection[_Keys], duplicates: Duplicates) -> Acquaintances:
    return same_person.look_up(
        connection,
        {one.name for one in keys},
        {key for one in keys for key in one.person},
        {one.company for one in keys if one.company is not None},
        min(one.at for one in keys) - duplicates.within,
    )


def _name_of(fact: LeadArrived) -> Name:
    return fact.source, fact.details.external_id


def _owner_of(lead: Lead) -> str | None:
    """Whose it is, or was when it ended."""
    if lead.owner is not None:
        return lead.owner
    clocks = lead.owner_clocks()
    return clocks[-1].person if clocks else None

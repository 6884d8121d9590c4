"""Requests of the same person, in any order and however they are told: one lead, found under each of their names."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.batch import Batch
from bot.policies import PolicyBox
from bot.recorder import Recorded, Recorder
from sla.details import LeadDetails
from sla.facts import ContactLogged, Fact, LeadArrived, LeadClosed
from sla.lead import ContactId, Lead, LeadId
from storage import leads, outbox
from storage.database import Database
from storage.ids import new_lead_id
from tests.sla.play import EXAMPLE, hot, moment

LIMIT = timedelta(seconds=20)
DANA = "dana@northwind.example"
PHONE = "+1 212 555 0142"
_numbers = count(1)


class Door:
    """Takes requests in, one after the other or many in one batch."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.at = moment("Mon 10:00")
        self.policies = PolicyBox.open(database, EXAMPLE, self.at)
        self.recorder = Recorder(database, self.policies, now=lambda: self.at)
        self.recorder.start()

    def arrives(self, external_id: str, source: str = "website", **said: Any) -> Recorded:
        return self.recorder.record(self.request(external_id, source, **said), LIMIT)

    def request(self, external_id: str, source: str = "website", **said: Any) -> LeadArrived:
        details = LeadDetails(**({"external_id": external_id, "company": "Northwind"} | said))
        return LeadArrived(lead_id=new_lead_id(self.at), at=self.at, source=source, details=details)

    def at_once(self, facts: Sequence[Fact]) -> list[Lead]:
        """All of them in one batch; the lead of each."""
        with self.database.begin() as connection:
            batch = Batch(connection, self.policies, self.at)
            answers = batch.decide(facts)
            batch.write()
        return [lead for lead, _, _ in answers if lead is not None]

    def found(self, name: str, source: str | None = None) -> LeadId | None:
        with self.database.read() as connection:
            return leads.resolve(connection, name, source)

    def is_answered(self, lead: Lead) -> None:
        assert lead.owner is not None
        fact = ContactLogged(
            lead_id=lead.id,
            at=self.at,
            contact_id=ContactId(f"K{next(_numbers)}"),
            by=lead.owner,
            logged_by=lead.owner,
            channel="email",
            outcome="sent",
        )
        assert self.recorder.record(fact, LIMIT).refusal is None

    def is_closed(self, lead: Lead) -> None:
        fact = LeadClosed(lead_id=lead.id, at=self.at, by="website", reason="spam", via="http")
        assert self.recorder.record(fact, LIMIT).refusal is None


@pytest.fixture
def door(database: Database) -> Iterator[Door]:
    one = Door(database)
    yield one
    one.recorder.stop(LIMIT)


def lead_of(recorded: Recorded) -> Lead:
    assert recorded.lead is not None
    return recorded.lead


def test_a_further_request_is_found_under_its_own_name_and_by_its_source(door: Door) -> None:
    first = lead_of(door.arrives("1", email=DANA))
    again = door.arrives("77", "hubspot", email="Dana@northwind.example")

    assert again.duplicate
    assert lead_of(again).id == first.id
    assert first.id == door.found("hubspot:77") == door.found("hubspot:77", "hubspot")
    assert first.id == door.found(first.id, "hubspot") == door.found(first.id, "website")
    assert door.found("hubspot:77", "website") is None
    assert door.found(first.id, "cli") is None


def test_a_further_request_sent_again_asks_no_third_time(door: Door) -> None:
    door.arrives("1", email=DANA)
    door.arrives("77", email=DANA)
    again = lead_of(door.arrives("77", email=DANA, message="Hello?"))

    assert again.asked_again is not None
    assert (again.asked_again.number, again.details.message) == (2, "Hello?")
    assert again.external_id == "1"


def test_whoever_is_known_by_number_is_known_by_every_address_they_used(door: Door) -> None:
    first = lead_of(door.arrives("1", email=DANA, phone=PHONE))
    door.arrives("2", email="d.reyes@gmail.com", phone=PHONE)

    for number, address in enumerate((DANA, "d.reyes@gmail.com"), start=3):
        assert lead_of(door.arrives(f"{number}", email=address)).id == first.id


def test_a_lead_is_found_by_the_address_that_its_source_corrected(door: Door) -> None:
    first = lead_of(door.arrives("1", email="dna@northwind.example"))
    door.arrives("1", email=DANA)

    assert lead_of(door.arrives("2", email=DANA)).id == first.id


def test_a_number_without_a_country_makes_nobody_the_same(door: Door) -> None:
    first = lead_of(door.arrives("1", email="a@gmail.com", phone="555-0142"))

    assert lead_of(door.arrives("2", email="b@gmail.com", phone="555-0142")).id != first.id


def test_who_was_closed_and_asks_again_is_a_new_lead_of_the_same_owner(door: Door) -> None:
    first = lead_of(door.arrives("1", email=DANA, **hot()))
    door.is_closed(first)
    again = door.arrives("2", email=DANA)

    assert not again.duplicate
    assert lead_of(again).owner == first.owner
    assert lead_of(again).clocks[0].how == "same_owner"


def test_of_several_leads_the_open_one_takes_it_in(door: Door) -> None:
    first = lead_of(door.arrives("1", email=DANA))
    door.is_answered(first)
    door.at += timedelta(minutes=1)
    second = lead_of(door.arrives("2", email=DANA))
    door.at += timedelta(minutes=1)

    assert second.id != first.id
    assert lead_of(door.arrives("3", email=DANA)).id == second.id


def test_the_requests_of_one_batch_see_what_happened_between_them(door: Door) -> None:
    first = lead_of(door.arrives("1", email=DANA))
    closing = LeadClosed(lead_id=first.id, at=door.at, by="website", reason="spam", via="http")
    _, second, third = door.at_once([closing, door.request("2", email=DANA), door.request("3", email=DANA)])

    assert first.id != second.id == third.id
    assert second.id == door.found("website:2") == door.found("website:3")


def test_the_companys_lead_counts_only_while_it_is_open(door: Door) -> None:
    first = lead_of(door.arrives("1", email=DANA, **hot()))
    colleague = lead_of(door.arrives("2", email="kim@northwind.example"))
    assert (colleague.owner, colleague.clocks[0].how) == (first.owner, "same_owner")
    door.is_closed(first)
    door.is_closed(colleague)

    assert lead_of(door.arrives("3", email="sam@northwind.example")).clocks[0].how == "routed"


requests = st.lists(
    st.tuples(
        st.integers(0, 2),  # who
        st.integers(0, 3),  # under which external id of theirs
        st.sampled_from(["website", "hubspot"]),
        st.booleans(),  # with their number
        st.booleans(),  # in capitals
        st.booleans(),  # told at once with the next one
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests)
def test_in_whatever_order_people_ask_each_is_one_lead_with_one_owner_and_one_card(
    door: Door, asked: list[tuple[int, int, str, bool, bool, bool]]
) -> None:
    play = next(_numbers)
    together: list[tuple[int, str, LeadArrived]] = []
    told: dict[int, set[LeadId]] = {}
    for who, external, source, with_phone, loud, at_once in asked:
        address = f"p{who}.{play}@gmail.com"
        said = {"email": address.upper() if loud else address}
        if with_phone:
            said["phone"] = f"+1 212 55{play:03} {who:04}"
        name = f"{play}-{who}-{external}"
        together.append((who, f"{source}:{name}", door.request(name, source, **said)))
        if not at_once:
            _tell(door, together, told)
    _tell(door, together, told)

    assert [1] * len(told) == [len(ids) for ids in told.values()]
    assert len({id for ids in told.values() for id in ids}) == len(told)
    with door.database.read() as connection:
        for [lead_id] in told.values():
            lead = leads.load(connection, [lead_id])[lead_id]
            assert len({clock.person for clock in lead.owner_clocks()}) == 1
            assert [one.role for one in outbox.of_lead(connection, lead_id)] == ["owner_card"]


def _tell(door: Door, together: list[tuple[int, str, LeadArrived]], told: dict[int, set[LeadId]]) -> None:
    """In one batch; each is found under its name afterwards."""
    taken_in = door.at_once([fact for _, _, fact in together])
    for (who, name, _), lead in zip(together, taken_in, strict=True):
        told.setdefault(who, set()).add(lead.id)
        assert door.found(name) == lead.id
    together.clear()

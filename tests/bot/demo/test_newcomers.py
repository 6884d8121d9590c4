"""In the demo whoever comes without an id is somebody new."""

from bot.demo.desk.newcomers import Newcomers
from sla.intake import read_lead
from sla.same_person import company_domain, person_keys

DANA = {"email": "dana@northwind.example", "phone": "+1 212 555 0142", "company": "Northwind Freight"}


def test_the_same_sample_again_is_somebody_of_another_company_with_another_number() -> None:
    newcomers = Newcomers()
    greeted = [newcomers.greeted(DANA) for _ in range(3)]

    assert greeted[0] == DANA
    read = [read_lead(lead | {"external_id": "1"}, fields=None, required=())[0] for lead in greeted]
    keys = {key for details in read for key in person_keys(details, ("email", "phone"))}
    assert len(keys) == 6
    assert len({company_domain(details) for details in read}) == 3


def test_what_has_no_address_or_number_to_change_stays_as_it_is() -> None:
    newcomers = Newcomers()
    for lead in ({"company": "Northwind"}, {"email": 7}, {"email": "dana"}):
        assert [lead, lead] == [newcomers.greeted(lead), newcomers.greeted(lead)]


def test_a_number_that_ends_in_words_is_left_alone() -> None:
    newcomers = Newcomers()
    lead = {"email": "dana@northwind.example", "phone": "ask for Dana"}
    newcomers.greeted(lead)

    assert newcomers.greeted(lead) == lead | {"email": "dana@northwind-2.example"}

"""One text message is one segment of 160 characters of the GSM alphabet, whatever the lead is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notify.gsm import SEGMENT, in_gsm, length, segment

PAGE = (
    "Lead SLA on call: Hot lead {}. Press by 2:09, contact by 3:04 AM. +442079460958 "
    "https://acme.slack.com/archives/D0OMAR/p1795417440001"
)


def test_the_page_as_it_is_meant() -> None:
    said = segment(PAGE, "Priya Nair", "Harbour & Vale")
    assert PAGE.format("Priya Nair, Harbour & Vale") == said
    assert length(said) <= SEGMENT


def test_the_company_is_cut_first_and_at_a_word() -> None:
    said = segment(PAGE, "Priya Nair", "Harbour & Vale Holdings International")
    assert PAGE.format("Priya Nair, Harbour & Vale") == said


def test_the_person_is_cut_when_no_company_is_left() -> None:
    said = segment(PAGE, "Priya Subramaniam Nair Chandrasekhar", "Harbour & Vale")
    assert "Hot lead Priya Subramaniam Nair. Press" in said


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zoë Łukasz", "Zoe Lukasz"),
        ("Kessel & Söhne", "Kessel & Söhne"),
        ("don’t…", "don't..."),
        ("日本", ""),
    ],
)
def test_other_letters_become_their_likeness(name: str, expected: str) -> None:
    assert expected == in_gsm(name)


def test_a_name_in_another_alphabet_gives_way_to_the_leads_id() -> None:
    assert "Hot lead 00Q-7. Press" in segment(PAGE, "Пётр", "Северсталь", fallback="00Q-7")


def test_what_counts_twice_is_counted_twice() -> None:
    assert length("a€b") == 4


@given(st.text(max_size=300), st.text(max_size=300))
def test_it_is_never_more_than_one_segment_and_the_deadline_stays(person: str, company: str) -> None:
    said = segment(PAGE, person, company, fallback="id")
    assert length(said) <= SEGMENT
    assert in_gsm(said) == said
    assert said.endswith(PAGE.partition("{}")[2])

"""E-mail addresses and phone numbers of leads: one form for each, and words for what cannot be one."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from sla.lead_values import Unusable
from sla.reach import email_address_of, phone_number_of


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("Dana.Reyes@NorthWind.Example", "Dana.Reyes@northwind.example"),
        ("dana+demo@northwind.example", "dana+demo@northwind.example"),
        ("dana@MÜNCHEN.example", "dana@münchen.example"),
        ("dana@xn--mnchen-3ya.example", "dana@münchen.example"),
        ("用户@例子.公司", "用户@例子.公司"),
        ("jörg@kessel.example", "jörg@kessel.example"),
        ("mailto:dana@northwind.example", "dana@northwind.example"),
        ("dana@acme.test", "dana@acme.test"),
        ("  ", ""),
    ],
)
def test_an_address_is_written_in_one_form(sent: str, read_as: str) -> None:
    assert email_address_of(sent) == read_as


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("dana", "must have an @-sign"),
        ("dana@northwind", "it should have a period"),
        ("dana@northwind..example", "two periods in a row"),
        ("dana@localhost", "it should have a period"),
        ("dana@northwind.invalid", "special-use or reserved name"),
        ("Dana <dana@northwind.example>", "angle brackets"),
        ("x" * 400, "it has 400 characters"),
    ],
)
def test_what_cannot_be_an_address_is_said_with_the_reason(sent: str, why: str) -> None:
    with pytest.raises(Unusable, match="it needs an e-mail address such as") as refused:
        email_address_of(sent)
    assert why in str(refused.value)


_labels = st.text("ab0-", min_size=1, max_size=4)
_nearly_addresses = st.builds(
    lambda before, domain, end: f"{before}@{'.'.join(domain)}.{end}",
    st.text("aB9._+-%'\"@ ", min_size=1, max_size=8),
    st.lists(_labels, min_size=1, max_size=3),
    st.sampled_from(["com", "example", "de", "museum", "local", "c", "COM"]),
)


@given(_nearly_addresses)
def test_the_short_way_for_plain_addresses_comes_to_what_the_library_says(address: str) -> None:
    try:
        theirs = validate_email(address.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        theirs = None
    try:
        ours = email_address_of(address)
    except Unusable:
        ours = None
    assert ours == theirs


@pytest.mark.parametrize(
    ("sent", "country", "read_as"),
    [
        ("+1 (212) 555-0142", None, "+1 212 555 0142"),
        ("2125550142", "US", "+1 212 555 0142"),
        ("020 7946 0958", "GB", "+44 20 7946 0958"),
        ("(030) 5550142", "DE", "+49 30 5550142"),
        ("0049 30 5550142", None, "+49 30 5550142"),
        ("0049 30 5550142", "DE", "+49 30 5550142"),
        ("+49 (0)30 5550142", "US", "+49 30 5550142"),
        ("tel:+12125550142", None, "+1 212 555 0142"),
        ("+1 212 555 0142 x12", None, "+1 212 555 0142 ext. 12"),
        ("＋１２１２５５５０１４２", None, "+1 212 555 0142"),
    ],
)
def test_a_number_is_written_as_people_abroad_dial_it(sent: str, country: str | None, read_as: str) -> None:
    assert phone_number_of(sent, country) == read_as


@pytest.mark.parametrize(("sent", "country"), [("212 555 0142", None), ("555-0142", "US"), ("12", "ZZ")])
def test_a_number_of_which_nobody_can_say_where_it_is_stays_as_it_was_written(
    sent: str, country: str | None
) -> None:
    assert phone_number_of(sent, country) == sent


@pytest.mark.parametrize(
    ("sent", "country", "why"),
    [
        ("call me after five", "US", "is 'call me after five'; it needs a phone number such as"),
        ("1", None, "it needs a phone number such as"),
        ("+999 5550142", None, "it needs a phone number such as"),
        ("+44 1234", None, "it has too few digits"),
        ("442079460958", "US", "it has too many digits for US; write it with + and the country's code"),
        ("1" * 61, "US", "it needs a phone number such as"),
    ],
)
def test_what_cannot_be_a_number_is_said_with_the_reason(sent: str, country: str | None, why: str) -> None:
    with pytest.raises(Unusable) as refused:
        phone_number_of(sent, country)
    assert why in str(refused.value)


@given(st.text(max_size=30), st.sampled_from([None, "US", "DE", "ZZ"]))
def test_whatever_is_sent_as_a_number_is_read_or_refused_in_words(sent: str, country: str | None) -> None:
    try:
        once = phone_number_of(sent, country)
    except Unusable:
        return
    assert phone_number_of(once, country) == once

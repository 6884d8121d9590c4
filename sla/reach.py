"""How a lead can be reached: e-mail addresses and phone numbers, checked and written in one form.

Both are judged by their form alone, without asking the network: that needs no clock and no patience.
"""

import re
from typing import Any, Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from sla.lead_values import EMAIL_LENGTH_MAX, Unusable, shown, text_of

# Most addresses are of this kind. That the library says the same of them is tested; it takes 40 microseconds,
# a fifth of what a lead may take in all.
_PLAIN_EMAIL: Final = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*"
    r"@[a-z0-9](?:[a-z0-9]|-(?!-)){0,40}(?<!-)(?:\.[a-z0-9](?:[a-z0-9]|-(?!-)){0,40}(?<!-)){0,2}"
    r"\.(?:com|net|org|io|co|example|de|at|ch|fr|nl|eu|us|ca)",
    re.ASCII | re.IGNORECASE,
)
_PLAIN_EMAIL_LENGTH_MAX: Final = 64
_MAILTO: Final = "mailto:"
_SCHEME: Final = re.compile(r"\s*tel:", re.IGNORECASE)
_MENDS: Final = {
    ValidationResult.TOO_SHORT: "it has too few digits",
    ValidationResult.TOO_LONG: "it has too many digits",
    ValidationResult.INVALID_LENGTH: "no number there has so many digits",
    ValidationResult.INVALID_COUNTRY_CODE: "no country has this code",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "it has too few digits",
}
PHONE_EXAMPLE: Final = "it needs a phone number such as +1 212 555 0142"
PHONE_LENGTH_MAX: Final = 60


def email_address_of(value: Any) -> str:
    """The address with its domain in small letters; what is written before the @ stays as it is.

    A domain written in another script is told in that script, however it was sent.
    """
    text = text_of(value)
    if text[: len(_MAILTO)].lower() == _MAILTO:
        text = text[len(_MAILTO) :]
    if not text:
        return text
    if len(text) <= _PLAIN_EMAIL_LENGTH_MAX and _PLAIN_EMAIL.fullmatch(text):
        before, _, domain = text.partition("@")
        return f"{before}@{domain.lower()}"
    if len(text) > EMAIL_LENGTH_MAX:
        raise _no_address(text, f"It has {len(text)} characters.")
    try:
        # A domain that is reserved for tests is one that people try the bot with.
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as problem:
        raise _no_address(text, str(problem)) from None


def _no_address(text: str, why: str) -> Unusable:
    reason = (why[:1].lower() + why[1:].rstrip(".")).replace("email", "e-mail").replace(". It", ", it")
    return Unusable(f"is {shown(text)}; it needs an e-mail address such as dana@northwind.example ({reason})")


def phone_number_of(written: str, country: str | None) -> str:
    """The number as people abroad dial it: "+1 212 555 0142".

    A national number is read as one of the lead's country; without a country (and without an area code) there is
    no telling which one it is, and it stays as it was written. Only what can be no number at all is refused:
    which numbers are in use changes every week, and a lead must not wait for that.
    """
    text = _SCHEME.sub("", written, count=1).strip()
    if not text:
        return text
    if len(text) > PHONE_LENGTH_MAX:
        raise Unusable(f"is {shown(text)}; {PHONE_EXAMPLE}")
    is_international = text.startswith(("+", "\N{FULLWIDTH PLUS SIGN}"))
    if country is None and text.startswith("00"):
        text, is_international = "+" + text[2:], True
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException as problem:
        if problem.error_type == NumberParseException.INVALID_COUNTRY_CODE and not is_international:
            return text
        raise Unusable(f"is {shown(written)}; {PHONE_EXAMPLE}") from None
    found = phonenumbers.is_possible_number_with_reason(number)
    if found == ValidationResult.IS_POSSIBLE:
        return _international(number)
    if found == ValidationResult.IS_POSSIBLE_LOCAL_ONLY and not is_international:
        return text
    where = "" if is_international else f" for {country}; write it with + and the country's code"
    raise Unusable(f"is {shown(written)}; {_MENDS[found]}{where}")


def _international(number: PhoneNumber) -> str:
    # Spaces alone, wherever the number is from: one way to write numbers on every card.
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL).replace("-", " ")

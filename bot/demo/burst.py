"""Many leads at once, all different, as after a trade fair: some lack something, and one was sent twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

_FIRST: Final = (
    "Ada", "Ben", "Chloe", "Dev", "Elif", "Farid", "Grace", "Hugo", "Ivy", "Jamal", "Kira", "Liam", "Mei",
    "Nils", "Olga", "Priya", "Quinn", "Rosa", "Sven", "Tara", "Uma", "Viktor", "Wanda",
)  # fmt: skip
_LAST: Final = (
    "Abara", "Bergström", "Castillo", "Dubois", "Eriksen", "Fontaine", "García", "Huang", "Ivanova", "Jensen",
    "Kowalski", "Lindqvist", "Moretti", "Nakamura", "Okafor", "Petrov", "Quiroga", "Rossi", "Singh",
)  # fmt: skip
_COMPANY: Final = (
    "Amber", "Birch", "Cobalt", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel",
    "Lumen", "Meridian", "Nimbus", "Orchid", "Pioneer", "Quartz",
)  # fmt: skip
_BUSINESS: Final = (
    ("Freight", "Logistics"), ("Foods", "Food"), ("Clinics", "Health care"), ("Robotics", "Manufacturing"),
    ("Retail", "Retail"), ("Energy", "Energy"), ("Travel", "Travel"),
)  # fmt: skip
_TITLE: Final = ("VP Sales", "Head of Operations", "Founder", "Sales Manager", "CFO")
_INTENT: Final = ("demo_request", "pricing", "trial", "webinar", "content", "contact_us")
_COUNTRY: Final = ("US", "US", "US", "DE", "US", "GB", "US", "AT", "CA", "US", "CH")
_SCORE: Final = (91, 34, 68, 12, 77, 45, 55, 83, 29, 71, 62, 18, 39)
_EMPLOYEES: Final = (12, 240, 1800, 45, 90, 5200, 600)
_LACKS_EVERY: Final = 17
"""Every so manieth lead lacks its e-mail address or its company."""


def burst(count: int, now: datetime, new_external_id: Callable[[], str]) -> list[dict[str, Any]]:
    """So many leads, in the order in which they are sent; the last of several is the first one once more."""
    several = [_lead(number, now) | {"external_id": new_external_id()} for number in range(count)]
    if count > 1:
        several[-1] = several[0]
    return several


def _lead(number: int, now: datetime) -> dict[str, Any]:
    """The lists' lengths have no common factor, so that names and companies hardly ever meet again."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    business, industry = _BUSINESS[number % len(_BUSINESS)]
    company = f"{_COMPANY[number % len(_COMPANY)]} {business}"
    domain = company.lower().replace(" ", "-")
    lead: dict[str, Any] = {
        "first_name": first,
        "last_name": last,
        "title": _TITLE[number % len(_TITLE)],
        "company": company,
        "email": f"{first.lower()}@{domain}.example",
        "employees": _EMPLOYEES[number % len(_EMPLOYEES)],
        "industry": industry,
        "country": _COUNTRY[number % len(_COUNTRY)],
        "intent": _INTENT[number % len(_INTENT)],
        "score": _SCORE[number % len(_SCORE)],
        "activity": [{"at": (now - timedelta(minutes=number % 30)).isoformat(), "what": "Visited the stand"}],
        "crm_url": f"https://crm.example/leads/{domain}",
    }
    if number % _LACKS_EVERY == _LACKS_EVERY - 1:
        del lead["email" if number % 2 else "company"]
    return lead

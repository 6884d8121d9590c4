"""By what two requests are known to come from one person, or from one company."""

import re
from collections.abc import Sequence
from typing import Final

from sla.details import LeadDetails
from sla.free_mail import is_free_mail

_NO_DIGIT: Final = re.compile(r"[^0-9]")


def email_key(details: LeadDetails) -> str | None:
    """The address without regard to case: no provider of today tells `Dana@` from `dana@`. A `+tag` counts."""
    return details.email.lower() if details.email else None


def phone_key(details: LeadDetails) -> str | None:
    """The digits of an international number, those of its extension too; None where the country is not known."""
    phone = details.phone
    return _NO_DIGIT.sub("", phone) if phone is not None and phone.startswith("+") else None


def company_domain(details: LeadDetails) -> str | None:
    """The domain of the address, unless it is one where anybody gets a mailbox."""
    if not details.email:
        return None
    domain = details.email.rpartition("@")[2].lower()
    return None if is_free_mail(domain) else domain


def person_keys(details: LeadDetails, match: Sequence[str]) -> tuple[str, ...]:
    """What the policy matches people by, surest first; an address is never taken for a number."""
    keys = []
    if "email" in match and (email := email_key(details)):
        keys.append(f"email:{email}")
    if "phone" in match and (phone := phone_key(details)):
        keys.append(f"phone:{phone}")
    return tuple(keys)

"""Text messages: who, by when, and the number to call, in one segment."""

import re
from datetime import datetime

from bot.notify.gsm import segment
from bot.slack.phrases_outside import OUTSIDE
from bot.slack.words import Reader, tidy
from sla.effects import Role
from sla.lead import Clock, Lead
from sla.names import name_of
from sla.paging import is_paged, next_page_at
from sla.policy import Policy
from storage.outbox import Delivery

URL_MAX = 80
"""A longer link would leave no room for the lead."""
OWNER_MAX = 24


def short(
    delivery: Delivery, lead: Lead, policy: Policy, terms: Policy, reader: Reader, url: str | None
) -> str | None:
    """None for a message that has no short form of its own."""
    clock = next((one for one in lead.clocks if one.number == delivery.clock), lead.clock)
    due_at = (clock.due_at if clock is not None else None) or lead.due_at
    if clock is None or due_at is None:
        return None
    key = _key(delivery.role, lead, clock)
    if key is None:
        return None
    press_at = next_page_at(lead, clock, terms) if key == "sms.page" else due_at
    owner = name_of(policy, clock.person)[:OWNER_MAX]
    template = OUTSIDE[key].format(
        tier=tidy(lead.tier or ""),
        owner=owner,
        press=_first_of_two(press_at, due_at, reader),
        due=reader.time(due_at),
        rest=_rest(lead, url),
    )
    company = tidy(lead.details.company or "")
    names = (company,) if key == "sms.breached" and company else (tidy(lead.details.person or ""), company)
    return segment(template, *names, fallback=lead.external_id)


def _key(role: Role, lead: Lead, clock: Clock) -> str | None:
    if role is Role.PAGE:
        asks = is_paged(clock) and lead.on_it is None
        return "sms.page" if asks else "sms.page.no_press"
    known = {
        Role.OWNER_CARD: "sms.new",
        Role.DEADLINE_PASSED: "sms.deadline",
        Role.MANAGERS_CARD: "sms.breached",
    }
    return known.get(role)


def _first_of_two(at: datetime, then_at: datetime, reader: Reader) -> str:
    """ "2:09" of "2:09, contact by 3:04 AM": the same half of the same day is said once."""
    said, then = reader.time(at), reader.time(then_at)
    for half in (" AM", " PM"):
        if said.endswith(half) and then.endswith(half) and "," not in said + then:
            return said.removesuffix(half)
    return said


def _rest(lead: Lead, url: str | None) -> str:
    number = re.sub(r"[^\d+]", "", lead.details.phone or "")[:16]
    link = url if url is not None and len(url) <= URL_MAX else None
    parts = [part for part in (number, link) if part]
    return "".join(f" {part}" for part in parts)


def short_of(text: str) -> str:
    """One segment of a message that has no short form."""
    return segment("Lead SLA: {}", text)

"""What comes due next, in words: whose reminder, which deadline, what hand-over."""

from typing import Final

from bot.demo.last_page import nobody_is_left_to_page
from sla.effects import Role, ToPerson
from sla.ladder import rungs_of
from sla.lead import Clock, Lead
from sla.names import name_of
from sla.policy import Policy
from sla.rung import Rung, is_done
from sla.showing_next import can_be_handed_over
from storage import leads
from storage.database import Connection
from storage.dues import Due

_MESSAGES: Final = {Role.REMINDER: "Reminder", Role.OWNER_CARD: "Card", Role.MANAGERS_CARD: "Managers' card"}
"""Messages that wait for their moment: for people to be at work, or for others to make a list with."""


def words_of(connection: Connection, due: Due, policy: Policy) -> str:
    """Such as "Reminder to Alice Anders: Dana Reyes, Northwind Freight"."""
    lead = leads.load(connection, [due.lead_id]).get(due.lead_id) if due.lead_id is not None else None
    if due.role is not None:
        to = name_of(policy, due.to.email) if isinstance(due.to, ToPerson) else "a channel"
        return _about(f"{_MESSAGES.get(due.role, 'Message')} to {to}", lead)
    clock = next((one for one in lead.clocks if one.number == due.clock), None) if lead is not None else None
    if lead is None or clock is None:
        return "The next step"
    ahead = [rung for rung in rungs_of(lead, clock, policy) if not is_done(rung, clock)]
    rung = next((one for one in ahead if one.at == due.at), None)
    return _about("The next step" if rung is None else _step(rung, lead, clock, policy), lead)


def _step(rung: Rung, lead: Lead, clock: Clock, policy: Policy) -> str:
    who = name_of(policy, clock.person)
    if rung.is_reminder:
        return f"Reminder to {who}" if rung.said else "Status changes"
    if rung.hands_over:
        return (
            "Hand-over to the backup" if can_be_handed_over(lead, policy, policy) else "The managers decide"
        )
    if "still_free" in rung.do:
        return "Still free, the backups are reminded"
    if "page_next" in rung.do:
        is_last = nobody_is_left_to_page(lead, policy)
        return "Nobody is left to page, the managers are told" if is_last else "The next on call is paged"
    if "look_again" in rung.do:
        return "Somebody may be there to take it"
    if "open" in rung.do:
        return "The team opens"
    if "page_on_call" in rung.do:
        return "The team closes, on-call is paged"
    if "review" in rung.do:
        return "Still free, the managers decide"
    return f"Deadline of {who}" if clock.person is not None else "Deadline"


def _about(what: str, lead: Lead | None) -> str:
    return what if lead is None else f"{what}: {lead.label}"

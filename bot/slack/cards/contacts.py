"""How a contact is said: "Called, no answer" of oneself, "Mia Moreno e-mailed" of somebody else."""

from bot.slack.cards.view import LeadView
from bot.slack.words import lower_first
from sla.lead import Contact

REACHED = ("connected", "meeting_booked")


def first_contact(view: LeadView) -> Contact:
    contact = view.lead.first_contact
    if contact is None:
        raise ValueError(f"lead {view.lead.id} is shown as contacted, and has no contact")
    return contact


def did(view: LeadView, contact: Contact) -> tuple[str, str]:
    """ "Called, spoke to them", and the comma that then stands before its time."""
    return _detailed(view, contact, view.reader.words[f"did.{_way(contact)}"])


def who_did(view: LeadView, contact: Contact) -> tuple[str, str]:
    """ "called, left a message", to follow a name, and the comma before its time."""
    return _detailed(view, contact, view.reader.words[f"who_did.{_way(contact)}"])


def briefly(view: LeadView, contact: Contact) -> str:
    """ "called", "e-mailed": what a channel is told."""
    return view.reader.words[f"who_did.{_way(contact)}"]


def reached(view: LeadView, contact: Contact) -> str:
    """ "reached them" where somebody was, else what was done."""
    return view.reader.words["who_did.reached"] if contact.outcome in REACHED else briefly(view, contact)


def _way(contact: Contact) -> str:
    return (
        "meeting_booked"
        if (contact.channel, contact.outcome) == ("meeting", "meeting_booked")
        else contact.channel
    )


def _detailed(view: LeadView, contact: Contact, verb: str) -> tuple[str, str]:
    detail = view.reader.words.get(f"outcome.{contact.outcome}")
    if detail is None or _way(contact) == "meeting_booked":
        return verb, ""
    if (contact.channel, contact.outcome) == ("meeting", "connected"):
        return verb, ""
    return f"{verb}, {lower_first(detail)}", ","

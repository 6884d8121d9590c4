"""What an owner's card says once a contact was logged: by whom, when, in time or how late."""

from bot.slack.cards.contacts import did, first_contact, who_did
from bot.slack.cards.said import Said
from bot.slack.cards.view import LeadView
from bot.slack.lines import Line
from bot.slack.words import upper_first
from sla.lead import HOW_IT_BEGAN


def in_time(view: LeadView) -> Said:
    contact = first_contact(view)
    done, comma = did(view, contact)
    slots = {"did": done, "comma": comma, "at": contact.occurred_at, "after": _after(view)}
    return Said(section=view.line("owner.contacted.in_time", **slots))


def _after(view: LeadView) -> Line:
    """How long after it came: to us (or was complete, if it had lacked something), or to this owner."""
    contact, clock = first_contact(view), view.clock
    first = clock.how in HOW_IT_BEGAN
    start = view.lead.complete_at if first else clock.started_at
    took = view.meanwhile(start, contact.occurred_at)
    if took is None:
        return view.line("owner.after.long", received=view.lead.received_at)
    came_in = "came_in" if view.lead.completion is None else "complete"
    key = came_in if first else "claimed" if clock.how == "claimed" else "yours"
    return view.line(f"owner.after.{key}", duration=upper_first(view.reader.duration(took)))


def withdrawn(view: LeadView) -> Said:
    contact = first_contact(view)
    done, comma = did(view, contact)
    slots = {"did": done, "comma": comma, "at": contact.occurred_at, "logged": contact.logged_at}
    return Said(section=view.line("owner.contacted.withdrawn", **slots))


def late(view: LeadView) -> Said:
    contact = first_contact(view)
    done, comma = did(view, contact)
    return _late(view, "late", did=done, comma=comma, at=contact.occurred_at)


def _late(view: LeadView, key: str, **slots: object) -> Said:
    contact, due_at = first_contact(view), view.clock.due_at
    late = view.meanwhile(due_at, contact.occurred_at) if due_at is not None else None
    if late is None:
        return Said(
            section=view.line(f"owner.contacted.{key.replace('late', 'very_late')}", due=due_at, **slots)
        )
    said = view.reader.duration(late)
    return Said(section=view.line(f"owner.contacted.{key}", late=upper_first(said), due=due_at, **slots))


def by_other(view: LeadView) -> Said:
    contact = first_contact(view)
    done, comma = who_did(view, contact)
    slots = {"who": view.name(contact.by), "did": done, "comma": comma, "at": contact.occurred_at}
    if view.clock.how in ("opened", "covering") and contact.occurred_at < view.clock.started_at:
        key = "overnight" if view.lead.outcome == "met" else "overnight_late"
        return Said(section=view.line(f"owner.contacted.{key}", **slots))
    if view.clock.due_at is not None and contact.occurred_at > view.clock.due_at:
        return _late(view, "by_other_late", **slots)
    return Said(section=view.line("owner.contacted.by_other", **slots))


def elsewhere(view: LeadView) -> Said:
    contact = first_contact(view)
    done, comma = who_did(view, contact)
    slots = {"who": view.name(contact.by), "did": done, "comma": comma, "at": contact.occurred_at}
    return Said(section=view.line("owner.contacted_elsewhere", **slots))

"""A lead as a page for the terminal: how it stands, its clocks, its messages, its timeline."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.policy_file import PolicyErrors, parse_policy
from sla.lead import Lead, Stage
from sla.policy import Policy
from storage import policies
from storage.database import Connection
from storage.delivery import Delivery
from storage.timeline import TimelineEntry

STATES: Final = {
    Stage.NEEDS_ATTENTION: "needs attention",
    Stage.HELD: "held until somebody can take it",
    Stage.WITH_OWNER: "with its owner",
    Stage.IN_QUEUE: "in the backup queue",
    Stage.IN_REVIEW: "with the managers",
    Stage.WITH_LEAD_OPS: "with lead ops",
    Stage.CONTACTED: "contacted",
    Stage.CLOSED: "closed",
}


def zone_of(connection: Connection, lead: Lead) -> tzinfo:
    """The zone of the calendar on which the lead's clock runs, UTC where that is not to be had."""
    text = policies.text(connection, lead.policy_version)
    if text is None or not lead.clocks:
        return UTC
    try:
        policy = parse_policy(text, "policy").policy
    except PolicyErrors:
        # It was good for the version that stored it; times in UTC are better than none.
        return UTC
    return _zone(policy, lead)


def standing_line(lead: Lead, terms: Policy, *, duplicate: bool) -> str:
    """A lead in one line: what became of it, its id, and its owner and deadline or what it needs."""
    waits = lead.stage is Stage.NEEDS_ATTENTION
    outcome = "duplicate" if duplicate else "needs attention" if waits else "accepted"
    if waits:
        rest = "; ".join(lead.needs)
    else:
        due = "" if lead.due_at is None else f", due {_said(lead.due_at, _zone(terms, lead))}"
        rest = f"{lead.tier}, {lead.owner or 'nobody'}{due}"
    return f"{outcome} {lead.id}: {rest}"


def page_of(
    lead: Lead, deliveries: Sequence[Delivery], timeline: Sequence[TimelineEntry], zone: tzinfo
) -> RenderableType:
    """Everything about the lead. All of it is Text, so that nothing a lead says is read as markup."""
    parts: list[RenderableType] = [Text(lead.label, style="bold"), _standing(lead, zone)]
    if lead.clocks:
        parts += [Text(), Text("Clocks", style="bold"), _clocks(lead, zone)]
    if lead.contacts:
        parts += [Text(), Text("Contacts", style="bold"), _contacts(lead, zone)]
    if deliveries:
        parts += [Text(), Text("Messages", style="bold"), _messages(deliveries, zone)]
    parts += [Text(), Text("Timeline", style="bold"), _timeline(timeline, zone)]
    return Group(*parts)


def _standing(lead: Lead, zone: tzinfo) -> Table:
    table = Table.grid(padding=(0, 2))
    said: list[tuple[str, object]] = [
        ("Id", lead.id),
        ("From", f"{lead.source}:{lead.external_id}"),
        ("State", STATES[lead.stage]),
        ("SLA", _sla(lead)),
        ("Tier", lead.tier),
        ("Team", lead.team),
        ("Owner", lead.owner),
        ("Received", _said(lead.received_at, zone)),
        ("Due", _said(lead.due_at, zone)),
        ("First contact", _said(lead.first_contact.occurred_at, zone) if lead.first_contact else None),
        ("Needs", "; ".join(lead.needs)),
        ("Why", "\n".join(lead.why)),
    ]
    for name, value in said:
        if value:
            table.add_row(Text(name, style="dim"), Text(str(value)))
    return table


def _sla(lead: Lead) -> str | None:
    if lead.status is None:
        return None
    return f"{lead.status} ({lead.outcome})" if lead.outcome else str(lead.status)


def _clocks(lead: Lead, zone: tzinfo) -> Table:
    rows = [
        (
            clock.number,
            clock.kind,
            clock.person,
            clock.how.replace("_", " "),
            _said(clock.started_at, zone),
            _said(clock.due_at, zone),
            _said(clock.stopped_at, zone) or "runs",
            (clock.stopped_by or "").replace("_", " "),
        )
        for clock in lead.clocks
    ]
    return _table(("#", "Kind", "Who", "How", "Started", "Due", "Stopped", "By"), rows)


def _contacts(lead: Lead, zone: tzinfo) -> Table:
    rows = [
        (
            _said(contact.occurred_at, zone),
            contact.by,
            contact.channel,
            contact.outcome.replace("_", " "),
            "withdrawn" if contact.withdrawn_at else "counts" if contact.counts else "does not count",
            contact.note,
        )
        for contact in lead.contacts
    ]
    return _table(("When", "By", "How", "Outcome", "", "Note"), rows)


def _messages(deliveries: Sequence[Delivery], zone: tzinfo) -> Table:
    rows = [
        (
            _said(delivery.created_at, zone),
            delivery.role.replace("_", " "),
            delivery.place.removeprefix("@"),
            delivery.state,
            _said(delivery.sent_at, zone),
            delivery.error,
        )
        for delivery in deliveries
    ]
    return _table(("Owed", "What", "To", "State", "Sent", "Error"), rows)


def _timeline(entries: Sequence[TimelineEntry], zone: tzinfo) -> Table:
    rows = [
        (
            _said(entry.occurred_at, zone),
            _said(entry.logged_at, zone) if entry.logged_at != entry.occurred_at else "",
            entry.kind.replace("_", " "),
            entry.who,
            ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in entry.data.items()),
        )
        for entry in entries
    ]
    return _table(("When", "Logged", "What", "Who", "More"), rows)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_plain, value))
    return str(value)


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*[Text("" if value is None else str(value)) for value in row])
    return table


def _zone(policy: Policy, lead: Lead) -> tzinfo:
    calendar = policy.calendars.get(lead.clocks[0].calendar) if lead.clocks else None
    return UTC if calendar is None else calendar.zone


def _said(at: datetime | None, zone: tzinfo) -> str:
    """ "Mon 2026-11-23 10:05:00 EST"; nothing for no time."""
    return "" if at is None else f"{at.astimezone(zone):%a %Y-%m-%d %H:%M:%S %Z}"

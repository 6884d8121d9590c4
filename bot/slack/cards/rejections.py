"""How "not a real lead" is said: the known reasons in a sentence, a typed one as a quotation."""

from typing import Any

from bot.slack.cards.view import LeadView
from bot.slack.lines import Line
from sla.roster import lead_ops


def said_reason(view: LeadView) -> tuple[str | None, str]:
    """The reason in words of ours, or else None and what the person typed."""
    rejection = view.lead.rejection
    if rejection is None:
        return view.reader.words["rejected.not a real lead"], ""
    typed = rejection.note or rejection.reason
    known = view.reader.words.get(f"rejected.{typed.strip().lower()}")
    return (known, "") if known else (None, view.typed(typed))


def rejected_row(view: LeadView, key: str) -> tuple[Line, str, Line | None]:
    """The section, the typed note and what follows it."""
    reason, typed = said_reason(view)
    slots: dict[str, Any] = {"ops": ops_look(view)}
    if view.lead.closing is not None:
        slots |= {"by": view.name(view.lead.closing.by), "at": view.lead.closing.at}
    if reason is not None:
        return view.line(key, reason=reason, **slots), "", None
    return view.line("owner.not_real.noted"), typed, view.line(f"{key}.rest", **slots)


def ops_look(view: LeadView) -> Line:
    """ "Lead Ops looks", by name where it is one person."""
    people = lead_ops(view.policy)
    if len(people) != 1:
        return view.line("owner.ops_look")
    return view.line("owner.ops_looks", name=view.name(people[0]))

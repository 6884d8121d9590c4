"""Erasure: who the lead was is forgotten; its clocks, its owner and what is counted stay."""

from sla.decide.draft import Draft
from sla.details import LeadDetails
from sla.effects import Decision
from sla.facts import LeadErased
from sla.lead import Closing, Lead, changed
from sla.surroundings import Surroundings


def erase(lead: Lead, fact: LeadErased, around: Surroundings) -> Decision:
    """The lead is closed, if it was not; nothing that its source said or a person typed about it remains."""
    draft = Draft(lead, around, fact.at)
    draft.stop_clock("erased")
    lead = draft.lead
    closing = lead.closing or Closing(by=fact.by, at=fact.at, reason="")
    draft.change(
        details=LeadDetails(external_id=f"erased-{lead.id}"),
        clocks=tuple(changed(clock, note=None) for clock in lead.clocks),
        contacts=tuple(changed(one, note=None, external_id=None) for one in lead.contacts),
        extensions=tuple(changed(one, reason="") for one in lead.extensions),
        rejection=None if lead.rejection is None else changed(lead.rejection, reason="", note=None),
        asked_again=None if lead.asked_again is None else changed(lead.asked_again, intent=None),
        closing=changed(closing, reason="erased"),
        stopped_at=lead.stopped_at or fact.at,
        on_it=None,
        needs=(),
        why=(),
        erased_at=fact.at,
    )
    draft.supersede()
    draft.note("erased", fact.by, reason=fact.reason)
    return draft.decision()

"""The heart: a lead and a fact in, a decision out. No I/O, no clock; one module for each kind of decision."""

from sla import facts
from sla.decide.again import come_again, merge
from sla.decide.arrival import arrive
from sla.decide.contact import correct_contact, log_contact
from sla.decide.erase import erase
from sla.decide.found_idle import plan_anew
from sla.decide.hand_over import claim
from sla.decide.held import room_made
from sla.decide.managers import breach_summarised, close, extend, message_refused, nudge, reassign
from sla.decide.owner import be_on_it, confirm_rejection, owner_removed, pass_on, reject, return_rejection
from sla.decide.paging import decline
from sla.decide.stand_in import deactivated, hand_on, return_to_owner
from sla.decide.steps import card_delivered, reach_step
from sla.effects import Decision
from sla.lead import Lead
from sla.refusals import NoSuchLead, WasErased
from sla.surroundings import Surroundings


def decide(lead: Lead | None, fact: facts.Fact, around: Surroundings) -> Decision:  # noqa: C901
    """What follows from a fact; raises a `Refusal` where a person asked for what the rules do not allow."""
    if isinstance(fact, facts.LeadArrived):
        return arrive(fact, around) if lead is None else come_again(lead, fact, around)
    if lead is None:
        raise NoSuchLead()
    if lead.erased_at is not None:
        return _of_erased(lead, fact)
    match fact:
        case facts.StepReached():
            return reach_step(lead, fact, around)
        case facts.RoomMade():
            return room_made(lead, fact, around)
        case facts.ContactLogged():
            return log_contact(lead, fact, around)
        case facts.ContactCorrected():
            return correct_contact(lead, fact, around)
        case facts.OnItPressed():
            return be_on_it(lead, fact, around)
        case facts.PageDeclined():
            return decline(lead, fact, around)
        case facts.LeadPassed():
            return pass_on(lead, fact, around)
        case facts.LeadRejected():
            return reject(lead, fact, around)
        case facts.RejectionConfirmed():
            return confirm_rejection(lead, fact, around)
        case facts.RejectionReturned():
            return return_rejection(lead, fact, around)
        case facts.LeadClaimed():
            return claim(lead, fact, around)
        case facts.LeadReassigned():
            return reassign(lead, fact, around)
        case facts.HandOverExtended():
            return extend(lead, fact, around)
        case facts.OwnerNudged():
            return nudge(lead, fact, around)
        case facts.LeadClosed():
            return close(lead, fact, around)
        case facts.LeadErased():
            return erase(lead, fact, around)
        case facts.ClockFoundIdle():
            return plan_anew(lead, fact, around)
        case facts.CardDelivered():
            return card_delivered(lead, fact, around)
        case facts.MessageRefused():
            return message_refused(lead, fact, around)
        case facts.BreachSummarised():
            return breach_summarised(lead, fact, around)
        case facts.LeadMerged():
            return merge(lead, fact, around)
        case facts.PersonRemoved():
            return owner_removed(lead, fact, around)
        case facts.LeadHandedOn():
            return hand_on(lead, fact, around)
        case facts.CoverEnded():
            return return_to_owner(lead, fact, around)
        case facts.PersonDeactivated():
            return deactivated(lead, fact, around)
    raise TypeError(f"No decision is written for the fact {type(fact).__name__}.")


def _of_erased(lead: Lead, fact: facts.Fact) -> Decision:
    """Nothing happens to it any more; whoever pressed is told so."""
    if isinstance(fact, facts.Pressed):
        raise WasErased()
    return Decision(lead=lead, duplicate=isinstance(fact, facts.LeadErased))

"""The first answer that goes out by itself, to a lead that came in while nobody is there."""

from sla.addresses import cannot_be_right
from sla.decide.draft import Draft
from sla.effects import Post, Role, ToMail, Urgency
from sla.policy import Policy
from sla.policy.targets import Acknowledge


def acknowledge(draft: Draft) -> None:
    """Owe a lead about which nobody is paged an e-mail that says when to expect somebody."""
    lead, promise = draft.lead, _promised(draft)
    if promise is None:
        return
    address = lead.details.email
    wrong = cannot_be_right(address, own_domains(draft.around.policy))
    if wrong is not None or address is None:
        draft.note("not_acknowledged", why=wrong)
        return
    draft.owe(
        Post(
            role=Role.ACKNOWLEDGEMENT,
            to=ToMail(address=address),
            key=f"acknowledge:{address.lower()}",
            urgency=Urgency.NEW_LEAD,
            fenced=False,
            expires_at=draft.at + promise.within,
            data={"template": promise.template},
        )
    )


def _promised(draft: Draft) -> Acknowledge | None:
    """What the policy promises to a lead that came in now; None in its team's working hours."""
    lead, terms = draft.lead, draft.around.terms
    tier = terms.tier(lead.tier)
    if tier is None or tier.after_hours is None:
        return None
    team = terms.teams[terms.team_in_force(lead.team)]
    if terms.calendars[team.calendar].is_open(draft.at):
        return None
    return tier.after_hours.acknowledge


def own_domains(policy: Policy) -> frozenset[str]:
    """Where our own people have their addresses."""
    return frozenset(person.email.rpartition("@")[2] for person in policy.people)

"""Whether the next step of a night still has somebody to page."""

from sla.lead import Lead
from sla.paging import pages_of_night, rotation_of
from sla.policy import Policy


def nobody_is_left_to_page(lead: Lead, policy: Policy) -> bool:
    """Whether everybody of the rotation and every manager of the team was paged about it tonight."""
    rotation = rotation_of(lead, policy, policy)
    paged = {clock.person for clock in pages_of_night(lead)}
    line = [*policy.known(rotation.rotation if rotation is not None else ())]
    line += policy.managers(policy.team_in_force(lead.team))
    return all(person.email in paged for person in line)

"""What is known of people at a moment, from everywhere it is kept: the policy's plans, what they set, Slack, leads."""

from collections.abc import Collection
from datetime import datetime

from sla.availability import PersonNow
from sla.on_call import Cover
from sla.planned import all_covers, with_planned
from sla.policy import Policy
from sla.surge import place_of
from sla.surroundings import InLine
from storage import covers, leads, people_now
from storage.database import Connection


def known_people(
    connection: Connection, policy: Policy, at: datetime, counted: Collection[str] = ()
) -> dict[str, PersonNow]:
    """By e-mail address. Open leads are counted of those who may have only so many, and of those in `counted`."""
    wanted = (*policy.limits, *counted)
    return with_planned(policy, people_now.load(connection, at, wanted))


def known_covers(connection: Connection, policy: Policy, at: datetime) -> dict[str, tuple[Cover, ...]]:
    """Who is on call instead of whom, by rotation."""
    if not policy.on_call:
        return {}
    return all_covers(policy, covers.by_rotation(connection, at))


def waiting_leads(connection: Connection, policy: Policy) -> dict[str, list[InLine]]:
    """The leads that wait for somebody of their team, by team, in the order in which they are given."""
    found: dict[str, list[InLine]] = {}
    for team, tier, lead_id in leads.held(connection):
        found.setdefault(policy.team_in_force(team), []).append((place_of(policy, tier), lead_id))
    return {team: sorted(line) for team, line in found.items()}

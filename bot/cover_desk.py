"""Gives back what colleagues worked on behalf of somebody who is at work again."""

from collections.abc import Mapping
from datetime import datetime

from bot.batch import Batch
from bot.known_people import known_people
from bot.policies import PolicyBox
from sla.availability import NOTHING_KNOWN, PersonNow
from sla.facts import CoverEnded
from sla.policy import Policy
from storage import leads
from storage.database import Connection


class CoverDesk:
    """Looks once in each minute at the leads that are worked for somebody else."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies
        self._looked_at: datetime | None = None

    def give_back(self, connection: Connection, at: datetime) -> int:
        """Return the leads of everybody who is back; returns how many these were."""
        minute = at.replace(second=0, microsecond=0)
        if minute == self._looked_at:
            return 0
        self._looked_at = minute
        covered = leads.covered(connection)
        if not covered:
            return 0
        policy = self._policies.current.policy
        known = known_people(connection, policy, at)
        back = {email for email in {whose for _, whose in covered} if _is_back(policy, known, email, at)}
        facts = [CoverEnded(lead_id=id, at=at, person=whose) for id, whose in covered if whose in back]
        if facts:
            batch = Batch(connection, self._policies, at)
            batch.decide(facts)
            batch.write()
        return len(facts)


def _is_back(policy: Policy, known: Mapping[str, PersonNow], email: str, at: datetime) -> bool:
    """At work, by their word and by their hours."""
    now = known.get(email, NOTHING_KNOWN)
    if policy.person(email) is None or not now.is_active or now.spell_at(at) is not None:
        return False
    team = policy.team_of_rep(email) or policy.routing.fallback.team
    return policy.person_calendar(email, team).is_open(at)

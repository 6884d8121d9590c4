"""A flood: more leads than a team's people may have. Whoever has room is given the next, and the managers are told."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.batch import Batch
from bot.digest import lead_row
from bot.known_people import known_people, waiting_leads
from bot.policies import PolicyBox
from sla.effects import Post, Role, ToChannel, Urgency
from sla.eligible import standing
from sla.facts import RoomMade
from sla.lead import LeadId
from sla.policy import Policy
from sla.surge import first_in_line
from sla.surroundings import InLine, Surroundings
from storage import leads, outbox
from storage.database import Connection

ROWS_MAX = 5
GIVEN_AT_ONCE = 200
"""More leads than this are given in the looks that follow: others wait for this transaction."""


class SurgeDesk:
    """One notice for each flood, which ends when nobody waits any more; and one in an hour at most."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies
        self._told: set[str] = set()

    def give(self, connection: Connection, at: datetime) -> int:
        """Leads that wait go to whoever can take them by now, the hottest first; returns how many were looked at."""
        policy = self._policies.current.policy
        waiting = waiting_leads(connection, policy)
        if not waiting:
            return 0
        around = Surroundings(
            policy=policy,
            version=self._policies.current.version,
            terms=policy,
            people=known_people(connection, policy, at),
            waiting=waiting,
        )
        first: list[InLine] = []
        for team, line in waiting.items():
            first += first_in_line(line, standing(team, at, around).free, around)
        facts = [RoomMade(lead_id=LeadId(lead_id), at=at) for _, lead_id in first[:GIVEN_AT_ONCE]]
        if facts:
            batch = Batch(connection, self._policies, at)
            batch.decide(facts)
            batch.write()
        return len(facts)

    def tell(self, connection: Connection, at: datetime) -> int:
        """Returns how many notices became owed now."""
        policy = self._policies.current.policy
        waiting = waiting_leads(connection, policy)
        self._told &= set(waiting)
        owed = 0
        for name, line in waiting.items():
            team = policy.teams[name]
            many = len(line) > policy.notices.managers.many.more_than
            if name in self._told or not many or not policy.calendars[team.calendar].is_open(at):
                continue
            self._told.add(name)
            post = Post(
                role=Role.SURGE,
                to=ToChannel(channel=team.manager_channel),
                key=f"surge:{name}:{at:%Y%m%dT%H}",
                urgency=Urgency.BREACH,
                fenced=False,
                data=_data(connection, policy, name, line),
            )
            outbox.add(connection, [(None, 0, post)], at)
            owed += 1
        return owed


def _data(connection: Connection, policy: Policy, team: str, line: Sequence[InLine]) -> dict[str, object]:
    names = [tier.name for tier in policy.tiers]
    tiers = Counter(names[place] for place, _ in line if place < len(names))
    hottest = [LeadId(lead_id) for _, lead_id in line[:ROWS_MAX]]
    known = leads.load(connection, hottest)
    return {
        "team": team,
        "leads": len(line),
        "tiers": [[tier, number] for tier, number in tiers.items()],
        "rows": [lead_row(known[lead_id]) for lead_id in hottest],
    }

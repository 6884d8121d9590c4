"""A flood of leads: more than a team's people can take come in at once, and its managers are told of it once."""

from collections import Counter
from datetime import datetime, timedelta

from bot.digest import lead_row
from bot.policies import PolicyBox
from sla.effects import Post, Role, ToChannel, Urgency
from sla.lead import Lead, Stage
from sla.policy import Policy
from storage import leads, outbox
from storage.database import Connection

ROWS_MAX = 5
LOOKS_EVERY = timedelta(seconds=30)
WAITS = (Stage.HELD, Stage.IN_QUEUE)


class SurgeDesk:
    """One notice for each flood, and one in an hour at most."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies
        self._told: set[str] = set()
        self._looked_at: datetime | None = None

    def tell(self, connection: Connection, at: datetime) -> int:
        """Returns how many notices became owed now."""
        if self._looked_at is not None and timedelta(0) <= at - self._looked_at < LOOKS_EVERY:
            return 0
        self._looked_at = at
        policy = self._policies.current.policy
        many = policy.notices.managers.many
        owed = 0
        for name, team in policy.teams.items():
            if not policy.calendars[team.calendar].is_open(at):
                continue
            ids = leads.at_stages(connection, name, WAITS)
            new = [lead for lead in leads.load(connection, ids).values() if _is_new(lead)] if ids else []
            if sum(lead.received_at > at - many.within for lead in new) <= many.more_than:
                self._told.discard(name)
                continue
            if name in self._told:
                continue
            self._told.add(name)
            post = Post(
                role=Role.SURGE,
                to=ToChannel(channel=team.manager_channel),
                key=f"surge:{name}:{at:%Y%m%dT%H}",
                urgency=Urgency.BREACH,
                fenced=False,
                data=_data(policy, name, new),
            )
            outbox.add(connection, [(None, 0, post)], at)
            owed += 1
        return owed


def _is_new(lead: Lead) -> bool:
    """Whether nobody has had it yet: what was handed over is told of otherwise."""
    return not lead.owner_clocks()


def _data(policy: Policy, team: str, waiting: list[Lead]) -> dict[str, object]:
    order = {tier.name: place for place, tier in enumerate(policy.tiers)}
    hottest = sorted(waiting, key=lambda lead: (order.get(lead.tier or "", len(order)), lead.id))
    tiers = Counter(lead.tier for lead in hottest)
    return {
        "team": team,
        "leads": len(hottest),
        "tiers": [[tier, number] for tier, number in tiers.items()],
        "rows": [lead_row(lead) for lead in hottest[:ROWS_MAX]],
    }

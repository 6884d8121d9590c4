"""What would follow from a press, asked of the core without recording anything: for modals that say it beforehand."""

from bot.batch import passed_today
from bot.known_people import known_covers, known_people
from bot.slack.desk import Desk
from sla.decide import decide
from sla.facts import Fact
from sla.lead import Lead
from sla.surroundings import Surroundings
from storage import turns
from storage.database import Connection


def preview(desk: Desk, lead: Lead, fact: Fact) -> Lead:
    """The lead as this fact would leave it; raises the refusal that the person would get."""
    with desk.database.read() as conn:
        around = _around(desk, conn, lead, fact)
    return decide(lead, fact, around).lead


def _around(desk: Desk, conn: Connection, lead: Lead, fact: Fact) -> Surroundings:
    current = desk.policies.current
    known = turns.load(conn, lock=False)
    return Surroundings(
        policy=current.policy,
        version=current.version,
        terms=desk.policies.at(lead.policy_version),
        turns=known.last,
        shares=known.shares,
        people=known_people(conn, current.policy, fact.at),
        covers=known_covers(conn, current.policy, fact.at),
        passed_today=passed_today(conn, current.policy, lead, fact),
    )

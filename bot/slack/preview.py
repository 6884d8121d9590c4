"""What would follow from a press, asked of the core without recording anything: for modals that say it beforehand."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.slack.desk import Desk
from sla.decide import decide
from sla.facts import Fact, LeadPassed
from sla.lead import Lead
from sla.policy import Policy
from sla.surroundings import Surroundings
from storage import leads, turns


def preview(desk: Desk, lead: Lead, fact: Fact) -> Lead:
    """The lead as this fact would leave it; raises the refusal that the person would get."""
    with desk.database.read() as conn:
        around = _around(desk, conn, lead, fact)
    return decide(lead, fact, around).lead


def _around(desk: Desk, conn: Connection, lead: Lead, fact: Fact) -> Surroundings:
    current = desk.policies.current
    passed = _passed_today(conn, current.policy, lead, fact) if isinstance(fact, LeadPassed) else 0
    return Surroundings(
        policy=current.policy,
        version=current.version,
        terms=desk.policies.at(lead.policy_version),
        turns=turns.load(conn, lock=False),
        passed_today=passed,
    )


def _passed_today(conn: Connection, policy: Policy, lead: Lead, fact: LeadPassed) -> int:
    """Counted from midnight where the person works."""
    zone = policy.person_calendar(fact.by, lead.team or policy.routing.fallback.team).zone
    return leads.passes_on(conn, fact.by, _midnight(fact.at, zone), fact.at)


def _midnight(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), time(), zone).astimezone(UTC)

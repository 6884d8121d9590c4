"""The policy: who works which leads, by when, and what happens as time runs out."""

from sla.policy.checking import UnfitPolicyError, check_policy, known_keys
from sla.policy.checks import problems
from sla.policy.condition import Condition, FieldTest
from sla.policy.conduct import (
    CatchUp,
    ContactRules,
    Extend,
    ManagerNotices,
    Many,
    Notices,
    OnIt,
    Ops,
    Outage,
    Passes,
    Reminders,
)
from sla.policy.fields import LEAD_FIELDS
from sla.policy.in_force import not_in_force
from sla.policy.intake import Duplicates, Intake, IntakeSource, SlackIntake
from sla.policy.on_call import HandOver, Rotation
from sla.policy.people import Person, Team
from sla.policy.policy import Policy
from sla.policy.problem import Loc, Problem
from sla.policy.routing import Backup, Fallback, Routing, RoutingRule, Unclaimed, Unowned
from sla.policy.section import MisfitError
from sla.policy.targets import (
    Acknowledge,
    Action,
    AfterHours,
    Disposition,
    FollowUp,
    Ladder,
    StepRule,
    StepStatus,
    Tier,
)

__all__ = [
    "LEAD_FIELDS",
    "Acknowledge",
    "Action",
    "AfterHours",
    "Backup",
    "CatchUp",
    "Condition",
    "ContactRules",
    "Disposition",
    "Duplicates",
    "Extend",
    "Fallback",
    "FieldTest",
    "FollowUp",
    "HandOver",
    "Intake",
    "IntakeSource",
    "Ladder",
    "Loc",
    "ManagerNotices",
    "Many",
    "MisfitError",
    "Notices",
    "OnIt",
    "Ops",
    "Outage",
    "Passes",
    "Person",
    "Policy",
    "Problem",
    "Reminders",
    "Rotation",
    "Routing",
    "RoutingRule",
    "SlackIntake",
    "StepRule",
    "StepStatus",
    "Team",
    "Tier",
    "Unclaimed",
    "UnfitPolicyError",
    "Unowned",
    "check_policy",
    "known_keys",
    "not_in_force",
    "problems",
]

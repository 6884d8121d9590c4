"""A policy under which each message leaves by itself and at once, for tests of the sending itself."""

from dataclasses import replace
from datetime import timedelta

from bot.policies import PolicyBox
from sla.policy.conduct import ManagerNotices, Many, Notices

NOTICES = Notices(
    outside_hours="send",
    managers=ManagerNotices(at_once=("Hot", "High", "Standard", "Low"), many=Many(more_than=100_000)),
).model_copy(update={"together": timedelta(0)})
"""A file cannot say that nothing is ever gathered."""


def one_by_one(policies: PolicyBox) -> PolicyBox:
    policy = policies.current.policy.model_copy(update={"notices": NOTICES})
    policies.current = replace(policies.current, policy=policy)
    return policies

"""Slack closed somebody's account: their open leads go to the backup queue, and managers hear of it once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog

from bot.policies import PolicyBox
from bot.recorder import Recorded, Recorder
from sla.effects import Post, Role, ToChannel, Urgency
from sla.facts import PersonDeactivated
from sla.lead import Lead
from sla.paging import is_paged
from storage import accounts, leads, outbox
from storage.database import Connection

log = structlog.get_logger(__name__)

ERRORS = frozenset({"user_disabled", "user_deactivated"})
"""How Slack refuses a message to a closed account. (account_inactive is about the bot's own token.)"""


def close_account(recorder: Recorder, policies: PolicyBox, email: str, at: datetime) -> int:
    """Write it down and move the open leads, all at once or not at all. Returns how many were moved.

    A second time there is nothing left to move, and so nothing to tell. Raises DatabaseAway or Conflict.
    """
    moved: list[Lead] = []

    def facts(connection: Connection) -> list[PersonDeactivated]:
        ids = leads.open_leads_of(connection, email)
        return [PersonDeactivated(lead_id=lead_id, at=at, person=email) for lead_id in ids]

    def also(connection: Connection, answers: Sequence[Recorded]) -> None:
        accounts.said(connection, email, at=at, is_active=False)
        # Who is paged next instead hears of it by that; nothing of a night is told to a channel.
        moved[:] = [
            one.lead
            for one in answers
            if one.lead is not None and one.lead.owner != email and not is_paged(one.lead.clock)
        ]
        posts = _told(policies, email, moved, at)
        outbox.add(connection, [(None, 0, post) for post in posts], at)

    recorder.together(facts, also)
    log.warning("account_closed", person=email, leads=len(moved))
    return len(moved)


def open_account(recorder: Recorder, email: str, at: datetime) -> None:
    """The account is active again; leads that went elsewhere stay there."""
    recorder.run(lambda connection: accounts.said(connection, email, at=at, is_active=True))


def _told(policies: PolicyBox, email: str, moved: Sequence[Lead], at: datetime) -> list[Post]:
    """One post in each managers' channel that had a lead of theirs."""
    policy = policies.current.policy
    by_channel: dict[str, list[Lead]] = defaultdict(list)
    for lead in moved:
        by_channel[policy.teams[policy.team_in_force(lead.team)].manager_channel].append(lead)
    return [
        Post(
            role=Role.ACCOUNT_CLOSED,
            to=ToChannel(channel=channel),
            key=f"account_closed:{email}:{at.isoformat()}:{channel}",
            urgency=Urgency.BREACH,
            fenced=False,
            data={"person": email, "rows": [_row(lead) for lead in theirs]},
        )
        for channel, theirs in by_channel.items()
    ]


def _row(lead: Lead) -> dict[str, Any]:
    due_at = lead.due_at or lead.received_at
    return {
        "lead_id": lead.id,
        "generation": lead.generation,
        "person": lead.details.person,
        "company": lead.details.company,
        "due_at": due_at.isoformat(),
    }

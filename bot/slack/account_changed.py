"""An account in Slack was closed, or opened again: whoever reads nothing there is given no lead."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.closed_accounts import close_account, open_account
from bot.slack.desk import Desk
from sla.availability import NOTHING_KNOWN
from sla.policy import Person
from storage import people, people_now


def register(app: App, desk: Desk) -> None:
    @app.event("user_change")
    def changed(ack: Ack, event: dict[str, Any]) -> None:
        """Slack tells of every change to anybody's profile; only closed and opened accounts of ours matter."""
        user = event.get("user")
        person = _of_the_policy(desk, user) if isinstance(user, Mapping) else None
        if person is not None and isinstance(user, Mapping):
            _take_in(desk, person.email, is_active=not user.get("deleted"))
        ack()


def _take_in(desk: Desk, email: str, *, is_active: bool) -> None:
    at = desk.now()
    if not is_active:
        close_account(desk.recorder, desk.policies, email, at)
        return
    with desk.database.read() as connection:
        known = people_now.load(connection, at).get(email, NOTHING_KNOWN)
    if not known.is_active:
        open_account(desk.recorder, email, at)


def _of_the_policy(desk: Desk, user: Mapping[str, Any]) -> Person | None:
    """By the id in the policy, the id that was found before, or the address: a closed account may have lost it."""
    slack_id = str(user.get("id") or "")
    person = desk.policy.person(slack_id)
    if person is not None:
        return person
    with desk.database.read() as connection:
        known = people.by_slack_id(connection, slack_id)
    profile = user.get("profile")
    email = (
        known.email if known is not None else profile.get("email") if isinstance(profile, Mapping) else None
    )
    person = desk.policy.person(str(email)) if email else None
    return person if person is not None and person.slack in (None, slack_id) else None

"""Tells people of their on-call shifts; asked now and then what is so by now, so that a missed moment catches up."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.known_people import known_covers
from bot.policies import PolicyBox
from sla.effects import Post, Role
from sla.policy import Policy
from sla.shift_notices import AHEAD, Ended, shift_notices, shifts_ended
from storage import notices, outbox
from storage.database import Connection

NIGHT_ENDS_AT = 6


class ShiftDesk:
    """Looks once in each minute; a notice that was owed once is not owed again."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies
        self._looked_at: datetime | None = None

    def tell(self, connection: Connection, at: datetime) -> int:
        """Owe what is to be told by now; returns how much that was."""
        policy, minute = self._policies.current.policy, at.replace(second=0, microsecond=0)
        if not policy.on_call or minute == self._looked_at:
            return 0
        self._looked_at = minute
        # Covers that are just over still say who leaves.
        covers = known_covers(connection, policy, at - AHEAD)
        posts = [*shift_notices(policy, covers, at)]
        ended = [_counted(connection, policy, one) for one in shifts_ended(policy, covers, at)]
        posts += [post for post in ended if post is not None]
        if not posts:
            return 0
        known = notices.owed_already(connection, {post.key for post in posts})
        new = [post for post in posts if post.key not in known]
        outbox.add(connection, [(None, 0, post) for post in new], at)
        return len(new)


def _counted(connection: Connection, policy: Policy, ended: Ended) -> Post | None:
    """With how many pages it had, and how many of these at night; a quiet shift ends without a word."""
    pages = notices.sent_to(connection, f"@{ended.person}", Role.PAGE, ended.from_at, ended.until_at)
    if not pages:
        return None
    zone = ZoneInfo(policy.on_call[ended.rotation].timezone)
    at_night = sum(1 for page in pages if page.astimezone(zone).hour < NIGHT_ENDS_AT)
    return ended.post(len(pages), at_night)

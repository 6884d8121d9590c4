"""Who is told when: what waits for its reader's working hours, and what leaves as one message instead of many.

To a person, outside their hours everything waits but pages, and comes at opening as one list. Within their hours
the first message leaves at once; what is owed within the time of `notices.together` after it leaves together when
that is over, whatever it is about. A card that gives its owner only a few minutes waits for nothing, and takes along
what waits.

To a managers' channel, breaches of the tiers in `at_once` leave at once, unless there are many; the others are
rolled up. Outside the team's hours a channel waits too, but for those tiers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.courier.look import (
    Look,
    due_at,
    is_urgent,
    lead_of,
    list_of,
    load,
    since,
    waited_for_opening,
)
from bot.known_people import known_people
from bot.policies import PolicyBox
from sla.effects import Post, Role, ToChannel
from sla.lead import Lead, Stage
from sla.telling import TO_CHANNELS, TO_PEOPLE, waits_until
from storage import leads, lists, outbox
from storage.database import Connection
from storage.outbox import Delivery

WAITING, NEW, REMINDERS, LATE, BREACHES = "waiting", "new", "reminders", "late", "breaches"
"""The forms of a list; what is not all of one form is what waits."""
UNOWNED, ATTENTION = "unowned", "attention"
"""The forms of what lead ops are told, which are lists of their own."""
LOOKED_AT = TO_PEOPLE | TO_CHANNELS | {Role.UNOWNED}
ROWS = frozenset({Role.OWNER_CARD, Role.REMINDER, Role.DEADLINE_PASSED, Role.NUDGE})
"""What can be a row of what waited."""
FORM_OF = {
    Role.OWNER_CARD: NEW,
    Role.REMINDER: REMINDERS,
    Role.DEADLINE_PASSED: LATE,
    Role.MANAGERS_CARD: BREACHES,
    Role.UNOWNED: UNOWNED,
    Role.NEEDS_ATTENTION: ATTENTION,
}
TO_LEAD_OPS = frozenset({UNOWNED, ATTENTION})
SEEN_MAX = 500
FEW = 2

Group = tuple[str, str | None]
"""What leaves together: everything for one person, the breaches of a team in one channel, or one of the forms of what
lead ops are told."""


@dataclass(kw_only=True)
class Plan:
    """What is to be written down before anything leaves."""

    holds: dict[datetime, list[str]] = field(default_factory=lambda: defaultdict(list))
    voids: list[str] = field(default_factory=list)
    lists: list[tuple[Post, list[str]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.holds or self.voids or self.lists)


class Calm:
    """Keeps in memory when what left; after a restart somebody may get one message more."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies
        self._left: dict[Group, list[datetime]] = defaultdict(list)
        self._version = policies.current.version

    def plan(self, connection: Connection, rows: Sequence[Delivery], at: datetime) -> Plan:
        """What of these must wait, or leaves as one."""
        plan = Plan()
        mine = [row for row in rows if row.lead_id is not None and row.role in LOOKED_AT]
        if not mine:
            return plan
        look = self._look(connection, mine, at)
        groups: dict[Group, list[Delivery]] = defaultdict(list)
        for row in mine:
            lead = look.known.get(row.lead_id) if row.lead_id is not None else None
            if lead is None:
                continue
            opens_at = self._opens_at(row, lead, look)
            if opens_at is not None:
                _wait(plan, row, opens_at)
            elif row.list_id is None and (group := _group(row, lead)) is not None:
                groups[group].append(row)
        for group, owed in groups.items():
            self._gather(plan, group, owed, look)
        return plan

    def write(self, connection: Connection, plan: Plan, at: datetime) -> None:
        for until, ids in plan.holds.items():
            lists.hold(connection, ids, until)
        outbox.void(connection, plan.voids, "too late by the time its reader is at work", at)
        for post, ids in plan.lists:
            lists.compose(connection, post, ids, at)

    def policy_changed(self) -> bool:
        """Whether working hours may be others than when it was decided what waits."""
        before, self._version = self._version, self._policies.current.version
        return before != self._version

    def left(self, row: Delivery, lead: Lead | None, at: datetime) -> None:
        """This leaves now."""
        if row.role is Role.LEAD_LIST:
            form = row.post.data.get("form")
            group: Group | None = (row.place, form if form in TO_LEAD_OPS else row.post.data.get("team"))
        else:
            group = _group(row, lead) if lead is not None else None
        if group is not None:
            within = self._policies.current.policy.notices.managers.many.within
            kept = [one for one in self._left[group] if one > at - max(within, timedelta(minutes=1))]
            self._left[group] = [*kept, *[at] * int(row.post.data.get("count", 1))]

    def _look(self, connection: Connection, rows: Sequence[Delivery], at: datetime) -> Look:
        policy = self._policies.current.policy
        return Look(
            connection=connection,
            policy=policy,
            known=leads.load(connection, {row.lead_id for row in rows if row.lead_id is not None}),
            people=known_people(connection, policy, at),
            at=at,
        )

    # Hours

    @staticmethod
    def _opens_at(row: Delivery, lead: Lead, look: Look) -> datetime | None:
        """Until when it waits for its reader's hours; None if it need not."""
        return waits_until(row.post, lead, look.policy, look.people, look.at)

    # Together

    def _gather(self, plan: Plan, group: Group, owed: list[Delivery], look: Look) -> None:
        if len(owed) >= FEW:
            # All of them, also those that this look did not come to see.
            owed = self._all_of(group, look)
        if isinstance(owed[0].post.to, ToChannel):
            self._gather_breaches(plan, group, owed, look)
            return
        is_at_opening = group[1] is None and any(waited_for_opening(row, look) for row in owed)
        if not look.policy.notices.together and not is_at_opening:
            return
        waited = [row for row in owed if row.is_held]
        until = self._until(group, look)
        if until is not None and not waited and not any(is_urgent(row, look) for row in owed):
            for row in owed:
                if row.post.expires_at is None or until < row.post.expires_at:
                    plan.holds[until].append(row.id)
            return
        forms = {FORM_OF[row.role] for row in owed}
        if is_at_opening:
            owed = self._everything_for(group[0], look)
        form = WAITING if is_at_opening or len(forms) > 1 else forms.pop()
        if len({row.lead_id for row in owed}) >= FEW:
            data = {"form": form, **(since(owed, look) if is_at_opening else {})}
            plan.lists.append((list_of(owed, data), [row.id for row in owed]))

    def _until(self, group: Group, look: Look) -> datetime | None:
        """When the minute is over that began with the last message."""
        left = self._left.get(group)
        until = left[-1] + look.policy.notices.together if left else None
        return until if until is not None and until > look.at else None

    def _all_of(self, group: Group, look: Look) -> list[Delivery]:
        found = outbox.claimable(look.connection, look.at, SEEN_MAX, place=group[0])
        known = leads.load(look.connection, {row.lead_id for row in found if row.lead_id is not None})
        return [
            row
            for row in found
            if row.list_id is None
            and row.lead_id in known
            and _group(row, known[row.lead_id]) == group
            and self._opens_at(row, known[row.lead_id], look) is None
        ]

    def _everything_for(self, place: str, look: Look) -> list[Delivery]:
        """At opening: everything that waited for the person is one list, whatever it is about a lead."""
        found = outbox.claimable(look.connection, look.at, SEEN_MAX, place=place)
        return [row for row in found if row.list_id is None and row.lead_id is not None and row.role in ROWS]

    def _gather_breaches(self, plan: Plan, group: Group, owed: list[Delivery], look: Look) -> None:
        place, team = group
        managers = look.policy.notices.managers
        at_once = [row for row in owed if lead_of(row, look).tier in managers.at_once]
        recent = [one for one in self._left.get(group, ()) if one > look.at - managers.many.within]
        is_many = len(recent) + len(at_once) > managers.many.more_than or len(owed) > managers.many.more_than
        leaving: list[Delivery] = []
        if is_many and recent and not any(row.is_held for row in owed):
            self._roll_up(plan, owed, min(recent) + managers.many.within)
        elif is_many:
            leaving = owed
        else:
            calm = [row for row in owed if row not in at_once]
            first = lists.first_owed_at(look.connection, place, [Role.MANAGERS_CARD]) if calm else None
            until = (first or look.at) + managers.roll_up
            if calm and look.at < until:
                self._roll_up(plan, calm, until)
            else:
                leaving = calm
        if len({row.lead_id for row in leaving}) >= FEW:
            data = {
                "form": BREACHES,
                "team": team,
                "from_at": min(due_at(row, look) for row in leaving).isoformat(),
                "until_at": look.at.isoformat(),
                "load": load(leaving, look),
                "count": len(leaving),
            }
            plan.lists.append((list_of(leaving, data), [row.id for row in leaving]))

    @staticmethod
    def _roll_up(plan: Plan, rows: Iterable[Delivery], until: datetime) -> None:
        plan.holds[until] += [row.id for row in rows]


def _wait(plan: Plan, row: Delivery, until: datetime) -> None:
    if row.post.expires_at is not None and until >= row.post.expires_at:
        plan.voids.append(row.id)
    else:
        plan.holds[until].append(row.id)


def _group(row: Delivery, lead: Lead) -> Group | None:
    form = FORM_OF.get(row.role) if not row.post.data.get("asked") else None
    if form is None or (form == BREACHES and lead.stage is Stage.IN_REVIEW):
        # Who must decide is mentioned, each time and at once.
        return None
    if form in TO_LEAD_OPS:
        return row.place, form
    return row.place, lead.team if form == BREACHES else None

"""Setting and ending people's absences, for every door that does so; each in the transaction of its caller."""

from collections.abc import Sequence
from datetime import datetime

from sla.absence_refusals import NotAway
from sla.arranging import Within
from sla.availability import Spell
from sla.planned import planned_spells
from sla.policy import Person, Policy
from storage import spells
from storage.database import Connection
from storage.spells import Kind, SetSpell


def set_away(
    connection: Connection,
    person: Person,
    kind: Kind,
    within: Within,
    *,
    cover: Person | None,
    by: str,
    at: datetime,
) -> SetSpell:
    """The newest word holds: what the person had set for any of that time before, ends."""
    from_at, until_at = within
    for earlier in spells.in_force(connection, at, person.email):
        is_over_before = earlier.until_at is not None and earlier.until_at <= from_at
        begins_after = earlier.from_at >= (until_at or max(from_at, at))
        if not is_over_before and not begins_after:
            spells.end(connection, earlier.id, at)
    covering = cover.email if cover is not None else None
    return spells.add(
        connection, person.email, kind, from_at=from_at, until_at=until_at, cover=covering, by=by, at=at
    )


def come_back(connection: Connection, policy: Policy, person: Person, at: datetime) -> Spell | None:
    """End every absence that has begun; those ahead stay. Raises NotAway.

    What the policy file has the person away for cannot be ended: it is returned.
    """
    begun = [one for one in spells.in_force(connection, at, person.email) if one.from_at <= at]
    for one in begun:
        spells.end(connection, one.id, at)
    planned = next((one for one in planned_spells(policy, person) if one.holds(at)), None)
    if planned is None and not begun:
        raise NotAway()
    return planned


def end_all(connection: Connection, person: Person, at: datetime) -> Sequence[SetSpell]:
    """End everything that is set for a person, also what is ahead."""
    ended = spells.in_force(connection, at, person.email)
    for one in ended:
        spells.end(connection, one.id, at)
    return ended

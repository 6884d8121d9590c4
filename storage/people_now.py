"""What is known of people at a moment besides the policy: absences, accounts, open leads; in one question."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from sla.availability import PersonNow, Spell
from storage.micros import micros, moment, moment_or_none
from storage.prepared import Prepared, as_list
from storage.tables import IS_IN_FORCE, IS_OPEN

_ACCOUNT, _OPEN = "account", "open"


def _known(dialect: str) -> Any:
    counted = "(select value from json_each(:counted))" if dialect == "sqlite" else "any (:counted)"
    is_counted = f"owner in {counted}" if dialect == "sqlite" else f"owner = {counted}"
    return text(
        "select email, kind, from_at, until_at, cover from spells "  # noqa: S608  conditions of our own
        f"where {IS_IN_FORCE} and (until_at is null or until_at > :at) "
        f"union all select email, '{_ACCOUNT}', case when is_active then 1 else 0 end, silent_until, null "
        "from accounts where not is_active or silent_until > :at "
        f"union all select owner, '{_OPEN}', count(*), null, null "
        f"from leads where {is_counted} and {IS_OPEN} group by owner "
        "order by 1, 2, 3"
    )


_select_known = Prepared(_known, ["at", "at", "counted"])


def load(connection: Connection, at: datetime, counted: Collection[str] = ()) -> dict[str, PersonNow]:
    """Everybody of whom something is known that can keep work from them.

    Absences that begin later are there too. Open leads are counted only of those in `counted`.
    """
    now = micros(at)
    found: dict[str, dict[str, Any]] = {}
    for email, kind, first, until, cover in _select_known.all(
        connection, now, now, as_list(connection, sorted(counted))
    ):
        person = found.setdefault(email, {})
        if kind == _OPEN:
            person["open_leads"] = first
        elif kind == _ACCOUNT:
            person["is_active"], person["silent_until"] = bool(first), moment_or_none(until)
        else:
            spell = Spell(from_at=moment(first), until_at=moment_or_none(until), cover=cover)
            if kind == "away":
                person["switched_away"] = spell
            else:
                person["out_of_office"] = (*person.get("out_of_office", ()), spell)
    return {email: PersonNow(**known) for email, known in found.items()}

"""Which leads a request may belong to: by its source's id, by the person's address or number, by their company."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, func, text

from sla.details import LeadDetails
from sla.lead import LeadId
from sla.same_person import company_domain, email_key, phone_key
from sla.surroundings import Kin
from storage.micros import micros, moment
from storage.prepared import Prepared, Row, all_of, as_list
from storage.states import json_text
from storage.tables import IS_OPEN_WITH_A_COMPANY, requests
from storage.upserts import insert_into

Name = tuple[str, str]
"""A source, and the id that the lead has there."""

# Who takes leads in does so one after the other: two requests of one person at once are to become one lead, and
# there is no row yet that could be locked. Any number will do, so long as nothing else uses the same one. It comes
# before every other lock of the transaction, so that nobody waits crosswise.
_ONE_AFTER_THE_OTHER = "select pg_advisory_xact_lock(7304213)"


@dataclass(frozen=True, kw_only=True)
class Acquaintances:
    """`ids`: leads under which these names are known. `by_key`: leads of the same person, by each of their keys."""

    ids: dict[Name, LeadId] = field(default_factory=dict)
    by_key: dict[str, list[LeadId]] = field(default_factory=dict)
    companies: dict[str, Kin] = field(default_factory=dict)


def keys_of(details: LeadDetails) -> Row:
    """By what a lead's person and company are found, in the order of the columns."""
    return email_key(details), phone_key(details), company_domain(details)


def look_up(
    connection: Connection,
    names: Collection[Name],
    people: Collection[str],
    companies: Collection[str],
    since: datetime,
) -> Acquaintances:
    """What is known under these names, of these people (by their keys) and of these companies (by domain).

    Nobody else takes leads in until the transaction ends. A person's lead counts if it came in after `since`.
    """
    found = Acquaintances()

    def people_by(kind: str, rows: Sequence[Row]) -> None:
        for key, lead_id in rows:
            found.by_key.setdefault(f"{kind}{key}", []).append(LeadId(lead_id))

    questions: list[tuple[Prepared, Row]] = []
    taken_in: list[Callable[[Sequence[Row]], None]] = []
    if connection.dialect.name != "sqlite":
        questions.append((_one_after_the_other, ()))
        taken_in.append(lambda _: None)
    if names:
        questions.append((_by_name, _wanted(names)))
        taken_in.append(lambda rows: found.ids.update(_ids(rows)))
    for kind, statement in _BY_KEY.items():
        wanted = [key[len(kind) :] for key in people if key.startswith(kind)]
        if wanted:
            listed, from_at = as_list(connection, sorted(wanted)), micros(since)
            questions.append((statement, (listed, from_at, listed, from_at)))
            taken_in.append(partial(people_by, kind))
    if companies:
        questions.append((_by_domain, (as_list(connection, sorted(companies)),)))
        taken_in.append(lambda rows: found.companies.update(_kin(rows)))
    for take_in, rows in zip(taken_in, all_of(connection, questions), strict=True):
        take_in(rows)
    return found


def find_names(connection: Connection, names: Collection[Name]) -> dict[Name, LeadId]:
    """The leads of those of these names that are known: a lead's own, or that of a further request it took in.

    Of a lead that was merged into another its name is that one's.
    """
    return _ids(_by_name.all(connection, *_wanted(names))) if names else {}


def _wanted(names: Collection[Name]) -> Row:
    wanted = json_text([list(name) for name in names])
    return wanted, wanted


def _ids(rows: Sequence[Row]) -> dict[Name, LeadId]:
    found = {(source, external_id): LeadId(id) for source, external_id, id, _ in rows}
    if len(found) < len(rows):
        found |= {(source, name): LeadId(id) for source, name, id, taken_in in rows if taken_in}
    return found


def _kin(rows: Sequence[Row]) -> dict[str, Kin]:
    return {
        domain: Kin(owner=owner, team=team, received_at=moment(received), domain=domain)
        for domain, owner, team, received in rows
    }


@dataclass(frozen=True, kw_only=True)
class Request:
    """A further request that a lead took in: it is found under this name from now on, and by these keys."""

    name: Name
    lead_id: LeadId
    at: datetime
    details: LeadDetails


def keep(connection: Connection, taken_in: Sequence[Request]) -> None:
    """Write further requests; one that is known keeps the keys that it does not say anew."""
    _upsert.many(
        connection,
        [
            (*one.name, one.lead_id, micros(one.at), email_key(one.details), phone_key(one.details))
            for one in taken_in
        ],
    )


def _names(dialect: str) -> Executable:
    parts = []
    for taken_in, (table, id_of) in enumerate((("leads", "id"), ("requests", "lead_id"))):
        of = f"{table}.source, {table}.external_id, {table}.{id_of}, {taken_in} as taken_in"
        if dialect == "sqlite":
            # CROSS JOIN keeps the list outside and the index inside, whatever the planner thinks.
            parts.append(
                f"select {of} from json_each(:names) as wanted cross join {table} "  # noqa: S608  our own names
                f"where {table}.source = json_extract(wanted.value, '$[0]') "
                f"and {table}.external_id = json_extract(wanted.value, '$[1]')"
            )
        else:
            # OFFSET 0 keeps the planner from reading the whole table, which it takes for cheaper than it is.
            parts.append(
                "select its.* from jsonb_array_elements(cast(:names as jsonb)) as wanted "  # noqa: S608
                f"cross join lateral (select {of} from {table} where {table}.source = wanted.value ->> 0 "
                f"and {table}.external_id = wanted.value ->> 1 offset 0) as its"
            )
    return text(" union all ".join(parts))


def _of_person(kind: str) -> Any:
    column = f"{kind}_key"

    def build(dialect: str) -> Executable:
        own = f"select leads.{column}, leads.id from"
        its = f"leads.{column} = wanted.value and leads.{column} is not null and leads.received_at >= :since"
        further = f"select requests.{column}, leads.id from"
        joined = "requests join leads on leads.id = requests.lead_id"
        theirs = (
            f"requests.{column} = wanted.value and requests.{column} is not null "
            "and leads.received_at >= :since"
        )
        if dialect == "sqlite":
            wanted = "json_each(:keys) as wanted cross join"
            return text(
                f"{own} {wanted} leads where {its} union all {further} {wanted} {joined} where {theirs}"
            )
        # One look into the index for each key, whatever the planner, who may know nothing of the table yet, thinks.
        each = "select its.* from unnest(cast(:keys as text[])) as wanted(value) cross join lateral"
        return text(
            f"{each} ({own} leads where {its} offset 0) as its "
            f"union all {each} ({further} {joined} where {theirs} offset 0) as its"
        )

    return build


def _of_company(dialect: str) -> Executable:
    """The newest open lead of each company: one look into the index, however many it has."""
    newest = (
        "select {what} from leads where domain_key = wanted.value "  # noqa: S608  our own names
        f"and {IS_OPEN_WITH_A_COMPANY.text} order by received_at desc limit 1"
    )
    if dialect == "sqlite":
        return text(
            "select leads.domain_key, leads.owner, leads.team, leads.received_at "  # noqa: S608  our own names
            "from json_each(:domains) as wanted cross join leads "
            f"where leads.rowid = ({newest.format(what='rowid')})"
        )
    return text(
        "select its.domain_key, its.owner, its.team, its.received_at "  # noqa: S608  our own names
        "from unnest(cast(:domains as text[])) as wanted(value) "
        f"cross join lateral ({newest.format(what='domain_key, owner, team, received_at')}) as its"
    )


def _upserting(dialect: str) -> Executable:
    values: dict[str, Any] = {column.name: bindparam(f"v_{column.name}") for column in requests.columns}
    insert = insert_into(dialect, requests).values(values)
    said, known = insert.excluded, requests.c
    return insert.on_conflict_do_update(
        index_elements=["source", "external_id"],
        set_={name: func.coalesce(said[name], known[name]) for name in ("email_key", "phone_key")},
    )


_one_after_the_other = Prepared(lambda _dialect: text(_ONE_AFTER_THE_OTHER), [])
_by_name = Prepared(_names, ["names", "names"])
_BY_KEY = {
    f"{kind}:": Prepared(_of_person(kind), ["keys", "since", "keys", "since"]) for kind in ("email", "phone")
}
_by_domain = Prepared(_of_company, ["domains"])
_upsert = Prepared(_upserting, [f"v_{column.name}" for column in requests.columns])

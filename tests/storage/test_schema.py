"""Migrating from nothing gives the tables that the code expects, and an old database is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json
from sqlalchemy import Connection, text

from storage import schema
from storage.database import Database, SchemaTooOld
from storage.tables import metadata
from tests.storage.newer import REVISION, migrations_of_newer

_LEAD_OF_BEFORE = (
    "insert into leads (id, source, external_id, received_at, details, stage, generation, revision, "
    "policy_version, state) values (:id, 'website', :id, 0, :details, 'with_owner', 1, 1, 'v1', '{}')"
)
_POSTGRESQL_FACTS = (
    "select table_name, column_name, data_type, is_nullable, column_default, is_identity, ordinal_position "
    "from information_schema.columns where table_schema = 'public'",
    "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'",
    "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
    "where connamespace = 'public'::regnamespace",
)


def _facts(connection: Connection) -> set[tuple[object, ...]]:
    if connection.dialect.name == "sqlite":
        queries: tuple[str, ...] = ("select type, name, tbl_name, sql from sqlite_master",)
    else:
        queries = _POSTGRESQL_FACTS
    rows = [tuple(row) for query in queries for row in connection.execute(text(query))]
    spelled = {tuple(" ".join(x.split()) if isinstance(x, str) else x for x in row) for row in rows}
    return {row for row in spelled if not any("alembic_version" in str(value) for value in row)}


def test_migrating_from_nothing_gives_the_tables_of_the_code(empty_database: Database) -> None:
    with empty_database.begin() as connection:
        metadata.create_all(connection)
        expected = _facts(connection)
        metadata.drop_all(connection)
    schema.upgrade(empty_database)
    with empty_database.read() as connection:
        assert expected == _facts(connection)
    assert len(expected) > 30


def test_an_empty_database_is_refused_with_the_command_that_mends_it(empty_database: Database) -> None:
    with pytest.raises(SchemaTooOld, match="lead-sla db upgrade") as refused:
        schema.require_current(empty_database)
    assert refused.value.current is None
    assert refused.value.needed == schema.newest()


def test_an_upgraded_database_is_accepted(empty_database: Database) -> None:
    schema.upgrade(empty_database)
    schema.require_current(empty_database)
    assert schema.newest() == schema.revision(empty_database)


@pytest.mark.parametrize("work", [schema.upgrade, schema.require_current])
def test_a_database_that_a_newer_version_made_is_refused_and_left_as_it_is(
    empty_database: Database, work: Callable[[Database], None]
) -> None:
    schema.upgrade(empty_database)
    with empty_database.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
        before = _facts(connection)

    with pytest.raises(schema.SchemaTooNew, match="Install that version") as refused:
        work(empty_database)

    assert (refused.value.current, schema.revision(empty_database)) == ("9999", "9999")
    with empty_database.read() as connection:
        assert before == _facts(connection)


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    with database.read() as connection:
        before = _facts(connection)
    schema.upgrade(database)
    with database.read() as connection:
        assert before == _facts(connection)


def test_people_of_before_an_upgrade_are_known_by_address_number_and_company(
    empty_database: Database,
) -> None:
    schema.upgrade(empty_database, "0001")
    details: list[dict[str, Any]] = [
        {"email": "DANA@Northwind.Example", "phone": "212 555 0142", "country": "US"},
        {"email": "sam@gmail.com", "phone": "+49 (30) 901820"},
        {"email": "no address", "phone": "ask for Pat", "country": None},
        {},
    ]
    with empty_database.begin() as connection:
        for number, said in enumerate(details):
            lead = {"id": f"L{number}", "details": to_json({"external_id": f"E{number}"} | said).decode()}
            connection.execute(text(_LEAD_OF_BEFORE), lead)
    schema.upgrade(empty_database)

    with empty_database.read() as connection:
        found = connection.execute(
            text("select email_key, phone_key, domain_key, details from leads order by id")
        ).all()
    assert [tuple(row)[:3] for row in found] == [
        ("dana@northwind.example", "12125550142", "northwind.example"),
        ("sam@gmail.com", "4930901820", None),
        (None, None, None),
        (None, None, None),
    ]
    assert '"212 555 0142"' in found[0].details


def test_a_failing_migration_leaves_nothing_behind(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty_database.begin() as connection:
        connection.execute(text("create table timeline (seq integer)"))
        before = _facts(connection)
    with pytest.raises(Exception, match="timeline"):
        schema.upgrade(empty_database)
    with empty_database.read() as connection:
        assert before == _facts(connection)
    assert schema.revision(empty_database) is None


@pytest.mark.parametrize("only_adds", [True, False])
def test_what_a_newer_version_only_added_this_one_works_with_and_nothing_else(
    empty_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, only_adds: bool
) -> None:
    newer = migrations_of_newer(tmp_path, only_adds=only_adds)
    with monkeypatch.context() as as_newer:
        as_newer.setattr(schema, "_MIGRATIONS", newer)
        schema.upgrade(empty_database)
        schema.require_current(empty_database)

    for work in (schema.require_current, schema.upgrade):
        if only_adds:
            work(empty_database)
        else:
            with pytest.raises(schema.SchemaTooNew):
                work(empty_database)
    assert schema.revision(empty_database) == REVISION

"""Every policy that was ever in force, by its version; immutable, for clocks keep what was promised."""

from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import policies
from storage.upserts import insert_into


def store(connection: Connection, version: str, text: str, at: datetime) -> bool:
    """Keep the text of a version. Returns whether it was new."""
    insert = insert_into(connection.dialect.name, policies).values(version=version, text=text, stored_at=at)
    stored = insert.on_conflict_do_nothing().returning(policies.c.version)
    return connection.scalar(stored) is not None


def text(connection: Connection, version: str) -> str | None:
    """The text of a version, None for one that was never in force here."""
    found: str | None = connection.scalar(select(policies.c.text).where(policies.c.version == version))
    return found


def since(connection: Connection, version: str) -> datetime | None:
    """When a version first came into force, None for one that never was here."""
    found: datetime | None = connection.scalar(
        select(policies.c.stored_at).where(policies.c.version == version)
    )
    return found

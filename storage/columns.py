"""What all tables are made of: their metadata, moments as microseconds, and indexes of some rows alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, TextClause, TypeDecorator

from storage.micros import micros, moment


class UtcMicros(TypeDecorator[datetime]):
    """A moment as microseconds in a BIGINT, so that SQLite and PostgreSQL compare alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


def only(condition: TextClause) -> dict[str, Any]:
    """An index of those rows alone, on either database."""
    return {"sqlite_where": condition, "postgresql_where": condition}


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers its rows itself only where the type is exactly INTEGER.
SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")

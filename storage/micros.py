"""Moments and spans as whole microseconds, the one form in which the database keeps them."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Whole microseconds since 1970, exact; a naive moment raises TypeError."""
    return (at - EPOCH) // MICROSECOND


def micros_or_none(at: datetime | None) -> int | None:
    return None if at is None else (at - EPOCH) // MICROSECOND


def moment(value: int) -> datetime:
    # Twice as fast as to let timedelta take the number apart.
    return EPOCH + MICROSECOND * value


def moment_or_none(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + MICROSECOND * value

"""The one place that reads the wall clock; everything behind a door gets the time in its fact."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)

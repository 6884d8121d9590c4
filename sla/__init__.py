"""The pure core of Lead SLA: what follows from a fact, decided without touching the world."""

from sla.calendar import WorkingCalendar

__all__ = ["WorkingCalendar"]

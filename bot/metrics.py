"""What is counted, for Prometheus: every number of the bot has its name and its meaning here."""

from datetime import timedelta
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_FRACTIONS_OF_A_SECOND: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

LEADS: Final = Counter(
    "lead_sla_leads",
    "Leads that a source sent, by what became of them.",
    ["source", "outcome"],
    registry=REGISTRY,
)
RECORDING: Final = Histogram(
    "lead_sla_recording_seconds",
    "From a lead's request until it was on disk.",
    buckets=_FRACTIONS_OF_A_SECOND,
    registry=REGISTRY,
)
SLACK_CALLS: Final = Counter(
    "lead_sla_slack_calls",
    "Calls of the Slack Web API, by what became of them.",
    ["method", "outcome"],
    registry=REGISTRY,
)
RECORDER_WAITING: Final = Gauge(
    "lead_sla_recorder_waiting", "Facts that wait for their commit.", registry=REGISTRY
)
DELIVERIES: Final = Gauge(
    "lead_sla_deliveries",
    "Messages that are owed and have not ended, by state.",
    ["state"],
    registry=REGISTRY,
)
TICKER_AGE: Final = Gauge(
    "lead_sla_ticker_age_seconds", "Since the clocks were last looked at.", registry=REGISTRY
)
TICKER_LATENESS: Final = Gauge(
    "lead_sla_ticker_lateness_seconds", "How late the last due step was noticed.", registry=REGISTRY
)
OLDEST_WAITING: Final = Gauge(
    "lead_sla_oldest_waiting_seconds",
    "How long the first message has waited that could leave, by lane.",
    ["lane"],
    registry=REGISTRY,
)
SLACK_AWAY: Final = Gauge(
    "lead_sla_slack_away_seconds",
    "For how long Slack has answered nothing; 0 while it answers.",
    registry=REGISTRY,
)
SAVED_AGE: Final = Gauge(
    "lead_sla_saved_age_seconds", "Since this process last committed anything.", registry=REGISTRY
)
FINDINGS: Final = Gauge(
    "lead_sla_findings",
    "What the auditor finds wrong at the moment and cannot mend, by kind.",
    ["kind"],
    registry=REGISTRY,
)
REPLICAS: Final = Gauge(
    "lead_sla_replicas", "Processes that said within three minutes that they work.", registry=REGISTRY
)
LOG_BYTES: Final = Gauge(
    "lead_sla_database_log_bytes", "The length of SQLite's log; 0 on PostgreSQL.", registry=REGISTRY
)
DISK_FREE: Final = Gauge(
    "lead_sla_disk_free_bytes",
    "What is left on the disk of a SQLite file; NaN on PostgreSQL.",
    registry=REGISTRY,
)
DUE_BACKLOG: Final = Gauge(
    "lead_sla_due_backlog",
    "Clocks whose next step is due and not taken; counted up to 1000.",
    registry=REGISTRY,
)
REPAIRS: Final = Counter(
    "lead_sla_repairs",
    "What the auditor found wrong and mended itself, by kind.",
    ["kind"],
    registry=REGISTRY,
)
ARCHIVED: Final = Counter(
    "lead_sla_archived", "Deliveries that ended and were moved to the archive.", registry=REGISTRY
)
ERASED: Final = Counter("lead_sla_erased", "Leads whose data was erased by this process.", registry=REGISTRY)
DATABASE_UP: Final = Gauge(
    "lead_sla_database_up", "1 when the database answered this very request, else 0.", registry=REGISTRY
)


def seconds(span: timedelta | None) -> float:
    """A duration as Prometheus counts it; NaN where nothing is known yet."""
    return float("nan") if span is None else span.total_seconds()


def exposition() -> bytes:
    """Everything, in Prometheus' text format."""
    return generate_latest(REGISTRY)

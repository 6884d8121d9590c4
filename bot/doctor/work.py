"""What a database that is in use tells about the bot's work: what the auditor found, what waits, who works there."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.doctor.finding import Finding, care, counted, no, ok
from bot.slack.phrases_audit import AUDIT
from storage import audit, audit_deliveries, audit_findings, audit_health, schema
from storage.audit_findings import Finding as Found
from storage.audit_kinds import ONCE
from storage.database import Connection, Database, DatabaseAway

LATE_MAX = timedelta(minutes=2)
RECENT = timedelta(days=1)
"""What happened once is worth a look for a day."""
GIB = 1024 * 1024 * 1024
ROOM = 5 * GIB
"""Less than this on the disk of a SQLite file is worth a look: its log alone may need some of it."""


def look_at_work(url: str, at: datetime) -> Iterator[Finding]:
    """Nothing is said of a database that is not there yet, or that is not of this version: others have said it."""
    try:
        database = Database(url)
    except ValueError:
        return
    try:
        if database.path is not None:
            if not database.path.exists():
                return
            yield from _room(database)
        if schema.revision(database) != schema.newest():
            return
        with database.read() as connection:
            yield from [*_processes(connection, at), *_waiting(connection, at), *_found(connection, at)]
    except DatabaseAway:
        return
    finally:
        database.close()


def _room(database: Database) -> Iterator[Finding]:
    free = audit_health.free_bytes(database)
    if free is None:
        return
    said = f"{free / GIB:.1f} GB are left beside {database.path}"
    if free < audit_health.DISK_BYTES_MIN:
        yield no("disk", f"{said}. Make room: without it no lead can be taken")
    elif free < ROOM:
        yield care("disk", f"{said}. Make room before it runs out")
    else:
        yield ok("disk", said)


def _processes(connection: Connection, at: datetime) -> Iterator[Finding]:
    """None of them is nothing to mend: whoever runs the doctor first starts the bot afterwards."""
    seen = audit_health.replicas(connection)
    alive = [name for name, seen_at in seen.items() if at - seen_at <= audit_health.ALIVE_WITHIN]
    dead = {name: seen_at for name, seen_at in seen.items() if name not in alive}
    if alive:
        yield ok(
            "process", f"{counted(len(alive), 'process works', 'processes work')} here: {', '.join(alive)}"
        )
    for name, seen_at in dead.items():
        when = f"{seen_at:%Y-%m-%d %H:%M} UTC"
        yield care(
            "process",
            f"{name} last said so at {when} and did not say goodbye. Look at its log, start it again",
        )


def _waiting(connection: Connection, at: datetime) -> Iterator[Finding]:
    late = len(audit.behind(connection, at - LATE_MAX))
    more = " or more" if late >= audit.ROWS_MAX else ""
    if late:
        steps = counted(
            late, f"step{more} was due 2 min ago and is", f"steps{more} were due 2 min ago and are"
        )
        yield care("backlog", f"{steps} not taken. See that `lead-sla run` works")
    else:
        yield ok("backlog", "every due step is taken")
    stuck = audit_deliveries.not_leaving(connection, at)
    oldest = max(audit_deliveries.oldest_waiting(connection, at).values(), default=None)
    if stuck:
        minutes = int((oldest or timedelta(0)).total_seconds() // 60)
        mend = "See that `lead-sla run` works, and what its log says of Slack"
        waits = counted(len(stuck), "message waits", "messages wait")
        yield care("backlog", f"{waits}, the first for {minutes} min. {mend}")
    else:
        yield ok("backlog", "no message waits for longer than it may")


def _found(connection: Connection, at: datetime) -> Iterator[Finding]:
    now = [one for one in audit_findings.known(connection) if one.ended_at is None]
    told = [one for one in now if one.kind not in ONCE or at - one.since_at <= RECENT]
    for one in told:
        yield care("audit", _said(one))
    if not told:
        yield ok("audit", "the auditor has nothing to tell")


def _said(one: Found) -> str:
    first, _, many = AUDIT[f"audit.{one.kind}"].partition("|")
    words = (first if one.number == 1 else many or first).format(n=one.number, name=one.name)
    leads = f" Leads: {', '.join(one.leads)}" if one.leads else ""
    return f"{words}, since {one.since_at:%Y-%m-%d %H:%M} UTC. {AUDIT[f'audit.{one.kind}.do']}{leads}"

"""What one would write first: a FastAPI endpoint with pydantic and the ORM that commits for each request.

`python -m tests.benchmarks.plain_endpoint PORT DATABASE_URL`. It is written with care (thread pool, a connection
for each thread, WAL, the same durability as ours) and knows neither tiers nor routing: every lead goes to the
same owner with the same deadline, so that it does less than ours for each row that it writes.
"""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import JSON, DateTime, Engine, ForeignKey, UniqueConstraint, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker

from storage.ids import new_lead_id

THREADS = 40
"""As many as Starlette's thread pool has."""
BUSY_TIMEOUT_SECONDS = 30


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSON}


class LeadRow(Base):
    __tablename__ = "leads"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    received_at: Mapped[datetime]
    details: Mapped[dict[str, Any]]
    owner: Mapped[str]
    team: Mapped[str]
    tier: Mapped[str]
    status: Mapped[str]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    clocks: Mapped[list["ClockRow"]] = relationship(cascade="all, delete-orphan")
    timeline: Mapped[list["TimelineRow"]] = relationship(cascade="all, delete-orphan")


class ClockRow(Base):
    __tablename__ = "clocks"

    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    person: Mapped[str]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None] = mapped_column(index=True)


class TimelineRow(Base):
    __tablename__ = "timeline"

    seq: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("leads.id"), index=True)
    kind: Mapped[str]
    occurred_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


class LeadIn(BaseModel):
    external_id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    title: str | None = None
    country: str | None = None
    employees: int | None = None
    score: int | None = None
    intent: str | None = None
    message: str | None = None


class LeadOut(BaseModel):
    lead_id: str
    outcome: str
    tier: str
    owner: str
    due_at: datetime


def engine_for(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=THREADS, max_overflow=0)
    engine = create_engine(
        url, pool_size=THREADS, max_overflow=0, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def opened(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def app_for(sessions: sessionmaker[Session]) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/leads", status_code=202)
    def take(lead: LeadIn) -> LeadOut:
        now = datetime.now(UTC)
        due_at = now + timedelta(minutes=30)
        row = LeadRow(
            id=new_lead_id(now),
            source="website",
            external_id=lead.external_id,
            received_at=now,
            details=lead.model_dump(exclude_none=True),
            owner="carla@acme.example",
            team="inside-sales",
            tier="High",
            status="Within SLA",
            started_at=now,
            due_at=due_at,
            clocks=[
                ClockRow(
                    number=1,
                    kind="owner",
                    person="carla@acme.example",
                    started_at=now,
                    due_at=due_at,
                    next_step_at=now + timedelta(minutes=15),
                )
            ],
            timeline=[TimelineRow(kind="arrived", occurred_at=now, data={"tier": "High"})],
        )
        answer = LeadOut(
            lead_id=row.id, outcome="accepted", tier=row.tier, owner=row.owner, due_at=row.due_at
        )
        with sessions.begin() as session:
            session.add(row)
        return answer

    return app


def main(port: str, url: str) -> None:
    engine = engine_for(url)
    Base.metadata.create_all(engine)
    app = app_for(sessionmaker(engine))
    uvicorn.run(
        app, host="127.0.0.1", port=int(port), access_log=False, log_level="warning", http="httptools"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

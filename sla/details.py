"""What a source said about a lead, cleaned: the facts that cards show and that tiers and routing look at."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Activity(BaseModel):
    """One thing the lead did before it came to us."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    what: str


class LeadDetails(BaseModel):
    """A lead as its source described it. `created_at` is shown and reported, it never starts a clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    external_id: str
    email: str | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None
    company: str | None = None
    employees: int | None = None
    industry: str | None = None
    country: str | None = None
    region: str | None = None
    language: str | None = None
    website: str | None = None
    intent: str | None = None
    score: int | None = None
    score_breakdown: dict[str, float] = Field(default_factory=dict)
    activity: tuple[Activity, ...] = ()
    message: str | None = None
    status: str | None = None
    owner: str | None = None
    partner: str | None = None
    crm_url: str | None = None
    created_at: datetime | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)

    @property
    def person(self) -> str | None:
        """The lead's own name, as far as it is known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or None

    @property
    def company_or_person(self) -> str:
        """What the lead is called where no person's name belongs, such as a channel card's header."""
        return self.company or self.person or self.email or self.external_id

    @property
    def label(self) -> str:
        """The lead as people call it: "First Last, Company"; the company alone where no name is known."""
        if self.person and self.company:
            return f"{self.person}, {self.company}"
        return self.company_or_person

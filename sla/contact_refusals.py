"""Refusals about a logged contact: its time, its note, its correction; each worded by its own class."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.durations import minutes
from sla.errors import Refusal, SayTime


@dataclass(kw_only=True, eq=False)
class ContactedMeanwhile(Refusal):
    by: str
    lead: str
    at: datetime

    def words(self, say: SayTime) -> str:
        return f"{self.by} contacted {self.lead} at {say(self.at)}. Nothing to do."


@dataclass(kw_only=True, eq=False)
class ContactInTheFuture(Refusal):
    field = "occurred_at"

    def words(self, say: SayTime) -> str:
        return "That is in the future. Leave it empty for now."


@dataclass(kw_only=True, eq=False)
class ContactBeforeArrival(Refusal):
    received_at: datetime
    field = "occurred_at"

    def words(self, say: SayTime) -> str:
        return f"The lead came in at {say(self.received_at)}. Choose a later time."


@dataclass(kw_only=True, eq=False)
class ContactTooFarBack(Refusal):
    back: timedelta
    helper: str
    field = "occurred_at"

    def words(self, say: SayTime) -> str:
        return (
            f"Your policy takes contacts up to {minutes(self.back)} back. Ask {self.helper} to log this one."
        )


@dataclass(kw_only=True, eq=False)
class ContactOutsideTenure(Refusal):
    """An earlier owner logs a contact from after the lead left them, or from before it was theirs."""

    since: datetime
    until: datetime
    asked: datetime
    field = "occurred_at"

    def words(self, say: SayTime) -> str:
        if self.asked > self.until:
            return f"You had this lead until {say(self.until)}. Choose a time until then."
        return f"You had this lead from {say(self.since)} to {say(self.until)}. Choose a time in between."


@dataclass(kw_only=True, eq=False)
class NoteMissing(Refusal):
    field = "note"

    def words(self, say: SayTime) -> str:
        return "Say in the note what it was."


@dataclass(kw_only=True, eq=False)
class NoSuchContact(Refusal):
    def words(self, say: SayTime) -> str:
        return "That contact is not on this lead any more. The card shows what is."


@dataclass(kw_only=True, eq=False)
class TooLateToCorrect(Refusal):
    until: datetime
    helper: str

    def words(self, say: SayTime) -> str:
        return f"You could correct it until {say(self.until)}. Ask {self.helper} to correct it now."

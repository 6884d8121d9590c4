"""Refusals about moving a lead on: reassign, pass, nudge, more time; each worded by its own class."""

from dataclasses import dataclass
from datetime import datetime

from sla.errors import Refusal, SayTime


@dataclass(kw_only=True, eq=False)
class NotInTheTeam(Refusal):
    """A new owner who may not have the lead."""

    person: str
    team: str
    members: str

    def words(self, say: SayTime) -> str:
        return f"{self.person} is no rep or backup of {self.team}. Choose one of {self.members}."


@dataclass(kw_only=True, eq=False)
class NobodyElse(Refusal):
    """A lead of a team in which nobody else could have it."""

    team: str
    helper: str

    def words(self, say: SayTime) -> str:
        return f"Nobody else is in {self.team}. Ask {self.helper} to add somebody to the policy."


@dataclass(kw_only=True, eq=False)
class AlreadyWithThem(Refusal):
    owner: str
    since: datetime

    def words(self, say: SayTime) -> str:
        return f"{self.owner} already has this lead, since {say(self.since)}."


@dataclass(kw_only=True, eq=False)
class NudgedAlready(Refusal):
    owner: str
    at: datetime
    again_at: datetime

    def words(self, say: SayTime) -> str:
        return f"{self.owner} was nudged at {say(self.at)}. You can again from {say(self.again_at)}."


@dataclass(kw_only=True, eq=False)
class OwnerAway(Refusal):
    """`until_at` None: it cannot be said when they are back."""

    owner: str
    until_at: datetime | None

    def words(self, say: SayTime) -> str:
        # The day says enough: "Wed Nov 25, 9:00 AM" without its hour; a time of today stays whole.
        until = f" until {say(self.until_at).partition(', ')[0]}" if self.until_at is not None else ""
        return f"{self.owner} is away{until}. Reassign it instead."


@dataclass(kw_only=True, eq=False)
class OwnerNotReached(Refusal):
    owner: str

    def words(self, say: SayTime) -> str:
        return f"Lead SLA could not reach {self.owner} about this lead. Reassign it instead."


@dataclass(kw_only=True, eq=False)
class NoMoreTime(Refusal):
    times: int
    hand_over_at: datetime | None

    def words(self, say: SayTime) -> str:
        given = {1: "once", 2: "twice"}.get(self.times, f"{self.times} times")
        then = f", or let it go to the backup queue at {say(self.hand_over_at)}" if self.hand_over_at else ""
        return f"Time was given {given} already. Reassign it{then}."


@dataclass(kw_only=True, eq=False)
class NoHandOverAhead(Refusal):
    def words(self, say: SayTime) -> str:
        return "No hand-over is ahead of this lead, so there is nothing to move. Reassign it instead."


@dataclass(kw_only=True, eq=False)
class NotAChoice(Refusal):
    """More time than the policy offers."""

    choices: str

    def words(self, say: SayTime) -> str:
        return f"The policy offers {self.choices}. Choose one of these."


@dataclass(kw_only=True, eq=False)
class TooLateToPass(Refusal):
    due_at: datetime
    helper: str

    def words(self, say: SayTime) -> str:
        return (
            f"The deadline passed at {say(self.due_at)}, so it cannot be passed on. Ask {self.helper} to "
            "reassign it."
        )


@dataclass(kw_only=True, eq=False)
class PassesUsedUp(Refusal):
    passed: int
    helper: str

    def words(self, say: SayTime) -> str:
        leads = "1 lead" if self.passed == 1 else f"{self.passed} leads"
        return f"You passed {leads} today; that is the limit. Ask {self.helper} to reassign it."

"""Refusals about times away, covers and swaps, each worded by its own class from its arguments."""

from dataclasses import dataclass
from datetime import datetime

from sla.errors import Refusal, SayTime

EXAMPLES = "18:00, tomorrow 9:00, Mon 9:00 or 2026-11-25"


@dataclass(kw_only=True, eq=False)
class TimeNotUnderstood(Refusal):
    said: str

    def words(self, say: SayTime) -> str:
        return f'"{self.said}" is no time that Lead SLA can read. Write one such as {EXAMPLES}.'


@dataclass(kw_only=True, eq=False)
class TimeIsOver(Refusal):
    said: str

    def words(self, say: SayTime) -> str:
        return (
            f'"{self.said}" is over. Write a later time, with its day where it is not today: tomorrow 9:00.'
        )


@dataclass(kw_only=True, eq=False)
class TimeMissing(Refusal):
    """`form` is the command as it should be written."""

    form: str

    def words(self, say: SayTime) -> str:
        return f"Say until when: {self.form}."


@dataclass(kw_only=True, eq=False)
class EndsBeforeItStarts(Refusal):
    field = "until"
    from_at: datetime

    def words(self, say: SayTime) -> str:
        return f"It would be over before it begins, {say.since(self.from_at)}. Write a later end."


@dataclass(kw_only=True, eq=False)
class AlreadyOver(Refusal):
    field = "until"
    until_at: datetime

    def words(self, say: SayTime) -> str:
        return f"It was over {say.until(self.until_at)}. Write an end that is ahead."


@dataclass(kw_only=True, eq=False)
class TooLong(Refusal):
    field = "until"
    days: int

    def words(self, say: SayTime) -> str:
        return (
            f"That is more than {self.days} days. Take the person out of the policy, or write an earlier end."
        )


@dataclass(kw_only=True, eq=False)
class UnknownPerson(Refusal):
    """`said` is the name, address or id that was typed."""

    field = "cover"
    said: str

    def words(self, say: SayTime) -> str:
        return (
            f"{self.said} is not in the lead SLA policy. Name a colleague who is: type @ and choose, "
            "or write the e-mail address."
        )


@dataclass(kw_only=True, eq=False)
class CoversThemselves(Refusal):
    field = "cover"

    def words(self, say: SayTime) -> str:
        return "Nobody can cover for themselves. Name a colleague."


@dataclass(kw_only=True, eq=False)
class CoverIsAway(Refusal):
    """Who should cover is away for all of that time."""

    field = "cover"
    person: str
    until: datetime | None

    def words(self, say: SayTime) -> str:
        until = f" until {say.until(self.until)}" if self.until is not None else ""
        return f"{self.person} is away{until}. Name another colleague."


@dataclass(kw_only=True, eq=False)
class NobodyNamed(Refusal):
    """A swap without anybody to take the shift."""

    form: str

    def words(self, say: SayTime) -> str:
        return f"Say who takes over: {self.form}."


@dataclass(kw_only=True, eq=False)
class NotOnCallThen(Refusal):
    """`next_at` is when the asker's next shift begins; None where there is none."""

    next_at: datetime | None

    def words(self, say: SayTime) -> str:
        if self.next_at is None:
            return (
                "You are not on call then, and no rotation of the policy has a shift of yours. Nothing to do."
            )
        return f"You are not on call then. Your next shift begins {say(self.next_at)}."


@dataclass(kw_only=True, eq=False)
class NoShiftToCover(Refusal):
    """Somebody else's press came too late, or the policy lost the rotation."""

    def words(self, say: SayTime) -> str:
        return "There is no shift of yours to cover any more. Nothing to do."


@dataclass(kw_only=True, eq=False)
class NotAway(Refusal):
    def words(self, say: SayTime) -> str:
        return "You are not away, so there is nothing to end. Leads come to you as usual."


@dataclass(kw_only=True, eq=False)
class AwayByThePolicy(Refusal):
    """An absence that stands in the policy file cannot be ended from Slack."""

    until: datetime
    helper: str

    def words(self, say: SayTime) -> str:
        return (
            f"The policy file has you away until {say.until(self.until)}. Ask {self.helper} to change it there, "
            "under people."
        )


@dataclass(kw_only=True, eq=False)
class NotAForm(Refusal):
    """Words of a command of which it is not clear what they are for."""

    said: str
    form: str

    def words(self, say: SayTime) -> str:
        return f'It is not clear what "{self.said}" asks for. Write it like this: {self.form}.'


@dataclass(kw_only=True, eq=False)
class UnknownCommand(Refusal):
    said: str
    known: str

    def words(self, say: SayTime) -> str:
        return f'There is no "{self.said}". Type one of these: {self.known}.'


@dataclass(kw_only=True, eq=False)
class NothingToHandOn(Refusal):
    def words(self, say: SayTime) -> str:
        return "You have no open lead any more. Nothing to do."


@dataclass(kw_only=True, eq=False)
class BackAlready(Refusal):
    """A press of Hand on after the absence that it belongs to was over."""

    def words(self, say: SayTime) -> str:
        return "You are back already, so your leads stay with you. Nothing to do."

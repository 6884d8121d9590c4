"""What `policy explain` says will happen, played by the bot's own rules: each step, and when each message comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.decide import decide
from sla.durations import minutes
from sla.effects import Decision, Entry, Post, Role, ToChannel, ToMail, still_true
from sla.facts import CardDelivered, StepReached
from sla.ladder import left_min, rungs_of
from sla.lead import Clock, Lead, Stage
from sla.names import listed, name_of
from sla.paging import is_paged
from sla.policy import Policy
from sla.roster import lead_ops
from sla.sums import Say
from sla.surroundings import Surroundings
from sla.telling import is_gathered, told_at, waits_until

STEPS_MAX = 1000
"""Many of them say nothing: a lead that nobody can take is looked at again and again."""
MANAGERS = (Role.MANAGERS_CARD, Role.MANAGERS_LINE)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something that happens, in words; what is about one clock is void once that stopped."""

    at: datetime
    words: str
    clock: int | None = None


def steps_of(arrived: Decision, around: Surroundings, say: Say) -> list[str]:
    """Everything from the lead's arrival on if nobody presses anything, in order of time."""
    played = _Play(arrived.lead, around, say)
    played.begin(arrived)
    played.run()
    said = [f"{say.day_time(line.at)}  {line.words}" for line in played.lines()]
    return [*said, "Nothing hands the lead over: it stays with its owner."] if played.stays else said


def _without_owner(lead: Lead, policy: Policy, *, is_asked: bool) -> str:
    """What becomes at once of a lead that nobody is given."""
    after = minutes(policy.routing.unowned.after)
    told = f"{listed(policy, lead_ops(policy))} told after {after} without an owner"
    if lead.stage is Stage.HELD:
        return f"nobody gets the lead: it waits for the first who is back; {told}"
    return f"the managers are asked to decide; {told}" if is_asked else f"nobody gets the lead; {told}"


class _Play:
    """A lead that nobody contacts, from step to step."""

    def __init__(self, lead: Lead, around: Surroundings, say: Say) -> None:
        self.stays = False
        self._lead = lead
        self._around = around
        self._policy = around.policy
        self._say = say
        self._lines: list[Line] = []
        self._cards_at: dict[int, datetime] = {}
        self._managers_at: datetime | None = None

    def lines(self) -> Iterator[Line]:
        stopped = {clock.number: clock.stopped_at for clock in self._lead.clocks}
        for line in sorted(self._lines, key=lambda line: line.at):
            ended_at = stopped.get(line.clock) if line.clock is not None else None
            if ended_at is None or line.at < ended_at:
                yield line

    def begin(self, arrived: Decision) -> None:
        lead, at = arrived.lead, arrived.lead.received_at
        managers = self._managers(arrived, at)
        if is_paged(lead.clock):
            self._add(at, f"{self._name(lead.owner)} is paged")
        elif lead.owner is None:
            self._add(at, _without_owner(lead, self._policy, is_asked=self._managers_at == at))
        for entry in arrived.entries:
            if entry.kind == "not_acknowledged":
                self._add(at, f"no first answer by e-mail: {entry.data.get('why')}")
            elif entry.kind == "nobody_left_to_page":
                self._add(at, _with("nobody can be paged", managers))
        for post in arrived.posts:
            if post.role is Role.OWNER_CARD:
                self._give(post, at)
            elif post.role is Role.ACKNOWLEDGEMENT and isinstance(post.to, ToMail) and post.expires_at:
                template, until = post.data["template"], self._say.time(post.expires_at)
                words = f"the first answer by e-mail ({template}), by {until} or not at all"
                self._add(at, f"{post.to.address} gets {words}")

    def run(self) -> None:
        for _ in range(STEPS_MAX):
            clock = self._lead.clock
            if clock is None or clock.next_step_at is None:
                break
            if self._is_closing(clock, clock.next_step_at):
                self._add(clock.next_step_at, "the team closes; whoever is on call is paged")
                return
            self._deliver(clock, clock.next_step_at)
            self._step(clock, clock.next_step_at)
            if is_paged(clock) and not is_paged(self._lead.clock):
                return
        self.stays = self._lead.stage is Stage.WITH_OWNER

    def _is_closing(self, clock: Clock, at: datetime) -> bool:
        rungs = rungs_of(self._lead, clock, self._policy)
        return any(rung.at == at and "page_on_call" in rung.do for rung in rungs)

    def _deliver(self, clock: Clock, before: datetime) -> None:
        """Slack takes the owner's card, unless they are not there before the next step."""
        at = self._cards_at.get(clock.number)
        if at is not None and clock.told_at is None and at <= before:
            fact = CardDelivered(lead_id=self._lead.id, at=at, clock=clock.number)
            self._lead = decide(self._lead, fact, self._around).lead

    def _step(self, clock: Clock, at: datetime) -> None:
        before = self._lead
        fact = StepReached(lead_id=before.id, at=at, clock=clock.number)
        decision = decide(before, fact, self._around)
        self._lead = decision.lead
        managers = self._managers(decision, at)
        said = [self._words(entry, decision, clock, at) for entry in decision.entries]
        words = [one for one in said if one is not None]
        if any(entry.kind == "nobody_left_to_page" for entry in decision.entries):
            words.append(_with("nobody else is left to page", managers))
        elif managers is not None:
            words.append(managers)
        for post in decision.posts:
            if post.role is Role.OWNER_CARD:
                self._give(post, at, is_said=is_paged(clock))
        beginning = self._beginning(before, clock)
        if words or beginning:
            self._add(at, beginning + (", ".join(words) or "the deadline passes"))

    def _beginning(self, before: Lead, clock: Clock) -> str:
        """Where the lead was, and what its status has become."""
        if is_paged(clock) and not is_paged(self._lead.clock):
            return "the team opens: "
        if before.stage is Stage.IN_QUEUE:
            return "unclaimed: "
        status = self._lead.status
        return f"{status.value}: " if status is not None and status is not before.status else ""

    # In words

    def _words(self, entry: Entry, decision: Decision, clock: Clock, at: datetime) -> str | None:
        data = entry.data
        match entry.kind:
            case "reminder":
                return self._reminder(_owed(decision, Role.REMINDER), clock, at)
            case "reminder_left_out":
                return self._left_out(entry, clock, at)
            case "deadline_passed":
                words = "the owner is told that the deadline passed"
                return self._told(_owed(decision, Role.DEADLINE_PASSED), at, words)
            case "handed_over":
                words = "the lead is free to claim"
                self._told(_owed(decision, Role.QUEUE_CARD), at, words)
                return "to the backup queue"
            case "queue_empty":
                return f"nobody of the queue is at work{self._until(data.get('until'))}"
            case "still_free":
                return self._told(_owed(decision, Role.STILL_FREE), at, "the backups are reminded, once")
            case "needs_decision":
                why = f"{data.get('why')}, so " if clock.person is not None else ""
                return f"{why}the managers decide"
            case "hand_over_held":
                return f"the hand-over waits{self._until(data.get('until'))}"
            case "held":
                return "nobody of it can take the lead yet"
            case "paged":
                return f"{self._name(entry.who)} is paged"
            case "opened":
                due_at = self._say.day_time(datetime.fromisoformat(data["due_at"]))
                return f"{self._name(data.get('to'))} has the lead, contact by {due_at}"
        return None

    def _reminder(self, post: Post | None, clock: Clock, at: datetime) -> str | None:
        if post is None:
            return None
        comes_at = self._comes_at(post, at)
        if comes_at is None:
            who = self._name(clock.person)
            return f"no reminder, because {who} is {self._off(post, at)}"
        words = f"reminder, {minutes(self._left(clock, comes_at))} left"
        return self._told(post, at, words)

    def _left_out(self, entry: Entry, clock: Clock, at: datetime) -> str:
        least = left_min(self._policy.calendars[clock.calendar], clock)
        if self._left(clock, at) < least:
            return f"no reminder, because less than {minutes(least)} would be left"
        return f"no reminder, because {entry.data.get('why')}"

    def _left(self, clock: Clock, at: datetime) -> timedelta:
        return self._policy.calendars[clock.calendar].between(at, clock.due_at or at)

    def _managers(self, decision: Decision, at: datetime) -> str | None:
        """That they are told, where it is said now and in words of its own."""
        post = next((one for one in decision.posts if one.role in MANAGERS), None)
        asked = {entry.kind for entry in decision.entries} & {"needs_decision", "assigned", "opened"}
        if post is None or not isinstance(post.to, ToChannel):
            return None
        if post.role is Role.MANAGERS_LINE and (self._managers_at is None or self._managers_at > at):
            # Their card itself is still to come, and shows by then what the line would say.
            return None
        what = "asked to decide" if "needs_decision" in asked else "told"
        words = f"the managers are {what} in {post.to.channel}"
        comes_at = self._comes_at(post, at)
        if post.role is Role.MANAGERS_CARD:
            self._managers_at = comes_at
            words += self._gathered(post, at, comes_at)
        said = self._told(post, at, words)
        return said if not asked else None

    def _gathered(self, post: Post, at: datetime, comes_at: datetime | None) -> str:
        roll_up = self._policy.notices.managers.roll_up
        if comes_at == at or not is_gathered(post, self._lead, self._policy):
            return ""
        if comes_at == at + roll_up:
            return f" at the latest, with what else was late within {minutes(roll_up)}"
        return ", with what else waited for the opening"

    # Messages

    def _give(self, post: Post, at: datetime, *, is_said: bool = False) -> None:
        """The owner's card: now, or when its owner is at work."""
        comes_at = self._comes_at(post, at)
        who = self._name(str(post.to).removeprefix("@"))
        if comes_at is None or comes_at > at:
            self._add(at, f"{who} has the lead, and no message yet: {self._off(post, at)}")
        if comes_at is None:
            return
        if post.clock is not None:
            self._cards_at[post.clock] = comes_at
        late = ", with whatever else waited" if comes_at > at else ""
        if late or not is_said:
            words = f"{who} gets the lead by direct message{late}"
            self._lines.append(Line(at=comes_at, words=words, clock=post.clock if late else None))

    def _told(self, post: Post | None, at: datetime, words: str) -> str | None:
        """The words, where the message comes now; else they stand at the moment at which it does."""
        comes_at = self._comes_at(post, at) if post is not None else None
        if post is None or comes_at is None or not still_true(post, self._lead, comes_at):
            return None
        if comes_at == at:
            return words
        self._lines.append(Line(at=comes_at, words=words, clock=post.clock if post.fenced else None))
        return None

    def _comes_at(self, post: Post, at: datetime) -> datetime | None:
        return told_at(post, self._lead, self._policy, self._around.people, at)

    def _off(self, post: Post, at: datetime) -> str:
        until = waits_until(post, self._lead, self._policy, self._around.people, at)
        return "not at work" + self._until(until.isoformat() if until is not None else None)

    def _until(self, at: str | None) -> str:
        return f" until {self._say.day_time(datetime.fromisoformat(at))}" if at is not None else ""

    def _name(self, email: str | None) -> str:
        return name_of(self._policy, email)

    def _add(self, at: datetime, words: str) -> None:
        self._lines.append(Line(at=at, words=words))


def _with(words: str, managers: str | None) -> str:
    return f"{words}: {managers}" if managers is not None else words


def _owed(decision: Decision, role: Role) -> Post | None:
    return next((post for post in decision.posts if post.role is role), None)

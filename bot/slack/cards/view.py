"""What a card is drawn from: one lead, the policies, the reader, and the look-ups that every card needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from bot.slack.lines import Line, Mentions, Name, Names, line, mrkdwn
from bot.slack.words import MINUTE, Reader, cut, lower_first, tidy
from sla.availability import PersonNow
from sla.calendar import WorkingCalendar
from sla.durations import BusinessDays, Span
from sla.effects import Role
from sla.lead import Clock, Lead
from sla.names import name_of, team_name
from sla.policy import Policy
from sla.showing import clock_of
from sla.showing_next import PlannedStep, next_steps

LABEL_MAX = 40
TIER_MAX = 20
ID_MAX = 40
LISTED_MAX = 5
"""More names than this in one line are a number."""


@dataclass(frozen=True, kw_only=True)
class CardView:
    """Everything that a message is drawn from; nothing else is asked.

    `policy` is the current one (people, channels, rights), `terms` the one of the lead's clocks. `posted_at`
    is when the message was first posted, None for one that is posted now. `clock` is the number of the clock
    that the message is about. `next_steps` is worked out from the terms where it is not given. `card_url`
    leads to the lead's card in the owner's messages. `people` holds what is known of people besides the policy,
    for messages that call those who are there. `lead` is missing only for summaries.
    """

    role: Role
    lead: Lead | None
    policy: Policy
    terms: Policy
    reader: Reader
    clock: int | None = None
    next_steps: Sequence[PlannedStep] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    slack_ids: Mapping[str, str] = field(default_factory=dict)
    first_ever: bool = False
    posted_at: datetime | None = None
    card_url: str | None = None
    rows: Sequence["CardView"] = ()
    people: Mapping[str, PersonNow] = field(default_factory=dict)


class LeadView:
    """A card's view with its lead at hand; renderers ask it instead of digging."""

    def __init__(self, view: CardView) -> None:
        if view.lead is None:
            raise ValueError(f"a {view.role} is about a lead, and none was given")
        self.view = view
        self.lead: Lead = view.lead
        self.details = view.lead.details
        self.reader = view.reader
        self.policy = view.policy
        self.terms = view.terms
        self.data = view.data

    @cached_property
    def clock(self) -> Clock:
        """The clock that the message is about; for one about the lead as a whole the running or last one."""
        if self.view.clock is not None:
            return clock_of(self.lead, self.view.clock)
        return self.lead.clock or self.lead.clocks[-1]

    @property
    def said_at(self) -> datetime:
        """When the message left (or leaves): numbers of minutes in it were true then."""
        return self.view.posted_at or self.reader.now

    @cached_property
    def ahead(self) -> Sequence[PlannedStep]:
        if self.view.next_steps is not None:
            return self.view.next_steps
        if self.lead.clock is None or self.lead.clock.calendar not in self.terms.calendars:
            return ()
        return next_steps(self.lead, self.policy, self.terms)

    @property
    def moves_on(self) -> PlannedStep | None:
        """The step at which the lead leaves where it is."""
        leaves = ("hand_over", "review", "closing", "opening")
        return next((step for step in self.ahead if step.what in leaves), None)

    def line(self, key: str, **slots: Any) -> Line:
        return line(self.reader, key, **slots)

    def mrkdwn(self, one: Line) -> str:
        return mrkdwn(one, self.reader)

    # Names

    def name(self, email: str | None) -> Name:
        """A colleague; who is in no policy (any more) goes by the first part of the address."""
        for policy in (self.policy, self.terms):
            person = policy.person(email)
            if person is not None:
                return Name(person.name)
        return Name((email or "").partition("@")[0] or name_of(self.policy, None))

    def mentions(self, emails: Iterable[str]) -> Mentions:
        people = []
        for email in emails:
            person = self.policy.person(email)
            slack_id = self.view.slack_ids.get(email) or (person.slack if person is not None else None)
            people.append((slack_id, self.name(email).name))
        return Mentions(tuple(people))

    def names(self, emails: Sequence[str]) -> Names:
        """ "Carla Costa, Bob Brandt"; of very many the first few and how many others."""
        said = [cut(self.name(email).name, LABEL_MAX) for email in emails[:LISTED_MAX]]
        rest = len(emails) - len(said)
        if rest:
            said.append(self.reader.counted("count.others", rest))
        return Names(", ".join(said))

    @property
    def team(self) -> Name:
        return Name(team_name(self.lead.team or ""))

    @property
    def tier(self) -> Name:
        return Name(cut(self.lead.tier or self.reader.words["tier.unknown"], TIER_MAX))

    # The lead's own name: never the address, which belongs on no locked screen and in no channel.

    def company(self, most: int = LABEL_MAX) -> str:
        known = tidy(self.details.company or "") or tidy(self.details.person or "")
        return cut(known, most) if known else self._unnamed()

    def label(self, person_max: int = LABEL_MAX, company_max: int = LABEL_MAX) -> str:
        person = cut(self.details.person or "", person_max)
        company = cut(self.details.company or "", company_max)
        if person and company:
            return self.reader.say("lead.named", person=person, company=company)
        return person or company or self._unnamed()

    def _unnamed(self) -> str:
        return self.reader.say("lead.unnamed", external_id=self.external_id)

    @property
    def external_id(self) -> str:
        return cut(self.details.external_id, ID_MAX)

    # Time

    def calendar_of(self, clock: Clock) -> WorkingCalendar | None:
        return self.terms.calendars.get(clock.calendar)

    def working(self, clock: Clock, start: datetime, end: datetime) -> timedelta:
        """Working time on the clock's calendar; elapsed time where the policy no longer has it."""
        calendar = self.calendar_of(clock)
        return calendar.between(start, end) if calendar is not None else max(end - start, timedelta(0))

    def target_of(self, clock: Clock) -> timedelta | None:
        """How much time the clock gave its owner, in whole minutes as the policy meant it."""
        if clock.due_at is None:
            return None
        given = self.working(clock, clock.started_at, clock.due_at)
        return timedelta(seconds=round(given.total_seconds()))

    def span(self, span: Span) -> str:
        """A target of the policy: "5 min", "24 working hours", "2 working days"."""
        if isinstance(span, BusinessDays):
            return self.reader.counted("count.working_days", span.days)
        if self.reader.is_short(span):
            return self.exactly(span)
        return self.reader.counted("count.working_hours", int(span / timedelta(hours=1)))

    def exactly(self, span: timedelta) -> str:
        """A short target; the seconds of a demo policy are said as such."""
        return self.reader.duration(span) if span >= MINUTE else self.reader.spelled(span)

    def meanwhile(self, start: datetime, end: datetime) -> timedelta | None:
        """How long something took, where that is said as a duration at all."""
        took = end - start
        return took if self.reader.is_short(took) else None

    def before(self, clock: Clock) -> Clock | None:
        """The owner clock of whoever had the lead before this clock."""
        earlier = [c for c in self.lead.owner_clocks() if c.number < clock.number]
        return earlier[-1] if earlier else None

    @property
    def late_owner(self) -> str | None:
        """Who had the lead when its own deadline passed; None where nobody had it then."""
        if self.lead.breach is not None:
            return self.lead.breach.owner
        clocks = self.lead.owner_clocks()
        return clocks[0].person if clocks else None

    def typed(self, text: str, most: int = 200) -> str:
        """What a colleague typed, as one line."""
        return cut(text, most)

    def intent(self) -> str | None:
        said = cut((self.details.intent or "").replace("_", " "), LABEL_MAX)
        return said or None

    def industry_in_text(self) -> str | None:
        said = cut(self.details.industry or "", LABEL_MAX)
        return lower_first(said) or None

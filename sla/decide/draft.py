"""A decision in the making: the lead as it changes, what its timeline gains, and what becomes owed."""

from datetime import datetime
from typing import Any

from sla.calendar import WorkingCalendar
from sla.effects import Decision, Entry, Post, Role, ToChannel, ToPerson, Urgency
from sla.ladder import next_step_at, own_rungs, with_lead_deadline
from sla.lead import Clock, ClockKind, Lead, changed
from sla.names import name_of
from sla.paging import day_calendar_name, is_paged
from sla.policy import Team
from sla.roster import lead_ops
from sla.rung import Rung
from sla.shares import TeamShares
from sla.surroundings import Surroundings


class Draft:
    """Collects what follows from one fact. `supersede` voids what was planned, `touch` redraws the cards."""

    def __init__(self, lead: Lead, around: Surroundings, at: datetime) -> None:
        self.lead = lead
        self.around = around
        self.at = at
        self._is_touched = self._is_superseded = False
        self._entries: list[Entry] = []
        self._posts: list[Post] = []
        self._assigned: str | None = None
        self._shares: TeamShares | None = None
        self._rungs: dict[tuple[object, ...], tuple[Rung, ...]] = {}

    def rungs(self, clock: Clock) -> tuple[Rung, ...]:
        """The clock's rungs; its own ladder is worked out once for as long as nothing moves its steps."""
        key = (clock.number, clock.hand_over_at, self.lead.on_it)
        own = self._rungs.get(key)
        if own is None:
            own = self._rungs[key] = own_rungs(self.lead, clock, self.around.terms)
        return with_lead_deadline(self.lead, clock, own)

    def _next_step_at(self, clock: Clock) -> datetime | None:
        if not self._rungs:
            return next_step_at(self.lead, clock, self.around.terms)
        done = clock.fired_through
        for rung in self.rungs(clock):
            if done is None or rung.at > done:
                return rung.at
        return None

    @property
    def calendar_name(self) -> str:
        """The calendar of the team's hours, by which everything but a page counts."""
        return day_calendar_name(self.lead, self.around.terms)

    @property
    def calendar(self) -> WorkingCalendar:
        return self.around.terms.calendars[self.calendar_name]

    @property
    def team(self) -> Team:
        """Who answers for the lead now: its team, or the fallback where that one has left the policy."""
        policy = self.around.policy
        return policy.teams[policy.team_in_force(self.lead.team)]

    def name(self, email: str | None) -> str:
        return name_of(self.around.policy, email)

    def change(self, **fields: Any) -> None:
        self.lead = changed(self.lead, **fields)

    def change_clock(self, clock: Clock, **fields: Any) -> Clock:
        moved = changed(clock, **fields)
        self.lead = self.lead.with_clock(moved)
        return moved

    def touch(self) -> None:
        """Some card shows something new."""
        self._is_touched = True

    def supersede(self) -> None:
        """What was planned before no longer holds; every button pressed from now on is of a new generation."""
        self._is_touched = self._is_superseded = True

    def note(
        self, kind: str, who: str | None = None, occurred_at: datetime | None = None, **data: Any
    ) -> None:
        """Add a line to the timeline."""
        known = {key: value for key, value in data.items() if value is not None} if data else data
        entry = Entry(kind=kind, occurred_at=occurred_at or self.at, logged_at=self.at, who=who, data=known)
        self._entries.append(entry)

    def owe(self, post: Post) -> None:
        self._posts.append(post)

    def assign_by_turn(self, email: str, floor: int | None = None) -> None:
        """The next turn is somebody else's. `floor` is the least share of those among whom was chosen."""
        self._assigned = email
        policy = self.around.policy
        team = policy.team_in_force(self.lead.team)
        reps = policy.rep_emails(team)
        person = policy.person(email)
        if person is not None and email in reps:
            owed = policy.routing.missed_turns == "owed"
            before = self.around.shares_of(team)
            self._shares = before.with_lead(email, person.weight, reps, floor=floor, owed=owed)

    def stop_clock(self, by: str, at: datetime | None = None) -> Clock | None:
        """Stop the running clock; `by` says what stopped it."""
        clock = self.lead.clock
        if clock is None:
            return None
        return self.change_clock(clock, stopped_at=at or self.at, stopped_by=by, next_step_at=None)

    def start_clock(self, clock: Clock) -> Clock:
        self.lead = self.lead.with_clock(clock)
        if self.lead.day_owner is not None and not is_paged(clock):
            # The night is over for this lead, however it ended.
            self.change(day_owner=None)
        return clock

    def new_number(self) -> int:
        return len(self.lead.clocks) + 1

    def owe_owner_card(self, clock: Clock) -> None:
        assert clock.person is not None
        key = f"card:{clock.number}"
        self.owe_person(Role.OWNER_CARD, clock.person, key, Urgency.NEW_LEAD, clock)

    def owe_person(
        self, role: Role, email: str, key: str, urgency: Urgency, clock: Clock | None, **more: Any
    ) -> None:
        number = clock.number if clock is not None else None
        self.owe(Post(role=role, to=ToPerson(email=email), key=key, urgency=urgency, clock=number, **more))

    def owe_managers_card(self, key: str, *, gathered: bool = False) -> None:
        """The one card about this lead in the managers' channel, if there is none yet."""
        clock = self.lead.clock
        if self._managers_have_a_card:
            return
        self.owe(
            Post(
                role=Role.MANAGERS_CARD,
                to=ToChannel(channel=self.team.manager_channel),
                key=f"managers:{key}",
                urgency=Urgency.BREACH,
                clock=clock.number if clock is not None else None,
                fenced=False,
                gathered=gathered,
            )
        )
        self.change(managers_told_at=self.at, managers_channel=self.team.manager_channel)

    @property
    def _managers_have_a_card(self) -> bool:
        """Whether one was owed in the channel that is the managers' now: the policy may have moved it."""
        told = self.lead.managers_told_at is not None
        return told and self.lead.managers_channel == self.team.manager_channel

    def owe_managers_line(self, what: str, /, **data: Any) -> None:
        """A line in the thread of that card; where there is no card there is nothing to add to.

        After the managers' channel moved, what comes next begins a card in the new one.
        """
        if self.lead.managers_told_at is None:
            return
        if not self._managers_have_a_card:
            self.owe_managers_card(f"moved:{what}")
            return
        self.owe(
            Post(
                role=Role.MANAGERS_LINE,
                to=ToChannel(channel=self.team.manager_channel),
                key=f"line:{what}",
                urgency=Urgency.BREACH if what == "review" else Urgency.CARD_UPDATE,
                fenced=False,
                data={"what": what, "at": self.at.isoformat(), **data},
            )
        )

    def tell_managers_alone(self, role: Role, key: str, /, **data: Any) -> None:
        """A post of its own in the managers' channel, besides the lead's card."""
        to = ToChannel(channel=self.team.manager_channel)
        self.owe(Post(role=role, to=to, key=key, urgency=Urgency.BREACH, fenced=False, data=data))

    def owe_lead_ops(self, role: Role, /, **data: Any) -> None:
        """A direct message to each of lead ops."""
        for email in lead_ops(self.around.policy):
            self.owe_person(
                role,
                email,
                f"{role}:{email}:{data.get('place', '')}",
                Urgency.NEW_LEAD,
                self.lead.clock,
                fenced=role is Role.LEAD_OPS_CHECK,
                data=data,
            )

    def decision(self) -> Decision:
        """Close the draft: the running clock gets its next step's time, counted from its own times."""
        lead = self.lead
        last: dict[str, Any] = {}
        if self._is_touched:
            last["revision"] = lead.revision + 1
        if self._is_superseded:
            last["generation"] = lead.generation + 1
        clock = lead.clock
        if clock is not None:
            planned = self._next_step_at(clock)
            if planned != clock.next_step_at:
                last["clocks"] = lead.clocks_with(changed(clock, next_step_at=planned))
        return Decision(
            lead=changed(lead, **last) if last else lead,
            entries=tuple(self._entries),
            posts=tuple(self._posts),
            assigned=self._assigned,
            shares=self._shares,
        )


def owner_clock(draft: Draft, *, person: str, due_at: datetime, **fields: Any) -> Clock:
    """A new owner clock on the lead's calendar, from now on."""
    return Clock(
        lead_id=draft.lead.id,
        number=draft.new_number(),
        kind=ClockKind.OWNER,
        person=person,
        calendar=draft.calendar_name,
        started_at=draft.at,
        due_at=due_at,
        **fields,
    )

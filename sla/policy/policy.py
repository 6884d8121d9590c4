"""The policy as a whole, and the look-ups that everybody else asks of it."""

from datetime import timedelta
from functools import cached_property
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, field_validator, model_validator

from sla.calendar import WorkingCalendar
from sla.policy.conduct import CatchUp, ContactRules, Extend, Notices, OnIt, Ops, Outage, Passes, Reminders
from sla.policy.course import Course, course_of
from sla.policy.fields import PERSONAL
from sla.policy.intake import Intake
from sla.policy.keep import Keep
from sla.policy.on_call import Rotation
from sla.policy.people import PeopleKeys, Person, Team
from sla.policy.routing import Backup, Routing
from sla.policy.seats import Seat, Seats, seat_of
from sla.policy.section import Section, Text
from sla.policy.targets import Ladder, Tier

CALM_LADDERS: dict[str, list[dict[str, Any]]] = {
    "standard": [
        {"at": "50%", "do": ["remind_owner"], "status": "At Risk"},
        {"at": "10m before due", "do": ["remind_owner"]},
        {"at": "due", "do": ["notify_owner", "notify_managers"], "status": "Breached"},
        {"at": "1h after due", "do": ["hand_to_backup", "notify_managers"], "status": "Escalated"},
    ],
    "gentle": [
        {"at": "80%", "do": ["remind_owner"], "status": "At Risk"},
        {"at": "due", "do": ["notify_owner", "notify_managers"], "status": "Breached"},
        {"at": "8h after due", "do": ["hand_to_backup"], "status": "Escalated"},
    ],
}
"""Ladders that every policy has; one of the same name in the file takes their place."""


COURSES_MAX = 1_000
"""So many courses of a policy are remembered: nearly all clocks have the time of a target, a few what was left."""


class Policy(Section):
    """Who works which leads, by when, and what happens as time runs out."""

    model_config = ConfigDict(title="Lead SLA policy")

    version: Literal[1] = Field(default=1, description="The version of this file's form.")
    name: Text = Field(default="Lead SLA", description="What people call the policy.")
    calendars: dict[Text, WorkingCalendar] = Field(min_length=1, description="Working hours by name.")
    people: tuple[Person, ...] = Field(min_length=1, description="Everybody whom the policy names.")
    teams: dict[Text, Team] = Field(min_length=1, description="The teams by name.")
    tiers: tuple[Tier, ...] = Field(
        min_length=1, description="Classes of leads; the first that matches is taken."
    )
    ladders: dict[Text, Ladder] = Field(
        default=CALM_LADDERS,
        validate_default=True,
        description="What happens as a clock runs out, by name, in order of time; "
        "a step whose time would lie before the start is left out. `standard` and `gentle` are always there.",
    )
    routing: Routing = Field(description="How a lead finds its owner.")
    backup: Backup = Field(default=Backup(), description="The backup queue.")
    notices: Notices = Field(default=Notices(), description="When people are told.")
    reminders: Reminders = Field(default=Reminders(), description="How near reminders may be.")
    on_it: OnIt = Field(default=OnIt(), description='What "I\'m on it" does.')
    extend: Extend = Field(default=Extend(), description="How managers give more time.")
    passes: Passes = Field(default=Passes(), description="How often leads may be handed on.")
    catch_up: CatchUp = Field(default=CatchUp(), description="After an absence of the bot or of Slack.")
    outage: Outage = Field(default=Outage(), description="When Slack is away.")
    ops: Ops = Field(default=Ops(), description="Lead ops.")
    keep: Keep = Field(default=Keep(), description="How long what is over is kept.")
    on_call: dict[Text, Rotation] = Field(default={}, description="On-call rotations by name.")
    intake: Intake = Field(default=Intake(), description="How leads come in.")
    contact: ContactRules = Field(default=ContactRules(), description="What counts as contact.")

    @field_validator("ladders", mode="before")
    @classmethod
    def _keep_the_calm_ladders(cls, given: Any) -> Any:
        return {**CALM_LADDERS, **given} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _somebody_hears_of_unowned_leads(self) -> Self:
        """Where the file names nobody, the fallback team's managers hear of leads that have nobody."""
        fallback = self.teams.get(self.routing.fallback.team)
        if fallback is not None and "tell" not in self.routing.unowned.model_fields_set:
            unowned = self.routing.unowned.model_copy(update={"tell": fallback.managers})
            routing = self.routing.model_copy(update={"unowned": unowned})
            # The model is frozen for everybody else; it is not yet handed out here.
            self.__dict__["routing"] = routing
        return self

    @cached_property
    def _people_by_key(self) -> dict[str, Person]:
        by_key = {person.slack: person for person in self.people if person.slack is not None}
        return by_key | {person.email: person for person in self.people}

    @cached_property
    def _tiers_by_name(self) -> dict[str, Tier]:
        return {tier.name: tier for tier in self.tiers}

    @cached_property
    def _members(self) -> dict[tuple[str, str], tuple[Person, ...]]:
        return {
            (name, role): self.known(team.names(role))
            for name, team in self.teams.items()
            for role in ("reps", "managers", "backups")
        }

    @cached_property
    def _seats(self) -> Seats:
        return {
            name: tuple(seat_of(person, team) for person in self.reps(name))
            for name, team in self.teams.items()
        }

    @cached_property
    def _rep_emails(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(seat.email for seat in seats) for name, seats in self._seats.items()}

    @cached_property
    def _with_weights(self) -> frozenset[str]:
        return frozenset(name for name, seats in self._seats.items() if len({s.weight for s in seats}) > 1)

    @cached_property
    def _rep_calendars(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(seat.calendar for seat in seats) for name, seats in self._seats.items()}

    @cached_property
    def asked_for_tiers(self) -> tuple[tuple[str, ...] | None, dict[Any, tuple[Tier | None, str]]]:
        """The fields that the tiers ask for, and a place for what was answered by them.

        None for the fields where one of them may tell who the lead is: that is not kept.
        """
        asked = sorted({name for tier in self.tiers for name in tier.when.named})
        tells_who = any(name in PERSONAL or name.startswith("attributes.") for name in asked)
        return (None if tells_who else tuple(asked)), {}

    @cached_property
    def _courses(self) -> dict[tuple[str, timedelta], Course]:
        return {}

    @cached_property
    def limits(self) -> dict[str, int]:
        """Whose open leads are counted, by e-mail address: how many each may have."""
        return {p.email: p.open_leads_max for p in self.people if p.open_leads_max is not None}

    @cached_property
    def _teams_by_rep(self) -> dict[str, tuple[str, ...]]:
        teams: dict[str, tuple[str, ...]] = {}
        for name in self.teams:
            for person in self.reps(name):
                teams[person.email] = (*teams.get(person.email, ()), name)
        return teams

    def person(self, key: str | None) -> Person | None:
        """Who is meant by an e-mail address (in any case) or a Slack member id."""
        if key is None:
            return None
        return self._people_by_key.get(key.strip().lower() if "@" in key else key.strip())

    def known(self, keys: PeopleKeys) -> tuple[Person, ...]:
        """The people behind a list of names, in its order; names of nobody are left out."""
        return tuple(person for person in map(self.person, keys) if person is not None)

    def reps(self, team_name: str) -> tuple[Person, ...]:
        """The team's reps in the order of the file; nobody for a team that the policy does not know."""
        return self._members.get((team_name, "reps"), ())

    def seats(self, team_name: str) -> tuple[Seat, ...]:
        """The team's reps as routing asks for them."""
        return self._seats.get(team_name, ())

    def rep_emails(self, team_name: str) -> tuple[str, ...]:
        return self._rep_emails.get(team_name, ())

    def rep_calendars(self, team_name: str) -> frozenset[str]:
        """The names of the calendars by which the team's reps work."""
        return self._rep_calendars.get(team_name, frozenset())

    def has_weights(self, team_name: str) -> bool:
        """Whether some of the team's reps get more leads than others."""
        return team_name in self._with_weights

    def managers(self, team_name: str) -> tuple[Person, ...]:
        return self._members.get((team_name, "managers"), ())

    def backups(self, team_name: str) -> tuple[Person, ...]:
        return self._members.get((team_name, "backups"), ())

    @cached_property
    def unowned_people(self) -> tuple[Person, ...]:
        """Who hears of a lead that has nobody or lacks what it needs."""
        return self.known(self.routing.unowned.tell)

    def team_in_force(self, name: str | None) -> str:
        """The team of that name; the fallback's for one that this policy does not have (any more)."""
        return name if name is not None and name in self.teams else self.routing.fallback.team

    def teams_of_rep(self, email: str) -> tuple[str, ...]:
        """The names of the teams that list the person as a rep, in the order of the file."""
        person = self.person(email)
        return () if person is None else self._teams_by_rep.get(person.email, ())

    def team_of_rep(self, email: str, preferred: str | None = None) -> str | None:
        """The preferred team if the person is a rep of it, else the first that lists them, else None."""
        teams = self.teams_of_rep(email)
        return preferred if preferred in teams else next(iter(teams), None)

    def is_manager_of(self, team_name: str, email: str) -> bool:
        person = self.person(email)
        return person is not None and person in self.managers(team_name)

    def tier(self, name: str | None) -> Tier | None:
        """The tier of that name; None for one that an earlier policy had."""
        return None if name is None else self._tiers_by_name.get(name)

    def course(self, ladder: str, window: timedelta) -> Course:
        """That ladder on a clock that gives so much working time; there are few, and each is worked out once."""
        course = self._courses.get((ladder, window))
        if course is None:
            if len(self._courses) >= COURSES_MAX:
                self._courses.clear()
            course = course_of(self.ladders[ladder], window, self.reminders.apart)
            self._courses[ladder, window] = course
        return course

    def ladder_of(self, tier: Tier) -> Ladder:
        return self.ladders[tier.ladder]

    def person_calendar_name(self, email: str | None, team_name: str) -> str:
        """The name of the person's own calendar, else of the team's."""
        person = self.person(email)
        own = None if person is None else person.calendar
        return own if own is not None else self.teams[team_name].calendar

    def person_calendar(self, email: str | None, team_name: str) -> WorkingCalendar:
        """The person's own calendar, else the team's."""
        return self.calendars[self.person_calendar_name(email, team_name)]

    def zone_of(self, person: Person) -> ZoneInfo:
        """The zone of the person's own calendar, else of the first team that lists them."""
        own = self.calendars.get(person.calendar or "")
        if own is not None:
            return own.zone
        for team in self.teams.values():
            keys = (*team.reps, *team.backups, *team.managers)
            calendar = self.calendars.get(team.calendar)
            if calendar is not None and any(self.person(key) is person for key in keys):
                return calendar.zone
        return ZoneInfo("UTC")

    def calendar_name_for(self, team_name: str, tier: Tier, person: Person | str | None = None) -> str:
        """The name of the calendar on which a clock of this tier runs, for this team and owner."""
        if tier.calendar == "team":
            return self.teams[team_name].calendar
        if tier.calendar == "person":
            return self.person_calendar_name(
                person.email if isinstance(person, Person) else person, team_name
            )
        return tier.calendar

    def calendar_for(self, team_name: str, tier: Tier, person: Person | str | None = None) -> WorkingCalendar:
        """The calendar on which a clock of this tier runs, for this team and owner."""
        return self.calendars[self.calendar_name_for(team_name, tier, person)]

"""What the listeners of the Slack door work with, and who may come to it at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.slack.directory import Directory, SlackPerson, Unreachable
from bot.slack.words import Reader
from sla.lead import Lead, LeadId
from sla.names import helper_of
from sla.policy import Person, Policy
from sla.refusals import CannotCheckNow, NoSuchLead, NotAFullMember, NotInThePolicy
from storage import leads
from storage.database import Database

COMPLETION_WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 30, 60))
"""Before each further try to end a workflow step; after the last it is left to the workflow's own time-out."""


@dataclass(frozen=True, kw_only=True)
class BotIdentity:
    """Who the bot is, as Slack said at the start."""

    team_id: str
    user_id: str
    bot_id: str | None = None
    enterprise_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who acts, as Slack's payload says it: ids only, because names are anybody's to choose."""

    user_id: str
    team_id: str | None


@dataclass(frozen=True, kw_only=True)
class Presser:
    """A full member of the workspace; `person` is None for one whom the policy does not name."""

    person: Person | None
    reader: Reader

    @property
    def email(self) -> str:
        """The person of the policy; who is not in it is refused here."""
        if self.person is None:
            raise NotInThePolicy()
        return self.person.email


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`quick` is a client that gives up before a press would be too late to acknowledge."""

    recorder: Recorder
    database: Database
    policies: PolicyBox
    directory: Directory
    quick: WebClient
    bot: BotIdentity
    now: Callable[[], datetime]
    completion_waits: Sequence[timedelta] = COMPLETION_WAITS

    @property
    def policy(self) -> Policy:
        return self.policies.current.policy

    def lead(self, lead_id: LeadId) -> Lead:
        with self.database.read() as conn:
            found = leads.load(conn, [lead_id])
        if lead_id not in found:
            raise NoSuchLead()
        return found[lead_id]

    def presser(self, asker: Asker, team: str | None) -> Presser:
        """Check a person at this very press; raises the refusal. `team` says whom they could ask instead."""
        stranger = NotAFullMember(helper=helper_of(self.policy, team))
        if self._is_from_elsewhere(asker):
            raise stranger
        try:
            known = self.directory.who(asker.user_id)
        except Unreachable:
            raise CannotCheckNow() from None
        if known.state != "member":
            raise stranger
        return self._presser(known)

    def known_presser(self, asker: Asker) -> Presser | None:
        """The same for whoever is known to be a person of the policy; None where Slack or the lead must be asked."""
        known = None if self._is_from_elsewhere(asker) else self.directory.kept(asker.user_id)
        presser = self._presser(known) if known is not None and known.state == "member" else None
        return presser if presser is not None and presser.person is not None else None

    def _is_from_elsewhere(self, asker: Asker) -> bool:
        # In an organisation of several workspaces the directory tells who belongs to it.
        return asker.team_id not in (None, self.bot.team_id) and self.bot.enterprise_id is None

    def _presser(self, known: SlackPerson) -> Presser:
        reader = Reader(zone=known.zone, twelve_hour=known.twelve_hour, now=self.now(), city=None)
        return Presser(person=self.person_of(known), reader=reader)

    def person_of(self, known: SlackPerson) -> Person | None:
        """By Slack id first; by e-mail address only where the policy names no other account for that person."""
        person = self.policy.person(known.id)
        if person is None and known.email:
            person = self.policy.person(known.email)
            if person is not None and person.slack not in (None, known.id):
                return None
        return person

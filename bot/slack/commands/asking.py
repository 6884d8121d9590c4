"""Somebody who typed a command: who they are, and what is known of everybody at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.known_people import known_covers, known_people
from bot.slack.commands.reading import Command
from bot.slack.desk import Desk
from bot.slack.directory import Unreachable
from bot.slack.words import Reader
from sla.absence_refusals import UnknownPerson
from sla.arranging import Within, colleague
from sla.availability import PersonNow
from sla.on_call import Cover
from sla.policy import Person, Policy
from sla.policy.people import is_slack_id
from sla.refusals import CannotCheckNow
from storage.database import Connection


@dataclass(frozen=True, kw_only=True)
class Asking:
    """`person` is the caller as the policy has them; `at` is when they asked."""

    desk: Desk
    command: Command
    person: Person
    reader: Reader
    at: datetime

    @property
    def policy(self) -> Policy:
        return self.desk.policy

    @cached_property
    def people(self) -> Mapping[str, PersonNow]:
        with self.desk.database.read() as connection:
            return self.people_in(connection)

    def people_in(self, connection: Connection) -> Mapping[str, PersonNow]:
        return known_people(connection, self.policy, self.at)

    @cached_property
    def covers(self) -> Mapping[str, tuple[Cover, ...]]:
        with self.desk.database.read() as connection:
            return known_covers(connection, self.policy, self.at)

    def colleague(self, said: str, within: Within) -> Person:
        """Who is meant by what was typed; raises a Refusal."""
        named = self._named(said)
        return colleague(self.policy, named, self.people, instead_of=self.person, within=within)

    def _named(self, said: str) -> str:
        """A name that the policy knows, for an id of Slack, an address, or a name as people write it."""
        if self.policy.person(said) is not None:
            return said
        if not is_slack_id(said):
            return self._by_name(said)
        try:
            known = self.desk.directory.who(said)
        except Unreachable:
            raise CannotCheckNow() from None
        person = self.desk.person_of(known)
        if person is None:
            raise UnknownPerson(said=known.name)
        return person.email

    def _by_name(self, said: str) -> str:
        """ "bob", "Bob", "Bob Brandt": where only one person of the policy is called so."""
        folded = said.casefold()
        found = [
            person.email
            for person in self.policy.people
            if folded in (person.name.casefold(), person.email.partition("@")[0])
            or folded == person.name.casefold().partition(" ")[0]
        ]
        if len(found) != 1:
            raise UnknownPerson(said=said)
        return found[0]

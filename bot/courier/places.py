"""Where a place of the policy is in Slack: channels by id, people by their direct messages with the bot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.policies import PolicyBox
from sla.effects import Place, ToChannel, ToPerson, place_of
from sla.policy import Person
from storage import people
from storage.database import Connection

FRESH_FOR = timedelta(hours=12)
"""How long what Slack said about a person's zone and account is good for writing to them."""
REFUSED_FOR = timedelta(minutes=10)
"""How long a place that Slack does not know is not asked about again."""


@dataclass(frozen=True, kw_only=True)
class _No:
    error: str
    until: datetime


class Places:
    """Knows channels by name in memory, and people by the database."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies
        self._channels: dict[str, str] = {}
        self._refused: dict[str, _No] = {}
        self._later: dict[str, datetime] = {}

    def channels_of(self, connection: Connection, wanted: Collection[Place], at: datetime) -> dict[str, str]:
        """The conversation of each of these places that is known; places by their text."""
        emails = {place.email for place in wanted if isinstance(place, ToPerson)}
        known = people.get(connection, emails) if emails else {}
        found: dict[str, str] = {}
        for place in wanted:
            if isinstance(place, ToPerson):
                one = known.get(place.email)
                if one is not None and one.dm_channel is not None and self._is_current(one, at):
                    found[str(place)] = one.dm_channel
            elif isinstance(place, ToChannel) and not place.channel.startswith("#"):
                found[str(place)] = place.channel
            elif str(place) in self._channels:
                found[str(place)] = self._channels[str(place)]
        return found

    def written_to(self, connection: Connection, wanted: Collection[Place]) -> dict[str, str]:
        """Where messages to these places went, however long ago that was asked."""
        emails = {place.email for place in wanted if isinstance(place, ToPerson)}
        known = people.get(connection, emails) if emails else {}
        found = {f"@{one.email}": one.dm_channel for one in known.values() if one.dm_channel is not None}
        for place in wanted:
            if isinstance(place, ToChannel):
                channel = self._channels.get(place.channel, place.channel)
                if not channel.startswith("#"):
                    found[str(place)] = channel
        return found

    def person(self, place: Place) -> Person | None:
        return self._policies.current.policy.person(place.email) if isinstance(place, ToPerson) else None

    def name_channel(self, place: Place, channel: str) -> None:
        self._channels[str(place)] = channel

    def forget(self, place: str) -> None:
        """Slack refused a message there: a channel that is made anew under its name has another id."""
        self._channels.pop(place, None)

    def refuse(self, place: Place, error: str, at: datetime) -> None:
        """Slack does not know this place."""
        self._refused[str(place)] = _No(error=error, until=at + REFUSED_FOR)

    def refusal(self, place: str, at: datetime) -> str | None:
        """Why nothing can be sent there, as long as that is believed."""
        no = self._refused.get(place)
        if no is not None and no.until <= at:
            del self._refused[place]
            return None
        return no.error if no is not None else None

    def ask_later(self, place: Place, until: datetime) -> None:
        """Slack could not say where that is; not to be asked again before `until`."""
        self._later[str(place)] = until

    def not_yet(self, at: datetime) -> set[str]:
        """Places that Slack is not to be asked about at the moment."""
        self._later = {place: until for place, until in self._later.items() if until > at}
        return set(self._later)

    def _is_current(self, known: people.Known, at: datetime) -> bool:
        """Fresh enough, and still the account that the policy names."""
        person = self.person(place_of(f"@{known.email}"))
        if person is not None and person.slack not in (None, known.slack_id):
            return False
        return at - known.fetched_at < FRESH_FOR

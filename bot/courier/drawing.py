"""Drawing a delivery as it leaves: from the lead as it is now, for the one who reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.known_people import known_people
from bot.policies import PolicyBox
from bot.slack.cards import CardView, fingerprint, render
from bot.slack.directory import zone_of
from bot.slack.words import Reader, city_of, reads_twelve_hours
from sla.effects import Place, Role, ToPerson
from sla.lead import Lead
from sla.policy import Policy
from storage import cards, outbox, people
from storage.database import Connection
from storage.outbox import Delivery

TWELVE_HOUR_CONTINENTS = ("America/", "Australia/", "US/", "Canada/")
"""A channel has no locale of its own: its team's zone says how its people most likely write times."""


CALLS_PEOPLE = frozenset({Role.QUEUE_CARD, Role.STILL_FREE})
"""Messages that mention only those who are there."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A payload for Slack, the lead's revision that it shows, and the hash by which equal ones are known."""

    payload: Mapping[str, Any]
    revision: int
    shown_hash: str


class Drawer:
    """Reads what a drawing needs besides the lead: the reader, Slack ids for mentions, the owner's card."""

    def __init__(self, policies: PolicyBox, workspace_url: str) -> None:
        self._policies = policies
        self._workspace_url = workspace_url

    def draw(
        self,
        connection: Connection,
        *,
        role: Role,
        place: Place,
        lead: Lead | None,
        clock: int | None,
        data: Mapping[str, Any],
        at: datetime,
        posted_at: datetime | None = None,
        reader: Reader | None = None,
    ) -> Drawing:
        """Draw a message of this role; `posted_at` is given for one that stands already.

        `reader` is whoever reads it elsewhere; the one at the place where it is left out.
        """
        policy = self._policies.current.policy
        is_new_here = posted_at is None and reader is None
        team = lead.team if lead is not None else data.get("team")
        first_ever = role is Role.OWNER_CARD and is_new_here and self._is_first(connection, place)
        payload = render(
            CardView(
                role=role,
                lead=lead,
                policy=policy,
                terms=self._policies.at(lead.policy_version) if lead is not None else policy,
                reader=reader or self._reader(connection, place, team, policy, at),
                clock=clock,
                data=data,
                slack_ids=self._slack_ids(connection, lead, policy),
                first_ever=first_ever,
                posted_at=posted_at,
                card_url=self._card_url(connection, lead, clock),
                people=known_people(connection, policy, at) if role in CALLS_PEOPLE else {},
            )
        )
        return Drawing(
            payload=payload,
            revision=lead.revision if lead is not None else 0,
            shown_hash=fingerprint(payload),
        )

    def draw_list(
        self,
        connection: Connection,
        rows: Sequence[tuple[Delivery, Lead]],
        *,
        place: Place,
        data: Mapping[str, Any],
        at: datetime,
        posted_at: datetime | None = None,
    ) -> Drawing:
        """Draw a list of these messages, each about its lead as it is now."""
        policy = self._policies.current.policy
        reader = self._reader(connection, place, rows[0][1].team, policy, at)
        payload = render(
            CardView(
                role=Role.LEAD_LIST,
                lead=None,
                policy=policy,
                terms=policy,
                reader=reader,
                data=data,
                posted_at=posted_at,
                rows=[
                    CardView(
                        role=row.role,
                        lead=lead,
                        policy=policy,
                        terms=self._policies.at(lead.policy_version),
                        reader=reader,
                        clock=row.clock,
                        data={
                            **row.post.data,
                            "mailed": outbox.was_sent(connection, lead.id, Role.ACKNOWLEDGEMENT),
                        },
                        posted_at=posted_at,
                    )
                    for row, lead in rows
                ],
            )
        )
        return Drawing(payload=payload, revision=0, shown_hash=fingerprint(payload))

    @staticmethod
    def _is_first(connection: Connection, place: Place) -> bool:
        """Whether this person never got a card before."""
        if not isinstance(place, ToPerson):
            return False
        known = people.get(connection, [place.email]).get(place.email)
        return known is None or known.dm_channel is None or not cards.is_any_in(connection, known.dm_channel)

    def _reader(
        self, connection: Connection, place: Place, team: str | None, policy: Policy, at: datetime
    ) -> Reader:
        if isinstance(place, ToPerson):
            known = people.get(connection, [place.email]).get(place.email)
            zone = zone_of(known.tz if known is not None else None)
            twelve_hour = reads_twelve_hours(known.locale if known is not None else None)
            return Reader(zone=zone, twelve_hour=twelve_hour, now=at, city=None)
        zone = self._zone_of_channel(str(place), team, policy)
        twelve_hour = zone.key.startswith(TWELVE_HOUR_CONTINENTS)
        return Reader(zone=zone, twelve_hour=twelve_hour, now=at, city=city_of(zone))

    @staticmethod
    def _zone_of_channel(channel: str, named: str | None, policy: Policy) -> ZoneInfo:
        """The zone of the team that it is about; for a summary that of the first team whose channel it is."""
        team = policy.teams.get(named or "")
        if team is None:
            owners = (
                one for one in policy.teams.values() if channel in (one.manager_channel, one.backup_channel)
            )
            team = next(owners, policy.teams[policy.routing.fallback.team])
        return policy.calendars[team.calendar].zone

    @staticmethod
    def _slack_ids(connection: Connection, lead: Lead | None, policy: Policy) -> dict[str, str]:
        """Those who may be mentioned: the team's managers and backups."""
        team = policy.team_in_force(lead.team if lead is not None else None)
        known_by_policy: dict[str, str] = {}
        unknown: list[str] = []
        for person in (*policy.managers(team), *policy.backups(team)):
            if person.slack is not None:
                known_by_policy[person.email] = person.slack
            else:
                unknown.append(person.email)
        found = people.get(connection, unknown) if unknown else {}
        return known_by_policy | {
            email: known.slack_id for email, known in found.items() if known.slack_id is not None
        }

    def _card_url(self, connection: Connection, lead: Lead | None, clock: int | None) -> str | None:
        if lead is None or clock is None or not self._workspace_url:
            return None
        for card in cards.of_lead(connection, lead.id):
            if card.role is Role.OWNER_CARD and card.clock == clock and card.gone_at is None:
                return f"{self._workspace_url}archives/{card.channel}/p{card.ts.replace('.', '')}"
        return None

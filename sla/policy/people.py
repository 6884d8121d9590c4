"""People and teams of the policy."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from sla.policy.planned import TimeAway
from sla.policy.section import Channel, Count, MisfitError, PersonKey, Section, Text

_EMAIL = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+\.[^\s@<>,;:.]+")
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
_PHONE = re.compile(r"\+[0-9][0-9 ().-]{4,20}")


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise MisfitError(f'"{value}" is no e-mail address', "Write one such as alice@acme.example")
    return value.lower()


def _slack_id(value: str) -> str:
    if not _SLACK_ID.fullmatch(value):
        raise MisfitError(
            f'"{value}" is no Slack member id',
            "Write the id from the Slack profile (Copy member ID), such as U0ALICE, or leave slack out",
        )
    return value


def _phone(value: str) -> str:
    if not _PHONE.fullmatch(value):
        raise MisfitError(
            f'"{value}" is no international phone number', 'Write one such as "+15550100", in quotes'
        )
    return value


Email = Annotated[Text, AfterValidator(_email), Field(examples=["alice@acme.example"])]
SlackId = Annotated[Text, AfterValidator(_slack_id), Field(examples=["U0ALICE"])]
Phone = Annotated[Text, AfterValidator(_phone), Field(examples=["+15550100"])]


def is_slack_id(key: str) -> bool:
    """Whether a person is named by a Slack member id rather than by an e-mail address."""
    return _SLACK_ID.fullmatch(key) is not None


class Person(Section):
    """Somebody whom the policy names."""

    email: Email = Field(description="The address, in Slack and in the CRM; it is who the person is.")
    name: Text = Field(description="The full name, as colleagues read it.", examples=["Alice Anders"])
    slack: SlackId | None = Field(
        default=None, description="The Slack member id; found by the e-mail address when left out."
    )
    phone: Phone | None = Field(default=None, description="For text messages, with the country's code.")
    calendar: Text | None = Field(
        default=None, description="The person's own working calendar; the team's when left out."
    )
    languages: tuple[Text, ...] = Field(
        default=(),
        description="The languages that the person works in, such as de; a lead in a language goes to those who "
        "work in it, if any of them can take it.",
    )
    weight: Count = Field(
        default=1, description="The person's share of the leads: 2 gets twice as many as 1."
    )
    open_leads_max: Count | None = Field(
        default=None,
        description="The most leads without contact that the person is given; no limit when left out.",
    )
    away: tuple[TimeAway, ...] = Field(
        default=(),
        description="When the person is out of office, in the zone of their calendar; further times are set "
        "in Slack or over HTTP.",
    )


PeopleKeys = tuple[PersonKey, ...]


class Team(Section):
    """Who works leads together: their calendar, reps, managers and backups, by e-mail address or Slack id."""

    model_config = ConfigDict(title="Team")

    calendar: Text = Field(description="The name of the team's calendar.")
    reps: PeopleKeys = Field(min_length=1, description="Who is given leads, by turn.")
    managers: PeopleKeys = Field(min_length=1, description="Who is told of a passed deadline and decides.")
    manager_channel: Channel = Field(description="The channel where the managers are told.")
    backups: PeopleKeys = Field(default=(), description="Who may claim from the team's backup queue.")
    backup_channel: Channel | None = Field(
        default=None, description="The channel of the team's backup queue."
    )

    def names(self, role: str) -> PeopleKeys:
        """The people of a role (`reps`, `managers`, `backups`) as the file names them."""
        keys: Any = getattr(self, role)
        return tuple(keys)

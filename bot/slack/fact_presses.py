"""Buttons whose press is a fact by itself: it is checked who pressed, the fact is recorded, and that is all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from slack_bolt import Ack, App

from bot.slack.desk import Desk
from bot.slack.presses import Json, Press, record_press
from sla.facts import (
    Fact,
    LeadClaimed,
    OnItPressed,
    OwnerNudged,
    PageDeclined,
    RejectionConfirmed,
    RejectionReturned,
)
from sla.lead import LeadId


class OfAPress(Protocol):
    """A kind of fact that says nothing but who did it, about which lead, and how it stood on their screen."""

    def __call__(self, *, lead_id: LeadId, at: datetime, by: str, generation: int) -> Fact: ...


FACT_OF: Mapping[str, OfAPress] = {
    "on_it": OnItPressed,
    "cant_take_it": PageDeclined,
    "claim": LeadClaimed,
    "nudge": OwnerNudged,
    "confirm_rejection": RejectionConfirmed,
    "return_rejection": RejectionReturned,
}
"""By the button's action id."""


def register(app: App, desk: Desk) -> None:
    for action, kind in FACT_OF.items():
        _register(app, desk, action, kind)


def fact_of(kind: OfAPress, press: Press, by: str) -> Fact:
    return kind(lead_id=press.lead_id, at=press.at, by=by, generation=press.generation)


def _register(app: App, desk: Desk, action: str, kind: OfAPress) -> None:
    @app.action(action)
    def pressed(ack: Ack, body: Json) -> None:
        record_press(desk, ack, body, lambda press, by: fact_of(kind, press, by))

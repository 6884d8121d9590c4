"""Buttons from before a change: they never act, and say what is true now."""

from collections.abc import Callable

import pytest

from sla.facts import Fact, LeadClosed, LeadReassigned, LeadRejected, RejectionReturned
from sla.lead import LeadId
from tests.bot.slack.door.office import EMAILS, MANAGERS, Office

Change = Callable[[Office, LeadId], None]


def happens(office: Office, *facts: Fact) -> None:
    for fact in facts:
        assert office.record(fact).refusal is None


def reassigned(office: Office, lead_id: LeadId) -> None:
    happens(office, LeadReassigned(lead_id=lead_id, at=office.now, to=EMAILS["bob"], by=EMAILS["mia"]))


def closed(office: Office, lead_id: LeadId) -> None:
    happens(office, LeadClosed(lead_id=lead_id, at=office.now, by=EMAILS["mia"], reason="Bought elsewhere"))


def sent_back(office: Office, lead_id: LeadId) -> None:
    generation = office.lead(lead_id).generation
    rejected = LeadRejected(
        lead_id=lead_id, at=office.now, by=EMAILS["alice"], reason="spam", generation=generation
    )
    returned = RejectionReturned(lead_id=lead_id, at=office.now, by=EMAILS["ops"], generation=generation + 1)
    happens(office, rejected, returned)


def answer(office: Office, who: str, action: str, lead_id: LeadId, ts: str) -> str:
    """What the presser is told, in a message or in the modal that opens instead."""
    result = office.press(who, action, lead_id, ts=ts)
    assert result.acked
    if result.ephemerals:
        return result.ephemerals[0].text
    view = result.wait_for_view().payload
    assert view["callback_id"] == "refusal"
    return str(view["blocks"][0]["text"]["text"])


CLOSED = 'Mia Moreno closed this lead at 10:02 AM: "Bought elsewhere". There is nothing to do.'
WITH_BOB = "This lead has been with Bob Brandt since 10:02 AM."
CHANGED = "This lead changed since you opened that. The card shows how it is now; press again there."


@pytest.mark.parametrize(
    ("change", "who", "action", "said"),
    [
        (reassigned, "alice", "on_it", WITH_BOB),
        (reassigned, "alice", "pass", WITH_BOB),
        (reassigned, "carla", "claim", WITH_BOB),
        (reassigned, "mia", "reassign", WITH_BOB),
        (reassigned, "mia", "extend", WITH_BOB),
        (reassigned, "mia", "nudge", WITH_BOB),
        (reassigned, "mia", "close_lead", WITH_BOB),
        (closed, "alice", "on_it", CLOSED),
        (closed, "alice", "pass", CLOSED),
        (closed, "carla", "claim", CLOSED),
        (closed, "mia", "nudge", CLOSED),
        (closed, "mia", "reassign", CLOSED),
        (closed, "mia", "extend", CLOSED),
        (closed, "mia", "close_lead", CLOSED),
        (closed, "ops", "confirm_rejection", CLOSED),
        (closed, "ops", "return_rejection", CLOSED),
        (sent_back, "alice", "pass", CHANGED),
        (sent_back, "ops", "confirm_rejection", "This lead has been with Alice Anders since 10:02 AM."),
    ],
)
def test_a_stale_button_never_acts(
    busy_office: Office, change: Change, who: str, action: str, said: str
) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()
    ts = office.shows(MANAGERS, lead_id, action)
    office.it_is("Mon 10:02")
    change(office, lead_id)
    before = office.lead(lead_id)

    assert answer(office, who, action, lead_id, ts) == said
    assert office.lead(lead_id) == before

"""Every message about an erased lead, of whatever role, says that and nothing else."""

from dataclasses import replace

import pytest

from bot.slack.cards import RENDERERS, render
from bot.slack.limits import problems
from bot.slack.words import Reader
from sla.details import LeadDetails
from sla.effects import Role
from sla.lead import Lead, LeadId
from tests.bot.slack.samples import (
    HOSTILE,
    a_lead,
    at,
    buttons_of,
    channel,
    drawn,
    header_of,
    person,
    sections_of,
    view,
)

SAYS = "Erased. The data of this lead was erased Mon Nov 23."


def erased(lead: Lead | None = None) -> Lead:
    """As the decision leaves it."""
    lead = a_lead(HOSTILE) if lead is None else lead
    return replace(lead, details=LeadDetails(external_id=f"erased-{lead.id}"), erased_at=at("10:30"))


@pytest.mark.parametrize("role", RENDERERS)
@pytest.mark.parametrize("reader", [person("11:00"), channel("11:00")], ids=["person", "channel"])
def test_it_says_so_whatever_the_message_was_about(role: Role, reader: Reader) -> None:
    message = drawn(role, erased(), reader, clock=1)

    assert (message["text"], header_of(message), buttons_of(message)) == (SAYS, "➡️ Erased", [])
    assert sections_of(message) == ["The data of this lead was erased {Mon Nov 23}."]
    assert problems(message, "message") == []


def test_a_list_loses_the_row_and_of_a_list_that_lost_all_it_is_said_once() -> None:
    kept, gone = a_lead(), erased(replace(a_lead(HOSTILE), id=LeadId("L0009")))
    rows = [view(Role.REMINDER, lead, person("11:00"), clock=1) for lead in (kept, gone)]

    of_both = str(render(view(Role.LEAD_LIST, None, person("10:02"), rows=rows, data={"form": "reminders"})))
    of_none = render(view(Role.LEAD_LIST, None, person("11:00"), rows=rows[1:], data={"form": "reminders"}))

    assert ("Dana Reyes" in of_both, "rased" in of_both) == (True, False)
    assert of_none["text"] == SAYS

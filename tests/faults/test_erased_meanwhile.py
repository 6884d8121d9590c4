"""A lead is erased while its messages are under way: whatever becomes of them, they do not name it in the end."""

from sqlalchemy import insert

from bot.erasing import Eraser
from bot.recorder import Recorded
from sla.details import LeadDetails
from sla.facts import LeadArrived
from sla.lead import LeadId
from storage.database import DatabaseAway
from storage.delivery import State
from storage.ids import new_lead_id
from storage.tables import requests
from tests.bot.courier.office import ALICE, LIMIT, MANAGERS
from tests.faults.rig import Rig


def erased(rig: Rig, lead_id: LeadId) -> None:
    Eraser(rig.office.recorder, rig.database).erase(lead_id, by="admin", at=rig.now, reason=None)


def test_a_card_that_slack_took_without_saying_so_is_found_and_edited(rig: Rig) -> None:
    rig.workspace.faults.fail("drop", "chat.postMessage", accept=True)
    lead_id = rig.office.a_lead_arrives()
    rig.office.settles()
    assert State.UNCERTAIN is rig.office.card(lead_id).state

    erased(rig, lead_id)
    rig.passes(minutes=2)

    [text] = rig.texts(ALICE)
    assert text.startswith("Erased.")


def test_a_card_that_slack_did_not_take_is_not_sent_again(rig: Rig) -> None:
    rig.workspace.faults.fail("drop", "chat.postMessage", accept=False)
    lead_id = rig.office.a_lead_arrives()
    rig.office.settles()

    erased(rig, lead_id)
    rig.passes(minutes=2)

    assert (rig.texts(ALICE), rig.office.card(lead_id).state) == ([], State.VOID)


def test_a_line_that_follows_no_lead_is_edited_too_once_it_is_found(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 11:04:50")
    rig.workspace.faults.fail("drop", "chat.postMessage", accept=True, channel=MANAGERS)
    rig.it_is("Mon 11:05:01")
    assert State.UNCERTAIN in {one.state for one in rig.office.deliveries(lead_id)}

    erased(rig, lead_id)
    rig.passes(minutes=2)

    texts = rig.texts(MANAGERS)
    assert len(texts) > 1
    assert {"Erased."} == {text[:7] for text in texts}


def test_what_is_sent_about_a_lead_that_was_erased_a_moment_ago_does_not_wake_it(rig: Rig) -> None:
    """As when it was erased between the look for its name and the lock on it."""
    lead_id = rig.office.a_lead_arrives()
    rig.office.settles()
    erased(rig, lead_id)
    name = {"source": "website", "external_id": "again", "lead_id": lead_id, "received_at": rig.now}
    with rig.database.begin() as connection:
        connection.execute(insert(requests).values(name))

    details = LeadDetails(external_id="again", email="dana@northwind.example", company="Northwind")
    said: list[Recorded | BaseException] = []
    fact = LeadArrived(lead_id=new_lead_id(rig.now), at=rig.now, source="website", details=details)
    rig.office.recorder.submit(fact, said.append)
    rig.office.recorder.run(lambda connection: None, LIMIT)

    assert [DatabaseAway] == [type(one) for one in said]
    assert rig.office.lead(lead_id).details.company is None

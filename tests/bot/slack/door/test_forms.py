"""Forms: who sees one, what is said in it before anything is recorded, and what Save does."""

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.outcomes import SubmitResult
from bot.sandbox.view_state import NotOnScreenError
from sla.facts import ContactLogged, LeadReassigned, LeadRejected, RejectionReturned
from sla.lead import ContactId, LeadId, Stage
from storage import people
from storage.people import Known
from tests.bot.slack.door.office import EMAILS, MANAGERS, Office
from tests.sla.play import moment

CALLED = "Called, spoke to them"
NO_ANSWER = "Called, no answer"
OTHER = "Something else"
MISTAKE = "Nothing happened, I pressed by mistake"
BUSY = "On a call or in a meeting"
NOT_REAL = "Not a real lead: spam, duplicate, wrong details"
CHANGED = "This lead changed since you opened that. The card shows how it is now; press again there."
NOT_SAVED = "That was not saved. Press again in a minute."


def opens(office: Office, who: str, action: str, lead_id: LeadId, **more: Any) -> str:
    """Press a button that opens a modal; the answer is everything that is written in it."""
    result = office.press(who, action, lead_id, **more)
    assert result.acked
    assert result.ephemerals == []
    return written(result.wait_for_view().payload)


def written(view: Any) -> str:
    """Every text of a view, whatever block it stands in."""
    if isinstance(view, dict):
        own = [view["text"]] if isinstance(view.get("text"), str) else []
        return " ".join(filter(None, [*own, *(written(part) for part in view.values())]))
    return " ".join(filter(None, map(written, view))) if isinstance(view, list) else ""


def saves(office: Office, person: str, /, **values: Any) -> SubmitResult:
    return office.slack.people.submit_view(f"U0{person.upper()}", values)


def saved(office: Office, person: str, /, **values: Any) -> bool:
    """Whether the form closed."""
    result = saves(office, person, **values)
    assert result.errors == {}
    with pytest.raises(NotOnScreenError):
        office.slack.people.open_view(f"U0{person.upper()}")
    return result.acked


def moved_to_bob(office: Office, lead_id: LeadId) -> None:
    office.record(LeadReassigned(lead_id=lead_id, at=office.now, to=EMAILS["bob"], by=EMAILS["mia"]))


# Log contact


def test_the_owner_logs_a_contact(office_in_each_mode: Office) -> None:
    office = office_in_each_mode
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:02")
    opens(office, "alice", "log_contact", lead_id)
    office.it_is("Mon 10:04")

    assert saved(office, "alice", what=CALLED)

    [contact] = office.lead(lead_id).contacts
    assert (contact.by, contact.channel, contact.outcome) == (EMAILS["alice"], "call", "connected")
    assert contact.occurred_at == moment("Mon 10:04")
    assert office.lead(lead_id).stage is Stage.CONTACTED


def test_a_contact_can_be_logged_with_its_real_time_and_a_note(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.time_comes(lead_id, "Mon 10:12")
    opens(office, "alice", "log_contact", lead_id)

    assert saved(office, "alice", what=NO_ANSWER, when=stamp("Mon 10:04"), note="Rang twice")

    lead = office.lead(lead_id)
    assert (lead.contacts[0].occurred_at, lead.contacts[0].note) == (moment("Mon 10:04"), "Rang twice")
    assert not lead.is_late


def stamp(said: str) -> int:
    return int(moment(said).timestamp())


@pytest.mark.parametrize(
    ("values", "field", "error"),
    [
        ({"what": CALLED, "when": "Mon 10:30"}, "when", "That is in the future. Leave it empty for now."),
        (
            {"what": CALLED, "when": "Mon 9:50"},
            "when",
            "The lead came in at 10:00 AM. Choose a later time.",
        ),
        ({"what": OTHER}, "note", "Say in the note what it was."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    busy_office: Office, values: dict[str, str], field: str, error: str
) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:02")
    opens(office, "alice", "log_contact", lead_id)

    if "when" in values:
        entered: dict[str, Any] = values | {"when": stamp(values["when"])}
    else:
        entered = dict(values)
    result = saves(office, "alice", **entered)

    assert result.errors == {field: error}
    assert office.lead(lead_id).contacts == ()


def test_a_contact_further_back_than_the_policy_allows_names_who_may_log_it(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.time_comes(lead_id, "Mon 14:30")
    opens(office, "alice", "had_contacted", lead_id)

    result = saves(office, "alice", what=CALLED, when=stamp("Mon 10:04"))

    assert result.errors == {
        "when": "Your policy takes contacts up to 4 h back. Ask Mia Moreno to log this one."
    }


def test_a_manager_is_asked_who_made_the_contact(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    text = opens(office, "mia", "log_contact", lead_id)
    office.it_is("Mon 10:03")

    assert "Who made the contact?" in text
    assert text.index("Alice Anders") < text.index("Mia Moreno")
    assert saved(office, "mia", what=CALLED, who="Alice Anders")
    [contact] = office.lead(lead_id).contacts
    assert (contact.by, contact.logged_by) == (EMAILS["alice"], EMAILS["mia"])


def test_the_owner_is_not_asked_who_made_the_contact(office: Office) -> None:
    lead_id = office.a_lead_arrives()

    assert "Who made the contact?" not in opens(office, "alice", "log_contact", lead_id)


def test_an_earlier_owner_logs_for_the_time_when_it_was_theirs(office: Office) -> None:
    lead_id = office.in_the_queue()
    opens(office, "alice", "had_contacted", lead_id)
    assert saves(office, "alice", what=CALLED).errors == {
        "when": "You had this lead until 11:05 AM. Choose a time until then."
    }

    assert saved(office, "alice", what=CALLED, when=stamp("Mon 10:58"))
    assert office.lead(lead_id).stage is Stage.CONTACTED


def test_a_contact_logged_for_the_presser_meanwhile_is_said_too(office: Office) -> None:
    """A manager was faster: the owner's own Save would count the same call twice."""
    lead_id = office.a_lead_arrives()
    opens(office, "alice", "log_contact", lead_id)
    office.it_is("Mon 10:04")
    opens(office, "mia", "log_contact", lead_id)
    saved(office, "mia", what=CALLED)
    assert EMAILS["alice"] == office.lead(lead_id).contacts[0].by
    office.it_is("Mon 10:05")

    warned = saves(office, "alice", what=CALLED)

    assert warned.view is not None
    assert "Mia Moreno logged a call at 10:04 AM. Save again to add yours as another attempt." in written(
        warned.view.payload
    )
    assert len(office.lead(lead_id).contacts) == 1
    assert saved(office, "alice", what=CALLED)
    assert len(office.lead(lead_id).contacts) == 2


def test_a_contact_logged_meanwhile_is_said_before_another_is_added(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    opens(office, "mia", "log_contact", lead_id)
    office.it_is("Mon 10:04")
    opens(office, "alice", "log_contact", lead_id)
    saved(office, "alice", what=CALLED)
    office.it_is("Mon 10:05")

    warned = saves(office, "mia", what=NO_ANSWER, who="Mia Moreno (me)")

    assert warned.view is not None
    assert "Alice Anders logged a call at 10:04 AM. Save again to add yours as another attempt." in written(
        warned.view.payload
    )
    assert len(office.lead(lead_id).contacts) == 1

    assert saved(office, "mia")
    assert [contact.by for contact in office.lead(lead_id).contacts] == [EMAILS["alice"], EMAILS["mia"]]
    assert office.lead(lead_id).contacts[1].outcome == "no_answer"


def test_a_lead_that_moved_meanwhile_stays_with_its_new_owner(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:01")
    opens(office, "alice", "log_contact", lead_id)
    office.it_is("Mon 10:03")
    moved_to_bob(office, lead_id)
    office.it_is("Mon 10:04")

    warned = saves(office, "alice", what=CALLED, when=stamp("Mon 10:02"))

    assert warned.view is not None
    assert (
        "Bob Brandt has had this lead since 10:03 AM. Save to record your contact; "
        "the lead stays with Bob Brandt."
    ) in written(warned.view.payload)
    assert office.lead(lead_id).contacts == ()

    assert saved(office, "alice")
    assert office.lead(lead_id).contacts[0].occurred_at == moment("Mon 10:02")
    assert office.lead(lead_id).owner == EMAILS["bob"]


# Correct


def test_a_contact_pressed_by_mistake_is_taken_back(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:02")
    opens(office, "alice", "log_contact", lead_id)
    saved(office, "alice", what=CALLED)
    office.it_is("Mon 10:03")

    opens(office, "alice", "correct", lead_id)
    assert saved(office, "alice", what=MISTAKE)

    assert office.lead(lead_id).stage is Stage.WITH_OWNER
    assert office.lead(lead_id).contacts[0].withdrawn_at == moment("Mon 10:03")


def test_a_correction_begins_with_what_was_logged(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:02")
    opens(office, "alice", "log_contact", lead_id)
    saved(office, "alice", what=CALLED, note="Wants a demo")

    opens(office, "alice", "correct", lead_id)
    assert saved(office, "alice", what=NO_ANSWER)

    [contact] = office.lead(lead_id).contacts
    assert (contact.outcome, contact.note) == ("no_answer", "Wants a demo")
    assert contact.occurred_at == moment("Mon 10:02")


@pytest.mark.parametrize(
    ("who", "at", "said"),
    [
        ("alice", "Mon 10:17", None),
        ("alice", "Mon 10:18", "You could correct it until 10:17 AM. Ask Mia Moreno to correct it now."),
        ("bob", "Mon 10:05", "Only the Enterprise managers can correct it: Mia Moreno."),
        ("mia", "Mon 16:00", None),
    ],
)
def test_who_may_correct_and_until_when(busy_office: Office, who: str, at: str, said: str | None) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:02")
    opens(office, "alice", "log_contact", lead_id)
    saved(office, "alice", what=CALLED)
    office.it_is(at)

    text = opens(office, who, "correct", lead_id)

    assert (said is None) == (MISTAKE in text)
    assert said is None or said in text


def test_there_is_nothing_to_correct_where_nothing_was_logged(office: Office) -> None:
    lead_id = office.a_lead_arrives()

    assert "That contact is not on this lead any more." in opens(office, "alice", "correct", lead_id)


# Pass


def test_pass_says_beforehand_who_is_next(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:02")

    assert "Bob Brandt" in opens(office, "alice", "pass", lead_id)
    assert saved(office, "alice", why=BUSY)
    assert office.lead(lead_id).owner == EMAILS["bob"]


def test_pass_says_when_nobody_else_is_there(office: Office) -> None:
    lead_id = office.a_lead_arrives(owner=EMAILS["dieter"], country="DE")
    office.it_is("Mon 10:02")

    text = opens(office, "dieter", "pass", lead_id)

    assert "backup queue" in text
    assert "Carla Costa" in text


def test_not_a_real_lead_goes_to_lead_ops(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.it_is("Mon 10:02")
    opens(office, "alice", "pass", lead_id)

    assert saved(office, "alice", why=NOT_REAL, note="Twice in the CRM")

    lead = office.lead(lead_id)
    assert lead.stage is Stage.WITH_LEAD_OPS
    assert lead.rejection is not None
    assert lead.rejection.note == "Twice in the CRM"


@pytest.mark.parametrize(
    ("action", "stage"), [("confirm_rejection", Stage.CLOSED), ("return_rejection", Stage.WITH_OWNER)]
)
def test_lead_ops_decide_whether_it_is_a_lead(office: Office, action: str, stage: Stage) -> None:
    lead_id = office.a_lead_arrives()
    opens(office, "alice", "pass", lead_id)
    saved(office, "alice", why=NOT_REAL)
    office.it_is("Mon 10:20")

    assert office.told("alice", action, lead_id) == "Only lead ops can decide that: Lead Ops."
    assert office.told("ops", action, lead_id) is None
    assert office.lead(lead_id).stage is stage


def test_after_the_deadline_a_lead_cannot_be_passed(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    ts = office.shows(MANAGERS, lead_id, "pass")
    office.time_comes(lead_id, "Mon 10:06")

    text = opens(office, "alice", "pass", lead_id, ts=ts)

    assert "The deadline passed at 10:05 AM" in text
    assert "Ask Mia Moreno to reassign it." in text


def test_the_fourth_pass_of_a_day_is_refused(office: Office) -> None:
    for minute in range(3):
        office.it_is(f"Mon 10:{minute:02d}")
        lead_id = office.a_lead_arrives()
        opens(office, "alice", "pass", lead_id)
        saved(office, "alice", why=BUSY)

    office.it_is("Mon 16:00")
    assert "You passed 3 leads today; that is the limit. Ask Mia Moreno to reassign it." in opens(
        office, "alice", "pass", office.a_lead_arrives()
    )


def test_a_pass_of_a_lead_that_came_back_meanwhile_does_not_act(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    opens(office, "alice", "pass", lead_id)
    office.record(
        LeadRejected(lead_id=lead_id, at=office.now, by=EMAILS["alice"], reason="spam", generation=1)
    )
    office.record(RejectionReturned(lead_id=lead_id, at=office.now, by=EMAILS["ops"], generation=2))
    before = office.lead(lead_id)

    result = saves(office, "alice", why=BUSY)

    assert CHANGED in written(result.view.payload if result.view is not None else "")
    assert office.lead(lead_id) == before


# Reassign, Extend, Close


def test_a_manager_reassigns_to_somebody_of_the_team(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.time_comes(lead_id, "Mon 10:20")

    text = opens(office, "mia", "reassign", lead_id)
    assert "Bob Brandt" in text
    assert "Omar Odeh" not in text
    assert saved(office, "mia", to="Bob Brandt", reason="Alice is in a demo")

    clock = office.lead(lead_id).clock
    assert clock is not None
    assert (clock.person, clock.by, clock.note) == (EMAILS["bob"], EMAILS["mia"], "Alice is in a demo")


def test_a_reassignment_of_a_lead_that_was_claimed_meanwhile_does_not_act(office: Office) -> None:
    lead_id = office.in_the_queue()
    opens(office, "mia", "reassign", lead_id)
    office.it_is("Mon 11:09")
    office.told("carla", "claim", lead_id)

    result = saves(office, "mia", to="Bob Brandt")

    assert result.view is not None
    assert "This lead has been with Carla Costa since 11:09 AM." in written(result.view.payload)
    assert office.lead(lead_id).owner == EMAILS["carla"]


def test_more_time_shows_when_the_hand_over_would_come(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.time_comes(lead_id, "Mon 10:40")

    text = opens(office, "mia", "extend", lead_id)
    assert all(time in text for time in ("11:20 AM", "11:35 AM", "12:05 PM"))
    assert saved(office, "mia", until=option(office, "mia", "11:35 AM"), reason="On the phone with them")

    lead = office.lead(lead_id)
    assert lead.extensions[0].more == timedelta(minutes=30)
    assert lead.clock is not None
    assert lead.clock.hand_over_at == moment("Mon 11:35")
    assert lead.is_late


def option(office: Office, who: str, part: str) -> str:
    """The whole text of the choice that has this part."""
    view = office.slack.people.open_view(f"U0{who.upper()}")
    options = [one for block in view.payload["blocks"] for one in block.get("element", {}).get("options", [])]
    return next(str(one["text"]["text"]) for one in options if part in one["text"]["text"])


def test_more_time_that_was_given_meanwhile_is_not_given_on_top(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.time_comes(lead_id, "Mon 10:40")
    opens(office, "mia", "extend", lead_id)
    opens(office, "ops", "extend", lead_id)
    saved(office, "mia", until=option(office, "mia", "15 min"), reason="On the phone")

    result = saves(office, "ops", until=option(office, "ops", "15 min"), reason="On the phone")

    assert CHANGED in written(result.view.payload if result.view is not None else "")
    assert len(office.lead(lead_id).extensions) == 1


def test_a_lead_that_changed_meanwhile_is_not_closed(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.time_comes(lead_id, "Mon 10:40")
    opens(office, "ops", "close_lead", lead_id)
    opens(office, "mia", "extend", lead_id)
    saved(office, "mia", until=option(office, "mia", "15 min"), reason="On the phone")

    result = saves(office, "ops", reason="They bought elsewhere")

    assert CHANGED in written(result.view.payload if result.view is not None else "")
    assert office.lead(lead_id).closing is None


def test_time_that_was_given_twice_is_not_given_again(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.time_comes(lead_id, "Mon 10:40")
    for _ in range(2):
        opens(office, "mia", "extend", lead_id)
        saved(office, "mia", until=option(office, "mia", "15 min"), reason="On the phone")

    assert (
        "Time was given twice already. Reassign it, or let it go to the backup queue at 11:35 AM."
    ) in opens(office, "mia", "extend", lead_id)


def test_a_manager_closes_a_lead_with_a_reason(office: Office) -> None:
    lead_id = office.in_the_queue()
    office.time_comes(lead_id, "Mon 12:10")
    assert office.lead(lead_id).stage is Stage.IN_REVIEW

    opens(office, "mia", "close_lead", lead_id)
    assert saved(office, "mia", reason="They bought elsewhere")

    closing = office.lead(lead_id).closing
    assert closing is not None
    assert (closing.by, closing.reason) == (EMAILS["mia"], "They bought elsewhere")


# Why?


@pytest.mark.parametrize("who", ["alice", "bob", "mia", "omar", "stranger"])
def test_why_is_for_every_full_member(busy_office: Office, who: str) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()

    text = opens(office, who, "why", lead_id)

    assert "Hot" in text
    assert "Alice Anders" in text
    assert "10:05 AM" in text


def test_why_says_the_times_of_the_calendar_to_everybody(office: Office) -> None:
    lead_id = office.a_lead_arrives()

    assert "10:05" in opens(office, "dieter", "why", lead_id)


def test_why_names_the_policy_and_since_when_it_is_in_force(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    version = office.lead(lead_id).policy_version[:6]

    text = opens(office, "mia", "why", lead_id)

    assert f'Policy "Acme lead SLA", version {version}, since Mon Nov 23, 9:00 AM' in text


def test_why_says_the_name_that_slack_gave_of_somebody_whom_no_policy_names(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    with office.database.begin() as connection:
        people.put(connection, Known(email="zoe@acme.example", name="Zoe Zimmer", fetched_at=office.now))
    contact = ContactLogged(
        lead_id=lead_id,
        at=office.now,
        contact_id=ContactId("K1"),
        by="zoe@acme.example",
        logged_by="website",
        channel="call",
        outcome="connected",
        via="http",
    )
    office.record(contact)

    assert "Zoe Zimmer made contact" in opens(office, "mia", "why", lead_id)


# Who sees a form at all

FORMS = ("log_contact", "had_contacted", "correct", "pass", "reassign", "extend", "close_lead")


@pytest.mark.parametrize("action", [*FORMS, "why"])
@pytest.mark.parametrize("who", ["guest", "foreign", "gone"])
def test_nobody_from_outside_sees_a_form(busy_office: Office, action: str, who: str) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()

    text = opens(office, who, action, lead_id)

    assert "Only full members of this workspace can do that. Ask Mia Moreno." in text
    assert "Northwind" not in text


@pytest.mark.parametrize("action", FORMS)
def test_who_is_not_in_the_policy_sees_no_form(busy_office: Office, action: str) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()

    assert "You are not in the lead SLA policy. Write to Lead Ops." in opens(
        office, "stranger", action, lead_id
    )


@pytest.mark.parametrize(
    ("who", "action", "said"),
    [
        ("bob", "log_contact", "This lead is with Alice Anders."),
        ("omar", "log_contact", "This lead is with Alice Anders."),
        ("bob", "pass", "This lead has been with Alice Anders since 10:00 AM."),
        ("mia", "pass", "This lead has been with Alice Anders since 10:00 AM."),
        ("alice", "reassign", "Only the Enterprise managers can reassign: Mia Moreno."),
        ("carla", "reassign", "Only the Enterprise managers can reassign: Mia Moreno."),
        ("alice", "extend", "Only the Enterprise managers can give more time: Mia Moreno."),
        ("carla", "extend", "Only the Enterprise managers can give more time: Mia Moreno."),
        ("alice", "close_lead", "Only the Enterprise managers can close leads: Mia Moreno."),
        ("carla", "close_lead", "Only the Enterprise managers can close leads: Mia Moreno."),
    ],
)
def test_who_may_not_sees_who_can(busy_office: Office, who: str, action: str, said: str) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()

    assert said in opens(office, who, action, lead_id)


def test_rights_are_asked_again_when_the_form_is_saved(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    opens(office, "mia", "reassign", lead_id)
    office.workspace.users["U0MIA"].is_restricted = True
    office.it_is("Mon 10:05")

    result = saves(office, "mia", to="Bob Brandt")

    assert result.view is not None
    assert "Only full members of this workspace can do that." in written(result.view.payload)
    assert office.lead(lead_id).owner == EMAILS["alice"]


def test_a_form_that_cannot_be_saved_stays_open_with_what_was_typed(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    opens(office, "alice", "log_contact", lead_id)
    office.recorder.stop(office.limit)

    result = saves(office, "alice", what=CALLED)

    assert result.acked
    assert list(result.errors.values()) == [NOT_SAVED]


def test_a_form_that_slack_does_not_open_is_said_to_the_presser(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.workspace.faults.fail("error", "views.open", accept=False, error="expired_trigger_id")

    assert office.told("alice", "log_contact", lead_id) == "That took too long to open. Press again."
    assert len(office.workspace.ledger.calls("views.open")) == 1


def test_a_form_of_another_version_is_answered_calmly(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    opens(office, "alice", "log_contact", lead_id)
    office.slack.people.open_view("U0ALICE").payload["callback_id"] = "from_long_ago"

    result = saves(office, "alice", what=CALLED)

    assert result.view is not None
    assert "from an older version and was not saved" in written(result.view.payload)


@pytest.mark.parametrize("carried", ["", "not json", "{}", "[]", '{"lead_id": 1}'])
def test_a_form_whose_hidden_part_is_unreadable_is_answered_calmly(busy_office: Office, carried: str) -> None:
    office = busy_office
    lead_id = office.a_lead_arrives()
    opens(office, "alice", "log_contact", lead_id)
    office.slack.people.open_view("U0ALICE").payload["private_metadata"] = carried

    result = saves(office, "alice", what=CALLED)

    assert result.acked
    assert office.lead(lead_id).contacts == ()

"""The modals: what they ask, what they carry along, and what is read back from them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.slack import modals
from bot.slack.limits import problems
from bot.slack.modals import Candidate, FormErrors, Metadata
from sla.completing import NOT_TYPED, Gap
from sla.lead import ContactId, Lead, LeadId
from sla.lead_values import READERS
from tests.bot.slack.samples import (
    ALICE,
    BOB,
    DANA,
    ENDLESS,
    HOSTILE,
    MIA,
    a_lead,
    at,
    breached,
    contacted,
    given_to,
    handed_over,
    person,
    policy,
    rich_of,
    sections_of,
)
from tests.bot.slack.test_owner_card import in_review, passed_to_queue

CARRIED = Metadata(
    lead_id=LeadId("L0001"), generation=3, opened_at=at("10:03"), channel="D0ALICE", ts="1.2", contact_id=None
)
CHOICES = [
    "Called, spoke to them",
    "Called, left a message",
    "Called, no answer",
    "E-mail sent",
    "Meeting booked",
    "Social message sent",
    "Something else",
]


GAPS = [
    *(Gap(field=field, sent="x" * 9000, is_required=False) for field in READERS if field not in NOT_TYPED),
    Gap(field="email", sent=None, is_required=True),
]


def log_contact(lead: Lead | None = None, **fields: Any) -> dict[str, Any]:
    return modals.log_contact(person("10:03"), lead or a_lead(), CARRIED, policy=policy(), **fields)


def block(view: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in view["blocks"] if one["block_id"] == name)
    return found


def options(view: dict[str, Any], name: str) -> list[str]:
    return [one["text"]["text"] for one in block(view, name)["element"]["options"]]


def submitted(view: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The view as Slack sends it back: a choice by its label, a text, or a moment in seconds."""
    state: dict[str, Any] = {}
    for name, value in values.items():
        element = block(view, name)["element"]
        if element["type"] == "plain_text_input":
            said: Any = {"type": element["type"], "value": value}
        elif element["type"] == "datetimepicker":
            said = {"type": element["type"], "selected_date_time": value}
        else:
            chosen = next((one for one in element["options"] if one["text"]["text"] == value), None)
            said = {"type": element["type"], "selected_option": chosen}
        state[name] = {element["action_id"]: said}
    return {**view, "state": {"values": state}}


def every_modal(lead: Lead) -> list[dict[str, Any]]:
    reader = person("10:03")
    contact = contacted(lead, ALICE, "10:02").contacts[0]
    people = [Candidate(email=BOB, name="Bob " * 60, description="2 open · " * 30)] * 1
    given = given_to(lead, BOB, "passed", "10:03", "10:06", by=ALICE)
    entered = modals.ContactEntered(
        channel="call", outcome="connected", occurred_at=at("10:02"), note="n" * 600, by=MIA, mistake=False
    )
    return [
        log_contact(lead),
        log_contact(lead, people=(ALICE, MIA), me=MIA),
        modals.log_contact_warned(reader, lead, CARRIED, entered, "x " * 3000, policy=policy()),
        modals.correct(reader, lead, CARRIED, replace(contact, note="n" * 3000)),
        modals.pass_lead(reader, lead, CARRIED, given, policy=policy()),
        modals.reassign(reader, lead, CARRIED, people, policy=policy(), terms=policy()),
        modals.extend(
            reader, lead, CARRIED, [(timedelta(minutes=15), at("11:21"))], owner="Alice Anders", times_left=2
        ),
        modals.close_lead(reader, lead, CARRIED, policy=policy()),
        modals.why(
            reader,
            [modals.part_of("w" * 9000), modals.part_of("Tier: Hot because x.")] * 60,
            ["s" * 900] * 30,
        ),
        modals.why(reader, []),
        modals.complete(reader, lead, CARRIED, GAPS, policy=policy()),
        modals.refusal_modal("r" * 9000),
    ]


@pytest.mark.parametrize("details", [DANA, HOSTILE, ENDLESS], ids=["dana", "hostile", "endless"])
def test_slack_accepts_every_modal(details: Any) -> None:
    found = [problems(view, "modal") for view in every_modal(replace(a_lead(), details=details))]
    assert [[]] * len(found) == found


def test_what_a_modal_carries_comes_back_as_it_was() -> None:
    carried = replace(CARRIED, contact_id=ContactId("c1")).as_warned()
    assert carried == modals.read_metadata({"private_metadata": carried.text()})
    assert modals.read_metadata(log_contact()) == CARRIED


def test_log_contact_is_laid_out_as_agreed() -> None:
    view = log_contact()
    assert tuple(view[part]["text"] for part in ("title", "submit", "close")) == (
        "Log contact",
        "Save",
        "Cancel",
    )
    assert rich_of(view) == ["Dana Reyes, Northwind Freight"]
    assert sections_of(view) == ["Contact by {10:06 AM}"]
    assert [one["label"]["text"] for one in view["blocks"] if one["type"] == "input"] == [
        "What happened?",
        "When",
        "Note",
    ]
    assert options(view, modals.WHAT) == CHOICES
    assert "initial_option" not in block(view, modals.WHAT)["element"]
    assert "initial_date_time" not in block(view, modals.WHEN)["element"]
    assert block(view, modals.WHEN)["hint"]["text"] == (
        "Empty means the moment you press Save. Earlier is fine, back to 10:01 AM when the lead came in."
    )
    assert block(view, modals.NOTE)["element"]["max_length"] == 500


def test_the_hint_goes_no_further_back_than_the_policy() -> None:
    long_ago = replace(a_lead(), received_at=at("03:00"))
    assert block(log_contact(long_ago), modals.WHEN)["hint"]["text"].endswith("back to 6:03 AM.")


def test_whoever_may_log_for_others_says_who_made_the_contact() -> None:
    view = log_contact(people=(ALICE, MIA), me=MIA)
    assert block(view, modals.WHO)["label"]["text"] == "Who made the contact?"
    assert options(view, modals.WHO) == ["Alice Anders", "Mia Moreno (me)"]
    assert block(view, modals.WHO)["element"]["initial_option"]["text"]["text"] == "Alice Anders"


@pytest.mark.parametrize(
    ("label", "channel", "outcome"),
    [
        ("Called, spoke to them", "call", "connected"),
        ("Called, left a message", "call", "left_message"),
        ("Called, no answer", "call", "no_answer"),
        ("E-mail sent", "email", "sent"),
        ("Meeting booked", "meeting", "meeting_booked"),
        ("Social message sent", "social", "sent"),
    ],
)
def test_each_choice_is_a_channel_and_an_outcome(label: str, channel: str, outcome: str) -> None:
    entered = modals.read_contact(submitted(log_contact(), what=label))
    assert isinstance(entered, modals.ContactEntered)
    assert (channel, outcome, None, None, None, False) == (
        entered.channel,
        entered.outcome,
        entered.occurred_at,
        entered.note,
        entered.by,
        entered.mistake,
    )


def test_time_note_and_person_are_read_back() -> None:
    view = log_contact(people=(ALICE, MIA), me=MIA)
    values = {
        "what": "E-mail sent",
        "when": int(at("10:02").timestamp()),
        "note": " two\nlines ",
        "who": "Alice Anders",
    }
    entered = modals.read_contact(submitted(view, **values))
    assert isinstance(entered, modals.ContactEntered)
    assert (at("10:02"), "two\nlines", ALICE) == (entered.occurred_at, entered.note, entered.by)


def test_something_else_needs_a_note() -> None:
    errors = FormErrors(errors={modals.NOTE: "Say in the note what it was."})
    assert errors == modals.read_contact(submitted(log_contact(), what="Something else", note="  "))
    assert not isinstance(
        modals.read_contact(submitted(log_contact(), what="Something else", note="a fax")), FormErrors
    )


def test_a_form_of_another_version_is_refused_beside_its_field() -> None:
    assert isinstance(modals.read_contact({"state": {"values": {}}}), FormErrors)
    unknown = {"what": {"value": {"selected_option": {"value": "pigeon:arrived"}}}}
    assert isinstance(modals.read_contact({"state": {"values": unknown}}), FormErrors)


def test_correct_is_the_same_form_filled_in_with_one_more_choice() -> None:
    contact = contacted(a_lead(), ALICE, "10:04").contacts[0]
    view = modals.correct(person("10:05"), a_lead(), CARRIED, replace(contact, note="spoke"))
    assert [*CHOICES, "Nothing happened, I pressed by mistake"] == options(view, modals.WHAT)
    assert block(view, modals.WHAT)["element"]["initial_option"]["text"]["text"] == "Called, spoke to them"
    assert int(at("10:04").timestamp()) == block(view, modals.WHEN)["element"]["initial_date_time"]
    assert block(view, modals.NOTE)["element"]["initial_value"] == "spoke"
    entered = modals.read_contact(submitted(view, what="Nothing happened, I pressed by mistake"))
    assert isinstance(entered, modals.ContactEntered)
    assert entered.mistake


def test_what_changed_meanwhile_is_said_above_the_filled_form() -> None:
    entered = modals.ContactEntered(
        channel="email", outcome="sent", occurred_at=None, note="hello", by=None, mistake=False
    )
    sentence = "Alice Anders logged a call at 10:04 AM. Save again to add yours as another attempt."
    view = modals.log_contact_warned(person(), a_lead(), CARRIED, entered, sentence, policy=policy())
    assert sentence in rich_of(view)
    assert block(view, modals.WHAT)["element"]["initial_option"]["text"]["text"] == "E-mail sent"
    assert modals.read_metadata(view).warned


def passing(after: Lead) -> list[str]:
    return sections_of(modals.pass_lead(person("10:02"), a_lead(), CARRIED, after, policy=policy()))


def test_pass_says_to_whom_it_goes() -> None:
    after = given_to(a_lead(), BOB, "passed", "10:02", "10:06", by=ALICE)
    assert passing(after) == [
        "It goes to *Bob Brandt*, next in turn. The deadline of {10:06 AM} stays. "
        "Passing now does not count against you."
    ]
    assert passing(passed_to_queue()) == [
        "Nobody else is available now. It would go to the backup queue, where Carla Costa and Bob Brandt can "
        "claim it."
    ]
    assert passing(in_review()) == ["Nobody else is available now. It would go to the managers, who decide."]


def test_a_pass_is_read_in_words_and_a_lead_that_is_none_goes_another_way() -> None:
    after = given_to(a_lead(), BOB, "passed", "10:02", "10:06", by=ALICE)
    view = modals.pass_lead(person("10:02"), a_lead(), CARRIED, after, policy=policy())
    assert options(view, modals.WHY) == [
        "On a call or in a meeting",
        "Not my territory or segment",
        "Somebody else knows them",
        "Finishing for today",
        "Not a real lead: spam, duplicate, wrong details",
    ]
    busy = modals.read_pass(submitted(view, why="On a call or in a meeting"))
    assert modals.PassEntered(reason="On a call or in a meeting", not_a_real_lead=False, note=None) == busy
    fake = modals.read_pass(
        submitted(view, why="Not a real lead: spam, duplicate, wrong details", note="spam")
    )
    assert modals.PassEntered(reason="not a real lead", not_a_real_lead=True, note="spam") == fake
    assert isinstance(modals.read_pass(submitted(view)), FormErrors)


def reassigning(lead: Lead, now: str) -> dict[str, Any]:
    people = [Candidate(email=BOB, name="Bob Brandt", description="2 open")]
    return modals.reassign(person(now), lead, CARRIED, people, policy=policy(), terms=policy())


def test_reassign_says_where_the_lead_is_and_what_the_new_owner_gets() -> None:
    view = reassigning(breached(), "10:20")
    assert rich_of(view) == ["Northwind Freight · with Alice Anders · was due {10:06 AM}"]
    small = "The new owner has 30 min from now. The late mark stays where it is."
    assert small == block(view, "time")["elements"][0]["text"]
    assert rich_of(reassigning(handed_over(), "11:20"))[0].split(" · ")[1] == "in the backup queue"
    early = block(reassigning(a_lead(), "10:02"), "time")["elements"][0]["text"]
    assert early == "The deadline of <!date^1795446360^{time}|10:06 AM> stays."
    assert modals.ReassignEntered(to=BOB, reason="knows them") == modals.read_reassign(
        submitted(view, to="Bob Brandt", reason=" knows them ")
    )
    assert isinstance(modals.read_reassign(submitted(view)), FormErrors)


def extending(times_left: int = 2) -> dict[str, Any]:
    quarter = timedelta(minutes=15)
    choices = [(quarter, at("11:21")), (2 * quarter, at("11:36")), (4 * quarter, at("12:06"))]
    return modals.extend(
        person("10:20"), breached(), CARRIED, choices, owner="Alice Anders", times_left=times_left
    )


def test_more_time_is_offered_with_the_hand_over_it_gives() -> None:
    view = extending()
    assert options(view, modals.UNTIL) == [
        "11:21 AM, 15 min more",
        "11:36 AM, 30 min more",
        "12:06 PM, 1 h more",
    ]
    assert sections_of(view) == [
        "The hand-over moves. The deadline of {10:06 AM} does not: the lead stays marked late."
    ]
    assert block(view, "again")["elements"][0]["text"] == "Once more possible after this."
    assert block(extending(3), "again")["elements"][0]["text"] == "2 times more possible after this."
    assert block(extending(1), "again")["elements"][0]["text"] == "Not possible again after this."


def test_more_time_needs_a_choice_and_a_reason() -> None:
    view = extending()
    assert modals.ExtendEntered(more=timedelta(minutes=30), reason="on the phone") == modals.read_extend(
        submitted(view, until="11:36 AM, 30 min more", reason="on the phone")
    )
    errors = modals.read_extend(submitted(view, reason=" "))
    assert isinstance(errors, FormErrors)
    assert {modals.UNTIL, modals.REASON} == set(errors.errors)


def test_closing_needs_a_reason() -> None:
    view = modals.close_lead(person("12:30"), in_review(), CARRIED, policy=policy())
    assert rich_of(view) == ["Northwind Freight · nobody has it · was due {10:06 AM}"]
    assert modals.CloseEntered(reason="went elsewhere") == modals.read_close(
        submitted(view, reason="went elsewhere")
    )
    assert isinstance(modals.read_close(submitted(view, reason="")), FormErrors)


def test_why_shows_its_sentences_as_literal_text() -> None:
    tier = "Tier: High because company is *Bold* <!here>. (Hot needs a score of at least 75.)"
    view = modals.why(person(), [modals.part_of(tier)], ['Policy "Acme lead SLA", version 3f9a2c'])
    bold, rest = view["blocks"][0]["elements"][0]["elements"]
    assert (bold["text"], bold["style"]) == ("Tier: High", {"bold": True})
    assert rest["text"] == " because company is *Bold* <!here>. (Hot needs a score of at least 75.)"
    assert view["blocks"][-1]["elements"][0]["type"] == "plain_text"


def test_a_refusal_takes_the_place_of_a_form() -> None:
    view = modals.refusal_modal("Only the Enterprise managers can reassign: Mia Moreno.")
    assert view["blocks"][0]["text"]["text"] == "Only the Enterprise managers can reassign: Mia Moreno."
    assert "submit" not in view


def test_complete_asks_for_what_is_missing_or_wrong_filled_in_with_what_came() -> None:
    gaps = [
        Gap(field="company", sent=None, is_required=True),
        Gap(field="phone", sent="ask for Dana", is_required=False),
    ]
    view = modals.complete(person("10:03"), a_lead(), CARRIED, gaps, policy=policy())

    assert view["title"]["text"] == "Complete lead"
    assert rich_of(view) == [
        "Dana Reyes, Northwind Freight",
        "Came in {10:01 AM} from website. Its time starts when you press Save.",
    ]
    company, phone = block(view, "field:company"), block(view, "field:phone")
    assert (company["label"]["text"], company["optional"]) == ("Company", False)
    assert (phone["label"]["text"], phone["optional"]) == ("Phone number", True)
    assert phone["element"]["initial_value"] == "ask for Dana"
    assert phone["hint"]["text"] == "It came as 'ask for Dana'. Leave it empty if nobody knows better."


def test_complete_is_read_back_by_field_and_what_is_empty_is_none() -> None:
    gaps = [Gap(field=field, sent=None, is_required=True) for field in ("email", "company")]
    view = modals.complete(person("10:03"), a_lead(), CARRIED, gaps, policy=policy())
    typed = {"field:email": " dana@northwind.example ", "field:company": "  "}
    entered = modals.read_complete(submitted(view, **typed))

    assert entered.values == {"email": "dana@northwind.example", "company": None}

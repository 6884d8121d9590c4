"""The page to whoever is on call: its layout, and each row of what becomes of it through the night."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.slack.cards.page_rows import ROWS
from sla import facts
from sla.availability import PersonNow, Spell
from sla.effects import Role, ToPerson
from sla.showing_pages import PageState, page_card
from tests.bot.slack.samples import (
    ALICE,
    BERLIN,
    BOB,
    MIA,
    OMAR,
    at,
    blocks_of,
    buttons_of,
    drawn,
    header_of,
    person,
    policy,
    rich_of,
    said_by,
    sections_of,
)
from tests.sla.play import Play

PRIYA: dict[str, Any] = {
    "external_id": "00Q-1042",
    "email": "priya@harbourvale.example",
    "phone": "+44 20 7946 0958",
    "first_name": "Priya",
    "last_name": "Nair",
    "title": "COO",
    "company": "Harbour & Vale",
    "industry": "retail",
    "employees": 420,
    "country": "GB",
    "intent": "demo_request",
    "score": 91,
    "score_breakdown": {"fit": 50, "behaviour": 41},
    "message": "Can we see it before our board on Tuesday?",
}
ASKS = ["I'm on it*", "Log contact", "Can't take it", "Why?"]


def a_night(since: str = "Mon 2:04", until: str | None = None, **people: PersonNow) -> Play:
    """Priya's lead comes in while the team is closed, and time passes."""
    play = Play(policy())
    play.people = {f"{name}@acme.example": known for name, known in people.items()}
    play.turns = {"alice@acme.example": 1}
    play.arrives(since, **PRIYA)
    if until is not None:
        play.it_is(until)
    return play


def pressed(play: Play, when: str, by: str) -> Play:
    play.it_is(when)
    play.does(facts.OnItPressed, by=by)
    return play


def answered(play: Play, when: str, by: str, **how: Any) -> Play:
    play.it_is(when)
    play.logs(by, **how)
    return play


def declined(play: Play, when: str, by: str) -> Play:
    play.it_is(when)
    play.does(facts.PageDeclined, by=by)
    return play


def in_the_morning(play: Play) -> Play:
    clock = play.it.clocks[-1]
    assert clock.next_step_at is not None
    play.now = clock.next_step_at
    play.tell(facts.StepReached(lead_id=play.it.id, at=play.now, clock=clock.number))
    return play


def closed(play: Play, when: str) -> Play:
    play.it_is(when)
    play.does(facts.LeadClosed, by=MIA, reason="A test of ours")
    return play


def nobody_in_the_morning() -> Play:
    """The policy holds leads that nobody can take."""
    play = a_night()
    play.change_policy(routing=play.policy.routing.model_copy(update={"nobody_available": "hold"}))
    play.people = dict.fromkeys((ALICE, BOB), PersonNow(switched_away=Spell(from_at=at("0:00"))))
    play.it_is("Mon 9:00")
    return play


def data_of(play: Play, number: int) -> Mapping[str, Any]:
    """What the page of this clock was owed with."""
    [post] = [one for one in play.said(Role.PAGE) if one.clock == number and isinstance(one.to, ToPerson)]
    return post.data


def page(play: Play, number: int = 1, now: str = "2:04", **how: Any) -> dict[str, Any]:
    posted_at = play.it.clocks[number - 1].started_at
    data = data_of(play, number)
    return drawn(Role.PAGE, play.it, person(now, **how), clock=number, data=data, posted_at=posted_at)


PRIYA_IS = "Priya Nair, Harbour & Vale"
ENDS = "Nothing more for you."


def rows() -> list[Any]:
    """State, night, number of the page, the moment of looking, header, what is said, buttons."""
    state = PageState
    by_omar = answered(pressed(a_night(), "Mon 2:06", OMAR), "Mon 2:11", OMAR)
    by_mia = answered(a_night(until="Mon 2:10"), "Mon 2:11", MIA)
    given = a_night(until="Mon 2:05")
    given.does(facts.LeadReassigned, to=BOB, by=MIA)
    return [
        (
            state.PAGED, a_night(), 1, "2:04", f"📟 On call: Hot lead {PRIYA_IS}",
            "*Press I'm on it by {2:09 AM}*, or Mia Moreno is paged. *Contact by {3:04 AM}*; an e-mail counts.",
            ASKS,
        ),
        (
            state.ON_IT, pressed(a_night(), "Mon 2:06", OMAR), 1, "2:06", f"📟 You're on it: {PRIYA_IS}",
            "Since {2:06 AM}. *Log contact by {2:26 AM}*, or Mia Moreno is paged. Contact by {3:04 AM}.",
            ["Log contact*", "Can't take it", "Why?"],
        ),
        (
            state.CONTACTED_IN_TIME, by_omar, 1, "2:11", f"✅ Contacted: {PRIYA_IS}",
            "*In time.* E-mail sent {2:11 AM}, 7 min after the page. From {9:00 AM} it belongs to Bob Brandt. "
            "Nothing more tonight.",
            ["Correct", "Why?"],
        ),
        (
            state.CONTACTED_IN_TIME,
            in_the_morning(answered(a_night(), "Mon 2:08", OMAR)), 1, "9:00", f"✅ Contacted: {PRIYA_IS}",
            "*In time.* E-mail sent {2:08 AM}, 4 min after the page. Since {9:00 AM} it belongs to Bob Brandt.",
            ["Correct", "Why?"],
        ),
        (
            state.NOT_ACKNOWLEDGED, a_night(until="Mon 2:09"), 1, "2:09",
            f"➡️ Now with Mia Moreno: {PRIYA_IS}", f"Mia Moreno was paged {{2:09 AM}}. {ENDS}", [],
        ),
        (
            state.DECLINED, declined(a_night(), "Mon 2:05", OMAR), 1, "2:05",
            f"➡️ Now with Mia Moreno: {PRIYA_IS}",
            f"You handed it on {{2:05 AM}}; Mia Moreno was paged. {ENDS}", [],
        ),
        (
            state.DEADLINE_PASSED, a_night(until="Mon 3:04"), 2, "3:04", f"⚠️ Deadline passed: {PRIYA_IS}",
            "It was due {3:04 AM}; no contact logged. The managers were told.", ["Log contact*", "Why?"],
        ),
        (
            state.OPENED, a_night(until="Mon 9:00"), 2, "9:00", f"➡️ Now with Bob Brandt: {PRIYA_IS}",
            "The team opened {9:00 AM}.", [],
        ),
        (
            state.OPENED, a_night(until="Mon 9:00"), 1, "9:00", f"➡️ Now with Bob Brandt: {PRIYA_IS}",
            "The team opened {9:00 AM}.", [],
        ),
        (
            state.CONTACTED_LATE, answered(a_night(until="Mon 2:10"), "Mon 3:45", MIA), 2, "3:45",
            f"✅ Contacted: {PRIYA_IS}",
            "*41 min late.* E-mail sent {3:45 AM}, by you. It was due {3:04 AM}. From {9:00 AM} it belongs to "
            "Bob Brandt. Nothing more tonight.",
            ["Correct", "Why?"],
        ),
        (
            state.CONTACTED_BY_OTHER, by_mia, 1, "2:11", f"✅ Contacted: {PRIYA_IS}",
            f"*In time.* Mia Moreno e-mailed {{2:11 AM}}. {ENDS}", [],
        ),
        (
            state.CANNOT_AND_NOBODY_ELSE,
            declined(declined(a_night(), "Mon 2:05", OMAR), "Mon 2:06", MIA), 2, "2:06",
            f"➡️ With the managers: {PRIYA_IS}",
            "You handed it on. Contact by {3:04 AM}; nobody else is left to page, and the managers were told.",
            ["Log contact*", "Why?"],
        ),
        (
            state.MOVED_ON, given, 1, "2:05", f"➡️ Now with Bob Brandt: {PRIYA_IS}",
            f"Since {{2:05 AM}}. {ENDS}", [],
        ),
        (
            state.HELD, nobody_in_the_morning(), 2, "9:00", f"➡️ Waits for its team: {PRIYA_IS}",
            f"The team opened {{9:00 AM}}, and nobody of it can take it yet. {ENDS}", [],
        ),
        (
            state.CLOSED, closed(a_night(), "Mon 2:08"), 1, "2:08", f"➡️ Closed: {PRIYA_IS}",
            f'Mia Moreno closed it {{2:08 AM}}: "A test of ours". {ENDS}', [],
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "play", "number", "now", "header", "said", "buttons"), rows(), ids=lambda value: str(value)[:24]
)
def test_each_state_of_a_page_has_its_words(
    state: PageState, play: Play, number: int, now: str, header: str, said: str, buttons: list[str]
) -> None:
    message = page(play, number, now)
    assert state is page_card(play.it, number)
    assert (header, said, buttons) == (header_of(message), said_by(message), buttons_of(message))


def test_every_state_has_a_row_and_all_that_happen_at_night_are_shown_here() -> None:
    rare = {PageState.IN_QUEUE, PageState.WITH_MANAGERS}
    assert set(PageState) == set(ROWS) == {row[0] for row in rows()} | rare


def test_the_page_says_who_it_is_by_when_and_what_time_it_is_there() -> None:
    message = page(a_night())

    assert rich_of(message) == [
        "COO · Retail · 420 people · GB · 7:04 AM there",
        "Demo request · score 91 (fit 50, behaviour 41)",
        "Can we see it before our board on Tuesday?",
        "+44 20 7946 0958 · priya@harbourvale.example",
    ]
    [small] = blocks_of(message, "context")
    assert "first page tonight · lead 00Q-1042" in small["elements"][0]["text"]
    assert "You are on call until " in small["elements"][0]["text"]


def test_its_text_says_first_what_to_press_and_by_when() -> None:
    text = page(a_night())["text"]

    assert text.startswith(
        "On call: Hot lead Priya Nair, Harbour &amp; Vale. Press I'm on it by 2:09 AM, contact by 3:04 AM. "
        "Otherwise Mia Moreno is paged at 2:09 AM. It is 7:04 AM there. An e-mail counts as contact. "
        "COO, retail, 420 people, GB. Demo request, score 91."
    )
    assert text.endswith("Buttons: I'm on it, Log contact, Can't take it, Why.")


@pytest.mark.parametrize(
    ("play", "press", "why"),
    [
        (
            a_night(until="Mon 2:09"),
            "Press I'm on it by 2:14 AM, contact by 3:04 AM.",
            "Omar Odeh did not press I'm on it by 2:09 AM.",
        ),
        (
            a_night("Mon 16:58", "Mon 17:00"),
            "Press I'm on it by 5:05 PM, contact by Tue Nov 24, 9:03 AM.",
            "It was with Bob Brandt until the team closed 5:00 PM; no contact is logged.",
        ),
    ],
)
def test_a_phone_shows_by_when_to_press_also_where_the_page_says_why(
    play: Play, press: str, why: str
) -> None:
    text = page(play, 2, "2:09")["text"].replace("&amp;", "&")

    assert text.startswith("On call: Hot lead Priya Nair, Harbour")
    assert text.index(press) + len(press) <= 100
    assert text.index(why) > text.index(press)


def test_who_reads_in_the_leads_own_time_is_not_told_it_twice() -> None:
    play = Play(policy())
    play.arrives("Mon 2:04", **PRIYA | {"phone": "+1 212 555 0142", "country": "US"})

    assert "there" not in page(play)["text"]
    assert "6:04 there" not in page(play, zone=BERLIN)["text"]
    assert "2:04 AM there" in page(play, zone=BERLIN)["text"]


def test_without_a_number_that_says_where_the_lead_is_no_time_is_guessed() -> None:
    play = Play(policy())
    play.arrives("Mon 2:04", **PRIYA | {"phone": None, "country": "US"})

    assert "there" not in page(play)["text"]


def test_where_only_a_conversation_counts_an_e_mail_is_not_said_to() -> None:
    play = a_night()
    strict = policy().model_copy(
        update={"contact": policy().contact.model_copy(update={"counts": "conversation"})}
    )
    message = drawn(
        Role.PAGE, play.it, person("2:04"), clock=1, data=data_of(play, 1), policy=strict, terms=strict
    )

    assert "mail counts" not in message["text"]
    assert sections_of(message)[0].endswith("*Contact by {3:04 AM}*.")


FIRST = "*Press I'm on it by "


@pytest.mark.parametrize(
    ("play", "why"),
    [
        (a_night(until="Mon 2:09"), "Omar Odeh did not press I'm on it by {2:09 AM}."),
        (
            pressed(a_night(), "Mon 2:06", OMAR),
            "Omar Odeh was on it; no contact was logged by {2:26 AM}.",
        ),
        (declined(a_night(), "Mon 2:05", OMAR), "Omar Odeh handed it on {2:05 AM}."),
    ],
)
def test_to_the_second_in_line_the_page_says_first_why(play: Play, why: str) -> None:
    if len(play.it.clocks) == 1:
        play.it_is("Mon 2:26")
    first, second = sections_of(page(play, 2, "2:30"))

    assert first == why
    assert second.startswith(FIRST)


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (
            PersonNow(out_of_office=(Spell(from_at=at("0:00"), until_at=at("Tue 9:00")),)),
            "Omar Odeh is away until {Tue Nov 24, 9:00 AM}.",
        ),
        (PersonNow(silent_until=at("8:00")), "Slack keeps silent for Omar Odeh until {8:00 AM}."),
        (PersonNow(is_active=False), "Omar Odeh is no longer active in Slack."),
    ],
)
def test_who_is_paged_instead_of_somebody_who_cannot_be_is_told_why(known: PersonNow, why: str) -> None:
    assert sections_of(page(a_night(omar=known)))[0] == why


def test_after_an_absence_of_the_bot_nobody_is_said_to_have_failed_to_press() -> None:
    play = a_night()
    play.wakes_at("Mon 4:00")

    assert sections_of(page(play, 2, "4:00"))[0] == (
        "Omar Odeh was paged {2:04 AM}; Lead SLA was away after that."
    )


def test_who_is_paged_at_closing_reads_whose_it_was() -> None:
    play = a_night("Mon 16:58", "Mon 17:00")

    assert sections_of(page(play, 2, "17:00"))[0] == (
        "It was with Bob Brandt until the team closed {5:00 PM}; no contact is logged."
    )


def test_shortly_before_the_opening_it_says_that_the_day_owner_follows() -> None:
    said = sections_of(page(a_night("Mon 8:57"), 1, "8:57"))[0]

    assert said.startswith("*Press I'm on it by {9:00 AM}*, or it goes to Bob Brandt.")


def test_the_last_in_line_reads_that_the_managers_channel_follows_and_then_that_it_was_told() -> None:
    second = page(a_night(until="Mon 2:09"), 2, "2:09")
    assert "or the managers' channel is told" in sections_of(second)[1]

    over = page(a_night(until="Mon 2:14"), 2, "2:14")
    assert "Nobody else is left to page; the managers were told." in sections_of(over)[1]
    assert buttons_of(over) == ASKS


def test_a_page_that_is_late_already_says_that_it_was_due() -> None:
    play = a_night()
    play.wakes_at("Mon 4:00")

    assert "*It was due {3:04 AM}*" in sections_of(page(play, 2, "4:00"))[1]


def test_a_rep_who_made_the_contact_at_night_reads_that_it_stays_theirs() -> None:
    night = policy().on_call["hot-leads"].model_copy(update={"rotation": (BOB,)})
    play = Play(policy().model_copy(update={"on_call": {"hot-leads": night}}))
    play.arrives("Mon 2:04", **PRIYA)
    play.it_is("Mon 2:08")
    play.logs(BOB)

    assert "It stays yours. Nothing more tonight." in said_by(page(play, 1, "2:08"))


def test_the_facts_stay_with_whoever_has_the_lead() -> None:
    moved = page(a_night(until="Mon 2:09"), 1, "2:09")

    assert rich_of(moved) == []
    assert "priya@" not in str(moved)

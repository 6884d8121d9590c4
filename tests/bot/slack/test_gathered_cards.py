"""What holds for every message about several leads: lists in each form, the digest, and the notice of a flood."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.limits import problems
from bot.slack.phrases import ENGLISH
from sla.details import LeadDetails
from sla.effects import Role
from sla.lead import Lead, LeadId
from tests.bot.slack.samples import (
    ALICE,
    BOB,
    CARLA,
    MIA,
    a_lead,
    at,
    breached,
    buttons_of,
    channel,
    claimed,
    contacted,
    drawn,
    given_to,
    handed_over,
    header_of,
    person,
    view,
)
from tests.bot.slack.test_card_rules import DETAILS, LONGER, SYMBOLS, elements, spoken
from tests.bot.slack.test_lead_ops_cards import incomplete
from tests.bot.slack.test_unowned_card import held

Message = dict[str, Any]
FEW, MANY = (1, 2, 7), (60,)
FORMS = ("waiting", "new", "reminders", "late", "breaches", "unowned", "attention")
ROLE_OF = {
    "waiting": Role.OWNER_CARD,
    "new": Role.OWNER_CARD,
    "reminders": Role.REMINDER,
    "late": Role.DEADLINE_PASSED,
    "breaches": Role.MANAGERS_CARD,
    "unowned": Role.UNOWNED,
    "attention": Role.NEEDS_ATTENTION,
}
SPAN = {"from_at": at("09:30").isoformat(), "until_at": at("10:00").isoformat()}


def numbered(lead: Lead, number: int, details: LeadDetails) -> Lead:
    """Another lead of the same kind, whose id, name and company tell it from the others."""
    its_id = LeadId(f"L{number:04}")
    known = details.model_copy(update={"external_id": f"{number}-{details.external_id}"[:200]})
    clocks = tuple(replace(one, lead_id=its_id) for one in lead.clocks)
    return replace(lead, id=its_id, details=known, clocks=clocks)


def states_of(form: str) -> list[Lead]:
    """The states in which a row of this form can be."""
    if form == "attention":
        return [incomplete(), a_lead()]
    if form == "unowned":
        return [held(), given_to(held(), BOB, "held", "10:03", "10:06"), contacted(held(), MIA, "10:03")]
    late = breached()
    if form == "breaches":
        return [
            late,
            handed_over(),
            claimed(),
            contacted(late, ALICE, "10:20"),
            contacted(late, ALICE, "10:04"),
        ]
    return [
        a_lead(),
        late,
        contacted(a_lead(), ALICE, "10:03"),
        given_to(a_lead(), BOB, "passed", "10:02", "10:06"),
    ]


def a_list(form: str, details: LeadDetails, number: int, words: Mapping[str, str] = ENGLISH) -> Message:
    states = states_of(form)
    leads = [numbered(states[one % len(states)], one, details) for one in range(number)]
    reader = channel("10:30", words) if form == "breaches" else person("10:03:30", words=words)
    data = {"form": form, "team": "enterprise", "load": {ALICE: 19, CARLA: 1}, **SPAN}
    if form == "waiting":
        data |= {"since": at("Mon 08:00").isoformat(), "opens": at("09:00").isoformat()}
    clock = None if form == "attention" else 1
    rows = [view(ROLE_OF[form], lead, reader, clock=clock) for lead in leads]
    return drawn(Role.LEAD_LIST, None, reader, data=data, rows=rows, posted_at=reader.now)


def row(number: int, details: LeadDetails, **more: Any) -> dict[str, Any]:
    return {
        "lead_id": f"L{number:04}",
        "generation": 1,
        "external_id": f"{number}-{details.external_id}",
        "person": details.person,
        "company": details.company,
        "tier": "Hot",
        "owner": ALICE,
        "due_at": at("10:06").isoformat(),
        "since": at("09:40").isoformat(),
        **more,
    }


def digest(details: LeadDetails, number: int, words: Mapping[str, str] = ENGLISH, **more: Any) -> Message:
    data: dict[str, Any] = {
        "key": "digest:enterprise:2026-11-23T14:00:00+00:00",
        "team": "enterprise",
        "from_at": (at("17:00") - timedelta(days=3)).isoformat(),
        "until_at": at("9:00").isoformat(),
        "leads": number,
        "hot": {"leads": 2, "answered": 2, "within_s": 3600, "median_s": 540, "by": [MIA]},
        "pages": {"pages": 3, "second": 1},
        "starting": number,
        "owners": [[BOB, number]],
        "share_out": number > 2,
        "rows": [row(one, details) for one in range(min(number, 5))],
        "waiting": number,
        "needs": [row(100 + one, details, owner=None) for one in range(min(number, 5))],
        "away": [{"email": BOB, "until_at": at("Wed 9:00").isoformat()}],
        "mailed": 3,
    }
    return drawn(Role.DIGEST, None, channel("9:00", words), data=data | more)


def surge(details: LeadDetails, number: int, words: Mapping[str, str] = ENGLISH) -> Message:
    rows = [row(one, details) for one in range(min(number, 5))]
    data = {"team": "enterprise", "leads": number, "tiers": [["Hot", 1], ["Low", number]], "rows": rows}
    return drawn(Role.SURGE, None, channel("10:03", words), data=data)


def every(words: Mapping[str, str] = ENGLISH) -> Iterator[tuple[str, LeadDetails, Message]]:
    sizes = {"dana": FEW + MANY, "endless": (2,)}
    for name, details in DETAILS.items():
        for number in sizes.get(name, FEW):
            for form in FORMS:
                yield f"{form} of {number}", details, a_list(form, details, number, words)
            yield f"digest of {number}", details, digest(details, number, words)
            yield f"surge of {number}", details, surge(details, number, words)


@pytest.fixture(scope="module")
def messages() -> list[tuple[str, LeadDetails, Message]]:
    return list(every())


Messages = list[tuple[str, LeadDetails, Message]]


def test_slack_accepts_every_one(messages: Messages) -> None:
    assert [(what, found) for what, _, message in messages if (found := problems(message, "message"))] == []


def test_the_text_is_short_enough_to_be_edited_and_has_no_formatting(messages: Messages) -> None:
    for what, details, message in messages:
        text = message["text"]
        assert 0 < len(text) <= 3000, what
        assert "<" not in text, what
        assert not any(symbol in text for symbol in SYMBOLS), what
        if details in (DETAILS["dana"], DETAILS["jonas"], DETAILS["bare"]):
            assert not set("*_`") & set(text), (what, text)


def test_neither_phone_nor_address_nor_message_is_in_it(messages: Messages) -> None:
    for what, details, message in messages:
        for private in (details.email, details.phone, details.message):
            if details is not DETAILS["endless"]:
                assert private is None or private not in str(message), what


def test_header_and_text_begin_alike_with_one_symbol(messages: Messages) -> None:
    for what, _, message in messages:
        symbol, _, words = header_of(message).partition(" ")
        assert symbol in SYMBOLS, what
        assert re.findall(r"[\w'’-]+", words)[:2] == re.findall(r"[\w'’-]+", spoken(message))[:2], what
        rest = str([block for block in message["blocks"] if block["type"] != "header"]).replace("✅", "")
        assert not any(one in rest for one in SYMBOLS), what


def test_buttons_are_told_apart_and_named_in_the_text(messages: Messages) -> None:
    for what, _, message in messages:
        labels = [str(one["accessibility_label"]) for one in elements(message)]
        assert len(labels) == len(set(labels)), what
        for one, label in zip(elements(message), labels, strict=True):
            assert len(label) <= 75, what
            said = one["text"]["text"]
            assert len(said) <= 20, what
            if "of 60" not in what and "endless" not in what:
                assert re.sub(r" \d+$", "", said) in message["text"], (what, message["text"])


def test_there_is_no_primary_button_among_equals(messages: Messages) -> None:
    assert not any(one.get("style") for _, _, message in messages for one in elements(message))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.thorough
def test_the_notification_says_how_many_and_when(form: str) -> None:
    for details in DETAILS.values():
        text = a_list(form, details, 7)["text"]
        assert re.match(r"(\d+ |Lead SLA expires in .* for \d+ |Deadline passed for \d+ )", text), text
        assert re.search(r"\d{1,2}:\d{2}", text[:100]), text[:120]


def test_every_time_in_the_blocks_is_in_the_text(messages: Messages) -> None:
    """But for the small print of what waited, which explains the times of the rows."""
    for what, details, message in messages:
        if details in (DETAILS["dana"], DETAILS["jonas"], DETAILS["bare"]) and "of 60" not in what:
            seen = [block for block in message["blocks"] if block["type"] != "context"]
            for time in re.findall(r"\|(\d{1,2}:\d{2} [AP]M)>", str(seen)):
                assert time.partition(" ")[0] in message["text"], (what, time, message["text"])


def test_a_hostile_lead_can_neither_mention_nor_link_nor_format(messages: Messages) -> None:
    for what, details, message in messages:
        if details is not DETAILS["hostile"]:
            continue
        found = []
        for block in message["blocks"]:
            texts = [block["text"]] if "text" in block else []
            texts += [
                *block.get("fields", ()),
                *(block.get("elements", ()) if block["type"] == "context" else ()),
            ]
            found += [one["text"] for one in texts if one["type"] == "mrkdwn"]
        written = "\n".join(found)
        for word in ("Bold", "channel>", "00Q", "phish"):
            assert word not in written, (what, written)


def test_one_and_two_are_said_right() -> None:
    dana = DETAILS["dana"]
    assert header_of(a_list("new", dana, 1)) == "📥 1 new lead, first by 10:06 AM"
    assert header_of(a_list("unowned", dana, 1)) == "🧭 1 lead has nobody"
    assert header_of(a_list("attention", dana, 1)) == "📥 1 lead needs details"
    assert header_of(digest(dana, 1)) == "ℹ️ Overnight, Enterprise: 1 lead"
    assert digest(dana, 2)["text"].startswith(
        "Overnight, Enterprise: 2 leads, 2 hot ones answered. 2 start now, first due 10:06 AM New York."
    )


def test_the_digest_names_the_buttons_that_it_has() -> None:
    dana = DETAILS["dana"]
    assert buttons_of(digest(dana, 7)) == ["Share out", "Show all", *["Reassign"] * 5]
    assert digest(dana, 7)["text"].endswith("Buttons: Reassign, Show all, Share out.")
    calm = digest(dana, 2, needs=[], waiting=0)
    assert buttons_of(calm) == []
    assert "Button" not in calm["text"]


@pytest.mark.thorough
def test_a_second_language_a_third_longer_stays_inside_the_limits() -> None:
    for what, _, message in every(LONGER):
        assert problems(message, "message") == [], what
        assert len(message["text"]) <= 3000, what
        assert all(len(one["text"]["text"]) <= 30 for one in elements(message)), what
        assert all(len(one["accessibility_label"]) <= 75 for one in elements(message)), what

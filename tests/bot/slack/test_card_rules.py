"""What holds for every message, whatever its role, state and lead: also for a hostile and an endless lead."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.cards import RENDERERS, fingerprint
from bot.slack.limits import problems
from bot.slack.phrases import ENGLISH
from sla.details import LeadDetails
from sla.effects import Role
from sla.lead import Lead
from tests.bot.slack.samples import (
    BARE,
    DANA,
    ENDLESS,
    HOSTILE,
    JONAS,
    MIA,
    a_lead,
    at,
    buttons_of,
    channel,
    claimed,
    drawn,
    handed_over,
    person,
    rich_of,
    sections_of,
)
from tests.bot.slack.test_lead_ops_cards import absences, attention_rows, check_rows
from tests.bot.slack.test_managers_card import rows as managers_rows
from tests.bot.slack.test_owner_card import rows as owner_rows
from tests.bot.slack.test_pages import data_of
from tests.bot.slack.test_pages import rows as page_rows
from tests.bot.slack.test_queue_card import again
from tests.bot.slack.test_queue_card import rows as queue_rows
from tests.bot.slack.test_reminders import rows as reminder_rows
from tests.bot.slack.test_unowned_card import BACK, held, held_too_long, left_to_managers, unowned_rows

SYMBOLS = ("📥", "⏳", "⚠️", "➡️", "✅", "📟", "🧭", "ℹ️")
CHANNEL_ROLES = (Role.MANAGERS_CARD, Role.MANAGERS_LINE, Role.QUEUE_CARD, Role.STILL_FREE)
FORBIDDEN = (
    "has not answered", "failed", "ignored", "please", "!", "SLA due", "TTR", "You breached", "Violated",
    "Taken away", "Unassigned", "Grabbed", "grabbed", "touched", "Worked", "SLA extended", "P1", "oops",
)  # fmt: skip


def _longer(words: str) -> str:
    """The first word of each form gets what makes the whole 30 % longer."""
    return "|".join(map(_longer_form, words.split("|")))


def _longer_form(form: str) -> str:
    more = "e" * round(0.3 * len(form))
    return re.sub(r"(?<![{\w])(\w*[A-Za-z])(?![\w}])", rf"\g<1>{more}", form, count=1)


LONGER = {
    key: words if key.startswith(("time.", "number.")) else _longer(words) for key, words in ENGLISH.items()
}
"""A made-up second language, a third longer than English."""

Message = dict[str, Any]


def situations() -> list[tuple[Role, Lead, int | None, dict[str, Any]]]:
    """Every role in every state that it can be in."""
    found: list[tuple[Role, Lead, int | None, dict[str, Any]]] = []
    found += [(Role.OWNER_CARD, row[1], 1, {}) for row in owner_rows()]
    found += [(Role.OWNER_CARD, claimed(note="We met."), 3, {"first_ever": True})]
    for role in (Role.REMINDER, Role.DEADLINE_PASSED, Role.NUDGE):
        data = {"data": {"by": MIA}}
        found += [(role, row[1], 1, data) for row in reminder_rows()] + [(role, a_lead(), 1, data)]
    found += [(Role.MANAGERS_CARD, row[1], None, {}) for row in managers_rows()]
    found += [(Role.QUEUE_CARD, row[1], row[2], {}) for row in queue_rows()]
    found += [(Role.STILL_FREE, handed_over(), 2, {}), (Role.STILL_FREE, again(), 4, {})]
    line = {"data": {"what": "claimed", "by": MIA, "at": at("11:09").isoformat()}}
    found += [(Role.MANAGERS_LINE, claimed(), None, line)]
    found += [(Role.NEEDS_ATTENTION, row[0], None, {}) for row in attention_rows()]
    found += [(Role.LEAD_OPS_CHECK, row[0], 2, {}) for row in check_rows()]
    found += [(Role.UNOWNED, row[0], 1, BACK) for row in unowned_rows()] + [(Role.UNOWNED, held(), 1, {})]
    found += [(Role.MANAGERS_CARD, lead, None, {}) for lead in (held_too_long(), left_to_managers())]
    found += [(Role.PAGE, row[1].it, row[2], {"data": data_of(row[1], row[2])}) for row in page_rows()]
    return found + absences()


def with_details(lead: Lead, details: LeadDetails) -> Lead:
    return replace(lead, details=details)


def message_of(
    role: Role,
    lead: Lead,
    number: int | None,
    fields: Mapping[str, Any],
    *,
    words: Mapping[str, str] = ENGLISH,
) -> Message:
    in_channel = role in CHANNEL_ROLES or role in (Role.UNDELIVERED, Role.OWNER_REMOVED)
    reader = channel("10:03:30", words) if in_channel else person("10:03:30", words=words)
    return drawn(role, lead, reader, clock=number, **fields)


DETAILS = {"dana": DANA, "jonas": JONAS, "hostile": HOSTILE, "bare": BARE, "endless": ENDLESS}


@pytest.fixture(scope="module", params=list(DETAILS))
def messages(request: pytest.FixtureRequest) -> list[tuple[Role, Lead, Message]]:
    details = DETAILS[request.param]
    return [
        (role, with_details(lead, details), message_of(role, with_details(lead, details), number, fields))
        for role, lead, number, fields in situations()
    ]


def spoken(message: Message) -> str:
    """The text with Slack's escapes undone."""
    return str(message["text"]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def elements(message: Message) -> Iterator[Mapping[str, Any]]:
    for block in message["blocks"]:
        if block["type"] == "actions":
            yield from block["elements"]
        if "accessory" in block:
            yield block["accessory"]


def test_every_role_that_stands_in_slack_has_a_renderer() -> None:
    outside = {Role.ACKNOWLEDGEMENT, Role.OUTAGE_LIST}
    assert set(Role) - outside == set(RENDERERS)


def test_slack_accepts_every_message(messages: list[tuple[Role, Lead, Message]]) -> None:
    assert [(role, found) for role, _, message in messages if (found := problems(message, "message"))] == []


def test_the_text_is_short_enough_to_be_edited_and_has_no_formatting(
    messages: list[tuple[Role, Lead, Message]],
) -> None:
    for role, lead, message in messages:
        text = message["text"]
        assert 0 < len(text) <= 3000, role
        assert "<" not in text, role
        assert not any(symbol in text for symbol in SYMBOLS)
        if lead.details in (DANA, JONAS, BARE):
            assert not set("*_`") & set(text), (role, text)


def test_neither_phone_nor_address_stands_on_a_locked_screen(
    messages: list[tuple[Role, Lead, Message]],
) -> None:
    for role, _, message in messages:
        seen = spoken(message)[:100]
        for private in ("@", "555 0142", "E-mail dana", "Phone +"):
            assert private not in seen.replace("hi @here", "").replace("@slack", ""), (role, seen)


def test_neither_phone_nor_address_nor_message_stands_in_a_channel() -> None:
    for role, lead, number, fields in situations():
        if role in CHANNEL_ROLES or role in (Role.UNDELIVERED, Role.OWNER_REMOVED):
            for details in (DANA, JONAS, BARE):
                message = str(message_of(role, with_details(lead, details), number, fields))
                for private in (details.email, details.phone, details.message):
                    assert private is None or private not in message, (role, message)


@pytest.mark.thorough
def test_the_notification_begins_with_the_lead_and_a_time() -> None:
    for role, lead, number, fields in situations():
        for details in DETAILS.values():
            message = message_of(role, with_details(lead, details), number, fields)
            if not buttons_of(message) or role in (Role.NEEDS_ATTENTION,):
                continue
            assert re.search(r"\d{1,2}:\d{2}", message["text"][:100]), (role, message["text"][:140])
    named = message_of(Role.OWNER_CARD, a_lead(), 1, {})["text"][:100]
    assert named.index("Hot lead") < named.index("Dana Reyes") < named.index("10:06 AM")


def test_header_and_text_begin_alike(messages: list[tuple[Role, Lead, Message]]) -> None:
    for role, _, message in messages:
        headers = [block for block in message["blocks"] if block["type"] == "header"]
        for block in headers:
            symbol, _, words = block["text"]["text"].partition(" ")
            assert symbol in SYMBOLS
            first = re.findall(r"[\w'’-]+", words)[:3]
            # A name that is cut shorter in the text is still the same name.
            said = re.findall(r"[\w'’-]+", spoken(message))[:3]
            same = [
                one.startswith(other) or other.startswith(one)
                for one, other in zip(first, said, strict=False)
            ]
            assert all(same[:2]), (role, words, spoken(message)[:80])


def test_every_button_is_named_in_the_text_and_names_its_lead(
    messages: list[tuple[Role, Lead, Message]],
) -> None:
    for role, lead, message in messages:
        labels = [str(one["accessibility_label"]) for one in elements(message)]
        assert len(labels) == len(set(labels))
        name = (lead.details.first_name or "")[:4]
        for one, label in zip(elements(message), labels, strict=True):
            assert one["text"]["text"].rstrip("?") in message["text"], role
            assert len(one["text"]["text"]) <= 20
            assert len(label) <= 75
            assert name in label or "…" in label


def test_every_time_in_the_blocks_is_in_the_text() -> None:
    for role, lead, number, fields in situations():
        for details in (DANA, JONAS, BARE):
            message = message_of(role, with_details(lead, details), number, fields)
            shown = " ".join([*sections_of(message), *rich_of(message)])
            for time in re.findall(r"\{(\d{1,2}:\d{2} [AP]M)\}", shown):
                assert time in message["text"], (role, time, message["text"])


def test_no_card_is_overloaded(messages: list[tuple[Role, Lead, Message]]) -> None:
    for role, _, message in messages:
        buttons = list(elements(message))
        assert len(message["blocks"]) <= 8, role
        assert len(buttons) <= 5
        assert sum(one.get("style") == "primary" for one in buttons) <= 1


def test_every_block_gets_a_new_id_with_each_revision() -> None:
    first = drawn(Role.OWNER_CARD, a_lead(revision=7), person(), clock=1)
    second = drawn(Role.OWNER_CARD, a_lead(revision=8), person(), clock=1)
    ids = [block["block_id"] for block in first["blocks"]]
    assert all(one.endswith(":v7") for one in ids)
    assert not set(ids) & {block["block_id"] for block in second["blocks"]}
    assert fingerprint(first) == fingerprint(second)


def test_what_people_see_changes_the_fingerprint() -> None:
    prints = {
        fingerprint(message_of(*situation)) for situation in situations() if situation[0] is Role.OWNER_CARD
    }
    assert len(prints) == sum(situation[0] is Role.OWNER_CARD for situation in situations())


def literal(message: Message) -> str:
    """Everything in a place where Slack formats, mentions or links."""
    found = []
    for block in message["blocks"]:
        texts = [block["text"]] if block["type"] == "section" and "text" in block else []
        texts += [one for one in block.get("elements", ()) if block["type"] == "context"]
        found += [one["text"] for one in texts if one["type"] == "mrkdwn"]
    return "\n".join(found)


def test_a_hostile_lead_can_neither_mention_nor_link_nor_format() -> None:
    for role, lead, number, fields in situations():
        message = message_of(role, with_details(lead, HOSTILE), number, fields)
        assert "Bold" not in literal(message), role
        assert "channel>" not in literal(message)
        assert "phish" not in literal(message)
        assert "00Q" not in literal(message)
        for block in message["blocks"]:
            for part in block.get("elements", ()) if block["type"] == "rich_text" else ():
                urls = [one["url"] for one in part["elements"] if one["type"] == "link"]
                assert all(url == "mailto:pat@example.example" for url in urls)
    card = drawn(Role.OWNER_CARD, a_lead(HOSTILE), person(), clock=1)
    assert "Pat <!channel> *Bold*" in card["blocks"][0]["text"]["text"]
    assert "hi @here https://phish.example" in rich_of(card)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300), st.text(min_size=1, max_size=60))
def test_no_name_breaks_a_card(first: str, company: str, title: str, external_id: str) -> None:
    details = LeadDetails(
        external_id=external_id, first_name=first, company=company, title=title, message=first, phone=company
    )
    cases: list[tuple[Role, Lead, int | None]] = [
        (Role.OWNER_CARD, a_lead(), 1),
        (Role.REMINDER, a_lead(), 1),
        (Role.QUEUE_CARD, handed_over(), 2),
        (Role.MANAGERS_CARD, managers_rows()[0][1], None),
    ]
    for role, lead, number in cases:
        message = message_of(role, with_details(lead, details), number, {})
        assert problems(message, "message") == []
        assert len(message["text"]) <= 3000
        assert re.search(r"10:0[16] AM", message["text"][:100])
        labels = [one["text"]["text"] for one in elements(message)]
        assert all(label.rstrip("?") in message["text"] for label in labels)
        assert not re.search(r"<(?!!date\^|@U0)", literal(message))


def test_forbidden_words_occur_in_no_text_of_ours() -> None:
    for key, words in ENGLISH.items():
        for word in FORBIDDEN:
            assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", words), (key, words)


def test_no_text_of_ours_has_a_symbol_of_its_own() -> None:
    assert not [key for key, words in ENGLISH.items() if any(symbol in words for symbol in SYMBOLS)]


@pytest.mark.thorough
def test_a_second_language_a_third_longer_stays_inside_the_limits() -> None:
    assert sum(map(len, LONGER.values())) > 1.2 * sum(map(len, ENGLISH.values()))
    for role, lead, number, fields in situations():
        for details in DETAILS.values():
            message = message_of(role, with_details(lead, details), number, fields, words=LONGER)
            assert problems(message, "message") == [], role
            assert len(message["text"]) <= 3000
            assert all(len(one["text"]["text"]) <= 30 for one in elements(message))
            assert all(len(one["accessibility_label"]) <= 75 for one in elements(message))


def test_of_the_longest_lead_the_deadline_and_the_buttons_are_still_there() -> None:
    card = drawn(Role.OWNER_CARD, a_lead(ENDLESS), person(), clock=1)
    assert "10:06 AM" in card["text"][:100]
    assert sections_of(card) == ["*Contact by {10:06 AM}* · came in {10:01 AM}"]
    assert buttons_of(card) == ["Log contact*", "I'm on it", "Pass", "Why?"]
    assert card["text"].endswith("Buttons: Log contact, I'm on it, Pass, Why.")

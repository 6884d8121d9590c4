"""The words of messages about shifts and closed accounts, as people read them."""

import contextlib
import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.cards import CardView, render
from bot.slack.limits import problems
from bot.slack.modals.swap import Shift
from bot.slack.swap_shift import carried_shift
from bot.slack.words import Reader
from sla.absence_refusals import NoShiftToCover
from sla.effects import Role
from tests.sla.play import NEW_YORK, example_policy, moment

OMAR, MIA, BOB = "omar@acme.example", "mia@acme.example", "bob@acme.example"


def drawn(role: Role, at: str, **data: Any) -> dict[str, Any]:
    policy = example_policy()
    reader = Reader(zone=NEW_YORK, twelve_hour=True, now=moment(at), city=None)
    return render(CardView(role=role, lead=None, policy=policy, terms=policy, reader=reader, data=data))


def lines(payload: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in payload["blocks"]]


def stamp(said: str, days: int = 0) -> str:
    return (moment(said) + timedelta(days=days)).isoformat()


def shift(at: str, **more: Any) -> dict[str, Any]:
    data = {
        "rotation": "hot-leads",
        "person": MIA,
        "from_at": stamp("Mon 9:00"),
        "until_at": stamp("next Mon 9:00"),
        "next": OMAR,
        "instead_of": None,
    } | more
    return drawn(Role.SHIFT, at, **data)


def test_who_is_on_call_reads_from_when_to_when_who_follows_and_how_pages_come() -> None:
    said = shift("Mon 9:00")
    assert said["text"] == (
        "You are on call for hot leads from Mon 9:00 AM to Mon Nov 30, 9:00 AM. After you: Omar Odeh. "
        "Pages come here and by SMS to the number ending 0100. To swap: /lead-sla cover. Button: Swap."
    )
    *sections, do = said["blocks"]
    header, times, pages = lines({"blocks": sections})
    [button] = do["elements"]
    assert (button["text"]["text"], button["accessibility_label"]) == (
        "Swap…",
        "Swap your shift for hot leads",
    )
    assert header == "📟 You are on call for hot leads"
    assert times.startswith("*From Mon 9:00 AM to <!date^")
    assert times.endswith("* After you: Omar Odeh.")
    assert pages == "Pages come here and by SMS to the number ending 0100. To swap: /lead-sla cover."
    assert problems(said, "message") == []


def test_who_covers_reads_for_whom_and_without_a_number_nothing_of_sms() -> None:
    said = shift(
        "Mon 10:00",
        person=BOB,
        from_at=stamp("Mon 18:00"),
        until_at=stamp("Tue 8:00"),
        next=MIA,
        instead_of=MIA,
    )
    assert said["text"] == (
        "You are on call for hot leads from Mon 6:00 PM to Tue Nov 24, 8:00 AM. After you: Mia Moreno. "
        "You cover for Mia Moreno. Pages come here. To swap: /lead-sla cover. Button: Swap."
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(st.text() | JSON.map(json.dumps) | st.none())
def test_whatever_a_button_carries_is_a_shift_or_refused_in_words(carried: str | None) -> None:
    with contextlib.suppress(NoShiftToCover):
        assert isinstance(carried_shift(carried), Shift)


def test_a_shift_that_is_far_ahead_names_its_date() -> None:
    said = shift("Mon 10:00", from_at=stamp("Mon 18:00", days=14), until_at=stamp("Tue 8:00", days=14))
    assert "from Mon Dec 7, 6:00 PM to Tue Dec 8, 8:00 AM" in said["text"]


def over(pages: int, at_night: int, from_at: str, until_at: str) -> str:
    data = {
        "rotation": "hot-leads",
        "from_at": from_at,
        "until_at": until_at,
        "pages": pages,
        "at_night": at_night,
    }
    text: str = drawn(Role.SHIFT_OVER, "Mon 9:00", **data)["text"]
    return text


def test_who_leaves_reads_how_many_pages_it_was() -> None:
    week = (stamp("Mon 9:00", days=-7), stamp("Mon 9:00"))
    night = (stamp("Mon 1:00"), stamp("Mon 9:00"))
    assert over(4, 1, *week) == "Your on-call week is over. 4 pages, 1 between midnight and 6 AM."
    assert over(1, 0, *week) == "Your on-call week is over. 1 page."
    assert over(2, 2, *night) == "Your on-call shift is over. 2 pages, 2 between midnight and 6 AM."


def test_a_week_of_a_clock_change_is_still_a_week() -> None:
    zone = ZoneInfo("America/New_York")
    begins = datetime(2027, 3, 8, 9, tzinfo=zone).isoformat()
    ends = datetime(2027, 3, 15, 9, tzinfo=zone).isoformat()
    assert over(3, 0, begins, ends).startswith("Your on-call week is over.")


def test_managers_read_whose_account_was_closed_and_which_leads_went_where() -> None:
    rows = [
        {
            "lead_id": f"L{n}",
            "generation": 2,
            "person": "Dana Reyes",
            "company": f"Northwind {n}",
            "due_at": stamp("Mon 10:05"),
        }
        for n in range(7)
    ]
    said = drawn(Role.ACCOUNT_CLOSED, "Mon 10:00", person=BOB, rows=rows)
    assert said["text"].startswith(
        "No longer active in Slack: Bob Brandt. 7 open leads of Bob Brandt went to the backup queue. "
        "Northwind 0, due 10:05 AM."
    )
    assert said["text"].endswith("And 2 more. Take Bob Brandt out of the policy. Button: Reassign for each.")
    assert sum("accessory" in block for block in said["blocks"]) == 5
    assert problems(said, "message") == []

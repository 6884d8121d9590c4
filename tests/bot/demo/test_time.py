"""Time on the demo's stage: the real bot lives through what is jumped over, by the full sample policy."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sla.lead import Lead, LeadId
from storage import absences, leads, outbox, timeline
from storage.absences import Absence
from storage.database import Connection
from storage.timeline import TimelineEntry
from tests.bot.demo.looking import Onlooker, watched

NEW_YORK = ZoneInfo("America/New_York")
TUESDAY, FRIDAY = 1, 4
STEPS_MAX = 60
DANA = {
    "first_name": "Dana",
    "last_name": "Reyes",
    "company": "Northwind Freight",
    "email": "dana@northwind.example",
    "intent": "demo_request",
    "score": 88,
    "employees": 1800,
    "country": "US",
}


@pytest.fixture(scope="module")
def week() -> Iterator[Onlooker]:
    """The stage with working hours, on which time is moved."""
    with watched("week") as onlooker:
        yield onlooker


@pytest.fixture
def page(week: Onlooker) -> Onlooker:
    """The same with the bot running and time standing still."""
    week.stage.start_bot()
    week.post("clock", rate=0)
    return week


def lands(page: Onlooker) -> datetime:
    page.wait_until(lambda: not page.get("clock")["is_jumping"], "the end of the jump")
    return page.stage.now()


def jumps(page: Onlooker, **where: Any) -> datetime:
    assert page.post("clock/jump", **where)["is_jumping"] in (True, False)
    return lands(page)


def goes_to(page: Onlooker, weekday: int, hour: int, minute: int = 0) -> datetime:
    """The next such moment in New York."""
    there = page.stage.now().astimezone(NEW_YORK).replace(hour=hour, minute=minute, second=0, microsecond=0)
    while there.weekday() != weekday or there <= page.stage.now():
        there += timedelta(days=1)
    jumps(page, to=there.isoformat())
    return there.astimezone(UTC)


def settles(page: Onlooker) -> None:
    """Everything that is due by now is done, and that there is nothing more to do has been seen."""
    jumps(page, seconds=1)


def happened(page: Onlooker, lead_id: str) -> list[TimelineEntry]:
    nothing: list[TimelineEntry] = []
    return page.stage.look(lambda connection: timeline.of(connection, LeadId(lead_id)), nothing)


def absences_since(page: Onlooker, since: datetime) -> list[Absence]:
    nothing: list[Absence] = []
    noted = page.stage.look(lambda connection: absences.recent(connection, since), nothing)
    return [one for one in noted if one.what == "bot"]


@pytest.mark.parametrize(
    ("weekday", "days_until_work"), [(TUESDAY, 1), (FRIDAY, 3)], ids=["a night", "a weekend"]
)
def test_a_jump_gives_what_living_through_it_gives(
    page: Onlooker, weekday: int, days_until_work: int
) -> None:
    came = goes_to(page, weekday, 16, 57)
    # Half an hour's target and nobody on call for it: of the time there are three minutes left today.
    lead_id = page.send(**DANA | {"intent": "trial", "score": 68})["lead_id"]

    def then(hour: int, minute: int) -> datetime:
        """On the next working day; in November and December noon in New York is 17:00 UTC."""
        return came.replace(hour=hour + 5, minute=minute) + timedelta(days=days_until_work)

    landed = jumps(page, to=then(12, 0).isoformat())
    assert then(12, 0) == landed
    expected = [
        ("arrived", came),
        ("told", came),
        ("reminder_left_out", then(9, 12)),
        ("reminder", then(9, 17)),
        ("breached", then(9, 27)),
        ("deadline_passed", then(9, 27)),
        ("handed_over", then(10, 27)),
        ("still_free", then(10, 42)),
        ("needs_decision", then(11, 27)),
    ]
    told = happened(page, lead_id)
    assert expected == [(line.kind, line.occurred_at) for line in told]
    assert expected == [(line.kind, line.logged_at) for line in told]
    assert absences_since(page, came) == []
    nothing: list[datetime] = []

    def stamps(connection: Connection) -> list[datetime]:
        rows = outbox.of_lead(connection, LeadId(lead_id))
        return [datetime.fromtimestamp(float(row.ts or 0), UTC) - row.created_at + came for row in rows]

    late = [stamp for stamp in page.stage.look(stamps, nothing) if abs(stamp - came) > timedelta(seconds=1)]
    assert late == []


def test_next_goes_from_step_to_step_until_nothing_is_due(page: Onlooker) -> None:
    goes_to(page, TUESDAY, 10)
    steps = 0
    while page.get("clock")["next"] is not None:
        jumps(page, to="next")
        steps += 1
        assert steps < STEPS_MAX
    status, said = page.declined("clock/jump", to="next")
    assert (status, said) == (409, "Nothing is due: no clock runs. Send a lead, then jump to its next step.")
    goes_to(page, TUESDAY, 10)
    owner = {"alice@acme.example": "Alice Anders", "bob@acme.example": "Bob Brandt"}[
        page.send(**DANA)["owner"]
    ]
    told = []
    while (following := page.get("clock")["next"]) is not None:
        told.append(following["what"])
        assert datetime.fromisoformat(following["at"]) == jumps(page, to="next")
    assert told == [
        f"Reminder to {owner}: Dana Reyes, Northwind Freight",
        f"Deadline of {owner}: Dana Reyes, Northwind Freight",
        "Hand-over to the backup: Dana Reyes, Northwind Freight",
        "Still free, the backups are reminded: Dana Reyes, Northwind Freight",
        "Still free, the managers decide: Dana Reyes, Northwind Freight",
    ]


def test_a_bot_that_is_dead_while_time_jumps_was_away(page: Onlooker) -> None:
    came = goes_to(page, TUESDAY, 10)
    lead_id = LeadId(page.send(**DANA)["lead_id"])
    settles(page)
    page.stage.kill_bot()
    assert page.declined("clock/jump", to="yesterday")[0] == 400
    back = jumps(page, seconds=3 * 3600)
    assert happened(page, lead_id)[-1].kind == "told"
    page.stage.start_bot()
    [away] = absences_since(page, came)
    assert away.until_at == back
    assert timedelta(0) <= away.from_at - came < timedelta(seconds=20)
    none: dict[LeadId, Lead] = {}
    breach = page.stage.look(lambda connection: leads.load(connection, [lead_id]), none)[lead_id].breach
    assert breach is not None
    assert (breach.due_at, breach.detected_at) == (came + timedelta(minutes=5), back)


def test_a_jump_ends_where_it_is_when_a_rate_is_set(page: Onlooker) -> None:
    goes_to(page, TUESDAY, 10)
    page.send(**DANA)
    due = datetime.fromisoformat(page.get("clock")["next"]["at"])
    pid = page.stage.bot_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        page.post("clock/jump", seconds=7200)
        page.wait_until(lambda: page.stage.now() == due, "the first stop")
        shown = page.post("clock", rate=0)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert (shown["is_jumping"], shown["at"]) == (False, due.isoformat())
    settles(page)
    assert due + timedelta(seconds=1) == page.stage.now()


def test_the_page_is_told_of_each_change(page: Onlooker) -> None:
    before = len(page.events("clock"))
    began = page.stage.now()
    jumps(page, seconds=60)
    page.wait_until(lambda: not page.events("clock")[-1]["is_jumping"], "the end of the jump")
    told = page.events("clock")[before:]
    jumping = [one["is_jumping"] for one in told]
    assert (True in jumping, jumping[-1]) == (True, False)
    assert (began + timedelta(seconds=60)).isoformat() == told[-1]["at"]
    assert {one["rate"] for one in told} == {0}


def test_time_that_runs_fast_is_no_absence_and_a_press_has_its_three_seconds(page: Onlooker) -> None:
    came = goes_to(page, TUESDAY, 10)
    taken = page.send(**DANA)
    lead_id = taken["lead_id"]
    owner = page.stage.scene.policy.person(taken["owner"])
    assert owner is not None
    assert owner.slack is not None
    page.post("clock", rate=60)
    page.wait_until(lambda: "reminder" in [line.kind for line in happened(page, lead_id)], "the reminder")
    workspace = page.stage.slack.workspace
    card = next(
        one
        for one in reversed(workspace.shown_in(workspace.dm(owner.slack).id))
        if "log_contact" in str(one.blocks) and "Northwind" in str(one.blocks)
    )
    press = page.stage.slack.people.press(owner.slack, card.channel, card.ts, "log_contact")
    assert press.wait_for_view(within=20).payload["type"] == "modal"
    assert page.stage.now() - came > timedelta(minutes=2)
    assert absences_since(page, came) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {"rate": 7}),
        ("clock", {"rate": True}),
        ("clock", {}),
        ("clock/jump", {"to": "2020-01-01T00:00:00Z"}),
        ("clock/jump", {"seconds": -5}),
        ("clock/jump", {}),
    ],
)
def test_what_time_cannot_do_is_declined_in_words(page: Onlooker, path: str, body: dict[str, Any]) -> None:
    before = page.stage.now()
    status, said = page.declined(path, **body)
    assert (status, said[-1]) == (400, ".")
    assert before == page.stage.now()


def test_another_scene_has_a_time_of_its_own(page: Onlooker) -> None:
    jumps(page, seconds=86_400)
    page.stage.set_anew("week")
    shown = page.get("clock")
    assert shown["rate"] == 1
    assert datetime.fromisoformat(shown["at"]).astimezone(NEW_YORK).date().isoformat() == "2026-11-23"
    assert not shown["is_jumping"]

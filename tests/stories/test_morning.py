"""The morning's digest in its managers' hands: Show all, and Share out what one rep has too many of."""

from typing import Any

import pytest

from bot.sandbox.model import Message
from bot.sandbox.outcomes import PressResult
from sla.lead import LeadId
from tests.stories.forms import Form, text_of
from tests.stories.office import Office
from tests.stories.screen import Shown, buttons_of, shown
from tests.stories.test_hostile_leads import FORBIDDEN, words_that_format

DIGEST = "Overnight, Inside sales"


def overnight(office: Office, number: int, **fields: Any) -> list[LeadId]:
    """So many leads come in on Monday evening, half an hour apart, and it is Tuesday, nine o'clock."""
    office.it_is("Mon 17:30")
    leads = []
    for one in range(number):
        leads.append(office.a_lead_arrives("Loom", external_id=f"N-{one}", company=f"Loom {one}", **fields))
        office.it_is(f"Mon {18 + one // 2}:{30 * (one % 2):02d}")
    office.it_is("Tue 9:00")
    return leads


def digest_of(office: Office) -> Message:
    return next(
        one
        for one in reversed(office.workspace.shown_in(office.place("sales-managers")))
        if DIGEST in shown(office.workspace, one).text
    )


def seen(office: Office) -> Shown:
    return shown(office.workspace, digest_of(office))


def press(office: Office, label: str, *, by: str, value: str | None = None) -> PressResult:
    message = digest_of(office)
    block_id, element = next(one for one in buttons_of(message.blocks) if one[1]["text"]["text"] == label)
    user, channel = f"U0{by.upper()}", office.place("sales-managers")
    result = office.slack.people.press(
        user, channel, message.ts, element["action_id"], block_id=block_id, value=value
    )
    assert result.acked
    office.settles()
    return result


def opened(office: Office, label: str, *, by: str, value: str | None = None) -> str:
    """What the modal says that the button opens."""
    result = press(office, label, by=by, value=value)
    assert result.view is not None
    return text_of(office.workspace, result.view)


Uneven = tuple[Office, list[LeadId]]


def an_uneven_night(office: Office, **fields: Any) -> Uneven:
    """Carla was away while the night's six leads came in, so that Bob has all of them; by nine she is back."""
    office.types("/lead-sla away", by="carla")
    office.it_is("Mon 17:30")
    leads = []
    for one in range(6):
        said = {"company": f"Loom {one}"} | fields
        leads.append(office.a_lead_arrives("Loom", external_id=f"N-{one}", **said))
        office.it_is(f"Mon {18 + one}:00")
    office.it_is("Tue 8:55")
    office.types("/lead-sla back", by="carla")
    office.it_is("Tue 9:00")
    return office, leads


@pytest.fixture
def uneven(office: Office) -> Uneven:
    return an_uneven_night(office)


def owners(office: Office, leads: list[LeadId]) -> list[str]:
    return [(office.lead(lead).owner or "").partition("@")[0] for lead in leads]


def test_show_all_lists_every_lead_of_the_night_as_it_is_now(office: Office) -> None:
    leads = overnight(office, 7)
    assert "And 2 more." in seen(office).lines
    assert "Show all" in seen(office).buttons
    assert seen(office).text.endswith("Button: Show all.")
    assert office.logs_contact("E-mail sent", by=owners(office, leads)[0], on=leads[0]) == ""
    lines = opened(office, "Show all", by="mia").splitlines()
    assert len(lines) == 7
    assert "Loom 0 | ✅ In time" in lines
    assert sum(line.endswith("due 1:00 PM") for line in lines) == 6


def test_from_show_all_a_manager_reassigns(office: Office) -> None:
    lead, *_ = overnight(office, 7, owner="bob")
    press(office, "Show all", by="mia")
    view = office.slack.people.open_view("U0MIA")
    block_id = f"row:{lead}"
    office.slack.people.press_in_view("U0MIA", "reassign", block_id=block_id)
    assert Form(office, "U0MIA", "mia").saves(to="Carla Costa") == ""
    assert owners(office, [lead]) == ["carla"]
    assert view is not None


def test_what_one_rep_has_too_many_of_is_shared_out_with_two_taps(either_office: Office) -> None:
    office, leads = an_uneven_night(either_office)
    assert seen(office).lines[1] == "*Starting now: 6.* Bob Brandt 6."
    assert seen(office).buttons == ("Share out", "Show all")
    assert seen(office).text.endswith("Buttons: Show all, Share out.")
    said = opened(office, "Share out", by="mia").splitlines()
    assert said[:2] == ["*Now:* Bob Brandt 6.", "*Then:* Bob Brandt 4, Carla Costa 2."]
    assert said[2] == "Sam, Loom 5 | Standard · Bob Brandt to Carla Costa"
    assert Form(office, "U0MIA", "mia").saves() == ""
    assert owners(office, leads) == ["bob"] * 4 + ["carla"] * 2
    office.it_is("Tue 9:02")
    assert office.messages("carla")[-1].header == "📥 2 new leads, first by 1:00 PM"
    [waiting] = [one for one in office.messages("bob") if "waiting" in (one.header or "")]
    assert "Sam, Loom 5 | Now with Carla Costa" in waiting.lines
    assert office.asks_about(leads[5])["sla"]["due_at"] == office.asks_about(leads[0])["sla"]["due_at"]


def test_who_shares_out_second_is_told_how_it_is(uneven: Uneven) -> None:
    office, leads = uneven
    press(office, "Share out", by="mia")
    press(office, "Share out", by="ops")
    assert Form(office, "U0MIA", "mia").saves() == ""
    before = owners(office, leads)
    how_it_is = (
        "Nobody of Inside sales who has these leads can give any to a colleague who has fewer: "
        "Bob Brandt 4, Carla Costa 2. Use Reassign for single leads."
    )
    assert Form(office, "U0OPS", "ops").saves() == how_it_is
    assert opened(office, "Share out", by="mia") == how_it_is
    assert owners(office, leads) == before
    for lead, owner in zip(leads, before, strict=True):
        assert office.logs_contact("E-mail sent", by=owner, on=lead) == ""
    assert opened(office, "Share out", by="mia") == (
        "Nothing of that night is open in Inside sales any more. Nothing to do."
    )


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("bob", "Only the Inside sales managers can share leads out: Mia Moreno."),
        ("stranger", "You are not in the lead SLA policy. Write to Lead Ops."),
        ("guest", "Only full members of this workspace can do that. Ask Mia Moreno."),
    ],
)
def test_only_managers_and_lead_ops_share_out(uneven: Uneven, who: str, said: str) -> None:
    office, leads = uneven
    assert opened(office, "Share out", by=who) == said
    assert owners(office, leads) == ["bob"] * 6


def test_a_form_that_somebody_may_not_submit_any_more_changes_nothing(uneven: Uneven) -> None:
    office, leads = uneven
    press(office, "Share out", by="mia")

    def demoted(policy: Any) -> None:
        for team in policy["teams"].values():
            team["managers"] = ["omar@acme.example"]

    office.the_policy_changes(demoted)
    said = Form(office, "U0MIA", "mia").saves()
    assert said == "Only the Inside sales managers can share leads out: Omar Odeh."
    assert owners(office, leads) == ["bob"] * 6


@pytest.mark.parametrize("label", ["Share out", "Show all"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "digest:",
        "digest:inside-sales:never",
        "surge:inside-sales:20261124T14",
        "digest:<!channel>:*x*",
        "' or 1=1 --",
        "x" * 2000,
        "L01:1",
    ],
)
def test_a_button_with_a_value_of_somebody_elses_making_does_nothing(
    uneven: Uneven, label: str, value: str
) -> None:
    office, leads = uneven
    assert "older message" in opened(office, label, by="mia", value=value)
    assert owners(office, leads) == ["bob"] * 6


def test_the_buttons_of_a_team_that_left_the_policy_say_so(uneven: Uneven) -> None:
    office, leads = uneven

    def without(policy: Any) -> None:
        del policy["teams"]["inside-sales"]
        policy["routing"]["fallback"]["team"] = "enterprise"

    office.the_policy_changes(without)
    for label in ("Share out", "Show all"):
        assert "older message" in opened(office, label, by="mia")
    assert owners(office, leads) == ["bob"] * 6


def test_where_everybody_has_their_part_nothing_is_offered(office: Office) -> None:
    overnight(office, 3)
    assert seen(office).lines[1] == "*Starting now: 3.* Bob Brandt 2, Carla Costa 1."
    assert seen(office).buttons == ()


HOSTILE = {
    "first_name": "Pat <!channel>",
    "last_name": "*Bold*",
    "company": "<@U0MIA> <https://phish.example|Acme> & *Sons*",
}


def test_hostile_leads_are_harmless_in_the_digest_and_its_modals(office: Office) -> None:
    an_uneven_night(office, **HOSTILE)
    seen_by_slack = [digest_of(office).to_slack()]
    for label in ("Show all", "Share out"):
        press(office, label, by="mia")
        seen_by_slack.append({"text": "", **office.slack.people.open_view("U0MIA").payload})
    for message in seen_by_slack:
        for words in words_that_format(message):
            assert not any(one in words for one in FORBIDDEN), words
            assert "<@U0MIA>" not in words
    assert "Pat <!channel> *Bold*" in seen(office).everything

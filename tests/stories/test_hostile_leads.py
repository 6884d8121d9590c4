"""What a lead says is shown as it was typed, on every screen: it mentions nobody and links nowhere."""

import json
from typing import Any

import pytest

from tests.stories.known_leads import KNOWN
from tests.stories.office import Office

pytestmark = pytest.mark.thorough

HOSTILE: dict[str, Any] = {
    "first_name": "Pat",
    "last_name": "<!channel> *Bold*",
    "company": "<@U0MIA> <https://phish.example|Acme> & *Sons*",
    "title": "_CEO_ `x` <#C0MANAGERS>",
    "message": "hi @here https://phish.example <!here>\n> quoted *bold*",
    "industry": "~struck~ :tada:",
}
FORBIDDEN = ("<!channel>", "<!here>", "<!everyone>", "<https://phish", "<#C0MANAGERS>")


def words_that_format(message: dict[str, Any]) -> list[str]:
    """Every text of a message that Slack reads as markup: mrkdwn objects and the text itself."""
    found = [str(message["text"])]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("type") == "mrkdwn":
                found.append(str(value["text"]))
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(message.get("blocks") or [])
    return found


def test_a_hostile_lead_is_harmless_on_every_screen_from_arrival_to_closing(either_office: Office) -> None:
    office = either_office
    lead = office.a_lead_arrives("Northwind", owner="alice", **HOSTILE)
    office.it_is("Mon 10:10")
    office.presses("Nudge", by="mia", on=lead)
    office.gives_time(lead, "11:20 AM, 15 min more", reason="<!here> *soon* <https://phish.example>")
    office.it_is("Mon 11:25")
    office.presses("Claim", by="carla", on=lead)
    office.passes(lead, by="carla", note="<!channel> take it")
    office.it_is("Tue 16:00")
    office.closes(lead, reason="<@U0MIA> *no* <!everyone>")

    written = [
        message.to_slack()
        for channel in office.workspace.channels.values()
        for message in channel.messages.values()
    ]
    versions = [
        version
        for channel in office.workspace.channels.values()
        for message in channel.messages.values()
        for version in message.versions
    ]
    assert len(written) > 5
    for message in (*written, *versions):
        for text in words_that_format(message):
            assert not any(one in text for one in FORBIDDEN)
        blocks = json.dumps(message.get("blocks") or [])
        assert '"broadcast"' not in blocks
        assert '"type": "link", "url": "https://phish' not in blocks


def test_hostile_leads_are_harmless_in_every_list(office: Office) -> None:
    """What comes at once, reminders, passed deadlines, breaches, what waits, and what lead ops are told."""

    def small(policy: Any) -> None:
        for person in policy["people"]:
            person["open_leads_max"] = 7

    office.the_policy_changes(small)
    for one in range(7):
        named = {"external_id": f"{one}<!here>*x*", "email": f"kim{one}@example.example"}
        office.a_lead_arrives("Tidewell", owner="bob", **named, **HOSTILE)
    for one in range(3):
        office.a_lead_arrives("Tidewell", external_id=f"N-{one}", **HOSTILE | {"email": ""})
    office.it_is("Mon 11:31")
    for one in range(24):
        office.a_lead_arrives("Loom", external_id=f"S-{one}", **HOSTILE)
    office.it_is("Mon 17:30")
    for one in range(2):
        office.a_lead_arrives("Quiet", owner="alice", external_id=f"Q-{one}", **HOSTILE)
    office.it_is("Tue 9:05")
    headers = ""
    for channel in office.workspace.channels.values():
        for message in channel.messages.values():
            for version in (message.to_slack(), *message.versions):
                for text in words_that_format(version):
                    assert not any(one in text for one in FORBIDDEN), text
                for block in version.get("blocks") or []:
                    headers += block["text"]["text"] if block["type"] == "header" else ""
    for form in (
        *("new leads", "expires in 10 minutes for", "Deadline passed for", "2 leads are waiting"),
        *(
            "leads need details",
            "leads have nobody",
            "leads breached in",
            "new leads have nobody in",
            "Overnight",
        ),
    ):
        assert form in headers, form


def test_the_characters_of_a_hostile_lead_are_shown_as_they_are(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice", **HOSTILE)
    card = office.card(lead, "alice")
    assert card.header.startswith("📥 Hot lead: Pat <!channel> *Bold*, <@U0MIA>")
    assert "hi @here https://phish.example <!here> > quoted *bold*" in card.everything
    assert card.buttons == ("Log contact", "I'm on it", "Pass", "Open in CRM", "Why?")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "not an address"])
def test_an_address_that_is_none_is_asked_about_and_never_a_link(office: Office, address: str) -> None:
    answer = office.sends(KNOWN["Northwind"] | {"crm_url": address, "owner": "alice@acme.example"})
    assert answer["outcome"] == "needs_attention"
    [asked] = office.messages("ops")
    assert "Open in CRM" not in asked.buttons
    assert f'"url": "{address}' not in json.dumps(office.workspace.shown_in(asked.channel)[0].blocks)

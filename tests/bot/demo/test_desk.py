"""The desk beside the pretend Slack: leads with their arithmetic, samples, the bot's death, trouble, the ledger."""

import json
import os
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bot.demo.burst import burst
from bot.demo.desk.workflow import WORKFLOW
from tests.bot.demo.looking import Onlooker

MANIFEST = Path(__file__).parents[3] / "manifests" / "slack-app.json"


def sample(page: Onlooker, name: str) -> Any:
    return next(one for one in page.get("")["samples"] if one["id"] == name)


def test_the_page_is_told_who_plays_and_what_can_be_tried(page: Onlooker) -> None:
    said = page.get("")

    assert (said["mode"], said["bot"], said["story"]["state"]) == ("seconds", "running", "idle")
    assert said["bot_url"] in said["curl"]
    roles = {one["name"]: one["role"] for one in said["people"]}
    assert roles["Alice Anders"] == "Rep, Sales"
    assert roles["Lead Ops"] == "Leads that need attention"
    assert all(one["hint"].endswith(".") for one in said["samples"])


def test_the_step_of_the_page_is_the_step_of_the_manifest() -> None:
    step = json.loads(MANIFEST.read_text(encoding="utf-8"))["functions"]["start_lead_sla"]
    inputs = [
        {"name": name, "title": one["title"], "type": one["type"], "required": one["is_required"]}
        for name, one in step["input_parameters"].items()
    ]
    assert {"callback_id": "start_lead_sla", "title": step["title"], "inputs": inputs} == WORKFLOW


def test_a_lead_is_shown_with_its_sum_and_its_ladder(page: Onlooker) -> None:
    sent = page.send(company="Cobalt", score=90)

    listed = page.get("leads")["leads"][0]
    assert (listed["id"], listed["state"], listed["owner"]) == (sent["lead_id"], "with_owner", sent["owner"])
    lead = page.get(f"leads/{sent['lead_id']}")
    assert lead["why"] == sent["why"]
    (clock,) = lead["clocks"]
    assert clock["sum"].startswith("12 working seconds. In ")
    assert clock["sum"].endswith(". Paused 0 min. Times in New York.")
    assert [(step["what"], step["state"]) for step in lead["ladder"][1:]] == [
        ("Reminder to the owner", "next"),
        ("The owner is told that the deadline passed, the managers are told", "to_come"),
        ("To the backup queue, the managers are told", "to_come"),
        ("Still free: the backups are reminded", "to_come"),
        ("Still free: the managers decide", "to_come"),
    ]
    assert lead["timeline"][0]["what"].startswith("Came in, Hot, ")


def test_what_a_contact_came_before_is_left_out_and_says_so(page: Onlooker) -> None:
    sent = page.send(company="Delta")
    door = f"{page.stage.url}/v1/leads/{sent['lead_id']}/activities"
    contact = {"external_id": "1", "type": "call", "outcome": "connected", "by": sent["owner"]}
    httpx.post(door, json=contact, headers={"Authorization": "Bearer demo-key"}).raise_for_status()

    lead = page.get(f"leads/{sent['lead_id']}")
    assert (lead["state"], lead["outcome"]) == ("contacted", "met")
    assert Counter((step["state"], step["why"]) for step in lead["ladder"]) == {
        ("done", None): 2,
        ("left_out", "contact was made first"): 3,
    }
    owner = {"alice@acme.example": "Alice Anders", "bob@acme.example": "Bob Brandt"}[sent["owner"]]
    assert f"{owner} made contact" in [line["what"] for line in lead["timeline"]]


def test_a_message_leads_to_its_lead(page: Onlooker) -> None:
    sent = page.send(company="Ember")
    page.wait_until(lambda: len(page.rows_about(sent["lead_id"])) > 0, "a message about it")

    delivery = page.rows_about(sent["lead_id"])[0]["delivery_id"]
    assert page.get(f"lead_of/{delivery}") == {"lead_id": sent["lead_id"]}
    assert page.get("lead_of/d_unknown") == {"lead_id": None}


def test_a_lead_that_is_not_there_is_declined_in_words(page: Onlooker) -> None:
    answer = page.http.get("/_demo/leads/L-nothing")
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is no such lead on this stage. Choose one from the list."}


def test_each_sample_is_taken_and_only_the_one_without_an_address_waits(page: Onlooker) -> None:
    offered = page.get("")["samples"]
    outcomes = {one["id"]: page.send(**{"email": None} | one["lead"])["outcome"] for one in offered}
    waiting = {name for name, outcome in outcomes.items() if outcome == "needs_attention"}
    assert (len(outcomes), waiting) == (6, {"no-email"})


def test_the_same_sample_twice_is_two_leads(page: Onlooker) -> None:
    lead = sample(page, "webinar")["lead"]
    assert page.send(**lead)["lead_id"] != page.send(**lead)["lead_id"]


def test_a_lead_with_an_id_of_its_own_keeps_it(page: Onlooker) -> None:
    first = page.send(external_id="mine")
    again = page.send(external_id="mine")
    assert (again["lead_id"], again["outcome"]) == (first["lead_id"], "duplicate")


def test_what_the_bot_refuses_is_handed_back_as_it_said_it(page: Onlooker) -> None:
    said = page.http.post("/_demo/leads", content=b'{"email": ').json()
    assert (said["status"], said["body"]["status"]) == (422, 422)


def test_the_hostile_sample_mentions_and_links_nothing(page: Onlooker) -> None:
    sent = page.send(**sample(page, "hostile")["lead"])
    page.wait_until(
        lambda: [row["visible"] for row in page.rows_about(sent["lead_id"])][:1] == [1], "the card"
    )

    card = page.rows_about(sent["lead_id"])[0]
    # Many hot leads in a minute are rows of one message.
    (post,) = page.stage.slack.workspace.ledger.posts(card["list_id"] or card["delivery_id"])
    for text in formatted(post.payload["blocks"]):
        assert "<!channel>" not in text
        assert "<@U0MIA>" not in text
        assert "<https://phish" not in text


def formatted(part: Any) -> list[str]:
    """Every text of a message in which Slack would look for mentions and links."""
    if isinstance(part, list):
        return [text for one in part for text in formatted(one)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for one in part.values() for text in formatted(one)]


def test_no_two_leads_of_a_burst_are_of_one_company() -> None:
    ids = iter(range(50))
    several = burst(50, datetime(2026, 11, 23, tzinfo=UTC), lambda: str(next(ids)))
    assert len({one.get("company", one["crm_url"]) for one in several}) == 49


def test_a_burst_of_nothing_is_declined(page: Onlooker) -> None:
    assert page.declined("burst", count=0) == (400, "count is a number from 1 to 500.")


def test_a_lead_is_still_shown_while_the_bot_is_dead(page: Onlooker) -> None:
    sent = page.send(company="Falcon")
    page.heard.clear()
    assert page.post("bot", do="kill") == {"state": "stopped"}

    assert page.get(f"leads/{sent['lead_id']}")["label"] == "Falcon"
    assert page.get("bot") == {"state": "stopped"}
    assert page.declined("leads", company="Granite") == (
        502,
        "The bot did not answer, so nobody took the lead. Start the bot, then send it again.",
    )
    assert page.declined("bot", do="kill") == (409, "The bot is stopped already. Start it to go on.")
    assert page.post("bot", do="start") == {"state": "running"}
    assert [one["state"] for one in page.events("bot")] == ["stopped", "starting", "running"]


def test_a_bot_that_dies_by_itself_is_told_of(page: Onlooker) -> None:
    page.heard.clear()
    pid = page.stage.bot_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    page.wait_until(lambda: page.events("bot") == [{"state": "stopped"}], "the news")
    assert page.get("")["bot"] == "stopped"


def test_a_lost_answer_is_looked_up_and_nothing_is_said_twice(page: Onlooker) -> None:
    assert page.post("trouble", what="answers_lost") == {"what": "answers_lost"}
    sent = page.send(company="Harbor", score=10)
    page.wait_until(lambda: page.rows_about(sent["lead_id"])[:1] != [], "the card")
    # For how long it stays uncertain depends on the machine; that its answer was lost stays written down.
    page.wait_until(lambda: page.rows_about(sent["lead_id"])[0]["calls"] != [], "the lost answer")
    assert page.rows_about(sent["lead_id"])[0]["calls"][0]["outcome"] == "unanswered"
    page.post("trouble", what="none")
    page.wait_until(lambda: page.rows_about(sent["lead_id"])[0]["state"] == "sent", "the card, found")

    card = page.rows_about(sent["lead_id"])[0]
    assert card["looked_up"]
    assert (card["attempts"], card["accepted"], card["visible"]) == (1, 1, 1)
    send, *looks = card["calls"]
    assert (send["method"], send["outcome"], send["since"]) == ("chat.postMessage", "unanswered", None)
    assert {(look["method"], look["outcome"]) for look in looks} == {("conversations.history", "ok")}
    assert all(look["since"] <= send["at"] <= look["at"] for look in looks)
    sums = page.get("ledger")["sums"]
    assert (sums["doubled"], sums["lost"]) == (0, 0)


def test_what_is_owed_while_slack_is_down_arrives_afterwards(page: Onlooker) -> None:
    page.post("trouble", what="slack_down")
    sent = page.send(company="Indigo", score=10)
    page.wait_until(lambda: page.rows_about(sent["lead_id"])[:1] != [], "what is owed")
    assert page.rows_about(sent["lead_id"])[0]["accepted"] == 0
    assert page.get("ledger")["sums"]["waiting"] > 0

    page.post("trouble", what="none")
    page.wait_until(lambda: page.rows_about(sent["lead_id"])[0]["visible"] == 1, "the card")


def test_one_trouble_ends_the_one_before_and_each_is_told_of(page: Onlooker) -> None:
    for what in ("rate_limited", "slow", "slack_down", "none"):
        page.post("trouble", what=what)
        assert page.get("trouble") == {"what": what}
        assert page.events("faults")[-1] == page.stage.slack.workspace.faults.to_json()
    assert page.declined("trouble", what="flood")[0] == 400


def test_pages_of_other_sites_are_refused(page: Onlooker) -> None:
    foreign = page.http.post("/_demo/bot", json={"do": "kill"}, headers={"Origin": "https://phish.example"})
    rebound = page.http.get("/_demo/", headers={"Host": "phish.example"})
    assert (foreign.status_code, rebound.status_code) == (403, 403)
    assert page.get("bot") == {"state": "running"}

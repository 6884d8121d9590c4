"""Presses of "I'm on it" as Slack sends them, signed, each about another lead; for the load generator."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import time
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier
from sqlalchemy import text

from bot.sandbox.tokens import SIGNING_SECRET
from bot.slack.http_route import PATH
from storage.database import Database

Pressed = tuple[str, int]
"""A lead and its generation."""


def open_leads(url: str, owner: str) -> list[Pressed]:
    """All leads of a person, in the order in which they came in."""
    database = Database(url)
    try:
        with database.read() as connection:
            asked = text("select id, generation from leads where owner = :owner order by id")
            return [(row.id, row.generation) for row in connection.execute(asked, {"owner": owner})]
    finally:
        database.close()


def write_leads(file: Path, user: str, team: str, leads: Sequence[Pressed]) -> Path:
    """For the load generator: who presses, and on which leads."""
    file.write_text(json.dumps([user, team, leads]), encoding="utf-8")
    return file


def presses(file: Path) -> Callable[[int], bytes | None]:
    """The request of a number; None when there are no more leads."""
    user, team, leads = json.loads(file.read_text(encoding="utf-8"))
    verifier = SignatureVerifier(SIGNING_SECRET)

    def request_of(number: int) -> bytes | None:
        if number >= len(leads):
            return None
        lead_id, generation = leads[number]
        return _request(verifier, lead_id, generation, user, team)

    return request_of


def _request(verifier: SignatureVerifier, lead_id: str, generation: int, user: str, team: str) -> bytes:
    payload = {
        "type": "block_actions",
        "user": {"id": user, "username": "carla", "name": "carla", "team_id": team},
        "api_app_id": "A0LEADSLA",
        "token": "unused",
        "container": {
            "type": "message",
            "message_ts": "1764000000.000100",
            "channel_id": "D0CARLA",
            "is_ephemeral": False,
        },
        "trigger_id": "1.2.abc",
        "team": {"id": team, "domain": "acme"},
        "channel": {"id": "D0CARLA", "name": "directmessage"},
        "message": {
            "type": "message",
            "user": "U0BOT",
            "ts": "1764000000.000100",
            "text": "New lead for you: Northwind Freight, answer by 15:00",
            "blocks": [_section(number) for number in range(6)],
        },
        "actions": [
            {
                "action_id": "on_it",
                "block_id": "do:v1",
                "text": {"type": "plain_text", "text": "I'm on it", "emoji": True},
                "value": f"{lead_id}:{generation}",
                "type": "button",
                "action_ts": "1764000001.000200",
            }
        ],
    }
    body = urlencode({"payload": json.dumps(payload)})
    stamp = str(int(time()))
    signature = verifier.generate_signature(timestamp=stamp, body=body)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def _section(number: int) -> dict[str, object]:
    """A card's message comes back with each press."""
    words = f"*Line {number}* of a card as its owner has it, with about as many words as such a line has."
    return {"type": "section", "block_id": f"b{number}", "text": {"type": "mrkdwn", "text": words}}

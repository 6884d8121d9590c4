"""A bot for the pretend Slack that acknowledges as a test tells it, and keeps what it heard."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from slack_sdk import WebClient

from bot.sandbox import SandboxServer
from bot.sandbox.tokens import BOT_TOKEN


class Bot:
    """`answers` go out one after the other; None is no answer in time, and nothing left is a plain 200."""

    def __init__(self, slack: SandboxServer) -> None:
        self.client = WebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
        self.answers: list[dict[str, Any] | None] = []
        self.heard: list[dict[str, Any]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def hear(self, body: bytes) -> dict[str, Any] | None:
        self.heard.append(json.loads(parse_qs(body.decode())["payload"][0]))
        self.may_answer.wait(10)
        return self.answers.pop(0) if self.answers else {}

    def types(self) -> list[str]:
        return [one["type"] for one in self.heard]

    def submitted(self) -> dict[str, Any]:
        """What was filled in, of the last submit."""
        values = self.heard[-1]["view"]["state"]["values"]
        return {block: next(iter(elements.values())) for block, elements in values.items()}


@contextmanager
def answering(slack: SandboxServer) -> Iterator[Bot]:
    bot = Bot(slack)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = bot.hear(self.rfile.read(int(self.headers["Content-Length"])))
            said = b"" if not answer else json.dumps(answer).encode()
            self.send_response(500 if answer is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            # Whoever waited for an answer that came too late is gone.
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Requests are not written to the terminal."""

    receiver = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.daemon_threads = True
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    slack.workspace.mode = "http"
    slack.workspace.request_url = f"http://127.0.0.1:{receiver.server_port}/slack/events"
    yield bot
    bot.may_answer.set()
    receiver.shutdown()
    receiver.server_close()
    thread.join()

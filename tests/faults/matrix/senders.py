"""Programs that send leads: each lead again and again under the same external id, until it is acknowledged."""

import http.client
import json
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

KEY = "matrix-key"
SENDERS = 3
TRIES_MAX = 900
WAIT_SECONDS = 0.1
ANSWER_WITHIN_SECONDS = 10.0


@dataclass
class Senders:
    """`ports` gives the doors that are open now; leads leave when they are `released`."""

    ports: Callable[[], Sequence[int]]
    acknowledged: dict[str, str] = field(default_factory=dict)
    sent_again: int = 0
    wrong: list[str] = field(default_factory=list)
    _waiting: queue.SimpleQueue[int | None] = field(default_factory=queue.SimpleQueue)
    _threads: list[threading.Thread] = field(default_factory=list)
    _released: int = 0

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._send_all, daemon=True) for _ in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def release(self, number: int) -> None:
        for _ in range(number):
            self._released += 1
            self._waiting.put(self._released)

    def finish(self) -> None:
        """Until every lead is acknowledged, or given up."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _send_all(self) -> None:
        while (number := self._waiting.get()) is not None:
            name = f"matrix-{number}"
            try:
                self.acknowledged[name] = self._until_acknowledged(name, number)
            except AssertionError as problem:
                self.wrong.append(str(problem))

    def _until_acknowledged(self, name: str, number: int) -> str:
        body = json.dumps(
            {
                "external_id": name,
                "email": f"dana@{name}.example",
                "company": f"Northwind {number}",
                "score": 88,
            }
        )
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        for attempt in range(TRIES_MAX):
            self.sent_again += attempt == 1
            ports = self.ports()
            if ports:
                connection = http.client.HTTPConnection(
                    "127.0.0.1", ports[(number + attempt) % len(ports)], timeout=ANSWER_WITHIN_SECONDS
                )
                try:
                    connection.request("POST", "/v1/leads", body, headers)
                    answer = connection.getresponse()
                    said = answer.read()
                    if answer.status == 202:
                        lead_id: str = json.loads(said)["lead_id"]
                        return lead_id
                    assert answer.status == 503, said
                except (OSError, http.client.HTTPException):
                    # It was killed: whether the lead is on disk nobody can know, so it is sent again.
                    pass
                finally:
                    connection.close()
            threading.Event().wait(WAIT_SECONDS)
        raise AssertionError(f"{name} was never acknowledged")

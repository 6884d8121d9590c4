"""A load generator in a process of its own: `python -m tests.benchmarks.load PORT SECONDS NAME CONNECTIONS [FILE]`.

Each connection is kept open and sends the next lead when the last one was answered; or, with the file, the next
press of a button on a lead that is written there, until there are no more. What it found is printed as JSON: how many
were answered 2xx and how fast, in seconds, and how often which other status came.
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import uvloop

from tests.benchmarks.figures import at_share
from tests.benchmarks.pressing import presses

KEY = "bench-key"
MOST = 400_000
"""Leads of one run, whatever the machine can do."""
GRACE_SECONDS = 15
Made = Callable[[int], bytes | None]
"""The request of a number; None when there are no more."""
_COMPANIES = ("Northwind Freight", "Contoso Robotics", "Blue Heron Foods", "Alder & Sons", "Tessellate")
_COUNTRIES = ("US", "DE", "FR", "AT", "CA", "US", "CH")
_INTENTS = ("webinar", "trial", "demo_request", "content", "newsletter")


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one run found."""

    seconds: float
    answered: int
    p50: float
    p99: float
    others: dict[str, int]

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


def run(
    port: int, seconds: float, name: str, connections: int = 32, *, presses_on: Path | None = None
) -> Load:
    """Run the generator against a port of this machine and wait for what it found."""
    command = [sys.executable, "-m", "tests.benchmarks.load", str(port), str(seconds), name, str(connections)]
    command += [] if presses_on is None else [str(presses_on)]
    said = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, timeout=seconds + GRACE_SECONDS + 30
    ).stdout
    return Load(**json.loads(said))


def body_of(name: str, number: int) -> dict[str, Any]:
    """A lead as a website sends it, each a little different, most with all that routing looks at."""
    return {
        "external_id": f"{name}-{number}",
        "email": f"dana@northwind-{name}-{number}.example",
        "first_name": "Dana",
        "last_name": "Reyes",
        "company": _COMPANIES[number % len(_COMPANIES)],
        "title": "Head of Logistics",
        "country": _COUNTRIES[number % len(_COUNTRIES)],
        "employees": number * 37 % 3000,
        "score": number * 13 % 100,
        "intent": _INTENTS[number % len(_INTENTS)],
        "message": "We are looking at tools for our dispatch team and would like to see yours.",
    }


def request_of(name: str, number: int) -> bytes:
    body = json.dumps(body_of(name, number))
    head = (
        "POST /v1/leads HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


class _Sender(asyncio.Protocol):
    """One connection; answers are read only as far as their status and length."""

    def __init__(self, made: Made, numbers: "count[int]", until: float, over: "asyncio.Future[None]") -> None:
        self._made = made
        self._numbers = numbers
        self._until = until
        self._over = over
        self._read = b""
        self._began = 0.0
        self.latencies: list[float] = []
        self.others: Counter[str] = Counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._over.done():
            self.others["connection lost"] += 1
            self._over.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._read = b""
        status = head[9:12].decode()
        if status.startswith("2"):
            self.latencies.append(perf_counter() - self._began)
        else:
            self.others[status] += 1
        self._send()

    def _send(self) -> None:
        number = next(self._numbers)
        request = self._made(number)
        if perf_counter() >= self._until or request is None or number >= MOST:
            self._over.set_result(None)
            self._transport.close()
            return
        self._began = perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])


async def _all(port: int, seconds: float, made: Made, connections: int) -> Load:
    loop = asyncio.get_running_loop()
    numbers = count()
    began = perf_counter()
    senders, ends = [], []
    for _ in range(connections):
        over: asyncio.Future[None] = loop.create_future()
        sender = _Sender(made, numbers, began + seconds, over)
        await loop.create_connection(lambda sender=sender: sender, "127.0.0.1", port)  # type: ignore[misc]
        senders.append(sender)
        ends.append(over)
    await asyncio.wait_for(asyncio.gather(*ends), seconds + GRACE_SECONDS)
    others: Counter[str] = sum((sender.others for sender in senders), Counter())
    latencies = [latency for sender in senders for latency in sender.latencies]
    return Load(
        seconds=perf_counter() - began,
        answered=len(latencies),
        p50=at_share(latencies, 0.5),
        p99=at_share(latencies, 0.99),
        others=dict(others),
    )


def main(arguments: list[str]) -> None:
    port, seconds, name, connections, *file = arguments
    made: Made = presses(Path(file[0])) if file else lambda number: request_of(name, number)
    load = uvloop.run(_all(int(port), float(seconds), made, int(connections)))
    print(json.dumps(load.__dict__))


if __name__ == "__main__":
    main(sys.argv[1:])

"""How the desk answers: JSON, what cannot be done in words, and nothing that waits in the server's own loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.demo.stage import StageFailed
from storage.database import DatabaseAway

Json = dict[str, Any]


class Declined(Exception):
    """What was asked for cannot be done; the text says why, and what can."""

    def __init__(self, said: str, status: int = 400) -> None:
        super().__init__(said)
        self.status = status


async def asked(request: web.Request) -> Json:
    """The JSON object that came with a request."""
    try:
        said = await request.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Declined("Send a JSON object, {...}.")
    return said


def one_of(asked: Json, name: str, choices: tuple[str, ...]) -> str:
    """What was chosen under this name."""
    choice = asked.get(name)
    if choice not in choices:
        raise Declined(f"{name} is one of {', '.join(choices)}.")
    return str(choice)


def answered(
    handler: Callable[[web.Request], Awaitable[Json]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler with its answer as JSON, and its troubles as `{"error": words}`."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await handler(request))
        except Declined as declined:
            return _error(str(declined), declined.status)
        except StageFailed as failed:
            return _error(str(failed), 502)
        except DatabaseAway as away:
            return _error(f"{away} Try again in a moment.", 502)

    return answer


async def in_thread(work: Callable[..., Json], *given: Any) -> Json:
    """Whatever waits, for the bot or for a disk, waits in a thread of its own: the loop serves the bot."""
    return await asyncio.to_thread(work, *given)


def _error(said: str, status: int) -> web.Response:
    return web.json_response({"error": said}, status=status)

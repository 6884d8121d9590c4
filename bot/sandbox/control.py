"""The control door under /_sandbox/: look, act as the people, set faults, follow what happens."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.deliveries import Attempt, Delivery
from bot.sandbox.emoji import symbols
from bot.sandbox.faults import Fault
from bot.sandbox.model import Json, SlackError, View, dm_id
from bot.sandbox.outcomes import PressResult, StepRun, SubmitResult
from bot.sandbox.stream import Happening
from bot.sandbox.view_state import NotOnScreenError
from bot.slack.scopes import HINTS

if TYPE_CHECKING:
    from bot.sandbox.server import SandboxServer

STREAM_QUEUE_MAX = 10_000
KEEP_ALIVE_EVERY = 15.0
_ACTS = (
    "press",
    "select",
    "press_in_view",
    "open_view",
    "submit_view",
    "close_view",
    "open_home",
    "command",
    "say",
    "run_workflow_step",
    "post_metadata_message",
    "delete_message",
    "redeliver",
)


class Control:
    """Every answer is JSON; what cannot be done is a 400 that says why."""

    def __init__(self, server: "SandboxServer") -> None:
        self._server = server
        self._workspace = server.workspace

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/_sandbox/", self._guard(self._state))
        app.router.add_get("/_sandbox/state", self._guard(self._state))
        app.router.add_get("/_sandbox/seen/{user}", self._guard(self._seen))
        app.router.add_get("/_sandbox/ledger", self._guard(self._ledger))
        app.router.add_get("/_sandbox/emoji", self._guard(self._emoji))
        app.router.add_get("/_sandbox/faults", self._guard(self._faults))
        app.router.add_post("/_sandbox/faults", self._guard(self._add_fault))
        app.router.add_delete("/_sandbox/faults", self._guard(self._clear_faults))
        app.router.add_post("/_sandbox/outage", self._guard(self._outage))
        app.router.add_post("/_sandbox/disconnect", self._guard(self._disconnect))
        app.router.add_post("/_sandbox/change", self._guard(self._change))
        app.router.add_post("/_sandbox/act/{act}", self._guard(self._act))
        app.router.add_get("/_sandbox/events", self._events)

    def _guard(
        self, handler: Callable[[web.Request], Awaitable[Json]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def guarded(request: web.Request) -> web.Response:
            try:
                return web.json_response(await handler(request))
            except (SlackError, NotOnScreenError, KeyError, TypeError, ValueError) as error:
                said = {"error": f"{type(error).__name__}: {error}"}
                return web.json_response(said, status=400)

        return guarded

    async def _state(self, _: web.Request) -> Json:
        workspace, accounts = self._workspace, self._server.accounts
        # Read before the rest: what happens meanwhile is told again rather than missed.
        seq = workspace.stream.position
        with workspace.lock:
            return {
                "seq": seq,
                "has_desk": any(one.path.startswith("/_demo/") for one in self._server.extra_routes),
                "epoch": workspace.clock(),
                "app": {"id": workspace.app_id, "name": workspace.bot_name, "user": workspace.bot.user},
                "commands": sorted(workspace.commands),
                "hints": {name: HINTS[name] for name in sorted(workspace.commands & HINTS.keys())},
                "events": sorted(workspace.events),
                "team_id": workspace.team_id,
                "domain": workspace.domain,
                "mode": workspace.mode,
                "request_url": workspace.request_url,
                "sockets": self._server.sockets.connected,
                "people": [
                    one.to_slack(with_email=True, with_locale=True)
                    | {"dm": dm_id(one.id), "phone": one.phone, "silent_until": accounts.silent_until(one)}
                    for one in workspace.users.values()
                ],
                "channels": [
                    one.to_slack(as_member=workspace.bot.user) | {"members": sorted(one.members)}
                    for one in workspace.channels.values()
                ],
                "messages": {
                    channel_id: [one.to_slack() for one in workspace.shown_in(channel_id)]
                    for channel_id in workspace.channels
                },
                "ephemerals": [one.to_slack() for one in workspace.ephemerals],
                "letters": [one.to_json() for one in list(self._server.post_office.letters)],
                "modals": {user: workspace.surfaces.stack(user) for user in workspace.surfaces.modals},
                "homes": {user: one.told() for user, one in workspace.surfaces.homes.items()},
                "deliveries": [one.to_json() for one in self._server.deliveries.log],
                "executions": list(workspace.executions.values()),
            }

    async def _seen(self, request: web.Request) -> Json:
        """What stands on one person's screen, with what is said to them alone."""
        workspace = self._workspace
        user = workspace.user(request.match_info["user"]).id
        with workspace.lock:
            places = [one for one in workspace.channels.values() if user in one.members]
            home = workspace.surfaces.homes.get(user)
            return {
                "user": user,
                "conversations": [
                    {
                        "channel": one.id,
                        "name": one.name,
                        "messages": [message.to_slack() for message in workspace.shown_in(one.id)],
                        "ephemerals": [
                            shown.to_slack() for shown in workspace.ephemerals_for(user, channel=one.id)
                        ],
                    }
                    for one in places
                ],
                "modals": workspace.surfaces.stack(user),
                "home": None if home is None else home.told(),
            }

    async def _ledger(self, request: web.Request) -> Json:
        ledger, after = self._workspace.ledger, int(request.query.get("after", "0"))
        return {
            "entries": [one.to_json() for one in ledger.entries(after=after)],
            "calls": [one.to_json() for one in ledger.calls(after=after)],
            "duplicates": sorted(ledger.duplicates()),
        }

    async def _emoji(self, request: web.Request) -> Json:
        return {"symbols": symbols(request.query.get("names", "").split(","))}

    async def _faults(self, _: web.Request) -> Json:
        return self._workspace.faults.to_json()

    async def _add_fault(self, request: web.Request) -> Json:
        wanted: Json = await request.json()
        lost = wanted.pop("lost_deliveries", None)
        if lost is not None:
            self._workspace.faults.lost_deliveries = int(lost)
            self._workspace.faults.changed()
        known = {one.name for one in fields(Fault)} - {"id"}
        unknown = set(wanted) - known
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
        return self._workspace.faults.add(Fault(**wanted)).to_json() if wanted else {}

    async def _clear_faults(self, request: web.Request) -> Json:
        fault_id = request.query.get("id")
        self._workspace.faults.clear(None if fault_id is None else int(fault_id))
        return self._workspace.faults.to_json()

    async def _outage(self, request: web.Request) -> Json:
        mode = (await request.json()).get("mode")
        if mode is None:
            await self._server.outage_ends()
        elif mode in ("refuse", "reset", "hang"):
            await self._server.outage_begins(mode)
        else:
            raise ValueError("mode is refuse, reset, hang or null")
        return {"mode": mode}

    async def _disconnect(self, request: web.Request) -> Json:
        reason = (await request.json()).get("reason", "refresh_requested")
        if reason == "cut":
            await self._server.sockets.cut()
        else:
            await self._server.sockets.disconnect(reason)
        return {"reason": reason}

    async def _change(self, request: web.Request) -> Json:
        """`{"what": "archive", "id": "C…"}`, and the other changes named below."""
        wanted = await request.json()
        what, target = wanted["what"], str(wanted["id"])
        workspace, accounts = self._workspace, self._server.accounts
        changes: dict[str, Callable[[str], object]] = {
            "archive": workspace.archive,
            "deactivate": accounts.close,
            "reactivate": accounts.open,
            "silence": accounts.silence,
            "unsilence": accounts.hear,
            "kick_bot": workspace.kick_bot,
            "invite_bot": workspace.invite_bot,
            "drop_scope": workspace.tokens.scopes.discard,
            "grant_scope": workspace.tokens.scopes.add,
        }
        if what not in changes:
            raise ValueError(f"what is one of {', '.join(changes)}")
        # Some changes are told to the bot, which answers by way of this loop.
        await asyncio.to_thread(changes[what], target)
        return {"what": what, "id": target}

    async def _act(self, request: web.Request) -> Json:
        act = request.match_info["act"]
        if act not in _ACTS:
            raise ValueError(f"there is no act {act}; there are {', '.join(_ACTS)}")
        wanted = await request.json() if request.can_read_body else {}
        # Acts wait for the bot, and the bot for this loop: so they run in a thread of their own.
        return _said(await asyncio.to_thread(getattr(self._server.people, act), **wanted))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; a reader that comes back with Last-Event-ID gets what it missed."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Happening | None] = asyncio.Queue(STREAM_QUEUE_MAX)

        def put(happening: Happening) -> None:
            # A reader that does not keep up is sent away rather than kept in memory.
            if queue.full():
                queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(happening)

        def hear(happening: Happening) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(put, happening)

        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        last_seen = request.headers.get("Last-Event-ID") or request.query.get("after")
        stop = self._workspace.stream.follow(hear, after=None if last_seen is None else int(last_seen))
        try:
            await response.prepare(request)
            await response.write(b": following\n\n")
            await self._pour(queue, response)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            stop()
        return response

    async def _pour(self, queue: "asyncio.Queue[Happening | None]", response: web.StreamResponse) -> None:
        while not self._server.is_stopping:
            try:
                happening = await asyncio.wait_for(queue.get(), KEEP_ALIVE_EVERY)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if happening is None:
                return
            said = f"id: {happening.seq}\nevent: {happening.kind}\ndata: {json.dumps(happening.data)}\n\n"
            await response.write(said.encode())


def _said(outcome: Any) -> Json:
    """Whatever an act gave back, as JSON."""
    match outcome:
        case PressResult() | SubmitResult() | StepRun() | Delivery():
            return outcome.to_json()
        case View():
            return outcome.told()
        case Attempt():
            return {"acked": outcome.acked, "status": outcome.status, "reason": outcome.reason}
        case (message, delivery):
            said = None if delivery is None else delivery.to_json()
            return {"message": message.to_slack(), "delivery": said}
        case _:
            return {}

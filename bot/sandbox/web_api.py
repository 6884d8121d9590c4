"""The Web API's front: who calls, whether they may, what goes wrong on purpose, and the answer as HTTP."""

import asyncio
import json
import math
from email.utils import formatdate
from typing import Any

from aiohttp import web

from bot.sandbox import chat_api, conversations_api, functions_api, users_api, views_api
from bot.sandbox.api_call import ApiCall, Method, decode
from bot.sandbox.ledger import Call
from bot.sandbox.misbehave import drop, ratelimited, spoil
from bot.sandbox.model import Json, SlackError
from bot.sandbox.tokens import TokenKind
from bot.sandbox.workspace import Workspace

METHODS: dict[str, Method] = {
    **chat_api.METHODS,
    **conversations_api.METHODS,
    **users_api.METHODS,
    **views_api.METHODS,
    **functions_api.METHODS,
}
_SECRET_ARGUMENTS = ("token",)


class WebApi:
    def __init__(self, workspace: Workspace, stopping: asyncio.Event) -> None:
        self.workspace = workspace
        self.stopping = stopping

    async def handle(self, request: web.Request) -> web.StreamResponse:
        workspace = self.workspace
        method = request.match_info["method"]
        if workspace.faults.outage is not None:
            record = self._record(method, {}, None)
            record.outcome = record.fault = f"outage:{workspace.faults.outage}"
            return await self._nobody_home(request)
        try:
            raw = await read_arguments(request)
            args = decode(raw)
        except SlackError as error:
            record = self._record(method, {}, None)
            return self._answer(record, {"ok": False, "error": error.error})
        token = _bearer(request) or args.get("token")
        args = {name: value for name, value in args.items() if name not in _SECRET_ARGUMENTS}
        place = self._place(args)
        record = self._record(method, args, place)
        fault = workspace.faults.answer(method, place)
        if fault is not None and not fault.accept:
            record.fault = fault.kind
            return await spoil(request, fault, record, None, self.stopping)
        paced = self._too_fast(record, method, place)
        if paced is not None:
            return paced
        body = self._call(method, args, token, record)
        answer = self._answer(record, body)
        if fault is not None:
            record.fault = fault.kind
            return await spoil(request, fault, record, answer, self.stopping)
        return answer

    def _call(self, method: str, args: Json, token: str | None, record: Call) -> Json:
        """What Slack would say, with the effects that this has."""
        workspace = self.workspace
        try:
            with workspace.lock:
                known = METHODS.get(method)
                if known is None:
                    raise SlackError("unknown_method", req_method=method)
                kind = self._kind_of(token, known)
                if kind != "app":
                    workspace.tokens.need(known.scopes)
                call = ApiCall(workspace=workspace, args=args, record=record, token=token, token_kind=kind)
                return {"ok": True, **known.handler(call)}
        except SlackError as error:
            return {"ok": False, "error": error.error, **error.more}

    def _kind_of(self, token: str | None, method: Method) -> TokenKind:
        if token is None and "none" in method.tokens:
            return "app"
        kind = self.workspace.tokens.kind_of(token)
        if kind not in method.tokens:
            raise SlackError("not_allowed_token_type")
        return kind

    def _record(self, method: str, args: Json, place: str | None) -> Call:
        workspace = self.workspace
        return workspace.ledger.called(
            method, args, channel=place, wall=workspace.clock(), monotonic=workspace.monotonic()
        )

    def _place(self, args: Json) -> str | None:
        """The conversation that a call is about; a person's id stands for the direct messages with them."""
        place = args.get("channel") or args.get("channel_id")
        return f"D{str(place)[1:]}" if place in self.workspace.users else place

    def _too_fast(self, record: Call, method: str, place: str | None) -> web.Response | None:
        wait = self.workspace.pacing.wait(method, place, now=self.workspace.monotonic())
        if wait == 0.0:
            return None
        return ratelimited(record, str(max(1, math.ceil(wait))))

    def _answer(self, record: Call, body: Json) -> web.Response:
        record.accepted = body["ok"]
        record.outcome = "ok" if body["ok"] else body["error"]
        record.status = 200
        scopes = ",".join(sorted(self.workspace.tokens.scopes))
        # The date tells what time it is at Slack, so that a clock which is wrong can be noticed.
        headers = {"x-oauth-scopes": scopes, "Date": formatdate(self.workspace.outside(), usegmt=True)}
        return web.json_response(body, headers=headers)

    async def _nobody_home(self, request: web.Request) -> web.StreamResponse:
        """A whole outage: an answer never comes, or the connection breaks at once."""
        while self.workspace.faults.outage == "hang" and not self.stopping.is_set():
            await asyncio.sleep(0.02)
        return drop(request, reset=True)


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """Arguments wherever slack-sdk puts them: the query, a form, or a JSON body."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        try:
            body = json.loads(text) if text else {}
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return args | body
    if request.can_read_body:
        args |= dict(await request.post())
    return args

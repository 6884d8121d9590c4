"""The addresses that a press brings along: answers there go to the presser, or change the pressed message."""

import asyncio

from aiohttp import web

from bot.sandbox.chat_api import refuse_bad_content
from bot.sandbox.ledger import Call
from bot.sandbox.misbehave import drop, spoil
from bot.sandbox.model import Json, SlackError
from bot.sandbox.surfaces import ResponseAddress
from bot.sandbox.workspace import Workspace

METHOD = "response_url"


class ResponseDoor:
    def __init__(self, workspace: Workspace, stopping: asyncio.Event) -> None:
        self.workspace = workspace
        self.stopping = stopping

    async def handle(self, request: web.Request) -> web.StreamResponse:
        workspace = self.workspace
        if workspace.faults.outage is not None:
            return drop(request, reset=True)
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        record = workspace.ledger.called(
            METHOD, body, channel=None, wall=workspace.clock(), monotonic=workspace.monotonic()
        )
        fault = workspace.faults.answer(METHOD, None)
        if fault is not None:
            record.fault = fault.kind
        if fault is not None and not fault.accept:
            return await spoil(request, fault, record, None, self.stopping)
        answer = self._accept(request.match_info["key"], body, record)
        return answer if fault is None else await spoil(request, fault, record, answer, self.stopping)

    def _accept(self, key: str, body: Json, record: Call) -> web.Response:
        try:
            with self.workspace.lock:
                address = self.workspace.surfaces.use_response(key)
                self._do(address, body, record)
        except SlackError as error:
            record.outcome, record.status = error.error, 404 if error.error.endswith("_url") else 400
            return web.Response(status=record.status, text=error.error)
        record.outcome, record.status, record.accepted = "ok", 200, True
        return web.Response(text="ok")

    def _do(self, address: ResponseAddress, body: Json, record: Call) -> None:
        workspace = self.workspace
        channel = workspace.channels[address.channel]
        original = channel.messages.get(address.message_ts or "")
        if body.get("delete_original") and original is not None:
            workspace.ledger.accepted("delete", record, payload=body, channel=channel.id, ts=original.ts)
            workspace.delete(channel, original)
            return
        replaces = bool(body.get("replace_original") or body.get("delete_original"))
        if replaces and original is None:
            self._take_away(address)
            if body.get("delete_original"):
                return
        content = {name: value for name, value in body.items() if name in ("text", "blocks", "metadata")}
        refuse_bad_content(content)
        text, blocks = content["text"], content.get("blocks")
        if body.get("replace_original") and original is not None:
            workspace.edit(channel, original, {"text": text, "blocks": blocks})
            workspace.ledger.accepted("update", record, payload=body, channel=channel.id, ts=original.ts)
        elif body.get("response_type") == "in_channel":
            message = workspace.post(channel, text=text, blocks=blocks, metadata=content.get("metadata"))
            workspace.ledger.accepted("post", record, payload=body, channel=channel.id, ts=message.ts)
        else:
            shown = workspace.show_ephemeral(
                channel, address.user, text=text, blocks=blocks, trigger=address.trigger
            )
            workspace.ledger.accepted(
                "ephemeral", record, payload=body, channel=channel.id, ts=shown.ts, user=address.user
            )

    def _take_away(self, address: ResponseAddress) -> None:
        """A message that only the presser sees goes, and what replaces it comes in its place."""
        workspace = self.workspace
        for one in workspace.ephemerals_for(address.user, channel=address.channel):
            if one.ts == address.message_ts:
                workspace.ephemerals.remove(one)
                workspace.stream.tell(
                    "ephemeral_gone", {"channel": one.channel, "user": one.user, "ts": one.ts}
                )

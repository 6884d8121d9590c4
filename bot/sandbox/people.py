"""What people in the workspace do: press, choose, fill in and submit, type commands, run workflows."""

import secrets
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from bot.sandbox import payloads
from bot.sandbox.deliveries import Attempt, Delivery
from bot.sandbox.model import Author, Channel, Json, Kind, Message, View, dm_id
from bot.sandbox.on_screen import find_element, look_for
from bot.sandbox.outcomes import PressResult, StepRun, SubmitResult
from bot.sandbox.tokens import WORKFLOW_TOKEN_PREFIX
from bot.sandbox.view_state import NotOnScreenError, choose, fill_in
from bot.sandbox.views_api import refuse_bad_view

if TYPE_CHECKING:
    from bot.sandbox.server import SandboxServer

EXECUTIONS_KEPT = 10_000
_MESSAGE_EVENTS: Mapping[Kind, str] = {
    "im": "message.im",
    "public": "message.channels",
    "private": "message.groups",
}


class People:
    """Each act waits for the bot's acknowledgement. Call from any thread but the server's own loop."""

    def __init__(self, server: "SandboxServer") -> None:
        self._server = server
        self._workspace = server.workspace

    def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        choice: Any = None,
        team: str | None = None,
        stale: bool = False,
    ) -> PressResult:
        """Press a button on a message, or choose in it.

        `value` replaces the button's own, as a forged press would. With `stale` the person's client still
        shows the newest older copy of the message that had the button.
        """
        workspace = self._workspace
        place = (
            workspace.channel(channel) if channel not in workspace.channels else workspace.channels[channel]
        )
        message, button_block, element = look_for(
            workspace, place, user, ts, action_id, block_id, stale=stale
        )
        chosen = None if choice is None else choose(element, choice)
        trigger = workspace.surfaces.new_trigger(user)
        address = workspace.surfaces.new_response(trigger, channel=place.id, message_ts=ts)
        payload = payloads.press_on_message(
            workspace,
            workspace.user(user),
            message,
            place.id,
            ts,
            payloads.action_of(workspace, element, button_block, value=value, chosen=chosen),
            trigger,
            f"{workspace.root_url}/response/{address.key}",
            team=team,
        )
        return self._pressed(user, trigger.id, payload)

    def select(
        self, user: str, channel: str, ts: str, action_id: str, choice: Any, *, block_id: str | None = None
    ) -> PressResult:
        """Choose in a menu or list on a message; `choice` is the option's value."""
        return self.press(user, channel, ts, action_id, block_id=block_id, choice=choice)

    def press_in_view(
        self,
        user: str,
        action_id: str,
        *,
        block_id: str | None = None,
        choice: Any = None,
        values: Mapping[str, Any] | None = None,
        home: bool = False,
    ) -> PressResult:
        """Use a button or a menu in the modal on top, or on the home tab."""
        workspace = self._workspace
        view = workspace.surfaces.homes.get(user) if home else self.open_view(user)
        if view is None:
            raise NotOnScreenError(f"{user} has no home tab")
        found_in, element = find_element(view.payload.get("blocks"), action_id, block_id)
        state, _ = fill_in(view.payload, values or {})
        trigger = workspace.surfaces.new_trigger(user, view_id=view.id)
        chosen = None if choice is None else choose(element, choice)
        action = payloads.action_of(workspace, element, found_in, value=None, chosen=chosen)
        payload = payloads.press_in_view(workspace, workspace.user(user), view, action, trigger, state)
        return self._pressed(user, trigger.id, payload)

    def open_view(self, user: str) -> View:
        """The modal on top of this person's screen."""
        view = self._workspace.surfaces.top(user)
        if view is None:
            raise NotOnScreenError(f"{user} has no modal open")
        return view

    def submit_view(
        self, user: str, values: Mapping[str, Any] | None = None, *, team: str | None = None
    ) -> SubmitResult:
        """Fill in the modal on top and submit it; what is not named keeps what the modal proposed."""
        workspace = self._workspace
        view = self.open_view(user)
        state, missing = fill_in(view.payload, values or {})
        if missing:
            return SubmitResult(acked=False, errors=missing, view=view)
        trigger = workspace.surfaces.new_trigger(user, view_id=view.id)
        payload = payloads.view_submission(workspace, workspace.user(user), view, state, trigger, team=team)
        delivery = self._send("interactive", payload)
        first = delivery.attempts[0]
        if not first.acked:
            return SubmitResult(acked=False, view=view, delivery=delivery)
        return self._after_submit(user, view, first, delivery)

    def close_view(self, user: str, *, all_at_once: bool = False) -> Delivery | None:
        """Close the modal; the bot hears of it only when the view asked for that."""
        workspace = self._workspace
        view = self.open_view(user)
        payload = payloads.view_closed(workspace, workspace.user(user), view, all_at_once=all_at_once)
        workspace.surfaces.close(user, only_top=not all_at_once)
        return self._send("interactive", payload) if view.payload.get("notify_on_close") else None

    def open_home(self, user: str) -> Delivery:
        workspace = self._workspace
        home = workspace.surfaces.homes.get(user)
        view = None if home is None else payloads.view_json(workspace, home)
        event = payloads.app_home_opened(workspace.user(user), workspace.dm(user).id, view)
        return self.event(event)

    def leaves(self, user: str) -> Delivery | None:
        """The admin closes the person's account; the bot hears of it where it subscribed to that."""
        workspace = self._workspace
        workspace.deactivate(user)
        if "user_change" not in workspace.events:
            return None
        return self.event(payloads.user_change(workspace.user(user), workspace.clock()))

    def command(self, user: str, channel: str, name: str, text: str = "") -> PressResult:
        """Type a slash command."""
        workspace = self._workspace
        place = self._place(user, channel)
        trigger = workspace.surfaces.new_trigger(user)
        address = workspace.surfaces.new_response(trigger, channel=channel, message_ts=None)
        url = f"{workspace.root_url}/response/{address.key}"
        payload = payloads.command(workspace, workspace.user(user), channel, name, text, trigger, url)
        after = workspace.next_number()
        delivery = self._send("slash_commands", payload)
        self._show_answer(place, user, delivery, trigger.id)
        return PressResult(
            workspace=workspace, delivery=delivery, user=user, trigger_id=trigger.id, after=after
        )

    def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> tuple[Message, Any]:
        """Write a message. Slack takes `&`, `<` and `>` for its own marks, so people's are sent escaped."""
        workspace = self._workspace
        place = self._place(user, channel)
        if user not in place.members:
            raise NotOnScreenError(f"{user} is not in {channel}")
        message = workspace.post(
            place, text=escape(text, quote=False), author=Author(user=user), thread_ts=thread_ts
        )
        if _MESSAGE_EVENTS[place.kind] not in workspace.events or workspace.bot.user not in place.members:
            return message, None
        return message, self.event(payloads.message_posted(place, message))

    def run_workflow_step(self, callback_id: str, inputs: Json, user: str | None = None) -> StepRun:
        """Run the bot's workflow step as a workflow would."""
        workspace = self._workspace
        number = workspace.next_number()
        token = f"{WORKFLOW_TOKEN_PREFIX}{secrets.token_hex(8)}"
        execution: Json = {
            "id": f"Fx{number:08d}",
            "workflow_id": f"Wx{number:08d}",
            "token": token,
            "state": "running",
            "user": user,
        }
        workspace.executions[execution["id"]] = execution
        while len(workspace.executions) > EXECUTIONS_KEPT:
            oldest = workspace.executions.pop(next(iter(workspace.executions)))
            workspace.tokens.workflow.pop(oldest["token"], None)
        workspace.tokens.workflow[token] = True
        event = payloads.function_executed(workspace, callback_id, inputs, execution)
        return StepRun(workspace=workspace, delivery=self.event(event), execution_id=execution["id"])

    def post_metadata_message(
        self,
        app_id: str,
        channel: str,
        event_type: str,
        payload: Json,
        *,
        text: str = "A message with metadata",
        tell: bool = True,
    ) -> tuple[Message, Delivery | None]:
        """Another app posts a message with metadata; the bot hears of it when it is in the conversation."""
        workspace = self._workspace
        place = workspace.channels[channel]
        author = Author(user=f"U{app_id[1:]}", app_id=app_id, bot_id=f"B{app_id[1:]}")
        metadata = {"event_type": event_type, "event_payload": payload}
        message = workspace.post(place, text=text, author=author, metadata=metadata)
        if not tell or workspace.bot.user not in place.members:
            return message, None
        event = payloads.message_metadata_posted(workspace, message)
        return message, self.event(event, is_ext_shared=place.is_ext_shared)

    def delete_message(self, channel: str, ts: str) -> None:
        """A person with the right to do so deletes a message, also one of the bot's."""
        place = self._workspace.channels[channel]
        self._workspace.delete(place, self._workspace.message(place, ts))

    def event(self, event: Json, *, is_ext_shared: bool = False) -> Delivery:
        """Any event of the Events API, as the bot subscribed to it."""
        payload = payloads.event_callback(self._workspace, event, is_ext_shared=is_ext_shared)
        return self._send("events_api", payload)

    def redeliver(
        self,
        delivery: Delivery | None = None,
        *,
        number: int = 1,
        reason: str = "http_timeout",
        everywhere: bool = False,
    ) -> Attempt:
        """The same thing once more at once, the last one if none is named; `everywhere`: over all sockets."""
        deliveries = self._server.deliveries
        again = delivery or deliveries.last()
        return self._server.run(
            deliveries.redeliver(again, number=number, reason=reason, everywhere=everywhere)
        )

    def _place(self, user: str, channel: str) -> Channel:
        """The conversation as the person sees it, their direct messages with the bot even before the first one."""
        workspace = self._workspace
        return workspace.dm(user) if channel == dm_id(user) else workspace.channels[channel]

    def _show_answer(self, place: Channel, user: str, delivery: Delivery, trigger_id: str) -> None:
        """An app may answer a command in its acknowledgement: to the person alone unless it says otherwise."""
        first = delivery.attempts[0]
        text, blocks = first.body.get("text"), first.body.get("blocks")
        if not first.acked or not (text or blocks):
            return
        workspace, text = self._workspace, str(text or "")
        if first.body.get("response_type") == "in_channel":
            workspace.post(place, text=text, blocks=blocks)
        else:
            workspace.show_ephemeral(
                place, workspace.user(user).id, text=text, blocks=blocks, trigger=trigger_id
            )

    def _pressed(self, user: str, trigger_id: str, payload: Json) -> PressResult:
        after = self._workspace.next_number()
        delivery = self._send("interactive", payload)
        return PressResult(
            workspace=self._workspace, delivery=delivery, user=user, trigger_id=trigger_id, after=after
        )

    def _send(self, kind: Any, payload: Json) -> Delivery:
        return self._server.run(self._server.deliveries.send(kind, payload))

    def _after_submit(self, user: str, view: View, answer: Attempt, delivery: Delivery) -> SubmitResult:
        """Do on the screen what the bot answered."""
        surfaces = self._workspace.surfaces
        action = answer.body.get("response_action")
        result = SubmitResult(acked=True, response_action=action, delivery=delivery)
        match action:
            case "errors":
                result.errors, result.view = dict(answer.body.get("errors") or {}), view
                known = {block.get("block_id") for block in view.payload.get("blocks", [])}
                if not known.issuperset(result.errors):
                    raise NotOnScreenError(f"errors beside fields that are not there: {result.errors}")
            case "update":
                result.view = surfaces.update(view, self._checked(answer))
            case "push":
                trigger = surfaces.new_trigger(user, view_id=view.id)
                result.view = surfaces.open(trigger, self._checked(answer), push=True)
            case "clear":
                surfaces.close(user)
            case _:
                surfaces.close(user, only_top=True)
        return result

    def _checked(self, answer: Attempt) -> Json:
        """The view that came with an acknowledgement; Slack shows an error for one that it would refuse."""
        payload = refuse_bad_view(answer.body.get("view"), "modal")
        return {**payload, "blocks": self._workspace.with_block_ids(payload["blocks"])}

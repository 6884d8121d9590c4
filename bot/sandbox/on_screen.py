"""Finding what a person uses: the copy of a message that they see, and the button or menu in it."""

from typing import Any

from bot.sandbox.model import Channel, Json
from bot.sandbox.view_state import NotOnScreenError
from bot.sandbox.workspace import Workspace


def look_for(
    workspace: Workspace,
    place: Channel,
    user: str,
    ts: str,
    action_id: str,
    block_id: str | None,
    *,
    stale: bool,
) -> tuple[Json | None, str, Json]:
    """The copy of the message that the person sees, and the element in it that they use.

    Of a message for them alone Slack sends no copy along.
    """
    found = place.messages.get(ts)
    if found is None:
        for one in workspace.ephemerals_for(user, channel=place.id):
            if one.ts == ts:
                return None, *find_element(one.blocks, action_id, block_id)
        raise NotOnScreenError(f"there is no message {ts} in {place.id}")
    copies = list(reversed(found.versions)) if stale else [found.to_slack()]
    if found.deleted and not stale:
        raise NotOnScreenError(f"the message {ts} was deleted")
    for copy in copies:
        try:
            return copy, *find_element(copy.get("blocks"), action_id, block_id)
        except NotOnScreenError:
            continue
    raise NotOnScreenError(f"there is no {action_id!r} on {'an older copy of ' if stale else ''}{ts}")


def find_element(blocks: Any, action_id: str, block_id: str | None) -> tuple[str, Json]:
    for block in blocks or []:
        for element in [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]:
            named = isinstance(element, dict) and element.get("action_id") == action_id
            if named and block_id in (None, block.get("block_id")):
                return str(block.get("block_id")), element
    raise NotOnScreenError(f"there is no {action_id!r} on the screen")

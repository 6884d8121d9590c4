"""Finding what a person uses: the copy of a message that they see, and the button or menu in it."""

from typing import Any

from bot.sandbox.model import Json, Message
from bot.sandbox.view_state import NotOnScreenError


def look_for(
    message: Message, action_id: str, block_id: str | None, *, stale: bool
) -> tuple[Json, str, Json]:
    """The copy of the message that the person sees, and the element in it that they use."""
    copies = list(reversed(message.versions)) if stale else [message.to_slack()]
    if message.deleted and not stale:
        raise NotOnScreenError(f"the message {message.ts} was deleted")
    for copy in copies:
        try:
            return copy, *find_element(copy.get("blocks"), action_id, block_id)
        except NotOnScreenError:
            continue
    raise NotOnScreenError(f"there is no {action_id!r} on {'an older copy of ' if stale else ''}{message.ts}")


def find_element(blocks: Any, action_id: str, block_id: str | None) -> tuple[str, Json]:
    for block in blocks or []:
        for element in [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]:
            named = isinstance(element, dict) and element.get("action_id") == action_id
            if named and block_id in (None, block.get("block_id")):
                return str(block.get("block_id")), element
    raise NotOnScreenError(f"there is no {action_id!r} on the screen")

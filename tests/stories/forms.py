"""Forms as people fill them in: by the words beside the choices, and what is said when they press Save."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.model import Json, View
from bot.sandbox.outcomes import PressResult
from bot.sandbox.workspace import Workspace
from tests.sla.play import moment
from tests.stories.screen import lines_of, unescaped

if TYPE_CHECKING:
    from tests.stories.office import Office

REFUSAL = "refusal"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def text_of(workspace: Workspace, view: View) -> str:
    return "\n".join(lines_of(workspace, view.payload["blocks"]))


def said_instead(workspace: Workspace, result: PressResult) -> str:
    """Words for the presser alone: beside the message, or in a modal in the place of the form."""
    if result.ephemerals:
        return unescaped(result.ephemerals[0].text)
    view = result.view
    if view is not None and view.payload.get("callback_id") == REFUSAL:
        return text_of(workspace, view)
    return ""


@dataclass
class Form:
    """The modal on top of somebody's screen."""

    office: "Office"
    user: str
    name: str

    @property
    def view(self) -> View:
        return self.office.slack.people.open_view(self.user)

    @property
    def text(self) -> str:
        """Everything that the form says, line by line."""
        return text_of(self.office.workspace, self.view)

    def saves(self, **values: Any) -> str:
        """Fill in by the name of the field, choices by their words, times as "Mon 10:04"; then press the button.

        The answer is what is said beside a field or in the form's place; empty when it closed.
        """
        if values.get("who") is not None:
            values["who"] = self._label(values["who"])
        for name in ("when", "from", "until"):
            if values.get(name) is not None and values[name][:3] in DAYS:
                values[name] = int(moment(values[name]).timestamp())
        given = {name: value for name, value in values.items() if value is not None}
        result = self.office.slack.people.submit_view(self.user, given)
        self.office.settles()
        if result.errors:
            return "\n".join(result.errors.values())
        assert result.acked
        if result.response_action == "update" and result.view is not None:
            return text_of(self.office.workspace, result.view)
        return ""

    def _label(self, name: str) -> str:
        """The choice that begins with this name: "Mia Moreno (me)"."""
        blocks: list[Json] = self.view.payload["blocks"]
        options = [one for block in blocks for one in block.get("element", {}).get("options", [])]
        return next(label for one in options if (label := str(one["text"]["text"])).startswith(name))

"""The workflow step as the page offers it: its inputs by the names that Workflow Builder shows."""

from typing import Any, Final

from bot.slack.start_lead_sla import CALLBACK_ID, INPUTS

_TITLES: Final = {"external_id": "Lead id", "email": "E-mail", "crm_url": "Link to the CRM"}
_NUMBERS: Final = ("employees", "score")


def _input(name: str) -> dict[str, Any]:
    title = _TITLES.get(name) or name.replace("_", " ").capitalize()
    return {
        "name": name,
        "title": title,
        "type": "number" if name in _NUMBERS else "string",
        # A lead that lacks something is kept and told of, so nothing is asked for.
        "required": False,
    }


WORKFLOW: Final[dict[str, Any]] = {
    "callback_id": CALLBACK_ID,
    "title": "Start a lead SLA",
    "inputs": [_input(name) for name in INPUTS],
}

"""Everything the bot posts: `render` draws a message of any role as Slack takes it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.cards import (
    absent,
    audit,
    closed_account,
    downtime,
    erased,
    lead_ops,
    managers,
    owner,
    pages,
    queue,
    reminders,
    shifts,
    unowned,
)
from bot.slack.cards.breach_list import render_list
from bot.slack.cards.digest import render as render_digest
from bot.slack.cards.parts import Payload
from bot.slack.cards.surge import render as render_surge
from bot.slack.cards.view import CardView, LeadView
from sla.effects import Role

__all__ = ["RENDERERS", "CardView", "fingerprint", "render"]

Renderer = Callable[[CardView], Payload]


def _about_lead(draw: Callable[[LeadView], Payload]) -> Renderer:
    return lambda view: draw(LeadView(view))


RENDERERS: Mapping[Role, Renderer] = {
    Role.OWNER_CARD: _about_lead(owner.render),
    Role.REMINDER: _about_lead(reminders.render_reminder),
    Role.PAGE: _about_lead(pages.render),
    Role.DEADLINE_PASSED: _about_lead(reminders.render_deadline_passed),
    Role.NUDGE: _about_lead(reminders.render_nudge),
    Role.MANAGERS_CARD: _about_lead(managers.render),
    Role.MANAGERS_LINE: _about_lead(managers.render_line),
    Role.QUEUE_CARD: _about_lead(queue.render),
    Role.STILL_FREE: _about_lead(queue.render_still_free),
    Role.NEEDS_ATTENTION: _about_lead(lead_ops.render_attention),
    Role.LEAD_OPS_CHECK: _about_lead(lead_ops.render_check),
    Role.UNOWNED: _about_lead(unowned.render),
    Role.UNDELIVERED: _about_lead(absent.render_undelivered),
    Role.OWNER_REMOVED: _about_lead(absent.render_removed),
    Role.ACCOUNT_CLOSED: closed_account.render,
    Role.SHIFT: shifts.render_shift,
    Role.SHIFT_OVER: shifts.render_shift_over,
    Role.LEAD_LIST: render_list,
    Role.DIGEST: render_digest,
    Role.SURGE: render_surge,
    Role.AUDIT: audit.render,
    Role.AUDIT_OVER: audit.render_over,
    Role.DOWNTIME_MANAGERS: downtime.render_managers,
    Role.DOWNTIME_OWNER: downtime.render_owner,
}


def render(view: CardView) -> Payload:
    """The parts of chat.postMessage and chat.update that people see: text, blocks, and how not to read them."""
    drawn_as_erased = erased.render(view)
    if drawn_as_erased is not None:
        return drawn_as_erased
    return RENDERERS[view.role](erased.without_erased(view))


def fingerprint(payload: Mapping[str, Any]) -> str:
    """The same for payloads that people could not tell apart: block ids, new with each revision, do not count."""
    blocks = [
        {key: value for key, value in block.items() if key != "block_id"}
        for block in payload.get("blocks", ())
    ]
    seen = json.dumps([payload.get("text"), blocks], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(seen.encode()).hexdigest()

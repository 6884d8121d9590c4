"""The Slack door: one Bolt app, with everything that people do in Slack registered on it."""

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.slack import (
    account_changed,
    anything_else,
    close_lead,
    complete,
    extend,
    fact_presses,
    hand_on,
    lead_messages,
    lead_sla,
    lists,
    log_contact,
    morning,
    pass_lead,
    reassign,
    start_lead_sla,
    swap_shift,
    why,
)
from bot.slack.desk import Desk
from bot.slack.payload_shape import may_hold_nulls, misshapen_in, storable
from storage.database import DatabaseAway

log = structlog.get_logger(__name__)

LISTENERS_AT_ONCE = 32
"""Listeners that run at the same time. Bolt's own five make the sixth press wait past Slack's three seconds."""

PLACES_LOGGED_MAX = 5

BOLTS_OWN_SETTINGS = (
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_VERIFICATION_TOKEN",
)

_REGISTERED = (
    log_contact,
    fact_presses,
    pass_lead,
    reassign,
    extend,
    close_lead,
    complete,
    lists,
    morning,
    why,
    start_lead_sla,
    lead_messages,
    lead_sla,
    hand_on,
    swap_shift,
    account_changed,
    # What no other took; the order counts, because Bolt takes the first that matches.
    anything_else,
)


class _WellReadApp(App):
    """Lets nothing past that Bolt would stumble over: it looks into payloads before it knows whose they are."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        # What comes over a socket has no raw form to look at.
        if not req.raw_body or may_hold_nulls(req.raw_body):
            req.body = storable(req.body)
        misshapen = misshapen_in(req.body)
        if misshapen:
            log.warning("slack_payload_unreadable", places=misshapen[:PLACES_LOGGED_MAX])
            return BoltResponse(status=400)
        return super().dispatch(req)


def build_app(desk: Desk, *, signing_secret: str | None, listeners: Executor) -> App:
    """The app for both modes. `signing_secret` is None where only Socket Mode leads to it.

    Listeners run before the answer (`process_before_response`), so a fact is on disk before Slack is told;
    one that raises is answered 500, or not at all over a socket, and Slack sends the event again.
    """
    # Bolt's loggers print whole payloads at INFO and below, and these are people's data.
    quiet = logging.getLogger("bot.slack.bolt")
    quiet.setLevel(logging.WARNING)
    with _without_bolts_own_settings():
        app = _WellReadApp(
            name="lead-sla",
            logger=quiet,
            # Without a token: Bolt takes it from `authorize`, and warns about one that stands here too.
            client=WebClient(base_url=desk.quick.base_url, timeout=desk.quick.timeout, retry_handlers=[]),
            authorize=_our_own_workspace(desk),
            signing_secret=signing_secret or "",
            process_before_response=True,
            # The event's short-lived token would take the place of the bot's in every listener.
            attaching_function_token_enabled=False,
            listener_executor=listeners,
        )
    app.error(_log_and_have_it_sent_again)
    for thing in _REGISTERED:
        thing.register(app, desk)
    return app


def _our_own_workspace(desk: Desk) -> Callable[[], AuthorizeResult]:
    def authorize() -> AuthorizeResult:
        """Who the bot is was asked once at the start: a failed auth.test would lose the event that caused it."""
        return AuthorizeResult(
            enterprise_id=desk.bot.enterprise_id,
            team_id=desk.bot.team_id,
            bot_user_id=desk.bot.user_id,
            bot_id=desk.bot.bot_id,
            bot_token=desk.quick.token,
        )

    return authorize


def _log_and_have_it_sent_again(error: Exception) -> BoltResponse:
    if isinstance(error, DatabaseAway):
        log.warning("event_not_saved", reason=error.reason)
        return BoltResponse(status=503)
    log.error("listener_failed", exc_info=error)
    return BoltResponse(status=500)


@contextmanager
def _without_bolts_own_settings() -> Iterator[None]:
    """Bolt reads these by itself: two of them silently switch on OAuth and drop the bot's token."""
    hidden = {name: os.environ.pop(name) for name in BOLTS_OWN_SETTINGS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)

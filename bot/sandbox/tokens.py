"""The sandbox's made-up tokens: what each may do, and how Slack answers a bad one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.model import SlackError

# Made-up values, good for nothing outside this sandbox.
BOT_TOKEN = "xoxb-sandbox"
APP_TOKEN = "xapp-sandbox"
SIGNING_SECRET = "sandbox-signing-secret"
WORKFLOW_TOKEN_PREFIX = "xwfp-sandbox-"

TokenKind = Literal["bot", "app", "workflow"]

ALL_SCOPES = frozenset(
    {
        "chat:write",
        "im:write",
        "im:read",
        "im:history",
        "channels:read",
        "channels:history",
        "groups:read",
        "groups:history",
        "users:read",
        "users:read.email",
        "commands",
        "metadata.message:read",
        "dnd:read",
    }
)


@dataclass(kw_only=True)
class Tokens:
    """Who may call. `bot_error` makes every call of the bot fail: account_inactive, token_revoked."""

    bot: str = BOT_TOKEN
    app: str = APP_TOKEN
    signing_secret: str = SIGNING_SECRET
    scopes: set[str] = field(default_factory=lambda: set(ALL_SCOPES))
    bot_error: str | None = None
    app_error: str | None = None
    workflow: dict[str, bool] = field(default_factory=dict)
    """Tokens of single workflow steps, and whether each still works."""

    def kind_of(self, token: str | None) -> TokenKind:
        if not token:
            raise SlackError("not_authed")
        if token == self.bot:
            if self.bot_error is not None:
                raise SlackError(self.bot_error)
            return "bot"
        if token == self.app:
            if self.app_error is not None:
                raise SlackError(self.app_error)
            return "app"
        if token in self.workflow:
            if not self.workflow[token]:
                raise SlackError("token_revoked")
            return "workflow"
        raise SlackError("invalid_auth")

    def need(self, scopes: Iterable[str]) -> None:
        """Refuse unless one of `scopes` was granted (none asked for: always allowed)."""
        wanted = list(scopes)
        if wanted and not self.scopes.intersection(wanted):
            raise SlackError(
                "missing_scope", needed=",".join(sorted(wanted)), provided=",".join(sorted(self.scopes))
            )

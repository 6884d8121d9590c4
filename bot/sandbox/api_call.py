"""One call of the Web API as its method sees it, and the table in which the methods stand."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.ledger import Call
from bot.sandbox.model import Json, SlackError
from bot.sandbox.tokens import TokenKind
from bot.sandbox.workspace import Workspace

JSON_ARGUMENTS = ("blocks", "view", "metadata", "attachments", "outputs", "message")
_FALSE = {"", "0", "false", "False", "none", "None"}


@dataclass(frozen=True, kw_only=True)
class ApiCall:
    workspace: Workspace
    args: Json
    record: Call
    token: str | None
    token_kind: TokenKind

    def get(self, name: str) -> str | None:
        value = self.args.get(name)
        return None if value is None or value == "" else str(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        value = self.get(name)
        if value is None:
            raise SlackError(
                error, response_metadata={"messages": [f"[ERROR] missing required field: {name}"]}
            )
        return value

    def is_set(self, name: str) -> bool:
        value = self.args.get(name)
        return value if isinstance(value, bool) else str(value if value is not None else "") not in _FALSE

    def number(self, name: str, default: int) -> int:
        value = self.get(name)
        try:
            return default if value is None else int(value)
        except ValueError:
            raise SlackError("invalid_arguments") from None


Handler = Callable[[ApiCall], Json]


@dataclass(frozen=True, kw_only=True)
class Method:
    handler: Handler
    scopes: tuple[str, ...]
    tokens: frozenset[str]


class Methods(dict[str, Method]):
    """Methods by name; a module fills its own table and the server joins them."""

    def add(
        self, name: str, *scopes: str, tokens: Iterable[str] = ("bot", "workflow")
    ) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            self[name] = Method(handler=handler, scopes=scopes, tokens=frozenset(tokens))
            return handler

        return keep


def decode(raw: Mapping[str, Any]) -> Json:
    """Arguments as sent, with those decoded that travel as JSON inside a form."""
    args: Json = {}
    for name, value in raw.items():
        args[name] = value
        if name in JSON_ARGUMENTS and isinstance(value, str) and value:
            try:
                args[name] = json.loads(value)
            except ValueError:
                raise SlackError(f"invalid_{name}_format") from None
    return args

"""What a press makes possible for a while: triggers, response addresses and the views opened with them."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.model import Json, SlackError, View

MODALS_STACKED_MAX = 3


@dataclass(kw_only=True)
class Trigger:
    id: str
    user: str
    made_at: float
    used: bool = False
    view_id: str | None = None
    """The modal that the press was made in, which a pushed view goes on top of."""


@dataclass(kw_only=True)
class ResponseAddress:
    key: str
    user: str
    channel: str
    message_ts: str | None
    made_at: float
    trigger: str
    uses: int = 0


@dataclass(kw_only=True)
class Surfaces:
    clock: Callable[[], float]
    """The monotonic one: however the time of the workspace runs, a trigger lives as long as outside."""
    trigger_life: float = 3.0
    response_life: float = 1800.0
    response_uses_max: int = 5
    changed: Callable[[str], None] = lambda _: None
    """Called with the person on whose screen the modals changed."""
    home_changed: Callable[[str], None] = lambda _: None
    triggers: dict[str, Trigger] = field(default_factory=dict)
    responses: dict[str, ResponseAddress] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    """The stack of modals on each person's screen, the top one last."""
    homes: dict[str, View] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(init=False, default_factory=lambda: itertools.count(1))

    def new_trigger(self, user: str, *, view_id: str | None = None) -> Trigger:
        self._forget_old()
        trigger = Trigger(
            id=f"{next(self._numbers)}.{secrets.token_hex(8)}",
            user=user,
            made_at=self.clock(),
            view_id=view_id,
        )
        self.triggers[trigger.id] = trigger
        return trigger

    def use_trigger(self, trigger_id: str) -> Trigger:
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock() - trigger.made_at > self.trigger_life:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response(self, trigger: Trigger, *, channel: str, message_ts: str | None) -> ResponseAddress:
        address = ResponseAddress(
            key=secrets.token_hex(12),
            user=trigger.user,
            channel=channel,
            message_ts=message_ts,
            made_at=self.clock(),
            trigger=trigger.id,
        )
        self.responses[address.key] = address
        return address

    def use_response(self, key: str) -> ResponseAddress:
        address = self.responses.get(key)
        if address is None:
            raise SlackError("invalid_url")
        if self.clock() - address.made_at > self.response_life:
            raise SlackError("expired_url")
        if address.uses >= self.response_uses_max:
            raise SlackError("used_url")
        address.uses += 1
        return address

    def open(self, trigger: Trigger, payload: Json, *, push: bool = False) -> View:
        stack = self.modals.setdefault(trigger.user, [])
        if push and not stack:
            raise SlackError("invalid_trigger_id")
        if push and len(stack) >= MODALS_STACKED_MAX:
            raise SlackError("push_limit_reached")
        if not push:
            self._take_off(trigger.user, only_top=False)
            stack = self.modals.setdefault(trigger.user, [])
        self._external_id_is_free(payload, None)
        view = self._new_view(trigger.user, payload, under=stack[-1] if stack else None)
        view.trigger = trigger.id
        stack.append(view)
        self.changed(trigger.user)
        return view

    def update(self, view: View, payload: Json, *, expected_hash: str | None = None) -> View:
        if expected_hash is not None and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        self._external_id_is_free(payload, view.id)
        view.payload = payload
        view.hash = self._new_hash()
        is_home = self.homes.get(view.user) is view
        (self.home_changed if is_home else self.changed)(view.user)
        return view

    def publish(self, user: str, payload: Json, *, expected_hash: str | None = None) -> View:
        home = self.homes.get(user)
        if home is not None:
            return self.update(home, payload, expected_hash=expected_hash)
        home = self._new_view(user, payload, under=None)
        self.homes[user] = home
        self.home_changed(user)
        return home

    def find(self, *, view_id: str | None, external_id: str | None) -> View:
        for view in self.views.values():
            if view_id == view.id or (external_id and view.payload.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def top(self, user: str) -> View | None:
        stack = self.modals.get(user)
        return stack[-1] if stack else None

    def stack(self, user: str) -> list[Json]:
        """The modals on a person's screen as the person sees them, the top one last."""
        return [one.told() for one in self.modals.get(user, [])]

    def close(self, user: str, *, only_top: bool = False) -> None:
        self._take_off(user, only_top=only_top)
        self.changed(user)

    def _take_off(self, user: str, *, only_top: bool) -> None:
        stack = self.modals.get(user, [])
        for view in stack[-1:] if only_top else stack:
            self.views.pop(view.id, None)
        self.modals[user] = stack[:-1] if only_top else []

    def clear(self) -> None:
        """Nothing is open on anybody's screen, and no press of before is good for anything."""
        for kept in (self.triggers, self.responses, self.views, self.modals, self.homes):
            kept.clear()

    def _new_view(self, user: str, payload: Json, *, under: View | None) -> View:
        view_id = f"V{next(self._numbers):08d}"
        view = View(
            id=view_id,
            user=user,
            payload=payload,
            hash=self._new_hash(),
            root_id=under.root_id if under is not None else view_id,
            previous_id=under.id if under is not None else None,
        )
        self.views[view_id] = view
        return view

    def _new_hash(self) -> str:
        return f"{self.clock():.0f}.{next(self._numbers):08d}"

    def _external_id_is_free(self, payload: Json, own_view: str | None) -> None:
        wanted = payload.get("external_id")
        taken = any(
            view.payload.get("external_id") == wanted for view in self.views.values() if view.id != own_view
        )
        if wanted and taken:
            raise SlackError("duplicate_external_id")

    def _forget_old(self) -> None:
        """Runs that go on for hours must not collect triggers and addresses that nobody can use any more."""
        oldest = self.clock() - max(self.response_life, self.trigger_life) * 2
        while self.triggers and next(iter(self.triggers.values())).made_at < oldest:
            del self.triggers[next(iter(self.triggers))]
        while self.responses and next(iter(self.responses.values())).made_at < oldest:
            del self.responses[next(iter(self.responses))]

"""The ledger: what the bot says that it owed and sent, held against what the pretend Slack saw of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from bot.demo.desk.answers import Json, answered, in_thread
from bot.demo.desk.rows import iso
from bot.demo.stage import Stage
from bot.sandbox.ledger import Call, Ledger
from sla.effects import Place, ToMail, ToPerson, ToPhone
from sla.lead import Lead, LeadId
from sla.names import name_of
from storage import leads, newest
from storage.database import Connection
from storage.delivery import UNFINISHED, Delivery, State

SHOWN_MAX = 200
LOOKS = ("conversations.history", "conversations.replies")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the bot's database says."""

    newest: Sequence[Delivery]
    leads: Mapping[LeadId, Lead]
    by_state: Mapping[State, int]
    sent: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the pretend Slack says; `forgets` once it remembers only the newest of what it saw."""

    calls: Mapping[str, Sequence[Call]]
    looks: Sequence[Call]
    accepted: Counter[str]
    visible: Counter[str]
    forgets: bool


class LedgerDesk:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/_demo/ledger", answered(self._ledger))]

    async def _ledger(self, _: web.Request) -> Json:
        return await in_thread(self._compared)

    def _compared(self) -> Json:
        # The database first: what it says was sent, Slack must have seen before.
        nothing = Kept(newest=(), leads={}, by_state={}, sent=())
        kept = self._stage.look(_kept, nothing)
        slack = self._stage.slack
        seen = _seen(slack.workspace.ledger, Counter(one.id for one in list(slack.post_office.letters)))
        return {"rows": [self._row(one, kept, seen) for one in kept.newest], "sums": sums(kept, seen)}

    def _row(self, delivery: Delivery, kept: Kept, seen: Seen) -> Json:
        lead = None if delivery.lead_id is None else kept.leads.get(delivery.lead_id)
        calls = seen.calls.get(delivery.id, ())
        # A row of a list stands where the list does; what went past Slack is known by the id that it got there.
        id = (delivery.ts or "") if delivery.is_outside else delivery.list_id or delivery.id
        return {
            "delivery_id": delivery.id,
            "role": delivery.role.value,
            "place": self._place(delivery.post.to),
            "is_outside": delivery.is_outside,
            "list_id": delivery.list_id,
            "lead": None if lead is None else lead.label,
            "lead_id": delivery.lead_id,
            "state": delivery.state.value,
            "attempts": delivery.attempt,
            "looked_up": was_looked_up(delivery),
            "accepted": seen.accepted[id],
            "visible": seen.visible[id],
            "error": delivery.error,
            "calls": [
                _told(one) for one in sorted([*calls, *looks_for(calls, seen)], key=lambda one: one.seq)
            ],
        }

    def _place(self, to: Place) -> str:
        policy = self._stage.scene.policy
        match to:
            case ToPerson(email=email):
                return name_of(policy, email)
            case ToMail(address=address):
                return f"{name_of(policy, address)} by e-mail"
            case ToPhone(number=number):
                owner = next((one.name for one in policy.people if one.phone == number), number)
                return f"{owner} by SMS"
        channel = self._stage.slack.workspace.channels.get(str(to))
        return str(to) if channel is None else f"#{channel.name}"


def sums(kept: Kept, seen: Seen) -> dict[str, int]:
    """Doubled is what people can see more than once; lost, what the bot thinks sent and Slack never took."""
    count = kept.by_state.get
    # What is older than the rows shown may be forgotten rather than lost.
    newest = {one.id for one in kept.newest if one.state is State.SENT and not _elsewhere(one)}
    sent = newest if seen.forgets else kept.sent
    waiting = [state for state in UNFINISHED if state is not State.UNCERTAIN]
    return {
        "owed": sum(kept.by_state.values()),
        "sent": count(State.SENT, 0),
        "waiting": sum(count(state, 0) for state in waiting),
        "uncertain": count(State.UNCERTAIN, 0),
        "refused": count(State.REFUSED, 0),
        "void": count(State.VOID, 0),
        "doubled": sum(1 for number in seen.visible.values() if number > 1),
        "lost": sum(1 for id in sent if not seen.accepted[id]),
    }


def _elsewhere(delivery: Delivery) -> bool:
    """Whether Slack never took it as a message of its own: an e-mail, a text message, a row of a list."""
    return delivery.is_outside or delivery.list_id is not None


def looks_for(calls: Sequence[Call], seen: Seen) -> list[Call]:
    """The looks into the conversation of a call without an answer that could find what became of it."""
    if not calls or outcome_of(calls[0]) == "ok":
        return []
    first = calls[0]
    return [
        one
        for one in seen.looks
        if one.seq > first.seq and one.channel == first.channel and _since(one) <= first.wall
    ]


def _since(look: Call) -> float:
    return float(look.args.get("oldest") or 0)


def _told(call: Call) -> Json:
    """A call with what became of it; of a look also since when it looked."""
    since = iso(datetime.fromtimestamp(_since(call), UTC)) if call.method in LOOKS else None
    return {"at": iso(_at(call)), "method": call.method, "outcome": outcome_of(call), "since": since}


def was_looked_up(delivery: Delivery) -> bool:
    """Whether the bot looked for it in Slack's history: a send of unknown outcome ends in no other way."""
    was_uncertain = delivery.uncertain_since is not None
    return delivery.looks > 0 or (was_uncertain and delivery.state is not State.UNCERTAIN)


def outcome_of(call: Call) -> str:
    """What the bot heard: a call that took effect and whose answer was lost is one without an answer."""
    if call.accepted and call.fault in ("drop", "reset", "truncate", "garbage", "status"):
        return "unanswered"
    return call.outcome


def _kept(connection: Connection) -> Kept:
    found = newest.deliveries(connection, SHOWN_MAX)
    about = {one.lead_id for one in found if one.lead_id is not None}
    return Kept(
        newest=found,
        leads=leads.load(connection, about),
        by_state=newest.all_by_state(connection),
        sent=newest.sent_ids(connection),
    )


def _seen(ledger: Ledger, letters: Counter[str]) -> Seen:
    """What arrived outside Slack counts under the id that the bot has of it."""
    calls: dict[str, list[Call]] = {}
    called = ledger.calls()
    for call in called:
        if call.delivery_id is not None:
            calls.setdefault(call.delivery_id, []).append(call)
    entries = ledger.entries()
    return Seen(
        calls=calls,
        looks=[one for one in called if one.method in LOOKS],
        accepted=letters
        + Counter(one.delivery_id for one in entries if one.did == "post" and one.delivery_id),
        visible=letters + Counter(one.delivery_id for one in ledger.visible() if one.delivery_id),
        forgets=ledger.kept_max is not None and len(entries) >= ledger.kept_max,
    )


def _at(call: Call) -> datetime:
    return datetime.fromtimestamp(call.wall, UTC)

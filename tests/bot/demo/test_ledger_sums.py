"""The ledger's sums: what is doubled and what is lost is found by comparing the bot's word with Slack's."""

import re
from collections import Counter

from bot.demo.desk.ledger import Kept, Seen, looks_for, outcome_of, sums
from bot.sandbox.ledger import Call, Ledger
from bot.sandbox.page_door import PAGE
from sla.effects import Role
from storage.delivery import State


def kept(*sent: str) -> Kept:
    return Kept(newest=(), leads={}, by_state={State.SENT: len(sent)}, sent=sent)


def seen(*visible: str, accepted: tuple[str, ...] = (), forgets: bool = False) -> Seen:
    return Seen(
        calls={}, looks=(), accepted=Counter((*visible, *accepted)), visible=Counter(visible), forgets=forgets
    )


def test_what_stands_twice_is_doubled() -> None:
    assert sums(kept("d1", "d2"), seen("d1", "d1", "d2"))["doubled"] == 1


def test_what_the_bot_thinks_sent_and_slack_never_took_is_lost() -> None:
    assert sums(kept("d1", "d2"), seen("d1"))["lost"] == 1


def test_what_was_deleted_since_is_not_lost() -> None:
    assert sums(kept("d1"), seen(accepted=("d1",)))["lost"] == 0


def test_what_slack_has_forgotten_is_not_taken_for_lost() -> None:
    assert sums(kept("d1"), seen(forgets=True))["lost"] == 0


def test_everything_owed_is_in_one_of_the_sums() -> None:
    by_state = {state: number for number, state in enumerate(State, start=1)}
    told = sums(Kept(newest=(), leads={}, by_state=by_state, sent=()), seen())
    parts = ("sent", "waiting", "uncertain", "refused", "void")
    assert told["owed"] == sum(by_state.values()) == sum(told[part] for part in parts)


def call(**fields: str) -> Call:
    made = Ledger().called("chat.postMessage", {}, channel="C0", wall=0.0, monotonic=0.0)
    made.accepted, made.outcome = True, "ok"
    made.fault = fields.get("fault")
    return made


def test_a_call_whose_answer_was_lost_is_one_without_an_answer() -> None:
    assert (outcome_of(call()), outcome_of(call(fault="drop"))) == ("ok", "unanswered")


def test_a_look_belongs_to_a_call_whose_outcome_it_could_find() -> None:
    ledger = Ledger()

    def looked(channel: str, oldest: str) -> Call:
        args = {"channel": channel, "oldest": oldest}
        return ledger.called("conversations.history", args, channel=channel, wall=20.0, monotonic=20.0)

    before = looked("C0", "5")
    sent = ledger.called("chat.postMessage", {}, channel="C0", wall=10.0, monotonic=10.0)
    about, elsewhere, too_late = looked("C0", "9"), looked("C1", "9"), looked("C0", "11")
    looks = (before, about, elsewhere, too_late)
    known = Seen(calls={}, looks=looks, accepted=Counter(), visible=Counter(), forgets=False)
    assert looks_for([sent], known) == [about]
    sent.outcome = "ok"
    assert looks_for([sent], known) == []


def test_the_page_has_a_word_for_whatever_is_owed() -> None:
    script = (PAGE / "panels" / "ledger.js").read_text(encoding="utf-8")
    named = script[script.index("const ROLES = {") : script.index("const STATES = {")]
    assert set(re.findall(r"^  (\w+):", named, re.MULTILINE)) == set(Role)

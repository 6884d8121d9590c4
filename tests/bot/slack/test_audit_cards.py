"""What lead ops read of the auditor: every kind of finding has its words, which say what is so and what to do."""

from typing import Any

import pytest

from bot.slack.cards import render
from bot.slack.limits import problems
from bot.slack.phrases_audit import AUDIT
from sla.effects import Role
from storage.audit_kinds import ONCE, Kind
from tests.bot.slack.samples import at, channel, view
from tests.bot.slack.test_card_rules import FORBIDDEN


def row(kind: Kind, number: int = 1, **more: Any) -> dict[str, Any]:
    times = {"since": at("10:03").isoformat(), "until": at("10:31").isoformat()}
    known = {"kind": kind.value, "name": "lead-sla-7f:1", "number": number, "leads": ["L0001"]}
    return known | times | {"once": kind in ONCE} | more


def said(*rows: dict[str, Any], role: Role = Role.AUDIT, more: int = 0) -> dict[str, Any]:
    drawn: dict[str, Any] = render(view(role, None, channel("10:40"), data={"rows": rows, "more": more}))
    return drawn


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("number", [1, 2])
def test_each_kind_says_since_when_and_what_to_do(kind: Kind, number: int) -> None:
    message = said(row(kind, number))
    text = message["text"]
    what = AUDIT[f"audit.{kind}"].split("|")[0 if number == 1 or "|" not in AUDIT[f"audit.{kind}"] else 1]
    assert what.format(n=number, name="lead-sla-7f:1") in text
    assert AUDIT[f"audit.{kind}.do"] in text
    assert "10:03 AM" in text[:180]
    assert text.endswith(" Leads: L0001.")
    assert [word for word in FORBIDDEN if word in text] == []
    assert not set("*_`<") & set(text)
    assert problems(message, "message") == []


@pytest.mark.parametrize("kind", sorted(set(Kind) - ONCE))
def test_the_end_of_each_kind_says_from_when_to_when(kind: Kind) -> None:
    message = said(row(kind), role=Role.AUDIT_OVER)
    assert message["text"].startswith("Lead SLA: all good again. ")
    assert message["text"].endswith("10:03 AM New York to 10:31 AM.")
    assert problems(message, "message") == []


def test_every_word_belongs_to_a_kind() -> None:
    layout = {"header", "over", "row", "more", "leads"}
    assert {key.split(".")[1] for key in AUDIT} - layout == {kind.value for kind in Kind}


def test_as_much_as_there_may_be_fits_into_one_message() -> None:
    leads = [f"L01M84EQJC00DZ01R6N0SC5PY{number:02}" for number in range(5)]
    message = said(*(row(kind, 200, leads=leads) for kind in list(Kind)[:6]), more=15)
    assert problems(message, "message") == []
    assert message["text"].startswith("Lead SLA needs a look: 21 things. ")
    assert message["text"].endswith("And 15 more; the doctor lists them.")


def test_a_machine_may_be_called_anything() -> None:
    message = said(row(Kind.TICKER_STANDS, name="<!channel> *x*"))
    assert "<!channel>" not in str(message["blocks"])
    assert "&lt;!channel&gt;" in message["text"]

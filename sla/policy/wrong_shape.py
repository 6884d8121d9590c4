"""Says in people's words what pydantic found wrong with the shape of a policy file."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from sla.policy.problem import Loc, Problem
from sla.policy.section import nearest

# What to write for keys that people leave out or get wrong most; the rest is explained by `policy schema`.
EXAMPLES: Mapping[str, str] = {
    "calendars": "calendars: with at least one entry, such as around-the-clock: {always: true}",
    "people": "people: with an entry for everybody, such as - {email: alice@acme.example, name: Alice}",
    "teams": "teams: with at least one team",
    "tiers": "tiers: with at least one tier",
    "routing": "routing: {fallback: {team: NAME}}",
    "fallback": "fallback: {team: NAME}",
    "email": "email: alice@acme.example",
    "reps": "reps: [alice@acme.example]",
    "managers": "managers: [mia@acme.example]",
    "manager_channel": 'manager_channel: "#sales-managers" (in quotes, because # begins a comment)',
    "backup_channel": 'backup_channel: "#lead-backup" (in quotes, because # begins a comment)',
    "when": "when: {score: {at_least: 75}}, or {} for every lead",
    "first_response": "first_response: 30m",
    "at": "at: 50%, 10m before due, due or 1h after due",
    "do": "do: [notify_owner]",
    "timezone": "timezone: America/New_York",
}


Words = tuple[str, str]
"""What is wrong, and what to write."""
_Sayer = Callable[[ErrorDetails, Loc, Mapping[str, Any]], Words]


def as_problem(error: ErrorDetails, loc: Loc, known_keys: tuple[str, ...]) -> Problem:
    """One pydantic error as a problem at `loc`; `known_keys` are those that may stand there."""
    context = error.get("ctx", {})
    if error["type"] == "not_so":
        return Problem(loc=loc, message=str(context["message"]), mend=str(context["mend"]))
    if "error" in context:
        message, mend = _own_words(context["error"])
        return Problem(loc=loc, message=message, mend=mend)
    if error["type"] == "extra_forbidden":
        return _unknown_key(loc, known_keys)
    say: _Sayer = _PLAIN.get(error["type"], _unforeseen)
    message, mend = say(error, loc, context)
    return Problem(loc=loc, message=message, mend=mend)


def _own_words(error: Any) -> Words:
    """The words of an error that our own types raised: its `message` and `mend`, or one text with both."""
    if hasattr(error, "mend"):
        return error.message, error.mend
    text = str(error).strip()
    question, asks, meant = text.partition(". Did you mean ")
    if asks:
        return _small(question), f"Write {meant.rstrip('?.')}"
    for mark in (". Write", ". "):
        sentence, found, rest = text.partition(mark)
        if found:
            return _small(sentence), (mark.removeprefix(". ") + rest).strip().rstrip(".")
    return _small(text.rstrip(".")), "Write it as `policy schema` describes it"


def _small(sentence: str) -> str:
    """A sentence that goes on behind a colon."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def _unknown_key(loc: Loc, known: tuple[str, ...]) -> Problem:
    key = str(loc[-1])
    near = nearest(key, known)
    message = f'"{key}" is not known here'
    if near:
        return Problem(loc=loc, message=message, mend=f"Write {near}")
    mend = f"Write one of {', '.join(known)}, or leave it out" if known else "Leave it out"
    return Problem(loc=loc, message=message, mend=mend)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def _missing(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    key = str(loc[-1])
    return f"{key} is missing", f"Write {EXAMPLES.get(key, f'{key}: and its value')}"


def _text(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    value = error["input"]
    if isinstance(value, (Mapping, list, tuple)):
        return (
            f"this must be one word or text, not {_shown(value)}",
            f"Write {_example(loc, 'a single value')}",
        )
    return f"this must be text, and {_shown(value).strip(chr(34))} is not", f'Write it in quotes: "{value}"'


def _example(loc: Loc, otherwise: str) -> str:
    names = [step for step in loc if isinstance(step, str)]
    return EXAMPLES.get(names[-1], otherwise) if names and names[-1] == loc[-1] else otherwise


def _number(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    return f"{_shown(error['input'])} is no whole number", "Write one such as 3, without quotes"


def _flag(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    return f"{_shown(error['input'])} is neither true nor false", "Write true or false"


def _mapping(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    return (
        f"here must stand keys with values, not {_shown(error['input'])}",
        f"Write {_example(loc, 'them indented below, or as {key: value}')}",
    )


def _list(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    value = error["input"]
    written = _shown(value).strip('"')
    mend = "it as a list, with a dash before each" if isinstance(value, Mapping) else f"[{written}]"
    return f"this must be a list, not {_shown(value)}", f"Write {_example(loc, mend)}"


def _choice(error: ErrorDetails, loc: Loc, context: Mapping[str, Any]) -> Words:
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    near = nearest(str(error["input"]), expected.split(", "))
    one_of = f"one of {expected}" if ", " in expected else expected
    return f"{_shown(error['input'])} is not possible here", f"Write {near or one_of}"


def _too_few(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    if loc[0] == "on_call" and loc[-1] == "rotation":
        return "nobody is in this rotation", "Name at least one person of people"
    return "at least one must stand here", f"Write {_example(loc, 'one')}"


def _too_many(error: ErrorDetails, loc: Loc, context: Mapping[str, Any]) -> Words:
    return f"at most {context['max_length']} may stand here", "Take some out"


def _empty_text(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    return "this is empty", "Write something, or leave the key out"


def _too_long(error: ErrorDetails, loc: Loc, context: Mapping[str, Any]) -> Words:
    return f"this is longer than {context['max_length']} characters", "Write it shorter"


def _too_small(error: ErrorDetails, loc: Loc, context: Mapping[str, Any]) -> Words:
    return f"{error['input']} is too small", f"Write {context['ge']} or more"


def _too_large(error: ErrorDetails, loc: Loc, context: Mapping[str, Any]) -> Words:
    return f"{error['input']} is too large", f"Write {context['le']} or less"


def _unforeseen(error: ErrorDetails, loc: Loc, _: Any) -> Words:
    return _small(error["msg"].removesuffix(".")), "Write it as `policy schema` describes it"


_PLAIN: Mapping[str, _Sayer] = {
    "missing": _missing,
    "string_type": _text,
    "int_type": _number,
    "bool_type": _flag,
    "dict_type": _mapping,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "tuple_type": _list,
    "list_type": _list,
    "literal_error": _choice,
    "too_short": _too_few,
    "too_long": _too_many,
    "string_too_short": _empty_text,
    "string_too_long": _too_long,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
}

"""What somebody typed behind /lead-sla: the verb, who is named, and the times, each still as words."""

import re
from dataclasses import dataclass

from sla.absence_refusals import NotAForm

COMMAND = "/lead-sla"
TEXT_MAX = 300

AWAY = f"{COMMAND} away until 18:00 cover @colleague"
BACK = f"{COMMAND} back"
OUT = f"{COMMAND} out from 2026-12-24 until 2026-12-31 cover @colleague"
COVER = f"{COMMAND} cover @colleague until 18:00"
WHO = f"{COMMAND} who"
HELP = f"{COMMAND} help"

FORMS = {"away": AWAY, "back": BACK, "out": OUT, "cover": COVER, "who": WHO, "help": HELP}
"""Every verb with one way to write it."""
_VERBS = {"swap": "cover", "ooo": "out", "here": "back", "?": "help", "": "help"}
_STARTS = {"from": "from", "until": "until", "till": "until", "cover": "cover", "covered": "cover"}
_ID = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_MAIL = re.compile(r"<mailto:([^|>]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, kw_only=True)
class Command:
    """`verb` is one of FORMS, or whatever else was typed; the parts are None where they were left out."""

    verb: str
    person: str | None = None
    from_: str | None = None
    until: str | None = None

    @property
    def form(self) -> str:
        return FORMS.get(self.verb, HELP)


def read_command(text: str) -> Command:
    """Raises NotAForm for words of which it is not clear what they are for."""
    words = text[:TEXT_MAX].split()
    typed = words[0].lower() if words else ""
    verb = _VERBS.get(typed, typed)
    parts: dict[str, list[str]] = {}
    # "cover @bob until 18:00": what follows the verb itself is who covers.
    here: list[str] | None = parts.setdefault("cover", []) if verb == "cover" else None
    for word in words[1:]:
        part = _STARTS.get(word.lower())
        if part == "cover" and here == []:
            continue
        if part is not None and not parts.get(part):
            here = parts.setdefault(part, [])
        elif here is not None:
            here.append(word)
        elif verb in FORMS:
            raise NotAForm(said=" ".join(words), form=FORMS[verb])
    said = {part: " ".join(of_it) for part, of_it in parts.items() if of_it}
    return Command(
        verb=verb,
        person=_person(said.get("cover")),
        from_=said.get("from"),
        until=said.get("until"),
    )


def _person(said: str | None) -> str | None:
    """A Slack id or an e-mail address as Slack writes them in commands; a name without its @."""
    if said is None:
        return None
    said = said.removeprefix("by ").strip()
    if match := _ID.fullmatch(said):
        return match[1]
    if match := _MAIL.fullmatch(said):
        return match[1]
    return said.removeprefix("@").strip() or None

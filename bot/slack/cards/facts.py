"""What the lead's source said about it, as lines of a card and as sentences of its text."""

import re

from bot.slack.cards.parts import Block, quote, rich_lines
from bot.slack.cards.sentences import Sentence, ended
from bot.slack.cards.view import LABEL_MAX, LeadView
from bot.slack.lines import Given, Line, joined, rich_words
from bot.slack.words import cut, escape, lower_first, upper_first

TITLE_MAX = 60
DID_MAX = 60
MESSAGE_MAX = 500
ACTIVITY_MAX = 3
SCORE_PARTS_MAX = 4
PART_MAX = 20
PHONE_MAX = 40
EMAIL_MAX = 254

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"\+?\d{5,20}")


def _given(text: str) -> Line:
    return Line("{text}", {"text": Given(text)})


def _listed(parts: list[str | None], between: str) -> Line | None:
    kept = [_given(part) for part in parts if part]
    return joined(kept, between) if kept else None


def _people(view: LeadView) -> str | None:
    """ "1,800 people": how large the lead's company is."""
    employees = view.details.employees
    return view.reader.counted("count.people", employees) if employees is not None else None


def title(view: LeadView) -> str | None:
    return cut(view.details.title or "", TITLE_MAX) or None


def _industry(view: LeadView) -> str | None:
    return upper_first(cut(view.details.industry or "", LABEL_MAX)) or None


def _country(view: LeadView) -> str | None:
    return cut(view.details.country or "", LABEL_MAX) or None


def score(view: LeadView) -> str | None:
    known = view.details.score
    return view.reader.say("fact.score", score=known) if known is not None else None


def score_parts(view: LeadView) -> str:
    """ "fit 45, behaviour 43": the largest parts first."""
    parts = sorted(view.details.score_breakdown.items(), key=lambda part: -part[1])[:SCORE_PARTS_MAX]
    return ", ".join(f"{cut(name, PART_MAX)} {points:.6g}" for name, points in parts)


def _score_with_parts(view: LeadView) -> str | None:
    parts = score_parts(view)
    if view.details.score is None or not parts:
        return score(view)
    return view.reader.say("fact.score_with", score=view.details.score, parts=parts)


def _activity(view: LeadView) -> Line | None:
    """What the lead did last, newest first."""
    newest = sorted(view.details.activity, key=lambda one: one.at, reverse=True)[:ACTIVITY_MAX]
    lines = [
        Line("{what} {at}", {"what": Given(lower_first(what)), "at": one.at})
        for one in newest
        if (what := cut(one.what, DID_MAX))
    ]
    return joined(lines, " · ") if lines else None


def _capitalised(one: Line | None) -> Line | None:
    """The same line with the first word that was given written large."""
    if one is None:
        return None
    name, first = next(iter(one.slots.items()))
    changed = _capitalised(first) if isinstance(first, Line) else Given(upper_first(first.text))
    return Line(one.template, {**one.slots, name: changed})


def message(view: LeadView) -> str:
    return cut(view.details.message or "", MESSAGE_MAX)


def owner_facts(view: LeadView, *, there: str | None = None) -> list[Block]:
    """The rich lines of an owner's card: who, what they want, what they did, their words, how to reach them.

    `there` is the time of day where the lead is.
    """
    lines = [
        _listed([title(view), _industry(view), _people(view), _country(view), there], " · "),
        _capitalised(_listed([view.intent(), _score_with_parts(view)], " · ")),
        _capitalised(_activity(view)),
    ]
    known = [one for one in lines if one is not None]
    blocks = [rich_lines(view, known)] if known else []
    if message(view):
        blocks.append(quote(message(view)))
    blocks.append(contact_line(view))
    return blocks


def contact_line(view: LeadView) -> Block:
    """How the lead can be reached; only a missing phone number is said, because people look for it."""
    elements = [phone_link(view), email_link(view)]
    known = [one for one in elements if one is not None]
    if elements[0] is None:
        known.append(rich_words(view.reader.words["fact.no_phone"]))
    spaced: list[Block] = []
    for one in known:
        spaced += [rich_words(" · "), one] if spaced else [one]
    merged: list[Block] = []
    for one in spaced:
        if merged and one["type"] == merged[-1]["type"] == "text":
            merged[-1] = rich_words(merged[-1]["text"] + one["text"])
        else:
            merged.append(one)
    return {"type": "rich_text_section", "elements": merged}


def phone_link(view: LeadView) -> Block | None:
    """The number as a link that dials; as mere characters where it is no number."""
    shown = cut(view.details.phone or "", PHONE_MAX)
    if not shown:
        return None
    number = re.sub(r"[\s().\-/]", "", shown)
    if not _NUMBER.fullmatch(number):
        return rich_words(shown)
    return {"type": "link", "url": f"tel:{number}", "text": shown}


def email_link(view: LeadView) -> Block | None:
    shown = cut(view.details.email or "", EMAIL_MAX)
    if not shown:
        return None
    if not _EMAIL.fullmatch(shown):
        return rich_words(shown)
    return {"type": "link", "url": f"mailto:{shown}", "text": shown}


def channel_facts(view: LeadView, *, whole: bool) -> Line | None:
    """What a channel may know: never phone, address or message; `whole` is for who might claim it."""
    person = cut(view.details.person or "", LABEL_MAX) or None
    firm = [_industry(view), _people(view), _country(view)] if whole else []
    wants = [view.intent(), score(view)]
    first = _listed([person, title(view)], ", ")
    rest = _listed([*firm, *wants], " · ")
    known = [one for one in (first, rest) if one is not None]
    return joined(known, " · ") if known else None


# Sentences of `text`


def in_text(parts: list[str | None]) -> str:
    return upper_first(", ".join(part for part in parts if part))


def wants_sentence(view: LeadView, room: int) -> tuple[str, bool]:
    """ "Demo request, score 88."; without the score where there is no room. Also says whether it is in."""
    whole = in_text([view.intent(), score(view)])
    if not whole or len(escape(whole)) + 2 <= room or view.intent() is None:
        return (ended(whole) if whole else "", True)
    return ended(upper_first(view.intent() or "")), False


def who_sentence(view: LeadView) -> str:
    return in_text([title(view), view.industry_in_text(), _people(view), _country(view)])


def channel_sentence(view: LeadView, *, whole: bool) -> str:
    person = cut(view.details.person or "", LABEL_MAX) or None
    firm = [view.industry_in_text(), _people(view), _country(view)] if whole else []
    return in_text([person, title(view), *firm, view.intent(), score(view)])


def fact_sentences(view: LeadView, *, score_said: bool) -> list[Sentence]:
    """Everything about the lead that an owner's card shows, said aloud."""
    said = [Sentence(what=who_sentence(view), fact=True)]
    parts = score_parts(view)
    if view.details.score is not None and parts:
        words = view.reader.say("text.score_parts", score=view.details.score, parts=parts)
        said.append(Sentence(what=words, fact=True))
    elif not score_said and score(view):
        said.append(Sentence(what=upper_first(score(view) or ""), fact=True))
    done = _activity(view)
    if done is not None:
        said.append(Sentence(what=view.line("text.last", activity=done), fact=True))
    if message(view):
        words = view.reader.say("text.message", message=message(view))
        said.append(Sentence(what=words, fact=True, private=True))
    said.append(contact_sentence(view))
    return said


def contact_sentence(view: LeadView) -> Sentence:
    """Phone and e-mail, which belong on no locked screen."""
    reader = view.reader
    phone = cut(view.details.phone or "", PHONE_MAX)
    email = cut(view.details.email or "", EMAIL_MAX)
    if phone and email:
        words = reader.say("text.phone_and_email", phone=phone, email=email)
    elif phone:
        words = reader.say("text.phone", phone=phone)
    else:
        words = reader.words["fact.no_phone"]
        words = f"{reader.say('text.email', email=email)} {words}" if email else words
    return Sentence(what=words, private=True)


def short_contact_sentence(view: LeadView) -> Sentence:
    """The one way to reach the lead at once: the phone, else the address."""
    phone = cut(view.details.phone or "", PHONE_MAX)
    if not phone:
        return contact_sentence(view)
    return Sentence(what=view.reader.say("text.phone", phone=phone), private=True)

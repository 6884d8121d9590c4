"""The morning digest of a team: the night, what starts now, what needs the managers, who is away.

`data` holds `team`, `from_at`, `until_at`, `leads` (how many came in), `hot` (None, or `leads`, `answered`,
`within_s`, `median_s`, `by`), `pages` (`pages`, `second`), `starting`, `owners` ([address, number]), `rows`,
`waiting`, `needs` (rows), `away` (`email`, `until_at`), `mailed`, `key` (what its own buttons carry) and `share_out`
(whether somebody has more than their part).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.slack.cards.downtime_rows import required, section, time_in
from bot.slack.cards.parts import ACCESSIBILITY_MAX, Block, Payload, accessible, payload
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import ID_MAX, LABEL_MAX, TIER_MAX, CardView
from bot.slack.lines import Given, Line, Name, joined, line, mrkdwn
from bot.slack.words import Reader, cut, tidy
from sla.names import name_of, team_name

SHOW_NIGHT, SHARE_OUT = "show_night", "share_out"
HEADER_MAX = 147
NAMED_MAX = 5


def render(view: CardView) -> Payload:
    reader, data = view.reader, view.data
    team, count = team_name(str(data["team"])), reader.counted("digest.leads", int(data["leads"]))
    title = cut(reader.say("digest.header", team=team, count=count), HEADER_MAX)
    text = {"type": "plain_text", "emoji": False, "text": f"ℹ️ {title}"}
    blocks: list[Block] = [{"type": "header", "block_id": "title:v1", "text": text}]
    blocks.append(
        section(reader, "night", joined([_span(view), _hot(view, "digest.hot"), _pages(view)], " "))
    )
    called = names(view, [*data["rows"], *data["needs"]])
    if data["starting"]:
        slots = {"n": reader.number(int(data["starting"])), "owners": _owners(view)}
        starting = section(reader, "starting", line(reader, "digest.starting", **slots))
        blocks.append({**starting, "accessory": _button(view, SHARE_OUT)} if _is_uneven(view) else starting)
        blocks += [pair(view, row, _row_line(view, row), called) for row in data["rows"]]
        blocks += _more(view, "more", _left_of(data, "starting", "rows"), button=True)
    if data["waiting"]:
        needs = line(reader, "digest.needs", n=reader.number(int(data["waiting"])))
        blocks.append(section(reader, "needs", needs))
        blocks += [pair(view, row, _needs_line(view, row), called, button=True) for row in data["needs"]]
        first = not _left_of(data, "starting", "rows")
        blocks += _more(view, "waiting", _left_of(data, "waiting", "needs"), button=first)
    small = joined([_away(view), _mailed(view)], " · ")
    if small.template:
        element = {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(small, reader)}
        blocks.append({"type": "context", "block_id": "small:v1", "elements": [element]})
    return payload(_text(view, team, count), blocks)


def _left_of(data: Mapping[str, Any], number: str, rows: str) -> int:
    return int(data[number]) - len(data[rows])


def _is_uneven(view: CardView) -> bool:
    return bool(view.data.get("share_out"))


def _more(view: CardView, name: str, number: int, *, button: bool) -> list[Block]:
    """How many have no row here; one button shows all of them, wherever they would stand."""
    if not number:
        return []
    block = section(view.reader, name, line(view.reader, "digest.more", n=view.reader.number(number)))
    return [{**block, "accessory": _button(view, SHOW_NIGHT)} if button else block]


def _button(view: CardView, action: str) -> Block:
    reader = view.reader
    team = cut(team_name(str(view.data["team"])), LABEL_MAX)
    return {
        "type": "button",
        "action_id": action,
        "value": str(view.data["key"]),
        "text": {"type": "plain_text", "text": reader.words[f"button.{action}"]},
        "accessibility_label": cut(reader.say(f"button.{action}.for", team=team), ACCESSIBILITY_MAX),
    }


def _moment(reader: Reader, at: datetime) -> str:
    """ "Fri 5:00 PM": a digest spans a weekend at most, or a holiday."""
    weekday = reader.words["time.weekdays"].split()[at.astimezone(reader.zone).weekday()]
    return reader.say("digest.moment", weekday=weekday, hour=reader.hour(at))


def _span(view: CardView) -> Line:
    start, end = required(view.data["from_at"]), required(view.data["until_at"])
    said = {"from_at": _moment(view.reader, start), "until_at": _moment(view.reader, end)}
    return line(view.reader, "digest.span", **said)


def _name(view: CardView, email: str | None) -> Name:
    return Name(name_of(view.policy, email))


def _names(view: CardView, emails: Sequence[str]) -> str:
    return ", ".join(cut(_name(view, email).name, LABEL_MAX) for email in emails[:NAMED_MAX])


def _hot(view: CardView, key: str) -> Line | None:
    hot: Mapping[str, Any] | None = view.data.get("hot")
    if hot is None:
        return None
    reader = view.reader
    within, middle, by = hot.get("within_s"), hot.get("median_s"), hot.get("by") or ()
    spans = {"within": within, "median": middle}
    median_key = "digest.text.hot.median" if key.startswith("digest.text") else "digest.hot.median"
    keys = {"within": "digest.hot.within", "median": median_key}
    said = {
        name: line(reader, keys[name], time=reader.duration(timedelta(seconds=float(span))))
        if span is not None
        else None
        for name, span in spans.items()
    }
    who = line(reader, "digest.hot.by", who=Name(_names(view, by))) if by else None
    numbers = {"answered": reader.number(int(hot["answered"])), "n": reader.number(int(hot["leads"]))}
    return line(reader, key, by=who, **numbers, **said)


def _pages(view: CardView) -> Line | None:
    reader, pages = view.reader, view.data["pages"]
    if not pages["pages"]:
        return None
    said = reader.counted("digest.pages", int(pages["pages"]))
    if pages["second"]:
        return line(reader, "digest.pages.second", pages=said, n=reader.number(int(pages["second"])))
    return line(reader, "digest.pages.plain", pages=said)


def _owners(view: CardView) -> Line:
    said: list[Line | None] = [
        line(view.reader, "digest.owner", who=_name(view, email), n=view.reader.number(number))
        for email, number in view.data["owners"][:NAMED_MAX]
    ]
    return joined(said, ", ")


def tier_of(row: Mapping[str, Any]) -> Name:
    return Name(cut(str(row.get("tier") or ""), TIER_MAX))


def _row_line(view: CardView, row: Mapping[str, Any]) -> Line:
    slots = {"tier": tier_of(row), "owner": _name(view, row["owner"])}
    due_at = time_in(row["due_at"])
    if due_at is None:
        return line(view.reader, "digest.row.plain", **slots)
    return line(view.reader, "digest.row", due=due_at, **slots)


def _needs_line(view: CardView, row: Mapping[str, Any]) -> Line:
    return line(view.reader, "digest.needs.row", tier=tier_of(row), since=required(row["since"]))


def label_of(view: CardView, row: Mapping[str, Any], person_max: int, company_max: int) -> str:
    parts = [cut(tidy(row.get("person") or ""), person_max), cut(tidy(row.get("company") or ""), company_max)]
    return ", ".join(filter(None, parts)) or view.reader.say("lead.unnamed", external_id=row["external_id"])


def names(view: CardView, rows: Collection[Mapping[str, Any]]) -> dict[str, str]:
    """How each row's lead is called; two of the same name are told apart by their ids."""
    labels = {str(row["lead_id"]): label_of(view, row, LABEL_MAX, LABEL_MAX) for row in rows}
    often = Counter(labels.values())
    ids = {str(row["lead_id"]): cut(tidy(row["external_id"]), ID_MAX) for row in rows}
    return {
        one: view.reader.say("list.unnamed_twice", lead=label, external_id=ids[one])
        if often[label] > 1
        else label
        for one, label in labels.items()
    }


def pair(
    view: CardView, row: Mapping[str, Any], right: Line, called: Mapping[str, str], *, button: bool = False
) -> Block:
    """A row of the message; `called` are the names of the leads of all its rows."""
    reader, name = view.reader, called[str(row["lead_id"])]

    def label(person_max: int, company_max: int) -> str:
        # What tells two of the same name apart stands at the end, and is not to be cut.
        apart = name.removeprefix(label_of(view, row, LABEL_MAX, LABEL_MAX))
        return label_of(view, row, person_max, company_max) + apart

    fields = [
        {"type": "plain_text", "emoji": False, "text": name},
        {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(right, reader)},
    ]
    block: Block = {"type": "section", "block_id": f"row:{row['lead_id']}", "fields": fields}
    if button:
        block["accessory"] = {
            "type": "button",
            "action_id": "reassign",
            "value": f"{row['lead_id']}:{row['generation']}",
            "text": {"type": "plain_text", "text": reader.words["button.reassign"]},
            "accessibility_label": accessible(label, reader.words["button.reassign.for"]),
        }
    return block


def _away(view: CardView) -> Line | None:
    said: list[Line | None] = []
    for one in view.data["away"]:
        until = time_in(one["until_at"])
        key = "digest.away.open" if until is None else "digest.away.one"
        day = view.reader.day(until) if until is not None else ""
        said.append(line(view.reader, key, who=_name(view, one["email"]), until=day))
    return line(view.reader, "digest.away", people=joined(said, ", ")) if said else None


def _mailed(view: CardView) -> Line | None:
    number = int(view.data.get("mailed") or 0)
    return Line(view.reader.counted("digest.mailed", number), {}) if number else None


# Aloud


def _text(view: CardView, team: str, count: str) -> str:
    reader, data = view.reader, view.data
    answered = int((data.get("hot") or {}).get("answered") or 0)
    hot = reader.counted("digest.text.hot", answered) if answered else ""
    opening = [line(reader, "digest.text", team=Name(team), count=count, hot=hot)]
    first = time_in(data["rows"][0]["due_at"]) if data["rows"] else None
    if first is not None:
        one, _, many = reader.words["digest.text.start"].partition("|")
        starts = one if data["starting"] == 1 else many
        opening.append(Line(starts, {"n": reader.number(int(data["starting"])), "due": first}))
    said: list[Line | None] = [_span(view), _hot(view, "digest.text.hot.all"), _pages(view)]
    if data["owners"]:
        said.append(line(reader, "digest.text.starting", owners=_owners(view)))
    called = names(view, [*data["rows"], *data["needs"]])
    sentences = _sentences(said)
    sentences += [Sentence(what=_row_aloud(view, row, called), fact=True) for row in data["rows"]]
    if data["needs"]:
        rows: list[Line | None] = [_needs_aloud(view, row, called) for row in data["needs"]]
        needs = line(reader, "digest.text.needs", rows=joined(rows, "; "))
        sentences.append(Sentence(what=needs, fact=True))
    sentences += _sentences([_away(view), _mailed(view), _buttons_aloud(view)])
    return text_of(reader, lambda size: opening, sentences)


def _sentences(said: Sequence[Line | None]) -> list[Sentence]:
    return [Sentence(what=one) for one in said if one is not None]


def _buttons_aloud(view: CardView) -> Line | None:
    data = view.data
    has_more = _left_of(data, "starting", "rows") or _left_of(data, "waiting", "needs")
    there = {"reassign": bool(data["needs"]), SHOW_NIGHT: has_more, SHARE_OUT: _is_uneven(view)}
    return buttons_line(view.reader, [name for name, is_there in there.items() if is_there])


def buttons_line(reader: Reader, names: Sequence[str]) -> Line | None:
    """ "Buttons: Reassign, Show all." """
    if not names:
        return None
    one, _, many = reader.words["digest.text.button"].partition("|")
    words = ", ".join(reader.words[f"button.{name}"] for name in names)
    return Line(one if len(names) == 1 else many, {"buttons": Name(words)})


def _row_aloud(view: CardView, row: Mapping[str, Any], called: Mapping[str, str]) -> Line:
    slots = {
        "lead": Given(called[str(row["lead_id"])]),
        "tier": tier_of(row),
        "owner": _name(view, row["owner"]),
    }
    due_at = time_in(row["due_at"])
    if due_at is None:
        return line(view.reader, "digest.text.row.plain", **slots)
    return line(view.reader, "digest.text.row", due=due_at, **slots)


def _needs_aloud(view: CardView, row: Mapping[str, Any], called: Mapping[str, str]) -> Line:
    lead = Given(called[str(row["lead_id"])])
    return line(view.reader, "digest.text.needs.row", lead=lead, since=required(row["since"]))

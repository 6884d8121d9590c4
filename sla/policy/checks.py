"""What a policy says about itself and cannot mean: names of nobody, things twice, rules never reached."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sla.policy.ladder_checks import ladder_problems
from sla.policy.people_checks import folded, people_lists, people_problems
from sla.policy.policy import CALM_LADDERS, Policy
from sla.policy.problem import Loc, Problem
from sla.policy.section import nearest
from sla.policy.tier_rules import tier_problems


@dataclass(frozen=True, kw_only=True)
class Names:
    """Every name that the file defines, also by entries that are themselves wrong."""

    people: frozenset[str]
    calendars: frozenset[str]
    teams: frozenset[str]
    tiers: frozenset[str]
    ladders: frozenset[str]
    rotations: frozenset[str]

    @classmethod
    def of(cls, data: Any) -> "Names":
        """From the file's plain data, whatever is wrong with it."""
        people = _entries(data, "people", "email") | _entries(data, "people", "slack")
        return cls(
            people=frozenset(folded(key) for key in people),
            calendars=_keys(data, "calendars"),
            teams=_keys(data, "teams"),
            tiers=_entries(data, "tiers", "name"),
            ladders=_keys(data, "ladders") | CALM_LADDERS.keys(),
            rotations=_keys(data, "on_call"),
        )


def _keys(data: Any, section: str) -> frozenset[str]:
    part = data.get(section) if isinstance(data, dict) else None
    return frozenset(str(key) for key in part) if isinstance(part, dict) else frozenset()


def _entries(data: Any, section: str, key: str) -> frozenset[str]:
    part = data.get(section) if isinstance(data, dict) else None
    entries = part if isinstance(part, (list, tuple)) else ()
    found = [entry.get(key) for entry in entries if isinstance(entry, dict)]
    return frozenset(value.strip() for value in found if isinstance(value, str))


def problems(policy: Policy, names: Names | None = None) -> list[Problem]:
    """Every problem of a policy whose parts are well formed; `names` are the file's, if it held more."""
    names = names or Names.of(policy.model_dump(by_alias=True))
    return [
        *_repeats(policy),
        *_unknown_names(policy, names),
        *tier_problems(policy, names.tiers),
        *people_problems(policy, names.people),
        *_unreachable(policy),
        *_handing_over(policy),
        *_unheard(policy),
        *_settings_that_fight(policy, names),
        *(
            problem
            for name, ladder in policy.ladders.items()
            for problem in ladder_problems(("ladders", name), ladder)
        ),
    ]


def _repeats(policy: Policy) -> Iterator[Problem]:
    """Things that must differ and do not."""
    people = policy.people
    yield from _twice([(("people", i, "email"), p.email) for i, p in enumerate(people)], "one person")
    yield from _twice([(("people", i, "slack"), p.slack) for i, p in enumerate(people)], "one person")
    yield from _twice([(("tiers", i, "name"), t.name) for i, t in enumerate(policy.tiers)], "one tier")
    for loc, keys in people_lists(policy):
        yield from _twice([((*loc, i), _canonical(policy, key)) for i, key in enumerate(keys)], "one entry")


def _canonical(policy: Policy, key: str) -> str:
    person = policy.person(key)
    return key if person is None else person.email


def _twice(found: Sequence[tuple[Loc, str | None]], of_what: str) -> Iterator[Problem]:
    first: dict[str, Loc] = {}
    for loc, value in found:
        if value is None:
            continue
        if value in first:
            earlier = Problem(loc=first[value], message="", mend="").path
            message = f"{value} stands at {earlier} already"
            yield Problem(loc=loc, message=message, mend=f"Keep {of_what} with it")
        first.setdefault(value, loc)


def _unknown(loc: Loc, name: str | None, known: Collection[str], section: str) -> Iterator[Problem]:
    if name is None or name in known:
        return
    near = nearest(name, known)
    others = f"Write one of {', '.join(sorted(known))}" if known else f"Add it under {section}"
    yield Problem(loc=loc, message=f'{section} has no "{name}"', mend=f"Write {near}" if near else others)


def _unknown_names(policy: Policy, names: Names) -> Iterator[Problem]:
    """Calendars, teams, tiers, ladders and rotations that nothing defines."""
    for i, person in enumerate(policy.people):
        yield from _unknown(("people", i, "calendar"), person.calendar, names.calendars, "calendars")
    for name, team in policy.teams.items():
        yield from _unknown(("teams", name, "calendar"), team.calendar, names.calendars, "calendars")
    for word in {"team", "person"} & names.calendars:
        message = f'"{word}" has a meaning of its own in tiers'
        yield Problem(loc=("calendars", word), message=message, mend="Give the calendar another name")
    for i, tier in enumerate(policy.tiers):
        here: Loc = ("tiers", i)
        calendars = names.calendars | {"team", "person"}
        yield from _unknown((*here, "calendar"), tier.calendar, calendars, "calendars")
        yield from _unknown((*here, "ladder"), tier.ladder, names.ladders, "ladders")
        if tier.after_hours is not None:
            after = (*here, "after_hours")
            yield from _unknown((*after, "calendar"), tier.after_hours.calendar, calendars, "calendars")
            yield from _unknown((*after, "page"), tier.after_hours.page, names.rotations, "on_call")
    for i, rule in enumerate(policy.routing.rules):
        yield from _unknown(("routing", "rules", i, "team"), rule.team, names.teams, "teams")
    yield from _unknown(("routing", "fallback", "team"), policy.routing.fallback.team, names.teams, "teams")
    managers = policy.notices.managers
    for key, listed in (("at_once", managers.at_once), ("mention", managers.mention)):
        for i, tier_name in enumerate(listed if key in managers.model_fields_set else ()):
            yield from _unknown(("notices", "managers", key, i), tier_name, names.tiers, "tiers")


def _unreachable(policy: Policy) -> Iterator[Problem]:
    """Tiers and rules behind one that takes every lead, and leads that no tier takes."""
    tiers = policy.tiers
    yield from _after_the_last(("tiers",), [(tier.name, tier.when.is_for_all) for tier in tiers])
    if not any(tier.when.is_for_all for tier in tiers):
        message = "a lead that matches no tier would have no target"
        mend = "Add a last tier with `when: {}` for everything else"
        yield Problem(loc=("tiers",), message=message, mend=mend)
    rules = [(f"rule {i}", rule.when.is_for_all) for i, rule in enumerate(policy.routing.rules, start=1)]
    yield from _after_the_last(("routing", "rules"), rules)


def _after_the_last(loc: Loc, entries: Iterable[tuple[str, bool]]) -> Iterator[Problem]:
    listed = list(entries)
    for index, (_, is_for_all) in enumerate(listed[:-1]):
        if is_for_all:
            after = ", ".join(name for name, _ in listed[index + 1 :])
            message = f"this matches every lead, so what stands after it is never reached ({after})"
            yield Problem(loc=(*loc, index, "when"), message=message, mend="Put it last, or narrow it")
            return


def _handing_over(policy: Policy) -> Iterator[Problem]:
    """A ladder that hands leads to a backup queue needs people and a channel behind it, in every team."""
    handing = [
        tier.name
        for tier in policy.tiers
        if any(step.hands_over for step in policy.ladders.get(tier.ladder, ()))
    ]
    if not handing:
        return
    for name, team in policy.teams.items():
        who = f"leads of tier {handing[0]} are handed to the backup queue"
        if not team.backups:
            mend = "Write backups: [alice@acme.example] with those who may claim them"
            yield Problem(
                loc=("teams", name, "backups"), message=f"{who}, and nobody may claim them", mend=mend
            )
        if team.backup_channel is None:
            mend = 'Write backup_channel: "#lead-backup" (in quotes) or the channel\'s id'
            message = f"{who}, and no channel shows it"
            yield Problem(loc=("teams", name, "backup_channel"), message=message, mend=mend)


def _unheard(policy: Policy) -> Iterator[Problem]:
    """Lists of people that may not be empty where they are written."""
    if not policy.routing.unowned.tell and "tell" in policy.routing.unowned.model_fields_set:
        message = "nobody would hear of a lead that has nobody"
        mend = "Name at least one person, such as tell: [ops@acme.example]"
        yield Problem(loc=("routing", "unowned", "tell"), message=message, mend=mend)
    if "outage" in policy.model_fields_set and not policy.outage.tell:
        mend = "Name at least one person, or leave outage out"
        yield Problem(loc=("outage", "tell"), message="nobody would hear of an outage", mend=mend)


def _settings_that_fight(policy: Policy, names: Names) -> Iterator[Problem]:
    """Single settings that cannot both be meant."""
    unclaimed = policy.backup.unclaimed
    remind, review = unclaimed.remind_after, unclaimed.review_after
    if type(remind) is type(review) and remind >= review:  # type: ignore[operator]
        message = "the reminder comes no earlier than the managers' decision"
        mend = "Write a longer review_after, or a shorter remind_after"
        yield Problem(loc=("backup", "unclaimed", "remind_after"), message=message, mend=mend)
    if policy.routing.nobody_available == "on_call" and not names.rotations:
        mend = "Add a rotation under on_call, or write hold, assign_anyway or manager_queue"
        yield Problem(loc=("routing", "nobody_available"), message="on_call has no rotation", mend=mend)
    for name, source in policy.intake.sources.items():
        if source.fields is not None and "external_id" not in source.fields:
            mend = "Add external_id with the path of the lead's id, such as external_id: objectId"
            message = "without external_id no lead of this source could be taken"
            yield Problem(loc=("intake", "sources", name, "fields"), message=message, mend=mend)
    for name, rotation in policy.on_call.items():
        silent = [p for p in policy.known(rotation.rotation) if p.phone is None]
        for person in silent if "sms" in rotation.also_by else ():
            mend = f"Add phone to the entry of {person.name} under people, or leave sms out"
            message = f"{person.name} has no phone number for sms"
            yield Problem(loc=("on_call", name, "also_by"), message=message, mend=mend)

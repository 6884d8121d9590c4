"""Why a lead is where it is: the tier, the owner, and the whole sum of its clock, in sentences."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sla.durations import minutes
from sla.ladder import rungs_of
from sla.lead import Clock, ClockKind, Lead, Stage
from sla.names import known_name_of, team_name
from sla.paging import UNTIL_OPENING, day_calendar, is_paged, opens_at
from sla.policy import Policy
from sla.rung import NEXT_IS_NEAR, Deed, is_done, until_it_leaves
from sla.sums import Say, city, night_sum, raised_sum, sum_of, sum_of_lead, target_words
from sla.telling import managers_told_by
from sla.tiers import tier_named


class Happening(Protocol):
    """A line of the timeline."""

    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def logged_at(self) -> datetime: ...
    @property
    def who(self) -> str | None: ...
    @property
    def data(self) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The sentences of Why?, each with its first words as the label that people look for."""

    tier: str
    owner: str
    clock: str
    so_far: tuple[str, ...]
    ahead: tuple[str, ...]
    times_in: str


def explain(
    lead: Lead,
    timeline: Sequence[Happening],
    policy: Policy,
    terms: Policy,
    say: Say,
    known: Mapping[str, str] | None = None,
) -> Explanation:
    """Everything about a lead, from its own records and the policy under which its clocks run.

    `known` has the last known names of people who are in neither policy.
    """

    def name(email: str | None) -> str:
        return known_name_of((policy, terms), email, known or {})

    clock = lead.clock or (lead.clocks[-1] if lead.clocks else None)
    tier = next((why for why in lead.why if why.startswith("Tier: ")), "Tier: none yet.")
    # Who has it for the night is said of the clock that runs now.
    owners = [why for why in lead.why if not why.startswith(("Tier: ", UNTIL_OPENING))]
    calendar = day_calendar(lead, terms) if clock is not None else None
    return Explanation(
        tier=tier,
        owner=" ".join([*_on_call(lead, clock, terms, name, say), *owners]) or "Owner: nobody yet.",
        clock=_clock_sentence(lead, clock, terms, say, _raised_at(timeline)),
        so_far=tuple(
            f"{say.time(line.occurred_at)} {words}"
            for line in timeline
            if (words := _happened(line, name, say))
        ),
        ahead=tuple(ahead(lead, policy, terms, say)),
        times_in=city(calendar) if calendar is not None else "UTC",
    )


def _raised_at(timeline: Iterable[Happening]) -> datetime | None:
    """When a further request last made the lead hotter."""
    asked = [line for line in timeline if line.kind == "asked_again" and line.data.get("raised_to")]
    return asked[-1].occurred_at if asked else None


def _clock_sentence(
    lead: Lead, clock: Clock | None, terms: Policy, say: Say, raised_at: datetime | None
) -> str:
    if clock is None or lead.started_at is None or lead.due_at is None:
        return f"Clock: none runs, because {'; '.join(lead.needs) or 'nothing was promised yet'}."
    first = lead.clocks[0]
    calendar = terms.calendars[first.calendar]
    target = target_words(tier_named(terms, lead.tier).first_response)
    if raised_at is not None:
        lines = [raised_sum(lead, raised_at, terms, say)]
    elif is_paged(first):
        lines = [night_sum(lead, terms, say)]
    else:
        lines = [f"Clock: {target}. {sum_of_lead(lead, calendar, say)}"]
    if is_paged(clock) and clock.due_at == lead.due_at:
        return " ".join(lines)
    if clock.kind is ClockKind.OWNER and clock.number > 1 and clock.due_at is not None:
        owner = sum_of(clock.started_at, clock.started_at, clock.due_at, terms.calendars[clock.calendar], say)
        lines.append(f"The owner's own clock: {owner}")
    return " ".join(lines)


def _on_call(
    lead: Lead, clock: Clock | None, terms: Policy, name: Callable[[str | None], str], say: Say
) -> list[str]:
    """Who has the lead while its team is closed; the other reasons say whose it is by day."""
    if clock is None or not is_paged(clock) or lead.owner != clock.person:
        return []
    until = say.day_time(opens_at(lead, clock, terms))
    if lead.day_owner is None:
        return [f"Owner: {name(clock.person)} because they were paged while the team was closed."]
    return [f"Owner: {name(clock.person)} because the team is closed until {until} and they were paged."]


def ahead(lead: Lead, policy: Policy, terms: Policy, say: Say) -> list[str]:
    """What comes next, each with its time."""
    clock = lead.clock
    if clock is None:
        return ["nothing, no clock runs"]
    said = []
    waiting = [rung for rung in rungs_of(lead, clock, terms) if not is_done(rung, clock)]
    for rung in until_it_leaves(waiting):
        words = ", ".join(_DEEDS[deed] + _later(deed, rung.at, lead, policy, say) for deed in rung.do)
        if not rung.said:
            because = "the next is near" if rung.left_out == NEXT_IS_NEAR else rung.left_out
            words = f"no reminder because {because}"
            if rung.status is not None:
                words = f"{rung.status.value.lower()}, {words}"
        said.append(f"{say.day_time(rung.at)} {words}")
    return said or ["the managers decide" if lead.stage is Stage.IN_REVIEW else "nothing is planned"]


def _later(deed: Deed, at: datetime, lead: Lead, policy: Policy, say: Say) -> str:
    """Until when the managers' card is gathered, where they have none yet."""
    if deed not in ("notify_managers", "lead_deadline") or lead.managers_told_at is not None:
        return ""
    by = managers_told_by(lead, policy, at)
    return f" by {say.day_time(by)}" if by > at else ""


_DEEDS: dict[Deed, str] = {
    "remind_owner": "reminder",
    "notify_owner": "deadline, owner told",
    "notify_managers": "managers told",
    "hand_to_backup": "backup queue",
    "lead_deadline": "the lead's deadline, managers told",
    "still_free": "the queue is reminded",
    "review": "management decides",
    "page_next": "the next on call is paged",
    "open": "the team opens and has it",
    "page_on_call": "the team closes and whoever is on call is paged",
    "look_again": "goes to whoever is back by then",
}


_NOT_PAGED = {
    "away": "away",
    "deactivated": "no longer active in Slack",
    "silent": "Slack keeps silent for them",
    "unreachable": "Slack could not reach them",
}


def people_in(timeline: Iterable[Happening]) -> frozenset[str]:
    """Everybody whom the timeline names."""
    said = (who for line in timeline for who in (line.who, *map(line.data.get, ("to", "owner", "by"))))
    return frozenset(who for who in said if who is not None)


def _happened(line: Happening, name: Callable[[str | None], str], say: Say) -> str | None:  # noqa: C901
    """A line of the timeline in a few words; None for what only programs need."""
    who, data = name(line.who), line.data
    to = name(data.get("to"))
    match line.kind:
        case "arrived":
            owner = name(data.get("owner"))
            return f"came in, {data.get('tier')}, {owner} ({team_name(data.get('team', ''))})"
        case "assigned":
            return f"went to {to}"
        case "told":
            return f"{who} told"
        case "paged":
            return f"{who} paged"
        case "page_skipped":
            return f"{who} not paged: {_NOT_PAGED.get(data.get('because', ''), 'not reached')}"
        case "page_declined":
            return f"{who} cannot take it"
        case "nobody_left_to_page":
            return "nobody is left to page, managers told"
        case "opened":
            return f"the team opened, {to} has it"
        case "held":
            return "nobody of the team can take it yet"
        case "needs_attention":
            return f"needs attention: {'; '.join(data.get('needs', ()))}"
        case "completed":
            waited = minutes(timedelta(seconds=data.get("waited_s", 0)))
            return f"{who} completed it, {waited} after it came in"
        case "merged":
            return f"{who} completed it, and the same person's open lead took it in"
        case "asked_again":
            return f"asked again ({line.who})"
        case "refused_outside":
            return f"{data.get('by')} to {line.who} refused"
        case "not_acknowledged":
            return f"no automatic e-mail: {data.get('why')}"
        case "reminder":
            return "reminder"
        case "reminder_left_out":
            return f"reminder left out because {data.get('why')}"
        case "breached":
            excused = data.get("excused")
            return f"deadline passed, not counted ({excused})" if excused else "deadline passed"
        case "hand_over_held":
            return f"the hand-over waits until {say.time(datetime.fromisoformat(data['until']))}"
        case "handed_over":
            return f"handed to the backup queue, round {data.get('round')}"
        case "needs_decision":
            return "management decides"
        case "claimed" | "nudged" | "rejected" | "closed":
            words = {
                "claimed": "claimed it",
                "nudged": "asked the owner",
                "rejected": "said it is not a real lead",
            }
            return f"{who} {words.get(line.kind, 'closed it')}"
        case "contact":
            late = " (logged " + say.time(line.logged_at) + ")" if line.logged_at > line.occurred_at else ""
            return f"{name(data.get('by'))} made contact{late}"
        case "contact_withdrawn":
            return f"{who} took a contact back"
        case "contact_corrected":
            return f"{who} corrected a contact"
        case "breach_withdrawn":
            return "breach withdrawn"
        case "reassigned" | "passed" | "sent_back":
            verb = {"reassigned": "moved it to", "passed": "passed it to", "sent_back": "sent it back to"}[
                line.kind
            ]
            return f"{who} {verb} {to if data.get('to') else 'the backup queue'}"
        case "more_time":
            return f"{who} gave {minutes(timedelta(seconds=data.get('more_s', 0)))} more"
        case "on_it":
            return f"{who} is on it"
        case "updated":
            return f"{line.who} sent it again: {', '.join(data.get('fields', ()))}"
        case "handed_on":
            return f"{who} went away, {to} {'covers' if data.get('covers') else 'has it'}"
        case "returned":
            return f"{to} is back and has it again"
        case "owner_deactivated":
            return f"{who} is no longer active in Slack"
        case "owner_removed":
            return f"{who} is no longer in the policy"
        case "message_refused":
            return f"Slack refused a message ({data.get('error')})"
    return None

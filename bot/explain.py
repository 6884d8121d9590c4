"""`lead-sla policy explain`: what would happen to a lead, with the whole arithmetic, and nothing sent."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.clock import now
from bot.explain_steps import steps_of
from bot.policy_commands import PolicyPath, app
from bot.policy_file import PolicyErrors, PolicyFile, read_policy
from sla.decide import decide
from sla.effects import Decision, ToPerson
from sla.facts import LeadArrived
from sla.intake import UnreadableLead, read_lead
from sla.lead import LeadId
from sla.names import listed, team_name
from sla.paging import day_calendar, is_paged
from sla.planned import all_covers, with_planned
from sla.policy.intake import Intake, IntakeSource
from sla.roster import backups_of, managers_of
from sla.sums import Say, city, night_sum, sum_of, target_words
from sla.surroundings import Surroundings
from sla.telling import told_at
from sla.tiers import tier_named

SOURCE = "website"
UNMAPPED = ("cli", "workflow", "admin")
"""Sources that every bot has, whether the policy says how to read them or not."""


@app.command()
def explain(
    file: PolicyPath,
    lead: Annotated[Path, typer.Option("--lead", metavar="LEAD.json", help="The lead, as it would be sent.")],
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", help="When it comes in, such as 2026-11-23T10:00-05:00; now if left out."
        ),
    ] = None,
    source: Annotated[
        str,
        typer.Option(
            "--source", metavar="NAME", help="Who sends it: it is read by that source's fields in the policy."
        ),
    ] = SOURCE,
) -> None:
    """What would happen to a lead: tier, owner, each clock's sum, each step with its time, and why."""
    try:
        policy = read_policy(file)
        received_at = _moment(at)
        raw = _lead_of(lead)
        intake = policy.policy.intake
        mapped = _source_of(intake, source)
        details, needs = read_lead(raw, fields=mapped.fields if mapped else None, required=intake.required)
    except (PolicyErrors, UnreadableLead, _CannotRead) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    arrived = LeadArrived(
        lead_id=LeadId("L-explained"), at=received_at, source=source, details=details, needs=needs
    )
    around = Surroundings(
        policy=policy.policy,
        version=policy.version,
        terms=policy.policy,
        people=with_planned(policy.policy, {}),
        covers=all_covers(policy.policy, {}),
    )
    try:
        said = sentences(decide(None, arrived, around), policy, around)
    except (ValueError, OverflowError) as problem:
        typer.echo(
            f"This time cannot be reckoned with: {str(problem).rstrip('.')}. Choose another with --at.",
            err=True,
        )
        raise typer.Exit(1) from None
    for line in said:
        typer.echo(line)


def sentences(arrived: Decision, file: PolicyFile, around: Surroundings) -> list[str]:
    """The explanation line by line, for a lead that has just arrived."""
    lead, policy = arrived.lead, file.policy
    head = f"{lead.label}: by {policy.name}, version {file.version_shown}"
    if lead.due_at is None or lead.started_at is None:
        return [
            head,
            f"It would need attention, no clock starts: {'; '.join(lead.needs)}.",
            *_lead_ops_told(arrived, around),
        ]
    clock = lead.clocks[0]
    calendar = day_calendar(lead, policy)
    say = _say(calendar.zone)
    if is_paged(clock):
        total = night_sum(lead, policy, say)
    else:
        target = target_words(tier_named(policy, lead.tier).first_response)
        total = f"Clock: {target} on the calendar {clock.calendar}. "
        total += sum_of(lead.received_at, lead.started_at, lead.due_at, calendar, say)
    return [
        head,
        *lead.why,
        total,
        f"Team: {team_name(lead.team or '')}. Managers: {listed(policy, managers_of(policy, lead.team))}. "
        f"Backups: {listed(policy, backups_of(policy, lead.team)) or 'nobody'}.",
        f"Steps, if nobody makes contact (times in {city(calendar)}):",
        *(f"  {line}" for line in steps_of(arrived, around, say)),
        "Turns and open leads are not counted here, nor who is away by their own word: among those at work it is "
        "whoever has had the fewest leads.",
    ]


def _lead_ops_told(arrived: Decision, around: Surroundings) -> list[str]:
    """Who completes the lead, and when each of them hears of it."""
    lead, policy = arrived.lead, around.policy
    at = lead.received_at
    say = _say(policy.calendars[policy.teams[policy.team_in_force(None)].calendar].zone)
    times: dict[datetime, list[str]] = {}
    for post in arrived.posts:
        comes_at = told_at(post, lead, policy, around.people, at)
        if isinstance(post.to, ToPerson) and comes_at is not None:
            times.setdefault(comes_at, []).append(post.to.email)
    return [
        f"Told {'at once' if one == at else say.day_time(one)}: {listed(policy, people)}."
        for one, people in sorted(times.items())
    ]


@dataclass
class _CannotRead(Exception):
    message: str

    def __str__(self) -> str:
        return self.message


def _say(zone: Any) -> Say:
    return Say(
        time=lambda moment: _clock_time(moment.astimezone(zone)),
        day_time=lambda moment: (
            f"{moment.astimezone(zone):%a %b %-d}, {_clock_time(moment.astimezone(zone))}"
        ),
    )


def _clock_time(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _moment(text: str | None) -> datetime:
    if text is None:
        return now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _CannotRead(f"--at {text}: write a time with its offset, such as 2026-11-23T10:00-05:00.")
    return at


def _source_of(intake: Intake, name: str) -> IntakeSource | None:
    """How the source is read; None where its payload has the lead's own fields."""
    found = intake.sources.get(name)
    if found is not None or name == SOURCE or name in UNMAPPED or name.startswith("slack:"):
        return found
    named = f"It names {', '.join(intake.sources)}. " if intake.sources else ""
    raise _CannotRead(
        f"--source {name}: the policy names no such source. {named}"
        "For one that sends the lead's own fields write --source cli."
    )


def _lead_of(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise _CannotRead(f"{path}: {problem.strerror}. Give --lead a file with one lead as JSON.") from None
    except ValueError as problem:
        raise _CannotRead(f"{path}: this is not JSON ({problem}). One lead is one JSON object.") from None
    if not isinstance(raw, dict):
        raise _CannotRead(f"{path}: one lead is one JSON object, {{...}}.")
    return raw

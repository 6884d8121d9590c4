"""`lead-sla policy explain`: what would happen to a lead, with the whole arithmetic, and nothing sent."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.clock import now
from bot.explain_night import night_of
from bot.policy_commands import PolicyPath, app
from bot.policy_file import PolicyErrors, PolicyFile, read_policy
from sla.decide import decide
from sla.durations import minutes
from sla.facts import LeadArrived
from sla.intake import UnreadableLead, read_lead
from sla.ladder import left_min, rungs_of
from sla.lead import Clock, ClockKind, Lead, LeadId, Stage, Status
from sla.names import listed, name_of, team_name
from sla.paging import day_calendar, is_paged
from sla.planned import all_covers, with_planned
from sla.policy import Policy
from sla.roster import backups_of, lead_ops, managers_of
from sla.rung import Rung, until_it_leaves
from sla.sums import Say, city, night_sum, sum_of, target_words
from sla.surroundings import Surroundings
from sla.tiers import tier_named

SOURCE = "policy explain"


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
) -> None:
    """What would happen to a lead: tier, owner, each clock's sum, each step with its time, and why."""
    try:
        policy = read_policy(file)
        received_at = _moment(at)
        raw = _lead_of(lead)
        source = policy.policy.intake.sources.get("website")
        details, needs = read_lead(
            raw, fields=source.fields if source else None, required=policy.policy.intake.required
        )
    except (PolicyErrors, UnreadableLead, _CannotRead) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    arrived = LeadArrived(
        lead_id=LeadId("L-explained"), at=received_at, source=SOURCE, details=details, needs=needs
    )
    around = Surroundings(
        policy=policy.policy,
        version=policy.version,
        terms=policy.policy,
        people=with_planned(policy.policy, {}),
        covers=all_covers(policy.policy, {}),
    )
    try:
        said = sentences(decide(None, arrived, around).lead, policy, around)
    except (ValueError, OverflowError) as problem:
        typer.echo(
            f"This time cannot be reckoned with: {str(problem).rstrip('.')}. Choose another with --at.",
            err=True,
        )
        raise typer.Exit(1) from None
    for line in said:
        typer.echo(line)


def sentences(lead: Lead, file: PolicyFile, around: Surroundings) -> list[str]:
    """The explanation line by line, for a lead that has just arrived."""
    policy = file.policy
    head = f"{lead.label}: by {policy.name}, version {file.version_shown}"
    if lead.due_at is None or lead.started_at is None:
        return [
            head,
            f"It would need attention, no clock starts: {'; '.join(lead.needs)}.",
            f"Told at once: {listed(policy, lead_ops(policy))}.",
        ]
    clock = lead.clocks[0]
    calendar = day_calendar(lead, policy)
    say = _say(calendar.zone)
    target = target_words(tier_named(policy, lead.tier).first_response)
    if is_paged(clock):
        total = night_sum(lead, policy, say)
        steps = [f"  {line}" for line in night_of(lead, around, say)]
    else:
        total = f"Clock: {target} on the calendar {clock.calendar}. "
        total += sum_of(lead.received_at, lead.started_at, lead.due_at, calendar, say)
        rungs = until_it_leaves(rungs_of(lead, clock, policy))
        steps = [f"  {_step(rung, lead, clock, policy, say)}" for rung in rungs]
    return [
        head,
        *lead.why,
        total,
        f"Team: {team_name(lead.team or '')}. Managers: {listed(policy, managers_of(policy, lead.team))}. "
        f"Backups: {listed(policy, backups_of(policy, lead.team)) or 'nobody'}.",
        f"Steps, if nobody makes contact (times in {city(calendar)}):",
        f"  {say.day_time(lead.received_at)}  {_first(lead, policy)}",
        *steps,
        *_after_hand_over(lead, policy, say),
        "Turns and open leads are not counted here, nor who is away by their own word: among those at work it is "
        "whoever has had the fewest leads.",
    ]


def _first(lead: Lead, policy: Policy) -> str:
    """What happens at once."""
    if is_paged(lead.clock):
        return f"{name_of(policy, lead.owner)} is paged"
    if lead.owner is not None:
        return f"{name_of(policy, lead.owner)} gets the lead by direct message"
    told = f"{listed(policy, lead_ops(policy))} told after {minutes(policy.routing.unowned.after)} without an owner"
    if lead.stage is Stage.HELD:
        return f"nobody gets the lead: it waits for the first who is back; {told}"
    return f"the managers are asked to decide; {told}"


def _step(rung: Rung, lead: Lead, clock: Clock, policy: Policy, say: Say) -> str:
    calendar = policy.calendars[clock.calendar]
    said = []
    for deed in rung.do:
        if deed == "remind_owner":
            left = calendar.between(rung.at, clock.due_at or rung.at)
            said.append(
                f"reminder, {minutes(left)} left" if rung.said else _left_out(left, left_min(calendar, clock))
            )
        elif deed == "notify_owner":
            said.append("the owner is told that the deadline passed")
        elif deed in ("notify_managers", "lead_deadline"):
            said.append(f"the managers are told in {policy.teams[lead.team or ''].manager_channel}")
        elif deed == "hand_to_backup":
            said.append("to the backup queue")
        elif deed == "page_on_call":
            said.append("the team closes; whoever is on call is paged")
        elif deed == "look_again":
            said.append("to the first who can take it by then, else it waits on")
    status = f"{rung.status.value}: " if rung.status is not None else ""
    return f"{say.day_time(rung.at)}  {status}{', '.join(said)}"


def _left_out(left: timedelta, least: timedelta) -> str:
    if left < least:
        return f"no reminder, because less than {minutes(least)} would be left"
    return "no reminder, because the next one is near"


@dataclass
class _CannotRead(Exception):
    message: str

    def __str__(self) -> str:
        return self.message


def _after_hand_over(lead: Lead, policy: Policy, say: Say) -> list[str]:
    """What the queue would bring, if the ladder hands the lead over."""
    clock = lead.clocks[0]
    if lead.owner is None or is_paged(clock):
        return []
    rungs = until_it_leaves(rungs_of(lead, clock, policy))
    handed = next((rung.at for rung in rungs if rung.hands_over), None)
    if any("page_on_call" in rung.do for rung in rungs):
        return []
    if handed is None:
        return ["  Nothing hands the lead over: it stays with its owner."]
    queue = Clock(
        lead_id=lead.id, number=2, kind=ClockKind.QUEUE, round=1, calendar=clock.calendar, started_at=handed
    )
    words = {"still_free": "the backups are reminded, once", "review": "the managers decide"}
    return [
        f"  {say.day_time(rung.at)}  unclaimed: {words[rung.do[0]]}"
        for rung in rungs_of(lead, queue, policy)
        if rung.do[0] in words and rung.status is not Status.BREACHED
    ]


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

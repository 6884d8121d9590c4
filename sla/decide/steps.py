"""Time passed: the steps that a clock has reached are taken, the latest of them speaks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from sla.decide.draft import Draft
from sla.decide.hand_over import hand_over, send_to_review
from sla.decide.held import look_again
from sla.decide.opening import morning_after, open_team
from sla.decide.paging import page_at_closing, page_next
from sla.effects import Decision, Post, Role, ToChannel, Urgency
from sla.facts import CardDelivered, StepReached
from sla.ladder import left_min
from sla.lead import Breach, Clock, ClockKind, Lead, Status, changed
from sla.paging import on_it
from sla.rung import TOO_LITTLE_TIME, Rung
from sla.surroundings import ABSENCE_MIN, Absence, Surroundings

OVERTAKEN = "a later step was reached"
"""Why a reminder was left out that would have been said, had somebody been there to say it in time."""
_changes_hands = attrgetter("changes_hands")


def reach_step(lead: Lead, fact: StepReached, around: Surroundings) -> Decision:
    """Climb to the highest step reached by `fact.at`; reminders overtaken on the way are not said."""
    clock = lead.clock
    if clock is None or clock.number != fact.clock:
        return _after_its_end(lead, fact, around)
    draft = Draft(lead, around, fact.at)
    reached = _reached(draft, clock)
    if _hold_hand_over(draft, clock, reached):
        clock = draft.lead.clocks[clock.number - 1]
        reached = _reached(draft, clock)
    if not reached:
        return draft.decision()
    clock = changed(clock, fired_through=reached[-1].at)
    draft.change(clocks=draft.lead.clocks_with(clock), status=_status_after(draft.lead.status, reached))
    for rung in reached if len(reached) == 1 else sorted(reached, key=_changes_hands):
        _take(draft, clock, rung, reached)
    if any("look_again" not in rung.do for rung in reached):
        # Where nobody is back yet nothing changes that anybody sees.
        draft.touch()
    return draft.decision()


def _after_its_end(lead: Lead, fact: StepReached, around: Surroundings) -> Decision:
    """A clock that contact stopped at night has one step left: the morning."""
    ended = next((clock for clock in lead.clocks if clock.number == fact.clock), None)
    if ended is None or ended.next_step_at is None or ended.next_step_at > fact.at or ended.is_running:
        return Decision(lead=lead)
    draft = Draft(lead, around, fact.at)
    morning_after(draft, ended)
    return draft.decision()


def card_delivered(lead: Lead, fact: CardDelivered, around: Surroundings) -> Decision:
    """Slack accepted the owner's card; where that came late, a hand-over waits for the grace after it."""
    clock = lead.clock
    draft = Draft(lead, around, fact.at)
    if clock is not None and clock.number == fact.clock:
        if clock.told_at is None:
            clock = draft.change_clock(clock, told_at=fact.at)
        _hold_hand_over(draft, clock, _reached(draft, clock))
        if lead.managers_told_at is not None and clock.due_at is not None and fact.at >= clock.due_at:
            # Their card on a late lead says when the owner was told; it may have left before the owner's.
            # Before the deadline it does not, and the owner's new card would be edited for nothing.
            draft.touch()
    return draft.decision()


def _reached(draft: Draft, clock: Clock) -> list[Rung]:
    """The steps that are reached by now and not done, in order of time."""
    done, now = clock.fired_through, draft.at
    return [rung for rung in draft.rungs(clock) if rung.at <= now and (done is None or rung.at > done)]


def _hold_hand_over(draft: Draft, clock: Clock, reached: Sequence[Rung]) -> bool:
    """Nobody loses a lead to an absence of the bot or of Slack: the hand-over waits for the grace after it."""
    handing = [rung for rung in reached if "hand_to_backup" in rung.do]
    if not handing:
        return False
    due = handing[0]
    earliest = _earliest_hand_over(clock, draft)
    if earliest is None or due.at >= earliest:
        return False
    lasts = any(absence.until_at >= draft.at for absence in draft.around.absences)
    if clock.hand_over_at is None or (clock.told_at is not None and not lasts):
        # Said once: while Slack is away, or does not get the card, this is looked at again after each grace.
        draft.note("hand_over_held", None, until=earliest.isoformat(), was=due.at.isoformat())
    draft.touch()
    draft.change_clock(clock, hand_over_at=earliest)
    return True


def _earliest_hand_over(clock: Clock, draft: Draft) -> datetime | None:
    grace = draft.around.policy.catch_up.grace
    waits = [
        absence.until_at + grace
        for absence in draft.around.absences
        if absence.overlaps(clock.started_at, draft.at + ABSENCE_MIN)
    ]
    if clock.unreachable_at is None:
        if clock.told_at is None:
            waits.append(draft.at + grace)
        elif clock.told_at - clock.started_at > ABSENCE_MIN:
            waits.append(clock.told_at + grace)
    return max(waits, default=None)


def _status_after(worst: Status | None, reached: Sequence[Rung]) -> Status | None:
    for rung in reached:
        # "Escalated" is set by the hand-over itself, because that may yet turn into something else.
        if rung.status is not Status.ESCALATED and _severity(rung.status) > _severity(worst):
            worst = rung.status
    return worst


def _severity(status: Status | None) -> int:
    return status.severity if status is not None else -1


def _take(draft: Draft, clock: Clock, rung: Rung, reached: Sequence[Rung]) -> None:
    """Do what one reached step asks for; once somebody else has the lead, the rest is for their clock to say."""
    if draft.lead.clock is None or draft.lead.clock.number != clock.number:
        return
    is_latest = rung is reached[-1]
    for deed in rung.do:
        if deed == "remind_owner":
            _remind(draft, clock, rung, overtaken=not is_latest)
        elif deed in ("notify_owner", "notify_managers", "lead_deadline"):
            _record_breach(draft, clock, rung)
            if deed == "notify_owner":
                _tell_owner(draft, clock, rung, reached)
            else:
                _tell_managers(draft, clock, rung, deed)
        elif deed == "hand_to_backup":
            hand_over(draft, at=_since(draft, rung))
        elif deed == "still_free":
            _still_free(draft, clock, rung, overtaken=not is_latest)
        elif deed == "review":
            send_to_review(draft, at=_since(draft, rung))
        elif deed == "look_again":
            look_again(draft, clock)
        else:
            _take_of_night(draft, clock, rung, reached)


def _take_of_night(draft: Draft, clock: Clock, rung: Rung, reached: Sequence[Rung]) -> None:
    """What opening, closing and the time in between ask for."""
    at = _since(draft, rung)
    if "open" in rung.do:
        open_team(draft, clock, at=at)
    elif "page_on_call" in rung.do:
        page_at_closing(draft, clock, at=at)
    elif "page_next" in rung.do and not any("open" in later.do for later in reached):
        # Nobody is paged about a lead that its team has anyway.
        pressed = on_it(draft.lead, clock)
        page_next(draft, clock, at=at, why="not_acknowledged" if pressed is None else "no_contact")


def _since(draft: Draft, rung: Rung) -> datetime:
    """The step's own time, so that lateness does not add up; after an absence the moment itself."""
    return rung.at if draft.at - rung.at <= ABSENCE_MIN else draft.at


def _remind(draft: Draft, clock: Clock, rung: Rung, *, overtaken: bool) -> None:
    assert clock.due_at is not None
    assert clock.person is not None
    calendar = draft.calendar
    expires_at = clock.due_at - left_min(calendar, clock) + timedelta(microseconds=1)
    say_at = draft.at
    on_it = draft.lead.on_it
    if on_it is not None and on_it.until is not None and on_it.clock == clock.number:
        say_at = max(say_at, on_it.until)
    left_out = rung.left_out
    if left_out is None and (overtaken or _missed(rung, draft.around.absences)):
        left_out = OVERTAKEN
    elif left_out is None and say_at >= expires_at:
        left_out = TOO_LITTLE_TIME
    elif left_out is None and clock.unreachable_at is not None:
        left_out = "the owner cannot be reached in Slack"
    draft.note("reminder" if left_out is None else "reminder_left_out", None, rung.at, why=left_out)
    if left_out is not None:
        return
    draft.owe_person(
        Role.REMINDER,
        clock.person,
        f"reminder:{clock.number}:{_stamp(rung.at)}",
        Urgency.REMINDER,
        clock,
        not_before=say_at if say_at > draft.at else None,
        expires_at=expires_at,
    )


def _missed(rung: Rung, absences: Sequence[Absence]) -> bool:
    """Whether the bot was away when the reminder was due; what is said late is no longer what it was for."""
    return any(a.what == "bot" and a.from_at <= rung.at < a.until_at - ABSENCE_MIN for a in absences)


def _record_breach(draft: Draft, clock: Clock, rung: Rung) -> None:
    """The first deadline that passes is the lead's breach, with its true time."""
    lead = draft.lead
    if lead.breach is not None or lead.due_at is None or draft.at < lead.due_at or rung.at < lead.due_at:
        return
    breach = Breach(
        due_at=lead.due_at,
        detected_at=draft.at,
        owner=clock.person,
        owner_told=clock.told_at is not None and clock.told_at <= lead.due_at,
        excused=_excuse(draft, clock),
    )
    draft.change(breach=breach)
    draft.note(
        "breached",
        clock.person,
        lead.due_at,
        owner_told=breach.owner_told,
        excused=breach.excused,
    )


def _excuse(draft: Draft, clock: Clock) -> str | None:
    """Why a breach is not counted against its owner: the bot or Slack was away when they should have known."""
    if clock.kind is not ClockKind.OWNER or clock.due_at is None:
        return None
    if clock.unreachable_at is not None:
        return "cannot be reached in Slack"
    if clock.told_at is None or clock.told_at >= clock.due_at:
        return "told only now"
    if not draft.around.absences:
        return None
    missed = [
        rung for rung in draft.rungs(clock) if rung.is_reminder and rung.said and rung.at < clock.due_at
    ]
    if any(a.from_at <= rung.at < a.until_at for rung in missed for a in draft.around.absences):
        return "reminder not sent"
    return None


def _in_catch_up(draft: Draft, rung: Rung) -> bool:
    """Whether the step was reached while the bot was away: then one summary may say it better."""
    return any(a.what == "bot" and a.from_at <= rung.at < a.until_at for a in draft.around.absences)


def _tell_owner(draft: Draft, clock: Clock, rung: Rung, reached: Sequence[Rung]) -> None:
    draft.note("deadline_passed", clock.person, rung.at)
    if clock.person is None or clock.unreachable_at is not None or any(r.hands_over for r in reached):
        return
    draft.owe_person(
        Role.DEADLINE_PASSED,
        clock.person,
        f"deadline:{clock.number}",
        Urgency.BREACH,
        clock,
        gathered=_in_catch_up(draft, rung),
    )


def _tell_managers(draft: Draft, clock: Clock, rung: Rung, deed: str) -> None:
    """One card for each lead; where it stands already, what is new is a line in its thread."""
    if draft.lead.managers_told_at is None:
        draft.owe_managers_card(f"{clock.number}:{_stamp(rung.at)}", gathered=_in_catch_up(draft, rung))
    elif not rung.hands_over and clock.kind is ClockKind.OWNER:
        draft.owe_managers_line("deadline_passed", owner=clock.person, due_at=rung.at.isoformat())


def _still_free(draft: Draft, clock: Clock, rung: Rung, *, overtaken: bool) -> None:
    draft.note("still_free" if not overtaken else "still_free_left_out", None, rung.at)
    if overtaken or draft.team.backup_channel is None:
        return
    draft.owe(
        Post(
            role=Role.STILL_FREE,
            to=ToChannel(channel=draft.team.backup_channel),
            key=f"still_free:{clock.number}",
            urgency=Urgency.REMINDER,
            clock=clock.number,
        )
    )


def _stamp(at: datetime) -> str:
    return at.isoformat()[:19].replace("-", "").replace(":", "")

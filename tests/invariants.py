"""What must hold after every scenario, whatever happened in it: asked of the database and of Slack's ledger."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.sandbox.workspace import Workspace
from bot.slack.cards import fingerprint
from sla.lead import ClockKind
from storage import audit, audit_deliveries, audit_fence
from storage.archive import Place
from storage.audit_kinds import Suspect
from storage.database import Database
from storage.delivery import UNFINISHED, State
from storage.tables import GOES, cards, clocks, outbox, outbox_archive, timeline

STEPS = ("reminder", "reminder_left_out", "deadline_passed", "still_free", "handed_over", "needs_decision")
"""Timeline entries of which a clock has at most one for each moment of its ladder."""
EVERYTHING = 10_000_000
END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)
ONE_CALL = timedelta(seconds=10)
"""So long a call may last that was begun as the lead changed."""
WITHOUT_TIMER = (ClockKind.REVIEW, ClockKind.CHECK)
"""Clocks that people end: nothing is planned on them."""


def holds(database: Database, workspace: Workspace) -> None:
    """Assert all of it, and say everything that is broken at once."""
    with database.read() as connection:
        broken = [
            *_clocks(connection),
            *_steps(connection),
            *_winners(connection),
            *_deliveries(connection, workspace),
            *_posts(connection, workspace),
            *_cards(connection, workspace),
            *_fences(connection),
            *_audited(connection),
        ]
    assert not broken, "\n".join(broken)


def _audited(connection: Connection) -> Iterator[str]:
    """Nor does the auditor find anything but what is a matter of time."""
    for one in (
        *audit.idle_clocks(connection),
        *audit.walk(connection, None, EVERYTHING).suspects,
        *audit.steps_twice(connection, 0, EVERYTHING)[0],
        *_past_the_fence(connection),
        *audit_deliveries.never_looked_for(connection),
        *audit_deliveries.sent_nowhere(connection),
    ):
        yield f"the auditor finds {one.kind}: {one.lead_id} {one.name}"


def _past_the_fence(connection: Connection) -> Iterator[Suspect]:
    """Part by part, as the auditor does: each asks for its leads by name."""
    last: Place | None = None
    while True:
        suspects, following = audit_fence.after_their_clocks(connection, last, END_OF_TIME)
        yield from suspects
        if following == last:
            return
        last = following


def _clocks(connection: Connection) -> Iterator[str]:
    """Each running clock has a next step or a reason not to; a lead has at most one."""
    running = connection.execute(select(clocks).where(clocks.c.stopped_at.is_(None))).all()
    for clock in running:
        is_climbed = clock.due_at is not None and (clock.fired_through or clock.started_at) >= clock.due_at
        has_reason = clock.kind in WITHOUT_TIMER or clock.set_aside_at is not None or is_climbed
        if clock.next_step_at is None and not has_reason:
            yield f"clock {clock.number} of {clock.lead_id} runs and nothing is planned on it"
    for lead_id, number in Counter(clock.lead_id for clock in running).items():
        if number > 1:
            yield f"{number} clocks of {lead_id} run at once"


def _steps(connection: Connection) -> Iterator[str]:
    """Each step of a lead fires at most once."""
    fired = connection.execute(
        select(timeline.c.lead_id, timeline.c.kind, timeline.c.occurred_at).where(timeline.c.kind.in_(STEPS))
    )
    for step, number in Counter(tuple(row) for row in fired).items():
        if number > 1:
            yield f"{step[1]} of {step[0]} at {step[2]} happened {number} times"


def _winners(connection: Connection) -> Iterator[str]:
    """One claim for each time in the queue."""
    claims = select(clocks.c.lead_id, clocks.c.round).where(clocks.c.how == "claimed")
    for (lead_id, round_), number in Counter(tuple(row) for row in connection.execute(claims)).items():
        if number > 1:
            yield f"{lead_id} was claimed {number} times in round {round_}"


def _deliveries(connection: Connection, workspace: Workspace) -> Iterator[str]:
    """Each delivery is visible exactly once, or has ended otherwise, or waits for something that is written down."""
    ledger = workspace.ledger
    visible = Counter(one.delivery_id for one in ledger.visible())
    accepted = {one.delivery_id for one in ledger.posts()}
    queries = [select(table).where(GOES["slack"]).order_by(table.c.seq) for table in (outbox_archive, outbox)]
    rows = [row for query in queries for row in connection.execute(query)]
    unfinished: set[tuple[str | None, str]] = set()
    for row in rows:
        name = f"{row.role} to {row.place} ({row.id}, {row.state})"
        # A row of a list stands there as the list does.
        stands_as = row.list_id if row.list_id is not None and row.id not in accepted else row.id
        waits_for_earlier = (row.lead_id, row.place) in unfinished
        if row.state in UNFINISHED:
            unfinished.add((row.lead_id, row.place))
        if visible[row.id] > 1:
            yield f"{name} stands {visible[row.id]} times"
        match State(row.state):
            case State.SENT:
                if stands_as not in accepted:
                    yield f"{name} was never accepted"
                elif not visible[stands_as] and not workspace.channels[row.channel].messages[row.ts].deleted:
                    yield f"{name} cannot be seen"
            case State.VOID | State.REFUSED:
                if visible[row.id]:
                    yield f"{name} can be seen"
            case State.PENDING:
                if row.not_before is None and row.retry_at is None and not waits_for_earlier:
                    yield f"{name} waits for nothing"
            case State.UNCERTAIN:
                if row.look_at is None:
                    yield f"{name} is never looked for"
            case State.SENDING | State.GATHERING:
                yield f"{name} is left under way"


def _posts(connection: Connection, workspace: Workspace) -> Iterator[str]:
    """Nothing is posted that was not owed, and nothing after what it was about had ended."""
    known = {row.id: row for table in (outbox_archive, outbox) for row in connection.execute(select(table))}
    for post in workspace.ledger.posts():
        if post.delivery_id not in known:
            yield f"nobody owed the post {post.ts} in {post.channel}"
            continue
        row = known[post.delivery_id]
        if row.state == State.VOID and row.attempt == 0:
            yield f"{row.role} to {row.place} was posted although it was void"


def _cards(connection: Connection, workspace: Workspace) -> Iterator[str]:
    """A card that is believed to show what is known does show it, whoever edited it last."""
    standing = {(one.channel, one.ts): one for one in workspace.ledger.visible()}
    is_shown = cards.c.shown_revision >= cards.c.wanted_revision
    for card in connection.execute(select(cards).where(cards.c.gone_at.is_(None), is_shown)):
        post = standing.get((card.channel, card.ts))
        if post is not None and card.list_id is None and fingerprint(post.payload) != card.shown_hash:
            yield f"{card.role} in {card.place} ({card.id}) shows something else than is believed"


def _fences(connection: Connection) -> Iterator[str]:
    """No message about a clock is begun once that clock's end is on disk, but for a call under way."""
    written = connection.execute(
        select(timeline.c.lead_id, timeline.c.occurred_at, func.max(timeline.c.logged_at)).group_by(
            timeline.c.lead_id, timeline.c.occurred_at
        )
    )
    on_disk = {(lead_id, occurred_at): logged_at for lead_id, occurred_at, logged_at in written}
    sent = connection.execute(
        select(outbox.c.id, outbox.c.role, outbox.c.lead_id, outbox.c.send_started_at, clocks.c.stopped_at)
        .join(clocks, (clocks.c.lead_id == outbox.c.lead_id) & (clocks.c.number == outbox.c.clock))
        .where(outbox.c.fenced, outbox.c.state == State.SENT, clocks.c.stopped_at.is_not(None))
    )
    for row in sent:
        ended_at = on_disk.get((row.lead_id, row.stopped_at), row.stopped_at)
        if row.send_started_at is not None and row.send_started_at > ended_at + ONE_CALL:
            yield f"{row.role} ({row.id}) left at {row.send_started_at}, its clock had ended at {ended_at}"

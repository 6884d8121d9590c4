"""/lead-sla cover: a colleague takes the caller's on-call shift, or a part of it."""

from datetime import datetime

from bot.known_people import known_covers
from bot.recorder import Committed
from bot.slack.commands.answers import Json, answer, since, until
from bot.slack.commands.asking import Asking
from bot.slack.commands.going_away import times_of
from bot.slack.commands.reading import COVER
from bot.slack.lines import Line, Name, line
from bot.slack.presses import SAVED_WITHIN
from sla.absence_refusals import NobodyNamed, TimeMissing
from sla.arranging import ShiftPart, check_within, shift_parts
from sla.names import rotation_name
from sla.policy import Person
from sla.shift_notices import taken_over
from storage import covers, outbox
from storage.covers import SetCover
from storage.database import Connection


def cover(asking: Asking) -> Json:
    """As typed: who takes over, and from when to when."""
    if asking.command.person is None:
        raise NobodyNamed(form=COVER)
    from_at, until_at = times_of(asking)
    if until_at is None:
        raise TimeMissing(form=COVER)
    return answer(asking.reader, *take_over(asking, asking.command.person, (from_at, until_at)))


def take_over(asking: Asking, said: str, within: tuple[datetime, datetime]) -> list[Line]:
    """What the caller is on call within that time is the colleague's from now on; says what is true then."""
    check_within(within, asking.at)
    colleague = asking.colleague(said, within)

    def swap(connection: Connection) -> list[SetCover]:
        # Looked at here, not before: two swaps at the same moment must not both find the same shift.
        arranged = known_covers(connection, asking.policy, asking.at)
        parts = shift_parts(asking.policy, arranged, asking.person, within, asking.at)
        return [_add(asking, connection, part, colleague) for part in parts]

    taken = asking.desk.recorder.run(swap, SAVED_WITHIN)
    asking.desk.recorder.tell(Committed(next_step_at=None, owes=True))
    return [*(_taken(asking, one, colleague) for one in taken), *_silent(asking, taken, colleague)]


def _add(asking: Asking, connection: Connection, part: ShiftPart, colleague: Person) -> SetCover:
    added = covers.add(
        connection,
        part.rotation,
        colleague.email,
        from_at=part.from_at,
        until_at=part.until_at,
        by=asking.person.email,
        at=asking.at,
    )
    covered = known_covers(connection, asking.policy, asking.at)
    told = taken_over(asking.policy, part.rotation, added.cover, covered, instead_of=asking.person.email)
    outbox.add(connection, [(None, 0, told)], asking.at)
    return added


def _taken(asking: Asking, taken: SetCover, colleague: Person) -> Line:
    reader = asking.reader
    return line(
        reader,
        "swap.taken",
        cover=Name(colleague.name),
        rotation=rotation_name(taken.rotation),
        since=since(reader, taken.from_at),
        until=until(reader, taken.until_at),
    )


def _silent(asking: Asking, taken: list[SetCover], colleague: Person) -> list[Line]:
    """Who cannot be reached by text message is said to the one who relies on it."""
    by_sms = any("sms" in asking.policy.on_call[one.rotation].also_by for one in taken)
    if not by_sms or colleague.phone is not None:
        return []
    return [line(asking.reader, "swap.no_phone", cover=Name(colleague.name))]

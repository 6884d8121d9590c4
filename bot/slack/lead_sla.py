"""/lead-sla: reads the command, checks who typed it, does it, and answers that person alone."""

from collections.abc import Callable, Mapping

import structlog
from slack_bolt import Ack, App

from bot.slack.commands.answers import Json, answer, plain
from bot.slack.commands.asking import Asking
from bot.slack.commands.going_away import away, back, out
from bot.slack.commands.reading import COMMAND, FORMS, read_command
from bot.slack.commands.swapping import cover
from bot.slack.commands.who import who
from bot.slack.desk import Asker, Desk, Presser
from bot.slack.lines import Line, line
from bot.slack.presses import NOT_SAVED_COMMAND
from sla.absence_refusals import UnknownCommand
from sla.errors import Refusal
from sla.refusals import NotInThePolicy
from storage.database import DatabaseAway

log = structlog.get_logger(__name__)


def register(app: App, desk: Desk) -> None:
    @app.command(COMMAND)
    def typed(ack: Ack, body: Json) -> None:
        ack(**_answer(desk, body))


def _answer(desk: Desk, body: Json) -> Json:
    presser: Presser | None = None
    try:
        asker = Asker(user_id=str(body.get("user_id") or ""), team_id=body.get("team_id"))
        presser = desk.presser(asker, None)
        return _done(desk, presser, str(body.get("text") or ""))
    except Refusal as refusal:
        return plain(refusal.words(presser.reader.saying) if presser is not None else str(refusal))
    except DatabaseAway as problem:
        log.warning("command_not_saved", reason=problem.reason)
        return plain(NOT_SAVED_COMMAND)


def _done(desk: Desk, presser: Presser, text: str) -> Json:
    if presser.person is None:
        raise NotInThePolicy()
    command = read_command(text)
    does = _DOES.get(command.verb)
    if does is None:
        raise UnknownCommand(said=command.verb, known=", ".join(FORMS))
    return does(
        Asking(
            desk=desk, command=command, person=presser.person, reader=presser.reader, at=presser.reader.now
        )
    )


def _help(asking: Asking) -> Json:
    reader = asking.reader
    forms: list[Line] = [
        line(reader, f"help.{verb}", form=form) for verb, form in FORMS.items() if verb != "help"
    ]
    return answer(reader, line(reader, "help.title"), *forms, line(reader, "help.times"))


_DOES: Mapping[str, Callable[[Asking], Json]] = {
    "away": away,
    "back": back,
    "out": out,
    "cover": cover,
    "who": who,
    "help": _help,
}

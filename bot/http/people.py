"""When people are away, as a program (of personnel, or a calendar) says it."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.absences import end_all
from bot.http.bodies import ONE_MAX, an_object, read_signed_or_keyed
from bot.http.callers import Caller, Callers
from bot.http.parts import HttpParts
from bot.http.people_shapes import AbsenceSent
from bot.http.problems import Problem, field_problem
from bot.http.reading import read_shape
from bot.known_people import known_people
from sla.arranging import Within, check_within, colleague
from sla.availability import NOTHING_KNOWN, PersonNow
from sla.errors import Refusal
from sla.planned import planned_spells
from sla.policy import Person, Policy
from sla.policy.planned import Stretch
from storage import spells
from storage.database import Connection

JSON: Final = "application/json"
ABSENCES_MAX: Final = 100


class PeopleDoor:
    """Reads and changes absences, with an admin's key alone."""

    def __init__(self, parts: HttpParts, callers: Callers) -> None:
        self._parts = parts
        self._callers = callers

    async def show(self, request: Request) -> Response:
        self._check(self._callers.by_key(request.headers))
        person = self._person(request)

        def read() -> dict[str, Any]:
            with self._parts.database.read() as connection:
                return self._view(connection, person, self._parts.now())

        return _answer(await run_in_threadpool(read))

    async def replace(self, request: Request) -> Response:
        """The list takes the place of every out-of-office time that was set; the away switch stays."""
        caller, raw = await read_signed_or_keyed(request, self._callers, ONE_MAX)
        self._check(caller)
        person, at = self._person(request), self._parts.now()
        sent = _absences(an_object(raw))
        zone = self._policy.zone_of(person)
        wanted = [(one, _stretch(one).within(zone)) for one in sent]

        def write(connection: Connection) -> dict[str, Any]:
            known = known_people(connection, self._policy, at)
            covers = [
                self._covering(person, one.cover, within, known, index, at)
                for index, (one, within) in enumerate(wanted)
            ]
            for earlier in spells.in_force(connection, at, person.email):
                if earlier.kind == "out_of_office":
                    spells.end(connection, earlier.id, at)
            for (_, (from_at, until_at)), cover in zip(wanted, covers, strict=True):
                spells.add(
                    connection,
                    person.email,
                    "out_of_office",
                    from_at=from_at,
                    until_at=until_at,
                    cover=cover,
                    by=caller.source,
                    at=at,
                )
            return self._view(connection, person, at)

        return _answer(await run_in_threadpool(self._parts.recorder.run, write))

    async def remove(self, request: Request) -> Response:
        """The person is there: everything that was set ends, the away switch too."""
        self._check(self._callers.by_key(request.headers))
        person, at = self._person(request), self._parts.now()

        def write(connection: Connection) -> dict[str, Any]:
            end_all(connection, person, at)
            return self._view(connection, person, at)

        return _answer(await run_in_threadpool(self._parts.recorder.run, write))

    @property
    def _policy(self) -> Policy:
        return self._parts.policies.current.policy

    def _check(self, caller: Caller | None) -> None:
        if caller is None or not caller.is_admin:
            detail = "People's absences take an admin key. LEAD_SLA_ADMIN_KEYS of the bot lists those."
            raise Problem(HTTPStatus.FORBIDDEN, detail)

    def _person(self, request: Request) -> Person:
        person = self._policy.person(request.path_params["email"])
        if person is None:
            detail = "Nobody in the policy has this address. Use one that stands under people."
            raise Problem(HTTPStatus.NOT_FOUND, detail)
        return person

    def _covering(
        self,
        person: Person,
        said: str | None,
        within: Within,
        known: dict[str, PersonNow],
        index: int,
        at: datetime,
    ) -> str | None:
        """Who covers, by address; raises Problem for an absence that cannot be meant."""
        try:
            check_within(within, at)
            if said is None:
                return None
            return colleague(self._policy, said, known, instead_of=person, within=within).email
        except Refusal as refusal:
            raise field_problem(f"absences[{index}].{getattr(refusal, 'field', '')}", str(refusal)) from None

    def _view(self, connection: Connection, person: Person, at: datetime) -> dict[str, Any]:
        known = known_people(connection, self._policy, at).get(person.email, NOTHING_KNOWN)
        holding = known.spell_at(at)
        shown: list[dict[str, Any]] = [
            {
                "kind": one.kind,
                "from": one.from_at,
                "until": one.until_at,
                "cover": one.cover,
                "set_by": one.set_by,
            }
            for one in spells.in_force(connection, at, person.email)
        ]
        shown += [
            {"kind": "policy", "from": one.from_at, "until": one.until_at, "cover": one.cover, "set_by": None}
            for one in planned_spells(self._policy, person)
            if one.until_at is None or one.until_at > at
        ]
        return {
            "email": person.email,
            "is_away": holding is not None,
            "is_active": known.is_active,
            "absences": sorted(shown, key=lambda one: one["from"]),
        }


def _stretch(sent: AbsenceSent) -> Stretch:
    return Stretch.model_validate({"from": sent.from_, "until": sent.until})


def _absences(given: Any) -> Sequence[AbsenceSent]:
    unknown = sorted(set(given) - {"absences"})
    if unknown:
        raise field_problem(unknown[0][:255], "is not known here; write absences")
    listed = given.get("absences")
    if not isinstance(listed, list):
        raise field_problem("absences", "is no list; send [] for somebody who is there")
    if len(listed) > ABSENCES_MAX:
        raise field_problem("absences", f"has more than {ABSENCES_MAX} entries; send those that are ahead")
    read = []
    for index, one in enumerate(listed):
        within = f"absences[{index}]."
        if not isinstance(one, dict):
            raise field_problem(within.rstrip("."), "is no JSON object with from and until")
        read.append(read_shape(AbsenceSent, one, within))
    return read


def _answer(view: dict[str, Any]) -> Response:
    return Response(to_json(view), media_type=JSON)

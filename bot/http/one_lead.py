"""One lead that is known: look at it, give it to somebody, close it, log a contact."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.erasing import Eraser
from bot.http.answers import standing_of, view_of
from bot.http.bodies import ONE_MAX, an_object, read_signed_or_keyed
from bot.http.callers import Caller, Callers
from bot.http.parts import HttpParts
from bot.http.problems import Problem, field_problem, unreadable
from bot.http.reading import read_shape
from bot.http.shapes import ActivityLogged, LeadPatch, LeadShown
from bot.recorder import Recorded
from sla.errors import Refusal
from sla.facts import ContactLogged, Fact, LeadClosed, LeadReassigned
from sla.handing_refusals import AlreadyWithThem
from sla.lead import Lead, LeadId
from sla.policy import Policy
from sla.refusals import ClosedMeanwhile
from storage import leads, outbox, timeline
from storage.ids import new_contact_id

JSON: Final = "application/json"
ONLY_AN_ADMIN: Final = (
    "Only a key of LEAD_SLA_ADMIN_KEYS may erase leads; a source's key sees and changes its own."
)
CLOCK_SKEW_MAX: Final = timedelta(seconds=60)
"""A CRM's clock may be this much ahead of ours before its times count as the future."""


class OneLeadDoor:
    """Reads what is asked, makes a fact of it, and says what became of it."""

    def __init__(self, parts: HttpParts, callers: Callers) -> None:
        self._parts = parts
        self._callers = callers

    async def show(self, request: Request) -> Response:
        caller = self._callers.by_key(request.headers)
        if caller is None:
            caller = self._callers.by_signature(request.headers, b"")
        view = await run_in_threadpool(self._view, request.path_params["lead_id"], caller)
        return Response(view.model_dump_json(), media_type=JSON)

    async def change(self, request: Request) -> Response:
        caller, raw = await read_signed_or_keyed(request, self._callers, ONE_MAX)
        asked = read_shape(LeadPatch, an_object(raw))
        _check_patch(asked, self._parts.now())
        lead_id = await self._resolved(request, caller)
        fact = self._change(asked, lead_id, caller)
        recorded = await self._parts.recorder.recorded(fact)
        if _is_so_already(fact, recorded.refusal):
            return _standing(recorded, "unchanged", HTTPStatus.OK)
        _check(recorded)
        return _standing(recorded, "changed", HTTPStatus.OK)

    async def erase(self, request: Request) -> Response:
        """Erased once and for good; asked again it is so already."""
        caller = self._callers.by_key(request.headers)
        if caller is None:
            caller = self._callers.by_signature(request.headers, b"")
        if not caller.is_admin:
            raise Problem(HTTPStatus.FORBIDDEN, ONLY_AN_ADMIN)
        lead_id = await self._resolved(request, caller)
        at, reason = self._parts.now(), request.query_params.get("reason")
        eraser = Eraser(self._parts.recorder, self._parts.database)

        def work() -> Lead:
            erased = eraser.erase(lead_id, by=caller.source, at=at, reason=reason)
            eraser.leave_no_trace()
            return erased

        erased = await run_in_threadpool(work)
        body = {"lead_id": erased.id, "outcome": "erased", "erased_at": erased.erased_at}
        return Response(to_json(body), HTTPStatus.OK, media_type=JSON)

    async def log_contact(self, request: Request) -> Response:
        caller, raw = await read_signed_or_keyed(request, self._callers, ONE_MAX)
        sent = read_shape(ActivityLogged, an_object(raw))
        lead_id = await self._resolved(request, caller)
        at = self._parts.now()
        fact = ContactLogged(
            lead_id=lead_id,
            at=at,
            contact_id=new_contact_id(at),
            by=_address(self._policy, sent.by),
            logged_by=caller.source,
            channel=sent.type,
            outcome=sent.outcome,
            occurred_at=sent.occurred_at,
            note=sent.note or None,
            external_id=sent.external_id,
            via="http",
        )
        recorded = await self._parts.recorder.recorded(fact)
        _check(recorded)
        return _standing(recorded, "duplicate" if recorded.duplicate else "accepted", HTTPStatus.ACCEPTED)

    @property
    def _policy(self) -> Policy:
        return self._parts.policies.current.policy

    def _view(self, name: str, caller: Caller) -> LeadShown:
        with self._parts.database.read() as connection:
            lead_id = leads.resolve(connection, name, caller.sees_only)
            if lead_id is None:
                raise _unknown_lead()
            lead = leads.load(connection, [lead_id])[lead_id]
            owed = outbox.of_lead(connection, lead_id)
            return view_of(lead, owed, timeline.of(connection, lead_id))

    async def _resolved(self, request: Request, caller: Caller) -> LeadId:
        def resolve() -> LeadId | None:
            with self._parts.database.read() as connection:
                return leads.resolve(connection, request.path_params["lead_id"], caller.sees_only)

        lead_id = await run_in_threadpool(resolve)
        if lead_id is None:
            raise _unknown_lead()
        return lead_id

    def _change(self, asked: LeadPatch, lead_id: LeadId, caller: Caller) -> Fact:
        at = self._parts.now()
        if asked.owner is None:
            assert asked.reason is not None
            return LeadClosed(
                lead_id=lead_id,
                at=at,
                by=caller.source,
                reason=asked.reason,
                occurred_at=asked.occurred_at,
                via="http",
            )
        person = self._policy.person(asked.owner)
        if person is None:
            message = "nobody in the policy has this address; name a rep or backup of the lead's team"
            raise field_problem("owner", message)
        return LeadReassigned(
            lead_id=lead_id,
            at=at,
            to=person.email,
            by=caller.source,
            reason=asked.reason,
            occurred_at=asked.occurred_at,
            via="http",
        )


def _check_patch(asked: LeadPatch, now: datetime) -> None:
    if (asked.owner is None) == (asked.status is None):
        raise unreadable('Send either {"owner": …} or {"status": "closed", "reason": …}.')
    if asked.status is not None and not asked.reason:
        raise field_problem("reason", "is missing; say in a few words why it is closed")
    if asked.occurred_at is not None and asked.occurred_at > now + CLOCK_SKEW_MAX:
        raise field_problem("occurred_at", "is in the future; leave it out for now")


def _is_so_already(fact: Fact, refusal: Refusal | None) -> bool:
    """Who did not get the answer sends the change again: that it is done is no conflict."""
    return (isinstance(fact, LeadClosed) and isinstance(refusal, ClosedMeanwhile)) or (
        isinstance(fact, LeadReassigned) and isinstance(refusal, AlreadyWithThem)
    )


def _check(recorded: Recorded) -> None:
    """A refusal about one field is the sender's to mend; any other is a conflict with how the lead stands."""
    refusal = recorded.refusal
    if refusal is None:
        return
    field = getattr(refusal, "field", None)
    if field is not None:
        raise field_problem(str(field), str(refusal))
    raise Problem(HTTPStatus.CONFLICT, str(refusal))


def _standing(recorded: Recorded, outcome: str, status: HTTPStatus) -> Response:
    lead = recorded.lead
    assert lead is not None
    return Response(to_json(_standing_body(lead, outcome)), status, media_type=JSON)


def _standing_body(lead: Lead, outcome: str) -> dict[str, Any]:
    return {"lead_id": lead.id, "outcome": outcome, "state": lead.stage.value, **standing_of(lead)}


def _unknown_lead() -> Problem:
    detail = (
        "There is no such lead among those that this key may see. Use its lead_id, or source:external_id."
    )
    return Problem(HTTPStatus.NOT_FOUND, detail)


def _address(policy: Policy, written: str) -> str:
    """The person's address as the policy writes it; somebody it does not know stays as written."""
    person = policy.person(written)
    return written if person is None else person.email

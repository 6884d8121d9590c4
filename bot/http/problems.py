"""Problems as RFC 9457 wants them: every answer that is no success, the framework's own included."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sla.intake import FieldError
from storage.database import DatabaseAway

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 5


class Problem(Exception):
    """Why a request was not done, and what to do next."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers


def unreadable(detail: str, *errors: FieldError) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors)


def field_problem(field: str, message: str) -> Problem:
    """One field is wrong; its message is the detail too, for people who read only that."""
    return unreadable(f"{field}: {message}", FieldError(field=field, message=message))


def errors_as_json(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    return [{"field": error.field, "message": error.message} for error in errors]


def problem_response(problem: Problem) -> Response:
    body = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        "errors": errors_as_json(problem.errors),
    }
    return Response(to_json(body), problem.status.value, headers=problem.headers, media_type=MEDIA_TYPE)


def register(app: FastAPI) -> None:
    """Let every exception that leaves a route become a problem."""
    for kind, answer in _ANSWERS.items():
        app.add_exception_handler(kind, answer)


async def answer(request: Request, error: Exception) -> Response:
    """The same for what is served before the framework; a fault of ours is logged here."""
    for kind, its_answer in _ANSWERS.items():
        if isinstance(error, kind):
            if kind is Exception:
                # A lead may stand behind it by its external id, which may be anybody's address.
                door = "/".join(request.url.path.split("/")[:3])
                log.error("request_failed", path=door, exc_info=error)
            return await its_answer(request, error)
    raise AssertionError("every exception is an Exception")


async def _problem(_request: Request, problem: Any) -> Response:
    return problem_response(problem)


async def _away(_request: Request, _away: Any) -> Response:
    """Its reason is for the log and for /readyz: it may name hosts and files."""
    detail = "This cannot be saved at the moment and nothing of it was. Send it again in a few seconds."
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return problem_response(Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=headers))


async def _of_the_framework(_request: Request, error: Any) -> Response:
    status = HTTPStatus(error.status_code)
    detail = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address; /docs lists what there is.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method; /docs lists what it takes.",
    }.get(status, str(error.detail))
    return problem_response(Problem(status, detail, headers=error.headers))


async def _gone(_request: Request, _error: Any) -> Response:
    """Nobody reads it any more."""
    return problem_response(Problem(HTTPStatus.BAD_REQUEST, "The connection was closed half way."))


async def _fault(_request: Request, _error: Any) -> Response:
    """A fault of ours; the server logs it, the answer says nothing of it."""
    detail = (
        "Something went wrong here, and it is in the bot's log. Send it again; nothing is recorded twice."
    )
    return problem_response(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


# In this order: the first that fits, and Exception fits always.
_ANSWERS: Final[Mapping[type[Exception], Callable[[Request, Any], Awaitable[Response]]]] = {
    Problem: _problem,
    DatabaseAway: _away,
    HTTPException: _of_the_framework,
    ClientDisconnect: _gone,
    Exception: _fault,
}

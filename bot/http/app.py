"""The HTTP door: its addresses, put together."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.http import description as said
from bot.http import health_shapes, people_shapes, problems, shapes
from bot.http.callers import Callers
from bot.http.crowd import Crowds
from bot.http.docs_page import POLICY, page
from bot.http.health import HealthDoor
from bot.http.leads import LEADS_MAX, LeadsDoor
from bot.http.one_lead import OneLeadDoor
from bot.http.parts import HttpParts
from bot.http.people import PeopleDoor
from bot.http.problems import Problem, problem_response

LEADS_PATH = "/v1/leads"
BATCH_PATH = "/v1/leads/batch"
QUESTIONS = ("/healthz", "/readyz", "/metrics")


class LeadsFirst(FastAPI):
    """Lets in as many as there is room for, and serves `POST /v1/leads` before the framework's layers, which
    cost more than the lead itself."""

    take_one: Callable[[Request], Awaitable[Response]]
    callers: Callers
    crowds: Crowds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        crowd = self.crowds.of(scope["path"])
        try:
            crowd.enter()
        except Problem as full:
            await problem_response(full)(scope, receive, send)
            return
        try:
            if scope["path"] == LEADS_PATH and scope["method"] == "POST":
                await self._take_one(scope, receive, send)
            else:
                await super().__call__(scope, receive, send)
        finally:
            crowd.leave()

    async def _take_one(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self.take_one(request)
        except Exception as error:
            response = await problems.answer(request, error)
        await response(scope, receive, send)


def create_app(parts: HttpParts) -> LeadsFirst:
    """The application; it starts and stops nothing of what it is made of."""
    app = LeadsFirst(
        title="Lead SLA",
        version=_version(),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.router.routes[:0] = parts.extra_routes
    app.crowds = Crowds(
        batches=BATCH_PATH,
        questions=QUESTIONS,
        of_others=[route.path for route in parts.extra_routes if isinstance(route, Route)],
    )
    app.callers = callers = Callers(parts.settings)
    _add_leads(app, LeadsDoor(parts, callers))
    _add_one_lead(app, OneLeadDoor(parts, callers))
    _add_people(app, PeopleDoor(parts, callers))
    _add_health(app, HealthDoor(parts))
    _add_description(app)
    _take_head_where_get_is_taken(app)
    problems.register(app)
    return app


def _add_leads(app: LeadsFirst, door: LeadsDoor) -> None:
    app.add_api_route(
        LEADS_PATH,
        door.take_one,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        summary="Send one lead",
        description="The same `external_id` again is the same lead: a `duplicate`, whose changed fields are "
        "taken over. `needs_attention`: kept, but without a clock until `why` is mended.",
        responses=said.answers(
            HTTPStatus.ACCEPTED, "It is on disk.", said.ref(shapes.LeadResult), takes=True
        ),
        openapi_extra=said.taking(said.ref(shapes.LeadSent), said.LEAD_EXAMPLE),
    )
    # The one above is there for the description.
    app.take_one = door.take_one
    app.add_api_route(
        BATCH_PATH,
        door.take_many,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        summary="Send up to 1,000 leads",
        description="One that cannot be read is `refused` in its place and harms no other.",
        responses=said.answers(
            HTTPStatus.ACCEPTED,
            "What became of each, in the same order.",
            said.list_of(said.either(shapes.LeadResult, shapes.LeadRefused), LEADS_MAX),
            takes=True,
        ),
        openapi_extra=said.taking(said.list_of(said.ref(shapes.LeadSent), LEADS_MAX), [said.LEAD_EXAMPLE]),
    )


def _add_one_lead(app: FastAPI, door: OneLeadDoor) -> None:
    # A source's own ids may hold slashes, so the name of a lead is a path.
    app.add_api_route(
        "/v1/leads/{lead_id:path}",
        door.show,
        methods=["GET"],
        response_class=Response,
        summary="See one lead",
        description="State, owner, clocks, contacts, messages and timeline.",
        responses=said.answers(
            HTTPStatus.OK, "All that is known.", said.ref(shapes.LeadShown), HTTPStatus.NOT_FOUND
        ),
        openapi_extra=said.asking(one_lead=True),
    )
    app.add_api_route(
        "/v1/leads/{lead_id:path}",
        door.change,
        methods=["PATCH"],
        response_class=Response,
        summary="Give a lead to somebody, or close it",
        description="Either `owner`, or `status` with `reason`. What is so already answers `unchanged`.",
        responses=said.answers(
            HTTPStatus.OK,
            "It is done.",
            said.ref(shapes.LeadChanged),
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
            takes=True,
        ),
        openapi_extra=said.taking(said.ref(shapes.LeadPatch), said.PATCH_EXAMPLE, one_lead=True),
    )
    app.add_api_route(
        "/v1/leads/{lead_id:path}",
        door.erase,
        methods=["DELETE"],
        response_class=Response,
        summary="Erase a lead's data",
        description="Who it was is forgotten, here and in Slack; tier, times, team and owner are kept.",
        responses=said.answers(
            HTTPStatus.OK, "Done.", said.ref(shapes.LeadErased), HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND
        ),
        openapi_extra=said.asking(one_lead=True),
    )
    app.add_api_route(
        "/v1/leads/{lead_id:path}/activities",
        door.log_contact,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        summary="Log a contact that was made elsewhere",
        description="The first that counts stops the clock at the time when it happened.",
        responses=said.answers(
            HTTPStatus.ACCEPTED,
            "It is on disk.",
            said.ref(shapes.ActivityResult),
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
            takes=True,
        ),
        openapi_extra=said.taking(said.ref(shapes.ActivityLogged), said.ACTIVITY_EXAMPLE, one_lead=True),
    )


def _add_people(app: FastAPI, door: PeopleDoor) -> None:
    path = "/v1/people/{email}/absences"
    shown = said.ref(people_shapes.PersonShown)
    problems_of = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    app.add_api_route(
        path,
        door.show,
        methods=["GET"],
        response_class=Response,
        summary="See when a person is away",
        responses=said.answers(HTTPStatus.OK, "Now and ahead.", shown, *problems_of),
        openapi_extra=said.about_person(),
    )
    app.add_api_route(
        path,
        door.replace,
        methods=["PUT"],
        response_class=Response,
        summary="Say when a person is out of office",
        description="The list takes the place of the former one. The switch that people set in Slack stays.",
        responses=said.answers(HTTPStatus.OK, "It is on disk.", shown, *problems_of, takes=True),
        openapi_extra=said.about_person(said.ref(people_shapes.AbsencesSent), said.ABSENCES_EXAMPLE),
    )
    app.add_api_route(
        path,
        door.remove,
        methods=["DELETE"],
        response_class=Response,
        summary="Say that a person is there",
        description="Everything that was set ends, also what is ahead; what the policy file says stays.",
        responses=said.answers(HTTPStatus.OK, "It is on disk.", shown, *problems_of),
        openapi_extra=said.about_person(),
    )


def _add_health(app: FastAPI, door: HealthDoor) -> None:
    ready = said.ref(health_shapes.Readiness)
    app.add_api_route(
        "/healthz",
        door.alive,
        methods=["GET"],
        response_class=Response,
        summary="The process lives",
        responses=said.crowded()
        | {
            200: {
                "description": "Yes.",
                "content": {"application/json": {"schema": said.ref(health_shapes.Alive)}},
            }
        },
    )
    app.add_api_route(
        "/readyz",
        door.ready,
        methods=["GET"],
        response_class=Response,
        summary="Leads are recorded and clocks are watched",
        responses={
            200: {"description": "Yes.", "content": {"application/json": {"schema": ready}}},
            503: {
                "description": "No; the body says what not.",
                "content": {"application/json": {"schema": ready}},
            },
        },
    )
    app.add_api_route(
        "/metrics",
        door.metrics,
        methods=["GET"],
        response_class=Response,
        summary="Numbers for Prometheus",
        responses=said.crowded()
        | {200: {"description": "All of them.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    )


def _add_description(app: FastAPI) -> None:
    described = said.describe(app)
    html = page(described)

    async def as_json(_request: Request) -> Response:
        return JSONResponse(described)

    async def as_page(_request: Request) -> Response:
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    app.add_route("/openapi.json", as_json)
    app.add_route("/docs", as_page)


def _take_head_where_get_is_taken(app: FastAPI) -> None:
    """What watches a service often asks for the head alone; the server leaves the body out.

    After the description, which would list each of these operations twice.
    """
    for route in app.routes:
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")


def _version() -> str:
    try:
        return version("lead-sla")
    except PackageNotFoundError:
        # Run from a checkout that was never installed.
        return "0"

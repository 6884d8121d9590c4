"""The page in the browser: its files, the headers they go out with, and who may ask for anything at all."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).with_name("page")
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_HARMLESS_METHODS = ("GET", "HEAD")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_page(app: web.Application) -> None:
    """Serve the page at `/` and its files under `/page/`."""
    app.router.add_get("/", _index)
    app.router.add_static("/page", PAGE)
    app.on_response_prepare.append(_send_headers)


@web.middleware
async def only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn away pages of other sites, which a browser on this machine lets talk to loopback."""
    refusal = _refusal(request)
    if refusal is not None:
        return web.json_response({"error": refusal}, status=403)
    return await handler(request)


def _refusal(request: web.Request) -> str | None:
    host = request.headers.get("Host", "")
    # A name of another site may be pointed at this machine; then the browser takes that site's page for ours.
    if _without_port(host) not in _OWN_NAMES:
        return f"There is nothing here for {host or 'a request without a Host'}; open the address that was printed."
    origin = request.headers.get("Origin")
    if request.method not in _HARMLESS_METHODS and origin not in (None, f"http://{host}"):
        return f"A page of {origin} may change nothing here; use the page at http://{host}/."
    return None


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


async def _index(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html")


async def _send_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)

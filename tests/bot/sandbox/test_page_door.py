"""The page's files come from the control door, to this machine's own pages alone."""

import http.client
import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.page_door import PAGE

IMPORT = re.compile(r"""(?:from|import|import\()\s*["'](\.[^"']+)["']""")
LINKED = re.compile(r'(?:src|href)="(/[^"]+)"')
PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"
FILES = sorted(one.relative_to(PAGE.parent).as_posix() for one in PAGE.rglob("*") if one.is_file())


def ask(url: str, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    return httpx.request(method, url + path, headers=headers, timeout=10)


def test_the_page_and_everything_that_it_links_to_are_there(slack: SandboxServer) -> None:
    index = ask(slack.page_url, "")

    assert index.headers["Content-Type"] == "text/html"
    linked = LINKED.findall(index.text)
    assert "/page/main.js" in linked
    assert [200] * len(linked) == [ask(slack.page_url, one[1:]).status_code for one in linked]


def test_a_module_is_sent_as_javascript_and_asked_for_anew_each_time(slack: SandboxServer) -> None:
    headers = ask(slack.page_url, "page/main.js").headers

    assert headers["Content-Type"] in ("text/javascript", "application/javascript")
    assert headers["Cache-Control"] == "no-cache"


def test_every_module_that_another_one_imports_is_there() -> None:
    modules = list(PAGE.rglob("*.js"))
    missing = [
        f"{module.name} imports {name}"
        for module in modules
        for name in IMPORT.findall(module.read_text(encoding="utf-8"))
        if not (module.parent / name).is_file()
    ]

    assert "store.js" in {one.name for one in modules}
    assert missing == []


def test_every_file_of_the_page_goes_into_the_package() -> None:
    setuptools = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = setuptools["package-data"]["bot.sandbox"]

    assert [one for one in FILES if not any(fnmatchcase(one, pattern) for pattern in patterns)] == []


def test_the_page_may_load_nothing_from_another_machine(slack: SandboxServer) -> None:
    policy = ask(slack.page_url, "").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_nothing_beside_the_pages_own_files_is_sent(slack: SandboxServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", slack.control_port, timeout=10)
    connection.request("GET", "/page/../server.py")  # sent as it stands, which other clients would not do

    assert connection.getresponse().status in (403, 404)
    connection.close()


@pytest.mark.parametrize("path", ["", "page/main.js", "_sandbox/state"])
def test_a_name_of_another_site_that_points_here_is_turned_away(slack: SandboxServer, path: str) -> None:
    port = slack.control_port

    refused = ask(slack.page_url, path, Host=f"evil.example:{port}")

    assert refused.status_code == 403
    assert "evil.example" in refused.json()["error"]
    assert ask(slack.page_url, path, Host=f"localhost:{port}").status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize(("method", "path"), [("POST", "_sandbox/outage"), ("DELETE", "_sandbox/faults")])
def test_another_sites_page_changes_nothing(
    slack: SandboxServer, workspace: Workspace, origin: str, method: str, path: str
) -> None:
    workspace.faults.ratelimit()

    for url in (slack.page_url, f"{slack.root_url}/"):
        assert ask(url, path, method, Origin=origin).status_code == 403
    assert (len(workspace.faults.waiting()), workspace.faults.outage) == (1, None)


def test_the_pages_own_origin_and_programs_without_one_may_act(slack: SandboxServer) -> None:
    own = slack.page_url.rstrip("/")

    assert ask(slack.page_url, "_sandbox/faults", "DELETE", Origin=own).status_code == 200
    assert ask(slack.page_url, "_sandbox/faults", "DELETE").status_code == 200


def test_further_routes_are_as_closed_to_other_sites_as_the_control_door() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({})

    with SandboxServer(extra_routes=[web.post("/_demo/x", answer)]) as slack:
        assert ask(slack.page_url, "_demo/x", "POST").status_code == 200
        assert ask(slack.page_url, "_demo/x", "POST", Origin="https://evil.example").status_code == 403


def test_the_page_stays_there_in_an_outage(slack: SandboxServer) -> None:
    slack.begin_outage()

    assert ask(slack.page_url, "").status_code == 200

"""`lead-sla demo` at a prompt: one address, an end that leaves nothing behind, wrong usage in words."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.demo import commands
from tests.bot.bot_process import bare, types

pytestmark = pytest.mark.process

PATIENCE_SECONDS = 40.0


@contextmanager
def demo(folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", *options],
        cwd=folder,
        env=bare(TMPDIR=str(folder)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_the_demo_prints_its_address_first_and_ends_at_once_leaving_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    with demo(tmp_path, "--no-open", "--week") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        said = httpx.get(f"{address}_demo/").json()
        assert (said["mode"], said["story"]["state"]) == ("week", "idle")

        process.send_signal(number)

        assert process.wait(PATIENCE_SECONDS) == 0
        assert "Traceback" not in process.stdout.read()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{said['bot_url']}/healthz")
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = types(tmp_path, "demo", "--no-open", "--port", str(port), TMPDIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"Cannot listen on port {port}: it is in use. Choose another with --port.\n"
    assert list(tmp_path.iterdir()) == []


def test_the_week_has_no_story(tmp_path: Path) -> None:
    done = types(tmp_path, "demo", "--week", "--story-only")
    assert done.returncode == 2
    assert "leave --week or --story-only out" in done.stderr


def test_where_there_are_no_windows_no_browser_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    commands.open_page("http://127.0.0.1:1/")
    monkeypatch.setenv("DISPLAY", ":0")
    commands.open_page("http://127.0.0.1:2/")
    assert opened == ["http://127.0.0.1:2/"]

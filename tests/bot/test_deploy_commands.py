"""The commands of the files to deploy with, run as they stand: start, look, migrate, reload, stop."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN
from tests.bot.bot_process import at_any_hour, bare, pretend_slack
from tests.bot.deployed import (
    check_of_image,
    command_of_image,
    kubernetes,
    of_unit,
    settings_of_image,
    settings_of_unit,
)
from tests.databases import PostgresqlServer
from tests.processes import free_port
from tests.sla.play import EXAMPLE
from tests.waiting import eventually

pytestmark = pytest.mark.process

PROGRAMS = Path(sys.executable).parent
PATIENCE_S = 110.0
STOPS_WITHIN_S = 30.0
"""More than is promised: how long a stop may take is a matter of another test, on a machine that has time."""


class Machine:
    """A folder that stands for a machine's own: what the files call /etc, /var and /opt lies in it."""

    def __init__(self, folder: Path, slack: SandboxServer) -> None:
        self.etc, self.state, self.slack = folder / "etc", folder / "state", slack
        self.port = free_port()
        for one in (self.etc, self.state):
            one.mkdir()
        self.policy = self.etc / "policy.yaml"
        self.policy.write_text(at_any_hour(EXAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
        self.secrets = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api_url,
        }

    def here(self, said: str) -> str:
        """The same words with the places of this machine."""
        for there, here in (
            ("/etc/lead-sla", str(self.etc)),
            ("/var/lib/lead-sla", str(self.state)),
            ("/opt/lead-sla/bin", str(PROGRAMS)),
            ("0.0.0.0:8080", f"127.0.0.1:{self.port}"),
            ("127.0.0.1:8080", f"127.0.0.1:{self.port}"),
        ):
            said = said.replace(there, here)
        return said

    def settings(self, said: Mapping[str, str]) -> dict[str, str]:
        path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
        here = {name: self.here(value) for name, value in said.items()}
        return bare(**here) | {"PATH": path}

    def runs(self, command: Sequence[str], settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.here(word) for word in command],
            env=self.settings(settings),
            cwd=self.state,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    @contextmanager
    def starts(
        self, command: Sequence[str], settings: Mapping[str, str], folder: Path
    ) -> Iterator["subprocess.Popen[bytes]"]:
        with (self.etc / "bot.log").open("wb") as log:
            process = subprocess.Popen(
                [self.here(word) for word in command],
                env=self.settings(settings),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self.waits_for("started", process)
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def log(self) -> str:
        return (self.etc / "bot.log").read_text(encoding="utf-8")

    def waits_for(self, event: str, process: "subprocess.Popen[bytes]") -> None:
        def is_so() -> bool:
            assert process.poll() is None, self.log()
            lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
            return event in [line["event"] for line in lines]

        eventually(is_so, lambda: f"no {event}: {self.log()}", within=PATIENCE_S, every=0.05)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with pretend_slack() as slack:
        yield Machine(tmp_path, slack)


def test_the_image_migrates_starts_is_found_ready_and_stops_and_writes_no_file(
    machine: Machine, postgresql_server: PostgresqlServer
) -> None:
    [migrate] = kubernetes("Deployment")["spec"]["template"]["spec"]["initContainers"]
    with postgresql_server.fresh("template0") as url:
        settings = settings_of_image() | machine.secrets | {"LEAD_SLA_DATABASE_URL": url}
        del settings["PATH"]
        migrated = machine.runs(migrate["command"], settings)
        assert migrated.returncode == 0, migrated.stderr

        with machine.starts(command_of_image(), settings, machine.state) as process:
            ready = machine.runs(check_of_image(), settings)
            assert (ready.returncode, ready.stderr) == (0, "")
            process.send_signal(signal.SIGTERM)
            assert process.wait(STOPS_WITHIN_S) == 0
        assert machine.runs(check_of_image(), settings).returncode != 0
    assert list(machine.state.iterdir()) == []


def test_the_unit_starts_takes_up_policy_and_keys_by_its_own_reload_and_stops(machine: Machine) -> None:
    settings = dict(settings_of_unit()) | {"LEAD_SLA_HTTP": "127.0.0.1:8080"}
    lines = [f"{name}={value}\n" for name, value in machine.secrets.items()]
    (machine.etc / ".env").write_text("".join(lines), encoding="utf-8")
    [start], [reload] = of_unit("ExecStart"), of_unit("ExecReload")
    [folder] = of_unit("WorkingDirectory")

    with machine.starts(shlex.split(start), settings, Path(machine.here(folder))) as process:
        machine.policy.write_text(machine.policy.read_text(encoding="utf-8") + "\n# new\n", encoding="utf-8")
        command = shlex.split(reload.replace("$MAINPID", str(process.pid)))
        assert machine.runs(command, settings).returncode == 0
        machine.waits_for("policy_taken_up", process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOPS_WITHIN_S) == 0
    assert (machine.state / "lead-sla.db").exists()


def test_what_waits_before_a_stop_is_a_program_that_python_reads() -> None:
    [container] = kubernetes("Deployment")["spec"]["template"]["spec"]["containers"]
    python, option, program = container["lifecycle"]["preStop"]["exec"]["command"]
    assert (python, option) == ("python", "-c")
    compile(program, "preStop", "exec")

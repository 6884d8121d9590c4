"""`lead-sla sandbox`: the pretend Slack on its own, for trying a bot without a workspace."""

import errno
import signal
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

import typer
import yaml

from bot.sandbox.post_office import SENDER_ADDRESS
from bot.sandbox.seed import seed_from_people
from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from bot.sandbox.workspace import Workspace

KEPT_MAX = 50_000
MESSAGES_KEPT = 5_000
_CHANNEL_KEYS = ("manager_channel", "backup_channel", "channel")
EXAMPLE_PEOPLE = (
    {"id": "U0ALICE", "email": "alice@acme.example", "name": "Alice Anders"},
    {"id": "U0BOB", "email": "bob@acme.example", "name": "Bob Brandt"},
    {"id": "U0CARLA", "email": "carla@acme.example", "name": "Carla Costa"},
    {"id": "U0DIETER", "email": "dieter@acme.example", "name": "Dieter Daum", "tz": "Europe/Berlin"},
    {"id": "U0MIA", "email": "mia@acme.example", "name": "Mia Moreno"},
    {"id": "U0OMAR", "email": "omar@acme.example", "name": "Omar Odeh"},
    {"id": "U0OPS", "email": "ops@acme.example", "name": "Lead Ops"},
)
EXAMPLE_CHANNELS = (
    {"id": "C0MANAGERS", "name": "sales-managers"},
    {"id": "C0BACKUP", "name": "lead-backup"},
    {"id": "C0LEADOPS", "name": "lead-ops"},
)


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the pretend Slack; 0 takes a free one.")
    ] = 0,
    control_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the control door; 0 takes a free one.")
    ] = 0,
    policy: Annotated[
        Path | None, typer.Option(help="Take the people and channels from this policy file.")
    ] = None,
    http: Annotated[
        str | None, typer.Option(help="Send events to this address of the bot instead of Socket Mode.")
    ] = None,
) -> None:
    """Start only the pretend Slack, on this machine alone, until Ctrl-C."""
    workspace = Workspace(
        mode="socket" if http is None else "http", request_url=http, ledger_kept_max=KEPT_MAX
    )
    workspace.knobs.messages_kept = MESSAGES_KEPT
    people, channels = (EXAMPLE_PEOPLE, EXAMPLE_CHANNELS) if policy is None else _of_policy(policy)
    seed_from_people(workspace, people, channels)
    server = SandboxServer(workspace, port=port, control_port=control_port)
    try:
        server.start()
    except OSError as error:
        ports = " or ".join(str(one) for one in (port, control_port) if one)
        reason = "it is in use" if error.errno == errno.EADDRINUSE else error.strerror or "not allowed"
        mend = "Choose another with --port or --control-port."
        typer.echo(f"Cannot listen on port {ports}: {reason}. {mend}", err=True)
        raise typer.Exit(1) from error
    # Listened for before anything is printed: whoever reads the lines may stop the sandbox at once.
    end = _end_by_signal()
    for line in settings_lines(server):
        typer.echo(line)
    end.wait()
    server.stop()


def settings_lines(server: SandboxServer) -> list[str]:
    """What a bot needs in its environment or `.env` to talk to this sandbox, and where to look at it."""
    how = (
        f"SLACK_APP_TOKEN={APP_TOKEN}"
        if server.workspace.mode == "socket"
        else f"SLACK_SIGNING_SECRET={SIGNING_SECRET}"
    )
    people = ", ".join(user.real_name for user in server.workspace.users.values() if not user.is_bot)
    return [
        "# The pretend Slack runs. Give the bot these settings (the tokens work nowhere else):",
        f"SLACK_BOT_TOKEN={BOT_TOKEN}",
        how,
        f"SLACK_API_URL={server.api_url}",
        f"LEAD_SLA_SMTP_URL={server.mail_url}",
        f"LEAD_SLA_MAIL_FROM={SENDER_ADDRESS}",
        f"LEAD_SLA_SMS_URL={server.sms_url}",
        f"LEAD_SLA_SMS_API_URL={server.sms_api_url}",
        f"# People: {people}",
        f"# Be one of them: {server.page_url}",
        f"# See it: {server.control_url}state    Follow it: {server.control_url}events    Stop: Ctrl-C",
    ]


def _of_policy(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """People and channels as a policy file names them; whether the file is right is not looked at here."""
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        typer.echo(f"Cannot read {path}: {error}. Give --policy a policy file.", err=True)
        raise typer.Exit(1) from error
    if not isinstance(said, dict):
        typer.echo(f"{path} is not a policy file; `lead-sla policy check {path}` says more.", err=True)
        raise typer.Exit(1)
    calendars, listed = said.get("calendars"), said.get("people")
    people = [
        {
            "id": one.get("slack"),
            "email": one["email"],
            "name": one.get("name"),
            "phone": one.get("phone"),
            "tz": _zone(calendars, one.get("calendar")),
        }
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and "email" in one
    ]
    return people, [_channel(ref) for ref in sorted(set(_channels_in(said)))]


def _zone(calendars: Any, name: Any) -> str | None:
    calendar = calendars.get(name) if isinstance(calendars, Mapping) and isinstance(name, str) else None
    zone = calendar.get("timezone") if isinstance(calendar, Mapping) else None
    return zone if isinstance(zone, str) and zone in available_timezones() else None


def _channels_in(value: Any) -> Iterator[str]:
    """Every channel that stands anywhere in the policy."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in _CHANNEL_KEYS and isinstance(inner, str):
                yield inner
            else:
                yield from _channels_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _channels_in(inner)


def _channel(ref: str) -> dict[str, Any]:
    return {"name": ref[1:]} if ref.startswith("#") else {"id": ref}


def _end_by_signal() -> threading.Event:
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    return end

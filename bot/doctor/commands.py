"""The command itself: look at everything, say each thing in one line, and end with 1 if anything must be mended."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import typer
from pydantic import SecretStr

from bot import clock
from bot.doctor import app, channels, machine, outside, people, work
from bot.doctor.finding import Finding, care, no
from bot.doctor.machine import Usable
from bot.doctor.questions import Answer, OutOfPatience, Questions, SlackAway
from bot.slack.gateway import web_client
from sla.policy import Policy

_SLACKS = frozenset({"SLACK_BOT_TOKEN", "SLACK_API_URL"})


def doctor() -> None:
    """Check what goes wrong: settings, policy, database, what waits, tokens, scopes, channels, people, zones, clock."""
    # What fails is said by the doctor, in its own words.
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
    bad = False
    for finding in examine():
        typer.echo(str(finding))
        bad = bad or finding.level == "no"
    if bad:
        raise typer.Exit(1)


def _aside(said: str) -> None:
    typer.echo(said, err=True)


def examine(
    *,
    now: Callable[[], datetime] = clock.now,
    sleep: Callable[[float], None] = time.sleep,
    tell: Callable[[str], None] = _aside,
) -> Iterator[Finding]:
    """Everything that can be looked at from this folder; what one problem hides is left out, the rest is not."""
    usable, found = machine.look_at_settings()
    yield from found
    if usable is None:
        return
    file, found = machine.look_at_policy(usable.settings.policy)
    yield from found
    if "LEAD_SLA_DATABASE_URL" not in usable.without:
        url = usable.settings.database_url.get_secret_value()
        yield machine.look_at_database(url)
        yield from work.look_at_work(url, now())
    yield from outside.look_at_outside(usable, file.policy if file else None)
    token = usable.settings.slack_bot_token
    if token is None or _SLACKS & usable.without:
        return
    web = web_client(token.get_secret_value(), usable.settings.slack_api_url)
    questions = Questions(web, now=now, sleep=sleep, tell=tell)
    try:
        yield from _look_at_slack(questions, usable, file.policy if file else None, now)
    except SlackAway as away:
        what = f"{away}, so that the rest was not checked. Check the network and SLACK_API_URL, then run it again"
        yield no("slack", what)


def _look_at_slack(
    questions: Questions, usable: Usable, policy: Policy | None, now: Callable[[], datetime]
) -> Iterator[Finding]:
    try:
        said: Answer = questions.ask(lambda web: web.auth_test())
    except OutOfPatience as out:
        yield care("slack", f"nothing was checked there: {out}. Run doctor again in a minute")
        return
    workspace, finding = app.look_at_bot_token(said)
    yield finding
    yield from _app_token(questions, usable.settings.slack_app_token)
    if workspace is not None:
        yield from app.look_at_scopes(said, policy)
    yield app.look_at_clock(said)
    if workspace is not None and policy is not None:
        yield from channels.look_at_channels(questions, policy, workspace.bot_name)
        yield from people.look_at_people(questions, policy, workspace.team_id, now())


def _app_token(questions: Questions, token: SecretStr | None) -> Iterator[Finding]:
    if token is not None:
        yield app.look_at_app_token(questions, token.get_secret_value())

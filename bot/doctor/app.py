"""The app in its workspace: whether its tokens work, what it may do there, and what time Slack has."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.doctor.finding import Finding, care, no, ok
from bot.doctor.questions import Answer, OutOfPatience, Questions
from bot.slack.scopes import SCOPES, Scope
from sla.policy import Policy, Team

SKEW_CARE = timedelta(seconds=5)
SKEW_NO = timedelta(seconds=60)
_NAMED_BY_LIST = ("channels:read", "groups:read")


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Where the bot is, and who it is there."""

    team_id: str
    bot_name: str


def look_at_bot_token(said: Answer) -> tuple[Workspace | None, Finding]:
    if said.error is not None:
        reinstalled = said.error in ("account_inactive", "token_revoked")
        mend = "Install the app again, then copy" if reinstalled else "Copy"
        what = f"Slack refuses SLACK_BOT_TOKEN ({said.error}), so that scopes, channels and people stay unchecked."
        return None, no("token", f"{what} {mend} the Bot User OAuth Token from OAuth & Permissions")
    name = str(said.body.get("user") or "the bot")
    found = Workspace(team_id=str(said.body.get("team_id")), bot_name=name)
    return found, ok("token", f"the bot token works: {name} in {said.body.get('team')} ({found.team_id})")


def look_at_app_token(questions: Questions, app_token: str) -> Finding:
    """Asks for the address of a socket, and does not connect: a running bot keeps all its own."""
    try:
        said = questions.ask(lambda web: web.apps_connections_open(app_token=app_token))
    except OutOfPatience as out:
        return care("token", f"SLACK_APP_TOKEN was not checked: {out}. Run doctor again in a minute")
    if said.error is None:
        return ok("token", "the app token opens Socket Mode")
    what = f"Slack refuses to open Socket Mode with SLACK_APP_TOKEN ({said.error})."
    if said.error == "missing_scope":
        return no("token", f"{what} Make a token with connections:write under Basic Information")
    mend = "Switch Socket Mode on in your app, and copy the token from Basic Information, App-Level Tokens"
    return no("token", f"{what} {mend}")


def look_at_scopes(said: Answer, policy: Policy | None) -> Iterator[Finding]:
    """Compares with the manifest what was granted when the app was installed."""
    header = said.headers.get("x-oauth-scopes")
    if header is None:
        yield care(
            "scope", "Slack does not say what was granted: compare the app with manifests/slack-app.json"
        )
        return
    granted = {scope.strip() for scope in header.split(",")}
    missing = [_missing(scope, policy) for scope in SCOPES if scope.name not in granted]
    yield from missing
    if missing:
        serious = any(one.level == "no" for one in missing)
        mend = "add what is missing under OAuth & Permissions, then install the app again"
        yield (no if serious else care)("scope", mend)
    else:
        yield ok("scope", f"all {len(SCOPES)} of the manifest are granted")


def _missing(scope: Scope, policy: Policy | None) -> Finding:
    """A scope that is missing is as bad as what this policy needs it for."""
    if scope.without == "nothing works":
        return no("scope", f"{scope.name} is missing: {scope.without}")
    by_name = [] if policy is None else channels_by_name(policy)
    if scope.name in _NAMED_BY_LIST and by_name:
        said = f"channels that the policy calls by name are not found ({', '.join(by_name)})"
        return no("scope", f"{scope.name} is missing: {said}")
    if scope.name == "users:read.email" and policy is not None:
        unnamed = [person for person in policy.people if person.slack is None]
        return (no if unnamed else care)("scope", f"{scope.name} is missing: {scope.without}")
    return care("scope", f"{scope.name} is missing: {scope.without}")


def channels_by_name(policy: Policy) -> list[str]:
    """The channels that stand in the policy as `#name`, each once."""
    named = [channel for team in policy.teams.values() for channel in channels_of(team).values()]
    named += [policy.ops.channel] if policy.ops.channel is not None else []
    return list(dict.fromkeys(channel for channel in named if channel.startswith("#")))


def channels_of(team: Team) -> dict[str, str]:
    """The team's channels by the keys under which they stand."""
    both = {"manager_channel": team.manager_channel, "backup_channel": team.backup_channel}
    return {key: channel for key, channel in both.items() if channel is not None}


def look_at_clock(said: Answer) -> Finding:
    slacks = _date(said)
    if slacks is None:
        return care(
            "clock", "Slack does not say what time it is: check that this machine keeps its clock by NTP"
        )
    # The header counts whole seconds, and a slow answer must not look like a slow clock.
    slacks += timedelta(milliseconds=500)
    behind = slacks - min(max(slacks, said.asked_at), said.answered_at)
    apart = abs(behind)
    if apart <= SKEW_CARE:
        return ok("clock", "this machine's clock agrees with Slack's")
    where, effect = ("behind", "late") if behind > timedelta(0) else ("ahead of", "early")
    what = f"this machine is {apart.total_seconds():.0f} s {where} Slack: set its clock, deadlines would be {effect}"
    return (no if apart > SKEW_NO else care)("clock", what)


def _date(said: Answer) -> datetime | None:
    try:
        found = parsedate_to_datetime(said.headers["date"])
    except (KeyError, ValueError):
        return None
    return found if found.tzinfo is not None else None

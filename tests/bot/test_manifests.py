"""The manifests ask for what the code uses, and for nothing else."""

import ast
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.slack.commands.reading import COMMAND
from bot.slack.scopes import COMMANDS, EVENTS, HINTS, METHODS_WITHOUT_SCOPE, SCOPES, scopes_for
from bot.slack.start_lead_sla import CALLBACK_ID, INPUTS, OUTPUTS, outputs_of
from sla.details import LeadDetails
from sla.lead import Lead, LeadId

ROOT = Path(__file__).parents[2]
MANIFESTS = ("slack-app.json", "slack-app.http.json")
CALLING = ("bot/slack", "bot/courier", "bot/app.py", "bot/doctor")
# What a workflow's author cannot type into one field.
STRUCTURED = {"score_breakdown", "activity", "attributes"}


def manifest(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "manifests" / name).read_text())
    return read


def methods_called() -> set[str]:
    """The Web API methods that the code calls, by the names of slack-sdk's client."""
    called = set()
    for place in CALLING:
        folder = ROOT / place
        for path in sorted(folder.rglob("*.py")) if folder.is_dir() else [folder] if folder.exists() else []:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and _is_web_api(node.attr):
                    called.add(_method_of(node.attr))
    return called


def _is_web_api(name: str) -> bool:
    return "_" in name and name.partition("_")[0] in _families() and hasattr(WebClient, name)


def _families() -> set[str]:
    return {
        "chat",
        "conversations",
        "users",
        "views",
        "functions",
        "auth",
        "apps",
        "dnd",
        "usergroups",
        "files",
    }


def _method_of(attribute: str) -> str:
    if attribute.startswith("apps_"):
        return attribute.replace("_", ".")
    family, _, rest = attribute.partition("_")
    head, *tail = rest.split("_")
    return f"{family}.{head}{''.join(word.title() for word in tail)}"


def bot_scopes(name: str) -> list[str]:
    scopes: list[str] = manifest(name)["oauth_config"]["scopes"]["bot"]
    return scopes


@pytest.mark.parametrize("name", MANIFESTS)
def test_every_scope_has_its_reason_and_its_place_in_the_manifest(name: str) -> None:
    assert bot_scopes(name) == [scope.name for scope in SCOPES]
    assert all(scope.reason and scope.without for scope in SCOPES)


def test_every_method_that_the_code_calls_is_allowed_by_a_scope_or_needs_none() -> None:
    called = methods_called()

    assert {"chat.postMessage", "views.open", "users.info", "functions.completeSuccess"} <= called
    assert [m for m in sorted(called) if m not in METHODS_WITHOUT_SCOPE and not scopes_for(m)] == []


def test_no_scope_is_asked_for_that_nothing_uses() -> None:
    used = set().union(*(scopes_for(method) for method in methods_called()))
    idle = {
        scope.name for scope in SCOPES if scope.name not in used and not scope.events and not scope.commands
    }

    assert idle == set()


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_events_are_those_that_the_door_listens_to(name: str) -> None:
    subscribed = manifest(name)["settings"]["event_subscriptions"]

    assert subscribed["bot_events"] == list(EVENTS)
    assert subscribed["metadata_subscriptions"] == [{"app_id": "*", "event_type": "lead_created"}]


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_commands_are_those_that_the_door_listens_to(name: str) -> None:
    offered = manifest(name)["features"]["slash_commands"]

    assert [one["command"] for one in offered] == [COMMAND]
    assert list(COMMANDS) == [COMMAND]
    assert {one["command"]: one["usage_hint"] for one in offered} == HINTS
    # Without it Slack sends a colleague's name as it was typed, which is anybody's to choose.
    assert all(one["should_escape"] for one in offered)


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_step_takes_a_leads_fields_and_gives_what_it_promises(name: str) -> None:
    functions = manifest(name)["functions"]
    step = functions[CALLBACK_ID]

    assert list(functions) == [CALLBACK_ID]
    assert set(step["input_parameters"]) == set(INPUTS) == set(LeadDetails.model_fields) - STRUCTURED
    assert list(step["output_parameters"]) == list(OUTPUTS)


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_step_promises_only_what_every_lead_has(name: str) -> None:
    lacking = Lead(
        id=LeadId("L1"),
        source="workflow",
        details=LeadDetails(external_id="Fx1"),
        received_at=datetime(2026, 11, 23, 15, 1, tzinfo=UTC),
        policy_version="p",
    )
    promised = manifest(name)["functions"][CALLBACK_ID]["output_parameters"]

    assert {said for said, output in promised.items() if output["is_required"]} == set(outputs_of(lacking))


@pytest.mark.parametrize("name", MANIFESTS)
def test_parameters_are_written_the_way_of_the_manifests_version(name: str) -> None:
    step = manifest(name)["functions"][CALLBACK_ID]

    assert manifest(name)["_metadata"]["major_version"] == 1
    for parameter in (*step["input_parameters"].values(), *step["output_parameters"].values()):
        assert set(parameter) == {"type", "title", "description", "is_required"}


@pytest.mark.parametrize(("name", "over_sockets"), [(MANIFESTS[0], True), (MANIFESTS[1], False)])
def test_each_manifest_is_for_its_own_mode(name: str, over_sockets: bool) -> None:
    settings = manifest(name)["settings"]
    [command] = manifest(name)["features"]["slash_commands"]
    urls = [settings[one].get("request_url") for one in ("interactivity", "event_subscriptions")]
    urls.append(command.get("url"))

    assert settings["socket_mode_enabled"] is over_sockets
    assert settings["interactivity"]["is_enabled"] is True
    if over_sockets:
        assert urls == [None, None, None]
    else:
        assert urls[0] == urls[1] == urls[2]
        assert str(urls[0]).endswith("/slack/events")


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_apps_page_keeps_to_slacks_lengths(name: str) -> None:
    page = manifest(name)["display_information"]

    assert len(page["name"]) <= 35
    assert len(page["description"]) <= 140
    assert 175 <= len(page["long_description"]) <= 4_000


@pytest.mark.parametrize("name", MANIFESTS)
def test_nobody_is_led_to_write_to_the_bot_in_vain(name: str) -> None:
    assert manifest(name)["features"]["app_home"] == {
        "home_tab_enabled": False,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_step_can_run_outside_slack(name: str) -> None:
    settings = manifest(name)["settings"]

    assert settings["function_runtime"] == "remote"
    assert settings["org_deploy_enabled"] is True
    assert settings["token_rotation_enabled"] is False


def test_both_manifests_differ_in_their_mode_alone() -> None:
    one, other = (manifest(name) for name in MANIFESTS)
    for settings in (one["settings"], other["settings"]):
        del settings["socket_mode_enabled"]
        settings["interactivity"].pop("request_url", None)
        settings["event_subscriptions"].pop("request_url", None)
    for app in (one, other):
        app["features"]["slash_commands"][0].pop("url", None)

    assert one == other

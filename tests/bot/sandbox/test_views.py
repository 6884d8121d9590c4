"""Modals and home tabs, and the triggers that open them."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from tests.bot.sandbox.conftest import (
    ALICE,
    MIA,
    Clock,
    card,
    client_of,
    form,
    refusal,
)


def test_a_trigger_opens_one_modal(client: WebClient, workspace: Workspace) -> None:
    trigger = workspace.surfaces.new_trigger(ALICE)

    opened = client.views_open(trigger_id=trigger.id, view=form())["view"]

    assert opened["id"] == workspace.surfaces.modals[ALICE][-1].id
    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=trigger.id, view=form())
    assert refusal(refused) == "exchanged_trigger_id"


def test_a_trigger_lives_three_seconds(client: WebClient, workspace: Workspace, clock: Clock) -> None:
    young, old = workspace.surfaces.new_trigger(ALICE), workspace.surfaces.new_trigger(ALICE)
    clock.move(2.5)
    client.views_open(trigger_id=young.id, view=form())
    clock.move(0.6)

    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=old.id, view=form())

    assert refusal(refused) == "expired_trigger_id"


def test_a_made_up_trigger_opens_nothing(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id="1.2.3", view=form())

    assert refusal(refused) == "invalid_trigger_id"


def test_a_bad_modal_does_not_use_its_trigger_up(client: WebClient, workspace: Workspace) -> None:
    trigger = workspace.surfaces.new_trigger(ALICE)
    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=trigger.id, view=form(title={"type": "plain_text", "text": "x" * 25}))

    assert refusal(refused) == "invalid_arguments"
    assert client.views_open(trigger_id=trigger.id, view=form())["ok"]


def test_a_modal_is_changed_only_by_who_knows_its_last_state(client: WebClient, workspace: Workspace) -> None:
    opened = client.views_open(trigger_id=workspace.surfaces.new_trigger(ALICE).id, view=form())["view"]
    client.views_update(view_id=opened["id"], hash=opened["hash"], view=form())

    with pytest.raises(SlackApiError) as stale:
        client.views_update(view_id=opened["id"], hash=opened["hash"], view=form())
    with pytest.raises(SlackApiError) as unknown:
        client.views_update(view_id="V0NONE", view=form())

    assert [refusal(stale), refusal(unknown)] == ["hash_conflict", "not_found"]


def test_at_most_three_modals_are_stacked(client: WebClient, workspace: Workspace) -> None:
    client.views_open(trigger_id=workspace.surfaces.new_trigger(ALICE).id, view=form())
    for _ in range(2):
        client.views_push(trigger_id=workspace.surfaces.new_trigger(ALICE).id, view=form())

    with pytest.raises(SlackApiError) as refused:
        client.views_push(trigger_id=workspace.surfaces.new_trigger(ALICE).id, view=form())

    assert refusal(refused) == "push_limit_reached"


def test_an_external_id_stands_once(client: WebClient, workspace: Workspace) -> None:
    client.views_open(trigger_id=workspace.surfaces.new_trigger(ALICE).id, view=form(external_id="log:L1"))

    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=workspace.surfaces.new_trigger(MIA).id, view=form(external_id="log:L1"))

    assert refusal(refused) == "duplicate_external_id"


def test_a_home_tab_is_published_for_one_person(client: WebClient, workspace: Workspace) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}

    client.views_publish(user_id=ALICE, view=home)

    assert list(workspace.surfaces.homes) == [ALICE]


def test_blocks_are_validated_without_a_token(slack: SandboxServer) -> None:
    nobody = client_of(slack, None)

    assert nobody.api_call("blocks.validate", json={"blocks": card()})["ok"]
    with pytest.raises(SlackApiError) as refused:
        nobody.api_call("blocks.validate", json={"blocks": [{"type": "confetti"}]})
    assert "/blocks/0" in refused.value.response["errors"][0]

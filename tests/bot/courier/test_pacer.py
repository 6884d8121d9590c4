"""The pacer: Slack's pace by channel and workspace, and the pauses that Slack asks for."""

from datetime import timedelta

import pytest

from bot.courier import pacer as pacer_module
from bot.courier.pacer import EDIT, POST, WORKSPACE_BURST, Pacer


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pacer(time: Time) -> Pacer:
    return Pacer(time)


def post(pacer: Pacer, channel: str, times: int = 1) -> None:
    for _ in range(times):
        assert pacer.post_wait(channel) == 0
        pacer.take_post(channel)


def test_after_a_burst_a_channel_gets_one_post_a_second(pacer: Pacer, time: Time) -> None:
    post(pacer, "C1", 4)
    assert pacer.post_wait("C1") == pytest.approx(1.0)
    time.now += 1
    post(pacer, "C1")
    assert pacer.post_wait("C1") == pytest.approx(1.0)


def test_a_full_channel_leaves_the_others_free(pacer: Pacer) -> None:
    post(pacer, "C1", 4)
    assert pacer.post_wait("C2") == 0


def test_the_workspace_as_a_whole_has_a_pace_too(pacer: Pacer, time: Time) -> None:
    for number in range(WORKSPACE_BURST):
        post(pacer, f"C{number}")
    assert pacer.post_wait("C-new") == pytest.approx(0.25)
    time.now += 0.25
    post(pacer, "C-new")


def test_a_rested_channel_saves_no_more_than_a_burst(pacer: Pacer, time: Time) -> None:
    time.now += 3600
    post(pacer, "C1", 4)
    assert pacer.post_wait("C1") > 0


def test_a_pause_concerns_its_method_and_channel_alone(pacer: Pacer, time: Time) -> None:
    pacer.block(POST, "C1", timedelta(seconds=120))
    assert (pacer.post_wait("C1"), pacer.post_wait("C2"), pacer.edit_wait("C1")) == (120, 0, 0)
    time.now += 120
    assert pacer.post_wait("C1") == 0


def test_a_shorter_pause_does_not_end_a_longer_one(pacer: Pacer) -> None:
    pacer.block(EDIT, None, timedelta(seconds=60))
    pacer.block(EDIT, None, timedelta(seconds=1))
    assert pacer.edit_wait("C1") == 60


def test_edits_have_fifty_a_minute(pacer: Pacer, time: Time) -> None:
    for _ in range(20):
        assert pacer.edit_wait("C1") == 0
        pacer.take_edit()
    assert pacer.edit_wait("C1") == pytest.approx(1.2)


def test_memory_of_channels_is_bounded(pacer: Pacer, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacer_module, "CHANNELS_KEPT_MAX", 3)
    for number in range(10):
        post(pacer, f"C{number}")
    assert len(pacer._channels) == 3

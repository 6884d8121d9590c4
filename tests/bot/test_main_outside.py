"""`lead-sla run` as a process: a first answer by e-mail leaves it once, also where it is killed meanwhile."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bot.bot_process import BotProcess, pretend_slack, running
from tests.bot.notify.servers import mail_server

pytestmark = pytest.mark.process

DANA = "dana@northwind.example"
LEAD = {"external_id": "night", "intent": "webinar", "score": 40, "email": DANA}
AT_ANY_HOUR = "  us-east: {always: true}\n"


def closes(bot: BotProcess) -> None:
    """From now on the team is at work on another day than this one."""
    day = f"{datetime.now(UTC) + timedelta(days=3):%a}".lower()
    text = bot.policy.read_text(encoding="utf-8")
    assert AT_ANY_HOUR in text
    hours = f'  us-east: {{timezone: America/New_York, hours: {{{day}: ["03:00-12:00"]}}}}\n'
    bot.policy.write_text(text.replace(AT_ANY_HOUR, hours), encoding="utf-8")
    bot.reload()
    bot.wait_until(lambda: len(bot.logged("policy_taken_up")) == 1, "the changed policy")


@pytest.mark.parametrize("is_awaited", [True, False], ids=["after it was sent", "at any moment"])
def test_a_lead_gets_its_first_answer_at_most_once_also_from_a_bot_that_is_killed(
    tmp_path: Path, is_awaited: bool
) -> None:
    with mail_server() as box, pretend_slack() as slack:
        with running(tmp_path, slack, LEAD_SLA_SMTP_URL=box.url) as bot:
            bot.wait_until_open()
            closes(bot)
            bot.send(**LEAD)
            if is_awaited:
                bot.wait_until(lambda: len(box.to(DANA)) == 1, "the first answer")
            bot.process.kill()
            bot.process.wait()
        with running(tmp_path, slack, LEAD_SLA_SMTP_URL=box.url) as again:
            again.wait_until_open()
            closes(again)
            assert again.send(**LEAD)["outcome"] == "duplicate"
            again.send(**LEAD | {"external_id": "another", "email": "pat@quiet.example", "company": "Quiet"})
            again.wait_until(lambda: len(box.to("pat@quiet.example")) == 1, "another lead's first answer")
        assert len(box.to(DANA)) == 1 if is_awaited else len(box.to(DANA)) <= 1

"""The demo in the terminal: what people get past Slack stands between their messages."""

import io
from typing import Any

from rich.console import Console

from bot.demo.screen import Screen
from bot.sandbox import Workspace
from bot.sandbox.stream import Happening


def printed(**letter: Any) -> str:
    workspace = Workspace()
    workspace.add_user("U0OMAR", name="omar", real_name="Omar Odeh", phone="+15550101")
    paper = io.StringIO()
    screen = Screen(workspace, Console(file=paper, width=90))
    screen.hear(Happening(seq=1, kind="letter", data=letter))
    return paper.getvalue()


def test_a_text_message_is_printed_with_the_name_of_its_reader() -> None:
    said = printed(
        kind="sms", to="+15550101", subject="", body="Lead SLA on call: Hot lead [bold]Acme[/bold]"
    )
    assert "SMS to Omar Odeh" in said
    assert "Hot lead [bold]Acme[/bold]" in said


def test_an_e_mail_to_a_lead_is_printed_with_its_subject() -> None:
    said = printed(
        kind="mail", to="sam@loom.example", subject="We have your request", body="Hello Sam,\n\nyour\n"
    )
    assert "E-mail to sam@loom.example" in said
    assert said.index("We have your request") < said.index("Hello Sam,")

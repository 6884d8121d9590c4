"""One of each block and each element that Slack has and the page shows, and some that it cannot show."""

from typing import Any

from tests.bot.slack.samples import at

Block = dict[str, Any]
NOON = int(at("12:00").timestamp())
PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def plain(text: str, **more: Any) -> Block:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str, **more: Any) -> Block:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str, **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text, **more)}


def option(value: str, text: str, description: str | None = None) -> Block:
    described = {} if description is None else {"description": plain(description)}
    return {"text": plain(text), "value": value, **described}


OPTIONS = [option("a", "Alice Anders", "2 open"), option("b", "Bob Brandt")]
GROUPS = [
    {"label": plain("Can take it"), "options": [OPTIONS[1]]},
    {"label": plain("Away"), "options": [OPTIONS[0]]},
]
CONFIRM = {
    "title": plain("Close this lead?"),
    "text": mrkdwn("*Nothing* more is sent about it."),
    "confirm": plain("Close it"),
    "deny": plain("Keep it open"),
    "style": "danger",
}


def button(action_id: str, label: str, **more: Any) -> Block:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def actions(*elements: Block, block_id: str = "do") -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def asked(block_id: str, element: Block, **more: Any) -> Block:
    named = {"action_id": "value", **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.capitalize()),
        "element": named,
        **more,
    }


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def line(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def text(words: str, **style: bool) -> Block:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def bullets(style: str, *rows: str, **more: Any) -> Block:
    return {
        "type": "rich_text_list",
        "style": style,
        "elements": [line(text(one)) for one in rows],
        **more,
    }


EVERY_BLOCK: dict[str, list[Block]] = {
    "header": [
        {"type": "header", "text": plain("📥 Hot lead: Kessel & Söhne :tada:", emoji=False)},
        {"type": "header", "text": plain("A second level", emoji=True), "level": 2},
    ],
    "section": [
        section(f"*Contact by* <!date^{NOON}^{{time}}|noon>"),
        {
            "type": "section",
            "fields": [plain("Sam, Little Loom"), mrkdwn("Standard · by *1:00 PM*")],
            "accessory": button("log", "Log contact", style="primary", accessibility_label="Log for Sam"),
        },
        {"type": "section", "text": mrkdwn("word " * 200)},
        {"type": "section", "expand": True, "text": mrkdwn("all of it " * 100)},
        {
            "type": "section",
            "text": plain("With a picture"),
            "accessory": {"type": "image", "image_url": PIXEL, "alt_text": "a dot"},
        },
    ],
    "context": [
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": "https://away.example/a.png", "alt_text": "their logo"},
                mrkdwn("Lead *00Q-1001*"),
                plain("team *Enterprise*"),
            ],
        }
    ],
    "actions": [
        actions(
            button("go", "Plain"),
            button("save", "Primary", style="primary"),
            button("end", "Danger", style="danger", confirm=CONFIRM),
            button("crm", "Open in CRM", url="https://crm.example/1"),
            button("bad", "Open", url="javascript:alert(1)"),
            {"type": "overflow", "action_id": "more", "options": OPTIONS},
            {"type": "workflow_button", "action_id": "flow", "text": plain("Run it"), "workflow": {}},
        )
    ],
    "divider_and_image": [
        {"type": "divider"},
        {
            "type": "image",
            "image_url": "https://away.example/chart.png",
            "alt_text": "A chart of the week",
            "title": plain("This week"),
        },
        {"type": "image", "image_url": PIXEL, "alt_text": "A dot"},
        {"type": "image", "slack_file": {"id": "F0CHART"}, "alt_text": "A file of Slack's"},
    ],
    "rich_text": [
        rich(
            line(
                text("plain *not bold* <!here> "),
                text("bold", bold=True),
                text(" "),
                text("both", bold=True, italic=True),
                text(" "),
                text("struck", strike=True),
                text(" "),
                text("code", code=True),
                text("\na second line "),
                {"type": "link", "url": "https://crm.example", "text": "the CRM"},
                {"type": "link", "url": "mailto:dana@northwind.example"},
                {"type": "link", "url": "javascript:alert(1)", "text": "harmless"},
            ),
            line(
                {"type": "user", "user_id": "U0MIA"},
                {"type": "user", "user_id": "U0GONE"},
                {"type": "channel", "channel_id": "C0GENERAL"},
                {"type": "usergroup", "usergroup_id": "S0SALES"},
                {"type": "broadcast", "range": "here"},
                {"type": "emoji", "name": "tada"},
                {"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd"},
                {"type": "emoji", "name": "our-own"},
                {"type": "date", "timestamp": NOON, "format": "{date_long} at {time}", "fallback": "noon"},
                {"type": "color", "value": "#405060"},
                {"type": "hologram", "text": "?"},
            ),
            bullets("bullet", "one", "two"),
            bullets("ordered", "third", "fourth", indent=1, offset=2),
            {"type": "rich_text_quote", "elements": [text("Need this live before January.")]},
            {"type": "rich_text_preformatted", "elements": [text("if x:\n    y()")]},
        )
    ],
    "table": [
        {
            "type": "table",
            "column_settings": [{"is_wrapped": True}, {"align": "right"}],
            "rows": [
                [{"type": "raw_text", "text": "Rep"}, {"type": "raw_text", "text": "Open"}],
                [rich(line(text("Bob Brandt", bold=True))), {"type": "raw_text", "text": "19"}],
            ],
        }
    ],
    "chosen_in_a_message": [
        actions(
            {"type": "static_select", "action_id": "s", "placeholder": plain("Who?"), "options": OPTIONS},
            {"type": "users_select", "action_id": "u", "initial_user": "U0MIA"},
            {"type": "conversations_select", "action_id": "cs"},
            {"type": "channels_select", "action_id": "ch"},
            {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-23"},
            {"type": "timepicker", "action_id": "t", "initial_time": "09:05"},
            {"type": "datetimepicker", "action_id": "dt", "initial_date_time": NOON},
            {"type": "radio_buttons", "action_id": "r", "options": OPTIONS},
            {"type": "checkboxes", "action_id": "c", "options": OPTIONS, "initial_options": [OPTIONS[1]]},
        )
    ],
    "cannot_be_shown": [
        {"type": "video", "title": plain("A tour"), "video_url": "https://away.example/v"},
        {"type": "section", "text": {"type": "mrkdwn", "text": None}, "fields": 7},
        actions({"type": "external_select", "action_id": "x", "placeholder": plain("Search")}),
        {"type": "markdown", "text": "# Not yet"},
    ],
}

INPUTS: list[Block] = [
    asked("name", {"type": "plain_text_input", "placeholder": plain("First and last"), "min_length": 2}),
    asked("note", {"type": "plain_text_input", "multiline": True, "max_length": 20}, optional=True),
    asked("email", {"type": "email_text_input", "initial_value": "sam@loom.example"}),
    asked("page", {"type": "url_text_input"}, optional=True, hint=plain("With https://")),
    asked("seats", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}),
    asked("day", {"type": "datepicker", "initial_date": "2026-11-23"}),
    asked("hour", {"type": "timepicker", "initial_time": "09:05"}),
    asked("when", {"type": "datetimepicker", "initial_date_time": NOON}),
    asked("owner", {"type": "static_select", "option_groups": GROUPS, "initial_option": OPTIONS[1]}),
    asked("backups", {"type": "multi_static_select", "options": OPTIONS, "max_selected_items": 1}),
    asked("people", {"type": "multi_users_select", "initial_users": ["U0MIA"]}, optional=True),
    asked("where", {"type": "channels_select"}, optional=True),
    asked("what", {"type": "radio_buttons", "options": OPTIONS}),
    asked("which", {"type": "checkboxes", "options": OPTIONS}, optional=True),
    asked("story", {"type": "rich_text_input"}, optional=True),
    asked("search", {"type": "external_select"}, optional=True),
]


def modal(*blocks: Block, **more: Any) -> Block:
    return {
        "type": "modal",
        "callback_id": "log_contact",
        "title": plain("Log contact"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
        **more,
    }

"""What the app asks of a workspace: each permission with its reason, and the Web API methods that need it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A permission of the bot: the reason that the admin reads, and what is lost where it is not given."""

    name: str
    reason: str
    without: str
    methods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


SCOPES: tuple[Scope, ...] = (
    Scope(
        name="chat:write",
        reason="Sends cards and reminders.",
        without="nothing works",
        methods=("chat.postMessage", "chat.update", "chat.delete", "chat.postEphemeral"),
    ),
    Scope(
        name="im:write",
        reason="Opens the direct message with each rep.",
        without="nothing works",
        methods=("conversations.open",),
    ),
    Scope(
        name="users:read",
        reason="Checks at each press that the person is active and a full member; time zone for times.",
        without="nothing works",
        methods=("users.info",),
        events=("user_change",),
    ),
    Scope(
        name="users:read.email",
        reason="Finds the people of the policy by their e-mail address.",
        without="every person needs `slack:` in the policy",
        methods=("users.lookupByEmail",),
    ),
    *(
        Scope(
            name=name,
            reason=(
                "After a lost answer from Slack, looks whether the bot's own message arrived, so that it is "
                "not sent twice. Nothing that people write is read or kept."
            ),
            without="a message whose answer was lost may be shown twice",
            methods=("conversations.history", "conversations.replies"),
        )
        for name in ("im:history", "channels:history", "groups:history")
    ),
    *(
        Scope(
            name=name,
            reason="Checks that the channels exist and are not shared with other companies.",
            without="doctor cannot check that",
            methods=("conversations.info", "conversations.list"),
        )
        for name in ("channels:read", "groups:read")
    ),
    Scope(
        name="dnd:read",
        reason="Pages the next person where Slack would keep a page silent.",
        without="a page waits for its time-out first",
        methods=("dnd.info",),
    ),
    Scope(
        name="commands",
        reason="Offers /lead-sla: who is away, who covers, who is on call.",
        without="no commands",
        commands=("/lead-sla",),
    ),
    Scope(
        name="metadata.message:read",
        reason="Takes leads from messages of the apps that you allow.",
        without="no intake from messages",
        events=("message_metadata_posted",),
    ),
)

METHODS_WITHOUT_SCOPE = frozenset(
    {
        "auth.test",
        "views.open",
        "views.push",
        "views.update",
        "functions.completeSuccess",
        "functions.completeError",
        # Called with the app-level token, whose own scope is connections:write.
        "apps.connections.open",
    }
)

COMMANDS = tuple(command for scope in SCOPES for command in scope.commands)
HINTS = {"/lead-sla": "away until 18:00 · back · out · cover @colleague until 18:00 · who"}
"""What Slack shows beside a command while somebody types it."""
EVENTS = ("function_executed", "message_metadata_posted", "user_change")


def scopes_for(method: str) -> frozenset[str]:
    """The scopes with which a method can be called; which of them counts depends on the conversation's kind."""
    return frozenset(scope.name for scope in SCOPES if method in scope.methods)

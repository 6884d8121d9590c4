"""The people and channels of the stories, as the policy names them."""

from bot.sandbox.workspace import Workspace

NAMES = {
    "alice": "Alice Anders",
    "bob": "Bob Brandt",
    "carla": "Carla Costa",
    "dieter": "Dieter Daum",
    "mia": "Mia Moreno",
    "omar": "Omar Odeh",
    "ops": "Lead Ops",
}
CHANNELS = {"sales-managers": "C0MANAGERS", "lead-backup": "C0BACKUP", "lead-ops": "C0LEADOPS"}


def email_of(name: str) -> str:
    return f"{name}@acme.example" if name in NAMES else name


def people_of(workspace: Workspace) -> None:
    """The people of the policy, and some who can press but may not."""
    for name, real_name in NAMES.items():
        german = name == "dieter"
        workspace.add_user(
            f"U0{name.upper()}",
            name=name,
            real_name=real_name,
            email=email_of(name),
            tz="Europe/Berlin" if german else "America/New_York",
            locale="de-DE" if german else "en-US",
        )
    workspace.add_user("U0STRANGER", name="stranger", email="stranger@acme.example")
    workspace.add_user("U0GUEST", name="guest", email="guest@agency.example", is_restricted=True)
    members = [user for user in workspace.users if user != workspace.bot.user]
    for name, channel in CHANNELS.items():
        workspace.add_channel(channel, name=name, kind="private", members=members)

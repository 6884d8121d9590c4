"""A pretend Slack: a real HTTP and WebSocket server on loopback that Slack's own client libraries talk to."""

from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace

__all__ = ["SandboxServer", "Workspace"]

"""The HTTP door: leads in, their state out, health and numbers."""

from bot.http.app import create_app
from bot.http.parts import HttpParts
from bot.http.serving import HttpServer

__all__ = ["HttpParts", "HttpServer", "create_app"]

"""The demo's desk: what the page asks for and does beside Slack itself, under /_demo/."""

from aiohttp import web

from bot.demo.desk.leads import LeadsDesk
from bot.demo.desk.stage import StageDesk
from bot.demo.stage import Stage


def routes(stage: Stage) -> list[web.RouteDef]:
    """Everything under /_demo/ but the clock."""
    return [*StageDesk(stage).routes(), *LeadsDesk(stage).routes()]

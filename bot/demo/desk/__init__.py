"""The demo's desk: what the page asks for and does beside Slack itself, under /_demo/."""

from aiohttp import web

from bot.demo.desk.leads import LeadsDesk
from bot.demo.desk.ledger import LedgerDesk
from bot.demo.desk.stage import StageDesk
from bot.demo.desk.time import TimeDesk
from bot.demo.desk.trouble import TroubleDesk
from bot.demo.stage import Stage
from bot.demo.telling import Telling


def routes(stage: Stage, telling: Telling) -> list[web.RouteDef]:
    """Everything under /_demo/."""
    desks = (
        StageDesk(stage, telling),
        LeadsDesk(stage),
        TroubleDesk(stage, telling),
        LedgerDesk(stage),
        TimeDesk(stage),
    )
    return [route for desk in desks for route in desk.routes()]

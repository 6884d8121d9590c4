"""Sets up logging: structlog to standard error, as text for people or as JSON for machines.

What is logged above DEBUG names leads by their id alone: no name, address, number or message of a lead.
"""

import logging
import sys
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import Processor

QUIET: Final = ("slack_bolt", "slack_sdk", "apscheduler", "alembic", "httpx", "httpcore", "uvicorn.access")
"""Libraries whose chatter below WARNING repeats what people wrote, or what is said elsewhere."""


def set_up(form: Literal["text", "json"], *, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send everything, the libraries' lines too, through one formatter to standard error."""
    to = stream if stream is not None else sys.stderr
    # The exception's text stays, its local variables do not: they hold leads.
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_ending(form, to)],
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _ending(form: Literal["text", "json"], to: TextIO) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=to.isatty(), exception_formatter=plain, timestamp_key="at")]

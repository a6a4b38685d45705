"""Structured logs: one event a line. Never a token, a phone number or what people typed."""

import logging
import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def set_up_logs(level: str) -> None:
    """Send our events and the libraries' to standard error, redacted."""
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*chain, structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(_redact_record)
    # These two write every URL at INFO, the token included.
    for name in ("httpx", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take tokens and phone numbers out of every value."""
    return {key: clean(value) if isinstance(value, str) else value for key, value in event.items()}


def clean(text: str) -> str:
    """Return the text without tokens and phone numbers."""
    return _PHONE.sub("<phone>", _TOKEN.sub("<token>", text))


def _redact_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = clean(record.getMessage()), None
    return True

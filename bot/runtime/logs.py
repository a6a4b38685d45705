"""Structured logs: one event a line. Never a token, a phone number or what people typed."""

import contextlib
import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO, cast

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
        place_of_exception,
        redact,
    ]
    structlog.configure(
        processors=[*chain, structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Steady(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    _take_in_the_libraries()


def _take_in_the_libraries() -> None:
    """Write the libraries' warnings in our own format: where they come from, and nothing that they were given."""
    handler = _Libraries(logging.WARNING)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # These two write every URL at INFO, the token included.
    for name in ("httpx", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns at every tick while messages are still being delivered, which is normal.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


class _Libraries(logging.Handler):
    """Hands a library's record to our logs: its logger, its place, its sentence without the values in it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record of a library, with its exception if it has one."""
        facts: EventDict = {
            "logger": record.name,
            "said": _sentence(record),
            "at": f"{record.filename}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[1] is not None:
            facts["exc_info"] = record.exc_info
        structlog.get_logger().log(record.levelno, "library", **facts)


_FILLED_IN = re.compile(r"[\n<(\[{'\"“:=]|\d{3}")
"""Where the values may begin in a sentence that was filled in before it reached the log."""


def _sentence(record: logging.LogRecord) -> str:
    """Return what a library says without what it was given: values may be what somebody typed, or a token.

    `error("calling %s", url)` is told as it stands in the code. A sentence that comes filled in, as asyncio's do
    (`Task exception was never retrieved`, a new line, the exception's text), is told up to where values may begin.
    """
    if record.name == "py.warnings":
        # "path:line: Category: message", and the line of code below.
        return ": ".join(record.getMessage().split(": ")[:2])
    words = str(record.msg)
    return words if record.args else _FILLED_IN.split(words, maxsplit=1)[0].strip()


class _Steady:
    """A stream that ignores its own errors: when the disk is too full for the log, the program still goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write a text, or leave it where the disk takes none."""
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Write what waits in memory, or leave it where the disk takes none."""
        with contextlib.suppress(OSError):
            self._stream.flush()


def place_of_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say where an exception came from instead of showing the exception itself."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["exception"] = where(found)
    return event


def where(error: BaseException) -> str:
    """Return an exception's type and frames, and those of what caused it, without their messages.

    A message may quote what somebody typed (`int("…")` does, and so does Telegram's "can't parse entities").
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{where(cause)} -> " if cause is not None else ""
    return f"{before}{type(error).__name__} at {_frames(error.__traceback__)}"


def _frames(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return " ".join(f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames) or "?"


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take tokens and phone numbers out of every value."""
    return {key: value if isinstance(value, int | float) else clean(str(value)) for key, value in event.items()}


def clean(text: str) -> str:
    """Return the text without tokens and phone numbers."""
    return _PHONE.sub("<phone>", _TOKEN.sub("<token>", text))

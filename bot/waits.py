"""How long Telegram asks to wait."""

import datetime as dt
import os

from telegram.error import RetryAfter

os.environ.setdefault("PTB_TIMEDELTA", "1")


def seconds_of(error: RetryAfter) -> float:
    """Return the seconds of a 429; the library gives a number or a timedelta, by an environment switch."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)

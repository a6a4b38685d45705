"""Bot API calls whose answers stay as they came, and how long Telegram asks to wait.

Nobody looks at the objects that the library would make of these answers.
"""

import datetime as dt
import os
import warnings
from typing import Any

from telegram import Bot
from telegram.error import RetryAfter
from telegram.warnings import PTBUserWarning

# The library warns that it has a method of that name.
warnings.filterwarnings("ignore", message="Please use .Bot.", category=PTBUserWarning)


async def call(bot: Bot, method: str, parameters: dict[str, Any], read_timeout: float = 20) -> Any:  # noqa: ANN401 - JSON
    """Return the `result` of a call, decoded from JSON. Raises what the Bot API refuses as the library's errors."""
    return await bot.do_api_request(method, parameters, read_timeout=read_timeout)


TOKEN_REFUSED = "BOT_TOKEN 或 BOT_API_URL 不对，对方不认 (token not accepted at BOT_API_URL)"  # noqa: S105 - a sentence
"""What an operator reads whose token is wrong."""

os.environ.setdefault("PTB_TIMEDELTA", "1")


def seconds_of(error: RetryAfter) -> float:
    """Return the seconds of a 429; the library gives a number or a timedelta, by an environment switch."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)

"""Bot API calls whose answers stay as they came: nobody looks at the objects the library would make of them."""

import warnings
from typing import Any

from telegram import Bot
from telegram.warnings import PTBUserWarning

# The library warns that it has a method of that name.
warnings.filterwarnings("ignore", message="Please use .Bot.", category=PTBUserWarning)


async def call(bot: Bot, method: str, parameters: dict[str, Any], read_timeout: float = 20) -> Any:  # noqa: ANN401 - JSON
    """Return the `result` of a call, decoded from JSON. Raises what the Bot API refuses as the library's errors."""
    return await bot.do_api_request(method, parameters, read_timeout=read_timeout)

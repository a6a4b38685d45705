"""Telegram's speed limits for what goes out by itself: over all, to one chat, to one group.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a second over
all, one a second to a chat, 20 a minute to a group. Sends are spaced evenly: a burst would be refused.
"""

import asyncio

OVERALL = 1 / 30
PER_CHAT = 1.05
PER_GROUP = 3.05
"""Seconds between two messages."""


class Pace:
    """Hands out moments to send at. One for the whole process; seconds of the event loop's clock."""

    def __init__(self) -> None:
        self._overall = 0.0
        self._chats: dict[int, float] = {}

    async def turn(self, chat_id: int) -> None:
        """Wait until a message to this chat may go out."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if len(self._chats) > 10_000:  # noqa: PLR2004 - forget chats whose pause is long over
            self._chats = {chat: at for chat, at in self._chats.items() if at > now}
        at = max(now, self._overall, self._chats.get(chat_id, 0.0))
        self._overall = max(now, self._overall) + OVERALL
        self._chats[chat_id] = at + (PER_GROUP if chat_id < 0 else PER_CHAT)
        if at > now:
            await asyncio.sleep(at - now)

    def pause(self, chat_id: int, seconds: float) -> None:
        """Leave one chat alone for a while: Telegram said so."""
        until = asyncio.get_running_loop().time() + seconds
        self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), until)

"""What a user would write instead of a delivery engine: a loop over everybody with the library's own means.

`python -m benchmarks.loops URL PEOPLE limiter|sleep`: sends one message to each of so many people, and ends.
Neither writes anything down: who got the message is forgotten when the process dies.
"""

import asyncio
import sys

from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ExtBot

from benchmarks.ground import FIRST_PERSON
from benchmarks.telegram import LETTER, TOKEN
from bot.telegram.calls import seconds_of


async def by_limiter(url: str, people: range) -> None:
    """Send with the library's `AIORateLimiter`, as its documentation shows."""
    async with ExtBot(TOKEN, base_url=f"{url}/bot", rate_limiter=AIORateLimiter(max_retries=3)) as bot:
        for person in people:
            await bot.send_message(person, LETTER, parse_mode="HTML")


async def by_sleep(url: str, people: range) -> None:
    """Send, sleep a thirtieth of a second, send the next; wait as long as a refusal says."""
    async with ExtBot[None](TOKEN, base_url=f"{url}/bot") as bot:
        for person in people:
            try:
                await bot.send_message(person, LETTER, parse_mode="HTML")
            except RetryAfter as refusal:
                await asyncio.sleep(seconds_of(refusal))
                await bot.send_message(person, LETTER, parse_mode="HTML")
            await asyncio.sleep(1 / 30)


if __name__ == "__main__":
    chosen = {"limiter": by_limiter, "sleep": by_sleep}[sys.argv[3]]
    asyncio.run(chosen(sys.argv[1], range(FIRST_PERSON, FIRST_PERSON + int(sys.argv[2]))))

"""The connection to the robots' platforms: https to their three hosts, nowhere else, and no redirect is followed."""

import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from yarl import URL

from bot.robots.answers import Verdict, verdict
from bot.robots.payloads import request_for
from bot.robots.webhooks import Vault, Webhook
from corps.robots import DINGTALK, FEISHU, WECOM

HOSTS = {WECOM: "qyapi.weixin.qq.com", DINGTALK: "oapi.dingtalk.com", FEISHU: "open.feishu.cn"}
PATIENCE = aiohttp.ClientTimeout(total=15, connect=8)
_JSON = {"content-type": "application/json; charset=utf-8"}
MOST_ANSWER = 64 * 1024
"""Bytes of an answer that are read at most."""


class Robots:
    """Sends to robots. `vault` keeps their addresses; `base` stands in for the platforms in tests and sandbox."""

    def __init__(self, vault: Vault | None = None, base: str = "", now: Callable[[], float] = time.time) -> None:
        self.vault = vault or Vault(())
        self._base = base
        self._now = now
        self._session: aiohttp.ClientSession | None = None

    @property
    def usable(self) -> bool:
        """Whether robots can be kept: there is a key to encrypt their addresses with."""
        return self.vault.usable

    async def say(self, webhook: Webhook, title: str, text: str) -> Verdict:
        """Send one message and return what became of it. Never raises: an error could quote the address."""
        request = request_for(webhook, title, text, self._now())
        url = URL((self._base or f"https://{HOSTS[webhook.channel]}") + request.path).with_query(request.query)
        try:
            async with self._connected().post(
                url, data=_written(request.body), headers=_JSON, allow_redirects=False
            ) as response:
                return verdict(webhook.channel, response.status, await _answer(response))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Verdict.UNHEARD
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Verdict.MAYBE

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=PATIENCE, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _written(body: dict[str, Any]) -> bytes:
    """Return a body in UTF-8: with every Chinese character escaped it would be twice as long, and too long."""
    return json.dumps(body, ensure_ascii=False).encode()


async def _answer(response: aiohttp.ClientResponse) -> bytes:
    """Return an answer as far as it is read at all."""
    content = b""
    async for piece in response.content.iter_any():
        content += piece
        if len(content) > MOST_ANSWER:
            break
    return content

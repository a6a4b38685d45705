"""Telegram over aiohttp: the library's default transport is several times slower under load (docs/decisions)."""

import json
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.raw_updates import parse


class UnreachedError(NetworkError):
    """The call did not reach Telegram: certainly nothing was done."""


class CutError(NetworkError):
    """The connection broke before the answer came: what was asked may have been done or not."""


_NEVER_THROUGH: tuple[type[Exception], ...] = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

CONNECTIONS = 256
"""How many calls may be under way at once; Telegram's own limits are kept by the sender."""


class AiohttpRequest(BaseRequest):
    """Carries the Bot API's calls. `proxy` is an http(s) or socks5 address, empty for none. Seconds throughout."""

    def __init__(self, proxy: str = "", read_timeout: float = 20) -> None:
        self._proxy = proxy
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._never_through = _NEVER_THROUGH

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the connection pool."""
        if self._session is None or self._session.closed:
            connector = self._through_socks() if self._proxy.startswith("socks") else None
            self._session = aiohttp.ClientSession(connector=connector or aiohttp.TCPConnector(limit=CONNECTIONS))

    def _through_socks(self) -> aiohttp.BaseConnector:
        from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError  # few need it

        self._never_through = (*_NEVER_THROUGH, ProxyConnectionError, ProxyError, ProxyTimeoutError)
        address = self._proxy.replace("socks5h://", "socks5://")
        return ProxyConnector.from_url(address, rdns=True, limit=CONNECTIONS)

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:  # noqa: ANN401 - JSON
        """Read an answer, also one with something in it that can't be read. Raises TelegramError if it is no JSON."""
        try:
            return parse(payload)
        except (ValueError, RecursionError) as error:
            raise TelegramError("Invalid server response") from error

    async def shutdown(self) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the base class asks for it
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the base class asks for it
    ) -> tuple[int, bytes]:
        """Make one call. Returns status and body; raises TimedOut, UnreachedError or CutError (no token in any)."""
        if self._session is None:
            raise RuntimeError("the transport is not initialized")
        waits = [value if isinstance(value, int | float) else None for value in (read_timeout, connect_timeout)]
        total = 10 + (waits[0] if waits[0] is not None else self._read_timeout)
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=waits[1] if waits[1] is not None else 10)
        proxy = self._proxy if self._proxy.startswith("http") else None
        try:
            async with self._session.request(
                method, url, data=_body(request_data), timeout=timeout, proxy=proxy, headers=_headers(request_data)
            ) as response:
                return response.status, await response.read()
        except aiohttp.InvalidURL:
            raise NetworkError("InvalidURL") from None  # its message is the whole address, the token included
        except self._never_through as error:
            raise UnreachedError(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise CutError(type(error).__name__) from error


def _headers(data: RequestData | None) -> dict[str, str] | None:
    if data is None or data.contains_files:
        return None
    return {"Content-Type": "application/json"}


def _body(data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if data is None:
        return None
    if not data.contains_files:
        return json.dumps(data.parameters, ensure_ascii=False, separators=(",", ":")).encode()
    form = aiohttp.FormData(quote_fields=False)  # Chinese file names arrive as they are
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form

"""Which requests are allowed: those of programs on this machine and of our own page; none of another site's page.

A page of another site in the same browser reaches this address too. It may have a name of its own that leads here
(then the Host is not ours), another Origin (`null` among them), or a browser that says where a request comes from.
What people do on the page needs, besides, the key that only the served page carries. Programs send none of these
headers, and use the Bot API with its token.
"""

import hmac
import json
import re
import secrets
from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send

from sandbox.botapi.webhook import loopback
from sandbox.errors import Refused, forbidden

KEY_HEADER = "x-sandbox-key"
KEY_MARK = "{{key}}"
"""Stands in the page where the key is put."""

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")
_ELSEWHERE = ("cross-site", "same-site")
_KEY = re.compile(r'name="sandbox-key" content="([^"]+)"')


def read_key(page: str) -> str:
    """Return the key that a served page carries, for a program that does what the page does; empty if it has none."""
    found = _KEY.search(page)
    return found[1] if found else ""


class Gate:
    """Looks at each request before anything else does.

    Attributes:
        key: What a request to `/sandbox/` has to show, as a header or as `key` in its query.
    """

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(24)

    def check(self, scope: Scope) -> None:
        """Let a request pass.

        Raises:
            Refused: 403, if it comes from another site's page, or has no key where one is needed.
        """
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        found = _HOST.fullmatch(host)
        if found is None or not loopback(found["name"]):
            raise forbidden("this address has another name")
        origin = headers.get(b"origin")
        if origin is not None and origin.decode("latin-1") != f"http://{host}":
            raise forbidden("another site's page may not act here")
        path = scope["path"]
        if path == "/" or path.startswith("/page/"):  # a link may lead here from anywhere
            return
        if headers.get(b"sec-fetch-site", b"").decode("latin-1") in _ELSEWHERE:
            raise forbidden("another site's page may not act here")
        if path.startswith("/sandbox/") and not self._knows(headers.get(KEY_HEADER.encode()), scope["query_string"]):
            raise forbidden("open the page anew: this one is of an earlier start")

    def _knows(self, shown: bytes | None, query: bytes) -> bool:
        key = shown or parse_qs(query).get(b"key", [b""])[0]
        return hmac.compare_digest(key, self.key.encode())


async def turn_away(refusal: Refused, _receive: Receive, send: Send) -> None:
    """Send the answer to a request that is not allowed."""
    content = json.dumps(refusal.wire()).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": refusal.code, "headers": headers})
    await send({"type": "http.response.body", "body": content})

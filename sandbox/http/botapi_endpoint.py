"""The Bot API over HTTP: bare ASGI, because every call of every test and benchmark passes here."""

import asyncio
import json
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from sandbox.botapi.api import BotApi
from sandbox.botapi.params import Params, Upload
from sandbox.errors import HTTP_NOT_FOUND, HTTP_UNAUTHORIZED, Dropped, Refused, bad, too_large

# Set by `sandbox.http.http_server` for each request: the connection, so that a fault can cut it.
TRANSPORT = "sandbox.transport"
MAX_BODY = 51 * 1024 * 1024
"""The largest request with a file, in bytes: the largest file that Telegram accepts, and the other fields."""

MAX_WORDS = 8 * 1024 * 1024
"""The largest request without a file, in bytes."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_JSON_HEADERS = (b"content-type", b"application/json")


class BotApiEndpoint:
    """Answers `/bot<token>/<method>`.

    Args:
        api: The methods.
        token: The only token that is accepted.
    """

    PREFIX = "/bot"

    def __init__(self, api: BotApi, token: str) -> None:
        self._api = api
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body: dict[str, Any]
        try:
            result = await self._answer(scope, receive, send)
            status, body = 200, {"ok": True, "result": result}
        except Refused as refusal:
            status, body = refusal.code, refusal.wire()
        except Dropped:
            await cut(scope, receive)
            return
        content = _encode(body).encode("utf-8", "replace")
        headers = [_JSON_HEADERS, (b"content-length", str(len(content)).encode())]
        if status == 429:  # noqa: PLR2004 - HTTP's number
            headers.append((b"retry-after", str(body.get("parameters", {}).get("retry_after", 1)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> object:
        token, _, method = scope["path"].removeprefix(self.PREFIX).partition("/")
        if token != self._token:
            raise Refused(HTTP_UNAUTHORIZED, "Unauthorized")
        if _is_multipart(scope):
            async with Request(scope, bounded(receive, MAX_BODY), send).form() as form:
                return await self._api.call(method, _from_form(scope, form))
        return await self._api.call(method, await _params(scope, bounded(receive, MAX_WORDS)))


class FileEndpoint:
    """Answers `/file/bot<token>/<path>` with the content of a file.

    Args:
        api: Where the files are.
        token: The only token that is accepted.
    """

    def __init__(self, api: BotApi, token: str) -> None:
        self._api = api
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        place = scope["path_params"]
        file = self._api.world.files.by_path.get(place["path"])
        good = place["token"] == self._token
        status = HTTP_UNAUTHORIZED if not good else 200 if file else HTTP_NOT_FOUND
        if file and good:
            await FileResponse(file.place, media_type="application/octet-stream")(scope, receive, send)
            return
        reason = "Not Found: file not found" if good else "Unauthorized"
        content, mime = _encode(Refused(status, reason).wire()).encode(), b"application/json"
        headers = [(b"content-type", mime), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


async def cut(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request without an answer.

    Raises:
        ConnectionResetError: If the application is not served by `sandbox.http.http_server`; its caller sees the same.
    """
    transport: asyncio.Transport | None = scope.get(TRANSPORT)
    if transport is None:
        raise ConnectionResetError("dropped by a fault")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass  # the server takes an application that returns before that for a broken one


def bounded(receive: Receive, most: int) -> Receive:
    """Return a `receive` that refuses a body (413) as soon as it is larger than the given number of bytes."""
    came = 0

    async def counting() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise too_large()
        return message

    return counting


def _kind(scope: Scope) -> bytes:
    return next((value for name, value in scope["headers"] if name == b"content-type"), b"")


def _is_multipart(scope: Scope) -> bool:
    return scope["method"] == "POST" and _kind(scope).startswith(b"multipart/form-data")


async def _params(scope: Scope, receive: Receive) -> Params:
    values = _query(scope)
    if scope["method"] != "POST":
        return Params(values)
    kind = _kind(scope)
    body = await _body(receive)
    if kind.startswith(b"application/json"):
        values.update(_json(body))
    elif body:
        values.update(_form(body))
    return Params(values)


def _query(scope: Scope) -> dict[str, Any]:
    return _form(scope["query_string"]) if scope["query_string"] else {}


def _form(raw: bytes) -> dict[str, Any]:
    """Read a query or form; the standard library's reader takes three times as long."""
    pairs = (pair.partition(b"=") for pair in raw.split(b"&") if pair)
    return {_word(name): _word(value) for name, _, value in pairs}


def _word(raw: bytes) -> str:
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = unquote_to_bytes(raw)
    return raw.decode("utf-8", "replace")


def _json(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise bad("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad("can't parse request parameters: expected an Object")
    return values


async def _body(receive: Receive) -> bytes:
    message = await receive()
    if not message.get("more_body"):
        return message.get("body", b"")  # type: ignore[no-any-return]
    pieces = [message.get("body", b"")]
    while message.get("more_body"):
        message = await receive()
        pieces.append(message.get("body", b""))
    return b"".join(pieces)


def _from_form(scope: Scope, form: FormData) -> Params:
    """Read a form with files; large files are kept on disk."""
    values, files = _query(scope), {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = Upload(value.filename or name, value.content_type or "application/octet-stream", value.file)
        else:
            values[name] = value
    return Params(values, files)

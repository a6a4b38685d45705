"""Files that pages load. Each has its hash in its address, so that browsers may cache it without end."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HTMX = "htmx-2.0.10.min.js"
HTMX_SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"
"""The SHA-256 of htmx, which others wrote (0BSD, https://htmx.org): a test compares the file with it."""

_HERE = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """A file, and its address."""

    content: bytes
    type: str
    path: str


def _read(file: Path) -> Asset:
    content = file.read_bytes()
    sign = hashlib.sha256(content).hexdigest()[:12]
    return Asset(content, _TYPES[file.suffix], f"/static/{file.stem}.{sign}{file.suffix}")


ASSETS = {file.name: _read(file) for file in sorted(_HERE.iterdir()) if file.suffix in _TYPES}
_BY_PATH = {asset.path: asset for asset in ASSETS.values()}


def path_of(name: str) -> str:
    """Return the path of a file, with its hash."""
    return ASSETS[name].path


async def _serve(request: Request) -> Response:
    asset = _BY_PATH.get(request.url.path)
    if asset is None:
        raise HTTPException(404)
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(asset.content, headers=kept, media_type=asset.type)


ROUTE = Route("/static/{name}", _serve, methods=["GET"])

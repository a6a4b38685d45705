"""Who uses a page: the browser's cookie, the token in its forms, and the kind of browser."""

import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.runtime.database import Database
from corps.addresses import Address
from corps.moment import Moment
from corps.pages import devices, messages
from corps.pages.devices import STAYS, WEB, Visit
from corps.people import Actor, recognise

STRANGER = Address(WEB, "stranger")
"""The address of visitors who have no page of their own yet."""

_COOKIE = re.compile(r"[A-Za-z0-9_-]{22}")
_KINDS = (("iPhone", "iphone"), ("iPad", "ipad"), ("Android", "android"), ("HarmonyOS", "android"))


_Seen = tuple[Visit | None, Actor, int, dt.datetime | None]


@dataclass(frozen=True)
class Visitor:
    """A visitor: `secret` is the cookie's value, or a new one without a cookie; `visit` the device, if signed in.

    `since`: what came on their page until then they may not read now, having left the corps (None: all is theirs).
    `scheme`: dark or light, where the program around the page has said which.
    """

    secret: str
    fresh: bool
    visit: Visit | None
    actor: Actor
    unread: int = 0
    since: dt.datetime | None = None
    scheme: str = ""

    @property
    def address(self) -> Address:
        """The address from which they read and act."""
        return self.visit.address if self.visit is not None else STRANGER

    @property
    def csrf(self) -> str:
        """The token of their forms; only somebody who knows the cookie can know it."""
        return hashlib.sha256(f"form:{self.secret}".encode()).hexdigest()[:32]

    def sent(self, token: object) -> bool:
        """Tell whether a form has the right token."""
        return isinstance(token, str) and hmac.compare_digest(token.encode(), self.csrf.encode())


class Visitors:
    """Recognises visitors, and signs browsers in and out. `url` is the address of the pages."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._looking = database.looking()
        self._secure = url.startswith("https://")
        self._name = "__Host-tongxin" if self._secure else "tongxin"
        self._nobody: _Seen | None = None

    async def who(self, request: Request) -> Visitor:
        """Return the visitor of a request. Nothing is stored."""
        secret = request.cookies.get(self._name, "")
        known = _COOKIE.fullmatch(secret) is not None
        seen = await self._look_up(secret) if known else await self._stranger()
        scheme = request.cookies.get("scheme", "")
        scheme = scheme if scheme in ("dark", "light") else ""
        return Visitor(secret if known else devices.new_secret(), not known, *seen, scheme)

    async def _look_up(self, secret: str) -> _Seen:
        return await self._looking.run(_look, secret)

    async def _stranger(self) -> _Seen:
        """Return what visitors without a cookie see; it is looked up once, so that guessing costs no query."""
        if self._nobody is None:
            self._nobody = await self._look_up("")
        return self._nobody

    async def let_in(self, request: Request, address: Address) -> str:
        """Sign the browser in to a page, and return its secret."""
        return await self._database.run(devices.let_in, address, kind_of(request.headers.get("user-agent", "")))

    async def former(self, visitor: Visitor) -> Address | None:
        """Return the page of a person who left the corps and is back with the same browser."""
        return None if visitor.fresh else await self._looking.run(devices.former, visitor.secret)

    def keep(self, response: Response, secret: str) -> None:
        """Set the cookie of a secret."""
        response.set_cookie(
            self._name, secret, int(STAYS.total_seconds()), path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def forget(self, response: Response) -> None:
        """Delete the cookie."""
        response.delete_cookie(self._name, path="/", secure=self._secure, httponly=True, samesite="lax")


def _look(session: Session, at: Moment, secret: str) -> _Seen:
    visit = devices.visit(session, at, secret) if secret else None
    actor = recognise(session, at, visit.address if visit is not None else STRANGER)
    since = messages.left_at(session, actor, at)
    return visit, actor, messages.count_unread(session, at, visit.address, since) if visit is not None else 0, since


def kind_of(agent: str) -> str:
    """Return the kind of browser in one word."""
    kind = next((kind for word, kind in _KINDS if word in agent), "computer")
    return f"{kind}.wechat" if "MicroMessenger" in agent else kind

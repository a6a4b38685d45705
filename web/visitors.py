"""Who is at a page: the browser's cookie, the token in its forms, and what kind of browser it is."""

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
"""An address that is nobody's: whoever has no page yet looks from there."""

_COOKIE = re.compile(r"[A-Za-z0-9_-]{22}")
_KINDS = (("iPhone", "iphone"), ("iPad", "ipad"), ("Android", "android"), ("HarmonyOS", "android"))


@dataclass(frozen=True)
class Visitor:
    """Whoever is at a page: `secret` is their cookie's, a new one if they have none; `visit` their device, if in.

    `scheme`: dark or light, where the program around the page has said which.
    """

    secret: str
    fresh: bool
    visit: Visit | None
    actor: Actor
    unread: int = 0
    scheme: str = ""

    @property
    def address(self) -> Address:
        """From where they look and act."""
        return self.visit.address if self.visit is not None else STRANGER

    @property
    def csrf(self) -> str:
        """What their forms carry, and nobody can know who does not know the cookie."""
        return hashlib.sha256(f"form:{self.secret}".encode()).hexdigest()[:32]

    def sent(self, token: object) -> bool:
        """Tell whether a form carries it."""
        return isinstance(token, str) and hmac.compare_digest(token.encode(), self.csrf.encode())


class Visitors:
    """Recognises visitors, and lets browsers in and out. `url` is where people open the pages."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._secure = url.startswith("https://")
        self._name = "__Host-tongxin" if self._secure else "tongxin"
        self._nobody: tuple[Visit | None, Actor, int] | None = None

    async def who(self, request: Request) -> Visitor:
        """Return who is at the page. Nothing is written down."""
        secret = request.cookies.get(self._name, "")
        known = _COOKIE.fullmatch(secret) is not None
        visit, actor, unread = await self._look_up(secret) if known else await self._stranger()
        scheme = request.cookies.get("scheme", "")
        scheme = scheme if scheme in ("dark", "light") else ""
        return Visitor(secret if known else devices.new_secret(), not known, visit, actor, unread, scheme)

    async def _look_up(self, secret: str) -> tuple[Visit | None, Actor, int]:
        return await self._database.looking().run(_look, secret)

    async def _stranger(self) -> tuple[Visit | None, Actor, int]:
        """Return what whoever shows no cookie is: always the same, so that those who guess cost no look."""
        if self._nobody is None:
            self._nobody = await self._look_up("")
        return self._nobody

    async def let_in(self, request: Request, address: Address) -> str:
        """Let the browser in to a page, and return its secret."""
        return await self._database.run(devices.let_in, address, kind_of(request.headers.get("user-agent", "")))

    async def former(self, visitor: Visitor) -> Address | None:
        """Return the page of who left the corps and comes back by the same browser."""
        return None if visitor.fresh else await self._database.looking().run(devices.former, visitor.secret)

    def keep(self, response: Response, secret: str) -> None:
        """Let the browser keep a secret."""
        response.set_cookie(
            self._name, secret, int(STAYS.total_seconds()), path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def forget(self, response: Response) -> None:
        """Let the browser forget it."""
        response.delete_cookie(self._name, path="/", secure=self._secure, httponly=True, samesite="lax")


def _look(session: Session, at: Moment, secret: str) -> tuple[Visit | None, Actor, int]:
    visit = devices.visit(session, at, secret) if secret else None
    actor = recognise(session, at, visit.address if visit is not None else STRANGER)
    return visit, actor, messages.count_unread(session, at, visit.address) if visit is not None else 0


def kind_of(agent: str) -> str:
    """Return what kind of browser it is, in a word."""
    kind = next((kind for word, kind in _KINDS if word in agent), "computer")
    return f"{kind}.wechat" if "MicroMessenger" in agent else kind

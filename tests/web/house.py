"""A crowded corps whose people all have a page, with something on it, and a browser that is in."""

import hashlib
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select
from starlette.routing import Route

import handlers
from corps import member_addresses, ratings
from corps.addresses import Address
from corps.attachments import Attachment, AttachmentKind
from corps.broadcasts import broadcasts
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.mailbox import mailboxes
from corps.mailbox.mailboxes import MAIL
from corps.moment import Moment
from corps.pages import devices, links, messages
from corps.pages.messages import Shown
from corps.records import calendars
from models import Activity, CalendarFeed, Certificate, PageMessage
from models.enums import FeedScope, PageMessageKind
from tests.flows.crowded import Crowded, Who
from tests.web.browser import Browser
from tests.web.conftest import Town
from web.guard import Bucket

ONLY_FOR_MEMBERS = "只给民盟看的话"

STREAMS = ("/live",)
"""Addresses that never end; `test_live` has what they say to whom."""


class House:
    """The pages of a crowded corps. `parts` is what may stand in the part of an address that changes."""

    def __init__(self, world: Crowded, folder: Path) -> None:
        self.world = world
        self.corps = world.corps
        self.town = Town(world.corps, folder)
        for name in ("requests", "guesses", "deeds", "entries", "outsiders", "links"):
            setattr(self.town.adapter.site.limits, name, Bucket(1_000_000, 1.0))
        self.pages = {role: devices.new_address() for role in world.people}
        self.secrets = {
            role: self.corps.run(self._settle, who, self.pages[role])
            for role, who in world.people.items()
            if who.member_id is not None
        }
        self.secrets["stranger"] = devices.new_secret()
        self.routes = handlers.routes()
        self.parts = self._parts()

    def _settle(self, session: Session, at: Moment, who: Who, page: Address) -> str:
        member_addresses.add(session, at, who.member_id or 0, page)
        member_addresses.prefer(session, who.member_id or 0, page)
        return devices.let_in(session, at, page, "iphone")

    def _parts(self) -> dict[str, tuple[str, ...]]:
        """Make one of each thing that an address may name, and return them by route."""
        corps, people = self.corps, self.world.people
        member, leader = people["member"].telegram_id, people["leader"].telegram_id
        wang = people["coordinator"].telegram_id
        preview = corps.do(
            wang, broadcasts.prepare, Content(ONLY_FOR_MEMBERS), Audience(Scope.TEAMS, (corps.team("民盟"),))
        )
        corps.do(wang, broadcasts.confirm, preview.id, preview.revision, (self.pages["coordinator"], "1"))
        mail = Address(MAIL, "zhang@example.org")
        corps.run(lambda s, at: member_addresses.add(s, at, people["member"].member_id or 0, mail))
        held = self.world.activity("办完未反馈")
        link = corps.do(member, links.make)
        corps.do(member, calendars.subscribe, FeedScope.MINE)
        secret = corps.run(lambda s, _at: s.exec(select(CalendarFeed.secret)).one())
        here = corps.run(lambda s, _at: s.exec(select(Activity.check_in_code).order_by(col(Activity.id))).first()) or ""
        issued = corps.run(lambda s, _at: s.exec(select(Certificate.number)).all())
        ids = tuple(str(one) for one in self.world.ids["activity"])
        return {
            "/j/{code}": (self.world.code, "nope"),
            "/j/{code}/picture": (self.world.code, "nope"),
            "/p/{secret}": (link.secret, "nope"),
            "/a/{code}": (*ids, "0", "nope"),
            "/a/{code}/picture": (ids[0], "nope"),
            "/in/{code}": (here, "nope"),
            "/r/{code}": (corps.do(leader, ratings.code_for, held).code, "nope"),
            "/c/{number}": (*(number for number in issued if number), "nope"),
            "/cal/{secret}.ics": (secret, "nope"),
            "/u/{token}": (corps.run(mailboxes.token_of, mail), "nope"),
            "/static/{name}": ("nope",),
            "/board/broadcasts/{number:int}": ("1", "0", "9999"),
        }

    async def furnish(self) -> None:
        """Deliver what is owed to every page, and put a picture and a file on the member's."""
        await self.town.tick()
        self.corps.run(_put_photo, self.pages["member"])

    def messages_of(self, role: str) -> list[tuple[int, str]]:
        """Return the number and the turn of what stands on somebody's page."""

        def read(session: Session, _at: Moment) -> list[tuple[int, str]]:
            there = select(PageMessage.id, PageMessage.turn).where(col(PageMessage.address) == self.pages[role])
            return [(number or 0, turn) for number, turn in session.exec(there).all()]

        return self.corps.run(read)

    def paths(self, method: str) -> list[str]:
        """Return every address of the site for a method, with each part of it that there may be."""
        found = []
        for route in self.town.adapter.site.app.routes:
            assert isinstance(route, Route)
            if method not in (route.methods or ()) or route.path in STREAMS:
                continue
            if "{" not in route.path:
                found.append(route.path)
            elif route.path == "/t/{turn}":
                found += [f"/t/{turn}" for _, turn in self.messages_of("member") if turn] + ["/t/x"]
            elif route.path == "/m/{number}/{part}":
                found += [
                    f"/m/{number}/{part}" for number, _ in self.messages_of("member") for part in ("photo", "file")
                ]
            else:
                assert route.path in self.parts, f"say in `House` what may stand in {route.path}"
                head, _, tail = route.path.partition("{")
                found += [f"{head}{part}{tail.partition('}')[2]}" for part in self.parts[route.path]]
        return found

    def token(self, role: str) -> str:
        """Return what the forms of somebody carry."""
        return hashlib.sha256(f"form:{self.secrets[role]}".encode()).hexdigest()[:32]

    def browser(self, role: str) -> Browser:
        """Return the browser of somebody."""
        browser = self.town.stranger(role)
        self.hold(browser)
        return browser

    def hold(self, browser: Browser) -> None:
        """Let a browser have the cookie that its person had at first."""
        browser.client.cookies.clear()
        browser.client.cookies.set("tongxin", self.secrets[browser.name], "127.0.0.1")

    @property
    def corps_team(self) -> int:
        """The team that something is for alone."""
        return self.corps.team("民盟")

    def others(self, who: Who) -> set[Any]:
        """Return everybody else: the addresses of their pages as the database writes them, and their ids."""
        ids = {other.member_id for role, other in self.world.people.items() if role != who.role}
        return ids | {page.short for role, page in self.pages.items() if role != who.role}


def _put_photo(session: Session, at: Moment, page: Address) -> None:
    name = messages.put_file(session, at, page, b"a picture")
    photo = Attachment(AttachmentKind.PHOTO, "", "image/png", 9, devices.WEB, name, name)
    paper = Attachment(AttachmentKind.DOCUMENT, "a.pdf", "", 9, devices.WEB, name, name)
    messages.keep(session, at, page, PageMessageKind.ANSWER, Shown(ONLY_FOR_MEMBERS, [], photo, paper), "123")

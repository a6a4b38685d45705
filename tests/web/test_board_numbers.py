"""Every number of the board opens its rows, and they are as many: looked at over the sample corps and its busy year."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from sqlmodel import col, select

from corps import member_addresses, sample
from corps.pages import devices
from models import Member
from models.enums import MemberStatus
from tests.base import ROSTER
from tests.web.browser import Browser
from tests.web.conftest import Town
from web.guard import Bucket

_TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[dh](?P<of>[^>]*)>(?P<in>.*?)</t[dh]>", re.DOTALL)
_NUMBER = re.compile(r"(\d+)(?:/\d+)?")
_ITEM = re.compile(r'<li><a href="(/board/wait[^"]*)">(.*?)</a>')


@dataclass(frozen=True)
class Number:
    """A number in a table: where it stands, and what it opens (a link, or what its button sends)."""

    said: str
    count: int
    href: str
    payload: str


def plain(html: str) -> str:
    """Return what can be read of some HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def rows_of(table: str) -> list[str]:
    """Return the rows of a table without its head and its sum."""
    return _ROW.findall(re.sub(r"<(thead|tfoot).*?</\1>", "", table, flags=re.DOTALL))


def numbers_of(html: str) -> Iterator[Number]:
    """Yield the numbers that stand alone in the cells of a page's tables; a calendar's days are none."""
    for table in _TABLE.findall(html):
        if 'class="cal' in table:
            continue
        for row in _ROW.findall(table):
            cells = list(_CELL.finditer(row))
            for cell in cells:
                count = _NUMBER.fullmatch(plain(cell["in"]))
                if 'class="n' in cell["of"] and "scope=" not in cell["of"] and count is not None and count[1] != "0":
                    href, payload = (re.search(rf'{name}="([^"]*)"', cell["in"]) for name in ("href", "value"))
                    opens = [unescape(one[1]) if one is not None else "" for one in (href, payload)]
                    yield Number(f"{plain(cells[0]['in'])}: {plain(cell['in'])}", int(count[1]), *opens)


async def count_rows(person: Browser, path: str) -> int:
    """Count the rows of a list over all of its pages."""
    found = 0
    while path:
        await person.opens(path)
        assert person.status == 200, path
        found += sum(len(rows_of(table)) for table in _TABLE.findall(person.page.html)[-1:])
        path = next((to for label, to in person.page.links.items() if label.startswith("第") and "→" in label), "")
    return found


async def look(person: Browser, path: str) -> int:
    """Open everything that is counted on a page of the board, and compare. Returns how many numbers there were."""
    await person.opens(path)
    assert person.status == 200
    html, seen, cards = person.page.html, 0, set()
    for number in numbers_of(html):
        seen += 1
        assert number.href or number.payload, (path, number)
        if number.href.startswith("/board"):
            assert await count_rows(person, number.href) == number.count, (path, number)
        elif number.payload not in cards:
            cards.add(number.payload)
            form = {"payload": number.payload, "csrf": "", "once": str(seen)}
            await person.opens(number.href or path)
            if number.payload:
                await person.send("/do", form | {"csrf": person.page.forms[0].hidden["csrf"]})
            assert person.status == 200, (path, number)
    for href, said in _ITEM.findall(html):
        counted = [int(one) for one in re.findall(r"\d+", plain(said).replace("五个10", ""))]
        rows = await count_rows(person, unescape(href))
        summed = sum(one.count for one in numbers_of(person.page.html))
        assert counted[0] in (rows, summed), (said, rows, summed)
    return seen


def enters(town: Town, *, leads: bool) -> Browser:
    """Return the browser of the sample's first coordinator, or of its first leader who is none."""
    held = (col(Member.is_leader).is_(True), col(Member.is_coordinator).is_(False))
    which = held if leads else (col(Member.is_coordinator).is_(True),)
    here = select(Member.id).where(*which, Member.status == MemberStatus.ACTIVE).order_by(col(Member.id))
    own, address = town.corps.run(lambda s, _at: s.exec(here).first()) or 0, devices.new_address()
    town.corps.run(lambda s, at: member_addresses.add(s, at, own, address))
    person = town.stranger()
    person.client.cookies.set("tongxin", town.corps.run(devices.let_in, address, "iphone"), "127.0.0.1")
    return person


async def test_every_number_of_the_board_opens_as_many_rows(town: Town) -> None:
    town.corps.clock.set_wall("2026-12-18 10:00")
    town.corps.run(sample.begin_anew, ROSTER)
    for name in ("requests", "deeds"):
        setattr(town.adapter.site.limits, name, Bucket(1_000_000, 1.0))
    wang, zhao = enters(town, leads=False), enters(town, leads=True)
    await wang.opens("/")
    await wang.says("/broadcast 周六集合")
    await wang.presses("全体")
    await wang.presses("确认发送")
    seen = {path: await look(wang, path) for path in ("/board", "/board?year=2025", "/board/broadcasts/1")}
    assert seen["/board"] > 60
    assert seen["/board/broadcasts/1"] > 3
    assert await look(wang, "/board/activities?year=2026&state=published") > 0
    assert await look(zhao, "/board") > 20
    await wang.opens("/board")
    five = [plain(row) for row in rows_of(_TABLE.findall(wang.page.html)[0])]
    await wang.opens("/board/wall")
    on_the_wall = [plain(row) for row in rows_of(_TABLE.findall(wang.page.html)[0])]
    assert all(there.startswith(here) for here, there in zip(on_the_wall, five, strict=True)), "the same numbers"

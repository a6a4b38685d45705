"""Whoever means harm, from the open: odd addresses, large forms, floods, files without end, pages of nobody."""

import asyncio
import datetime as dt
from pathlib import Path
from time import process_time

import httpx
import pytest
from sqlmodel import col, select

from bot.runtime.door import network_of
from corps.pages import devices, messages
from corps.pages.devices import WEB
from corps.pages.messages import Shown
from models import PageDevice, PageFile, PageMessage
from models.enums import PageMessageKind
from tests.base import Corps
from tests.web.browser import Browser
from tests.web.conftest import Town
from tests.web.test_core_loop import picture
from web.forms import FORM_BYTES
from web.guard import PAUSE, PAUSED, Bucket, Limits

LONG = "9" * 5_000
ADDRESSES = (
    *(f"/{page}/%00" for page in ("j", "a", "c", "in", "r", "p", "t")),
    "/cal/%00.ics",
    "/messages?before=%00",
    f"/messages?before={LONG}",
    f"/m/{LONG}/photo",
    "/m/%D9%A1/photo",
    f"/a/{LONG}",
    "/j/%ff%fe",
    "/j/%ed%a0%80",
    "/in/1-%00",
    "/%00",
    "/board/month?month=%00",
    "/?" + "&".join(f"a={number}" for number in range(1_000)),
)


@pytest.mark.parametrize("path", ADDRESSES, ids=lambda path: path[:24])
async def test_an_address_that_nobody_has_is_refused_and_breaks_nothing(town: Town, path: str) -> None:
    wang = town.enters("王统筹", coordinator=True)
    for cookies in ({}, {"tongxin": wang.client.cookies["tongxin"]}):
        async with httpx.AsyncClient(cookies=cookies, timeout=60) as client:
            assert (await client.get(town.url + path)).status_code < 500
            assert (await client.post(town.url + path, data={"a": "b"})).status_code < 500


async def test_a_large_form_of_letters_costs_nothing_and_files_are_taken_from_members_alone(town: Town) -> None:
    zhang, nobody = town.enters("张明", "民盟"), town.stranger()
    nobody.client.cookies.set("tongxin", town.corps.run(devices.let_in, devices.new_address(), ""), "127.0.0.1")
    await zhang.opens("/")
    begun = process_time()
    await zhang.send("/do", zhang.page.forms[0].hidden | {"text": "%41" * FORM_BYTES})
    assert zhang.status == 413
    assert process_time() - begun < 1
    await nobody.opens("/")
    for content in (b"a,b", b"a," * FORM_BYTES):
        values = nobody.page.forms[0].hidden | {"text": "看"}
        await nobody.send("/do", values, [("file", ("a.csv", content, "text/csv"))])
        assert nobody.status == 403
        assert "加入分团之后" in nobody.reads
    assert not kept(town)
    await zhang.opens("/")
    await zhang.says("看", ("x.jpg", picture()))
    assert zhang.status == 200
    assert len(kept(town)) == 1


def kept(town: Town) -> list[str]:
    """Return the files that pages keep."""
    return town.corps.run(lambda s, _at: list(s.exec(select(PageFile.id)).all()))


async def test_files_of_one_page_have_a_bound_a_day(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST_A_DAY", 20)
    zhang = town.enters("张明", "民盟")
    seen = []
    for number in range(3):
        await zhang.opens("/")
        await zhang.says("看", ("a.csv", b"a,b,c,d,e" + str(number).encode()))
        seen.append(zhang.status)
    assert seen == [200, 200, 429]
    assert "今天发来的文件太多了" in zhang.reads
    town.corps.clock.push(dt.timedelta(days=1, minutes=1))
    await zhang.opens("/")
    await zhang.says("看", ("a.csv", b"a,b,c,d,e9"))
    assert zhang.status == 200


async def test_answers_on_a_page_do_not_grow_for_ever(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST_ANSWERS", 5)
    address = devices.new_address()
    for number in range(12):
        town.corps.run(messages.keep, address, PageMessageKind.ANSWER, Shown(str(number), []), f"{number}")
    town.corps.run(messages.keep, address, PageMessageKind.SENT, Shown("sent", []))
    left = town.corps.run(lambda s, _at: list(s.exec(select(PageMessage.html).order_by(col(PageMessage.id))).all()))
    assert left == ["6", "7", "8", "9", "10", "11", "sent"]


async def test_pages_of_nobody_go_after_a_week_and_files_nobody_looks_at_after_a_month(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    theirs = town.corps.run(lambda s, _at: s.exec(select(PageDevice)).one().address)
    nobody = devices.new_address()
    for address in (nobody, theirs):
        town.corps.run(messages.put_file, address, b"x")
        town.corps.run(messages.keep, address, PageMessageKind.ANSWER, Shown("x", []), "1")
    town.corps.run(devices.let_in, nobody, "")

    def left() -> list[int]:
        town.corps.run(devices.tidy)
        tables = (PageDevice, PageFile, PageMessage)
        return town.corps.run(lambda s, _at: [len(s.exec(select(table)).all()) for table in tables])

    assert left() == [2, 2, 2]
    town.corps.clock.push(dt.timedelta(days=8))
    assert left() == [1, 1, 0]
    town.corps.clock.push(dt.timedelta(days=23))
    assert left() == [1, 0, 0]
    await zhang.opens("/mine")
    assert zhang.status == 200
    town.corps.clock.push(dt.timedelta(days=366))
    assert left()[0] == 0
    assert theirs.channel == WEB


async def test_whoever_comes_too_often_costs_no_look_into_the_database_on_any_address(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhang = town.enters("张明", "民盟")
    other = {"x-forwarded-for": "2001:db8:1:2::7"}
    limits = town.adapter.site.limits.requests = Bucket(9, 3600.0)  # none comes back in the meantime
    while limits.take("203.0.113.9"):
        pass
    for path in ("/", "/nowhere", "/cal/none.ics"):
        monkeypatch.setattr(town.adapter.site._visitors, "who", None)
        answer = await zhang.client.get(path, headers={"x-forwarded-for": "203.0.113.9"})
        assert answer.status_code == 429
        assert "太频繁" in answer.text
        assert town.pauses.pop() == PAUSE
        monkeypatch.undo()
        assert (await zhang.client.get(path, headers=other)).status_code in (200, 404)


async def test_whoever_comes_too_often_waits_for_the_answer_unless_too_many_do() -> None:
    ends = asyncio.Event()

    async def pause(_seconds: float) -> None:
        await ends.wait()

    limits = Limits("too often", pause=pause)
    waiting = [asyncio.create_task(limits.often()) for _ in range(PAUSED)]
    await asyncio.sleep(0)
    beside = await limits.often()
    assert (beside.status_code, beside.headers["connection"]) == (429, "close")
    assert not any(one.done() for one in waiting)
    ends.set()
    kept = await asyncio.gather(*waiting)
    assert {one.status_code for one in kept} == {429}
    assert not any("connection" in one.headers for one in kept)
    assert "connection" not in (await limits.often()).headers


async def test_guesses_of_calendar_addresses_are_slowed_down_too(town: Town) -> None:
    guesser: Browser = town.stranger()
    found = [(await guesser.client.get(f"/cal/{number:022d}.ics")).status_code for number in range(35)]
    assert (found[0], found[-1]) == (404, 429)


def test_one_line_of_ipv6_is_one_address() -> None:
    limits = Limits("too often")
    taken = [limits.guesses.take(network_of(f"2001:db8:1:2::{number:x}")) for number in range(1, 40)]
    assert taken.count(True) == 30
    assert limits.guesses.take(network_of("2001:db8:1:3::1"))
    assert network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of("::1") == "::1"
    assert network_of("/run/socket") == "/run/socket"


async def test_the_page_beside_the_sandboxs_chats_may_be_framed_by_the_sandbox_alone(
    corps: Corps, tmp_path: Path
) -> None:
    town = Town(corps, tmp_path / "files")
    town.adapter.site.framed_by = "http://127.0.0.1:8765"
    await town.open()
    stranger = town.stranger()
    await stranger.opens("/")
    policy = stranger.headers["content-security-policy"].split("; ")
    assert "frame-ancestors http://127.0.0.1:8765" in policy
    zhang = town.enters("张明", "民盟")
    await zhang.opens("/")
    for origin in ("http://127.0.0.1:8765", "http://localhost:8765", "http://evil.example"):
        await zhang.send("/do", zhang.page.forms[0].hidden | {"text": "/mine"}, origin=origin)
        assert zhang.status == 403, "shown in its frame, not driven by it"
        await zhang.opens("/")
    await town.close()


async def test_the_rest_goes_on_beside_bodies_without_an_end(town: Town) -> None:
    host, zhang = town.url.removeprefix("http://"), town.enters("张明", "民盟")
    writers = []
    for how in ("transfer-encoding: chunked", "content-length: 20000000", "content-length: 5"):
        reader, writer = await asyncio.open_connection(*host.split(":"))
        head = f"POST /do HTTP/1.1\r\nhost: {host}\r\ncontent-type: multipart/form-data; boundary=x\r\n{how}\r\n\r\n"
        writer.write(head.encode())
        writers.append(writer)
        if how != "content-length: 5":
            assert int((await reader.readline()).split()[1]) in (403, 413), "said before the body is read"
    await zhang.opens("/mine")
    assert zhang.status == 200
    for writer in writers:
        writer.close()

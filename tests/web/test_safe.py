"""The pages in the open: what is refused, what browsers are told, and that one person's pages are no other's."""

import asyncio
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

import handlers
from bot.routing.files import Files
from bot.runtime.files import FileStore
from corps.pages import devices
from models import PageDevice
from tests.base import Corps
from tests.web.browser import Browser
from tests.web.conftest import Town
from tests.web.test_core_loop import NOTICE, dump
from web.adapter import PageAdapter
from web.forms import MOST_BODY


async def published(town: Town) -> tuple[Browser, Browser]:
    """Publish an activity; return a coordinator, and a member who looks at what came."""
    wang, zhang = town.enters("王统筹", coordinator=True), town.enters("张明", "民盟")
    await wang.opens("/")
    await wang.says(NOTICE)
    await wang.presses("确认发布")
    await town.tick()
    await zhang.opens("/messages")
    return wang, zhang


async def test_browsers_are_told_to_be_strict(town: Town) -> None:
    stranger = town.stranger()
    await stranger.opens("/")
    told = stranger.headers
    assert "default-src 'none'" in told["content-security-policy"]
    assert "frame-ancestors 'none'" in told["content-security-policy"]
    assert "unsafe" not in told["content-security-policy"]
    assert (told["referrer-policy"], told["x-content-type-options"]) == ("no-referrer", "nosniff")
    assert "no-store" in told["cache-control"]
    cookie = told["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://pages.example.org", ["pages.unencrypted"]),
        ("https://pages.example.org", []),
        ("http://127.0.0.1:8080", []),
    ],
)
async def test_the_log_warns_where_everybody_on_the_way_could_read_the_pages(
    corps: Corps, tmp_path: Path, url: str, warned: list[str]
) -> None:
    pages = PageAdapter(url, "", corps.database, handlers.routes(), Files(FileStore(tmp_path), {}))
    with capture_logs() as logged:
        await pages.greet()
    assert [one["event"] for one in logged] == warned


@pytest.mark.parametrize(
    ("headers", "csrf", "status"),
    [
        ({"origin": "https://evil.example"}, True, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, True, 403),
        ({"sec-fetch-site": "same-site"}, True, 403),
        ({}, False, 403),
        ({"host": "evil.example"}, True, 403),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True, 200),
    ],
)
async def test_a_form_from_elsewhere_does_nothing(
    town: Town,
    headers: dict[str, str],
    csrf: bool,
    status: int,
) -> None:
    _, zhang = await published(town)
    before = dump(town)
    values = zhang.values_of("报名 · 志愿者")
    if not csrf:
        values["csrf"] = "0" * 32
    await zhang.send("/do", values, None, **headers)
    assert zhang.status == status
    assert (dump(town) == before) is (status != 200)


async def test_nobody_sends_or_reads_with_the_cookie_of_nobody(town: Town) -> None:
    _, zhang = await published(town)
    values, stranger = zhang.values_of("报名 · 志愿者"), town.stranger()
    await stranger.opens("/")
    before = dump(town)
    await stranger.send("/do", values)
    assert stranger.status == 403
    assert "邀请链接" in stranger.reads or "没有办" in stranger.reads
    for path in ("/mine", "/activities", "/messages", "/m/1/photo", "/t/1"):
        await stranger.opens(path)
        assert "防诈骗" not in stranger.reads
    assert dump(town) == before


async def test_what_is_too_large_or_no_picture_is_refused_with_a_sentence(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    await zhang.opens("/")
    await zhang.says("看", ("x.jpg", b"\x00\x01MZ not a picture"))
    assert zhang.status == 422
    assert "收不了" in zhang.reads
    await zhang.opens("/")
    await zhang.says("看", ("x.html", b"<html><script>alert(1)</script>"))
    assert zhang.status == 422
    await zhang.opens("/")
    await zhang.says("  ")
    assert zhang.status == 422
    host = town.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(f"POST /do HTTP/1.1\r\nhost: {host}\r\ncontent-length: {MOST_BODY + 1}\r\n\r\n".encode())
    assert b" 413 " in await reader.readline()
    assert "文件太大" in (await reader.readuntil(b"</main>")).decode()
    writer.close()


async def test_guessing_is_slowed_down_and_the_rest_goes_on(town: Town) -> None:
    guesser = town.stranger()
    statuses = set()
    for number in range(40):
        await guesser.opens(f"/p/{number:022d}")
        statuses.add(guesser.status)
    assert statuses == {404, 429}
    assert "太频繁" in guesser.reads
    zhang = town.enters("张明", "民盟")
    await zhang.client.get("/", headers={"x-forwarded-for": "203.0.113.7"})
    zhang.client.headers["x-forwarded-for"] = "203.0.113.7"
    await zhang.opens("/mine")
    assert zhang.status == 200


async def test_forged_words_stay_words(town: Town) -> None:
    zhang = town.enters("<b>张</b>", "民盟")
    await zhang.opens("/")
    assert "&lt;b&gt;张" in zhang.page.html
    await zhang.says("<script>alert(1)</script>")
    assert "<script" not in zhang.page.html


async def test_no_secret_is_kept_as_it_is(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    secret = zhang.client.cookies["tongxin"]
    assert secret not in "\n".join(dump(town))
    assert town.corps.run(lambda s, _at: s.exec(select(PageDevice.token)).one()) == devices.hash_of(secret)


async def test_the_first_page_is_small(town: Town) -> None:
    _, zhang = await published(town)
    for path in ("/", "/messages", "/activities"):
        async with zhang.client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            size = sum([len(piece) async for piece in answer.aiter_raw()])
        assert size <= 14_000, (path, size)

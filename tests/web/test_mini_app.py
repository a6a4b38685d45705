"""The pages inside Telegram: in by what Telegram signs, once, and from then on by the cookie."""

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import re
from functools import partial
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from bot.telegram import mini_app
from corps import member_addresses
from corps.addresses import telegram
from models import Audit, PageDevice
from tests.base import Corps
from tests.stage import Stage
from tests.web.browser import Browser
from tests.web.conftest import Town
from web.channel import PageChannel

TOKEN = "7000000001:AAHtestTokenForTheMiniAppVector000000"
ZHANG = 279_058_397


def signed(town: Town, number: int = ZHANG, token: str = TOKEN, ago: int = 5, **more: str) -> str:
    """Return what Telegram would hand over, signed as its manual says."""
    at = int((town.corps.clock.now() - dt.timedelta(seconds=ago)).timestamp())
    fields = {"auth_date": str(at), "user": json.dumps({"id": number, "first_name": "明"}), "query_id": "AA", **more}
    lines = "\n".join(sorted(f"{name}={value}" for name, value in fields.items()))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode({**fields, "hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})


async def opens(town: Town, browser: Browser, data: str, **headers: str) -> None:
    """Open the Mini App as our script does."""
    await browser.opens("/tg")
    assert browser.status == 200
    await browser.send("/tg", {"data": data, "scheme": "dark"}, None, **headers)


@pytest.fixture
def town_in_telegram(town: Town) -> Town:
    """A corps with pages, and 张明 who is at Telegram alone."""
    town.adapter.site.mini_app.read = partial(mini_app.read, TOKEN)
    town.enters("张明", "民盟")
    own = town.corps.run(lambda s, _at: s.exec(select(PageDevice)).one().address)
    member = town.corps.run(lambda s, _at: next(iter(member_addresses.members_at(s, [own]))))
    town.corps.run(lambda s, at: member_addresses.add(s, at, member, telegram(ZHANG)))
    return town


async def test_a_member_is_in_by_what_telegram_signs(town_in_telegram: Town) -> None:
    phone = town_in_telegram.stranger()
    await opens(town_in_telegram, phone, signed(town_in_telegram))
    assert (phone.status, phone.path) == (200, "/")
    assert "张明" in phone.reads
    assert 'class="dark"' in phone.page.html, "Telegram's scheme is taken over"
    kinds = town_in_telegram.corps.run(lambda s, _at: set(s.exec(select(PageDevice.kind)).all()))
    assert "iphone.telegram" in kinds
    assert "page.enter" in town_in_telegram.corps.run(lambda s, _at: s.exec(select(Audit.action)).all())
    await town_in_telegram.tick()
    await phone.opens("/messages")
    assert phone.reads.count("您刚在 Telegram 里打开了个人页") == 1
    again = town_in_telegram.stranger()
    await opens(town_in_telegram, again, signed(town_in_telegram, ago=1))
    await town_in_telegram.tick()
    await again.opens("/messages")
    assert again.reads.count("您刚在 Telegram 里打开了个人页") == 1, "each opening is not news"
    await phone.opens("/mine")
    assert phone.status == 403, "one browser of a kind takes the place of the one before"


@pytest.mark.parametrize("wrong", ["forged", "stale", "another bot's", "nothing"])
async def test_nobody_is_in_by_anything_else(town_in_telegram: Town, wrong: str) -> None:
    good = signed(town_in_telegram)
    data = {
        "forged": good.replace(str(ZHANG), str(ZHANG + 1)),
        "stale": signed(town_in_telegram, ago=3600),
        "another bot's": signed(town_in_telegram, token="7000000002:AAH"),
        "nothing": "",
    }[wrong]
    phone = town_in_telegram.stranger()
    await opens(town_in_telegram, phone, data)
    assert phone.status == (422 if wrong == "nothing" else 403)
    assert "/settings" in phone.reads, "it says another way in"
    await phone.opens("/mine")
    assert phone.status == 403


async def test_the_same_data_let_in_once(town_in_telegram: Town) -> None:
    data, phone, thief = signed(town_in_telegram), town_in_telegram.stranger(), town_in_telegram.stranger()
    await opens(town_in_telegram, phone, data)
    await opens(town_in_telegram, phone, data)
    assert phone.path == "/", "loaded once more in the same place"
    await opens(town_in_telegram, thief, data)
    assert thief.status == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_another_site_lets_nobody_in(town_in_telegram: Town, origin: str) -> None:
    phone = town_in_telegram.stranger()
    await opens(town_in_telegram, phone, signed(town_in_telegram), origin=origin)
    assert phone.status == 403


async def test_who_is_nobody_reads_how_to_join(town_in_telegram: Town) -> None:
    stranger = town_in_telegram.stranger()
    await opens(town_in_telegram, stranger, signed(town_in_telegram, 42))
    assert "邀请链接" in stranger.reads
    zhao = town_in_telegram.enters("赵联络", "民盟", leader=True)
    code = (await town_in_telegram.invitation(zhao)).rpartition("/")[2]
    invited = town_in_telegram.stranger()
    await opens(town_in_telegram, invited, signed(town_in_telegram, 43, start_param=f"join-{code}"))
    assert "我会保留什么" in invited.reads


async def test_telegram_alone_may_show_it_in_a_frame_and_the_script_is_ours(town_in_telegram: Town) -> None:
    phone = town_in_telegram.stranger()
    await phone.opens("/tg")
    policy = phone.headers["content-security-policy"]
    assert "frame-ancestors https://*.telegram.org" in policy
    assert f"script-src {town_in_telegram.url}/static/" in policy
    assert "unsafe" not in policy
    assert "x-frame-options" not in phone.headers
    assert "telegram.org" not in phone.page.html
    [path] = re.findall(r'src="(/static/[^"]+)"', phone.page.html)
    script = await phone.client.get(path)
    assert script.headers["content-type"].startswith("text/javascript")
    await phone.opens("/")
    assert "frame-ancestors 'none'" in phone.headers["content-security-policy"]


async def test_the_button_beside_the_typing_field_opens_it_where_pages_are_had_by_https(stage: Stage) -> None:
    from bot.telegram.menu import offer_default_menu

    bot, profile = stage.app.bot, stage.sandbox.world.profile
    await offer_default_menu(bot, "zh", [], "https://pages.example.org/tg")
    assert profile.menu_button(0) == {
        "type": "web_app",
        "text": "个人页",
        "web_app": {"url": "https://pages.example.org/tg"},
    }
    await offer_default_menu(bot, "zh", [])
    assert profile.menu_button(0)["type"] == "default"


async def test_the_settings_have_a_button_that_opens_it_in_the_chat(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    for url, there in (("http://127.0.0.1:8080", False), ("https://pages.example.org", True)):
        corps.database.policy = dataclasses.replace(corps.database.policy, web_url=url)
        stage.app.files.channels["web"] = PageChannel(url, corps.database, stage.app.files)
        await zhang.types("/settings")
        await zhang.taps("在网页打开")
        assert ("📱 在这里打开" in zhang.buttons()) is there

"""The personal page in Chromium: in the sandbox's phone beside the chats, and alone with JavaScript switched off."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from main import SANDBOX_WECHAT
from tests.browser.test_flows import CHEN, ZHANG
from tests.browser.window import PATIENCE, Window

pytestmark = pytest.mark.browser
FINGER = 48
"""Pixels: the least height and width of what is pressed."""


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A telephone's browser without JavaScript, in which nothing goes wrong unseen."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert wrong == []


def invitation(window: Window) -> str:
    """Return the address of the team's invitation page, as its leader reads it."""
    leader = window.chat(CHEN)
    leader.types("/team")
    leader.reads("用网页加入")
    found = re.search(r"http://127\.0\.0\.1:\d+/j/[A-Za-z0-9_-]+", leader.column.inner_text().replace("\n", ""))
    assert found is not None
    return found[0]


def fits_a_finger(page: Page) -> None:
    """Everything that is pressed is large enough, and nothing is wider than the telephone."""
    for pressed in page.locator("button, nav a, a.b, textarea").all():
        box = pressed.bounding_box()
        assert box is not None
        assert box["height"] >= FINGER - 1
        assert box["width"] >= FINGER - 1
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_a_member_with_only_the_page_joins_and_signs_up_without_javascript(window: Window, plain: Page) -> None:
    plain.goto(invitation(window))
    plain.get_by_role("button", name="同意").click()
    plain.get_by_role("textbox").fill("孙网页")
    plain.get_by_role("button", name="发送").click()
    expect(plain.get_by_role("article")).to_contain_text("申请已经交给")
    leader = window.chat(CHEN)
    leader.reads("孙网页")
    leader.presses("通过")
    leader.reads("已通过：孙网页")
    plain.get_by_role("link", name="首页").click()
    fits_a_finger(plain)
    plain.get_by_role("link", name="活动").click()
    fits_a_finger(plain)
    plain.get_by_role("article").get_by_role("button", name=re.compile(r"^1\.")).click()
    plain.get_by_role("button", name=re.compile("^(报名|候补)")).first.click()
    expect(plain.get_by_role("article").first).to_contain_text(re.compile("您已报名|候补"))
    fits_a_finger(plain)
    plain.reload()
    expect(plain.get_by_role("article").first).to_contain_text(re.compile("您已报名|候补"))


def test_the_pages_open_inside_telegram_for_whoever_presses_the_button(window: Window) -> None:
    zhang = window.chat(ZHANG)
    zhang.types("/settings")
    zhang.presses("在网页打开")
    zhang.presses("在这里打开")
    screen = window.page.frame_locator('[data-testid="phone-frame"]')
    screen.get_by_role("link", name="设置").click()
    expect(screen.get_by_role("main")).to_contain_text("张明")


def test_the_button_beside_the_typing_field_opens_the_own_page_inside_telegram(window: Window) -> None:
    window.chat(ZHANG).column.get_by_test_id("menu-app").click()
    screen = window.page.frame_locator('[data-testid="phone-frame"]')
    screen.get_by_role("link", name="设置").click()
    expect(screen.get_by_role("main")).to_contain_text("张明")
    group = window.chat(SANDBOX_WECHAT, column=1)
    expect(group.column.get_by_test_id("menu-app")).to_be_hidden()


def test_a_link_shared_in_the_wechat_group_opens_in_a_phone_beside_the_chats(window: Window, browser: Browser) -> None:
    link = invitation(window)
    wechat = window.chat(SANDBOX_WECHAT, column=1)
    activity = f"{link.split('/j/')[0]}/a/1"
    wechat.types(f"来帮忙：{activity}")
    shown = wechat.column.get_by_test_id("preview").last
    expect(shown).to_contain_text(re.compile(r"（示例）.*\d+月\d+日（周.）", re.DOTALL))
    expect(shown.locator("img")).to_have_js_property("complete", value=True)
    expect(shown).to_have_attribute("href", activity)
    wechat.types(f"【民盟分团】点这里加入：{link}")
    expect(wechat.column.get_by_test_id("preview").last).to_contain_text("民盟分团邀请您")
    wechat.column.locator(f'.text a[href="{link}"]').last.click()
    expect(window.on("phone")).to_be_visible()
    screen = window.page.frame_locator('[data-testid="phone-frame"]')
    screen.get_by_role("button", name="同意").click()
    expect(screen.get_by_role("article")).to_contain_text("真实姓名")
    window.chat(ZHANG)
    _hands_in_what_telegram_says(browser, link.split("/j/")[0])


def _hands_in_what_telegram_says(browser: Browser, url: str) -> None:
    """The Mini App's own script hands the data in and takes the colours over, without anything of Telegram's."""
    inside = browser.new_page()
    inside.route("**/*", lambda route: route.continue_() if "127.0.0.1" in route.request.url else route.abort())
    inside.goto(f"{url}/tg#tgWebAppData=&tgWebAppThemeParams=%7B%22bg_color%22%3A%22%23101820%22%7D")
    expect(inside.locator("body")).to_have_css("background-color", "rgb(16, 24, 32)")
    inside.goto("about:blank")
    inside.goto(f"{url}/tg#tgWebAppData=hash%3Dforged")
    expect(inside.get_by_role("main")).to_contain_text("这次打开已经过期")
    assert "tgWebAppData" not in inside.url
    inside.get_by_role("button", name="打开我的个人页").click()
    expect(inside.get_by_role("main")).to_contain_text("Telegram 没有说明您是谁")
    inside.close()

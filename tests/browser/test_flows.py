"""A newcomer's ten minutes with the page: the real bot, the sample corps, and a browser."""

import datetime as dt
import re

import pytest
import pytz
from playwright.sync_api import Route, expect

from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]  # one browser at a time

WANG, LI = 1001, 1002
CHEN, ZHOU, WU = 2001, 2002, 2003
ZHANG, HE = 3001, 3003
TANG = 5001
"""The sample corps' people: coordinators, leaders of 民盟, 农工党 and 工商联, members of 民盟, a newcomer."""


def test_the_chats_are_lived_in_from_the_first_look(window: Window) -> None:
    window.chat(WANG).reads("有一份活动反馈等您核实")
    window.chat(CHEN).reads("罗晓燕 申请加入")
    window.chat(ZHANG).reads("新活动")
    window.chat(HE, column=2).reads("有空位了")
    window.chat(WU, column=1).reads("您的活动反馈被退回")
    window.chat(WU).reads("请花一分钟填反馈")


def test_a_notice_is_published_and_a_member_signs_up(window: Window) -> None:
    window.follows(1)
    wang, zhang = window.chat(WANG), window.chat(ZHANG)
    box = wang.column.get_by_test_id("composer")
    expect(box).to_have_value(re.compile("^/new\n活动：防诈骗公益讲座"))
    assert "主讲人" not in box.input_value(), "nobody in the guide would take that place"
    box.fill(box.input_value().replace("待认领", "民盟分团"))
    wang.sends()
    wang.reads("请核对")
    wang.presses("确认发布")
    wang.reads("已发布")
    zhang.reads("防诈骗公益讲座")
    zhang.presses("报名 · 志愿者", on="防诈骗公益讲座")
    zhang.hears("报上了")
    zhang.reads("您已报名：志愿者")


def test_a_leader_claims_an_open_slot_and_the_team_hears_of_it(window: Window) -> None:
    chen = window.chat(CHEN)
    chen.reads("沙磁好物直播专场（示例）")
    chen.presses("认领 · 主播", on="沙磁好物直播专场")
    expect(chen.column.locator(".key", has_text="报名 · 主播")).to_be_visible()
    expect(chen.column.locator(".key", has_text=re.compile(r"^\s*认领 · 主播"))).to_have_count(0)
    window.chat(ZHANG).reads("沙磁好物直播专场（示例）")


def test_time_passes_and_an_offers_end_a_reminder_and_the_weekly_digest_arrive(window: Window) -> None:
    he = window.chat(HE, column=2)
    he.reads("有空位了")
    before = window.on("clock").inner_text()
    window.moves("day")
    window.moves("day")
    assert window.on("clock").inner_text() != before
    he.reads("给您留的名额已过时间")
    window.moves("day")
    window.chat(ZHANG, column=1).reads("活动提醒")
    window.moves("monday")
    window.chat(WANG).reads("每周小结")


def test_the_clock_goes_a_quarter_on_or_to_the_next_thing_and_rests_until_all_of_it_is_out(window: Window) -> None:
    state = "fetch('/sandbox/state?key=' + document.querySelector('meta[name=sandbox-key]').content)"
    now = f"{state}.then(answer => answer.json()).then(state => Date.parse(state.clock))"
    window.moves("now")
    before = window.page.evaluate(now)
    window.moves("quarter")
    assert 900_000 <= window.page.evaluate(now) - before < 1_200_000
    heard = window.page.locator(".message").count()
    unread = window.page.locator(".badge").all_inner_texts()
    window.moves("next")
    after = window.page.evaluate(now)
    assert before + 900_000 < after <= before + 8 * 86_400_000
    window.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    told = (window.page.locator(".message").count(), window.page.locator(".badge").all_inner_texts())
    window.page.wait_for_timeout(1500)
    assert (window.page.locator(".message").count(), window.page.locator(".badge").all_inner_texts()) == told
    assert told != (heard, unread), "somebody has been told something, by the time that the button can be pressed again"


def test_news_that_was_overtaken_does_not_keep_the_clocks_buttons_waiting(window: Window) -> None:
    """The page reads its state anew after a broken connection: that may come after the news of a leap, and say less."""
    window.page.evaluate(
        """async () => {
            const { announce, on } = await import("/page/store.js");
            const send = window.fetch, heard = [];
            on("clock", (when) => heard.push(when));
            window.fetch = async (path, how) => {
                const answer = await send(path, how);
                if (path !== "/sandbox/clock") return answer;
                const { now } = await answer.clone().json();
                while (!heard.includes(now)) await new Promise((drawn) => requestAnimationFrame(drawn));
                announce("clock", "2020-01-01T09:00:00+08:00");
                return answer;
            };
        }"""
    )
    for name in ("now", "quarter"):
        window.moves(name)


def test_a_report_is_verified_and_the_five_tens_move(window: Window) -> None:
    wu = window.chat(WU, column=1)
    wu.reads("请花一分钟填反馈")
    wu.presses("反馈", on="爱心衣物整理与发放")
    wu.presses("下一步")
    wu.reads("受益人次是多少")
    wu.types("40")
    wu.presses("现场清点")
    wu.reads("按「提交」")
    wu.types("衣物都送到了")
    wu.reads("情况：衣物都送到了")
    wu.presses("提交")
    li = window.chat(LI)
    its_year = f"/quota {(dt.datetime.now(pytz.timezone('Asia/Shanghai')) - dt.timedelta(days=1)).year}"
    li.types(its_year)
    before = _done(li.reads("年五个10").inner_text())
    li.reads("情况：衣物都送到了")
    li.presses("核实", on="爱心衣物整理与发放")
    wu.reads("您的活动反馈已核实")
    li.types(its_year)
    expect(li.reads("年五个10")).to_contain_text(f"关爱服务 {before + 1}/10")


def _done(quota: str) -> int:
    found = re.search(r"关爱服务 (\d+)/10", quota)
    assert found is not None
    return int(found[1])


def test_somebody_new_joins_by_an_invitation_link(window: Window) -> None:
    wang = window.chat(WANG)
    wang.types("/teams")
    wang.presses("民盟分团")
    wang.reads("?start=join-")
    tang = window.chat(TANG, column=2)
    tang.column.get_by_test_id("latest-invite").click()
    tang.reads("民盟分团")
    tang.presses("同意")
    tang.types("唐小雨")
    tang.reads("申请已经交给")
    chen = window.chat(CHEN)
    chen.reads("唐小雨 申请加入民盟分团")
    chen.presses("通过", on="唐小雨")
    tang.reads("欢迎加入")


@pytest.mark.long
def test_a_reset_brings_the_first_day_back(window: Window) -> None:
    zhang = window.chat(ZHANG)
    zhang.reads("AI 防骗课堂（示例）")
    zhang.presses("我来不了", on="AI 防骗课堂")
    zhang.types("这句话之后会消失")
    window.moves("monday")
    window.on("reset").click()
    window.on("ask").get_by_role("button", name="重置").click()
    window.page.locator(".toast", has_text="已回到最初的示例数据").wait_for()
    zhang = window.chat(ZHANG)
    expect(zhang.column.get_by_text("这句话之后会消失")).to_have_count(0)
    zhang.reads("AI 防骗课堂（示例）")
    zhang.reads("您已报名：志愿者")


def test_a_group_can_be_spoken_in_as_any_of_its_members(window: Window) -> None:
    window.columns.nth(2).get_by_test_id("picker").click()
    window.page.locator('[data-testid="person"]:visible', has_text="交流群（示例）").click()
    group = window.page.locator('[data-testid="column"][data-chat^="-"]:visible')
    group.get_by_test_id("speaker").select_option(str(ZHANG))
    group.get_by_test_id("composer").fill("大家好")
    group.get_by_test_id("send").click()
    expect(group.locator(".message", has_text="大家好")).to_be_visible()


def test_a_press_counts_though_news_comes_while_the_finger_is_down(window: Window) -> None:
    """A browser forgets a press on what is drawn anew in the middle of it."""
    window.columns.nth(1).get_by_test_id("picker").click()
    window.page.locator(f'[data-testid="person"][data-person="{WU}"]:visible').hover()
    window.page.mouse.down()
    window.page.evaluate(
        """async () => {
            const { announce } = await import("/page/store.js");
            announce("unread");
            await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
        }"""
    )
    window.page.mouse.up()
    expect(window.page.locator(f'[data-testid="column"][data-chat="{WU}"]:visible')).to_be_visible()


def test_a_phone_shows_one_chat_and_all_of_the_page(phone: Window) -> None:
    expect(phone.columns).to_have_count(1)
    phone.follows(1)
    wang = phone.chat(WANG)
    wang.sends()
    wang.reads("请核对")
    wang.presses("确认发布")
    phone.follows(2)
    chen = phone.chat(CHEN)
    chen.reads("防诈骗公益讲座")
    chen.presses("认领 · 志愿者", on="防诈骗公益讲座")
    phone.page.locator('[data-testid="tab"]', has_text="张明").click()
    phone.chat(ZHANG).reads("防诈骗公益讲座")
    wide = phone.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, "the page scrolls sideways"


def test_on_a_phone_the_chats_have_the_room_and_the_rest_unfolds(phone: Window) -> None:
    def chrome() -> float:
        heights = (
            "[...document.querySelectorAll('.topbar, .guide, .tabs')].map(part => part.getBoundingClientRect().height)"
        )
        return float(sum(phone.page.evaluate(heights))) / 844

    expect(phone.on("clock-now")).to_be_visible()
    assert chrome() < 0.24
    phone.on("guide-close").click()
    assert chrome() < 0.14
    for hidden in ("clock-day", "reset", "language"):
        expect(phone.on(hidden)).to_have_count(0)
    phone.on("fold").click()
    for shown in ("clock-quarter", "clock-next", "clock-monday", "reset", "language"):
        expect(phone.on(shown)).to_be_in_viewport()
    phone.on("guide").click()
    phone.on("fold").click()
    expect(phone.on("step-1")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_days_of_the_calendar_stand_in_one_line_on_a_phone(phone: Window) -> None:
    wang = phone.chat(WANG)
    wang.types("/new 活动：样例讲座")
    wang.presses("公益讲座")
    keys = wang.column.locator(".row:has(> .key:nth-child(7)) .key-text")
    expect(keys.get_by_text(re.compile("28"))).to_be_visible()
    broken = keys.evaluate_all(
        """keys => keys.filter(key => {
          const lines = new Set([...key.getClientRects()].map(line => Math.round(line.top)));
          return lines.size !== 1 || key.getBoundingClientRect().width > key.parentElement.clientWidth;
        }).map(key => key.innerText)"""
    )
    assert broken == []


def test_an_answer_taller_than_the_view_is_read_from_its_beginning(phone: Window) -> None:
    wang = phone.chat(WANG)
    wang.types("/quota")
    beginning = wang.reads_just("年五个10").get_by_text("公益讲座", exact=False).first
    expect(beginning).to_be_in_viewport()
    # A browser scrolls without a hand when what is shown shrinks: the beginning comes back with the next size.
    wang.column.locator(".log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
    phone.page.set_viewport_size({"width": 390, "height": 700})
    expect(beginning).to_be_in_viewport()
    below = phone.on("newest")
    expect(below).to_be_visible()
    below.click()
    expect(wang.column.locator(".message").last).to_be_in_viewport()


def test_nobody_is_torn_from_a_long_answer_by_what_comes_after_it(phone: Window) -> None:
    wang = phone.chat(WANG)
    wang.types("/quota")
    beginning = wang.reads_just("年五个10").get_by_text("公益讲座", exact=False).first
    phone.on("fold").click()
    phone.moves("monday")
    phone.on("fold").click()
    expect(phone.on("newest")).to_contain_text("条新消息")
    expect(beginning).to_be_in_viewport()
    phone.on("newest").click()
    expect(wang.column.locator(".message").last).to_be_in_viewport()
    expect(phone.on("newest")).to_be_hidden()


def test_the_page_speaks_english_and_remembers_it(window: Window) -> None:
    window.on("language").click()
    expect(window.on("step-1")).to_contain_text("Publish")
    window.page.reload()
    expect(window.on("step-1")).to_contain_text("Publish")
    expect(window.on("clock-day")).to_have_text("+1 day")
    window.on("language").click()
    expect(window.on("step-1")).to_contain_text("发布活动")


def test_nothing_can_be_pressed_before_the_chats_are_there(window: Window) -> None:
    def look_first(route: Route) -> None:
        seen.append([window.page.locator(rests).evaluate("part => part.inert") for rests in ("#columns", "#guide")])
        route.continue_()

    seen: list[list[bool]] = []
    window.page.route("**/sandbox/state", look_first)
    window.page.reload()
    window.follows(1)
    assert seen == [[True, True]]
    expect(window.chat(WANG).column.get_by_test_id("composer")).to_have_value(re.compile("^/new"))


def test_a_robots_group_stands_beside_the_chats_and_is_only_told_things(window: Window) -> None:
    window.columns.nth(2).get_by_test_id("picker").click()
    window.page.locator('[data-testid="person"]:visible', has_text="分团工作群（企业微信）").click()
    group = window.page.locator('[data-testid="column"][data-chat^="-"]:visible')
    expect(group.get_by_text("复制地址")).to_be_visible()
    expect(group.get_by_test_id("composer")).to_be_hidden()
    expect(group.get_by_test_id("speaker")).to_be_hidden()

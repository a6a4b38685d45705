"""The corps' year in small on personal pages alone: three telephones and two desks, at 390 px, without JavaScript."""

import datetime as dt
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from sandbox.http.gate import KEY_HEADER
from tests.browser.test_flows import CHEN, LI, WANG
from tests.browser.test_personal_page import fits_a_finger, invitation
from tests.browser.window import PATIENCE, Window
from tests.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.long]
ZONE = ZoneInfo("Asia/Shanghai")
WORKING_GROUP = "分团工作群（企业微信）"
CALL = "周六上午九点在社区门口集合"
NOTICE = """/new
活动：冬季健康讲座
类别：公益讲座
时间：{day:%Y-%m-%d} 14:00-16:00
地点：磁器口街道金蓉社区
场所：社区
岗位：志愿者 1
分团：待认领"""


class Telephone:
    """One person's browser, 390 px wide, that runs no script."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)

    def opens(self, path: str) -> None:
        """Open an address, or follow the link with that name at the top."""
        if path.startswith("http"):
            self.page.goto(path)
        else:
            self.page.locator("nav a", has_text=path).click()
        fits_a_finger(self.page)

    def presses(self, label: str, on: str = "") -> None:
        """Press the first button with that label, of the first card with the text `on` if given."""
        where = self.page.locator("article", has_text=on).first if on else self.page
        where.locator("button", has_text=label).first.click()
        fits_a_finger(self.page)

    def says(self, text: str, *files: Path) -> None:
        """Type an answer, choose files, and send them."""
        self.page.locator("[name=text]").fill(text)
        if files:
            self.page.locator("[type=file]").set_input_files([str(file) for file in files])
        self.page.get_by_role("button", name="发送", exact=True).click()
        fits_a_finger(self.page)

    def reads(self, text: str) -> None:
        """Expect a text on the page."""
        expect(self.page.locator("main")).to_contain_text(text)

    def waits_for(self, text: str) -> None:
        """Open the messages again and again until one says this."""
        last = time.monotonic() + PATIENCE / 1000
        while True:
            self.opens("消息")
            if self.page.locator("article", has_text=text).count():
                return
            assert time.monotonic() < last, f"{text} did not come"
            self.page.wait_for_timeout(300)


class Around:
    """What is around the pages: the sandbox's clock, the group of a robot, a mailbox."""

    def __init__(self, program: Program) -> None:
        self._client = httpx.Client(base_url=program.url, headers={KEY_HEADER: program.key()}, timeout=60)
        self.day = (self._now() + dt.timedelta(days=2)).date()

    def _asked(self, path: str) -> Any:  # noqa: ANN401 - JSON
        return self._client.get(f"/sandbox/{path}").raise_for_status().json()

    def group(self) -> list[dict[str, Any]]:
        """Return what was said in the working group, the newest last."""
        found = next(chat["id"] for chat in self._asked("state")["chats"] if chat["title"] == WORKING_GROUP)
        said: list[dict[str, Any]] = self._asked(f"chats/{found}/messages")
        return said

    def robot(self) -> str:
        """Return the address of the working group's robot, as its platform gives it to be copied."""
        found = re.search(r"https?://[^\s\"]+", json.dumps(self.group()))
        assert found is not None
        return found[0]

    def mails(self) -> str:
        """Return all mail that has come, as text."""
        return json.dumps(self._asked("mails"), ensure_ascii=False)

    def _now(self, by: float = 0) -> dt.datetime:
        answer = self._client.post("/sandbox/clock", json={"advance_seconds": by}).raise_for_status()
        return dt.datetime.fromisoformat(answer.json()["now"])

    def to(self, hour: int, minute: int) -> None:
        """Move the clock to an hour of the activity's day, and let what is due happen."""
        self._now((dt.datetime.combine(self.day, dt.time(hour, minute), ZONE) - self._now()).total_seconds())


@pytest.fixture
def telephones(browser: Browser) -> Iterator[list[Telephone]]:
    """Five telephones in which nothing goes wrong unseen, but what a refusal tells."""
    phone: ViewportSize = {"width": 390, "height": 844}
    contexts = [browser.new_context(viewport=phone, java_script_enabled=False, locale="zh-CN") for _ in range(5)]
    yield [Telephone(context.new_page()) for context in contexts]
    for context in contexts:
        context.close()


def enters(window: Window, person: int, phone: Telephone) -> None:
    """Go from Telegram to the page, by 在网页打开 in the settings."""
    chat = window.chat(person)
    chat.types("/settings")
    chat.presses("在网页打开")
    said = chat.reads("/p/").inner_text().replace("\n", "")
    found = re.search(r"http://127\.0\.0\.1:\d+/p/[A-Za-z0-9_-]{22}", said)
    assert found is not None, said
    phone.opens(found[0])
    phone.presses("是我，进入")


def joins(phone: Telephone, leader: Telephone, link: str, name: str) -> None:
    """Join by the team's link; the leader admits on the page."""
    phone.opens(link)
    phone.reads("我会保留什么")
    phone.presses("同意")
    phone.says(name)
    phone.reads("申请已经交给")
    leader.waits_for(name)
    leader.presses("通过", on=name)
    leader.reads(f"已通过：{name}")
    phone.waits_for("欢迎加入")


def sign_up_and_change_hands(sun: Telephone, qian: Telephone) -> None:
    """One signs up, one waits, the first withdraws, the second takes the place."""
    for who in (sun, qian):
        who.waits_for("冬季健康讲座")
    sun.presses("报名 · 志愿者", on="冬季健康讲座")
    sun.reads("您已报名：志愿者")
    qian.presses("报名 · 志愿者", on="冬季健康讲座")
    qian.reads("名额刚刚满了")
    qian.presses("候补")
    qian.reads("您是第 1 位")
    sun.presses("我来不了")
    sun.presses("工作")
    qian.waits_for("给您留了一个名额")
    qian.presses("递补")
    qian.reads("您已报名：志愿者")


def other_ways(leader: Telephone, member: Telephone, around: Around) -> None:
    """The leader ties the team's working group, the member wants messages by mail."""
    leader.says("/bind")
    leader.says(around.robot())
    leader.reads("企业微信")
    member.opens("设置")
    member.presses("邮箱")
    member.says("qian@example.com")
    member.reads("确认码已发到")
    code = re.search(r"\d{6}", around.mails())
    assert code is not None
    member.says(code[0])
    member.reads("已确认")
    member.presses("送达方式")
    member.presses("改发到：邮箱")
    member.reads("邮箱 ← 现在发到这里")


def broadcast(coordinator: Telephone, member: Telephone, around: Around) -> None:
    """One broadcast to everybody: by Telegram, page, mail and robot; the coordinator watches it arrive."""
    coordinator.says(f"/broadcast {CALL}")
    coordinator.presses("全体")
    coordinator.presses("确认发送")
    member.waits_for(CALL)
    member.presses("收到", on=CALL)
    for _ in range(40):
        if CALL in around.mails() and CALL in json.dumps(around.group(), ensure_ascii=False):
            break
        coordinator.page.wait_for_timeout(300)
    assert CALL in around.mails()
    assert CALL in json.dumps(around.group(), ensure_ascii=False)
    coordinator.presses("刷新")
    coordinator.reads("已确认 1")
    coordinator.reads("已交给平台")


def report(leader: Telephone, photos: list[Path]) -> None:
    """Mark the roll, and report with two photos."""
    leader.waits_for("反馈")
    leader.presses("反馈", on="冬季健康讲座")
    leader.presses("下一步")
    leader.says("80")
    leader.presses("现场清点")
    leader.says("", *photos)
    leader.reads("照片：2 张")
    expect(leader.page.locator("article")).to_have_count(1)
    leader.says("居民听得很认真")
    leader.presses("提交")
    leader.reads("已提交")


def own_affairs(member: Telephone, day: dt.date) -> None:
    """Own hours, settings, and in the end all of it erased."""
    member.opens("我的")
    member.reads("服务了 2 小时")
    member.presses("补报时长")
    member.says(f"日期：{day - dt.timedelta(days=3):%Y-%m-%d}\n内容：小区值守\n地点：渝碚路街道\n时长：2小时")
    member.presses("提交")
    member.reads("小区值守")
    member.opens("设置")
    member.presses("送达方式")
    member.reads("个人页")
    member.opens("设置")
    for label in ("我的数据", "删除我的数据", "我要删除", "确认删除"):
        member.presses(label)
    member.reads("删除")
    member.page.goto(f"{member.page.url.split('/', 3)[0]}//{member.page.url.split('/', 3)[2]}/mine")
    assert "小区值守" not in member.page.inner_text("body")


def test_everything_goes_by_pages_alone(
    window: Window, program: Program, telephones: list[Telephone], tmp_path: Path
) -> None:
    sun, qian, chen, wang, li = telephones
    photos = [tmp_path / f"{name}.jpg" for name in ("前排", "现场")]
    for place, photo in enumerate(photos):
        Image.new("RGB", (640, 480), (200, 30 + 90 * place, 30)).save(photo)
    link, around = invitation(window), Around(program)
    for person, phone in ((CHEN, chen), (WANG, wang), (LI, li)):
        enters(window, person, phone)
    joins(sun, chen, link, "孙秀英")
    joins(qian, chen, link, "钱大勇")
    wang.says(NOTICE.format(day=around.day))
    wang.presses("确认发布")
    chen.waits_for("冬季健康讲座")
    chen.presses("认领 · 志愿者", on="冬季健康讲座")
    sign_up_and_change_hands(sun, qian)
    other_ways(chen, qian, around)
    broadcast(wang, sun, around)
    around.to(13, 45)
    qian.opens("活动")
    qian.presses("冬季健康讲座")
    qian.presses("签到")
    qian.reads("您已签到")
    around.to(16, 10)
    report(chen, photos)
    li.waits_for("居民听得很认真")
    li.presses("核实", on="居民听得很认真")
    li.reads("核实")
    own_affairs(qian, around.day)
    window.on("mailbox-open").click()
    expect(window.on("mail-calendar").first).to_contain_text("日历附件（REQUEST）")

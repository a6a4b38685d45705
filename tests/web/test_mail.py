"""A member with a page and a mailbox: the code, messages by mail, and the way out from within a mail."""

import dataclasses
import re
from collections.abc import AsyncIterator
from typing import Any

import icalendar
import pytest
import vobject

from bot.delivery.sender import Sender
from bot.mail.adapter import MailAdapter
from bot.mail.pace import Pace
from bot.routing.channel import Channel
from bot.runtime.settings import Encryption, MailServer
from corps.pages.devices import WEB
from sandbox.mail.mailbox import Mail, Mailbox
from sandbox.mail.smtp import MailServer as OwnMailServer
from scheduler.jobs import JobContext
from tests.web.browser import Browser
from tests.web.conftest import Town
from tests.web.test_core_loop import NOTICE


class Post:
    """The town's mail: what was handed in, and what delivers in both channels."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.box = Mailbox(lambda _mail: None)
        self.server = OwnMailServer(self.box.take)
        self.adapter: MailAdapter

    async def open(self) -> None:
        """Listen, and deliver in both channels."""
        await self.server.start()
        database = self.town.corps.database
        port = int(self.server.url.rpartition(":")[2])
        server = MailServer("127.0.0.1", port, Encryption.NONE, "tongxin@example.org", "同心")
        files = self.town.context.files
        self.adapter = MailAdapter(server, database, files, pace=Pace(a_minute=1e9))
        channels: dict[str, Channel] = {WEB: self.town.adapter.channel, "mail": self.adapter.channel}
        senders: dict[str, Sender] = {WEB: self.town.adapter.sender, "mail": self.adapter.sender}
        files.channels.update(channels)
        self.town.context = JobContext(database, channels, senders, files)

    async def close(self) -> None:
        """Take leave."""
        await self.adapter.shutdown()
        await self.server.stop()

    @property
    def last(self) -> Mail:
        """The newest mail."""
        return self.box.mails[-1]

    async def confirms(self, who: Browser, address: str) -> None:
        """Give an address on the page, and type in the code."""
        await who.opens("/settings")
        await who.presses("邮箱")
        await who.says(address)
        await who.says(code_in(self.last))
        assert "已确认" in who.reads


def code_in(mail: Mail) -> str:
    """Return the code that a mail brings."""
    found = re.search(r"\d{6}", mail.text)
    assert found is not None, mail.text
    return found[0]


@pytest.fixture
async def post(town: Town) -> AsyncIterator[Post]:
    """Mail, beside the pages."""
    post = Post(town)
    await post.open()
    yield post
    await post.close()


async def test_a_member_gives_an_address_and_is_reminded_by_mail(town: Town, post: Post) -> None:
    wang, zhang = town.enters("王统筹", coordinator=True), town.enters("张明", "民盟")
    await post.confirms(zhang, "Zhang@Example.org")
    assert post.last.to == "zhang@example.org"
    assert post.last.subject.startswith("确认码")
    await zhang.presses("送达方式")
    await zhang.presses("改发到：邮箱")
    await wang.opens("/")
    await wang.says(NOTICE)
    await wang.presses("确认发布")
    await town.tick()
    assert post.last.subject == "新活动：防诈骗公益讲座"
    await zhang.opens(re.search(r"http://\S+/a/1", post.last.text)[0])  # type: ignore[index]
    await zhang.presses("报名 · 志愿者")
    await town.at("2026-12-04 14:00")
    [reminder] = [mail for mail in post.box.mails if "提醒" in mail.subject]
    assert "防诈骗公益讲座" in reminder.text
    assert "防诈骗公益讲座" in reminder.html
    await zhang.opens("/messages")
    assert "活动提醒" in zhang.reads, "the page has them all"


async def test_a_mail_address_that_waits_for_its_code_stands_among_the_ways(town: Town, post: Post) -> None:
    zhang = town.enters("张明", "民盟")
    await zhang.opens("/settings")
    await zhang.presses("邮箱")
    await zhang.says("zhang@example.org")
    await zhang.opens("/settings")
    await zhang.presses("送达方式")
    assert "邮箱 zhang@example.org（还没确认" in zhang.reads
    await zhang.presses("邮箱")
    assert "确认码已发到 zhang@example.org" in zhang.reads
    await zhang.says(code_in(post.last))
    assert "已确认" in zhang.reads, "the code that was mailed is still the right one"
    await zhang.presses("送达方式")
    assert "还没确认" not in zhang.reads


async def test_opening_the_link_in_a_mail_stops_nothing_and_its_form_does(town: Town, post: Post) -> None:
    wang, zhang = town.enters("王统筹", coordinator=True), town.enters("张明", "民盟")
    await post.confirms(zhang, "zhang@example.org")
    await zhang.presses("送达方式")
    await zhang.presses("改发到：邮箱")
    await town.tick()
    link = re.search(r"http://\S+/u/\S+", post.last.text)
    assert link is not None
    assert post.last.headers["List-Unsubscribe"] == f"<{link[0]}>"
    assert post.last.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stranger = town.stranger()
    await stranger.opens(link[0])
    await stranger.opens(link[0])
    assert "zhang@example.org" in stranger.reads
    await zhang.opens("/settings")
    await zhang.presses("邮箱")
    assert "zhang@example.org" in zhang.reads, "opening a link does nothing"
    # As a mail program does it: no cookie, no page of ours before.
    answer = await stranger.client.post(link[0], data={"List-Unsubscribe": "One-Click"}, headers={"origin": "null"})
    assert answer.status_code == 200
    await town.tick()
    await zhang.opens("/messages")
    assert "不再收邮件" in zhang.reads, "the person is told elsewhere"
    mails = len(post.box.mails)
    await wang.opens("/")
    await wang.says("/broadcast 周六集合")
    await wang.presses("全体")
    await wang.presses("确认发送")
    await town.tick()
    assert len(post.box.mails) == mails
    await stranger.opens(link[0])
    assert stranger.status == 404
    assert (await stranger.client.post(link[0])).status_code == 200, "twice is as good as once"


def events(mail: Mail) -> tuple[Any, Any]:
    """Return the entry that a mail brings, as two foreign programs read it."""
    book = icalendar.Calendar.from_ical(mail.calendar)
    other = vobject.readOne(mail.calendar)
    assert book["method"] == mail.method == other.method.value
    [event] = book.walk("VEVENT")
    assert str(event["uid"]) == other.vevent.uid.value
    return event, other.vevent


async def test_the_calendar_follows_by_mail(town: Town, post: Post) -> None:
    wang, zhang = town.enters("王统筹", coordinator=True), town.enters("张明", "民盟")
    await post.confirms(zhang, "zhang@example.org")
    await zhang.presses("送达方式")
    await zhang.presses("改发到：邮箱")
    await wang.opens("/")
    await wang.says(NOTICE)
    await wang.presses("确认发布")
    await town.tick()
    assert not post.last.calendar, "who does not go has no entry"
    await zhang.opens("/a/1")
    await zhang.presses("报名 · 志愿者")
    await town.tick()
    await town.at("2026-12-02 10:05")
    sent = [mail for mail in post.box.mails if mail.calendar]
    assert [mail.method for mail in sent] == ["REQUEST"], "once"
    first, other = events(sent[0])
    assert str(first["attendee"]) == "mailto:zhang@example.org"
    assert first["attendee"].params["CN"] == "张明"
    assert other.organizer.value == "mailto:tongxin@example.org"
    assert first["dtstart"].dt.isoformat() == "2026-12-05T14:00:00+08:00"
    await wang.opens("/a/1")
    await wang.presses("修改")
    await wang.presses("地点")
    await wang.says("渝碚路文化站")
    await wang.presses("确认修改")
    await town.at("2026-12-02 10:20")
    moved, _ = events(post.last)
    assert "活动变更" in post.last.subject, "the word of the change brings it along"
    assert post.last.method == "REQUEST"
    assert moved["uid"] == first["uid"]
    assert moved["sequence"] > first["sequence"]
    assert "渝碚路" in moved["location"]
    await zhang.opens("/a/1")
    await zhang.presses("我来不了")
    await town.tick()
    await town.at("2026-12-02 10:30")
    gone, _ = events(post.last)
    assert (post.last.method, gone["status"], gone["uid"]) == ("CANCEL", "CANCELLED", first["uid"])
    assert gone["sequence"] > moved["sequence"]
    await zhang.opens("/a/1")
    await zhang.presses("报名 · 志愿者")
    await town.tick()
    await town.at("2026-12-02 10:40")
    again, _ = events(post.last)
    assert post.last.method == "REQUEST"
    assert again["sequence"] > gone["sequence"]
    assert len([mail for mail in post.box.mails if mail.calendar]) == 4


async def test_an_offer_comes_by_mail_and_is_taken_on_the_page(town: Town, post: Post) -> None:
    wang, zhang = town.enters("王统筹", coordinator=True), town.enters("张明", "民盟")
    chen = town.enters("陈小红", "民盟")
    await post.confirms(chen, "chen@example.org")
    await chen.presses("送达方式")
    await chen.presses("改发到：邮箱")
    await wang.opens("/")
    await wang.says(NOTICE)
    await wang.presses("确认发布")
    await town.tick()
    await zhang.opens("/a/1")
    await zhang.presses("报名 · 志愿者")
    await chen.opens("/a/1")
    await chen.presses("候补")
    await zhang.opens("/a/1")
    await zhang.presses("我来不了")
    await zhang.presses("工作")
    await town.tick()
    offer = post.last
    assert offer.to == "chen@example.org"
    assert "递补" in offer.text
    link = re.search(r"http://\S+/a/1", offer.text)
    assert link is not None
    assert link[0] in offer.html
    await chen.opens(link[0])
    await chen.presses("递补")
    assert "您已报名" in chen.reads
    await wang.opens("/")
    await wang.says("/broadcast 周六上午九点集合")
    await wang.presses("全体")
    await wang.presses("确认发送")
    await town.tick()
    told = next(mail for mail in reversed(post.box.mails) if "周六上午九点集合" in mail.text)
    link = re.search(r"http://\S+/messages", told.text)
    assert link is not None
    await wang.opens(wang.path)
    await wang.presses("刷新")
    assert "其中 1 人发到邮箱" in wang.reads
    await chen.opens(link[0])
    await chen.presses("收到")
    await wang.presses("刷新")
    assert "发到邮箱" not in wang.reads


async def test_a_code_that_cannot_be_mailed_is_said_so(town: Town, post: Post) -> None:
    zhang = town.enters("张明", "民盟")
    await post.server.stop()
    await zhang.opens("/settings")
    await zhang.presses("邮箱")
    await zhang.says("zhang@example.org")
    assert "暂时发不出去" in zhang.reads
    assert zhang.status == 200


async def test_without_mail_nobody_reads_of_it(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    town.adapter.site._database.policy = dataclasses.replace(town.corps.database.policy, mail=False)
    await zhang.opens("/")
    await zhang.says("/settings")
    assert not [label for label in zhang.page.labels if "邮箱" in label]

"""A member with a page and a mailbox: the code, messages by mail, and the way out from within a mail."""

import re
from collections.abc import AsyncIterator

import pytest

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

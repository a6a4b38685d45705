"""The corps' year in small through a channel of plain text: nothing of it is Telegram's.

Everybody joins, and the coordinators are named in the settings, so that no row is put in by hand.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.routing.files import Files
from bot.runtime.database import Database
from bot.runtime.files import FileStore
from corps.addresses import Address
from corps.attachments import Attachment, AttachmentKind
from corps.moment import Policy
from corps.system.roster import settle
from scheduler import jobs
from scheduler.jobs import JobContext
from scheduler.timetable import sweep
from tests.base import ROSTER, Corps, StoppedClock
from tests.channels.plain import LONGEST, PLAIN, Person, PlainAdapter, split

NOTICE = """/new
活动：防诈骗公益讲座
类别：公益讲座
时间：2026-12-05 14:00-16:00
地点：磁器口街道金蓉社区
场所：社区
岗位：主讲人 1，志愿者 1
分团：民盟分团"""


class Town:
    """A corps that is reached by plain text only."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        clock = StoppedClock()
        named = frozenset(Address(PLAIN, own) for own in ("wang", "li"))
        self.corps = Corps(Database(engine, clock, Policy(zone=clock, coordinators=named)), clock)
        self.corps.database.run_now(lambda session, at: settle(session, ROSTER, at))
        files = Files(FileStore(folder), {})
        self.adapter = PlainAdapter(self.corps.database, files)
        channel, sender = self.adapter.channel, self.adapter.sender
        self.context = JobContext(self.corps.database, {PLAIN: channel}, {PLAIN: sender}, files)

    async def tick(self) -> None:
        """Let the timetable look for what is due, and deliver it."""
        await sweep(self.context)
        await jobs.deliver_due(self.context)

    async def at(self, wall: str) -> None:
        """Set the clock, and tick."""
        self.corps.clock.set_wall(wall)
        await self.tick()

    async def coordinator(self, own: str, name: str) -> Person:
        """Let somebody in who is named in the settings."""
        person = self.adapter.somebody(own, name)
        await person.types("/start")
        return person

    async def joins(self, name: str, link: str, by: Person) -> Person:
        """Let somebody join by a team's link, admitted by its leader."""
        person = self.adapter.somebody(name)
        await person.types(link)
        await person.chooses("同意")
        await person.types(name)
        await self.tick()
        assert name in by.reads
        await by.chooses("通过")
        await self.tick()
        assert "欢迎加入" in person.reads
        return person


@pytest.fixture
def town(engine: Engine, tmp_path: Path) -> Iterator[Town]:
    """A corps with its roster, and nobody in it yet."""
    town = Town(engine, tmp_path / "files")
    yield town
    town.corps.database.close()


async def invitation(coordinator: Person) -> str:
    """Return what to type to join 民盟, as a coordinator reads it."""
    await coordinator.types("/teams")
    await coordinator.chooses("民盟")
    found = re.search(r"/start join-[\w-]+", coordinator.reads)
    assert found is not None, coordinator.reads
    return found[0]


async def test_the_core_loop_needs_no_telegram(town: Town) -> None:
    wang, li = await town.coordinator("wang", "王统筹"), await town.coordinator("li", "李统筹")
    assert "统筹" in wang.reads
    link = await invitation(wang)
    zhao = await town.joins("赵联络", link, by=wang)
    await wang.types("/teams")
    await wang.chooses("民盟")
    await wang.chooses("赵联络")
    await wang.chooses("设为联络员")
    await town.tick()
    zhang = await town.joins("张明", link, by=zhao)
    chen = await town.joins("陈小红", link, by=zhao)

    await wang.types(NOTICE)
    await wang.chooses("确认发布")
    assert "已发布" in wang.reads
    await town.tick()
    assert "新活动" in zhang.reads
    await zhang.chooses("报名 · 志愿者")
    assert "您已报名：志愿者" in zhang.reads
    await chen.chooses("报名 · 志愿者")
    assert "满" in chen.reads, "the card that chen had was an old one; the answer brings the one of now"
    await chen.chooses("候补")
    assert "候补" in chen.reads
    await zhang.chooses("我来不了")
    assert "有 1 人在候补" in zhang.reads
    await zhang.chooses("工作")
    await town.tick()
    await chen.chooses("递补")
    assert "您已报名：志愿者" in chen.reads

    await town.at("2026-12-04 14:00")
    assert "提醒" in chen.reads
    await town.at("2026-12-05 13:40")
    await chen.types(town.adapter.channel.link_to("act", "1"))
    await chen.chooses("签到")
    assert "您已签到" in chen.reads

    await town.at("2026-12-05 16:05")
    await zhao.chooses("反馈")
    await zhao.chooses("下一步")
    await zhao.types("80")
    await zhao.chooses("现场清点")
    await zhao.types("", Attachment(AttachmentKind.PHOTO, channel=PLAIN, id="f1", unique="u1"))
    await zhao.types("居民听得很认真")
    await zhao.chooses("提交")
    await town.tick()
    assert "受益人次：80" in li.reads
    await li.chooses("核实")
    await chen.types("/quota")
    assert "公益讲座 1/10" in chen.reads


async def test_a_broadcast_is_sent_and_confirmed_by_number(town: Town) -> None:
    wang = await town.coordinator("wang", "王统筹")
    link = await invitation(wang)
    zhang = await town.joins("张明", link, by=wang)
    await wang.types("/broadcast 周六上午九点在磁器口集合，请带好马甲。")
    await wang.chooses("全体")
    await wang.chooses("确认发送")
    await town.tick()
    assert "请带好马甲" in zhang.reads
    await zhang.chooses("收到")
    assert "收到" in zhang.reads
    await wang.types("/broadcast")
    await wang.chooses("最近的群发")
    await wang.chooses("周六上午")
    assert "已确认 1" in wang.reads
    await town.tick()
    await wang.chooses("刷新")
    assert "已确认 1" in wang.reads, "what was sent can't be changed here: it is shown anew"


async def test_a_text_that_is_too_long_for_a_message_here_is_said_to_be(town: Town) -> None:
    wang = await town.coordinator("wang", "王统筹")
    await wang.types("/broadcast " + "长" * (LONGEST + 1))
    assert str(LONGEST) in wang.reads
    assert str(LONGEST + 1) in wang.reads


async def test_a_long_screen_comes_in_several_messages_and_whole(town: Town) -> None:
    wang = await town.coordinator("wang", "王统筹")
    notes = "请穿马甲，自带水杯。" * 48
    await wang.types(f"{NOTICE}\n备注：{notes}")
    assert len(wang.phone.texts) > 1
    assert all(len(text) <= LONGEST for text in wang.phone.texts)
    assert notes in "".join(wang.phone.texts)
    await wang.chooses("确认发布")
    assert "已发布" in wang.reads
    assert "".join(split(["长" * 1200, "尾"])).replace("\n", "") == "长" * 1200 + "尾"


async def test_who_has_closed_the_channel_is_noted_and_those_in_charge_hear(town: Town) -> None:
    wang = await town.coordinator("wang", "王统筹")
    zhang = await town.joins("张明", await invitation(wang), by=wang)
    zhang.phone.closed = True
    await wang.types("/broadcast 在吗")
    await wang.chooses("全体")
    await wang.chooses("确认发送")
    await town.tick()
    await town.at("2026-12-02 10:15")
    assert "📵 张明" in wang.reads

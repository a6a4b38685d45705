"""Two channels at once: everybody is written to where they are, and trouble of one channel is not the other's."""

import pytest

from bot.delivery.sender import Sender
from bot.routing.channel import Channel
from corps import member_addresses
from corps.addresses import Address
from corps.attachments import Attachment, AttachmentKind
from models import Member
from models.enums import MemberStatus
from scheduler import jobs
from scheduler.jobs import JobContext
from scheduler.timetable import sweep
from tests.base import Corps, enter
from tests.channels.plain import PLAIN, Person, PlainAdapter
from tests.stage import Stage


class Both:
    """The bot before the sandbox, and plain text beside it."""

    def __init__(self, stage: Stage, corps: Corps) -> None:
        self.stage = stage
        self.corps = corps
        self.plain = PlainAdapter(corps.database, stage.app.files)
        channels: dict[str, Channel] = {"telegram": stage.app.channel, PLAIN: self.plain.channel}
        senders: dict[str, Sender] = {"telegram": stage.app.sender, PLAIN: self.plain.sender}
        self.context = JobContext(corps.database, channels, senders, stage.app.files)

    def member(self, name: str) -> Person:
        """Admit somebody who is reached by plain text."""
        person = self.plain.somebody(name)
        team, status, now = self.corps.team("民盟"), MemberStatus.ACTIVE, self.corps.clock.now()
        member = Member(name=name, team_id=team, status=status, created_at=now)
        self.corps.run(lambda s, at: enter(s, at, member, person.address))
        return person

    async def tick(self) -> None:
        """Let the timetable look for what is due, and deliver it in both channels."""
        await sweep(self.context)
        await jobs.deliver_due(self.context)


@pytest.fixture
def both(stage: Stage, corps: Corps) -> Both:
    """Both channels, running."""
    return Both(stage, corps)


async def test_a_broadcast_reaches_both_and_both_confirm(both: Both, stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    chen = both.member("陈小红")
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await both.tick()
    assert "周六集合" in zhang.reads()
    assert "周六集合" in chen.reads
    await zhang.taps("收到")
    await chen.chooses("收到")
    await both.tick()
    await wang.taps("刷新")
    assert "已确认 2" in wang.reads()


async def test_while_telegram_is_cut_the_others_get_theirs(both: Both, stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    chen = both.member("陈小红")
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("确认发送")
    stage.outbound.breaker._held_until = float("inf")
    await both.tick()
    assert "周六集合" in chen.reads
    assert "周六集合" not in zhang.reads()
    stage.outbound.breaker._held_until = 0.0
    await both.tick()
    assert "周六集合" in zhang.reads()
    assert chen.reads.count("周六集合") == 1


async def test_who_is_lost_in_one_channel_is_written_to_in_the_other(both: Both, stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    at_home = both.plain.somebody("zhang")
    own = corps.member_id(zhang.id)
    corps.run(member_addresses.add, own, at_home.address)
    corps.run(lambda s, _at: member_addresses.prefer(s, own, at_home.address))
    at_home.phone.closed = True
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await both.tick()
    await both.tick()
    assert "周六集合" in zhang.reads()


async def test_who_was_reached_in_a_channel_that_is_gone_is_noted(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    own, gone = corps.member_id(zhang.id), Address("gone", "zhang")
    corps.run(member_addresses.add, own, gone)
    corps.run(lambda s, _at: member_addresses.prefer(s, own, gone))
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    await stage.tick()
    assert "周六集合" in zhang.reads()
    [lost] = [one for one in corps.run(lambda s, _at: member_addresses.known(s, [own]))[own] if not one.reachable]
    assert lost.address == gone


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\x00\x00\x00\x40\x00\x00\x00\x30"


async def test_a_photo_of_one_channel_is_shown_in_the_other(both: Both, stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    chen = both.member("陈小红")
    await wang.types("/broadcast")
    await wang.sends("photo", PICTURE, caption="周六集合")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await both.tick()
    assert chen.phone.files == [PICTURE]
    assert zhang.from_bot()[-1]["media"]["kind"] == "photo"
    corps.run(member_addresses.add, corps.member_id(wang.id), Address(PLAIN, "wang"))
    at_home = both.plain.somebody("wang")
    both.plain.channel.brought["f1"] = PICTURE
    photo = Attachment(AttachmentKind.PHOTO, type="image/png", channel=PLAIN, id="f1", unique="u1")
    await at_home.types("/broadcast")
    await at_home.types("周日集合", photo)
    await at_home.chooses("全体")
    await at_home.chooses("确认发送")
    await both.tick()
    shown = zhang.from_bot()[-1]
    assert (shown["media"]["kind"], shown["text"]) == ("photo", "周日集合")
    assert chen.phone.files == [PICTURE, PICTURE]

"""The ways in: personal links, one member with several addresses, browsers that are put out."""

import dataclasses
import datetime as dt
import re
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

import handlers
from corps import member_addresses, ratings
from corps.addresses import Address, telegram
from corps.attachments import Attachment, AttachmentKind
from corps.attendance import roll_call
from corps.delivery import status
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.pages import devices, links, messages
from corps.pages.messages import Shown
from corps.people import Actor, recognise
from corps.refusals import Reason, Refused
from models import Activity, Member, Notice, Rating
from models.enums import AttendanceState, Failure, NoticeState, PageMessageKind
from scheduler.live_codes import refresh_codes
from tests.web.browser import Browser
from tests.web.conftest import Town
from tests.web.test_core_loop import joins
from tests.web.test_safe import published
from web.channel import PATHS

WORDS = "只给成员看的话"


async def own_link(browser: Browser) -> str:
    """Return a personal link that somebody makes on their page."""
    await browser.opens("/settings")
    await browser.presses("连接 Telegram")
    return found_link(browser)


def found_link(browser: Browser) -> str:
    """Return the personal link on a page."""
    found = re.search(r"http://127\.0\.0\.1:\d+/p/[\w-]{22}", browser.reads)
    assert found is not None, browser.reads
    return found[0]


def members(town: Town) -> int:
    """Count the members."""
    return town.corps.run(lambda s, _at: s.exec(select(func.count()).select_from(Member)).one())


async def test_a_personal_link_lets_one_browser_in_once_and_says_whom_it_is_for(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    link = await own_link(zhang)
    new, other = town.stranger(), town.stranger()
    for _ in range(2):  # a preview, then the person: opening does nothing
        await new.opens(link)
        assert "您是 张* 吗" in new.reads
    assert "张明" not in new.reads
    await other.opens(link)
    await new.presses("是我，进入")
    assert (new.status, new.path) == (200, "/")
    assert "张明" in new.reads
    await other.presses("是我，进入")
    assert other.status == 404
    assert "已经用过" in other.reads
    assert members(town) == 1
    await town.tick()
    await zhang.opens("/messages")
    assert "新设备（苹果手机）" in zhang.reads


async def test_a_link_holds_for_a_day(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    link = await own_link(zhang)
    town.corps.clock.set_wall("2026-12-03 10:01")
    new = town.stranger()
    await new.opens(link)
    assert new.status == 404
    assert not new.page.forms


async def test_a_leader_helps_a_member_to_a_new_phone(town: Town) -> None:
    zhao, _ = town.enters("赵联络", "民盟", leader=True), town.enters("张明", "民盟")
    await zhao.opens("/")
    await zhao.says("/team")
    await zhao.presses("张明")
    await zhao.presses("发个人页链接")
    new = town.stranger()
    await new.opens(found_link(zhao))
    await new.presses("是我，进入")
    assert "张明" in new.reads


async def test_browsers_are_listed_and_put_out(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    new = town.stranger()
    await new.opens(await own_link(zhang))
    await new.presses("是我，进入")
    await zhang.opens("/settings")
    await zhang.presses("送达方式")
    assert zhang.reads.count("苹果手机") >= 2
    await zhang.presses("退出：苹果手机")  # the one used last
    assert zhang.status == 200
    out = [who for who in (zhang, new) if not await is_in(who)]
    assert len(out) == 1


async def test_a_member_reads_which_ways_are_held_without_a_number_of_ours(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    await zhang.opens("/settings")
    await zhang.presses("我的数据")
    assert "联系方式：个人页\n" in zhang.reads


async def test_the_list_of_browsers_says_which_is_this_one(town: Town) -> None:
    zhang, new = town.enters("张明", "民盟"), town.stranger()
    await new.opens(await own_link(zhang))
    await new.presses("是我，进入")
    for one in (zhang, new):
        await one.opens("/settings")
        await one.presses("送达方式")
        assert one.reads.count("就是您现在用的这台") == 1
        assert sum("就是这台" in label for label in one.page.labels) == 1
    await zhang.presses("就是这台")
    await new.opens("/settings")
    assert new.status == 200
    assert "张明" in new.reads, "it was the other one that was put out"


async def test_who_puts_out_the_own_browser_reads_how_to_come_back(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    await zhang.opens("/settings")
    await zhang.presses("送达方式")
    await zhang.presses("退出：")
    assert "已经退出" in zhang.reads
    assert not zhang.page.buttons, "none would do anything"


async def test_trying_again_does_not_take_an_empty_page_for_one_that_is_read(town: Town) -> None:
    wang, zhang = town.enters("王统筹", coordinator=True), town.enters("张明", "民盟")
    await zhang.opens("/settings")
    await zhang.presses("送达方式")
    await zhang.presses("退出：")
    await wang.opens("/")
    await wang.says("/broadcast 周六集合")
    for label in ("全体", "确认发送"):
        await wang.presses(label)
    await town.tick()
    owed = town.corps.run(_fails, Kind.BROADCAST)
    as_member(town, "王统筹", status.retry, owed)
    await town.tick()
    found = town.corps.run(lambda s, _at: s.get(Notice, owed))
    assert found is not None
    assert (found.state, found.failure) == (NoticeState.FAILED, Failure.NO_BROWSER)


def _fails(session: Session, _at: Moment, kind: Kind) -> int:
    """Let a notice count as failed, so that it may be tried again. Returns its number."""
    owed = session.exec(select(Notice).where(Notice.kind == kind.value)).one()
    owed.state = NoticeState.FAILED
    session.add(owed)
    return owed.id or 0


async def is_in(browser: Browser) -> bool:
    """Tell whether a browser is in still."""
    await browser.opens("/mine")
    return browser.status == 200


async def test_who_leaves_or_is_erased_is_out_at_once(town: Town) -> None:
    for name, way in (
        ("张明", ("离开服务团", "确认离开")),
        ("陈小红", ("我的数据", "删除我的数据", "我要删除", "确认删除")),
    ):
        person = town.enters(name, "民盟")
        await person.opens("/settings")
        for label in way:
            await person.presses(label)
        assert person.status == 200
        assert not await is_in(person)


async def test_who_leaves_and_comes_back_by_the_same_browser_is_the_same_member(town: Town) -> None:
    zhao, zhang = town.enters("赵联络", "民盟", leader=True), town.enters("张明", "民盟")
    await zhang.opens("/settings")
    await zhang.presses("离开服务团")
    await zhang.presses("确认离开")
    assert not await is_in(zhang)
    await joins(town, zhang, await town.invitation(zhao), zhao)
    assert await is_in(zhang)
    assert members(town) == 2
    assert len(as_member(town, "张明", devices.of)) == 1, "the browser that was put out is not listed"


async def test_who_leaves_by_the_page_reads_what_can_still_be_done_and_can_do_it(town: Town) -> None:
    zhao, zhang = town.enters("赵联络", "民盟", leader=True), town.enters("张明", "民盟")
    await zhang.opens("/settings")
    await zhang.presses("离开服务团")
    assert "请先按「返回」" in zhang.reads
    await zhang.presses("确认离开")
    assert "/settings" not in zhang.reads, "it leads nowhere any more"
    await zhang.opens(await town.invitation(zhao))
    await zhang.presses("同意")
    await zhang.opens("/settings")
    for label in ("我的数据", "删除我的数据", "我要删除", "确认删除"):
        await zhang.presses(label)
    assert "已删除" in zhang.reads
    assert not town.corps.run(lambda s, _at: s.exec(select(Member).where(Member.name == "张明")).all())


async def test_what_stands_on_the_page_of_who_comes_back_waits_until_they_are_admitted(town: Town) -> None:
    zhao, zhang = town.enters("赵联络", "民盟", leader=True), town.enters("张明", "民盟")
    page = as_member(town, "张明", lambda _s, actor, _at: actor.address)
    name = town.corps.run(messages.put_file, page, b"picture")
    photo = Attachment(AttachmentKind.PHOTO, "", "image/png", 7, devices.WEB, name, name)
    kept = town.corps.run(messages.keep, page, PageMessageKind.SENT, Shown(WORDS, [], photo))
    await zhang.opens("/mine")
    await zhang.says("/settings")
    old = zhang.path
    town.corps.clock.set_wall("2026-12-02 10:30")
    await zhang.opens("/settings")
    await zhang.presses("离开服务团")
    await zhang.presses("确认离开")
    town.corps.clock.set_wall("2026-12-02 11:00")
    await zhang.opens(await town.invitation(zhao))
    await zhang.presses("同意")
    assert "真实姓名" in zhang.reads, "what came of it is shown"
    for path in ("/", "/messages", old):
        await zhang.opens(path)
        assert (WORDS in zhang.reads, "送达方式" in zhang.reads) == (False, False), path
    await zhang.opens(f"/m/{kept}/photo")
    assert zhang.status == 404
    await zhang.opens("/")
    await zhang.says("张明")
    await town.tick()
    await zhao.opens("/messages")
    await zhao.presses("通过")
    await zhang.opens("/messages")
    assert WORDS in zhang.reads
    await zhang.opens(f"/m/{kept}/photo")
    assert zhang.status == 200


async def test_by_another_browser_the_leader_says_whether_it_is_who_was_here_before(town: Town) -> None:
    zhao, zhang = town.enters("赵联络", "民盟", leader=True), town.enters("张明", "民盟")
    own = as_member(town, "张明", lambda _s, actor, _at: actor.id)
    await zhang.opens("/settings")
    await zhang.presses("离开服务团")
    await zhang.presses("确认离开")
    again = town.stranger("张明")
    await joins(town, again, await town.invitation(zhao), zhao)
    assert as_member(town, "张明", lambda _s, actor, _at: actor.id) == own
    assert await is_in(again)
    assert not await is_in(zhang)


def as_member(town: Town, name: str, operation: object, *args: object) -> Any:  # noqa: ANN401
    """Run an operation as a member."""

    def work(session: Session, at: Moment) -> object:
        own = session.exec(select(Member.id).where(Member.name == name)).one() or 0
        address = member_addresses.known(session, [own])[own][0].address
        assert callable(operation)
        return operation(session, recognise(session, at, address), at, *args)

    return town.corps.run(work)


@pytest.mark.parametrize(
    ("maker", "of", "may"),
    [
        ("赵联络", "张明", True),
        ("赵联络", "孙联络", False),
        ("赵联络", "周民建", False),
        ("赵联络", "王统筹", False),
        ("张明", "赵联络", False),
        ("李统筹", "赵联络", True),
        ("李统筹", "王统筹", False),
        ("张明", "张明", True),
    ],
)
async def test_nobody_gains_an_office_by_a_link(town: Town, maker: str, of: str, may: bool) -> None:
    town.enters("王统筹", coordinator=True)
    town.enters("李统筹", coordinator=True)
    for name, team, leads in (
        ("赵联络", "民盟", True),
        ("孙联络", "民盟", True),
        ("张明", "民盟", False),
        ("周民建", "民建", False),
    ):
        town.enters(name, team, leader=leads)
    own = town.corps.run(lambda s, _at: s.exec(select(Member.id).where(col(Member.name) == of)).one())
    if may:
        as_member(town, maker, links.make, own)
    else:
        with pytest.raises(Refused) as no:
            as_member(town, maker, links.make, own)
        assert no.value.reason is Reason.NOT_ALLOWED


async def test_telegram_and_the_page_are_one_member(town: Town) -> None:
    town.enters("张明", "民盟")
    made = as_member(town, "张明", links.make)
    assert isinstance(made, links.Made)

    def ties(who: Address) -> Actor:
        return town.corps.run(lambda s, at: links.tie(s, recognise(s, at, who), at, made.secret))

    assert ties(telegram(77)).name == "张明"
    assert members(town) == 1
    with pytest.raises(Refused):
        ties(telegram(78))
    ways = as_member(town, "张明", links.ways)
    assert isinstance(ways, links.Ways)
    assert [one.address.channel for one in ways.addresses] == ["web", "telegram"]
    ways = as_member(town, "张明", links.prefer, ways.addresses[1].id)
    assert isinstance(ways, links.Ways)
    assert [one.address.channel for one in ways.addresses] == ["telegram", "web"]


async def test_a_chat_that_is_connected_by_a_link_is_told_of_and_can_be_disconnected(town: Town) -> None:
    zhang, corps = town.enters("张明", "民盟"), town.corps
    for chat in (telegram(77), telegram(78)):
        made = as_member(town, "张明", links.make)
        assert isinstance(made, links.Made)
        corps.run(_ties, chat, made.secret)
        corps.clock.push(dt.timedelta(minutes=1))
    await town.tick()
    await zhang.opens("/messages")
    assert zhang.reads.count("把一个 Telegram 账号连到了您名下") == 2
    await zhang.presses("送达方式")
    assert zhang.page.labels.count("断开：Telegram（12月2日起）") == 2
    await zhang.presses("断开：Telegram")
    assert zhang.page.labels.count("断开：Telegram（12月2日起）") == 1
    assert not corps.run(lambda s, at: recognise(s, at, telegram(77))).is_member
    mine = corps.run(lambda s, at: links.ways(s, recognise(s, at, telegram(78)), at))
    assert not mine.chats, "nobody saws off the branch they sit on"


def _ties(session: Session, at: Moment, chat: Address, secret: str) -> None:
    links.tie(session, recognise(session, at, chat), at, secret)


async def test_who_is_named_a_coordinator_by_a_chat_keeps_it(town: Town) -> None:
    corps = town.corps
    town.enters("王统筹", coordinator=True)
    made = as_member(town, "王统筹", links.make)
    assert isinstance(made, links.Made)
    corps.run(_ties, telegram(77), made.secret)
    corps.database.policy = dataclasses.replace(corps.database.policy, coordinators=frozenset({telegram(77)}))
    ways = as_member(town, "王统筹", links.ways)
    assert isinstance(ways, links.Ways)
    assert not ways.chats, "its first word would make a second coordinator of the same person"
    with pytest.raises(Refused):
        as_member(town, "王统筹", links.untie, ways.addresses[-1].id)


async def test_a_link_for_another_person_says_who_is_put_out_by_it(town: Town) -> None:
    zhang, chen = town.enters("张明", "民盟"), town.enters("陈小红", "民盟")
    link = await own_link(zhang)
    await chen.opens(link)
    assert "您是 张* 吗" in chen.reads
    assert "现在是 陈小红 的个人页" in chen.reads
    await zhang.opens(link)
    assert "现在是" not in zhang.reads


async def test_an_address_of_somebody_else_is_not_taken_over(town: Town) -> None:
    town.enters("张明", "民盟")
    chen = town.enters("陈小红", "民盟")
    made = as_member(town, "张明", links.make)
    assert isinstance(made, links.Made)
    with pytest.raises(Refused) as no:
        as_member(town, "陈小红", links.tie, made.secret)
    assert no.value.reason is Reason.ALREADY_SOMEBODY
    await chen.opens("/mine")
    assert chen.status == 200


async def test_the_secret_in_the_cookie_changes_and_the_old_one_ends(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    first = zhang.client.cookies["tongxin"]
    town.corps.clock.set_wall("2027-01-05 10:00")
    await zhang.opens("/settings")
    await zhang.presses("送达方式")
    assert zhang.client.cookies["tongxin"] != first
    assert town.corps.run(devices.visit, first) is not None, "requests may be under way"
    town.corps.clock.set_wall("2027-01-05 10:11")
    assert town.corps.run(devices.visit, first) is None
    await zhang.opens("/mine")
    assert zhang.status == 200


async def test_every_deep_link_has_a_page(town: Town) -> None:
    assert set(handlers.routes().links) <= set(PATHS)


async def test_who_scans_the_code_on_site_checks_in_on_the_page_by_one_more_press(town: Town) -> None:
    wang, zhang = await published(town)
    await zhang.presses("报名 · 志愿者")
    await town.at("2026-12-05 13:40")
    code = town.corps.run(lambda s, _at: s.exec(select(Activity.check_in_code)).one())
    await zhang.opens(f"/in/{code}")
    assert "您已签到" not in zhang.reads, "opening the link does nothing"
    await zhang.presses("签到")
    assert "您已签到" in zhang.reads
    stranger = town.stranger()
    await stranger.opens(f"/in/{code}")
    assert "邀请链接" in stranger.reads
    await wang.opens("/a/1")
    await wang.presses("现场签到码")
    assert wang.page.pictures


async def test_the_page_with_the_code_on_site_is_loaded_anew_by_itself_and_shows_the_code_of_now(town: Town) -> None:
    wang, _ = await published(town)
    await town.at("2026-12-05 13:40")
    await wang.opens("/a/1")
    await wang.presses("现场签到码")
    here, first = wang.path, digits(wang)
    assert wang.headers["refresh"] == "10", "no script is needed for it"
    town.corps.clock.set_wall("2026-12-05 13:41")
    await refresh_codes(town.context)
    await wang.opens(here)
    assert digits(wang) != first
    assert len(wang.page.pictures) == 1
    town.corps.clock.set_wall("2026-12-05 14:20")
    await refresh_codes(town.context)
    await wang.opens(here)
    assert "refresh" not in wang.headers, "nobody looks at it any more: the next one is for who presses"
    await wang.presses("换新码")
    assert digits(wang)
    assert wang.headers["refresh"] == "10"


def digits(browser: Browser) -> str:
    """Return the six digits on a page."""
    found = re.search(r"\d{3} \d{3}", browser.reads)
    assert found is not None, browser.reads
    return found[0]


async def test_a_guest_without_telegram_says_what_it_was_like(town: Town) -> None:
    corps = town.corps
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:10")
    corps.do(zhao, roll_call.mark, activity, [corps.member_id(zhang)], AttendanceState.PRESENT)
    code = corps.do(zhao, ratings.code_for, activity).code
    guest = town.stranger()
    await guest.opens(f"/r/{code}")
    assert corps.run(lambda s, _at: s.exec(select(Rating)).all()) == [], "looking says nothing"
    await guest.presses("5")
    await guest.says("讲得好")
    said = corps.run(lambda s, _at: s.exec(select(Rating.stars, Rating.words)).all())
    assert [tuple(one) for one in said] == [(5, "讲得好")]
    await guest.opens("/r/nonsense")
    assert guest.status == 404

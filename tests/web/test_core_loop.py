"""The corps' year in small by pages alone, over HTTP, without a line of JavaScript."""

from io import BytesIO

from PIL import Image
from sqlmodel import SQLModel

from tests.web.browser import Browser
from tests.web.conftest import Town

NOTICE = """/new
活动：防诈骗公益讲座
类别：公益讲座
时间：2026-12-05 14:00-16:00
地点：磁器口街道金蓉社区
场所：社区
岗位：主讲人 1，志愿者 1
分团：民盟分团"""


def picture() -> bytes:
    """Return a photo as a telephone makes one, with where it was taken."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "MAKER"
    Image.new("RGB", (64, 48), (200, 30, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue()


async def joins(town: Town, person: Browser, link: str, leader: Browser) -> None:
    """Join by the team's link, admitted by its leader."""
    await person.opens(link)
    assert "我会保留什么" in person.reads
    await person.presses("同意")
    assert "真实姓名" in person.reads
    await person.says(person.name)
    assert "申请已经交给" in person.reads
    await town.tick()
    await leader.opens("/messages")
    assert person.name in leader.reads
    await leader.presses("通过")
    assert f"已通过：{person.name}" in leader.reads
    await town.tick()
    await person.opens("/messages")
    assert "欢迎加入" in person.reads


async def one_place_changes_hands(town: Town, zhang: Browser, chen: Browser) -> None:
    """Sign up, wait, withdraw, and take the freed place."""
    await zhang.opens("/messages")
    assert "新活动" in zhang.reads
    await chen.opens("/messages")
    await zhang.presses("报名 · 志愿者")
    assert "您已报名：志愿者" in zhang.reads
    await chen.presses("报名 · 志愿者")
    assert chen.status == 409
    assert "满" in chen.reads, "the card that chen had was an old one; the answer brings the one of now"
    await chen.presses("候补")
    assert "候补" in chen.reads
    await zhang.opens(zhang.path)
    await zhang.presses("我来不了")
    assert "有 1 人在候补" in zhang.reads
    await zhang.presses("工作")
    await town.tick()
    await chen.opens("/messages")
    await chen.presses("递补")
    assert "您已报名：志愿者" in chen.reads


async def report(leader: Browser) -> None:
    """Report what was, with two photos."""
    await leader.opens("/messages")
    await leader.presses("反馈")
    await leader.presses("下一步")
    await leader.says("80")
    await leader.presses("现场清点")
    await leader.says("", ("IMG_1.JPG", picture()), ("IMG_2.JPG", picture()[:-2] + b"\xff\xd9"))
    await leader.says("居民听得很认真")
    await leader.presses("提交")


async def test_the_core_loop_needs_nothing_but_pages(town: Town) -> None:
    wang, li = town.enters("王统筹", coordinator=True), town.enters("李统筹", coordinator=True)
    zhao = town.enters("赵联络", "民盟", leader=True)
    zhang, chen = town.stranger("张明"), town.stranger("陈小红")
    link = await town.invitation(zhao)
    await joins(town, zhang, link, zhao)
    await joins(town, chen, link, zhao)
    await wang.opens("/")
    await wang.says(NOTICE)
    await wang.presses("确认发布")
    assert "已发布" in wang.reads
    await town.tick()
    await one_place_changes_hands(town, zhang, chen)
    await town.at("2026-12-04 14:00")
    await chen.opens("/")
    assert "提醒" in chen.reads
    await town.at("2026-12-05 13:40")
    await chen.opens("/a/1")
    await chen.presses("签到")
    assert "您已签到" in chen.reads
    await town.at("2026-12-05 16:05")
    await report(zhao)
    await town.tick()
    await li.opens("/messages")
    assert "受益人次：80" in li.reads
    await li.presses("核实")
    assert li.reads.count("已核实，计入五个10") == 1, "once is enough"
    await chen.opens("/")
    await chen.says("/quota")
    assert "公益讲座 1/10" in chen.reads


async def test_a_broadcast_is_confirmed_on_the_page(town: Town) -> None:
    wang, zhang = town.enters("王统筹", coordinator=True), town.enters("张明", "民盟")
    await wang.opens("/")
    await wang.says("/broadcast 周六上午九点集合", ("现场.jpg", picture()))
    await wang.presses("全体")
    await wang.presses("确认发送")
    await town.tick()
    await zhang.opens("/")
    assert "周六上午九点集合" in zhang.reads
    assert "消息（1）" in zhang.page.links
    [photo] = zhang.page.pictures
    answer = await zhang.client.get(photo)
    assert answer.headers["content-type"] == "image/jpeg"
    assert b"MAKER" not in answer.content
    await zhang.presses("收到")
    await zhang.opens("/messages")
    assert "消息" in zhang.page.links
    await town.tick()
    await wang.opens(wang.path)
    await wang.presses("刷新")
    assert "已确认 1" in wang.reads


async def test_a_form_that_is_sent_again_does_nothing_twice(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    wang = town.enters("王统筹", coordinator=True)
    await wang.opens("/")
    await wang.says(NOTICE)
    again = wang.values_of("确认发布")
    await wang.presses("确认发布")
    await wang.send("/do", again)
    await town.tick()
    await zhang.opens("/messages")
    assert zhang.reads.count("新活动") == 1
    sign_up = zhang.values_of("报名 · 志愿者")
    await zhang.presses("报名 · 志愿者")
    shown = zhang.path
    await zhang.presses("我来不了")
    await zhang.send("/do", sign_up)
    assert "您已报名" not in zhang.reads, "a tap that comes again shows what is now, and takes no place again"
    await zhang.opens(shown)
    assert zhang.status == 200


async def test_opening_pages_changes_nothing(town: Town) -> None:
    zhao = town.enters("赵联络", "民盟", leader=True)
    wang = town.enters("王统筹", coordinator=True)
    await wang.opens("/")
    await wang.says(NOTICE)
    await wang.presses("确认发布")
    await town.tick()
    link = await town.invitation(zhao)
    await zhao.says("/broadcast 例会")
    before = dump(town)
    stranger = town.stranger()
    for path in (link, "/", "/activities", "/mine", "/messages", "/settings", "/a/1", "/c/1", "/in/x", "/j/x", "/t/1"):
        for who in (zhao, wang, stranger):
            await who.opens(path)
            assert who.status in (200, 404, 403), (path, who.reads)
    assert dump(town) == before


def dump(town: Town) -> list[str]:
    """Return every row of the database, whichever it is."""
    with town.corps.engine.connect() as connection:
        tables = SQLModel.metadata.sorted_tables
        return sorted(f"{table.name} {tuple(row)}" for table in tables for row in connection.execute(table.select()))

"""What somebody meets who is new to the page, or lost the way to it: strangers, newcomers, refused answers, links."""

import pytest

from tests.web.conftest import Town
from tests.web.test_core_loop import joins
from tests.web.test_safe import published

BACK_IN = "不用再加入"


@pytest.mark.parametrize("path", ["/", "/messages", "/mine", "/activities", "/settings", "/a/99"])
async def test_whoever_changed_the_phone_reads_on_every_page_how_to_get_in_again(town: Town, path: str) -> None:
    stranger = town.stranger()
    await stranger.opens(path)
    assert BACK_IN in stranger.reads
    assert "还没有消息" not in stranger.reads, "a mail's link leads here, and there are messages"


async def test_a_wrong_link_to_an_activity_says_so(town: Town) -> None:
    stranger = town.stranger()
    await stranger.opens("/a/99")
    assert "这个活动链接不对，或者已经失效" in stranger.reads


async def test_a_newcomer_is_asked_one_thing_and_for_no_file(town: Town) -> None:
    zhao, sun = town.enters("赵联络", "民盟", leader=True), town.stranger("孙秀英")
    await sun.opens(await town.invitation(zhao))
    await sun.presses("同意")
    await sun.opens("/")
    assert "真实姓名" in sun.reads
    assert "邀请链接" not in sun.reads, "it is asked for the name: how to begin is no news"
    assert "照片或文件" not in sun.reads
    await joins(town, sun, await town.invitation(zhao), zhao)
    await sun.opens("/")
    assert "照片或文件" in sun.reads


async def test_whatever_is_not_taken_the_question_stands_below(town: Town) -> None:
    zhao = town.enters("赵联络", "民盟", leader=True)
    await zhao.opens("/settings")
    await zhao.presses("改姓名")
    for words, files in (("", ()), ("", (("a.html", b"<script>"),)), ("x" * 30_000, ())):
        await zhao.says(words, *files)
        assert zhao.status == 422
        assert "请发一下正确的姓名" in zhao.reads
    await zhao.says("赵新名")
    await zhao.opens("/settings")
    assert "赵新名" in zhao.reads


async def test_an_invitation_has_words_for_a_group_chat_and_a_preview_that_names_nobody(town: Town) -> None:
    zhao, somebody = town.enters("赵联络", "民盟", leader=True), town.stranger()
    link = await town.invitation(zhao)
    copied = zhao.reads[zhao.reads.index("复制邀请") :]
    assert "填上姓名就行" in copied
    assert link in copied
    await somebody.opens(link)
    preview = somebody.page.properties
    assert "民盟" in preview["og:title"]
    assert "同意" in preview["og:description"]
    assert "赵联络" not in str(preview)
    image = await somebody.client.get(preview["og:image"])
    assert image.content.startswith(b"\x89PNG")
    await somebody.opens("/j/nope")
    assert not somebody.page.properties
    assert (await somebody.client.get("/j/nope/picture")).status_code == 404


async def test_an_activity_is_passed_on_with_its_time_and_place(town: Town) -> None:
    wang, _zhang = await published(town)
    await wang.opens("/a/1")
    await wang.presses("分享链接")
    copied = wang.reads[wang.reads.index("复制") :]
    assert all(word in copied for word in ("防诈骗公益讲座", "12月5日（周六）14:00", "金蓉社区", f"{town.url}/a/1"))


async def test_what_is_new_on_the_first_page_is_put_away_there(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    await zhang.opens("/")
    assert "都看过了" not in zhang.page.labels
    wang = town.corps.coordinator("王统筹")
    town.corps.publish(wang)
    await town.tick()
    await zhang.opens("/")
    assert "未读" in zhang.reads
    await zhang.presses("都看过了")
    assert (zhang.status, zhang.path) == (200, "/")
    assert "未读" not in zhang.reads
    assert "都看过了" not in zhang.page.labels
    await zhang.opens("/messages")
    assert "防诈骗公益讲座" in zhang.reads

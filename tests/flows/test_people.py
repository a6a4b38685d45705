"""Teams, roles and members, as people meet them on their phones."""

import pytest

from bot.callbacks.joining import AdmitTap
from bot.callbacks.teams import (
    DecideTap,
    InvitationTap,
    MemberTap,
    MoveTap,
    OpeningsTap,
    RemoveTap,
    RequestsTap,
    RoleTap,
    TeamsTap,
    TeamTap,
)
from corps.membership import joining, leaving, roles
from corps.membership.roles import Role
from models.enums import MemberStatus
from tests.base import Corps
from tests.corps.membership.test_roles import row
from tests.stage import Player, Stage


async def invite(coordinator: Player, team: str = "民盟分团") -> str:
    """Open a team's card as a coordinator does, and return the payload of the invitation it shows."""
    await coordinator.types("/teams")
    await coordinator.taps(team)
    return coordinator.reads().split("?start=")[1].split()[0]


def menu(player: Player) -> set[str]:
    """Return the commands Telegram offers somebody."""
    shown = player.stage.sandbox.world.commands.shown(player.id, player.id, "zh")
    return {command["command"] for command in shown}


async def test_a_team_gets_its_first_leader_from_a_newcomer(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    payload = await invite(wang)
    assert f"https://t.me/{stage.app.bot.username}?start=join-" in wang.reads()
    newcomer = await stage.stranger("小陈")
    await newcomer.starts(payload)
    await newcomer.taps("同意")
    await newcomer.types("陈小红")
    await stage.tick()
    assert "陈小红" in wang.reads()
    await wang.taps("通过")
    assert "team" not in menu(newcomer)
    await wang.types("/teams")
    await wang.taps("民盟分团")
    await wang.taps("陈小红")
    await wang.taps("设为联络员")
    assert "陈小红 现在是民盟分团的联络员" in wang.reads()
    assert "team" in menu(newcomer)
    await stage.tick()
    assert "您现在是民盟分团的联络员" in newcomer.reads()
    await newcomer.types("/team")
    assert "联络员：陈小红" in newcomer.reads()


async def test_a_name_is_asked_for_again_until_it_is_one(stage: Stage, corps: Corps) -> None:
    newcomer = await stage.stranger("小陈")
    payload = await invite(await stage.enter(corps.coordinator()))
    await newcomer.starts(payload)
    await newcomer.taps("同意")
    await newcomer.types("13800138000")
    assert "不像姓名" in newcomer.reads()
    await newcomer.sends("sticker")
    assert "不像姓名" in newcomer.reads()
    await newcomer.types("<b>陈</b>")
    assert "不像姓名" in newcomer.reads()
    await newcomer.types("陈小红")
    assert "申请已经交给统筹：王统筹" in newcomer.reads()


async def test_a_revoked_link_says_so_and_a_new_one_works(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    old = await invite(wang)
    await wang.taps("停用链接")
    assert "停用" in wang.reads()
    await wang.taps("确认停用")
    assert "https://" not in wang.reads()
    newcomer = await stage.stranger("小陈")
    await newcomer.starts(old)
    assert "已经失效" in newcomer.reads()
    await wang.taps("生成邀请链接")
    new = wang.reads().split("?start=")[1].split()[0]
    assert new != old
    await newcomer.starts(new)
    assert "同意" in "".join(newcomer.buttons())


async def test_renewing_asks_first_and_back_leaves_everything_as_it_was(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    old = await invite(wang)
    await wang.taps("换新链接")
    await wang.taps("返回")
    assert old in wang.reads()
    await wang.taps("换新链接")
    await wang.taps("确认更换")
    assert old not in wang.reads()
    assert "?start=join-" in wang.reads()


async def test_a_member_of_another_team_who_opens_an_invitation_is_told_where_they_are(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明", "民建"))
    await zhang.starts(await invite(wang, "民盟分团"))
    assert "您已经是民建分团的成员" in zhang.reads()


async def test_requests_are_decided_on_the_teams_card(stage: Stage, corps: Corps) -> None:
    leader = await stage.enter(corps.leader("赵联络"))
    wang = corps.coordinator()
    code = corps.do(wang, joining.invitation_of, corps.team("民盟"))
    newcomers = [await stage.stranger(name) for name in ("甲", "乙")]
    for newcomer, name in zip(newcomers, ("陈小红", "李小明"), strict=True):
        corps.do(newcomer.id, joining.apply, code, name)
        stage.sandbox.world.started.add(newcomer.id)
    await leader.types("/team")
    await leader.taps("待审核申请（2）")
    await leader.taps("通过 陈小红")
    assert "已通过：陈小红" in leader.reads()
    await leader.taps("拒绝 李小明")
    assert "没有等待审核的申请" in leader.reads()
    await stage.tick()
    assert "欢迎加入民盟分团" in newcomers[0].reads()
    assert "没有通过" in newcomers[1].reads()
    await newcomers[1].starts()
    assert "想再申请" in newcomers[1].reads()


async def test_one_coordinator_appoints_another_and_the_last_one_stays(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/teams")
    await wang.taps("统筹和未分团的人")
    await wang.taps("王统筹")
    await wang.taps("取消统筹")
    assert "不再做统筹吗" in wang.reads()
    await wang.taps("取消统筹")
    assert wang.toasts()[-1] == "至少要留一位统筹。"
    await wang.types("/teams")
    await wang.taps("民盟分团")
    await wang.taps("张明")
    await wang.taps("设为统筹")
    await wang.taps("设为统筹")
    await stage.tick()
    assert "您现在是服务团的统筹" in zhang.reads()
    assert "teams" in menu(zhang)
    await wang.types("/teams")
    await wang.taps("统筹和未分团的人")
    await wang.taps("王统筹")
    await wang.taps("取消统筹")
    await wang.taps("取消统筹")
    assert "teams" not in menu(wang)
    await wang.types("/teams")
    assert "这是统筹的功能" in wang.reads()


async def test_a_member_is_moved_and_everybody_concerned_hears_of_it(stage: Stage, corps: Corps) -> None:
    leader = await stage.enter(corps.leader("赵联络", "民盟"))
    other = await stage.enter(corps.leader("钱联络", "民建"))
    zhang = await stage.enter(corps.member("张明", "民盟"))
    await leader.types("/team")
    await leader.taps("张明")
    await leader.taps("换分团")
    await leader.taps("民建分团")
    assert "已换到民建分团" in leader.reads()
    await stage.tick()
    assert "您换到了民建分团" in zhang.reads()
    assert "张明 从别的分团换到了民建分团" in other.reads()
    await other.taps("张明")
    assert "分团：民建分团" in other.reads()
    await leader.taps("返回")
    assert "张明" not in "".join(leader.buttons())


async def test_a_member_is_removed_after_a_question(stage: Stage, corps: Corps) -> None:
    corps.coordinator()
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    await leader.types("/team")
    await leader.taps("张明")
    await leader.taps("移出服务团")
    assert row(corps, zhang.id).status is MemberStatus.ACTIVE
    await leader.taps("确认移出")
    await stage.tick()
    assert "您已不在民盟分团的名单里" in zhang.reads()
    await zhang.types("/start")
    assert "您已离开服务团" in zhang.reads()
    await zhang.types("你好")
    assert "您已离开服务团" in zhang.reads()


async def test_a_long_list_of_members_is_paged(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    for number in range(20):
        corps.member(f"成员{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉'[number]}")
    await wang.types("/teams")
    await wang.taps("民盟分团 · 20人")
    assert {"1/2", "成员酉"} <= set(wang.buttons()), "the newest first"
    await wang.taps("▶")
    assert {"2/2", "成员甲", "成员丁"} <= set(wang.buttons())
    await wang.taps("▶")
    assert {"1/2", "成员酉"} <= set(wang.buttons())
    await wang.taps("成员酉")
    assert "成员酉" in wang.reads()


async def test_a_leaders_card_leads_to_what_still_lacks_people(stage: Stage, corps: Corps) -> None:
    corps.publish(corps.coordinator())
    leader = await stage.enter(corps.leader("赵联络"))
    await leader.types("/team")
    await leader.taps("还缺人的岗位（2）")
    assert "志愿者：还缺 5 人" in leader.reads()
    await leader.taps("防诈骗公益讲座 · 志愿者")
    assert "防诈骗公益讲座" in leader.reads()
    assert any("报名" in label for label in leader.buttons())


async def test_a_coordinator_without_a_team_is_shown_the_way_from_team_to_teams(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/team")
    assert "没有担任哪个分团的联络员" in wang.reads()
    await wang.taps("分团")
    assert any("民盟分团" in label for label in wang.buttons())


async def test_who_blocks_the_bot_is_marked_on_the_team_and_unmarked_on_return(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/start")
    stage.sandbox.world.block(zhang.id, blocked=True)
    await stage.settled()
    await wang.types("/teams")
    await wang.taps("民盟分团")
    assert "📵 张明" in wang.buttons()
    await wang.taps("张明")
    assert "联系不上" in wang.reads()
    stage.sandbox.world.block(zhang.id, blocked=False)
    await stage.settled()
    await wang.taps("返回")
    assert "张明" in wang.buttons()


async def test_a_new_version_of_the_consent_is_asked_on_start(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = corps.coordinator()
    zhang = await stage.stranger("小张")
    corps.do(zhang.id, joining.apply, corps.do(wang, joining.invitation_of, corps.team("民盟")), "张明")
    corps.do(wang, joining.decide, corps.member_id(zhang.id), admit=True)
    monkeypatch.setattr(joining, "CONSENT_VERSION", "2027-1")
    await zhang.starts()
    assert "张明，您好" in zhang.reads(back=2)
    assert "我们更新了" in zhang.reads()
    await zhang.types("/quota")
    assert "公益讲座" in zhang.reads(), "they keep working meanwhile"
    await zhang.taps("同意")
    assert row(corps, zhang.id).consent_version == "2027-1"
    await zhang.types("/start")
    assert "张明，您好" in zhang.reads()


WISHES = (
    TeamsTap(),
    TeamTap(1, 0),
    TeamTap(0, 0),
    InvitationTap(1, renew=True, sure=True),
    RequestsTap(1),
    DecideTap(1, 1, admit=True),
    AdmitTap(1, admit=True),
    OpeningsTap(1, 0),
    MemberTap(1),
    RoleTap(1, Role.COORDINATOR, on=False),
    MoveTap(1, 2),
    RemoveTap(1, sure=True),
)


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.pack())
async def test_a_forged_tap_gets_a_member_nothing(stage: Stage, corps: Corps, wish: TeamsTap) -> None:
    corps.coordinator("王统筹")
    corps.coordinator("李统筹")
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/start")
    await zhang.forges(wish.pack())
    assert "的功能" in zhang.toasts()[-1]
    assert "张明，您好" in zhang.reads()


@pytest.mark.parametrize("wish", [w for w in WISHES if not isinstance(w, AdmitTap)], ids=lambda wish: wish.pack())
async def test_a_forged_tap_gets_a_leader_nothing_of_another_team(stage: Stage, corps: Corps, wish: TeamsTap) -> None:
    corps.coordinator("王统筹")
    corps.coordinator("李统筹")
    leader = await stage.enter(corps.leader("钱联络", "民建"))
    assert corps.team("民建") != 1
    await leader.types("/start")
    before = leader.reads()
    await leader.forges(wish.pack())
    assert leader.toasts()[-1], "an alert says why not"
    assert leader.reads() == before


async def test_an_old_card_of_somebody_who_has_gone_says_so(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    li = corps.coordinator("李统筹")
    zhang = corps.member("张明")
    await wang.types("/teams")
    await wang.taps("民盟分团")
    await wang.taps("张明")
    corps.do(li, leaving.remove, corps.member_id(zhang))
    await wang.taps("设为联络员")
    assert "已经不在名单里了" in wang.toasts()[-1]


async def test_the_same_button_twice_does_it_once(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = corps.member("张明")
    await wang.types("/teams")
    await wang.taps("民盟分团")
    await wang.taps("张明")
    corps.do(wang.id, roles.set_leader, corps.member_id(zhang), on=True)
    await wang.taps("设为联络员")
    assert wang.toasts()[-1] == "已经是这样了，不用再点。"
    assert any("取消联络员" in label for label in wang.buttons())


async def test_consent_may_be_typed_and_other_words_show_again_what_is_asked(stage: Stage, corps: Corps) -> None:
    leader = corps.leader("赵联络")
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    newcomer = await stage.stranger("小陈")
    await newcomer.starts(f"join-{code}")
    await newcomer.types("这是什么？")
    assert "被邀请加入民盟分团" in newcomer.reads()
    await newcomer.types("同意")
    assert "真实姓名" in newcomer.reads()
    await newcomer.types("陈小红")
    assert "申请已经交给" in newcomer.reads()


async def test_somebody_from_outside_gets_the_way_in_and_no_figures(stage: Stage) -> None:
    stranger = await stage.stranger("路人")
    for typed in ("/quota", "/help", "/cancel"):
        await stranger.types(typed)
        assert not any("五个10" in label for label in stranger.buttons())
    await stranger.types("/quota")
    assert "邀请链接" in stranger.reads()


async def test_who_blocks_the_bot_is_named_to_the_leader_once_and_any_start_link_brings_them_back(
    stage: Stage, corps: Corps
) -> None:
    wang = corps.coordinator("王统筹")
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    activity = corps.publish(wang)
    stage.sandbox.world.block(zhang.id, blocked=True)
    await stage.settled()
    await stage.at("2026-12-02 10:15")
    await stage.at("2026-12-02 10:30")
    assert leader.reads_all().count("张明 收不到我的消息了") == 1
    assert zhang.reads() == ""
    stage.sandbox.world.block(zhang.id, blocked=False)
    await zhang.starts(f"act-{activity}")
    await stage.tick()
    assert zhang.reads_all().count("📢 新活动") == 1, "the card that could not be brought comes after all"
    await leader.types("/team")
    assert "📵" not in "".join(leader.buttons())

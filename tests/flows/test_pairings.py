"""Rural-aid pairings: one person registers, another confirms, and only then the line moves."""

from tests.base import Corps
from tests.stage import Player, Stage


async def registers(player: Player, partner: str = "歌乐山镇天池村", since: str | None = "2026-03-12") -> None:
    """Answer the questions of a registration up to 提交; a leader is not asked for the team."""
    await player.types("/pairings")
    await player.taps("登记结对")
    if "哪个分团" in player.reads():
        await player.taps("民建")
    await player.types(partner)
    await player.types("歌乐山镇")
    await (player.types(since) if since else player.taps("今天"))
    await player.taps("提交")


async def test_a_second_coordinator_confirms_and_the_line_moves(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    li = await stage.enter(corps.coordinator("李统筹"))
    await registers(wang)
    assert "等另一位统筹确认" in wang.reads()
    assert "确认" not in wang.buttons()
    await wang.types("/quota")
    assert "助农结对 0/10" in wang.reads()
    assert "待核实 1 个" in wang.reads()

    await stage.tick()
    assert "等您确认" in li.reads()
    assert "3月12日" in li.reads()
    await li.taps("确认")
    await stage.tick()
    assert "已计入五个10" in wang.reads()
    await wang.types("/quota")
    assert "助农结对 1/10" in wang.reads()


async def test_a_leader_registers_for_the_own_team_and_corrects_what_comes_back(stage: Stage, corps: Corps) -> None:
    li = await stage.enter(corps.coordinator("李统筹"))
    leader = await stage.enter(corps.leader("赵联络", "民建"))
    await registers(leader, "天池村合作社", since=None)
    await stage.tick()
    await li.taps("退回")
    await li.types("请写清楚是哪个社")
    await stage.tick()
    assert "请写清楚是哪个社" in leader.reads()
    await leader.taps("修改")
    await leader.taps("重新填")
    await leader.types("天池村第一合作社")
    await leader.types("歌乐山镇")
    await leader.taps("今天")
    await leader.taps("提交")
    await stage.tick()
    assert "天池村第一合作社" in li.reads()
    await li.taps("确认")
    await li.types("/pairings")
    assert li.reads().count("天池村") == 1


async def test_a_member_and_a_stranger_learn_whose_door_it_is(stage: Stage, corps: Corps) -> None:
    member = await stage.enter(corps.member("张明"))
    await member.types("/pairings")
    assert "联络员的功能" in member.reads()


async def test_ending_takes_a_reason_and_a_year_that_is_over_keeps_its_number(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    li = await stage.enter(corps.coordinator("李统筹"))
    await registers(wang)
    await stage.tick()
    await li.taps("确认")
    await stage.at("2027-02-01 10:00")
    await li.types("/pairings 2026")
    await li.taps("歌乐山镇天池村")
    await li.taps("结束")
    await li.types("合作社解散了")
    assert "合作社解散了" in li.reads()
    await li.types("/quota 2026")
    assert "助农结对 1/10" in li.reads()


async def test_a_future_date_and_an_unclear_one_are_asked_again(stage: Stage, corps: Corps) -> None:
    leader = await stage.enter(corps.leader("赵联络", "民建"))
    await leader.types("/pairings")
    await leader.taps("登记结对")
    await leader.types("天池村")
    await leader.types("歌乐山镇")
    await leader.types("2026-12-31")
    assert "还没到" in leader.reads()
    await leader.types("那年春天")
    assert "看不懂" in leader.reads()
    await leader.types("2026年3月12日")
    assert "提交" in leader.buttons()


async def test_the_same_partner_is_not_registered_twice(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    await registers(wang)
    await registers(wang)
    assert "已经登记过了" in wang.toasts()[-1]

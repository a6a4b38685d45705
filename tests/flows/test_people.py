"""Teams, roles and members, as people meet them on their phones."""

from tests.base import Corps
from tests.stage import Player, Stage


async def invite(coordinator: Player, team: str = "民盟分团") -> str:
    """Open a team's card as a coordinator does, and return the payload of the invitation it shows."""
    await coordinator.types("/teams")
    await coordinator.taps(team)
    return coordinator.reads().split("?start=")[1].split()[0]


async def test_a_team_gets_its_first_leader_from_a_newcomer(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    payload = await invite(wang)
    assert "https://t.me/" in wang.reads()
    newcomer = await stage.stranger("小陈")
    await newcomer.starts(payload)
    await newcomer.taps("同意")
    await newcomer.types("陈小红")
    await stage.tick()
    assert "陈小红" in wang.reads()
    await wang.taps("通过")
    await wang.types("/teams")
    await wang.taps("民盟分团")
    await wang.taps("陈小红")
    await wang.taps("设为联络员")
    assert "陈小红 现在是民盟分团的联络员" in wang.reads()
    await stage.tick()
    assert "您现在是民盟分团的联络员" in newcomer.reads()
    await newcomer.types("/team")
    assert "联络员：陈小红" in newcomer.reads()

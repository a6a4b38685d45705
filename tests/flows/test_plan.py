"""A coordinator plans by the chat: /plan, 采纳, and the team's leader answers; the solver runs in its own process."""

from sqlmodel import Session, col, select

from corps.moment import Moment
from models import PlanProposal
from tests.base import Corps
from tests.stage import Stage


def _proposals(session: Session, _at: Moment) -> list[tuple[int | None, str]]:
    rows = session.exec(select(PlanProposal).order_by(col(PlanProposal.id))).all()
    return [(row.id, row.state) for row in rows]


async def test_a_proposal_becomes_a_draft_and_the_leader_says_whether_it_suits(stage: Stage, corps: Corps) -> None:
    corps.clock.set_wall("2026-11-20 10:00")
    wang, zhao = await stage.enter(corps.coordinator()), await stage.enter(corps.leader("赵联络"))
    await wang.types("/plan")
    assert "排一排" in wang.reads()
    assert "民盟" in wang.reads()
    await wang.taps("采纳")
    assert "已存为草稿" in wang.reads()
    once = wang.reads(), wang.buttons()
    before = corps.run(_proposals)
    await stage.brings_again(wang)
    assert (wang.reads(), wang.buttons()) == once, "no new search when the tap comes again"
    assert corps.run(_proposals) == before
    await stage.tick()
    assert "这个时间合适吗" in zhao.reads()
    await zhao.taps("不合适")
    assert "说：不合适" in zhao.reads()
    await stage.tick()
    assert "说不合适" in wang.reads()

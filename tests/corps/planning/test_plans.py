"""What becomes of proposals: kept, accepted as a draft, exchanged, never for this team; and what the team says."""

import datetime as dt

import pytest

from bot.solver.child import solve
from bot.solver.solver import as_data
from bot.texts.voice import Voice
from bot.views.planning import plan as views
from corps.activities import cards, planning
from corps.notices.kinds import Kind
from corps.planning import plan_answers, plans
from corps.planning.plans import Give, PlanView
from corps.planning.problem import Solution
from corps.refusals import Reason, Refused
from models.enums import ActivityState
from tests.base import Corps


def planned(corps: Corps, who: int, year: int | None = None) -> PlanView:
    """Look, search and keep, as `/plan` does."""
    search = corps.do(who, plans.look, year)
    chosen = solve(as_data(search.problem))["chosen"] if search.problem.costs else ()
    return corps.do(who, plans.keep, search, Solution(tuple(chosen)))


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator, in a corps where only 民盟 and 农工党 have people, on 1 September."""
    corps.clock.set_wall("2026-09-01 10:00")
    corps.member("张明")
    corps.member("钱医生", "农工党")
    return corps.coordinator()


def test_a_plan_stays_until_somebody_decides_and_asks_for_what_is_missing(corps: Corps, wang: int) -> None:
    found = planned(corps, wang)
    codes = [proposal.category.code for proposal in found.proposals]
    assert {code: codes.count(code) for code in codes} == {"lecture": 10, "clinic": 10, "care": 4} or len(codes) > 20
    assert all(proposal.starts_at >= corps.instant("2026-09-15 00:00") for proposal in found.proposals)
    again = planned(corps, wang)
    assert [proposal.id for proposal in again.proposals] == [proposal.id for proposal in found.proposals]
    short = {shortage.category.code: shortage.give for shortage in found.shortages}
    assert short["promotion"] is Give.NO_PEOPLE, "the teams it suits have no members"


def test_an_accepted_one_is_a_draft_and_the_leader_is_asked(corps: Corps, wang: int) -> None:
    zhao = corps.leader("赵联络")
    proposal = next(p for p in planned(corps, wang).proposals if p.team == "民盟")
    done = corps.do(wang, plans.accept, proposal.id, "地点待定", "志愿者")
    card = corps.do(wang, cards.see, done.activity_id)
    assert card.state is ActivityState.DRAFT
    assert (card.starts_at, card.title) == (proposal.starts_at, proposal.category.zh)
    assert done.asked.names == ("赵联络",)
    assert corps.told(Kind.PLAN_ASK) == {zhao}
    corps.do(zhao, plan_answers.answer, proposal.id, suits=False)
    assert corps.told(Kind.PLAN_ANSWER) == {wang}
    with pytest.raises(Refused) as no:
        corps.do(wang, plans.accept, proposal.id, "地点待定", "志愿者")
    assert no.value.reason is Reason.ALREADY_DECIDED
    assert proposal.id not in {p.id for p in planned(corps, wang).proposals}


def test_roles_are_those_of_the_last_event_of_the_category(corps: Corps, wang: int) -> None:
    corps.publish(wang, corps.plan("讲座", "2026-09-05 14:00", "2026-09-05 16:00"))
    proposal = next(p for p in planned(corps, wang).proposals if p.category.code == "lecture")
    card = corps.do(wang, cards.see, corps.do(wang, plans.accept, proposal.id, "地点待定", "志愿者").activity_id)
    assert [(slot.role, slot.places) for slot in card.slots] == [("主讲人", 1), ("志愿者", 5)]


def test_another_one_is_of_another_team_or_week_and_never_leaves_the_team_out(corps: Corps, wang: int) -> None:
    first = next(p for p in planned(corps, wang).proposals if p.category.code == "lecture")
    assert corps.do(wang, plans.take_another, first.id) == 2026
    later = planned(corps, wang)
    lectures = {(p.team, p.starts_at) for p in later.proposals if p.category.code == "lecture"}
    assert (first.team, first.starts_at) not in lectures
    barred = next(p for p in later.proposals if p.category.code == "clinic")
    corps.do(wang, plans.never, barred.id)
    without = planned(corps, wang)
    assert not [p for p in without.proposals if (p.category.code, p.team) == ("clinic", barred.team)]
    assert [b.team for b in without.barred] == [barred.team]
    short = next(shortage for shortage in without.shortages if shortage.category.code == "clinic")
    assert (short.give, short.more) == (Give.BARRED, (barred.team,))
    corps.do(wang, plans.bring_back, barred.id)
    assert [p for p in planned(corps, wang).proposals if p.category.code == "clinic"]


def test_a_proposal_whose_day_has_come_near_or_whose_team_got_something_else_is_let_go(corps: Corps, wang: int) -> None:
    first = planned(corps, wang).proposals[0]
    corps.clock.set_wall("2026-12-20 10:00")
    view = planned(corps, wang)
    assert first.id not in {p.id for p in view.proposals}
    assert view.proposals == ()
    assert {shortage.give for shortage in view.shortages} == {Give.NO_TIME, Give.NO_PEOPLE}


def test_the_year_to_come_can_be_planned_as_a_whole(corps: Corps, wang: int) -> None:
    view = planned(corps, wang, 2027)
    assert min(p.starts_at for p in view.proposals) < corps.instant("2027-03-01 00:00")
    with pytest.raises(Refused):
        corps.do(wang, plans.look, 2030)


def test_each_proposal_says_why_and_has_its_buttons(corps: Corps, wang: int) -> None:
    corps.publish(wang, corps.plan("讲座", "2026-09-05 14:00", "2026-09-05 16:00"))
    view, voice = planned(corps, wang), Voice("zh", corps.clock)
    screen = views.screen(voice, view)
    labels = [button.label for row in screen.rows for button in row]
    assert labels[:3] == ["✅ 采纳", "🔁 换一个", "🚫 不排这个分团"]
    assert "适合" in screen.text
    assert "专长" in screen.text
    assert "不是节假日" in screen.text or "周末，不调休" in screen.text
    english = views.screen(Voice("en", corps.clock), view).text
    assert "is suited to" in english


def test_only_a_leader_of_the_team_answers_and_only_while_it_is_a_draft(corps: Corps, wang: int) -> None:
    zhao, other = corps.leader("赵联络"), corps.leader("周联络", "农工党")
    proposal = next(p for p in planned(corps, wang).proposals if p.team == "民盟")
    done = corps.do(wang, plans.accept, proposal.id, "地点待定", "志愿者")
    with pytest.raises(Refused):
        corps.do(other, plan_answers.answer, proposal.id, suits=True)
    assert corps.do(zhao, plan_answers.answer, proposal.id, suits=True).suits
    corps.do(wang, planning.publish, done.activity_id)
    with pytest.raises(Refused):
        corps.do(zhao, plan_answers.answer, proposal.id, suits=False)
    assert dt.date(2026, 9, 15) <= proposal.starts_at.date()

"""The rotation: asked in fair turn, never assigned; accepted, passed on, swapped; reminded a week before."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from bot.texts.voice import Voice
from bot.views.planning import rotation as views
from corps.activities import cards
from corps.membership import erasure, leaving
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.rotation import rotation_notices, swaps, turns
from corps.rotation.turns import Rotation
from models import Activity, RotationMember, RotationTurn
from models.enums import ActivityState, TurnState
from tests.base import Corps

Goes = Callable[..., object]

WORDS = ("统战干部讲堂", "主讲人", "地点待定")


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


def turn_of(corps: Corps, who: int) -> int:
    """Return the id of somebody's first turn that stands."""
    return corps.do(who, turns.look).mine[0].id


def names(found: Rotation) -> list[str]:
    """Return who is in the rotation, whose turn it is first."""
    return [one.name for one in found.people]


def test_only_who_agreed_is_asked_and_in_fair_turn(corps: Corps, wang: int) -> None:
    zhang, li = corps.member("张明"), corps.member("李蓉", "民建")
    with pytest.raises(Refused) as no:
        corps.do(wang, turns.propose, 202612)
    assert no.value.reason is Reason.NO_AUDIENCE, "nobody has agreed"
    corps.do(zhang, turns.join)
    corps.clock.push(dt.timedelta(minutes=1))
    corps.do(li, turns.join)
    assert names(corps.do(wang, turns.look)) == ["张明", "李蓉"]
    corps.do(wang, turns.propose, 202612)
    assert corps.told(Kind.ROTATION_ASK) == {zhang}
    assert names(corps.do(wang, turns.look)) == ["李蓉", "张明"], "who was asked goes to the end"
    with pytest.raises(Refused):
        corps.do(wang, turns.propose, 202612)
    corps.do(zhang, turns.pass_on, turn_of(corps, zhang))
    assert corps.told(Kind.ROTATION_ANSWER) == {wang}
    corps.clock.push(dt.timedelta(minutes=1))
    corps.do(wang, turns.propose, 202612)
    assert corps.told(Kind.ROTATION_ASK) == {zhang, li}
    assert corps.do(wang, turns.look).people[0].last_asked == dt.date(2026, 12, 2), "who was asked when is kept"


def test_an_accepted_turn_is_a_draft_on_a_working_day_of_that_month(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, turns.join)
    corps.do(wang, turns.propose, 202612)
    corps.do(zhang, turns.accept, turn_of(corps, zhang), *WORDS)
    turn = corps.do(wang, turns.look).months[0].turn
    assert turn is not None
    assert (turn.state, turn.day) == (TurnState.ACCEPTED, dt.date(2026, 12, 16))
    card = corps.do(wang, cards.see, turn.activity_id or 0)
    assert (card.state, card.title, [slot.role for slot in card.slots]) == (ActivityState.DRAFT, WORDS[0], ["主讲人"])
    corps.clock.set_wall("2026-09-01 10:00")
    assert corps.run(lambda _s, at: turns.day_in(dt.date(2026, 10, 1), at)) == dt.date(2026, 10, 21)
    corps.clock.set_wall("2026-12-08 10:00")
    assert corps.run(rotation_notices.owe_reminders) == 0
    corps.clock.set_wall("2026-12-09 15:00")
    assert corps.run(rotation_notices.owe_reminders) == 1
    assert corps.run(rotation_notices.owe_reminders) == 0
    assert corps.told(Kind.ROTATION_NEAR) == {zhang}


def test_two_swap_their_months_only_if_both_agree(corps: Corps, wang: int) -> None:
    zhang, li = corps.member("张明"), corps.member("李蓉", "民建")
    for number, who in ((202612, zhang), (202701, li)):
        corps.do(who, turns.join)
        corps.clock.push(dt.timedelta(minutes=1))
        corps.do(wang, turns.propose, number)
    mine, theirs = turn_of(corps, zhang), turn_of(corps, li)
    choice = corps.do(zhang, swaps.ask_with_whom, mine)
    assert [other.id for other in choice.others] == [theirs]
    assert choice.others[0].person.name == "", "a member of another team is known by team only"
    corps.do(zhang, swaps.ask, mine, theirs)
    assert corps.told(Kind.ROTATION_SWAP) == {li}
    with pytest.raises(Refused):
        corps.do(zhang, swaps.answer, mine, agreed=True)
    corps.do(li, swaps.answer, mine, agreed=True)
    months = {row.member_id: row.month.month for row in corps.run(lambda s, _at: s.exec(select(RotationTurn)).all())}
    assert months == {corps.member_id(zhang): 1, corps.member_id(li): 12}
    with pytest.raises(Refused):
        corps.do(li, swaps.answer, mine, agreed=True)


def test_their_drafts_take_each_others_days(corps: Corps, wang: int) -> None:
    zhang, li = corps.member("张明"), corps.member("李蓉", "民建")
    for number, who in ((202612, zhang), (202701, li)):
        corps.do(who, turns.join)
        corps.clock.push(dt.timedelta(minutes=1))
        corps.do(wang, turns.propose, number)
    mine, theirs = turn_of(corps, zhang), turn_of(corps, li)
    corps.do(zhang, turns.accept, mine, "讲堂", "主讲人", "待定")

    def days() -> dict[int, dt.date]:
        joined = select(RotationTurn, Activity).join(Activity, col(Activity.id) == col(RotationTurn.activity_id))
        return {row.id or 0: one.local_date for row, one in corps.run(lambda s, _at: s.exec(joined).all())}

    assert days()[mine].month == 12
    corps.do(zhang, swaps.ask, mine, theirs)
    corps.do(li, swaps.answer, mine, agreed=True)
    assert (days()[mine].year, days()[mine].month) == (2027, 1), "the other month's usual day"
    corps.do(li, turns.accept, theirs, "讲堂", "主讲人", "待定")
    before = days()
    corps.do(zhang, swaps.ask, mine, theirs)
    corps.do(li, swaps.answer, mine, agreed=True)
    assert days() == {mine: before[theirs], theirs: before[mine]}
    told = [notice for notice in corps.owed(Kind.ROTATION_ANSWER) if notice.subject.get("swapped")]
    assert {corps.to(notice) for notice in told} == {wang}


def test_one_is_invited_by_name_and_agrees_in_one_tap_and_may_leave(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    assert [one.name for one in corps.do(wang, swaps.invite, "张明")] == ["张明"]
    assert corps.told(Kind.ROTATION_INVITE) == {zhang}
    corps.member("张明", "民建")
    assert len(corps.do(wang, swaps.invite, "张明")) == 2
    with pytest.raises(Refused):
        corps.do(zhang, swaps.invite, "张明")
    assert corps.do(zhang, turns.join).joined
    assert not corps.do(zhang, turns.leave).joined
    corps.do(zhang, turns.join)
    corps.do(zhang, leaving.leave)
    assert corps.run(lambda s, _at: s.exec(select(RotationMember)).first()) is None


def test_a_member_sees_the_own_state_and_a_coordinator_the_months(corps: Corps, wang: int) -> None:
    zhang, voice = corps.member("张明"), Voice("zh", corps.clock)
    corps.do(zhang, turns.join)
    corps.do(wang, turns.propose, 202612)
    own = views.screen(voice, corps.do(zhang, turns.look))
    assert [button.label for row in own.rows for button in row] == ["✅ 接受", "🙅 这次不行", "🔁 换一下", "不再轮值"]
    assert "接下来" not in own.text
    all_of_it = views.screen(voice, corps.do(wang, turns.look))
    assert "2026年12月：张明，等回音" in all_of_it.text
    assert "🙏 请下一位（2027年1月）" in [button.label for row in all_of_it.rows for button in row]


@pytest.mark.parametrize("goes", [turns.leave, leaving.leave, erasure.erase])
def test_what_was_proposed_to_somebody_who_is_gone_waits_for_nobody(corps: Corps, wang: int, goes: Goes) -> None:
    zhang, li = corps.member("张明"), corps.member("李蓉", "民建")
    corps.do(zhang, turns.join)
    corps.do(wang, turns.propose, 202612)
    corps.do(li, turns.join)
    corps.do(zhang, goes)
    corps.do(wang, turns.propose, 202612)
    assert li in corps.told(Kind.ROTATION_ASK), "the month is free for the next one"
    assert corps.do(li, turns.look).mine


def test_a_month_that_was_accepted_is_free_when_its_person_leaves_the_corps(corps: Corps, wang: int) -> None:
    zhang, li = corps.member("张明"), corps.member("李蓉", "民建")
    corps.do(zhang, turns.join)
    corps.do(wang, turns.propose, 202612)
    corps.do(zhang, turns.accept, turn_of(corps, zhang), *WORDS)
    corps.do(li, turns.join)
    corps.do(zhang, leaving.leave)
    corps.do(wang, turns.propose, 202612)
    assert corps.do(li, turns.look).mine

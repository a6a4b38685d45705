"""我来不了 asks once more when it is late or somebody waits, takes a reason in one tap, and can be undone."""

import datetime as dt

import pytest
from sqlmodel import Session

from bot.texts.voice import Voice
from bot.views.cards import doubt_screen, undoable
from bot.views.notices import notice_screen
from bot.views.screen import Screen
from corps import notices
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.attendance import card_actions
from corps.attendance.card_actions import Left
from corps.delivery import leasing, notice_facts
from corps.membership import leaving
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import reminders, signups
from corps.signups.withdrawals import Why
from models import Member, Notice
from models.enums import SignUpState
from tests.base import Corps
from tests.channels.plain import LIMITS
from tests.corps.delivery.notices import take


@pytest.fixture
def going(corps: Corps) -> tuple[int, int]:
    """Return somebody who goes to an activity whose one place is taken with that, and the activity."""
    zhang, wang = corps.member("张明"), corps.coordinator()
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("志愿者", "lecture", 1),)))
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    return zhang, activity


def _left(corps: Corps, who: int, activity: int, why: Why = Why.UNSAID) -> Left:
    return corps.do(who, card_actions.withdraw, activity, why)


def _read(session: Session, at: Moment, reader: int, notice: Notice, voice: Voice) -> str:
    member = session.get_one(Member, notice.member_id)
    due = notices.due_of(at, notice, member, telegram(reader))
    facts = notice_facts.load(session, at, due)
    return str(notice_screen(voice, due, facts, (), LIMITS).text) if facts is not None else ""


def test_early_and_with_nobody_waiting_one_tap_does_it_and_offers_to_undo(corps: Corps, going: tuple[int, int]) -> None:
    zhang, activity = going
    left = corps.do(zhang, card_actions.ask_withdrawal, activity)
    assert isinstance(left, Left)
    assert corps.sign_ups(corps.slot(activity)) == {zhang: SignUpState.WITHDRAWN}
    voice = Voice("zh", corps.clock)
    shown = undoable(voice, Screen(voice("near.ask")), left)
    assert [[button.label for button in row] for row in shown.rows] == [
        ["↩️ 撤销（10 分钟内）"],
        ["生病", "工作", "其他"],
    ]
    corps.clock.push(dt.timedelta(minutes=9))
    corps.do(zhang, card_actions.undo, left.undo or 0)
    assert corps.sign_ups(corps.slot(activity)) == {zhang: SignUpState.GOING}


def test_after_an_early_withdrawal_a_reason_is_one_tap_the_leader_reads_it_and_undoing_takes_it_back(
    corps: Corps, going: tuple[int, int]
) -> None:
    zhang, activity = going
    zhao, other = corps.leader("赵联络"), corps.member("李伟")
    left = _left(corps, zhang, activity)
    assert corps.owed(Kind.LATE_WITHDRAWAL) == [], "nobody has to say why"
    for who, why in ((other, Why.WORK), (zhang, Why.UNSAID)):
        with pytest.raises(Refused):
            corps.do(who, card_actions.say_why, left.done.left or 0, why)
    for _ in range(2):
        office, after = corps.do(zhang, card_actions.say_why, left.done.left or 0, Why.WORK)
        assert (office.names, after.undo) == (("赵联络",), left.undo)
    (told,) = corps.owed(Kind.LATE_WITHDRAWAL)
    assert (corps.to(told), told.subject["why"]) == (zhao, "work")
    said = corps.run(lambda s, at: _read(s, at, zhao, told, Voice("zh", corps.clock)))
    assert ("现在来不了了（志愿者）" in said, "原因：工作" in said, "临时" in said) == (True, True, False)
    corps.do(zhang, card_actions.undo, left.undo or 0)
    assert corps.owed(Kind.LATE_WITHDRAWAL) == []
    with pytest.raises(Refused):
        corps.do(zhang, card_actions.say_why, left.done.left or 0, Why.WORK)


def test_late_it_asks_once_more_names_who_will_hear_and_tells_them_the_reason(
    corps: Corps, going: tuple[int, int]
) -> None:
    zhang, activity = going
    corps.leader("赵联络")
    corps.clock.set_wall("2026-12-05 12:00")
    asked = corps.do(zhang, card_actions.ask_withdrawal, activity)
    assert not isinstance(asked, Left)
    screen = doubt_screen(Voice("zh", corps.clock), asked[1], asked[0])
    assert "今天 14:00，还有 2 小时" in str(screen.text)
    assert "我会告诉：赵联络" in str(screen.text)
    labels = [button.label for row in screen.rows for button in row]
    assert labels[:4] == ["生病", "工作", "其他", "我来不了（不说原因）"]
    assert corps.sign_ups(corps.slot(activity)) == {zhang: SignUpState.GOING}, "nothing was done yet"
    _left(corps, zhang, activity, Why.WORK)
    assert [notice.subject["why"] for notice in corps.owed(Kind.LATE_WITHDRAWAL)] == ["work"]


def test_while_somebody_waits_it_asks_once_more_and_the_place_is_gone_at_once(
    corps: Corps, going: tuple[int, int]
) -> None:
    zhang, activity = going
    li = corps.member("李红")
    corps.do(li, signups.sign_up, corps.slot(activity), wait=True)
    asked = corps.do(zhang, card_actions.ask_withdrawal, activity)
    assert not isinstance(asked, Left)
    assert "有 1 人在候补" in str(doubt_screen(Voice("zh", corps.clock), asked[1], asked[0]).text)
    left = _left(corps, zhang, activity)
    assert left.undo is None
    with pytest.raises(Refused) as refused:
        corps.do(zhang, card_actions.undo, 1)
    assert refused.value.reason is Reason.FULL
    assert isinstance(corps.do(li, card_actions.ask_withdrawal, activity), Left), "an offer is declined at once"


def test_after_ten_minutes_or_by_somebody_else_it_is_not_undone(corps: Corps, going: tuple[int, int]) -> None:
    zhang, activity = going
    left = _left(corps, zhang, activity)
    for who, reason in ((corps.member("李红"), Reason.NOT_ALLOWED), (zhang, Reason.UNDO_LATE)):
        corps.clock.push(dt.timedelta(minutes=5.1))
        with pytest.raises(Refused) as refused:
            corps.do(who, card_actions.undo, left.undo or 0)
        assert refused.value.reason is reason


def test_a_place_that_somebody_took_meanwhile_stays_theirs(corps: Corps, going: tuple[int, int]) -> None:
    zhang, activity = going
    left = _left(corps, zhang, activity)
    corps.do(corps.member("李红"), signups.sign_up, corps.slot(activity))
    with pytest.raises(Refused) as refused:
        corps.do(zhang, card_actions.undo, left.undo or 0)
    assert refused.value.reason is Reason.FULL


def test_what_was_ended_by_somebody_else_is_not_for_the_person_to_undo(corps: Corps, going: tuple[int, int]) -> None:
    zhang, activity = going
    corps.do(corps.coordinator("周统筹"), leaving.remove, corps.member_id(zhang))
    assert corps.sign_ups(corps.slot(activity)) == {zhang: SignUpState.REMOVED}
    with pytest.raises(Refused) as refused:
        corps.do(zhang, card_actions.undo, 1)
    assert refused.value.reason in (Reason.UNDO_LATE, Reason.NOT_ALLOWED)


def test_the_leader_hears_of_neither_when_it_is_undone_in_time_and_of_both_when_not(
    corps: Corps, going: tuple[int, int]
) -> None:
    zhang, activity = going
    zhao = corps.leader("赵联络")
    corps.clock.set_wall("2026-12-05 12:00")
    left = _left(corps, zhang, activity, Why.SICK)
    corps.do(zhang, card_actions.undo, left.undo or 0)
    assert corps.owed(Kind.LATE_WITHDRAWAL) == []
    corps.clock.push(dt.timedelta(minutes=1))
    left = _left(corps, zhang, activity, Why.SICK)
    parcels = [parcel for parcel in take(corps) if parcel[0].kind is Kind.LATE_WITHDRAWAL]
    corps.run(leasing.record, [(due.id, notices.Sent("7")) for parcel in parcels for due in parcel])
    corps.clock.push(dt.timedelta(minutes=1))
    corps.do(zhang, card_actions.undo, left.undo or 0)
    assert corps.told(Kind.LATE_WITHDRAWAL) == {zhao}
    letters = corps.run(notice_facts.open_all, take(corps))
    (said,) = [one for one in letters if one.due.kind is Kind.LATE_WITHDRAWAL]
    assert said.facts is not None
    screen = notice_screen(Voice("zh", corps.clock), said.due, said.facts, said.more, None)  # type: ignore[arg-type]
    assert "张明 又能来了" in str(screen.text)


def test_a_reminder_that_fell_silent_meanwhile_is_owed_again(corps: Corps, going: tuple[int, int]) -> None:
    zhang, activity = going
    corps.clock.set_wall("2026-12-05 12:00:01")
    corps.run(reminders.owe_reminders)
    left = _left(corps, zhang, activity)

    def moot(session: object, at: Moment) -> None:
        dues = [due for (due, *_) in leasing.take_due(session, at, 100)]  # type: ignore[arg-type]
        leasing.record(session, at, [(due.id, notices.Moot(notices.NO_LONGER_SO)) for due in dues])  # type: ignore[arg-type]

    corps.run(moot)
    assert corps.owed(Kind.REMINDER) == []
    corps.do(zhang, card_actions.undo, left.undo or 0)
    assert corps.told(Kind.REMINDER) == {zhang}

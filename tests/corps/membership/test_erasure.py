"""People see what is held about them, leave, and are forgotten without a trace of their name."""

from typing import Any

import pytest
from sqlmodel import Session, SQLModel, select

from corps import conversations
from corps.addresses import telegram
from corps.attendance import check_in, reports
from corps.delivery import leasing
from corps.membership import erasure, joining, leaving, preferences
from corps.membership.joining import CONSENT_VERSION
from corps.moment import Moment
from corps.notices import Sent
from corps.notices.kinds import Kind
from corps.people import recognise
from corps.records import personal_data
from corps.refusals import Reason, Refused
from corps.signups import inviting, signups, withdrawals
from corps.signups.slots import find_sign_up
from models import Attendance, HoursEntry, Member, Notice
from models.enums import AttendanceState, CountedBy, MemberStatus, NoticeState, SignUpState
from tests.base import Corps, all_due
from tests.corps.membership.test_roles import owed, row
from tests.corps.membership.test_transfers import slots, standing

NAME = "张小明"


def everything_stored(corps: Corps) -> str:
    """Return every value of every table, as text."""

    def dump(session: Session, _at: Moment) -> str:
        tables = SQLModel.metadata.sorted_tables
        rows = (str(tuple(map(str, row))) for table in tables for row in session.execute(table.select()).all())
        return "\n".join(rows)

    return corps.run(dump)


def a_life(corps: Corps) -> dict[str, Any]:
    """Let somebody join, be renamed, serve, withdraw late, be written to, and begin to fill something in."""
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    who = 8_123_456_789
    corps.do(who, joining.apply, code, "张晓明")
    corps.do(leader, joining.decide, corps.member_id(who), admit=True)
    corps.do(who, preferences.rename, NAME)
    past = corps.publish(wang, corps.plan())
    later = corps.publish(wang, corps.plan("义诊", "2026-12-06 09:00", "2026-12-06 11:00"))
    corps.do(who, signups.sign_up, slots(corps, past)[1])
    corps.do(who, signups.sign_up, slots(corps, later)[1])
    corps.clock.set_wall("2026-12-05 13:45")
    corps.do(who, check_in.check_in, past)
    corps.do(who, withdrawals.withdraw, later)
    corps.do(who, signups.sign_up, slots(corps, later)[0])
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(leader, reports.submit, past, reports.Account(80, CountedBy.HEADCOUNT, "很好"))
    corps.do(wang, reports.verify, past)
    corps.run(lambda s, at: leasing.record(s, at, [(due.id, Sent("7")) for due in all_due(s, at)]))
    corps.run(lambda s, at: conversations.put(s, at, telegram(who), "rename", "name", {"typed": NAME}))
    return {"who": who, "wang": wang, "leader": leader, "past": past, "later": later}


def test_what_is_held_is_all_there(corps: Corps) -> None:
    life = a_life(corps)
    mine = corps.do(life["who"], personal_data.everything)
    assert (mine.name, [held.address for held in mine.addresses], mine.team) == (
        NAME,
        [telegram(life["who"])],
        "民盟分团",
    )
    assert mine.consent_version == CONSENT_VERSION
    assert mine.consented_at == corps.instant("2026-12-02 10:00")
    assert mine.minutes == 120
    assert [entry.about for entry in mine.chapters["sign_ups"]] == [
        ("防诈骗公益讲座", "志愿者"),
        ("义诊", "志愿者"),
        ("义诊", "主讲人"),
    ]
    assert [(e.word, e.about[0]) for e in mine.chapters["attendance"]] == [("present", "防诈骗公益讲座")]
    assert {entry.word for entry in mine.chapters["notices"]} >= {"card", "admitted"}
    assert NAME in mine.chapters["drafts"][0].about[0]
    assert "member.rename" in {entry.word for entry in mine.chapters["trace"]}


def test_a_stranger_is_told_that_nothing_is_held(corps: Corps) -> None:
    for operation in (personal_data.everything, erasure.erase, leaving.leave):
        with pytest.raises(Refused) as no:
            corps.do(4711, operation)
        assert no.value.reason is Reason.NOT_MEMBER


def test_erasing_leaves_no_trace_of_the_name(corps: Corps) -> None:
    life = a_life(corps)
    before = everything_stored(corps)
    assert NAME in before
    assert str(life["who"]) in before
    corps.do(life["who"], erasure.erase)
    corps.run(all_due)
    after = everything_stored(corps)
    for trace in (NAME, "张晓明", str(life["who"])):
        assert trace not in after


def test_erasing_keeps_attendance_and_hours_under_a_pseudonym(corps: Corps) -> None:
    life = a_life(corps)
    member_id = corps.member_id(life["who"])
    corps.do(life["who"], erasure.erase)
    erased = corps.run(lambda s, _at: s.get(Member, member_id))
    assert erased is not None
    assert (erased.status, erased.team_id) == (MemberStatus.ERASED, None)
    assert erased.name == f"成员#{member_id} 已删除"
    marks = corps.run(lambda s, _at: s.exec(select(Attendance).where(Attendance.member_id == member_id)).all())
    hours = corps.run(lambda s, _at: s.exec(select(HoursEntry).where(HoursEntry.member_id == member_id)).all())
    assert [mark.state for mark in marks] == [AttendanceState.PRESENT]
    assert sum(entry.minutes for entry in hours) == 120


def test_what_was_still_owed_to_who_is_erased_is_not_sent(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.publish(wang)
    assert owed(corps, zhang, Kind.CARD) == 1
    member_id = corps.member_id(zhang)
    corps.do(zhang, erasure.erase)
    assert [due for due in corps.run(all_due) if due.member_id == member_id] == []
    kept = corps.run(lambda s, _at: s.exec(select(Notice).where(Notice.member_id == member_id)).all())
    assert {(notice.state, notice.address, str(notice.subject)) for notice in kept} == {
        (NoticeState.CANCELLED, None, "{}")
    }


def test_the_leader_hears_of_a_late_place_without_the_name(corps: Corps) -> None:
    life = a_life(corps)
    slot = slots(corps, life["later"])[0]
    before = owed(corps, life["leader"], Kind.LATE_WITHDRAWAL)
    member_id = corps.member_id(life["who"])
    corps.do(life["who"], erasure.erase)
    assert owed(corps, life["leader"], Kind.LATE_WITHDRAWAL) == before + 1
    state = corps.run(lambda s, _at: find_sign_up(s, slot, member_id))
    assert state is not None
    assert state.state is SignUpState.WITHDRAWN


def test_who_is_erased_is_a_stranger_and_may_begin_anew(corps: Corps) -> None:
    leader, zhang = corps.leader("赵联络"), corps.member("张明")
    corps.coordinator()
    old = corps.member_id(zhang)
    corps.do(zhang, erasure.erase)
    assert corps.run(recognise, telegram(zhang)).member_id is None
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    corps.do(zhang, joining.apply, code, "张明")
    assert corps.member_id(zhang) != old


def test_an_applicant_may_be_erased_before_anybody_decides(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    corps.coordinator()
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    corps.do(999, joining.apply, code, "陈小红")
    applicant = corps.member_id(999)
    corps.do(999, erasure.erase)
    assert "陈小红" not in everything_stored(corps)
    with pytest.raises(Refused) as no:
        corps.do(leader, joining.decide, applicant, admit=True)
    assert no.value.reason is Reason.ASKER_GONE, "there is nothing left to decide"


def test_the_last_coordinator_neither_leaves_nor_is_erased(corps: Corps) -> None:
    wang = corps.coordinator()
    for operation in (leaving.leave, erasure.erase):
        with pytest.raises(Refused) as no:
            corps.do(wang, operation)
        assert no.value.reason is Reason.LAST_COORDINATOR
    corps.coordinator("李统筹")
    corps.do(wang, leaving.leave)
    assert row(corps, wang).status is MemberStatus.LEFT


def test_leaving_passes_places_on_and_keeps_the_record(corps: Corps) -> None:
    wang, zhang, li = corps.coordinator(), corps.member("张明"), corps.member("李华")
    slot = slots(corps, corps.publish(wang))[0]
    corps.do(zhang, signups.sign_up, slot)
    corps.do(li, signups.sign_up, slot, wait=True)
    assert corps.do(zhang, leaving.leave) == 1
    assert standing(corps, zhang, slot) is SignUpState.WITHDRAWN
    assert standing(corps, li, slot) is SignUpState.OFFERED
    assert corps.do(zhang, personal_data.everything).status == "left"
    with pytest.raises(Refused):
        corps.do(zhang, leaving.leave)


def test_who_left_can_still_be_erased(corps: Corps) -> None:
    corps.coordinator()
    zhang = corps.member("张小明")
    corps.do(zhang, leaving.leave)
    corps.do(zhang, erasure.erase)
    assert "张小明" not in everything_stored(corps)


def test_a_leader_who_asked_and_reported_is_forgotten_in_other_peoples_messages_too(corps: Corps) -> None:
    wang, leader, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang)
    corps.do(leader, inviting.invite, activity, corps.member_id(zhang))
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(leader, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT, "很好"))
    corps.do(leader, erasure.erase)
    assert "赵联络" not in everything_stored(corps)

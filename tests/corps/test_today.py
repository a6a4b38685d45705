"""今天要办: everything that waits for somebody is in it, for whom it waits and for nobody else, and leads there."""

import datetime as dt

from sqlmodel import Session, select

from bot.callbacks import Payload
from bot.texts.voice import Voice
from bot.views import today as views
from corps import today
from corps.activities import entry_form, planning
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.attendance import reports, roll_call
from corps.membership import joining
from corps.moment import Moment
from corps.notices import reachability
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.people import recognise
from corps.today import Group, Matter
from models import Notice
from models.enums import AttendanceState, CountedBy, NoticeState
from tests.base import Corps

ACCOUNT = reports.Account(80, CountedBy.HEADCOUNT)


def waits(corps: Corps, who: int) -> dict[Matter, Group]:
    """Return what waits for somebody, by matter."""
    return {group.matter: group for group in corps.do(who, today.see).groups}


def titles(corps: Corps, who: int, matter: Matter) -> list[str]:
    """Return what things of a matter are called."""
    found = waits(corps, who).get(matter)
    return [item.title for item in found.items] if found else []


def fail_all(session: Session, _at: Moment) -> None:
    """Let everything that is owed fail."""
    for notice in session.exec(select(Notice)).all():
        notice.state = NoticeState.FAILED
        session.add(notice)


def test_a_request_waits_for_the_leader_and_the_coordinator_and_no_other_leader(corps: Corps) -> None:
    wang, zhao, other = corps.coordinator(), corps.leader("赵联络"), corps.leader("孙联络", "民建")
    code = corps.do(wang, joining.invitation_of, corps.team("民盟"))
    new = 7001
    corps.do(new, joining.apply, code, "周新人")
    assert titles(corps, zhao, Matter.ADMIT) == titles(corps, wang, Matter.ADMIT) == ["民盟"]
    assert titles(corps, other, Matter.ADMIT) == []


def test_gaps_and_open_slots_wait_for_who_can_fill_them(corps: Corps) -> None:
    wang, zhao, other = corps.coordinator(), corps.leader("赵联络"), corps.leader("孙联络", "民建")
    corps.publish(wang)
    slots = (SlotPlan("医生", "clinic", 4, None, open=True),)
    corps.publish(wang, corps.plan("义诊", "2026-12-20 09:00", "2026-12-20 11:00", slots, teams=()))
    corps.publish(wang, corps.plan("下月讲座", "2027-01-05 14:00", "2027-01-05 16:00"))
    assert titles(corps, zhao, Matter.GAPS) == titles(corps, wang, Matter.GAPS) == ["防诈骗公益讲座"]
    assert waits(corps, zhao)[Matter.GAPS].items[0].number == 6
    assert titles(corps, other, Matter.GAPS) == []
    assert titles(corps, other, Matter.CLAIM) == titles(corps, zhao, Matter.CLAIM) == ["义诊"]
    assert titles(corps, wang, Matter.CLAIM) == []


def test_a_report_goes_round_between_those_for_whom_it_waits(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator("王统筹"), corps.coordinator("李统筹"), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 18:00")
    assert titles(corps, zhao, Matter.REPORT) == titles(corps, wang, Matter.REPORT) == ["防诈骗公益讲座"]
    corps.do(zhao, roll_call.mark, activity, [corps.member_id(zhao)], AttendanceState.PRESENT)
    corps.do(zhao, reports.submit, activity, ACCOUNT)
    assert titles(corps, zhao, Matter.REPORT) == titles(corps, zhao, Matter.VERIFY) == []
    assert titles(corps, li, Matter.VERIFY) == ["防诈骗公益讲座"]
    corps.do(li, reports.send_back, activity, "人次写错了")
    assert titles(corps, zhao, Matter.RETURNED) == ["防诈骗公益讲座"]
    assert titles(corps, zhao, Matter.REPORT) == []
    corps.do(li, reports.submit, activity, ACCOUNT)
    assert titles(corps, wang, Matter.VERIFY) == ["防诈骗公益讲座"]
    assert titles(corps, li, Matter.VERIFY) == [], "who reported does not verify"


def test_pairings_wait_for_a_second_coordinator_and_come_back_to_the_team(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    plan = PairingPlan(corps.team("民盟"), "天池村", "", dt.date(2026, 3, 12))
    pairing = corps.do(zhao, pairings.register, plan).id
    assert (titles(corps, wang, Matter.PAIRING), titles(corps, zhao, Matter.PAIRING)) == (["天池村"], [])
    corps.do(wang, pairings.send_back, pairing, "是哪个社")
    assert titles(corps, zhao, Matter.PAIRING_RETURNED) == ["天池村"]


def test_who_cannot_be_reached_and_what_did_not_arrive(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    corps.publish(wang)
    corps.run(reachability.lost, telegram(zhang), "blocked")
    corps.run(fail_all)
    assert titles(corps, zhao, Matter.UNREACHABLE) == titles(corps, wang, Matter.UNREACHABLE) == ["民盟"]
    assert Matter.FAILED in waits(corps, wang)
    assert Matter.FAILED not in waits(corps, zhao)


def test_drafts_and_what_was_begun_wait_for_who_began_it(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    corps.do(wang, planning.draft, corps.plan("草稿"))
    corps.do(li, entry_form.begin, "活动：讲座\n地点：社区", "k")
    assert titles(corps, wang, Matter.DRAFT) == ["草稿"]
    assert titles(corps, li, Matter.DRAFT) == []
    assert titles(corps, li, Matter.UNFINISHED) == ["new"]


def test_nothing_waits_and_a_member_has_no_such_list(corps: Corps) -> None:
    zhao, zhang = corps.leader("赵联络"), corps.member("张明")
    found = corps.do(zhao, today.see)
    actor = corps.run(lambda s, at: recognise(s, at, telegram(zhao)))
    assert "现在没有等您处理的事" in views.screen(Voice("zh", corps.clock), actor, found).text
    assert not corps.do(zhang, today.see).office


def test_each_thing_has_its_button_and_many_have_a_page(corps: Corps) -> None:
    wang = corps.coordinator()
    for number in range(11):
        corps.publish(wang, corps.plan(f"讲座{number}", "2026-12-05 14:00", "2026-12-05 16:00"))
    found, voice = corps.do(wang, today.see), Voice("zh", corps.clock)
    actor = corps.run(lambda s, at: recognise(s, at, telegram(wang)))
    labels = [button.label for row in views.screen(voice, actor, found).rows for button in row]
    assert labels == [
        *(f"🧩 缺人 12/5 讲座{number}" for number in range(3)),
        "🧩 缺人 全部 11 件",
        "🔭 排一排",
        "🔄 刷新",
    ]
    first, second = (views.page(voice, actor, found, "gaps", number) for number in (0, 1))
    assert len(first.rows) == 8 + 2
    assert len(second.rows) == 3 + 2
    payloads: list[Payload | None] = [button.payload for row in first.rows for button in row]
    assert all(payloads)
    assert "今天要办" in views.page(voice, actor, found, "nope", 0).text

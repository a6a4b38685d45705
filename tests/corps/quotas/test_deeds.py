"""Deeds count, not plans: a slot in which nobody served serves no category, and reporter and verifier see which."""

from sqlmodel import select

from corps.activities import served_categories
from corps.activities.planning import SlotPlan
from corps.attendance import reports, roll_call
from corps.attendance.reports import Account
from corps.quotas import quota_lines, tally
from corps.quotas.tally import TallyStage
from corps.records import ledger
from corps.signups import claims, signups
from models import Activity
from models.enums import AttendanceState, CountedBy
from tests.base import Corps

ACCOUNT = Account(60, CountedBy.HEADCOUNT)


def verified(corps: Corps) -> dict[str, int]:
    """Return how many activities count, by category."""
    return {line.category.code: line.verified for line in corps.run(tally.tally).lines if line.verified}


def lecture_with_open_slots(corps: Corps, wang: int) -> int:
    """Publish a lecture of 民盟 with two slots of other categories that are open to claim."""
    slots = (
        SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),
        SlotPlan("医生", "clinic", 2, None, open=True),
        SlotPlan("推介员", "promotion", 2, None, open=True),
    )
    return corps.publish(wang, corps.plan(slots=slots, teams=("民盟",)))


def test_slots_that_nobody_filled_count_for_nothing(corps: Corps) -> None:
    wang, li, a = corps.coordinator(), corps.coordinator("李统筹"), corps.member("甲")
    activity = lecture_with_open_slots(corps, wang)
    corps.do(a, signups.sign_up, corps.slot(activity, "主讲人"))
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(wang, roll_call.mark, activity, [corps.member_id(a)], AttendanceState.PRESENT)
    corps.do(wang, reports.submit, activity, ACCOUNT)
    card = corps.do(li, reports.read, activity)
    assert card is not None
    assert (card.served, card.unserved) == (("lecture",), ("clinic", "promotion"))
    assert [line.reported for line in corps.run(tally.tally).lines if line.reported] == [1]
    corps.do(li, reports.verify, activity)
    assert verified(corps) == {"lecture": 1}
    assert corps.do(li, quota_lines.contents, 2026, "clinic").number(TallyStage.VERIFIED) == 0
    [row] = corps.do(li, ledger.export, 2026).rows
    assert [category.code for category in row.categories] == ["lecture"]
    assert row.served == (("民盟", "lecture"),)


def test_a_team_that_claimed_a_slot_and_did_not_come_took_no_part(corps: Corps) -> None:
    wang, li, a = corps.coordinator(), corps.coordinator("李统筹"), corps.member("甲")
    doctors = corps.leader("乙", "农工党")
    activity = lecture_with_open_slots(corps, wang)
    corps.do(doctors, claims.claim, corps.slot(activity, "医生"))
    corps.do(a, signups.sign_up, corps.slot(activity, "主讲人"))
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(wang, roll_call.mark, activity, [corps.member_id(a)], AttendanceState.PRESENT)
    corps.do(wang, reports.submit, activity, ACCOUNT)
    corps.do(li, reports.verify, activity)
    assert verified(corps) == {"lecture": 1}
    [row] = corps.do(li, ledger.export, 2026).rows
    assert (row.teams, row.joint) == (("民盟",), False)


def test_the_reporter_may_say_that_a_category_was_served_by_people_whom_nobody_marked(corps: Corps) -> None:
    wang, li, a = corps.coordinator(), corps.coordinator("李统筹"), corps.member("甲")
    activity = lecture_with_open_slots(corps, wang)
    corps.do(a, signups.sign_up, corps.slot(activity, "主讲人"))
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(wang, roll_call.mark, activity, [corps.member_id(a)], AttendanceState.PRESENT)
    said = frozenset({"lecture", "clinic", "pairing"})  # what the activity never planned is no part of it
    corps.do(wang, reports.submit, activity, Account(60, CountedBy.HEADCOUNT, served=said))
    corps.do(li, reports.verify, activity)
    assert verified(corps) == {"lecture": 1, "clinic": 1}


def test_a_returned_report_leaves_the_plan_as_it_was(corps: Corps) -> None:
    wang, li, a = corps.coordinator(), corps.coordinator("李统筹"), corps.member("甲")
    activity = lecture_with_open_slots(corps, wang)
    corps.do(a, signups.sign_up, corps.slot(activity, "主讲人"))
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(wang, roll_call.mark, activity, [corps.member_id(a)], AttendanceState.PRESENT)
    corps.do(wang, reports.submit, activity, ACCOUNT)
    corps.do(li, reports.send_back, activity, "请补照片")
    planned = {line.category.code for line in corps.run(tally.tally).lines if line.planned}
    assert planned == {"lecture", "clinic", "promotion"}
    assert "served" not in corps.run(lambda s, _at: reports.former(s, activity)), "it is read off the marks again"


def test_one_query_serves_the_sum_and_the_list(corps: Corps) -> None:
    wang = corps.coordinator()
    lecture_with_open_slots(corps, wang)
    for line in corps.run(tally.tally).lines:
        found = corps.run(
            lambda s, _at, code=line.category.code: s.exec(  # type: ignore[misc]
                select(Activity.id).where(served_categories.serving(code))
            ).all()
        )
        assert len(found) == line.planned

"""签退, where an activity asks for it: hours are the time between, and nobody knows how long who forgets it stayed."""

import datetime as dt

import pytest
from sqlmodel import col, select

from corps.activities import cards, planning
from corps.activities.planning import SlotPlan
from corps.attendance import check_in, check_out, codes, report_form, reports, roll_form
from corps.changes import editing
from corps.refusals import Reason, Refused
from corps.signups import signups
from models import Attendance, Audit, HoursEntry
from models.enums import CheckedBy, CountedBy
from tests.base import Corps


class Scene:
    """A lecture from 14:00 to 16:00 at which people check out, too."""

    def __init__(self, corps: Corps) -> None:
        self.corps, self.wang, self.zhao = corps, corps.coordinator(), corps.leader("赵联络")
        self.li = corps.coordinator("李统筹")
        self.zhang, self.chen = corps.member("张明"), corps.member("陈红")
        self.activity = corps.publish(self.wang)
        corps.do(self.wang, editing.ask_check_out, self.activity, check_out=True)
        for person in (self.zhang, self.chen):
            corps.do(person, signups.sign_up, corps.slot(self.activity, "志愿者"))

    def at(self, wall: str) -> None:
        """Set the clock to a time of the day."""
        self.corps.clock.set_wall(f"2026-12-05 {wall}")

    def comes(self, who: int, wall: str) -> None:
        """Somebody checks in at that time."""
        self.at(wall)
        self.corps.do(who, check_in.check_in, self.activity)

    def leaves(self, who: int, wall: str) -> None:
        """Somebody checks out at that time."""
        self.at(wall)
        self.corps.do(who, check_out.check_out, self.activity)

    def hours(self) -> dict[int, int]:
        """Report and verify; return the minutes that each person has then."""
        self.at("16:40")
        self.corps.do(self.zhao, reports.submit, self.activity, reports.Account(80, CountedBy.HEADCOUNT))
        self.corps.do(self.li, reports.verify, self.activity)
        rows = self.corps.run(lambda s, _at: s.exec(select(HoursEntry.member_id, HoursEntry.minutes)).all())
        return {self.corps.number(member): minutes for member, minutes in rows}


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_each_check_out_leaves_a_trace_with_the_time_before(scene: Scene) -> None:
    scene.comes(scene.zhang, "14:00")
    scene.leaves(scene.zhang, "15:00")
    scene.leaves(scene.zhang, "15:30")
    three, half_past = (str(dt.datetime(2026, 12, 5, 7, minute, tzinfo=dt.UTC)) for minute in (0, 30))
    rows = select(Audit.actor_id, Audit.before, Audit.after).where(Audit.action == "attendance.check_out")
    own = scene.corps.member_id(scene.zhang)
    assert scene.corps.run(lambda s, _at: [tuple(row) for row in s.exec(rows.order_by(col(Audit.id))).all()]) == [
        (own, {"until": ""}, {"until": three}),
        (own, {"until": three}, {"until": half_past}),
    ]


def test_hours_are_the_time_between_and_never_more_than_the_activity(scene: Scene) -> None:
    scene.comes(scene.zhang, "14:20")
    scene.comes(scene.chen, "13:40")
    scene.leaves(scene.zhang, "15:30")
    scene.leaves(scene.chen, "16:20")
    assert scene.hours() == {scene.zhang: 70, scene.chen: 120}


def test_with_hours_of_the_slots_own_only_those_count(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    early, late, only = corps.member("张明"), corps.member("陈红"), corps.member("周强")
    own = corps.instant("2026-12-05 14:00"), corps.instant("2026-12-05 15:00")
    slots = (SlotPlan("主讲人", "lecture", 5, corps.team("民盟"), False, *own),)
    plan = corps.plan(starts="2026-12-05 09:00", ends="2026-12-05 17:00", slots=slots)
    activity = corps.publish(wang, plan)
    corps.do(wang, editing.ask_check_out, activity, check_out=True)
    for person, comes, leaves in ((early, "13:20", "15:40"), (late, "14:15", "15:20"), (only, "09:10", "13:00")):
        corps.clock.set_wall("2026-12-04 10:00")
        corps.do(person, signups.sign_up, corps.slot(activity))
        corps.clock.set_wall(f"2026-12-05 {comes}")
        corps.do(person, check_in.arrive_at, activity, CheckedBy.FIXED_CODE)
        corps.clock.set_wall(f"2026-12-05 {leaves}")
        corps.do(person, check_out.check_out, activity)
    corps.clock.set_wall("2026-12-05 17:40")
    corps.do(zhao, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT))
    corps.do(li, reports.verify, activity)
    rows = corps.run(lambda s, _at: s.exec(select(HoursEntry.member_id, HoursEntry.minutes)).all())
    assert {corps.number(one): minutes for one, minutes in rows} == {early: 60, late: 45, only: 0}


def test_who_leaves_before_it_begins_has_no_hours(scene: Scene) -> None:
    scene.comes(scene.zhang, "13:40")
    scene.leaves(scene.zhang, "13:55")
    assert scene.hours() == {scene.zhang: 0}


def test_a_check_out_by_mistake_is_moved_by_the_next_one(scene: Scene) -> None:
    scene.comes(scene.zhang, "14:00")
    scene.leaves(scene.zhang, "14:10")
    scene.leaves(scene.zhang, "16:00")
    assert scene.hours() == {scene.zhang: 120}


def test_who_forgets_it_is_named_and_has_no_hours_until_the_leader_says(scene: Scene, corps: Corps) -> None:
    for person in (scene.zhang, scene.chen):
        scene.comes(person, "14:00")
    scene.at("16:35")
    corps.do(scene.zhao, roll_form.left_at, scene.activity, corps.member_id(scene.zhang), 90)
    corps.do(scene.zhao, report_form.begin, scene.activity)
    assert corps.do(scene.zhao, report_form.ask, scene.activity, "1").not_out == ("陈红",)
    corps.do(scene.zhao, reports.submit, scene.activity, reports.Account(80, CountedBy.HEADCOUNT))
    report = corps.do(scene.li, reports.read, scene.activity)
    assert report is not None
    assert report.not_out == ("陈红",)
    corps.do(scene.li, reports.verify, scene.activity)
    rows = corps.run(lambda s, _at: s.exec(select(HoursEntry.member_id, HoursEntry.minutes)).all())
    assert {corps.number(member): minutes for member, minutes in rows} == {scene.zhang: 90, scene.chen: 0}


def test_the_leader_says_with_one_tap_that_they_stayed_or_of_one_alone(scene: Scene, corps: Corps) -> None:
    zhou = corps.member("周强")
    corps.do(zhou, signups.sign_up, corps.slot(scene.activity, "志愿者"))
    for person, wall in ((scene.zhang, "14:00"), (scene.chen, "14:30"), (zhou, "14:45")):
        scene.comes(person, wall)
    scene.leaves(zhou, "15:00")
    with pytest.raises(Refused) as no:
        corps.do(scene.zhao, roll_form.stayed, scene.activity)
    assert no.value.reason is Reason.NOT_ENDED
    scene.at("16:35")
    seen = corps.do(scene.zhao, roll_form.left_at, scene.activity, corps.member_id(scene.zhang), 0)
    assert [person.name for person in seen.people if person.not_out] == ["陈红"]
    seen = corps.do(scene.zhao, roll_form.stayed, scene.activity)
    assert not any(person.not_out for person in seen.people)
    assert scene.hours() == {scene.zhang: 120, scene.chen: 90, zhou: 15}


def test_the_code_on_site_is_for_both_and_a_second_scan_leaves_nobody_out(scene: Scene, corps: Corps) -> None:
    scene.at("14:00")
    assert corps.do(scene.zhang, codes.arrive, corps.do(scene.zhao, codes.see, scene.activity).link).checked_in
    scene.at("14:05")
    with pytest.raises(Refused) as no:
        corps.do(scene.zhang, codes.arrive, corps.do(scene.zhao, codes.see, scene.activity).link)
    assert no.value.reason is Reason.ALREADY_HERE
    scene.at("16:10")
    digits = corps.do(scene.zhao, codes.see, scene.activity).digits
    left = corps.do(scene.zhang, codes.take_digits, digits)
    assert isinstance(left, check_in.Arrival)
    assert (left.checked_in, left.checked_out) == (False, True)
    until = corps.run(lambda s, _at: s.exec(select(Attendance.until)).one())
    assert until == corps.instant("2026-12-05 16:00")


def test_the_card_offers_it_to_whoever_is_there_and_nobody_else(scene: Scene, corps: Corps) -> None:
    def offers(who: int) -> bool:
        return corps.do(who, cards.see, scene.activity).may_check_out

    scene.comes(scene.zhang, "14:00")
    assert (offers(scene.zhang), offers(scene.chen)) == (True, False)
    scene.at("16:29")
    assert offers(scene.zhang)
    scene.at("16:31")
    assert not offers(scene.zhang)
    for who, reason in ((scene.zhang, Reason.TOO_LATE), (scene.chen, Reason.NOT_HERE)):
        with pytest.raises(Refused) as no:
            corps.do(who, check_out.check_out, scene.activity)
        assert (no.value.reason, no.value.facts["title"]) == (reason, "防诈骗公益讲座")


def test_without_it_all_is_as_it_was(scene: Scene, corps: Corps) -> None:
    corps.do(scene.wang, editing.ask_check_out, scene.activity, check_out=False)
    scene.comes(scene.zhang, "14:20")
    with pytest.raises(Refused) as no:
        corps.do(scene.zhang, check_out.check_out, scene.activity)
    assert (no.value.reason, no.value.facts["title"]) == (Reason.NO_CHECK_OUT, "防诈骗公益讲座")
    assert scene.hours() == {scene.zhang: 120}


def test_a_draft_that_asks_for_it_is_published_as_it_was_shown(corps: Corps) -> None:
    wang = corps.coordinator()
    activity = corps.do(wang, planning.draft, corps.plan())
    shown = corps.do(wang, cards.see, activity).plan
    corps.do(wang, editing.ask_check_out, activity, check_out=True)
    with pytest.raises(Refused) as no:
        corps.do(wang, report_form.publish, activity, shown)
    assert no.value.reason is Reason.MOVED_ON
    corps.do(wang, report_form.publish, activity, corps.do(wang, cards.see, activity).plan)
    assert corps.do(wang, cards.see, activity).check_out
    corps.clock.at = corps.instant("2026-12-05 16:00") + dt.timedelta(minutes=1)
    with pytest.raises(Refused) as no:
        corps.do(wang, editing.ask_check_out, activity, check_out=False)
    assert no.value.reason is Reason.TIME_PAST

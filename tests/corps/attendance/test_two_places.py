"""Whoever is at one place and checks in at another is asked which."""

import datetime as dt

import pytest
from sqlmodel import Session, col, select

from corps.attendance import check_in, codes
from corps.attendance.check_in import Arrival
from corps.attendance.two_places import Elsewhere, Instead
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.moment import Moment
from corps.refusals import Reason, Refused
from corps.signups import signups
from models import Activity, Attendance, Audit
from models.enums import ActivityState, Source
from tests.base import Corps


class Scene:
    """Somebody checked in at a lecture, and going to a clinic that was moved to the same time."""

    def __init__(self, corps: Corps) -> None:
        wang = corps.coordinator()
        self.corps, self.zhang, self.chen = corps, corps.member("张明"), corps.member("陈小红")
        self.own = corps.member_id(self.zhang)
        self.lecture = corps.publish(wang)
        self.clinic = corps.publish(wang, corps.plan("义诊", "2026-12-05 17:00", "2026-12-05 19:00"))
        for activity in (self.lecture, self.clinic):
            corps.do(self.zhang, signups.sign_up, corps.slot(activity, "志愿者"))
        corps.do(self.chen, signups.sign_up, corps.slot(self.lecture, "志愿者"))
        hours = {"starts": "2026-12-05T14:30", "ends": "2026-12-05T16:30"}
        corps.do(wang, editing.change, Edit(self.clinic, EditField.TIME, hours))
        corps.clock.set_wall("2026-12-05 14:00")
        assert corps.do(self.chen, check_in.check_in, self.lecture) is None
        assert corps.do(self.zhang, check_in.check_in, self.lecture) is None
        corps.clock.set_wall("2026-12-05 15:00")

    def check_in(self, instead: Instead | None = None) -> Elsewhere | None:
        """Check in at the clinic."""
        return self.corps.do(self.zhang, check_in.check_in, self.clinic, self.lecture, instead)

    def marks(self) -> dict[int, tuple[str, str]]:
        """Return from when to when they were where."""
        own = select(Attendance).where(Attendance.member_id == self.own)
        rows = self.corps.run(lambda s, _at: list(s.exec(own).all()))
        clock = self.corps.clock
        return {
            row.activity_id: (
                f"{clock.wall(row.since):%H:%M}" if row.since else "",
                f"{clock.wall(row.until):%H:%M}" if row.until else "",
            )
            for row in rows
        }

    def ends(self, activity: int) -> list[tuple[int, str]]:
        """Return who is marked at an activity, and until when."""
        marks = select(Attendance.member_id, Attendance.until).where(Attendance.activity_id == activity)
        rows = self.corps.run(lambda s, _at: s.exec(marks.order_by(col(Attendance.id))).all())
        return [(who, f"{self.corps.clock.wall(until):%H:%M}" if until else "") for who, until in rows]

    def traces(self, action: str) -> list[tuple[int | None, object, object]]:
        """Return who did that, and what was before and after."""
        rows = select(Audit.actor_id, Audit.before, Audit.after).where(Audit.action == action).order_by(col(Audit.id))
        return [(who, before, after) for who, before, after in self.corps.run(lambda s, _at: s.exec(rows).all())]


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_they_are_asked_and_nothing_is_done_until_they_say(scene: Scene) -> None:
    asked = Elsewhere(scene.clinic, "义诊", scene.lecture, "防诈骗公益讲座", may_undo=True)
    assert scene.check_in() == asked
    code = scene.corps.run(lambda s, _at: s.get_one(Activity, scene.clinic).check_in_code)
    arrival = scene.corps.do(scene.zhang, codes.arrive, code)
    assert isinstance(arrival, Arrival)
    assert (arrival.checked_in, arrival.elsewhere) == (False, asked)
    assert set(scene.marks()) == {scene.lecture}


def test_who_came_over_has_left_there_and_is_here_from_now_on(scene: Scene) -> None:
    assert scene.check_in(Instead.LEFT) is None
    assert scene.marks() == {scene.lecture: ("", "15:00"), scene.clinic: ("15:00", "")}


def test_a_slip_is_taken_back_and_traced(scene: Scene) -> None:
    assert scene.check_in(Instead.MISTAKEN) is None
    assert scene.marks() == {scene.clinic: ("", "")}
    assert (scene.own, {"state": "present"}, {"state": "unknown"}) in scene.traces("attendance.mark")


def test_when_somebody_left_is_traced(scene: Scene) -> None:
    scene.check_in(Instead.LEFT)
    until = str(dt.datetime(2026, 12, 5, 7, tzinfo=dt.UTC))
    assert scene.traces("attendance.part") == [(scene.own, {"until": ""}, {"until": until})]


def test_only_the_persons_own_mark_at_that_place_is_put_right(scene: Scene) -> None:
    others = {scene.corps.member_id(scene.chen): "", scene.own: "15:00"}
    scene.check_in(Instead.LEFT)
    assert dict(scene.ends(scene.lecture)) == others


def test_what_is_reported_there_is_left_as_it_was(scene: Scene) -> None:
    def report(session: Session, _at: Moment) -> None:
        session.get_one(Activity, scene.lecture).state = ActivityState.REPORTED

    scene.corps.run(report)
    assert scene.check_in(Instead.MISTAKEN) is None
    assert scene.marks() == {scene.lecture: ("", ""), scene.clinic: ("", "")}


def test_what_the_leader_marked_is_not_taken_back_by_the_person(scene: Scene) -> None:
    def confirmed(session: object) -> None:
        mark = session.exec(select(Attendance).where(Attendance.member_id == scene.own)).one()  # type: ignore[attr-defined]
        mark.source = Source.LEADER_CONFIRMED

    scene.corps.run(lambda s, _at: confirmed(s))
    asked = scene.check_in()
    assert asked is not None
    assert not asked.may_undo
    with pytest.raises(Refused) as no:
        scene.check_in(Instead.MISTAKEN)
    assert no.value.reason is Reason.MARKED_THERE
    assert no.value.facts["title"] == "防诈骗公益讲座"


def test_nobody_is_asked_once_the_other_one_is_over(scene: Scene) -> None:
    scene.corps.clock.set_wall("2026-12-05 16:10")
    assert scene.check_in() is None

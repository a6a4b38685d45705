"""签到表: who stands on it, for whom it is printed, and that its photo is kept as what it is."""

import pytest

from bot.texts.voice import Voice
from bot.views.records.sign_in_sheet import _values
from corps.activities.planning import SlotPlan
from corps.attendance import report_form, reports, roll_call, sign_in_sheet
from corps.attendance.report_form import KIND, Stand
from corps.attendance.sign_in_sheet import Line
from corps.conversations import find
from corps.records import briefs
from corps.refusals import Reason, Refused
from corps.signups import signups
from models import Activity
from models.enums import AttendanceState
from tests.base import Corps, photo


class Scene:
    """A lecture of one team, with one person going and one on the waitlist."""

    def __init__(self, corps: Corps) -> None:
        self.corps, self.wang, self.zhao = corps, corps.coordinator(), corps.leader("赵联络")
        self.li = corps.coordinator("李统筹")
        self.zhang = corps.member("张明")
        self.activity = corps.publish(self.wang)
        corps.do(self.zhang, signups.sign_up, corps.slot(self.activity, "志愿者"))

    def reports(self) -> None:
        """Come to the questions of the report."""
        self.corps.clock.set_wall("2026-12-05 16:10")
        self.corps.do(self.zhao, report_form.begin, self.activity)
        there = [self.corps.member_id(self.zhang)]
        self.corps.do(self.zhao, roll_call.mark, self.activity, there, AttendanceState.PRESENT)
        self.says("80 清点")

    def says(self, text: str, file: str = "") -> Stand:
        """Answer, perhaps with a photo."""

        def take(session, actor, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - as Corps.do calls it
            open_one = find(session, actor.address, KIND)
            assert open_one is not None
            return report_form.take(session, actor, at, open_one, text, photo(file) if file else None, text + file)

        stand: Stand = self.corps.do(self.zhao, take)
        return stand


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_who_is_going_stands_on_it_with_the_printed_code(scene: Scene, corps: Corps) -> None:
    sheet = corps.do(scene.zhao, sign_in_sheet.sheet, scene.activity)
    assert sheet.lines == (Line("张明", "志愿者", "民盟"),)
    assert sheet.code == corps.run(lambda s, _at: s.get_one(Activity, scene.activity).check_in_code)
    assert corps.do(scene.wang, sign_in_sheet.sheet, scene.activity) == sheet


def test_a_slots_own_hours_stand_beside_its_role(corps: Corps) -> None:
    wang, zhang, chen = corps.coordinator(), corps.member("张明"), corps.member("陈红", "民建")
    own = corps.instant("2026-12-05 14:00"), corps.instant("2026-12-05 15:00")
    slots = (
        SlotPlan("医生", "clinic", 2, corps.team("民盟"), False, *own),
        SlotPlan("志愿者", "lecture", 2, corps.team("民建")),
    )
    activity = corps.publish(wang, corps.plan(slots=slots, teams=("民盟", "民建")))
    for who, role in ((zhang, "医生"), (chen, "志愿者")):
        corps.do(who, signups.sign_up, corps.slot(activity, role))
    sheet = corps.do(wang, sign_in_sheet.sheet, activity)
    assert sheet.lines == (Line("张明", "医生", "民盟", own), Line("陈红", "志愿者", "民建"))
    rows = _values(Voice("zh", corps.clock), sheet)["rows"]
    assert isinstance(rows, list)
    assert [row[2] for row in rows[:2]] == ["医生\n14:00–15:00", "志愿者"]


def test_it_is_for_whoever_runs_it_until_it_is_over(scene: Scene, corps: Corps) -> None:
    other = corps.leader("钱联络", "民建")
    for who, reason in ((scene.zhang, Reason.NOT_ALLOWED), (other, Reason.NOT_ALLOWED)):
        with pytest.raises(Refused) as no:
            corps.do(who, sign_in_sheet.sheet, scene.activity)
        assert no.value.reason is reason
    corps.clock.set_wall("2026-12-05 16:10")
    with pytest.raises(Refused) as no:
        corps.do(scene.zhao, sign_in_sheet.sheet, scene.activity)
    assert no.value.reason is Reason.TOO_LATE


def test_a_photo_named_so_is_kept_as_the_sheet_and_stays_out_of_the_brief(scene: Scene, corps: Corps) -> None:
    scene.reports()
    scene.says("签到表", "sheet")
    stand = scene.says("", "people")
    assert (len(stand.photos), len(stand.sheets)) == (2, 1)
    assert stand.words == "", "the name of the photo is no account of the activity"
    corps.do(scene.zhao, report_form.submit, scene.activity, stand.shown)
    report = corps.do(scene.li, reports.read, scene.activity)
    assert report is not None
    assert [one.sheet for one in report.photos] == [True, False]
    corps.do(scene.li, reports.verify, scene.activity)
    (story,) = corps.do(scene.li, briefs.of_activity, scene.activity).stories
    assert [one.id for one in story.photos] == ["people"], "the sheet has names on it"


def test_which_photo_it_is_can_be_said_later_and_put_right_when_it_comes_back(scene: Scene, corps: Corps) -> None:
    scene.reports()
    first, second = [scene.says("", name).photos[-1] for name in ("a", "b")]

    def tick(sign: str, *, sheet: bool) -> Stand:
        return corps.do(scene.zhao, report_form.mark_sheet, scene.activity, sign, sheet=sheet, key="k")

    assert tick(first, sheet=True).sheets == (first,)
    assert set(tick(second, sheet=True).sheets) == {first, second}
    assert tick(first, sheet=False).sheets == (second,)
    assert tick("00000000", sheet=True).sheets == (second,), "there is no such photo"
    stand = corps.do(scene.zhao, report_form.correct, scene.activity, report_form.Step.READY, "k2")
    corps.do(scene.zhao, report_form.submit, scene.activity, stand.shown)
    corps.do(scene.li, reports.send_back, scene.activity, "哪张是签到表？")
    corps.do(scene.zhao, report_form.begin, scene.activity)
    assert corps.do(scene.zhao, report_form.ask, scene.activity, "k3").sheets == (second,)
    stand = tick(second, sheet=False)
    stand = corps.do(scene.zhao, report_form.correct, scene.activity, report_form.Step.READY, "k4")
    corps.do(scene.zhao, report_form.submit, scene.activity, stand.shown)
    report = corps.do(scene.li, reports.read, scene.activity)
    assert report is not None
    assert not any(one.sheet for one in report.photos)

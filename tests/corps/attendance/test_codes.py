"""The rotating code: it holds for about a minute, for one activity, and once a person; how each came is kept."""

import datetime as dt

import pytest
from sqlmodel import select

from corps import conversations
from corps.addresses import telegram
from corps.attendance import check_in, codes, reports, roll_call
from corps.attendance.check_in import Arrival
from corps.attendance.codes import RotatingCode, WrongCode
from corps.attendance.report_form import KIND
from corps.refusals import Reason, Refused
from corps.signups import signups
from models import Activity, Attendance, Audit, HoursEntry, ShownCode
from models.enums import AttendanceState, CheckedBy, CountedBy
from tests.base import Corps


class Scene:
    """A lecture that begins soon: two are going, and the leader holds up the code."""

    def __init__(self, corps: Corps) -> None:
        self.corps, self.wang, self.zhao = corps, corps.coordinator(), corps.leader("赵联络")
        self.li = corps.coordinator("李统筹")
        self.zhang, self.chen = corps.member("张明"), corps.member("陈红")
        self.activity = corps.publish(self.wang)
        for person in (self.zhang, self.chen):
            corps.do(person, signups.sign_up, corps.slot(self.activity, "志愿者"))
        corps.clock.set_wall("2026-12-05 13:40")

    def code(self) -> RotatingCode:
        """Return the code of now."""
        return self.corps.do(self.zhao, codes.see, self.activity)

    def later(self, seconds: int) -> None:
        """Let time pass."""
        self.corps.clock.push(dt.timedelta(seconds=seconds))

    def refusal(self, who: int, code: str) -> Reason:
        """Return why somebody is not checked in by a scanned code."""
        with pytest.raises(Refused) as no:
            self.corps.do(who, codes.arrive, code)
        return no.value.reason

    def ways(self) -> dict[int, str | None]:
        """Return by what each was found to be there."""
        rows = self.corps.run(lambda s, _at: s.exec(select(Attendance.member_id, Attendance.checked_by)).all())
        return {self.corps.number(member): by for member, by in rows}


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_the_code_is_another_each_half_minute_and_stays_within_it(scene: Scene) -> None:
    first = scene.code()
    assert len(first.digits) == 6
    scene.later(29)
    assert scene.code().digits == first.digits
    scene.later(1)
    assert {scene.code().digits, scene.code().link}.isdisjoint({first.digits, first.link})


def test_the_step_before_and_the_one_after_hold_and_no_other(scene: Scene) -> None:
    code = scene.code()
    scene.later(59)
    assert scene.corps.do(scene.zhang, codes.arrive, code.link).checked_in
    scene.later(1)
    assert scene.refusal(scene.chen, code.link) is Reason.CODE_OVER
    scene.later(-90)
    assert scene.corps.do(scene.chen, codes.arrive, code.link).checked_in, "a phone's message was early"


def test_a_link_fits_what_telegram_takes(scene: Scene) -> None:
    assert len(f"in-{scene.code().link}") <= 64
    assert set(scene.code().link) <= set("0123456789abcdef-")


def test_typed_digits_check_in_however_they_are_written(scene: Scene) -> None:
    digits = scene.code().digits
    wide = "".join(chr(ord(char) + 0xFEE0) for char in digits)
    done = scene.corps.do(scene.zhang, codes.take_digits, f"{digits[:3]} {digits[3:]}")
    assert isinstance(done, Arrival)
    assert done.checked_in
    assert isinstance(scene.corps.do(scene.chen, codes.take_digits, wide), Arrival)
    assert scene.ways() == dict.fromkeys((scene.zhang, scene.chen), CheckedBy.ROTATING_CODE)


def test_each_person_once_and_the_second_time_is_told_who_and_when(scene: Scene) -> None:
    code = scene.code()
    scene.corps.do(scene.zhang, codes.arrive, code.link)
    scene.later(5)
    with pytest.raises(Refused) as no:
        scene.corps.do(scene.zhang, codes.take_digits, code.digits)
    assert no.value.reason is Reason.ALREADY_HERE
    assert no.value.facts["when"] == scene.corps.instant("2026-12-05 13:40")
    assert "张明" in repr(no.value.facts["by"])


def test_codes_of_another_activity_do_not_hold_here(scene: Scene, corps: Corps) -> None:
    other = corps.publish(scene.wang, corps.plan("义诊", "2026-12-05 13:50", "2026-12-05 15:00"))
    code = corps.do(scene.wang, codes.see, other)
    _, _, token = code.link.partition("-")
    assert scene.code().digits != code.digits
    assert scene.refusal(scene.zhang, f"{scene.activity}-{token}") is Reason.CODE_OVER


def test_guessing_ends_after_a_few_and_goes_on_later(scene: Scene) -> None:
    right = scene.code().digits
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    tried = [scene.corps.do(scene.zhang, codes.take_digits, wrong) for _ in range(6)]
    assert tried == [WrongCode(left) for left in (4, 3, 2, 1, 0, 0)]
    assert scene.corps.do(scene.zhang, codes.take_digits, scene.code().digits) == WrongCode(0)
    assert isinstance(scene.corps.do(scene.chen, codes.take_digits, scene.code().digits), Arrival), "each for oneself"
    scene.later(601)
    assert isinstance(scene.corps.do(scene.zhang, codes.take_digits, scene.code().digits), Arrival)


def test_who_is_asked_something_gives_an_answer_unless_the_code_holds(scene: Scene, corps: Corps) -> None:
    digits = scene.code().digits
    corps.run(lambda s, at: conversations.put(s, at, telegram(scene.zhang), KIND, "number", {}))
    wrong = f"{(int(digits) + 1) % 1_000_000:06d}"
    assert [corps.do(scene.zhang, codes.take_digits, wrong) for _ in range(5)] == [None] * 5
    assert corps.do(scene.zhang, codes.take_digits, digits) is None, "guesses are counted here too"
    scene.later(601)
    assert isinstance(corps.do(scene.zhang, codes.take_digits, scene.code().digits), Arrival)


def test_six_digits_are_nothing_special_while_nothing_is_on(scene: Scene) -> None:
    scene.corps.clock.set_wall("2026-12-05 10:00")
    assert scene.corps.do(scene.zhang, codes.take_digits, "123456") is None
    assert (
        scene.corps.run(lambda s, _at: s.exec(select(Audit).where(Audit.action == "check_in.wrong_code")).all()) == []
    )


def test_only_who_runs_it_sees_the_code_and_only_while_people_check_in(scene: Scene, corps: Corps) -> None:
    other = corps.leader("钱联络", "民建")
    for who, wall, reason in (
        (scene.zhang, "13:40", Reason.NOT_ALLOWED),
        (other, "13:40", Reason.NOT_ALLOWED),
        (scene.zhao, "13:00", Reason.TOO_EARLY),
        (scene.zhao, "16:30", Reason.TOO_LATE),
    ):
        corps.clock.set_wall(f"2026-12-05 {wall}")
        with pytest.raises(Refused) as no:
            corps.do(who, codes.see, scene.activity)
        assert no.value.reason is reason
    key = corps.run(lambda s, _at: s.get_one(Activity, scene.activity).code_key)
    assert key == "", "made when it is first shown"


def test_what_a_scan_led_to_keeps_how_the_person_came(scene: Scene, corps: Corps) -> None:
    zhou = corps.member("周强")
    arrived = corps.do(zhou, codes.arrive, scene.code().link)
    assert [slot.role for slot in arrived.slots] == ["主讲人", "志愿者"]
    scene.later(120)
    corps.do(zhou, check_in.walk_in, corps.slot(scene.activity, "志愿者"))
    corps.do(scene.chen, check_in.check_in, scene.activity)
    printed = corps.run(lambda s, _at: s.get_one(Activity, scene.activity).check_in_code)
    corps.do(scene.zhang, codes.arrive, printed)
    assert scene.ways() == {
        zhou: CheckedBy.ROTATING_CODE, scene.chen: CheckedBy.BUTTON, scene.zhang: CheckedBy.FIXED_CODE,
    }  # fmt: skip


def test_the_verifier_reads_how_people_came_and_the_hours_keep_it(scene: Scene, corps: Corps) -> None:
    corps.do(scene.zhang, codes.arrive, scene.code().link)
    corps.clock.set_wall("2026-12-05 16:10")
    there = [corps.member_id(scene.chen)]
    corps.do(scene.zhao, roll_call.mark, scene.activity, there, AttendanceState.PRESENT)
    corps.do(scene.zhao, reports.submit, scene.activity, reports.Account(80, CountedBy.HEADCOUNT))
    report = corps.do(scene.li, reports.read, scene.activity)
    assert report is not None
    assert report.checked_by == ((CheckedBy.ROTATING_CODE, 1), (CheckedBy.ROLL, 1))
    corps.do(scene.li, reports.verify, scene.activity)
    kept = corps.run(lambda s, _at: s.exec(select(HoursEntry.member_id, HoursEntry.checked_by)).all())
    assert {corps.number(member): by for member, by in kept} == {
        scene.zhang: CheckedBy.ROTATING_CODE, scene.chen: CheckedBy.ROLL,
    }  # fmt: skip


def test_a_code_in_a_chat_is_kept_fresh_for_half_an_hour(scene: Scene, corps: Corps) -> None:
    code = scene.code()
    corps.do(scene.zhao, codes.note_shown, code, "7")
    assert corps.run(codes.due) == []
    scene.later(30)
    (shown,) = corps.run(codes.due)
    assert (shown.message_id, shown.code) == ("7", scene.code())
    corps.run(codes.drawn, shown)
    assert corps.run(codes.due) == []
    corps.do(scene.zhao, codes.note_shown, scene.code(), "9")
    corps.run(codes.drawn, shown)
    scene.later(1800)
    (over,) = corps.run(codes.due)
    assert (over.message_id, over.code) == ("9", None), "opened again in a newer message, and that one is old now"
    corps.run(codes.drawn, over)
    assert corps.run(lambda s, _at: s.exec(select(ShownCode)).all()) == []


def test_two_who_hold_up_the_code_each_have_it_kept_fresh_in_their_own_chat(scene: Scene) -> None:
    corps, code = scene.corps, scene.code()
    corps.do(scene.zhao, codes.note_shown, code, "7")
    corps.do(scene.wang, codes.note_shown, code, "7")
    corps.do(scene.zhao, codes.note_shown, code, "8")
    scene.later(30)
    shown = [(one.address, one.message_id) for one in corps.run(codes.due)]
    assert shown == [(telegram(scene.zhao), "8"), (telegram(scene.wang), "7")]


def test_only_the_message_that_shows_a_code_is_known_as_one(scene: Scene) -> None:
    corps = scene.corps
    corps.do(scene.zhao, codes.note_shown, scene.code(), "7")
    asked = ((scene.zhao, ("6", "7")), (scene.zhao, ("8",)), (scene.wang, ("7",)), (scene.zhao, ()))
    found = [corps.run(codes.stands_in, telegram(who), messages) for who, messages in asked]
    assert found == [True, False, False, False]

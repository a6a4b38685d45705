"""签到: by the person, by the leader, on site without a sign-up; unknown never means present."""

import pytest

from bot.views import onsite
from corps.activities import rules
from corps.activities.planning import SlotPlan
from corps.attendance import check_in, codes, roll_call
from corps.changes import cancelling
from corps.records import audit_log
from corps.records.audit_log import About
from corps.refusals import Reason, Refused
from corps.signups import signups, withdrawals
from models.enums import AttendanceState, SignUpState, Source
from tests.base import Corps


class Scene:
    """A lecture with one person going."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.wang, self.zhao = corps.coordinator(), corps.leader("赵")
        self.zhang, self.li = corps.member("张明"), corps.member("李芳")
        self.activity = corps.publish(self.wang)
        self.slot = corps.slot(self.activity, "志愿者")
        corps.do(self.zhang, signups.sign_up, self.slot)
        self.code = corps.run(lambda s, _at: rules.find_activity(s, self.activity).check_in_code)

    def refusal(self, who: int, operation: object, *args: object) -> Reason:
        """Return why something is refused."""
        with pytest.raises(Refused) as refused:
            self.corps.do(who, operation, *args)  # type: ignore[arg-type]
        return refused.value.reason

    def refused(self, who: int, operation: object, *args: object) -> tuple[Reason, object]:
        """Return why something is refused, and the title that the person reads with it."""
        with pytest.raises(Refused) as no:
            self.corps.do(who, operation, *args)  # type: ignore[arg-type]
        return no.value.reason, no.value.facts["title"]

    def roll(self) -> dict[str, tuple[AttendanceState, Source | None]]:
        """Return the roll by name."""
        people = self.corps.do(self.wang, roll_call.roll, self.activity)
        return {person.name: (person.state, person.source) for person in people}


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


@pytest.mark.parametrize(
    ("wall", "reason"),
    [
        ("2026-12-05 13:29", Reason.TOO_EARLY),
        ("2026-12-05 13:30", None),
        ("2026-12-05 16:00", None),
        ("2026-12-05 16:01", Reason.TOO_LATE),
    ],
)
def test_check_in_is_open_from_half_an_hour_before_to_the_end(
    corps: Corps, scene: Scene, wall: str, reason: Reason | None
) -> None:
    corps.clock.set_wall(wall)
    if reason is not None:
        assert scene.refusal(scene.zhang, check_in.check_in, scene.activity) is reason
        return
    corps.do(scene.zhang, check_in.check_in, scene.activity)
    assert scene.roll()["张明"] == (AttendanceState.PRESENT, Source.SELF_CHECKED)
    assert scene.refusal(scene.zhang, check_in.check_in, scene.activity) is Reason.ALREADY_HERE


def test_whoever_said_nothing_is_unknown_not_present(scene: Scene) -> None:
    assert scene.roll()["张明"] == (AttendanceState.UNKNOWN, None)


def test_nobody_checks_in_without_a_sign_up_or_to_what_is_cancelled(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-05 14:00")
    assert scene.refusal(scene.li, check_in.check_in, scene.activity) is Reason.NOT_SIGNED_UP
    corps.do(scene.wang, cancelling.cancel, scene.activity)
    assert scene.refusal(scene.zhang, check_in.check_in, scene.activity) is Reason.CANCELLED


def test_the_leader_marks_the_others_and_it_shows_who_said_so(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-05 14:00")
    corps.do(scene.zhao, roll_call.mark, scene.activity, [corps.member_id(scene.zhang)], AttendanceState.PRESENT)
    assert scene.roll()["张明"] == (AttendanceState.PRESENT, Source.LEADER_CONFIRMED)


def test_every_mark_has_its_sign_in_the_roll_and_a_mark_that_follows_it() -> None:
    assert set(roll_call.AFTER) == set(onsite.MARKS) == set(AttendanceState)
    assert AttendanceState.UNKNOWN not in roll_call.AFTER.values(), "who was marked is never unknown again"


def test_the_roll_is_for_those_who_run_the_activity(corps: Corps, scene: Scene) -> None:
    stranger = corps.leader("钱", "农工党")
    for who in (scene.zhang, stranger):
        assert scene.refusal(who, roll_call.roll, scene.activity) is Reason.NOT_ALLOWED
    assert [person.name for person in corps.do(scene.zhao, roll_call.roll, scene.activity)] == ["张明"]


def test_the_code_on_site_checks_in_who_is_going(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-05 13:45")
    arrival = corps.do(scene.zhang, codes.arrive, scene.code)
    assert arrival.checked_in
    assert (arrival.card.id, arrival.slots) == (scene.activity, ())
    assert scene.refusal(scene.zhang, codes.arrive, "no-such-code") is Reason.GONE


def test_somebody_on_site_is_offered_what_is_free_and_takes_it_with_one_tap(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-05 14:30")
    arrival = corps.do(scene.li, codes.arrive, scene.code)
    assert [slot.role for slot in arrival.slots] == ["主讲人", "志愿者"]
    assert not arrival.checked_in
    corps.do(scene.li, check_in.walk_in, scene.slot)
    assert corps.sign_ups(scene.slot)[scene.li] is SignUpState.GOING
    assert scene.roll()["李芳"] == (AttendanceState.PRESENT, Source.SELF_CHECKED)
    assert scene.refusal(scene.li, check_in.walk_in, scene.slot) is Reason.ALREADY_HERE


def test_nobody_walks_in_too_early_too_late_or_for_another_team(corps: Corps, scene: Scene) -> None:
    guest = corps.member("客人", "民建")
    assert scene.refusal(scene.li, check_in.walk_in, scene.slot) is Reason.TOO_EARLY
    assert scene.refusal(scene.li, codes.arrive, scene.code) is Reason.TOO_EARLY
    corps.clock.set_wall("2026-12-05 14:30")
    assert scene.refusal(guest, check_in.walk_in, scene.slot) is Reason.OTHER_TEAM
    assert corps.do(guest, codes.arrive, scene.code).slots == ()
    corps.clock.set_wall("2026-12-05 16:01")
    assert scene.refusal(scene.li, check_in.walk_in, scene.slot) is Reason.TOO_LATE


def test_a_full_slot_takes_no_walk_in(corps: Corps) -> None:
    wang, first, second = corps.coordinator(), corps.member("甲"), corps.member("乙")
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),)))
    slot = corps.slot(activity)
    corps.do(first, signups.sign_up, slot)
    corps.clock.set_wall("2026-12-05 14:30")
    with pytest.raises(Refused) as refused:
        corps.do(second, check_in.walk_in, slot)
    assert refused.value.reason is Reason.FULL


def test_before_the_start_a_walk_in_does_not_overtake_those_who_wait_but_after_it_does(corps: Corps) -> None:
    wang = corps.coordinator()
    first, second, third = (corps.member(name) for name in ("甲", "乙", "丙"))
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),)))
    slot = corps.slot(activity)
    corps.do(first, signups.sign_up, slot)
    corps.do(second, signups.sign_up, slot, wait=True)
    corps.clock.set_wall("2026-12-05 13:45")
    corps.do(first, withdrawals.withdraw, activity)
    with pytest.raises(Refused):
        corps.do(third, check_in.walk_in, slot)
    assert corps.do(second, check_in.walk_in, slot) == (activity, None)
    assert corps.sign_ups(slot)[second] is SignUpState.GOING


def test_who_is_expected_elsewhere_is_not_taken_in_here(corps: Corps, scene: Scene) -> None:
    other = corps.publish(scene.wang, corps.plan("义诊"))
    corps.do(scene.li, signups.sign_up, corps.slot(other))
    corps.clock.set_wall("2026-12-05 14:30")
    assert scene.refused(scene.li, check_in.walk_in, scene.slot) == (Reason.OVERLAP, "义诊")


def test_whoever_is_turned_away_on_site_reads_which_activity_it_is_and_when_its_doors_open(
    corps: Corps, scene: Scene
) -> None:
    with pytest.raises(Refused) as early:
        corps.do(scene.li, check_in.walk_in, scene.slot)
    assert early.value.facts == {"title": "防诈骗公益讲座", "opens": corps.instant("2026-12-05 13:30")}
    corps.clock.set_wall("2026-12-05 14:30")
    guest = corps.member("客人", "民建")
    assert scene.refused(guest, check_in.walk_in, scene.slot) == (Reason.OTHER_TEAM, "防诈骗公益讲座")


def test_a_check_in_after_a_mark_leaves_in_the_audit_what_was_marked_before(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-05 14:10")
    corps.do(scene.zhao, roll_call.mark, scene.activity, [corps.member_id(scene.zhang)], AttendanceState.ABSENT)
    corps.do(scene.zhang, check_in.check_in, scene.activity)
    assert scene.roll() == {"张明": (AttendanceState.PRESENT, Source.SELF_CHECKED)}
    newest = corps.do(scene.wang, audit_log.read, About(), 0, 1).entries[0]
    assert (newest.action, newest.before, newest.after) == (
        "attendance.mark",
        {"state": "absent"},
        {"state": "present"},
    )


def test_the_roll_is_in_the_order_of_slots_and_then_of_sign_ups_with_those_marked_besides(
    corps: Corps, scene: Scene
) -> None:
    wu, speaker = corps.member("吴一"), corps.member("周讲师")
    corps.do(wu, signups.sign_up, scene.slot)
    corps.do(speaker, signups.sign_up, corps.slot(scene.activity, "主讲人"))
    corps.clock.set_wall("2026-12-05 13:40")
    corps.do(scene.zhao, roll_call.mark, scene.activity, [corps.member_id(scene.zhang)], AttendanceState.EXCUSED)
    corps.do(scene.zhang, withdrawals.withdraw, scene.activity)
    people = corps.do(scene.wang, roll_call.roll, scene.activity)
    assert [(person.name, person.role, person.signed_up, person.state) for person in people] == [
        ("周讲师", "主讲人", True, AttendanceState.UNKNOWN),
        ("吴一", "志愿者", True, AttendanceState.UNKNOWN),
        ("张明", "", False, AttendanceState.EXCUSED),
    ]


def test_who_has_checked_in_is_here_and_does_not_withdraw_with_an_old_button(scene: Scene) -> None:
    scene.corps.clock.set_wall("2026-12-05 13:40")
    scene.corps.do(scene.zhang, check_in.check_in, scene.activity)
    assert scene.refusal(scene.zhang, withdrawals.withdraw, scene.activity) is Reason.CHECKED_IN

"""请人报名: who is proposed, in which turn, and that nobody is pressed."""

import datetime as dt

import pytest
from sqlmodel import Session

from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.delivery.notice_facts import load
from corps.moment import Moment
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import inviting, signups
from tests.base import Corps, all_due, row_at


class Scene:
    """A lecture and a team to fill it from."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.wang, self.zhao = corps.coordinator(), corps.leader("赵")
        self.activity = corps.publish(self.wang)

    def names(self, who: int | None = None) -> list[str]:
        """Return those who are proposed."""
        found = self.corps.do(who or self.zhao, inviting.candidates, self.activity)
        return [person.name for person in found.people]

    def refusal(self, who: int, member: int | None = None) -> Reason:
        """Return why asking is refused."""
        try:
            if member is None:
                self.corps.do(who, inviting.candidates, self.activity)
            else:
                self.corps.do(who, inviting.invite, self.activity, self.corps.member_id(member))
        except Refused as refused:
            return refused.reason
        raise AssertionError("was not refused")


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_whoever_served_longest_ago_is_proposed_first_and_no_figure_is_given(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵")
    recent, former, _new = (corps.member(name) for name in ("最近", "早先", "从未"))
    for person, day in ((former, "03"), (recent, "04")):
        plan = corps.plan(f"讲座{day}", f"2026-12-{day} 14:00", f"2026-12-{day} 15:00")
        corps.hold(wang, li, zhao, person, plan=plan)
    activity = corps.publish(wang, corps.plan(starts="2026-12-08 14:00", ends="2026-12-08 15:00"))
    found = corps.do(zhao, inviting.candidates, activity)
    assert [person.name for person in found.people] == ["赵", "从未", "早先", "最近"]
    assert set(inviting.Candidate.__dataclass_fields__) == {"member_id", "name"}


def test_only_those_who_are_free_and_hold_nothing_are_proposed(corps: Corps, scene: Scene) -> None:
    _free, going, busy = (corps.member(name) for name in ("有空", "已报", "在别处"))
    corps.member("别队", "民建")
    corps.do(going, signups.sign_up, corps.slot(scene.activity))
    other = corps.publish(scene.wang, corps.plan("义诊", "2026-12-05 15:00", "2026-12-05 17:00"))
    corps.do(busy, signups.sign_up, corps.slot(other))
    assert scene.names() == ["赵", "有空"]
    assert scene.names(scene.wang) == ["赵", "有空"]


def test_who_has_paused_is_left_in_peace(corps: Corps, scene: Scene) -> None:
    resting = corps.member("休息")

    def pause(session: Session, _at: Moment) -> None:
        row = row_at(session, resting)
        row.paused_until = corps.clock.now() + dt.timedelta(days=7)

    corps.run(pause)
    assert scene.names() == ["赵"]
    assert scene.refusal(scene.zhao, resting) is Reason.NOT_FREE, "nor by a button of before"


def test_an_old_button_does_not_ask_who_is_out_of_reach_or_busy_by_now(corps: Corps, scene: Scene) -> None:
    away, busy = corps.member("不在"), corps.member("很忙")
    assert scene.names() == ["赵", "不在", "很忙"]
    corps.run(reachability.lost, telegram(away), "blocked")
    corps.do(scene.zhao, inviting.invite, scene.activity, corps.member_id(busy))
    other = corps.publish(scene.wang, corps.plan("另一场"))
    corps.do(busy, signups.sign_up, corps.slot(other))
    assert scene.refusal(scene.zhao, away) is Reason.NOT_FREE
    assert scene.refusal(scene.zhao, busy) is Reason.ALREADY_DECIDED
    late = corps.member("后来")
    corps.do(late, signups.sign_up, corps.slot(other, "志愿者"))
    assert scene.refusal(scene.zhao, late) is Reason.NOT_FREE
    due = [due for due in corps.run(all_due) if due.kind is Kind.INVITE]
    assert [corps.run(load, one) for one in due] == [None], "busy by the time it would go out"


def test_each_is_asked_once_whoever_asks(corps: Corps, scene: Scene) -> None:
    zhang = corps.member("张明")
    assert corps.do(scene.zhao, inviting.invite, scene.activity, corps.member_id(zhang)) == "张明"
    assert scene.refusal(scene.wang, zhang) is Reason.ALREADY_DECIDED
    (word,) = corps.owed(Kind.INVITE)
    assert (corps.to(word), word.subject) == (zhang, {"member": corps.member_id(scene.zhao)})
    assert "张明" not in scene.names()
    assert corps.do(scene.zhao, inviting.candidates, scene.activity).asked == 1


def test_whoever_has_signed_up_meanwhile_is_not_asked(corps: Corps, scene: Scene) -> None:
    zhang, li = corps.member("张明"), corps.member("李芳")
    corps.do(zhang, signups.sign_up, corps.slot(scene.activity))
    assert scene.refusal(scene.zhao, zhang) is Reason.ALREADY_DECIDED
    corps.do(scene.zhao, inviting.invite, scene.activity, corps.member_id(li))
    corps.do(li, signups.sign_up, corps.slot(scene.activity, "志愿者"))
    due = [due for due in corps.run(all_due) if due.kind is Kind.INVITE]
    assert [corps.run(load, one) for one in due] == [None]


def test_asking_assigns_nobody(corps: Corps, scene: Scene) -> None:
    zhang = corps.member("张明")
    corps.do(scene.zhao, inviting.invite, scene.activity, corps.member_id(zhang))
    assert zhang not in corps.sign_ups(corps.slot(scene.activity))


def test_a_leader_asks_only_the_own_team_and_a_member_nobody(corps: Corps, scene: Scene) -> None:
    stranger, member = corps.leader("钱", "农工党"), corps.member("张明")
    assert scene.refusal(stranger) is Reason.NOT_ALLOWED
    assert scene.refusal(member) is Reason.NOT_ALLOWED
    assert scene.refusal(scene.zhao, stranger) is Reason.NOT_ALLOWED


def test_in_a_joint_activity_each_leader_fills_from_the_own_team(corps: Corps) -> None:
    wang, zhao, qian = corps.coordinator(), corps.leader("赵"), corps.leader("钱", "农工党")
    slots = (SlotPlan("医生", "clinic", 2, corps.team("农工党")), SlotPlan("志愿者", "clinic", 3))
    joint = corps.publish(wang, corps.plan("义诊", slots=slots, teams=("民盟", "农工党")))
    assert [p.name for p in corps.do(zhao, inviting.candidates, joint).people] == ["赵"]
    assert [p.name for p in corps.do(qian, inviting.candidates, joint).people] == ["钱"]
    assert [p.name for p in corps.do(wang, inviting.candidates, joint).people] == ["赵", "钱"]


def test_a_full_or_begun_activity_needs_nobody(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵")
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),)))
    corps.do(corps.member("张明"), signups.sign_up, corps.slot(activity))
    with pytest.raises(Refused) as refused:
        corps.do(zhao, inviting.candidates, activity)
    assert refused.value.reason is Reason.NO_ROOM
    corps.clock.set_wall("2026-12-05 14:00")
    with pytest.raises(Refused) as refused:
        corps.do(zhao, inviting.candidates, activity)
    assert refused.value.reason is Reason.STARTED

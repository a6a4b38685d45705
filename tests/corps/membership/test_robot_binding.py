"""Whose a group robot is, what it is told beside the members, and what happens when it does not work any more."""

import pytest
from sqlmodel import Session, select

from corps import conversations
from corps.addresses import Address, telegram
from corps.board import delivery
from corps.broadcasts import acknowledgements, broadcasts, progress
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.delivery import leasing, status
from corps.delivery.notice_facts import open_all
from corps.membership import robot_binding, robot_form, team_cards
from corps.moment import Moment
from corps.notices import Sent
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.robots import WECOM, GroupRobot
from corps.signups import last_calls, signups
from models import Audit, Broadcast, Notice, Robot
from models.enums import Failure, NoticeState
from tests.base import Corps, all_due

MARK = "a" * 64


def tie(corps: Corps, who: int, team: str = "民盟", mark: str = MARK) -> GroupRobot:
    """Tie a robot to a team."""
    return corps.do(who, robot_binding.tie, corps.team(team), WECOM, "gAAAAsealed", mark)


def why_refused(corps: Corps, who: int, team: str = "民盟", mark: str = MARK) -> Reason | None:
    """Return why somebody may not tie it."""
    try:
        tie(corps, who, team, mark)
    except Refused as no:
        return no.reason
    return None


def of_robot(corps: Corps, kind: Kind) -> list[Notice]:
    """Return what is owed to robots of a kind."""
    return [notice for notice in corps.owed(kind, None) if notice.member_id is None]


def goes_out(corps: Corps) -> None:
    """Let all that is due be sent."""
    for due in corps.run(all_due):
        corps.run(leasing.record, [(due.id, Sent("1"))])


def test_only_who_has_it_now_or_a_coordinator_gives_a_robot_to_another_team(corps: Corps) -> None:
    mine, other, wang = corps.leader("赵联络"), corps.leader("钱联络", "民建"), corps.coordinator()
    member = corps.member("张明")
    assert why_refused(corps, member) is Reason.NOT_ALLOWED
    assert why_refused(corps, other) is Reason.NOT_ALLOWED
    robot = tie(corps, mine)
    assert robot.address == Address(WECOM, str(robot.id))
    assert why_refused(corps, other, "民建") is Reason.ROBOT_OF_ANOTHER
    assert why_refused(corps, mine) is None, "the same once more: with a new secret, say"
    moved = tie(corps, wang, "民建")
    assert (moved.id, moved.team) == (robot.id, "民建")
    assert corps.told(Kind.ROBOT_UNTIED) == {mine}, "those who had it are told"
    with pytest.raises(Refused) as no:
        corps.do(mine, robot_form.untie, robot.id)
    assert no.value.reason is Reason.NOT_ALLOWED
    corps.do(other, robot_form.untie, robot.id)
    assert corps.run(lambda s, _at: s.exec(select(Robot)).all()) == []


def test_a_team_has_a_few_robots_at_most(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    for number in range(robot_binding.MOST):
        tie(corps, leader, mark=f"{number}" * 64)
    assert why_refused(corps, leader, mark="f" * 64) is Reason.TOO_MANY_ROBOTS
    assert why_refused(corps, leader, mark="0" * 64) is None


def test_a_robot_that_does_not_work_is_told_of_once_and_nothing_more_is_owed_to_it(corps: Corps) -> None:
    leader, wang = corps.leader("赵联络"), corps.coordinator()
    robot = tie(corps, leader)
    corps.publish(wang)
    assert corps.run(robot_binding.broken, robot.address, Failure.ROBOT_GONE)
    assert not corps.run(robot_binding.broken, robot.address, Failure.ROBOT_GONE)
    assert corps.told(Kind.ROBOT_BROKEN) == {leader, wang}
    assert [notice.state for notice in of_robot(corps, Kind.CARD)] == [NoticeState.CANCELLED]
    corps.publish(wang, corps.plan("第二场"))
    assert len(of_robot(corps, Kind.CARD)) == 1
    lines = corps.do(wang, team_cards.list_lines)
    assert [line.robots_broken for line in lines if line.name.startswith("民盟")] == [1]
    assert corps.do(leader, robot_form.look, corps.team("民盟")).robots[0].why is Failure.ROBOT_GONE
    assert corps.do(leader, robot_form.tried, robot.id).robots[0].works
    corps.publish(wang, corps.plan("第三场"))
    assert len(of_robot(corps, Kind.CARD)) == 2


def test_the_audit_keeps_what_was_done_and_no_address(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    robot = tie(corps, leader)
    corps.run(robot_binding.broken, robot.address, Failure.STOPPED)
    corps.do(leader, robot_form.tried, robot.id)
    corps.do(leader, robot_form.untie, robot.id)
    rows = corps.run(lambda s, _at: [row for row in s.exec(select(Audit)).all() if row.action.startswith("robot.")])
    assert [row.action for row in rows] == ["robot.bind", "robot.broken", "robot.back", "robot.unbind"]
    assert not any("sealed" in repr(row) or MARK in repr(row) for row in rows)


def test_a_new_activity_is_told_beside_the_members_without_anybodys_name(corps: Corps) -> None:
    leader, wang, zhang = corps.leader("赵联络"), corps.coordinator(), corps.member("张明")
    tie(corps, leader)
    tie(corps, wang, "民建", "b" * 64)
    activity = corps.publish(wang)
    assert [notice.subject["team"] for notice in of_robot(corps, Kind.CARD)] == [corps.team("民盟")]
    assert {leader, zhang} <= corps.told(Kind.CARD), "each member gets it all the same"
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    robot = next(due for due in corps.run(all_due) if due.member_id is None)
    [letter] = corps.run(open_all, [(robot,)])
    assert letter.facts is not None
    assert "张明" not in repr(letter.facts), "whoever reads there has no consent"


def test_a_change_and_a_cancellation_follow_where_the_activity_was_told(corps: Corps) -> None:
    wang = corps.coordinator()
    tie(corps, wang)
    activity, unsaid = (
        corps.publish(wang),
        corps.publish(wang, corps.plan("没说过的", "2026-12-08 14:00", "2026-12-08 16:00")),
    )
    corps.run(unsay, unsaid)
    goes_out(corps)
    for number in (activity, unsaid):
        for field, value in ((EditField.PLACE, {"place": "沙坪坝区图书馆"}), (EditField.TITLE, {"title": "改了名"})):
            corps.do(wang, editing.change, Edit(number, field, value))
    changed = of_robot(corps, Kind.CHANGED)
    assert [notice.activity_id for notice in changed] == [activity], "one message, however many changes"
    assert len(changed[0].subject["changes"]) == 2
    assert changed[0].subject["team"] == corps.team("民盟")
    for number in (activity, unsaid):
        corps.do(wang, cancelling.cancel, number, "下雨")
    assert [notice.activity_id for notice in of_robot(corps, Kind.CANCELLED)] == [activity]


def unsay(session: Session, _at: Moment, activity: int) -> None:
    """Let an activity's card to the robot never have gone out."""
    for notice in session.exec(select(Notice).where(Notice.activity_id == activity)).all():
        if notice.member_id is None:
            notice.state = NoticeState.EXPIRED


def test_a_last_call_goes_to_the_group_too(corps: Corps) -> None:
    wang = corps.coordinator()
    tie(corps, wang)
    corps.publish(wang)
    corps.clock.set_wall("2026-12-04 15:00")
    corps.run(last_calls.owe_last_calls)
    [call] = of_robot(corps, Kind.LAST_CALL)
    due = next(due for due in corps.run(all_due) if due.id == call.id)
    [letter] = corps.run(open_all, [(due,)])
    assert letter.facts is not None


def test_a_broadcast_is_said_by_robots_beside_the_people_and_counts_as_unconfirmed(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    tie(corps, wang)
    preview = corps.do(wang, broadcasts.prepare, Content("周六集合"), Audience(Scope.ALL))
    assert [robot.team for robot in preview.robots] == ["民盟"]
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, (telegram(1), "2"))
    assert zhang in corps.told(Kind.BROADCAST)
    goes_out(corps)
    standing = corps.run(lambda s, at: progress.read(s, at, s.get_one(Broadcast, preview.id)))
    assert standing.robots == ((WECOM, "民盟", NoticeState.SENT),)
    assert standing.ways == (("telegram", 1), (progress.ROBOTS, 1)), "a robot's copy is a way, and no person"
    assert standing.groups == ()
    (row,) = corps.do(wang, delivery.rows)
    assert (row.total.people, row.ways[progress.ROBOTS].sent) == (1, 1)
    assert (standing.total.people, standing.total.sent) == (1, 1)
    assert corps.do(wang, status.standing).unconfirmed == 1
    silent = corps.run(lambda s, _at: s.exec(acknowledgements.expected(s.get_one(Broadcast, preview.id))).all())
    assert len(silent) == 1, "nobody is asked for 收到 because a robot spoke"
    corps.member("周强", "民建")
    other = corps.do(wang, broadcasts.prepare, Content("开会"), Audience(Scope.TEAMS, teams=(corps.team("民建"),)))
    assert other.robots == ()


def test_a_conversation_that_is_left_keeps_nothing_readable(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    corps.do(leader, robot_form.begin)
    conversation = corps.do(leader, lambda s, actor, _at: conversations.find_open(s, actor.address))
    assert conversation is not None
    desk = corps.do(leader, robot_form.take_address, conversation, "dingtalk", "gAAAAsealed", MARK)
    assert desk.step is robot_form.Step.SECRET
    assert corps.do(leader, robot_form.waits_for_secret) == desk
    corps.do(leader, robot_form.tie, corps.team("民盟"), "dingtalk", "gAAAAsealed", MARK)
    assert corps.do(leader, robot_form.waits_for_secret) is None

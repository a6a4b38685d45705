"""A leader drafts for the own team; a coordinator approves it or sends it back; nothing is public before."""

import itertools

import pytest
from sqlmodel import col, select

from corps.activities import cards, entry_form, planning, proposals
from corps.activities.cautions import see_with_cautions
from corps.activities.planning import SlotPlan
from corps.activities.proposals import Proposed
from corps.attendance import report_form
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.delivery.notice_facts import load
from corps.membership import roles
from corps.notices.kinds import Kind
from corps.people import Named
from corps.refusals import Reason, Refused
from corps.today import Matter
from models import Activity, Audit
from models.enums import ActivityState
from tests.base import Corps, all_due
from tests.corps.forms import open_question
from tests.corps.test_today import titles

NOTICE = (
    "活动：讲座\n类别：公益讲座\n时间：2026-12-05 14:00-16:00\n地点：金蓉社区\n场所：社区\n岗位：主讲人 1，志愿者 2"
)


def refused(corps: Corps, who: int, operation: object, *args: object, **more: object) -> Refused:
    """Return why somebody may not do something."""
    with pytest.raises(Refused) as no:
        corps.do(who, operation, *args, **more)  # type: ignore[arg-type]
    return no.value


KEYS = (f"k{number}" for number in itertools.count())


def named(no: Refused) -> str:
    """Return the name of who did it before."""
    by = no.facts["by"]
    assert isinstance(by, Named)
    return by.name


def drafted(corps: Corps, leader: int, text: str = NOTICE) -> int:
    """Let a leader write a draft by /new, and return its id."""
    stand = corps.do(leader, entry_form.begin, text, next(KEYS))
    assert stand.card is not None, stand.step
    return stand.card.id


def handed_in(corps: Corps, leader: int) -> int:
    """Let a leader write a draft and hand it in."""
    activity = drafted(corps, leader)
    assert isinstance(corps.do(leader, proposals.propose, activity), Proposed)
    return activity


def state(corps: Corps, activity: int) -> ActivityState | None:
    """Return how far an activity has come, None when there is none."""
    row = corps.run(lambda s, _at: s.get(Activity, activity))
    return row.state if row is not None else None


def test_a_draft_is_the_own_teams_and_nothing_of_it_is_public(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    activity = handed_in(corps, zhao)
    card = corps.do(wang, cards.see, activity)
    assert (card.state, card.teams, card.author) == (ActivityState.DRAFT, ("民盟",), "赵联络")
    assert corps.told(Kind.DRAFT_REQUEST) == {wang}
    assert corps.owed(Kind.CARD) == []
    for other in (zhang, corps.leader("孙联络", "民建"), corps.leader("钱联络")):
        assert refused(corps, other, cards.see, activity).reason is Reason.GONE
    assert titles(corps, wang, Matter.APPROVE) == ["讲座"]
    assert titles(corps, zhao, Matter.DRAFT) == []


def test_what_is_said_of_other_teams_is_named_and_not_done(corps: Corps) -> None:
    zhao = corps.leader("赵联络")
    for said in ("分团：民建分团", "分团：民盟，民建", "分团：待认领"):
        stand = corps.do(zhao, entry_form.begin, f"{NOTICE}\n{said}", said)
        assert stand.card is not None
        assert stand.card.teams == ("民盟",)
        assert not any(slot.open for slot in stand.card.slots)
        assert [problem.code for problem in stand.problems] == ["own"]
    assert corps.do(zhao, entry_form.begin, f"{NOTICE}\n分团：民盟分团", "own").problems == ()


@pytest.mark.parametrize("teams", [("民建",), ("民盟", "民建"), ()])
def test_a_forged_plan_for_others_is_refused(corps: Corps, teams: tuple[str, ...]) -> None:
    corps.coordinator()
    zhao = corps.leader("赵联络")
    slots = (SlotPlan("医生", "clinic", 1, None, open=not teams),)
    plan = corps.plan("义诊", "2026-12-06 09:00", "2026-12-06 11:00", slots, teams)
    assert refused(corps, zhao, planning.draft, plan).reason is Reason.OWN_TEAM_ONLY
    assert refused(corps, corps.member("张明"), planning.draft, plan).reason is Reason.NOT_ALLOWED


def test_nobody_but_a_coordinator_approves_and_nobody_but_the_author_hands_in(corps: Corps) -> None:
    wang, zhao, other = corps.coordinator(), corps.leader("赵联络"), corps.leader("孙联络", "民建")
    activity = drafted(corps, zhao)
    assert refused(corps, other, proposals.propose, activity).reason is Reason.NOT_ALLOWED
    assert refused(corps, wang, proposals.propose, activity).reason is Reason.NOT_ALLOWED
    corps.do(zhao, proposals.propose, activity)
    corps.do(zhao, proposals.propose, activity)
    assert len(corps.owed(Kind.DRAFT_REQUEST)) == 1
    for who in (zhao, other):
        assert refused(corps, who, planning.publish, activity).reason is Reason.NOT_ALLOWED
        assert refused(corps, who, proposals.send_back, activity, "不行").reason is Reason.NOT_ALLOWED


def test_approving_publishes_as_shown_and_tells_the_author_and_the_team_once(corps: Corps) -> None:
    wang, li, zhao, zhang = corps.coordinator("王统筹"), corps.coordinator("李统筹"), *people(corps)
    activity = handed_in(corps, zhao)
    shown = corps.do(wang, cards.see, activity).plan
    corps.do(wang, report_form.publish, activity, shown)
    assert state(corps, activity) is ActivityState.PUBLISHED
    assert (corps.told(Kind.CARD), corps.told(Kind.DRAFT_DECIDED)) == ({zhang}, {zhao})
    assert corps.told(Kind.DRAFT_REQUEST) == set(), "nobody is asked any more"
    late = refused(corps, li, proposals.ask_reason, activity, shown)
    assert (late.reason, named(late)) == (Reason.ALREADY_DECIDED, "王统筹")
    assert named(refused(corps, li, planning.publish, activity)) == "王统筹"


def test_a_reason_without_a_word_is_asked_for_again_and_one_that_is_too_long_is_not_cut(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = handed_in(corps, zhao)
    corps.do(wang, proposals.ask_reason, activity)
    question = open_question(corps, wang)
    assert question is not None
    assert not corps.do(wang, proposals.take_reason, question, "？！").done
    assert refused(corps, wang, proposals.take_reason, question, "长" * 301).reason is Reason.TOO_LONG
    assert corps.do(wang, proposals.take_reason, question, " 地点\n不对 ").done
    (told,) = corps.owed(Kind.DRAFT_DECIDED)
    assert told.subject["reason"] == "地点 不对"


def people(corps: Corps) -> tuple[int, int]:
    """Return a leader and a member of one team."""
    return corps.leader("赵联络"), corps.member("张明")


def test_what_was_changed_after_it_was_shown_is_not_approved(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = handed_in(corps, zhao)
    shown = corps.do(wang, cards.see, activity).plan
    corps.do(zhao, editing.change, Edit(activity, EditField.PLACE, {"place": "歌乐山"}))
    no = refused(corps, wang, report_form.publish, activity, shown)
    assert (no.reason, named(no)) == (Reason.MOVED_ON, "赵联络")
    foreign = Edit(activity, EditField.TEAM, {"teams": [corps.team("民建")], "open": False})
    assert refused(corps, zhao, editing.change, foreign).reason is Reason.OWN_TEAM_ONLY


def test_it_comes_back_with_a_reason_is_changed_and_handed_in_again(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = handed_in(corps, zhao)
    corps.do(wang, proposals.send_back, activity, "换个地方")
    due = {one.kind: one for one in corps.run(all_due)}[Kind.DRAFT_DECIDED]
    assert due.subject["reason"] == "换个地方"
    assert corps.run(lambda s, at: load(s, at, due)) is not None
    assert titles(corps, zhao, Matter.DRAFT) == ["讲座"]
    corps.clock.set_wall("2026-12-02 11:00")
    corps.do(zhao, editing.change, Edit(activity, EditField.PLACE, {"place": "歌乐山"}))
    corps.do(zhao, proposals.propose, activity)
    assert corps.told(Kind.DRAFT_REQUEST) == {wang}
    actions = corps.run(lambda s, _at: s.exec(select(Audit.action).order_by(col(Audit.id))).all())
    assert actions[-4:] == ["activity.propose", "activity.send_back", "activity.place", "activity.propose"]


def test_the_author_deletes_the_own_draft_and_reads_when_a_coordinator_does(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    own, theirs = drafted(corps, zhao), handed_in(corps, zhao)
    corps.do(zhao, cancelling.cancel, own)
    corps.do(wang, cancelling.cancel, theirs)
    assert (state(corps, own), state(corps, theirs)) == (None, None)
    assert corps.told(Kind.DRAFT_DECIDED) == {zhao}
    due = {one.kind: one for one in corps.run(all_due)}
    assert corps.run(lambda s, at: load(s, at, due[Kind.DRAFT_DECIDED])) is not None


def test_a_leader_no_more_sees_and_changes_it_no_more(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = drafted(corps, zhao)
    corps.do(wang, roles.set_leader, corps.member_id(zhao), on=False)
    assert refused(corps, zhao, see_with_cautions, activity).reason is Reason.GONE
    for operation, more in ((editing.open_for_editing, ()), (cancelling.cancel, ()), (proposals.propose, ())):
        assert refused(corps, zhao, operation, activity, *more).reason is Reason.NOT_ALLOWED


def test_a_draft_that_nobody_was_there_to_be_asked_for_waits_for_the_next_coordinator(corps: Corps) -> None:
    zhao, zhang, zhou = corps.leader("赵联络"), corps.member("张明"), corps.member("周红")
    activity = handed_in(corps, zhao)
    assert corps.told(Kind.DRAFT_REQUEST) == set()
    wang = corps.coordinator()
    corps.do(wang, roles.set_coordinator, corps.member_id(zhang), on=True)
    assert corps.told(Kind.DRAFT_REQUEST) == {wang, zhang}
    assert titles(corps, zhang, Matter.APPROVE) == ["讲座"]
    corps.do(wang, proposals.send_back, activity, "地点不对")
    corps.do(wang, roles.set_coordinator, corps.member_id(zhou), on=True)
    assert corps.told(Kind.DRAFT_REQUEST) == set(), "what came back waits for its author"

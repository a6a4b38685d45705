"""People change teams or go; the places they held pass on, and those concerned are told."""

import datetime as dt

import pytest
from sqlmodel import select

from corps.activities.planning import SlotPlan
from corps.membership import leaving, transfers
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import claims, signups
from models import SignUp, Slot
from models.enums import MemberStatus, SignUpState
from tests.base import Corps, all_due
from tests.corps.membership.test_roles import owed, row


def slots(corps: Corps, activity: int) -> list[int]:
    """Return an activity's slots, in their order."""
    statement = select(Slot.id).where(Slot.activity_id == activity).order_by("position")
    return [slot or 0 for slot in corps.run(lambda s, _at: s.exec(statement).all())]


def standing(corps: Corps, who: int, slot: int) -> SignUpState:
    """Return the state of somebody's sign-up."""
    statement = select(SignUp.state).where(SignUp.slot_id == slot, SignUp.member_id == corps.member_id(who))
    return SignUpState(corps.run(lambda s, _at: s.exec(statement).one()))


def test_a_leader_moves_a_member_and_both_sides_are_told(corps: Corps) -> None:
    old, new = corps.leader("赵联络", "民盟"), corps.leader("钱联络", "民建")
    zhang = corps.member("张明", "民盟")
    moved = corps.do(old, transfers.move, corps.member_id(zhang), corps.team("民建"))
    assert moved.person.team_id == corps.team("民建")
    assert owed(corps, zhang, Kind.MOVED) == owed(corps, new, Kind.MOVED_IN) == 1
    assert owed(corps, old, Kind.MOVED_IN) == 0


def test_a_leader_moves_nobody_of_another_team_and_nobody_with_a_role(corps: Corps) -> None:
    corps.coordinator()
    leader = corps.leader("赵联络", "民盟")
    others = [corps.member("周", "民建"), corps.leader("吴", "民盟"), leader]
    others.append(corps.person("郑", "民盟", coordinator=True))
    for other in others:
        for operation, more in ((transfers.move, (corps.team("民进"),)), (leaving.remove, ())):
            with pytest.raises(Refused) as no:
                corps.do(leader, operation, corps.member_id(other), *more)
            assert no.value.reason is Reason.NOT_ALLOWED


def test_a_leader_who_is_moved_leads_no_more(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络", "民盟")
    corps.do(wang, transfers.move, corps.member_id(leader), corps.team("民建"))
    assert not row(corps, leader).is_leader


def test_moving_nowhere_or_to_the_same_team_is_refused(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明", "民盟")
    with pytest.raises(Refused) as no:
        corps.do(wang, transfers.move, corps.member_id(zhang), corps.team("民盟"))
    assert no.value.reason is Reason.NOTHING_CHANGED
    with pytest.raises(Refused):
        corps.do(wang, transfers.move, corps.member_id(zhang), 999)


def test_a_place_of_the_old_team_passes_to_the_next_in_line(corps: Corps) -> None:
    wang = corps.coordinator()
    zhang, li = corps.member("张明"), corps.member("李华")
    activity = corps.publish(wang, corps.plan(starts="2026-12-20 14:00", ends="2026-12-20 16:00"))
    speaker = slots(corps, activity)[0]
    corps.do(zhang, signups.sign_up, speaker)
    corps.do(li, signups.sign_up, speaker, wait=True)
    moved = corps.do(wang, transfers.move, corps.member_id(zhang), corps.team("民建"))
    assert moved.released == 1
    assert standing(corps, zhang, speaker) is SignUpState.REMOVED
    assert standing(corps, li, speaker) is SignUpState.OFFERED


def test_a_place_that_the_new_team_may_hold_is_kept(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明", "民盟")
    shared = (SlotPlan("引导员", "lecture", 3, None),)
    plan = corps.plan(starts="2026-12-20 14:00", ends="2026-12-20 16:00", slots=shared, teams=("民盟", "民建"))
    slot = slots(corps, corps.publish(wang, plan))[0]
    corps.do(zhang, signups.sign_up, slot)
    assert corps.do(wang, transfers.move, corps.member_id(zhang), corps.team("民建")).released == 0
    assert standing(corps, zhang, slot) is SignUpState.GOING
    assert corps.do(wang, transfers.move, corps.member_id(zhang), corps.team("民进")).released == 1


def test_who_is_removed_is_told_and_can_do_nothing_more(corps: Corps) -> None:
    leader, zhang = corps.leader("赵联络"), corps.member("张明")
    wang = corps.coordinator()
    slot = slots(corps, corps.publish(wang))[1]
    corps.do(zhang, signups.sign_up, slot)
    removed = corps.do(leader, leaving.remove, corps.member_id(zhang))
    assert (removed.left, removed.released) == (corps.team("民盟"), 1)
    gone = row(corps, zhang)
    assert (gone.status, gone.team_id) == (MemberStatus.LEFT, None)
    assert owed(corps, zhang, Kind.DISMISSED) == 1
    with pytest.raises(Refused) as no:
        corps.do(leader, leaving.remove, corps.member_id(zhang))
    assert no.value.reason is Reason.PERSON_GONE
    with pytest.raises(Refused):
        corps.do(zhang, signups.sign_up, slot)


def test_a_card_already_owed_does_not_follow_who_is_removed(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.publish(wang)
    corps.do(wang, leaving.remove, corps.member_id(zhang))
    kinds = [due.kind for due in corps.run(all_due) if due.address.number == zhang]
    assert kinds == [Kind.DISMISSED]


def test_the_leaders_hear_of_a_place_freed_close_to_the_start_unless_they_freed_it(corps: Corps) -> None:
    wang, zhao, qian = corps.coordinator(), corps.leader("赵联络"), corps.leader("钱联络")
    zhang = corps.member("张明")
    slot = slots(corps, corps.publish(wang))[1]
    corps.do(zhang, signups.sign_up, slot)
    corps.clock.set_wall("2026-12-05 08:00")
    corps.do(zhao, leaving.remove, corps.member_id(zhang))
    assert owed(corps, qian, Kind.LATE_WITHDRAWAL) == 1
    assert owed(corps, zhao, Kind.LATE_WITHDRAWAL) == 0


def test_what_has_begun_is_left_as_it_is(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    slot = slots(corps, corps.publish(wang))[1]
    corps.do(zhang, signups.sign_up, slot)
    corps.clock.set_wall("2026-12-05 15:00")
    assert corps.do(wang, leaving.remove, corps.member_id(zhang)).released == 0
    assert standing(corps, zhang, slot) is SignUpState.GOING


def test_the_last_coordinator_is_not_removed_even_by_forgery(corps: Corps) -> None:
    wang = corps.coordinator()
    with pytest.raises(Refused) as no:
        corps.do(wang, leaving.remove, corps.member_id(wang))
    assert no.value.reason is Reason.LAST_COORDINATOR
    corps.coordinator("李统筹")
    with pytest.raises(Refused) as no:
        corps.do(wang, leaving.remove, corps.member_id(wang))
    assert no.value.reason is Reason.NOT_ALLOWED, "one goes by /settings"


def test_a_claim_stays_with_the_team_when_its_leader_goes(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络", "民盟")
    open_slot = (SlotPlan("医生", "clinic", 2, None, open=True),)
    plan = corps.plan(starts="2026-12-20 14:00", ends="2026-12-20 16:00", slots=open_slot, teams=())
    slot = slots(corps, corps.publish(wang, plan))[0]
    corps.do(leader, claims.claim, slot)
    corps.clock.push(dt.timedelta(minutes=1))
    corps.do(wang, leaving.remove, corps.member_id(leader))
    assert corps.run(lambda s, _at: s.get(Slot, slot)).team_id == corps.team("民盟")  # type: ignore[union-attr]

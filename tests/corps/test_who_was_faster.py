"""Whoever comes second reads who was first, and when, as far as the reader may know the name."""

import pytest

from corps.activities.planning import SlotPlan
from corps.attendance import reports
from corps.broadcasts import acknowledgements, broadcasts
from corps.changes import cancelling, editing
from corps.people import Named
from corps.refusals import Refused
from corps.signups import claims, inviting, signups
from tests.base import Corps
from tests.corps.broadcasts.steps import deliver, sent


def first(corps: Corps, who: int, operation: object, *args: object) -> str:
    """Let somebody come second, and return the name of who was first."""
    with pytest.raises(Refused) as no:
        corps.do(who, operation, *args)  # type: ignore[arg-type]
    by = no.value.facts["by"]
    assert isinstance(by, Named)
    assert no.value.facts["when"] == corps.clock.now()
    return by.name or ("coordinator" if by.is_coordinator else "leader")


def test_a_slot_that_another_team_has_claimed(corps: Corps) -> None:
    wang, zhao, sun = corps.coordinator(), corps.leader("赵联络"), corps.leader("孙联络", "民建")
    plan = corps.plan(slots=(SlotPlan("医生", "clinic", 1, None, open=True),), teams=())
    slot = corps.slot(corps.publish(wang, plan))
    corps.do(zhao, claims.claim, slot)
    assert first(corps, sun, claims.claim, slot) == "leader", "another team's leader is not named"


def test_an_activity_that_was_cancelled(corps: Corps) -> None:
    wang, li, zhang = corps.coordinator("王统筹"), corps.coordinator("李统筹"), corps.member("张明")
    activity = corps.publish(wang)
    corps.do(li, cancelling.cancel, activity, "下雨")
    for operation in (editing.open_for_editing, cancelling.outlook):
        assert first(corps, wang, operation, activity) == "李统筹"
    assert first(corps, zhang, signups.sign_up, corps.slot(activity)) == "coordinator"
    assert first(corps, wang, reports.demand_reportable, activity) == "李统筹"


def test_somebody_who_was_asked_before(corps: Corps) -> None:
    wang, li, zhang = corps.coordinator("王统筹"), corps.coordinator("李统筹"), corps.member("张明")
    activity = corps.publish(wang)
    corps.do(wang, inviting.invite, activity, corps.member_id(zhang))
    assert first(corps, li, inviting.invite, activity, corps.member_id(zhang)) == "王统筹"


def test_a_broadcast_that_another_has_pushed_or_stopped(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    corps.member("张明")
    one = sent(corps, wang)
    deliver(corps)
    corps.do(wang, acknowledgements.nudge, one)
    assert first(corps, li, acknowledgements.nudge, one) == "王统筹"
    assert first(corps, li, broadcasts.stop, one) == "王统筹"

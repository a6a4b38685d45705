"""A wrong category, role or team of a slot is put right until the activity is verified."""

from collections.abc import Callable

import pytest

from corps.activities.planning import SlotPlan
from corps.attendance import report_form, report_offices, reports, roll_call
from corps.changes import edit_form, editing
from corps.changes.edit_answers import Edit, EditField
from corps.notices.kinds import Kind
from corps.quotas import tally
from corps.refusals import Reason, Refused
from corps.signups import claims, signups
from models.enums import AttendanceState, CountedBy, SignUpState
from tests.base import Corps
from tests.corps.forms import say


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


def one_slot(corps: Corps, category: str = "clinic", *, open_: bool = False) -> tuple[SlotPlan, ...]:
    """Return a plan of one slot."""
    return (SlotPlan("志愿者", category, 3, None if open_ else corps.team("民盟"), open_),)


def change(corps: Corps, who: int, activity: int, field: EditField, **value: object) -> editing.Changed:
    """Change something about the activity's first slot."""
    return corps.do(who, editing.change, Edit(activity, field, dict(value), corps.slot(activity)))


def refused(corps: Corps, who: int, operation: Callable[..., object], *values: object) -> Reason:
    """Return why an operation is refused."""
    with pytest.raises(Refused) as no:
        corps.do(who, operation, *values)
    return no.value.reason


def counted(corps: Corps, code: str) -> int:
    """Return how many verified activities count in a category."""
    lines = corps.run(tally.tally, 2026).lines
    return next(line.verified for line in lines if line.category.code == code)


def report(corps: Corps, leader: int, activity: int, *people: int) -> None:
    """Let it pass, mark who came, and report it."""
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(leader, roll_call.mark, activity, [corps.member_id(p) for p in people], AttendanceState.PRESENT)
    corps.do(leader, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT))


def test_a_category_put_right_counts_instead_of_the_wrong_one_even_after_the_report(corps: Corps, wang: int) -> None:
    li, zhao, zhang = corps.coordinator("李统筹"), corps.leader("赵"), corps.member("张明")
    fair = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    corps.do(zhang, signups.sign_up, corps.slot(fair))
    report(corps, zhao, fair, zhang)
    seen = corps.do(li, reports.read, fair)
    assert seen is not None
    change(corps, wang, fair, EditField.CATEGORY, category="lecture")
    assert refused(corps, li, report_form.verify, fair, seen.sign) is Reason.MOVED_ON, "it no longer says what he read"
    assert refused(corps, wang, reports.verify, fair) is Reason.CORRECTED_IT, "a second person confirms a correction"
    [(_, office)] = corps.run(lambda s, _at: report_offices.verify_requests(s))
    assert corps.member_id(wang) not in {one.id for one in office.people}, "nor is whoever corrected it asked to"
    corps.do(li, reports.verify, fair)
    assert (counted(corps, "lecture"), counted(corps, "clinic")) == (1, 0)
    again = Edit(fair, EditField.CATEGORY, {"category": "clinic"}, corps.slot(fair))
    assert refused(corps, wang, editing.change, again) is Reason.VERIFIED


def test_what_the_reporter_said_counts_is_put_right_with_the_category(corps: Corps, wang: int) -> None:
    zhao, zhang = corps.leader("赵"), corps.member("张明")
    slots = (*one_slot(corps), SlotPlan("推介员", "promotion", 2, corps.team("民盟")))
    fair = corps.publish(wang, corps.plan(slots=slots))
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(zhao, roll_call.mark, fair, [corps.member_id(zhang)], AttendanceState.PRESENT)
    said = reports.Account(80, CountedBy.HEADCOUNT, served=frozenset(("clinic", "promotion")))
    corps.do(zhao, reports.submit, fair, said)
    change(corps, wang, fair, EditField.CATEGORY, category="lecture")
    now = corps.do(wang, reports.read, fair)
    assert now is not None
    assert set(now.served) == {"lecture", "promotion"}


def test_a_slot_given_to_another_team_ends_the_sign_ups_of_the_former_and_tells_both(corps: Corps, wang: int) -> None:
    zhao, qian = corps.leader("赵"), corps.leader("钱", "农工党")
    zhang, li = corps.member("张明"), corps.member("李梅", "农工党")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    corps.do(zhang, signups.sign_up, corps.slot(lecture))
    corps.do(wang, edit_form.ask_slot, corps.slot(lecture), EditField.SLOT_TEAM, "1")
    shown = say(corps, wang, edit_form.take, "农工党")
    assert shown.proposal is not None
    assert shown.proposal.losing == ("张明",)
    corps.do(wang, edit_form.confirm, lecture, shown.mark)
    assert corps.sign_ups(corps.slot(lecture)) == {zhang: SignUpState.REMOVED}
    told = {corps.to(row): row.subject["changes"] for row in corps.owed(Kind.CHANGED)}
    assert set(told) == {zhang, zhao, qian}
    gone = {who: next(iter(changes.values()))["place_gone"] for who, changes in told.items()}
    assert gone == {zhang: True, zhao: False, qian: False}
    assert li in corps.told(Kind.CARD)
    assert corps.do(li, signups.sign_up, corps.slot(lecture)).state is SignUpState.GOING
    assert zhang not in corps.told(Kind.CARD), "a card that was not out yet is not sent"


def test_whoever_signs_up_after_the_preview_is_shown_before_it_is_confirmed(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    corps.do(wang, edit_form.ask_slot, corps.slot(lecture), EditField.SLOT_TEAM, "1")
    shown = say(corps, wang, edit_form.take, "农工党")
    corps.do(zhang, signups.sign_up, corps.slot(lecture))
    assert refused(corps, wang, edit_form.confirm, lecture, shown.mark) is Reason.MOVED_ON


def test_a_claimed_slot_is_opened_to_claim_again(corps: Corps, wang: int) -> None:
    zhao, qian, zhang = corps.leader("赵"), corps.leader("钱", "农工党"), corps.member("张明")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps, open_=True), teams=()))
    slot = corps.slot(lecture)
    corps.do(zhao, claims.claim, slot)
    corps.do(zhang, signups.sign_up, slot)
    change(corps, wang, lecture, EditField.SLOT_TEAM, team=None, open=True)
    assert corps.sign_ups(slot) == {zhang: SignUpState.REMOVED}
    assert corps.told(Kind.CHANGED) == {zhao, qian, zhang}
    assert corps.do(qian, claims.claim, slot).role == "志愿者"


def test_after_it_was_held_the_team_is_put_right_and_nobody_who_came_is_taken_off(corps: Corps, wang: int) -> None:
    zhao, zhang = corps.leader("赵"), corps.member("张明")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    corps.do(zhang, signups.sign_up, corps.slot(lecture))
    report(corps, zhao, lecture, zhang)
    change(corps, wang, lecture, EditField.SLOT_TEAM, team=corps.team("农工党"), open=False)
    assert corps.sign_ups(corps.slot(lecture)) == {zhang: SignUpState.GOING}
    now = corps.do(wang, reports.read, lecture)
    assert now is not None
    assert now.present == 1
    places = Edit(lecture, EditField.PLACES, {"places": 9}, corps.slot(lecture))
    assert refused(corps, wang, editing.change, places) is Reason.REPORTED


def test_an_unknown_category_or_team_from_a_forged_button_changes_nothing(corps: Corps, wang: int) -> None:
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    for field, value in (
        (EditField.CATEGORY, {"category": "pairing"}),
        (EditField.SLOT_TEAM, {"team": 99, "open": False}),
    ):
        edit = Edit(lecture, field, value, corps.slot(lecture))
        assert refused(corps, wang, editing.change, edit) is Reason.GONE

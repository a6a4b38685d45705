"""A rule of two persons is about people: a new account of the same address is no second person."""

import datetime as dt

import pytest
from sqlmodel import Session

from corps import member_addresses, today
from corps.addresses import telegram
from corps.attendance import reopening, reports, roll_call
from corps.attendance.reports import Account
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.membership import erasure, joining, roles
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.pairings import pairing_cards, pairings
from corps.pairings.pairings import PairingPlan
from corps.refusals import Reason, Refused
from corps.second_person import same_person
from corps.today import Matter
from models.enums import AttendanceState, CountedBy
from tests.base import Corps


def comes_back(corps: Corps, wang: int, who: int) -> None:
    """Let a coordinator erase themselves, join again with the same account, and be made a coordinator again."""
    corps.do(who, erasure.erase)
    corps.do(who, joining.apply, corps.do(wang, joining.invitation_of, corps.team("民盟")), "李新名")
    corps.do(wang, joining.decide, corps.member_id(who), admit=True)
    corps.do(wang, roles.set_coordinator, corps.member_id(who), on=True)


def refuses(corps: Corps, who: int, operation, *args, reason: Reason = Reason.SAME_PERSON, **named) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001, ANN002, ANN003
    """Expect that the operation says no for that reason."""
    with pytest.raises(Refused) as refused:
        corps.do(who, operation, *args, **named)
    assert refused.value.reason is reason


def test_nobody_verifies_their_own_report_under_a_new_account(corps: Corps) -> None:
    wang, li, qian = corps.coordinator(), corps.coordinator("李统筹"), corps.coordinator("钱统筹")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:30")
    corps.do(li, reports.submit, activity, Account(80, CountedBy.HEADCOUNT))
    comes_back(corps, wang, li)
    refuses(corps, li, reports.verify, activity)
    refuses(corps, li, reports.send_back, activity, "不对")
    card = corps.do(li, reports.read, activity)
    assert card is not None
    assert not card.may_decide
    assert corps.told(Kind.VERIFY_REQUEST) == {wang, qian}
    corps.do(qian, reports.verify, activity)


def test_nobody_confirms_their_own_hours_pairing_or_reopening_under_a_new_account(corps: Corps) -> None:
    wang, li, zhao, zhang = (
        corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络"), corps.member("张明"),
    )  # fmt: skip
    plan = corps.plan(starts="2026-11-05 14:00", ends="2026-11-05 16:00", back_entry_reason="年中启用系统")
    entered = corps.publish(wang, plan)
    corps.do(li, roll_call.mark, entered, [corps.member_id(zhang)], AttendanceState.PRESENT)
    corps.do(zhao, reports.submit, entered, Account(80, CountedBy.HEADCOUNT))
    village = PairingPlan(corps.team("民盟"), "三多桥村", "回龙坝镇", dt.date(2026, 10, 20))
    pairing = corps.do(li, pairings.register, village).id
    held = corps.hold(wang, wang, zhao, zhang)
    corps.do(li, reopening.ask, held, "人数不对")
    comes_back(corps, wang, li)
    refuses(corps, li, reports.verify, entered)
    refuses(corps, li, pairings.confirm, pairing)
    assert not corps.do(li, pairing_cards.see, pairing).may_decide
    refuses(corps, li, reopening.decide, held, "", agrees=True, reason=Reason.SECOND_CONFIRMS)


def test_nobody_confirms_their_own_correction_under_a_new_account(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:30")
    corps.do(zhao, reports.submit, activity, Account(80, CountedBy.HEADCOUNT))
    slot = corps.slot(activity, "志愿者")
    corps.do(li, editing.change, Edit(activity, EditField.CATEGORY, {"category": "clinic"}, slot))
    comes_back(corps, wang, li)
    refuses(corps, li, reports.verify, activity, reason=Reason.CORRECTED_IT)
    assert not [group for group in corps.do(li, today.see).groups if group.matter is Matter.VERIFY]
    corps.do(wang, reports.verify, activity)


def test_a_reopening_does_not_wait_for_who_asked_for_it_under_a_new_account(corps: Corps) -> None:
    wang, li, zhao, zhang = (
        corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络"), corps.member("张明"),
    )  # fmt: skip
    corps.do(li, reopening.ask, corps.hold(wang, wang, zhao, zhang), "人数不对")
    corps.do(wang, today.see)
    comes_back(corps, wang, li)
    matters = {who: {group.matter for group in corps.do(who, today.see).groups} for who in (wang, li)}
    assert Matter.REOPEN in matters[wang]
    assert Matter.REOPEN not in matters[li]


def test_one_member_at_several_addresses_is_one_person_and_others_are_others(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    former = corps.member_id(li)
    corps.run(member_addresses.add, former, telegram(777))
    corps.do(li, erasure.erase)
    corps.do(777, joining.apply, corps.do(wang, joining.invitation_of, corps.team("民盟")), "李新名")
    own, other = corps.member_id(777), corps.member_id(wang)

    def are_one(session: Session, _at: Moment, one: int | None, two: int | None) -> bool:
        return same_person(session, one, two)

    assert all(corps.run(are_one, *pair) for pair in ((former, own), (own, former), (own, own)))
    assert not any(corps.run(are_one, *pair) for pair in ((former, other), (other, own), (None, None)))


def test_the_hash_is_another_one_each_time_and_recognises_only_its_own() -> None:
    first, second = member_addresses.sealed(telegram(777)), member_addresses.sealed(telegram(777))
    assert first != second
    assert member_addresses.is_sealed_in(telegram(777), first)
    assert not member_addresses.is_sealed_in(telegram(778), first)

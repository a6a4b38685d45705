"""补报时长: a member hands in, the leader confirms, a coordinator verifies; no minute is credited twice."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import col, func, select

from bot.texts.voice import Voice
from bot.views import ledger as ledger_views
from bot.views.records.certificates import paper
from corps import today
from corps.attendance import hours, photos, reopening
from corps.membership import erasure, leaving
from corps.notices.kinds import Kind
from corps.own_hours import own_cards, own_entries, own_form, own_services
from corps.own_hours.own_cards import OwnCard
from corps.own_hours.own_form import Problem, Stand, Step
from corps.own_hours.own_services import OwnPlan, Stage
from corps.quotas import tally
from corps.records import certificates, ledger, mine, personal_data, service_hours
from corps.records.certificates import CertificatePeriod
from corps.refusals import Reason, Refused
from models import Activity, Audit, HoursEntry, OwnHoursEntry, OwnService
from models.enums import OwnState
from tests.base import Corps, all_due, photo
from tests.corps.forms import open_question

DAY = dt.date(2026, 12, 1)


@pytest.fixture
def people(corps: Corps) -> tuple[int, int, int, int]:
    """Two coordinators, the leader of 民盟 and a member of it."""
    corps.clock.set_wall("2026-12-02 10:00")
    return corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络"), corps.member("张明")


def say(corps: Corps, who: int, text: str, *, with_photo: bool = False) -> Stand:
    """Answer the open question."""
    asked = open_question(corps, who)
    assert asked is not None
    return corps.do(who, own_form.take, asked, text, photo() if with_photo else None, "2")


def span(corps: Corps, starts: str, ends: str, day: dt.date = DAY) -> OwnPlan:
    """Return a plan from one hour of a day to another."""
    first, last = (
        corps.clock.instant(dt.datetime.combine(day, dt.time.fromisoformat(text))) for text in (starts, ends)
    )
    return OwnPlan(day, "小区值守", "渝碚路街道", int((last - first).total_seconds() // 60), first, last)


def agree(corps: Corps, who: int, own: int) -> OwnCard:
    """Confirm or verify what is shown."""
    card = corps.do(who, own_cards.see, own)
    return corps.do(who, own_cards.agree, own, card.sign)


def verified(corps: Corps, people: tuple[int, int, int, int], plan: OwnPlan) -> int:
    """Hand in, confirm and verify a service of the member. Returns its id."""
    wang, _, zhao, zhang = people
    own = corps.do(zhang, own_services.hand_in, plan).id or 0
    agree(corps, zhao, own)
    agree(corps, wang, own)
    return own


def credited(corps: Corps, table: type[HoursEntry] | type[OwnHoursEntry]) -> int:
    """Return all minutes of a ledger."""
    return corps.run(lambda s, _at: s.exec(select(func.sum(table.minutes))).one()) or 0


def test_it_is_asked_question_by_question(corps: Corps, people: tuple[int, int, int, int]) -> None:
    zhang = people[3]
    first, answers = corps.do(zhang, own_form.begin), ("12月1日", "小区值守", "渝碚路街道", "14:00-16:30")
    asked = [first.step, *(say(corps, zhang, text).step for text in answers)]
    assert asked == list(Step)
    assert say(corps, zhang, "", with_photo=True).step is None
    card = corps.do(zhang, own_form.submit)
    assert (card.day, card.title, card.place, card.minutes) == (DAY, "小区值守", "渝碚路街道", 150)
    assert (card.state, card.stage, card.file is not None) == (OwnState.HANDED_IN, Stage.CONFIRM, True)
    assert card.starts_at == span(corps, "14:00", "16:30").starts_at


@pytest.mark.parametrize(
    ("when", "minutes", "known"),
    [
        ("日期：2026-12-01\n时长：3小时", 180, False),
        ("日期：2026-12-01\n时长：2.5", 150, False),
        ("时间：12月1日 14:00-16:00", 120, True),
        ("日期：12月1日\n时间：下午两点到四点", 120, True),
    ],
)
def test_or_all_in_one_message(
    corps: Corps, people: tuple[int, int, int, int], when: str, minutes: int, known: bool
) -> None:
    zhang = people[3]
    corps.do(zhang, own_form.begin)
    stand = say(corps, zhang, f"补报时长\n内容：小区值守\n地点：渝碚路街道\n{when}")
    assert (stand.problem, stand.step) == (None, None)
    card = corps.do(zhang, own_form.submit)
    assert (card.day, card.title, card.place, card.minutes) == (DAY, "小区值守", "渝碚路街道", minutes)
    assert (card.starts_at is not None) is known


def test_an_old_card_hands_in_nothing_that_was_not_on_it(corps: Corps, people: tuple[int, int, int, int]) -> None:
    zhang = people[3]
    corps.do(zhang, own_form.begin)
    old = say(corps, zhang, "补报时长\n内容：小区值守\n地点：渝碚路街道\n时间：12月1日 14:00-16:00").sign
    corps.do(zhang, own_form.begin_afresh)
    new = say(corps, zhang, "补报时长\n内容：图书馆值班\n地点：渝碚路街道\n时间：12月1日 9:00-12:00").sign
    with pytest.raises(Refused) as no:
        corps.do(zhang, own_form.submit, old)
    assert no.value.reason is Reason.MOVED_ON
    assert corps.do(zhang, own_form.begin).sign == new
    assert corps.do(zhang, own_form.submit, new).title == "图书馆值班"


def test_what_lies_ahead_or_tells_no_time_is_asked_again(corps: Corps, people: tuple[int, int, int, int]) -> None:
    zhang = people[3]
    corps.do(zhang, own_form.begin)
    assert say(corps, zhang, "12月20日").problem == Problem("future", "12月20日")
    ahead = "12月20日 9:00-11:00"
    assert say(corps, zhang, ahead).problem == Problem("future", ahead), "said back as it was typed"
    for text in ("12月1日", "值守", "社区"):
        say(corps, zhang, text)
    assert say(corps, zhang, "很久").problem == Problem("hours", "很久")
    assert say(corps, zhang, "25小时").problem == Problem("hours", "25小时")
    assert say(corps, zhang, "两个半小时").minutes == 150


def test_two_others_decide_and_each_is_asked_in_turn(corps: Corps, people: tuple[int, int, int, int]) -> None:
    wang, li, zhao, zhang = people
    own = corps.do(zhang, own_services.hand_in, span(corps, "14:00", "16:00")).id or 0
    names = {corps.member_id(one): one for one in people}

    def asked() -> set[int]:
        found = corps.run(all_due)
        return {names[due.member_id or 0] for due in found if due.kind is Kind.OWN_HOURS_REQUEST}

    def waits(who: int) -> bool:
        return any(group.matter is today.Matter.OWN_HOURS for group in corps.do(who, today.see).groups)

    assert asked() == {zhao}
    assert [waits(who) for who in (zhao, wang, li)] == [True, False, False]
    assert agree(corps, zhao, own).state is OwnState.CONFIRMED
    assert asked() == {wang, li}
    assert [waits(who) for who in (zhao, wang, li)] == [False, True, True]
    assert agree(corps, wang, own).state is OwnState.VERIFIED
    told = [due for due in corps.run(all_due) if due.kind is Kind.OWN_HOURS_DECIDED]
    assert [due.member_id for due in told] == [corps.member_id(zhang)]
    assert not waits(li)


def test_nobody_decides_on_their_own_and_nobody_twice(corps: Corps, people: tuple[int, int, int, int]) -> None:
    wang, li, zhao, zhang = people
    own = corps.do(zhao, own_services.hand_in, span(corps, "14:00", "16:00")).id or 0
    card = corps.do(zhao, own_cards.see, own)
    assert not card.may_decide
    assert card.office is not None
    assert set(card.office.names) == {"王统筹", "李统筹"}, "the leader is the person: a coordinator stands in"
    with pytest.raises(Refused) as refused:
        agree(corps, zhao, own)
    assert refused.value.reason is Reason.SAME_PERSON
    agree(corps, wang, own)
    with pytest.raises(Refused) as refused:
        agree(corps, wang, own)
    assert refused.value.reason is Reason.SAME_PERSON
    assert agree(corps, li, own).credited == 120
    with pytest.raises(Refused):
        corps.do(zhang, own_cards.see, own)


def test_it_comes_back_with_a_reason_and_is_handed_in_anew(corps: Corps, people: tuple[int, int, int, int]) -> None:
    _, _, zhao, zhang = people
    own = corps.do(zhang, own_services.hand_in, span(corps, "14:00", "16:00")).id or 0
    corps.do(zhao, own_form.ask_why, "return", own)
    asked = open_question(corps, zhao)
    assert asked is not None
    assert corps.do(zhao, own_form.take_why, asked, "……").card is None, "no letter is no reason"
    done = corps.do(zhao, own_form.take_why, asked, "地点写详细点")
    assert done.card is not None
    assert (done.card.state, done.card.reason) == (OwnState.RETURNED, "地点写详细点")
    corps.do(zhang, own_form.correct, own)
    say(corps, zhang, "日期：12月1日\n内容：值守\n地点：渝碚路街道1号\n时长：1")
    card = corps.do(zhang, own_form.submit)
    assert (card.id, card.state, card.place, card.minutes) == (own, OwnState.HANDED_IN, "渝碚路街道1号", 60)


def test_what_was_verified_is_taken_back_by_reversal(corps: Corps, people: tuple[int, int, int, int]) -> None:
    wang, li, _, zhang = people
    own = verified(corps, people, span(corps, "14:00", "16:00"))
    asked = corps.do(wang, own_services.withdraw, own, "那天没有去")
    assert credited(corps, OwnHoursEntry) == 120, "one coordinator alone takes nothing back"
    assert asked.state is OwnState.VERIFIED
    with pytest.raises(Refused):
        agree(corps, wang, own)
    assert agree(corps, li, own).state is OwnState.RETURNED
    entries = corps.run(lambda s, _at: s.exec(select(OwnHoursEntry).order_by(col(OwnHoursEntry.id))).all())
    assert [(one.minutes, one.reason) for one in entries] == [(120, ""), (-120, "那天没有去")]
    again = verified(corps, people, span(corps, "09:00", "10:00"))
    corps.do(zhang, own_services.withdraw, again, "记错了")
    assert credited(corps, OwnHoursEntry) == 0
    assert corps.do(zhang, own_cards.see, again).state is OwnState.WITHDRAWN


def test_an_activity_comes_first_whichever_was_verified_first(corps: Corps, people: tuple[int, int, int, int]) -> None:
    wang, li, zhao, zhang = people
    corps.clock.set_wall("2026-12-01 08:00")
    activity = corps.hold(wang, li, zhao, zhang, plan=corps.plan("讲座", "2026-12-01 14:00", "2026-12-01 16:00"))
    corps.clock.set_wall("2026-12-02 10:00")
    own = verified(corps, people, span(corps, "15:00", "18:00"))
    card = corps.do(zhang, own_cards.see, own)
    assert (card.credited, [(one.title, one.minutes) for one in card.overlaps]) == (120, [("讲座", 60)])
    vague = verified(corps, people, OwnPlan(DAY, "搬东西", "社区", 300))
    assert corps.do(zhang, own_cards.see, vague).credited == 300 - 120 - 120, "the day's other hours are taken off"
    corps.do(wang, reopening.ask, activity, "记错了")
    corps.do(li, reopening.decide, activity, "", agrees=True)
    assert credited(corps, HoursEntry) == 0
    assert corps.do(zhang, own_cards.see, own).credited == 180
    assert credited(corps, OwnHoursEntry) == 300


CLOCK = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda drawn: (drawn[0] * 30, drawn[1] * 30))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(activity=CLOCK, own=st.lists(CLOCK, max_size=4))
def test_no_minute_is_credited_twice(
    corps: Corps, people: tuple[int, int, int, int], activity: tuple[int, int], own: list[tuple[int, int]]
) -> None:
    wang, li, zhao, zhang = people
    for table in (OwnHoursEntry, OwnService, HoursEntry):
        corps.run(lambda s, _at, rows=table: s.connection().execute(delete(rows)))  # type: ignore[misc]
    noon = dt.datetime.combine(dt.date(2026, 11, 20), dt.time())
    for begins, lasts in own:
        starts, ends = (corps.clock.instant(noon + dt.timedelta(minutes=m)) for m in (begins, begins + lasts))
        verified(corps, people, OwnPlan(noon.date(), "值守", "社区", lasts, starts, ends))
    corps.clock.set_wall("2026-11-19 08:00")
    begins, lasts = activity
    ends = noon + dt.timedelta(minutes=begins + lasts)
    plan = corps.plan("讲座", f"{noon + dt.timedelta(minutes=begins):%Y-%m-%d %H:%M}", f"{ends:%Y-%m-%d %H:%M}")
    number = corps.hold(wang, li, zhao, zhang, plan=plan)
    corps.clock.set_wall("2026-12-02 10:00")
    served = {minute for begins, lasts in (activity, *own) for minute in range(begins, begins + lasts)}
    assert credited(corps, HoursEntry) == activity[1]
    assert credited(corps, HoursEntry) + credited(corps, OwnHoursEntry) == len(served)
    alone = {minute for begins, lasts in own for minute in range(begins, begins + lasts)}
    by = corps.member_id(wang)
    corps.run(lambda s, at: hours.reverse(s, at, s.get_one(Activity, number), by, by, "错了"))
    assert credited(corps, OwnHoursEntry) == len(alone)
    corps.run(lambda s, _at: setattr(s.get_one(Activity, number), "state", "cancelled"))


def test_it_is_marked_everywhere_and_counts_nowhere(corps: Corps, people: tuple[int, int, int, int]) -> None:
    wang, _, zhao, zhang = people
    verified(corps, people, span(corps, "14:00", "16:00"))
    own, voice = corps.do(zhang, mine.mine), Voice("zh", corps.clock)
    assert (own.hours.total, own.hours.own) == (0, 120)
    team = corps.do(zhao, service_hours.of_team, corps.team("民盟"))
    assert [(one.name.name, one.minutes, one.own) for one in team.members] == [("张明", 0, 120)]
    book = corps.do(wang, ledger.export, 2026)
    assert (book.rows, book.total.minutes) == ((), 0)
    assert [(row.name, row.team, row.minutes, row.confirmer, row.verifier) for row in book.own] == [
        ("张明", "民盟", 120, "赵联络", "王统筹")
    ]
    sheet = next(sheet for sheet in ledger_views.ledger_sheets(voice, book) if sheet.name == "补报时长")
    assert list(sheet.rows)[1][3:5] == ["张明", "小区值守"]
    assert all(line.verified == 0 for line in corps.run(lambda s, at: tally.tally(s, at, 2026)).lines)
    asked = corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    record = corps.do(wang, certificates.issue, asked.id, asked.sign)
    assert record.content is not None
    assert [(one.title, one.own, one.minutes) for one in record.content.services] == [("小区值守", True, 120)]
    assert (record.minutes, record.content.own_minutes) == (120, 120)
    assert paper(voice, record, record.content, "https://example.org").document
    chapters = corps.do(zhang, personal_data.everything).chapters
    assert len(chapters["own_hours"]) == 2


def test_erasing_leaves_the_minutes_and_nothing_of_what_was_said(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    zhang = people[3]
    own = verified(corps, people, span(corps, "14:00", "16:00"))
    corps.do(zhang, own_services.hand_in, span(corps, "09:00", "10:00"))
    corps.do(zhang, erasure.erase)
    rows = corps.run(lambda s, _at: [(row.id, row.title, row.place, row.file) for row in s.exec(select(OwnService))])
    assert rows == [(own, "", "", None)]
    assert credited(corps, OwnHoursEntry) == 120
    trace = select(Audit).where(col(Audit.subject).startswith("own_hours:"))
    assert all(row.after is None for row in corps.run(lambda s, _at: s.exec(trace).all()))


def test_its_photo_is_kept_in_our_own_files_and_goes_with_the_person(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    zhang, zhao = people[3], people[2]
    plan = replace(span(corps, "14:00", "16:00"), file=photo("own"))
    own = corps.do(zhang, own_services.hand_in, plan).id or 0
    (wanted,) = corps.run(photos.due)
    assert wanted.attachment.id == "own"
    shown = corps.do(zhao, own_cards.see, own)
    corps.run(photos.record, wanted.id, photos.Kept("a" * 64, 9, "image/jpeg"))
    assert corps.run(photos.needed) == {"a" * 64}
    kept = corps.do(zhao, own_cards.see, own)
    assert kept.file is not None
    assert (kept.file.sha256, kept.file.id) == ("a" * 64, ""), "our copy, which knows no place"
    assert kept.sign == shown.sign, "it is the same photo"
    corps.do(zhao, own_form.ask_why, "return", own)
    asked = open_question(corps, zhao)
    assert asked is not None
    corps.do(zhao, own_form.take_why, asked, "照片看不清")
    corps.do(zhang, own_services.hand_in, replace(plan, file=photo("better")), own)
    assert corps.run(photos.to_delete) == ["a" * 64]
    corps.run(photos.deleted, ["a" * 64])
    (wanted,) = corps.run(photos.due)
    corps.run(photos.record, wanted.id, photos.Kept("b" * 64, 9, "image/jpeg"))
    corps.do(zhang, erasure.erase)
    assert corps.run(photos.to_delete) == ["b" * 64]
    assert corps.run(photos.needed) == frozenset()


def test_what_waits_goes_with_who_is_erased_and_holds_up_nobody(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    _, _, zhao, zhang = people
    corps.do(zhang, own_services.hand_in, span(corps, "14:00", "16:00"))
    corps.do(zhang, erasure.erase)
    corps.do(zhao, leaving.leave)
    assert [due.kind for due in corps.run(all_due) if due.kind is Kind.OWN_HOURS_REQUEST] == []


def test_who_presses_what_an_erased_person_asked_reads_that_there_is_nothing_left_to_decide(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    """Both of what was never credited, which is gone, and of what was credited once and handed in again."""
    wang, _, zhao, zhang = people
    once = verified(corps, people, span(corps, "14:00", "16:00"))
    corps.do(wang, own_services.withdraw, once, "时间不对")
    corps.do(people[1], own_cards.agree, once, corps.do(people[1], own_cards.see, once).sign)
    corps.do(zhang, own_services.hand_in, span(corps, "14:00", "15:00"), once)
    never = corps.do(zhang, own_services.hand_in, span(corps, "09:00", "10:00")).id or 0
    seen = {own: corps.do(zhao, own_cards.see, own).sign for own in (once, never)}
    matters = {group.matter for group in corps.do(zhao, today.see).groups}
    assert today.Matter.OWN_HOURS in matters
    corps.do(zhang, erasure.erase)
    for own, sign in seen.items():
        with pytest.raises(Refused) as no:
            corps.do(zhao, own_cards.agree, own, sign)
        assert no.value.reason is Reason.ASKER_GONE
    for who in (zhao, wang):
        assert today.Matter.OWN_HOURS not in {group.matter for group in corps.do(who, today.see).groups}
    assert corps.run(lambda s, _at: own_services.requests(s)) == []


def test_what_came_to_nothing_is_forgotten_after_a_year(corps: Corps, people: tuple[int, int, int, int]) -> None:
    zhang = people[3]
    kept, gone = verified(corps, people, span(corps, "14:00", "16:00")), span(corps, "09:00", "10:00")
    other = corps.do(zhang, own_services.hand_in, gone).id or 0
    for own in (kept, other):
        corps.do(zhang, own_services.withdraw, own, "记错了")
    assert corps.run(own_services.forget_old) == 0
    corps.clock.push(dt.timedelta(days=366))
    assert corps.run(own_services.forget_old) == 1
    assert [row.id for row in corps.run(lambda s, _at: s.exec(select(OwnService)).all())] == [kept], "it has entries"


def test_settling_twice_changes_nothing(corps: Corps, people: tuple[int, int, int, int]) -> None:
    verified(corps, people, span(corps, "14:00", "16:00"))
    number = corps.member_id(people[3])
    corps.run(lambda s, at: own_entries.settle(s, at, [number], number, ""))
    assert corps.run(lambda s, _at: len(s.exec(select(OwnHoursEntry)).all())) == 1

"""`/notices`: what failed is seen, said why, and sent again if it is still of use."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlmodel import Session, col, select

from bot.texts.voice import Voice
from bot.views.notice_status import sent_screen, standing_screen, troubles_screen
from corps.addresses import Address
from corps.delivery import leasing, status
from corps.moment import Moment, Quiet
from corps.notices import GiveUp, RetryLater, Sent
from corps.notices.kinds import URGENT, Kind
from corps.refusals import Reason, Refused
from models import Audit, Notice
from models.enums import Failure, NoticeState
from tests.base import Corps, all_due

BLOCKED = "Forbidden: bot was blocked by the user"


def failed_card(corps: Corps) -> tuple[int, int]:
    """Publish a lecture whose card could not be brought to one member; return the coordinator and the notice."""
    wang = corps.coordinator()
    corps.member("张明")
    corps.publish(wang)
    [due] = corps.run(all_due)
    corps.run(leasing.record, [(due.id, GiveUp(BLOCKED, unreachable=True, failure=Failure.BLOCKED))])
    return wang, due.id


def the_notice(corps: Corps) -> Notice:
    """Return the only card there is."""
    return corps.run(lambda s, _at: s.exec(select(Notice).where(Notice.kind == Kind.CARD.value)).one())


def test_the_numbers_say_what_is_owed_sent_failed_and_expired(corps: Corps) -> None:
    wang = corps.coordinator()
    for name in ("甲", "乙", "丙", "丁"):
        corps.member(name)
    corps.publish(wang)
    sent, failed, later, _leased = corps.run(all_due)
    corps.run(
        leasing.record,
        [
            (sent.id, Sent("1")),
            (failed.id, GiveUp(BLOCKED, unreachable=True, failure=Failure.BLOCKED)),
            (later.id, RetryLater(corps.clock.now(), "429")),
        ],
    )
    found = corps.do(wang, status.standing)
    assert (found.sent_today, found.failed, found.late, found.leased) == (1, 1, 1, 1)
    assert found.owed == 2  # the one to be tried later, and the word that somebody cannot be reached
    assert found.unreachable == 1
    corps.clock.set_wall("2026-12-05 15:00")
    corps.run(leasing.expire)
    after = corps.do(wang, status.standing)
    # The one under way is taken back by its lease, and the word about the unreachable one is still of use.
    assert (after.sent_today, after.expired, after.owed) == (0, 1, 1)


def test_what_went_out_today_names_the_way_by_which_each_has_it(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.member("张明")
    corps.member("陈芳")
    corps.publish(wang)
    first, second = corps.run(all_due)
    corps.run(leasing.record, [(first.id, Sent("1")), (second.id, Sent("2"))])
    corps.run(lambda s, _at: setattr(s.get_one(Notice, second.id), "address", Address("mail", "fang@example.org")))
    voice = Voice("zh", corps.clock)
    assert "📮 送达方式：Telegram 1 · 邮箱 1" in str(standing_screen(voice, corps.do(wang, status.standing)).text)
    listed = str(sent_screen(voice, corps.do(wang, status.sent_today, 0, 15)).text)
    assert "陈芳（民盟） · 新活动 · 邮箱" in listed
    assert "张明（民盟） · 新活动 · Telegram" in listed
    with pytest.raises(Refused):
        corps.do(corps.member("孙平"), status.sent_today, 0, 15)


def test_a_failed_notice_names_the_person_the_reason_and_the_activity(corps: Corps) -> None:
    wang, _ = failed_card(corps)
    text = str(troubles_screen(Voice("zh", corps.clock), corps.do(wang, status.troubles, 0, 5)).text)
    assert "张明" in text
    assert "民盟" in text
    assert "防诈骗公益讲座" in text
    assert "对方停用了机器人" in text


def test_an_old_list_retries_what_it_showed_and_nothing_else(corps: Corps) -> None:
    """After a restore its number is another notice's."""
    wang, notice = failed_card(corps)
    with pytest.raises(Refused) as no:
        corps.do(wang, status.retry, notice, "of before")
    assert no.value.reason is Reason.MOVED_ON
    [shown] = corps.do(wang, status.troubles, 0, 5).shown
    corps.do(wang, status.retry, notice, shown.sign)
    assert the_notice(corps).state is NoticeState.OWED


def test_retrying_owes_it_again_from_now_and_leaves_a_trace(corps: Corps) -> None:
    wang, notice = failed_card(corps)
    corps.clock.set_wall("2026-12-03 09:00")
    corps.do(wang, status.retry, notice)
    row = the_notice(corps)
    assert (row.state, row.attempts, row.error, row.due_at) == (NoticeState.OWED, 0, "", corps.clock.now())
    assert notice in [due.id for due in corps.run(all_due)]
    actions = corps.run(lambda s, _at: s.exec(select(Audit.action).order_by(col(Audit.id).desc())).first())
    assert actions == "notice.retry"


def test_what_is_urgent_is_retried_at_once_even_at_night(corps: Corps) -> None:
    wang, notice = failed_card(corps)
    corps.database.policy = replace(corps.database.policy, quiet=Quiet(dt.time(22), dt.time(7, 30)))
    corps.clock.set_wall("2026-12-02 23:00")
    corps.do(wang, status.retry, notice)
    assert the_notice(corps).due_at == corps.instant("2026-12-03 07:30"), "a card waits for the morning"

    def fail_urgently(session: Session, _at: Moment) -> None:
        row = session.get(Notice, notice)
        assert row is not None
        row.priority, row.state = URGENT, NoticeState.FAILED

    corps.run(fail_urgently)
    corps.do(wang, status.retry, notice)
    assert the_notice(corps).due_at == corps.clock.now()
    assert notice in [due.id for due in corps.run(all_due)]


def test_pressing_retry_twice_owes_it_once(corps: Corps) -> None:
    wang, notice = failed_card(corps)
    corps.do(wang, status.retry, notice)
    with pytest.raises(Refused) as no:
        corps.do(wang, status.retry, notice)
    assert no.value.reason is Reason.ALREADY_SENT


def test_what_is_of_no_more_use_is_not_sent_again(corps: Corps) -> None:
    wang, notice = failed_card(corps)
    corps.clock.set_wall("2026-12-05 15:00")  # the lecture has begun: its card invites nobody any more
    with pytest.raises(Refused) as no:
        corps.do(wang, status.retry, notice)
    assert no.value.reason is Reason.NOT_OF_USE
    assert the_notice(corps).state is NoticeState.FAILED


def test_an_expired_card_gets_a_new_end_but_never_past_the_start(corps: Corps) -> None:
    wang, notice = failed_card(corps)

    def expire(session: Session, at: Moment) -> None:
        row = session.get(Notice, notice)
        assert row is not None
        row.state, row.expires_at = NoticeState.EXPIRED, at.now - dt.timedelta(hours=1)
        session.add(row)

    corps.run(expire)
    corps.do(wang, status.retry, notice)
    assert the_notice(corps).expires_at == corps.instant("2026-12-05 14:00")


def test_after_two_weeks_a_failure_is_history(corps: Corps) -> None:
    wang, _ = failed_card(corps)
    corps.clock.set_wall("2026-12-16 10:01")
    assert corps.do(wang, status.troubles, 0, 5).total == 0


def test_a_page_past_the_end_is_the_last(corps: Corps) -> None:
    wang = corps.coordinator()
    for number in range(7):
        corps.member(f"成员{number}")
    corps.publish(wang)
    corps.run(leasing.record, [(due.id, GiveUp(BLOCKED)) for due in corps.run(all_due)])
    last = corps.do(wang, status.troubles, 99, 5)
    assert (last.start, len(last.shown), last.total) == (5, 2, 7)


def test_those_out_of_reach_are_listed_by_team(corps: Corps) -> None:
    wang, _ = failed_card(corps)
    assert [(lost.name, lost.team) for lost in corps.do(wang, status.unreachable)] == [("张明", "民盟")]


@pytest.mark.parametrize("look", [status.standing, status.unreachable])
def test_it_is_for_coordinators_only(corps: Corps, look: object) -> None:
    leader = corps.leader("赵联络")
    with pytest.raises(Refused):
        corps.do(leader, look)  # type: ignore[arg-type]

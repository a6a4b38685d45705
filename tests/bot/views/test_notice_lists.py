"""A list of several matters names each once, and its heading counts matters, not notices."""

import datetime as dt

import pytest
from sqlmodel import Session

from bot.callbacks.signup import AcceptTap
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from bot.views.screen import Screen
from corps.attendance import report_requests
from corps.broadcasts.content import TextLimits
from corps.changes import cancelling
from corps.delivery import leasing, notice_facts
from corps.moment import Moment
from corps.notices import Sent
from corps.notices.kinds import Kind
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.signups import reminders, signups, withdrawals
from corps.visits import reminders as visit_reminders
from tests.base import Corps
from tests.corps.delivery.notices import end, take

LIMITS = TextLimits(4096, 1024, len)


def read_by(corps: Corps, who: int) -> list[Screen]:
    """Take what is due and return what that person reads, message by message."""

    def work(session: Session, at: Moment) -> list[Screen]:
        voice = Voice("zh", corps.clock)
        letters = notice_facts.open_all(session, at, leasing.take_due(session, at, 100))
        return [
            notice_screen(voice, letter.due, letter.facts, letter.more, LIMITS)
            for letter in letters
            if letter.facts is not None and letter.due.address.number == who
        ]

    return corps.run(work)


def asks_for_reports(corps: Corps, *days: str) -> None:
    """Ask for the reports that are missing on these days, in the morning; none of it goes out meanwhile."""
    for day in days:
        corps.clock.set_wall(f"{day} 10:00")
        corps.run(report_requests.owe_report_requests)


def test_the_first_and_the_last_request_for_one_report_are_one_matter(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.publish(wang)
    asks_for_reports(corps, "2026-12-06", "2026-12-10")
    assert len(corps.owed(Kind.REPORT_REQUEST)) == 3
    (screen,) = read_by(corps, zhao)
    assert "场活动等您填反馈" not in str(screen.text)
    assert str(screen.text).count("防诈骗公益讲座") == 1


def test_a_list_counts_activities_and_names_each_once(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.publish(wang)
    corps.publish(wang, corps.plan("重阳慰问", "2026-12-06 09:00", "2026-12-06 11:00"))
    asks_for_reports(corps, "2026-12-07", "2026-12-11")
    assert len(corps.owed(Kind.REPORT_REQUEST)) == 6
    (screen,) = read_by(corps, zhao)
    assert "2 场活动等您填反馈" in str(screen.text)
    assert (str(screen.text).count("防诈骗公益讲座"), str(screen.text).count("重阳慰问")) == (1, 1)
    assert len(screen.rows) == 2


@pytest.mark.parametrize("sent", [False, True], ids=["not out yet", "read already"])
def test_who_was_offered_a_place_in_what_is_cancelled_reads_that_and_finds_no_button_to_take_it(
    corps: Corps, sent: bool
) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang)
    speaker = corps.slot(activity, "主讲人")
    corps.do(zhao, signups.sign_up, speaker)
    corps.do(zhang, signups.sign_up, speaker, wait=True)
    end(corps, take(corps), Sent("1"))
    corps.do(zhao, withdrawals.withdraw, activity)
    assert corps.told(Kind.OFFER) == {zhang}
    if sent:
        end(corps, take(corps), Sent("2"))
    corps.do(wang, cancelling.cancel, activity, "下雨")
    (screen,) = read_by(corps, zhang)
    said = str(screen.text)
    assert "活动取消了" in said
    assert "递补" not in said + "".join(button.label for row in screen.rows for button in row)
    assert not any(isinstance(button.payload, AcceptTap) for row in screen.rows for button in row)
    corps.clock.set_wall("2026-12-04 15:00")
    corps.run(reminders.owe_reminders)
    assert read_by(corps, zhang) == []


def test_pairings_that_nobody_visited_come_in_one_message_the_longest_first(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    for partner, day in (("天池村", 9), ("新立村", 1)):
        plan = PairingPlan(corps.team("民盟"), partner, "歌乐山镇", dt.date(2026, 3, day))
        corps.do(wang, pairings.confirm, corps.do(zhao, pairings.register, plan).id)
        corps.clock.push(dt.timedelta(days=1))
    corps.clock.push(dt.timedelta(days=61))
    corps.run(visit_reminders.owe_visit_reminders)
    (screen,) = [one for one in read_by(corps, zhao) if "走访" in one.text]
    assert [line.partition("（")[0] for line in screen.text.splitlines()[1:]] == ["天池村", "新立村"]
    assert [button.label for row in screen.rows for button in row] == ["天池村", "新立村"]

"""Broadcasts: each person once, nothing twice, and everybody accounted for."""

import datetime as dt

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from bot.texts.voice import Voice
from bot.views.broadcast_progress import standing_card
from corps import notices
from corps.addresses import telegram
from corps.broadcasts import acknowledgements, broadcasts, live_cards, person_lists
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content, Part
from corps.broadcasts.recipients import Why, why
from corps.delivery import leasing, status
from corps.notices import GiveUp, RetryLater
from corps.notices import Sent as Arrived
from corps.notices.kinds import Kind
from corps.refusals import Reason
from models import Notice
from models.enums import Failure, NoticeState
from tests.base import Corps, all_due
from tests.corps.broadcasts.steps import CARD, deliver, keys, prepared, refused, sent, standing


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator("王统筹")


def test_confirming_owes_one_notice_a_person_and_none_to_the_sender(corps: Corps, wang: int) -> None:
    people = [corps.member("张明"), corps.member("李红"), corps.leader("赵联络")]
    broadcast = sent(corps, wang)
    assert sorted(keys(corps, Kind.BROADCAST)) == sorted(f"bc:{broadcast}:{corps.member_id(p)}" for p in people)


def test_confirming_twice_sends_once(corps: Corps, wang: int) -> None:
    corps.member("张明")
    preview = prepared(corps, wang)
    for _ in range(3):
        corps.do(wang, broadcasts.confirm, preview.id, preview.revision, CARD)
    assert len(keys(corps, Kind.BROADCAST)) == 1


def test_a_preview_that_was_changed_since_cannot_be_confirmed(corps: Corps, wang: int) -> None:
    corps.member("张明")
    preview = prepared(corps, wang)
    corps.do(wang, broadcasts.prepare, Content("别的"), Audience(Scope.ALL), preview.id)
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, broadcasts.confirm, preview.id, preview.revision, CARD)


def test_only_coordinators_broadcast_and_a_draft_is_its_authors(corps: Corps, wang: int) -> None:
    zhang, other = corps.member("张明"), corps.coordinator("李统筹")
    with refused(Reason.NOT_ALLOWED):
        prepared(corps, zhang)
    preview = prepared(corps, wang)
    with refused(Reason.NOT_ALLOWED):
        corps.do(zhang, broadcasts.confirm, preview.id, preview.revision, CARD)
    with refused(Reason.GONE):
        corps.do(other, broadcasts.confirm, preview.id, preview.revision, CARD)


def test_a_broadcast_to_nobody_is_refused(corps: Corps, wang: int) -> None:
    with refused(Reason.NO_AUDIENCE):
        prepared(corps, wang, scope=Scope.LEADERS)


def test_owing_a_broadcast_takes_the_same_few_statements_however_many_people(corps: Corps, wang: int) -> None:
    for number in range(300):
        corps.member(f"成员{number}")
    preview = prepared(corps, wang)
    seen: list[str] = []
    event.listen(corps.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, CARD)
    assert len(keys(corps, Kind.BROADCAST)) == 300
    assert len(seen) < 20


def test_the_card_counts_every_end_a_message_can_have(corps: Corps, wang: int) -> None:
    for name in ("到了", "停用了", "没开始", "拒收", "还在路上"):
        corps.member(name)
    broadcast = sent(corps, wang)
    outcomes: list[notices.Outcome] = [
        Arrived("1"),
        GiveUp("Forbidden: bot was blocked by the user", unreachable=True, failure=Failure.BLOCKED),
        GiveUp("Bad Request: chat not found", unreachable=True, failure=Failure.NEVER_STARTED),
        GiveUp("Bad Request: something else"),
        RetryLater(corps.clock.now() + dt.timedelta(minutes=1), "429"),
    ]
    taken = sorted(corps.run(all_due, 10), key=lambda due: due.address.number)
    corps.run(leasing.record, [(due.id, outcome) for due, outcome in zip(taken, outcomes, strict=True)])
    found = standing(corps, wang, broadcast)
    total = found.total
    assert (total.sent, total.unreachable, total.failed, total.queued) == (1, 2, 1, 1)
    assert {(person.name, person.why) for person in found.missed} == {
        ("停用了", Why.BLOCKED),
        ("没开始", Why.NEVER_STARTED),
        ("拒收", Why.OTHER),
    }
    assert found.seconds_left == 1
    assert [team.silent for team in found.teams] == [("到了",)]


def test_a_message_that_expired_is_told_apart(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    corps.clock.push(dt.timedelta(days=4))
    corps.run(leasing.expire)
    found = standing(corps, wang, broadcast)
    assert found.total.failed == 1
    assert found.missed[0].why is Why.EXPIRED
    assert why(NoticeState.FAILED, Failure.DEACTIVATED, "") is Why.DEACTIVATED


def test_pressing_received_counts_once_and_only_for_those_who_got_it(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    broadcast = sent(corps, wang)
    newcomer = corps.member("新来的")
    assert corps.do(zhang, acknowledgements.acknowledge, broadcast) is True
    assert corps.do(zhang, acknowledgements.acknowledge, broadcast) is False
    assert standing(corps, wang, broadcast).total.acknowledged == 1
    with refused(Reason.NOT_ALLOWED):
        corps.do(newcomer, acknowledgements.acknowledge, broadcast)
    with refused(Reason.GONE):
        corps.do(zhang, acknowledgements.acknowledge, 999)


def test_received_can_be_pressed_for_ever(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    broadcast = sent(corps, wang)
    deliver(corps)
    corps.clock.push(dt.timedelta(days=700))
    assert corps.do(zhang, acknowledgements.acknowledge, broadcast) is True


def test_the_reminder_goes_to_the_silent_only_and_rests_twelve_hours(corps: Corps, wang: int) -> None:
    zhang, li = corps.member("张明"), corps.member("李红")
    broadcast = sent(corps, wang)
    with refused(Reason.EVERYBODY_ANSWERED):
        corps.do(wang, acknowledgements.nudge, broadcast)
    deliver(corps)
    corps.do(zhang, acknowledgements.acknowledge, broadcast)
    assert corps.do(wang, acknowledgements.nudge, broadcast) == 1
    assert keys(corps, Kind.NUDGE)[0].endswith(f":{corps.member_id(li)}")
    with refused(Reason.NUDGED_LATELY):
        corps.do(wang, acknowledgements.nudge, broadcast)
    voice = Voice("zh", corps.clock)
    lately = "⏰ 催过了：12月2日（周三）10:00；12月2日（周三）22:00 以后可以再催"
    assert lately in standing_card(voice, standing(corps, wang, broadcast)).text
    corps.clock.push(dt.timedelta(hours=12))
    assert "⏰ 催过一次：12月2日（周三）10:00" in standing_card(voice, standing(corps, wang, broadcast)).text
    assert corps.do(wang, acknowledgements.nudge, broadcast) == 1


def test_the_silent_can_be_written_to_again_as_an_audience(corps: Corps, wang: int) -> None:
    zhang, _ = corps.member("张明"), corps.member("李红")
    broadcast = sent(corps, wang)
    deliver(corps)
    corps.do(zhang, acknowledgements.acknowledge, broadcast)
    preview = corps.do(wang, broadcasts.prepare, Content("再说一遍"), Audience(Scope.SILENT, broadcast=broadcast))
    assert preview.people == 1


def test_the_lists_behind_the_card_are_paged(corps: Corps, wang: int) -> None:
    for number in range(45):
        corps.member(f"成员{number}")
    broadcast = sent(corps, wang)
    deliver(corps)
    page = corps.do(wang, person_lists.silent, broadcast, 1, 40)
    assert (page.total, page.start, len(page.people)) == (45, 40, 5)
    assert corps.do(wang, person_lists.silent, broadcast, 9, 40) == page, "lists shrink under old buttons"
    assert corps.do(wang, person_lists.silent, broadcast, -1, 40).start == 0
    assert corps.do(wang, person_lists.missed, broadcast, 0, 40).people == ()
    assert standing(corps, wang, broadcast).teams[0].silent == ()


def test_stopping_takes_back_what_is_not_out(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    corps.do(wang, broadcasts.stop, broadcast)
    assert deliver(corps) == 0
    assert standing(corps, wang, broadcast).total.stopped == 1
    with refused(Reason.NOTHING_WAITING):
        corps.do(wang, broadcasts.stop, broadcast)


def test_cards_are_shown_anew_at_a_sane_pace(corps: Corps, wang: int) -> None:
    corps.member("张明")
    corps.member("李红")
    broadcast = sent(corps, wang)

    def due() -> int:
        found = corps.run(live_cards.due)
        for card in found:
            corps.run(live_cards.shown, card, "2", "x")
        return len(found)

    assert due() == 1
    assert due() == 0
    corps.clock.push(dt.timedelta(seconds=3))
    assert due() == 1
    deliver(corps)
    corps.clock.push(dt.timedelta(seconds=3))
    assert due() == 1, "the last ones have gone out since"
    corps.clock.push(dt.timedelta(seconds=3))
    assert due() == 0
    corps.clock.push(dt.timedelta(seconds=7))
    assert due() == 1
    corps.clock.push(dt.timedelta(hours=7))
    assert due() == 0
    corps.do(wang, broadcasts.put_card, broadcast, (telegram(wang), "3"))
    assert due() == 1


def test_what_goes_out_while_a_card_is_on_its_way_is_shown_by_the_next(corps: Corps, wang: int) -> None:
    corps.member("张明")
    sent(corps, wang)
    (card,) = corps.run(live_cards.due)
    corps.clock.push(dt.timedelta(seconds=1))
    deliver(corps)
    corps.clock.push(dt.timedelta(seconds=1))
    corps.run(live_cards.shown, card, "2", "one in line")
    corps.clock.push(dt.timedelta(seconds=1))
    (again,) = corps.run(live_cards.due)
    assert again.standing.total.sent == 1


def test_a_card_its_sender_deleted_is_not_sent_again(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    corps.run(live_cards.lost, broadcast)
    assert corps.run(live_cards.due) == []


def test_a_long_schedule_goes_out_in_parts_before_the_text(corps: Corps, wang: int) -> None:
    corps.member("张明")
    preview = corps.do(wang, broadcasts.prepare, Content("第二段", parts=(Part("第一段"),)), Audience(Scope.ALL))
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, CARD)
    assert [due.kind for due in corps.run(all_due)] == [Kind.BROADCAST_PART, Kind.BROADCAST]
    assert standing(corps, wang, preview.id).total.people == 1


def test_one_persons_messages_stand_together_in_line_and_all_of_them_take_their_time(corps: Corps, wang: int) -> None:
    for number in range(40):
        corps.member(f"成员{number}")
    preview = corps.do(wang, broadcasts.prepare, Content("第三段", parts=(Part("一"), Part("二"))), Audience(Scope.ALL))
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, CARD)
    line = corps.run(lambda s, _at: list(s.exec(select(Notice.member_id, Notice.kind).order_by(col(Notice.id))).all()))
    assert len({member for member, _ in line[:3]}) == 1
    assert [kind for _, kind in line[:3]] == [Kind.BROADCAST_PART, Kind.BROADCAST_PART, Kind.BROADCAST]
    assert standing(corps, wang, preview.id).seconds_left == 4, "a hundred and twenty messages at thirty a second"


def test_whoever_has_the_text_without_a_part_of_it_shows_on_the_card(corps: Corps, wang: int) -> None:
    corps.member("张明")
    corps.member("李红")
    preview = corps.do(wang, broadcasts.prepare, Content("第二段", parts=(Part("第一段"),)), Audience(Scope.ALL))
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, CARD)
    taken = corps.run(all_due)
    part = next(due.id for due in taken if due.kind is Kind.BROADCAST_PART)
    ends = {due.id: GiveUp("Bad Request: wrong file") if due.id == part else Arrived(str(due.id)) for due in taken}
    corps.run(leasing.record, list(ends.items()))
    found = standing(corps, wang, preview.id)
    assert (found.total.sent, found.incomplete) == (2, 1)
    assert "少收到一部分：1 人" in standing_card(Voice("zh", corps.clock), found).text


def test_the_card_counts_those_who_may_have_it_twice_and_only_then_says_so(corps: Corps, wang: int) -> None:
    for name in ("张明", "李红"):
        corps.member(name)
    broadcast = sent(corps, wang)
    voice = Voice("zh", corps.clock)
    assert "可能收到两遍" not in standing_card(voice, standing(corps, wang, broadcast)).text
    corps.run(leasing.take_due, 1)
    corps.run(leasing.reclaim)
    deliver(corps)
    found = standing(corps, wang, broadcast)
    assert (found.total.sent, found.doubled) == (2, 1)
    assert "可能收到两遍：1 人" in standing_card(voice, found).text
    assert corps.do(wang, status.standing).doubled == 1

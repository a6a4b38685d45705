"""Somebody who blocked the bot: marked, left alone, their leader told once; back on /start with what still matters."""

from corps import notices
from corps.addresses import telegram
from corps.delivery import leasing, status
from corps.membership import joining
from corps.notices import GiveUp, Moot, reachability
from corps.notices import Sent as Arrived
from corps.notices.kinds import Kind
from models.enums import Failure, NoticeState
from tests.base import Corps
from tests.corps.delivery.notices import end, owe, rows, take

BLOCKED = GiveUp("Forbidden: bot was blocked by the user", unreachable=True, failure=Failure.BLOCKED)


def lose(corps: Corps, *people: int) -> None:
    """Let a delivery to each of them find the door shut."""
    owe(corps, Kind.QUOTA, *people)
    end(corps, take(corps), BLOCKED)


def test_the_leader_is_told_once_and_not_at_once(corps: Corps) -> None:
    leader, zhang = corps.leader("赵联络"), corps.member("张明")
    lose(corps, zhang)
    corps.run(reachability.lost, telegram(zhang))
    (word,) = rows(corps, Kind.UNREACHABLE)
    assert corps.to(word) == leader
    assert word.due_at == corps.clock.now() + reachability.GATHER


def test_a_broadcast_that_finds_many_gone_makes_one_message_for_the_leader(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    people = [corps.member(f"成员{number}") for number in range(4)]
    for person in people:
        lose(corps, person)
        corps.clock.push(reachability.GATHER / 5)
    corps.clock.push(reachability.GATHER / 5)
    words = [parcel for parcel in take(corps) if parcel[0].kind is Kind.UNREACHABLE]
    assert [(parcel[0].address.number, len(parcel)) for parcel in words] == [(leader, 4)]
    end(corps, words, Arrived("1"))
    lose(corps, corps.member("后来的"))
    assert max(word.due_at for word in rows(corps, Kind.UNREACHABLE)) == corps.clock.now() + reachability.GATHER


def test_the_coordinators_are_told_when_it_is_the_only_leader(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    lose(corps, leader)
    assert [corps.to(word) for word in rows(corps, Kind.UNREACHABLE)] == [wang]


def test_nobody_is_told_about_an_applicant_who_went_away(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    corps.do(4711, joining.apply, code, "陈小红")
    lose(corps, 4711)
    assert rows(corps, Kind.UNREACHABLE) == []


def test_nothing_more_is_tried_until_they_are_back(corps: Corps) -> None:
    corps.leader("赵联络")
    zhang = corps.member("张明")
    lose(corps, zhang)
    owe(corps, Kind.CARD, zhang)
    assert take(corps) == []
    (card,) = rows(corps, Kind.CARD)
    assert (card.state, card.error) == (NoticeState.CANCELLED, reachability.UNREACHABLE)


def test_on_start_they_are_unmarked_and_owed_what_is_still_of_use(corps: Corps) -> None:
    zhang = corps.member("张明")
    lose(corps, zhang)
    owe(corps, Kind.CARD, zhang)
    owe(corps, Kind.REMINDER, zhang, expires_at=corps.clock.now())
    take(corps)
    corps.do(zhang, joining.note_reach, reachable=True)
    assert not corps.lost(zhang)
    assert {row.kind: row.state for row in rows(corps)} == {
        "quota": NoticeState.OWED,
        "card": NoticeState.OWED,
        "reminder": NoticeState.EXPIRED,
    }


def test_what_was_cancelled_for_another_reason_stays_cancelled(corps: Corps) -> None:
    zhang = corps.member("张明")
    owe(corps, Kind.CARD, zhang)
    parcels = take(corps)
    corps.run(leasing.record, [(parcels[0][0].id, Moot("no longer so"))])
    lose(corps, zhang)
    corps.do(zhang, joining.note_reach, reachable=True)
    assert rows(corps, Kind.CARD)[0].state is NoticeState.CANCELLED


def test_the_word_about_somebody_who_is_back_is_moot(corps: Corps) -> None:
    from corps.delivery import notice_facts

    corps.leader("赵联络")
    zhang = corps.member("张明")
    lose(corps, zhang)
    corps.do(zhang, joining.note_reach, reachable=True)
    corps.clock.push(reachability.GATHER)
    letters = corps.run(notice_facts.open_all, take(corps))
    assert [letter.facts for letter in letters if letter.due.kind is Kind.UNREACHABLE] == [None]


def test_a_block_that_telegram_tells_of_counts_like_one_a_message_ran_into(corps: Corps) -> None:
    leader, zhang = corps.leader("赵联络"), corps.member("张明")
    corps.do(zhang, joining.note_reach, reachable=False)
    lose(corps, zhang)
    assert [corps.to(word) for word in rows(corps, Kind.UNREACHABLE)] == [leader]


def test_a_retry_to_somebody_out_of_reach_is_a_probe_and_no_news_to_the_leader(corps: Corps) -> None:
    wang, _leader, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang)
    card = next(row for row in rows(corps, Kind.CARD) if corps.to(row) == zhang)
    end(corps, [parcel for parcel in take(corps) if parcel[0].id == card.id], BLOCKED)
    corps.do(wang, status.retry, card.id or 0)
    corps.clock.push(notices.LEASE)
    corps.run(leasing.reclaim)
    again = [parcel for parcel in take(corps) if parcel[0].id == card.id]
    assert len(again) == 1, "the mark does not hold back what a coordinator wants tried"
    end(corps, again, BLOCKED)
    assert len(rows(corps, Kind.UNREACHABLE)) == 1
    corps.do(wang, status.retry, card.id or 0)
    owe(corps, Kind.REMINDER, zhang, activity_id=activity)
    parcels = [parcel for parcel in take(corps) if parcel[0].id == card.id]
    assert {row.kind: row.state for row in rows(corps) if corps.to(row) == zhang}["reminder"] is NoticeState.CANCELLED
    end(corps, parcels, Arrived("5"))
    assert not corps.lost(zhang)
    assert {row.kind: row.state for row in rows(corps) if corps.to(row) == zhang}["reminder"] is NoticeState.OWED

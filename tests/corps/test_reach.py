"""Somebody who blocked the bot: marked, left alone, their leader told once; back on /start with what still matters."""

from corps import delivery, joining, reach
from corps.notice_kinds import Kind
from corps.notices import GiveUp, Moot
from models import Member
from models.words import NoticeState
from tests.base import Corps
from tests.corps.mailroom import end, owe, rows, take

BLOCKED = GiveUp("Forbidden: bot was blocked by the user", unreachable=True)


def lose(corps: Corps, *people: int) -> None:
    """Let a delivery to each of them find the door shut."""
    owe(corps, Kind.QUOTA, *people)
    end(corps, take(corps), BLOCKED)


def test_the_leader_is_told_once_and_not_at_once(corps: Corps) -> None:
    leader, zhang = corps.leader("赵联络"), corps.member("张明")
    lose(corps, zhang)
    corps.run(reach.lost, corps.member_id(zhang))
    (word,) = rows(corps, Kind.UNREACHABLE)
    assert word.chat_id == leader
    assert word.due_at == corps.clock.now() + reach.GATHER


def test_the_coordinators_are_told_when_it_is_the_only_leader(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    lose(corps, leader)
    assert [word.chat_id for word in rows(corps, Kind.UNREACHABLE)] == [wang]


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
    assert (card.state, card.error) == (NoticeState.CANCELLED, reach.UNREACHABLE)


def test_on_start_they_are_unmarked_and_owed_what_is_still_of_use(corps: Corps) -> None:
    zhang = corps.member("张明")
    lose(corps, zhang)
    owe(corps, Kind.CARD, zhang)
    owe(corps, Kind.REMINDER, zhang, expires_at=corps.clock.now())
    take(corps)
    corps.do(zhang, joining.appear, "张明")
    member = corps.run(lambda s, _at: s.get(Member, corps_id)) if (corps_id := corps.member_id(zhang)) else None
    assert member is not None
    assert member.unreachable_since is None
    assert {row.kind: row.state for row in rows(corps)} == {
        "quota": NoticeState.OWED,
        "card": NoticeState.OWED,
        "reminder": NoticeState.EXPIRED,
    }


def test_what_was_cancelled_for_another_reason_stays_cancelled(corps: Corps) -> None:
    zhang = corps.member("张明")
    owe(corps, Kind.CARD, zhang)
    parcels = take(corps)
    corps.run(delivery.record, [(parcels[0][0].id, Moot("no longer so"))])
    lose(corps, zhang)
    corps.do(zhang, joining.appear, "张明")
    assert rows(corps, Kind.CARD)[0].state is NoticeState.CANCELLED


def test_the_word_about_somebody_who_is_back_is_moot(corps: Corps) -> None:
    from corps import notice_facts

    corps.leader("赵联络")
    zhang = corps.member("张明")
    lose(corps, zhang)
    corps.do(zhang, joining.appear, "张明")
    corps.clock.push(reach.GATHER)
    letters = corps.run(notice_facts.open_all, take(corps))
    assert [letter.facts for letter in letters if letter.due.kind is Kind.UNREACHABLE] == [None]

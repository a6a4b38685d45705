"""A card for a thousand people is looked up a few times, and is for each of them what it would be alone."""

from sqlalchemy import event
from sqlmodel import Session

from corps.activities import cards
from corps.addresses import telegram
from corps.attendance import check_in
from corps.delivery import notice_facts
from corps.moment import Moment
from corps.notices import Due
from corps.notices.declarations import Lookups, Question
from corps.notices.kinds import Kind
from corps.people import recognise
from corps.signups import signups, withdrawals
from tests.base import Corps
from tests.corps.delivery.notices import owe, take


def test_each_reads_the_card_that_is_theirs(corps: Corps) -> None:
    wang = corps.coordinator()
    going, waiting, left = (corps.member(name) for name in ("张明", "李红", "陈刚"))
    others = [
        corps.member("旁人"),
        corps.member("别团", "民革"),
        corps.leader("赵联络"),
        corps.leader("钱联络", "民革"),
    ]
    activity = corps.publish(wang)
    slot = corps.slot(activity)
    for person in (going, waiting, left):
        corps.do(person, signups.sign_up, slot, wait=person != going)
    corps.do(left, withdrawals.withdraw, activity)
    people = [wang, going, waiting, left, *others]
    for wall in ("2026-12-03 10:00", "2026-12-05 13:45", "2026-12-05 17:00"):
        corps.clock.set_wall(wall)
        if wall.endswith("13:45"):
            corps.do(going, check_in.check_in, activity)

        def compare(session: Session, at: Moment) -> None:
            lookups = Lookups(session, at)
            for person in people:
                actor = recognise(session, at, telegram(person))
                word = Due(1, Kind.CARD, telegram(person), 1, activity, None, {}, "zh", 0)
                shown = cards.card_of(Question(lookups, word, actor))
                assert shown == cards.see(session, actor, at, activity)

        corps.run(compare)


def test_a_batch_of_cards_costs_hardly_more_than_one(corps: Corps) -> None:
    wang = corps.coordinator()
    people = [corps.member(f"成员{number}") for number in range(40)]
    activity = corps.publish(wang)
    owe(corps, Kind.CHANGED, *people, activity_id=activity)
    parcels = take(corps)
    asked: list[str] = []
    event.listen(corps.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    corps.run(notice_facts.open_all, parcels[:1])
    alone = len(asked)
    asked.clear()
    corps.run(notice_facts.open_all, parcels)
    assert len(parcels) == 40
    # One statement each to know who they are, and one or two for what the notice says besides the card.
    assert len(asked) <= alone + 39 * 3

"""The live card: for coordinators' eyes, in decent hours, and not frozen by a clock."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlmodel import Session

from corps.addresses import telegram
from corps.broadcasts import broadcasts, live_cards, timing
from corps.moment import Moment, Quiet
from corps.people import Named
from corps.refusals import Reason
from models import Broadcast
from tests.base import Corps, row_at
from tests.corps.broadcasts.steps import deliver, prepared, refused, sent


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator who broadcasts to one member."""
    corps.member("张明")
    return corps.coordinator("王统筹")


def shown(corps: Corps) -> int:
    """Show the cards that are due; return how many."""
    found = corps.run(live_cards.due)
    for card in found:
        corps.run(live_cards.shown, card, "2", "x")
    return len(found)


def test_a_card_is_dropped_when_its_sender_is_no_coordinator_any_more(corps: Corps, wang: int) -> None:
    broadcast = sent(corps, wang)
    assert shown(corps) == 1
    deliver(corps)

    def step_down(session: Session, _at: Moment) -> None:
        row_at(session, wang).is_coordinator = False

    corps.run(step_down)
    corps.clock.push(dt.timedelta(seconds=10))
    assert shown(corps) == 0
    row = corps.run(lambda s, _at: s.get(Broadcast, broadcast))
    assert row is not None
    assert (row.card_address, row.card_message_id) == (None, None)


def test_a_clock_that_is_put_back_does_not_freeze_the_card(corps: Corps, wang: int) -> None:
    sent(corps, wang)
    assert shown(corps) == 1
    corps.clock.push(-dt.timedelta(hours=1))
    assert shown(corps) == 1
    corps.clock.push(dt.timedelta(seconds=10))
    assert shown(corps) == 1


def test_the_new_card_of_a_broadcast_for_the_night_waits_for_the_morning(corps: Corps, wang: int) -> None:
    corps.database.policy = replace(corps.database.policy, quiet=Quiet(dt.time(22), dt.time(7, 30)))
    preview = prepared(corps, wang)
    hour = corps.instant("2026-12-02 23:00")
    corps.do(wang, timing.schedule, preview.id, preview.revision, hour, (telegram(wang), "2"))
    corps.clock.set_wall("2026-12-02 23:00")
    assert corps.run(timing.start_due) == 1
    assert corps.run(live_cards.due) == []
    corps.do(wang, broadcasts.put_card, preview.id, (telegram(wang), "3"))
    assert len(corps.run(live_cards.due)) == 1, "a card that is there can be looked at all night"


def test_in_the_morning_the_new_card_comes(corps: Corps, wang: int) -> None:
    corps.database.policy = replace(corps.database.policy, quiet=Quiet(dt.time(22), dt.time(7, 30)))
    preview = prepared(corps, wang)
    hour = corps.instant("2026-12-02 23:00")
    corps.do(wang, timing.schedule, preview.id, preview.revision, hour, (telegram(wang), "2"))
    corps.clock.set_wall("2026-12-02 23:00")
    corps.run(timing.start_due)
    corps.run(live_cards.taken_down, preview.id)
    corps.clock.set_wall("2026-12-03 07:30")
    (card,) = corps.run(live_cards.due)
    assert (card.address, card.message_id) == (telegram(wang), None)


def test_the_card_that_waited_for_its_hour_is_taken_down_and_a_new_one_comes(corps: Corps, wang: int) -> None:
    corps.member("张明")
    preview = prepared(corps, wang)
    corps.do(
        wang, timing.schedule, preview.id, preview.revision, corps.instant("2026-12-02 11:00"), (telegram(wang), "2")
    )
    corps.clock.set_wall("2026-12-02 11:00")
    corps.run(timing.start_due)
    assert corps.run(live_cards.due) == []
    old = corps.run(live_cards.spent)
    assert [(card.broadcast_id, card.message_id) for card in old] == [(preview.id, "2")]
    corps.run(live_cards.taken_down, preview.id)
    assert corps.run(live_cards.spent) == []
    assert [card.message_id for card in corps.run(live_cards.due)] == [None]
    with refused(Reason.PREVIEW_OLD) as no:
        corps.do(wang, broadcasts.cancel, preview.id)
    assert no.value.facts["by"] == Named("王统筹")

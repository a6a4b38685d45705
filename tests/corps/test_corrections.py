"""更正: the words that have arrived are changed where they stand."""

from collections import Counter

import pytest
from sqlmodel import select

from corps import (
    corrections,
    delivery,
)
from corps.notice_kinds import Kind
from corps.notices import Sent as Arrived
from corps.refusals import Reason
from models import Notice
from tests.base import Corps, all_due
from tests.corps.broadcasting import deliver, refused, sent, standing


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator("王统筹")


def corrected(corps: Corps, by: int, broadcast: int, text: str) -> None:
    """Correct a broadcast."""
    assert corps.do(by, corrections.propose, broadcast, text, 1) is not None
    corps.do(by, corrections.correct, broadcast)


def test_a_correction_edits_what_has_arrived_and_a_second_one_replaces_the_first(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    deliver(corps)
    corrected(corps, wang, broadcast, "周六10点")
    corrected(corps, wang, broadcast, "周六11点")
    states = corps.run(
        lambda s, _at: Counter(str(n) for n in s.exec(select(Notice.state).where(Notice.kind == "correction")).all())
    )
    assert states == {"cancelled": 1, "owed": 1}
    deliver(corps)
    assert standing(corps, wang, broadcast).corrections == (1, 1)


def test_a_message_on_its_way_during_a_correction_is_looked_at_after_its_lease(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    taken = corps.run(all_due)
    corrected(corps, wang, broadcast, "周六10点")
    corps.run(delivery.record, [(taken[0].id, Arrived(5))])
    assert deliver(corps) == 0
    corps.clock.push(delivery.LEASE * 1.2)
    assert [due.kind for due in corps.run(all_due)] == [Kind.CORRECTION]


def test_a_correction_needs_new_words_of_a_fitting_length(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    assert corps.do(wang, corrections.propose, broadcast, "", 1) is None
    assert corps.do(wang, corrections.propose, broadcast, "长" * 4090, 1) is None
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, corrections.correct, broadcast)
    corps.do(wang, corrections.propose, broadcast, "周六集合", 1)
    with refused(Reason.NOTHING_CHANGED):
        corps.do(wang, corrections.correct, broadcast)

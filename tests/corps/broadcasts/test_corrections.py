"""更正: the words that have arrived are changed where they stand."""

from collections import Counter

import pytest
from sqlmodel import select

from bot.telegram.formatting import TEXT_LIMITS
from corps import notices
from corps.addresses import telegram
from corps.broadcasts import broadcasts, corrections
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.compose_form import SentPiece
from corps.broadcasts.content import Content, Part
from corps.broadcasts.copies import Copy
from corps.delivery import leasing
from corps.delivery.notice_facts import open_all
from corps.notices import Sent as Arrived
from corps.notices.kinds import Kind
from corps.refusals import Reason
from models import Notice
from tests.base import Corps, all_due, photo
from tests.corps.broadcasts.steps import CARD, deliver, refused, sent, standing
from tests.corps.forms import open_question


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator("王统筹")


def corrected(corps: Corps, by: int, broadcast: int, text: str) -> None:
    """Correct a broadcast."""
    assert corps.do(by, corrections.propose, broadcast, text, "1", TEXT_LIMITS) is not None
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
    corps.run(leasing.record, [(taken[0].id, Arrived("5"))])
    assert deliver(corps) == 0
    corps.clock.push(notices.LEASE * 1.2)
    assert [due.kind for due in corps.run(all_due)] == [Kind.CORRECTION]


def test_a_correction_needs_new_words_of_a_fitting_length(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    assert corps.do(wang, corrections.propose, broadcast, "", "1", TEXT_LIMITS) is None
    assert corps.do(wang, corrections.propose, broadcast, "长" * 4090, "1", TEXT_LIMITS) is None
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, corrections.correct, broadcast)
    corps.do(wang, corrections.propose, broadcast, "周六集合", "1", TEXT_LIMITS)
    with refused(Reason.NOTHING_CHANGED):
        corps.do(wang, corrections.correct, broadcast)


def test_the_new_text_is_asked_for_until_it_fits_and_then_confirmed(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    deliver(corps)
    assert corps.do(wang, corrections.begin, broadcast, TEXT_LIMITS).content.html == "周六集合"
    for wrong in (SentPiece(), SentPiece("长" * 4090), SentPiece("带图", photo=photo("p"))):
        asked = open_question(corps, wang)
        assert asked is not None
        assert isinstance(corps.do(wang, corrections.take, asked, wrong, "2", TEXT_LIMITS), corrections.Asked)
    asked = open_question(corps, wang)
    assert asked is not None
    shown = corps.do(wang, corrections.take, asked, SentPiece("周日集合"), "3", TEXT_LIMITS)
    assert isinstance(shown, corrections.Correction)
    assert shown.arrived == 1
    assert corps.do(wang, corrections.confirm, broadcast, CARD).corrected
    assert open_question(corps, wang) is None


def test_the_button_under_an_earlier_correction_sends_no_later_one(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = sent(corps, wang)
    old = corps.do(wang, corrections.propose, broadcast, "周日集合", "1", TEXT_LIMITS)
    new = corps.do(wang, corrections.propose, broadcast, "周一集合", "2", TEXT_LIMITS)
    assert old is not None
    assert new is not None
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, corrections.confirm, broadcast, CARD, old.sign)
    assert corps.do(wang, corrections.confirm, broadcast, CARD, new.sign).corrected


def in_parts(corps: Corps, by: int, *texts: str) -> int:
    """Send a broadcast of several messages and return its id."""
    content = Content(texts[-1], parts=tuple(Part(text) for text in texts[:-1]))
    preview = corps.do(by, broadcasts.prepare, content, Audience(Scope.ALL))
    corps.do(by, broadcasts.confirm, preview.id, preview.revision, (telegram(1), "2"))
    return preview.id


def relaid(corps: Corps, by: int, broadcast: int, *texts: str) -> None:
    """Correct a broadcast to these texts."""
    corps.do(by, corrections.propose_schedule, broadcast, list(texts), None, TEXT_LIMITS)
    corps.do(by, corrections.correct, broadcast)


def letters(corps: Corps) -> list[tuple[Kind, str, bool]]:
    """Deliver all that is due; return of each message its kind, its text, and whether it edits one that is there."""
    found: list[tuple[Kind, str, bool]] = []
    while parcels := corps.run(leasing.take_due, 100):
        for letter in corps.run(open_all, parcels):
            copy = letter.facts.find(Copy) if letter.facts is not None else None
            if copy is not None:
                found.append((letter.due.kind, copy.content.html, copy.edits is not None))
        ends = [(due.id, Arrived(str(900 + due.id))) for parcel in parcels for due in parcel]
        corps.run(leasing.record, ends)
    return found


def test_each_message_of_a_long_broadcast_is_corrected_and_those_added_follow(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = in_parts(corps, wang, "一", "二")
    deliver(corps)
    relaid(corps, wang, broadcast, "一", "贰", "叁")
    assert letters(corps) == [(Kind.CORRECTION, "贰", True), (Kind.CORRECTION, "叁", False)]
    relaid(corps, wang, broadcast, "一", "贰", "3")
    assert letters(corps) == [(Kind.CORRECTION, "3", True)], "what a correction added can be corrected as well"


def test_who_has_not_got_it_yet_gets_the_new_messages_in_order(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = in_parts(corps, wang, "一", "二")
    relaid(corps, wang, broadcast, "壹", "贰", "叁")
    assert [text for _, text, _ in letters(corps)] == ["壹", "贰", "叁"]


def test_who_has_half_of_it_gets_that_half_corrected_and_the_rest_new(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = in_parts(corps, wang, "一", "二")
    ((first,),) = corps.run(leasing.take_due, 1)
    corps.run(leasing.record, [(first.id, Arrived("5"))])
    relaid(corps, wang, broadcast, "壹", "贰")
    assert letters(corps) == [(Kind.CORRECTION, "壹", True), (Kind.BROADCAST, "贰", False)]


def test_a_message_left_over_says_so_and_is_sent_to_nobody_new(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = in_parts(corps, wang, "一", "二")
    deliver(corps)
    relaid(corps, wang, broadcast, "全")
    taken = corps.run(leasing.take_due, 100)
    (letter,) = corps.run(open_all, taken)
    assert letter.facts is not None
    assert letter.facts.the(Copy).void
    corps.run(leasing.record, [(letter.due.id, Arrived("5"))])
    assert letters(corps) == [(Kind.CORRECTION, "全", True)]
    other = in_parts(corps, wang, "一", "二")
    relaid(corps, wang, other, "全")
    assert letters(corps) == [(Kind.BROADCAST, "全", False)]


def test_a_correction_overtaken_by_the_next_is_not_forgotten(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = in_parts(corps, wang, "一", "二")
    deliver(corps)
    relaid(corps, wang, broadcast, "壹", "二", "三")
    relaid(corps, wang, broadcast, "壹", "贰", "三")
    assert letters(corps) == [
        (Kind.CORRECTION, "三", False),
        (Kind.CORRECTION, "壹", True),
        (Kind.CORRECTION, "贰", True),
    ]


def test_stopping_the_rest_leaves_the_correction_of_what_has_arrived(corps: Corps, wang: int) -> None:
    corps.member("张明")
    corps.member("李红")
    broadcast = in_parts(corps, wang, "一", "二")
    for _ in range(2):
        ((due,),) = corps.run(leasing.take_due, 1)
        corps.run(leasing.record, [(due.id, Arrived("5"))])
    relaid(corps, wang, broadcast, "壹", "二", "三")
    corps.do(wang, broadcasts.stop, broadcast)
    told = letters(corps)
    assert (Kind.CORRECTION, "壹", True) in told
    assert all(kind is Kind.CORRECTION for kind, _, _ in told)

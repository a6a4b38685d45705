"""Several words of change about one activity that reach a person in one message: all of it is said."""

import datetime as dt

import pytest

from bot.telegram.formatting import TEXT_LIMITS
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.delivery import notice_facts
from corps.delivery.notice_facts import Letter
from corps.notices import RetryLater
from corps.notices.kinds import Kind
from corps.signups import signups
from models.enums import NoticeState
from tests.base import Corps
from tests.corps.delivery.notices import end, take


class Twice:
    """A lecture that is changed while word of an earlier change is on its way to 张明, and comes back undelivered."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.wang, self.zhang = corps.coordinator(), corps.member("张明")
        self.activity = corps.publish(self.wang)
        other = corps.publish(self.wang, corps.plan("义诊", "2026-12-06 14:00", "2026-12-06 16:00"))
        for activity in (self.activity, other):
            corps.do(self.zhang, signups.sign_up, corps.slot(activity, "志愿者"))
        take(corps)

    def edit(self, field: EditField, **value: object) -> None:
        """Change the lecture, and let the word settle."""
        self.corps.do(self.wang, editing.change, Edit(self.activity, field, value))
        self.corps.clock.push(dt.timedelta(seconds=30))

    def letter(self) -> tuple[Letter, str]:
        """Return what goes out, and its words."""
        (letter,) = self.corps.run(notice_facts.open_all, take(self.corps))
        assert letter.facts is not None
        return letter, str(
            notice_screen(Voice("zh", self.corps.clock), letter.due, letter.facts, letter.more, TEXT_LIMITS).text
        )

    def between(self, field: EditField, **value: object) -> None:
        """Change the lecture while the earlier word is on its way."""
        parcels = take(self.corps)
        self.edit(field, **value)
        end(self.corps, parcels, RetryLater(self.corps.clock.now(), "TimedOut", maybe=True))


@pytest.fixture
def twice(corps: Corps) -> Twice:
    return Twice(corps)


def test_a_new_time_and_a_new_place_come_in_one_message_with_the_clash(corps: Corps, twice: Twice) -> None:
    twice.edit(EditField.TIME, starts="2026-12-06T14:00", ends="2026-12-06T16:00")
    twice.between(EditField.PLACE, place="童家桥社区")
    assert len(corps.owed(Kind.CHANGED)) == 2
    letter, text = twice.letter()
    assert "磁器口街道金蓉社区 → 童家桥社区" in text
    assert "12月6日" in text.split("→")[1], "the new time"
    assert "义诊" in text, "what it clashes with"
    assert len(letter.ids) == 2, "both end with this message"


def test_a_place_changed_twice_is_told_from_the_first_to_the_last(twice: Twice) -> None:
    twice.edit(EditField.PLACE, place="童家桥社区")
    twice.between(EditField.PLACE, place="石井坡社区")
    _, text = twice.letter()
    assert "磁器口街道金蓉社区 → 石井坡社区" in text
    assert "童家桥社区" not in text


def test_a_place_changed_and_changed_back_is_told_all_the_same(corps: Corps, twice: Twice) -> None:
    """No answer came to the first word: it may have been read."""
    twice.edit(EditField.PLACE, place="童家桥社区")
    twice.between(EditField.PLACE, place="磁器口街道金蓉社区")
    _, text = twice.letter()
    assert "童家桥社区 → 磁器口街道金蓉社区" in text
    assert {row.state for row in corps.owed(Kind.CHANGED, None)} == {NoticeState.LEASED}


def test_what_may_have_been_read_is_not_taken_back_in_silence(corps: Corps, twice: Twice) -> None:
    """The word was tried, no answer came, and while it waits for its next try the place is changed back."""
    twice.edit(EditField.PLACE, place="童家桥社区")
    end(corps, take(corps), RetryLater(corps.clock.now(), "TimedOut", maybe=True))
    twice.edit(EditField.PLACE, place="磁器口街道金蓉社区")
    _, text = twice.letter()
    assert "童家桥社区 → 磁器口街道金蓉社区" in text


def test_beside_something_new_too(twice: Twice) -> None:
    twice.edit(EditField.PLACE, place="童家桥社区")
    twice.between(EditField.PLACE, place="磁器口街道金蓉社区")
    twice.edit(EditField.TITLE, title="反诈讲座")
    _, text = twice.letter()
    assert "童家桥社区 → 磁器口街道金蓉社区" in text
    assert "反诈讲座" in text

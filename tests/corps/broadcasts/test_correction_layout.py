"""A correction says everything, in order, in the messages that people already have."""

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.formatting import TEXT_LIMITS
from corps.broadcasts.content import Content, Part
from corps.broadcasts.correction_layout import Picture, lay, most
from corps.broadcasts.corrections import changed
from tests.base import photo

TEXTS = st.lists(st.text(alphabet="会场甲乙", min_size=1, max_size=12), min_size=1, max_size=6)
LONG = "长" * 2000


def read(content: Content) -> list[str]:
    """Return the texts as a member reads them who has all the messages, from top to bottom."""
    before = [part.html for part in content.parts if not part.late]
    after = [part.html for part in content.parts if part.late]
    return [text for text in (*before, content.html, *after) if text]


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=4), st.booleans())
def test_whatever_comes_after_whatever_the_newest_words_stand_in_order_and_nothing_moves(
    first: list[str], rounds: list[list[str]], pictured: bool
) -> None:
    picture = [Part(photo=photo("p"))] if pictured else []
    content = Content(first[-1], parts=(*picture, *(Part(text) for text in first[:-1])))
    for texts in rounds:
        new = lay(content, texts, photo("q"), TEXT_LIMITS)
        assert read(new) == texts
        assert len(new.parts) >= len(content.parts)
        for before, after in zip(content.parts, new.parts, strict=False):
            assert (before.late, bool(before.photo)) == (after.late, bool(after.photo))
            assert after.void or not before.void, "a message that was taken out of use stays so"
        assert new.html, "the message with 收到 always says something"
        content = new


def test_words_too_long_for_a_caption_follow_below_the_picture() -> None:
    new = lay(Content("短", photo=photo("p")), [LONG], photo("q"), TEXT_LIMITS)
    assert (new.photo, new.html) == (photo("q"), "")
    assert [(part.html, part.late) for part in new.parts] == [(LONG, True)]
    assert TEXT_LIMITS.length(new.html) <= most(new, TEXT_LIMITS)


def test_a_picture_without_a_successor_counts_no_more_and_typed_words_leave_it_alone() -> None:
    old = Content("末", parts=(Part(photo=photo("p")), Part("首")))
    assert lay(old, ["新"], None, TEXT_LIMITS).parts == (Part(photo=photo("p"), stale=True), Part())
    assert lay(old, ["新"], Picture.STAYS, TEXT_LIMITS).parts == (Part(photo=photo("p")), Part())


def test_only_what_says_something_else_counts_as_changed() -> None:
    old = Content("末", parts=(Part(photo=photo("p")), Part("首")))
    assert changed(old, lay(old, ["首", "新"], photo("p"), TEXT_LIMITS)) == (None,)
    assert changed(old, lay(old, ["首", "末", "尾"], photo("q"), TEXT_LIMITS)) == (0, 2)
    assert changed(old, lay(old, ["首", "末"], photo("p"), TEXT_LIMITS)) == ()

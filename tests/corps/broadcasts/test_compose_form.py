"""What can be said in a broadcast, and that only what was shown goes out."""

import pytest

from corps import conversations
from corps.broadcasts import compose_form
from corps.broadcasts.compose_form import InputTrouble, SentPiece, take, too_long
from corps.broadcasts.compose_options import Step
from corps.broadcasts.content import Content, length_of
from corps.refusals import Reason
from tests.base import Corps
from tests.corps.broadcasts.steps import refused


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator("王统筹")


def test_lengths_are_counted_as_telegram_counts_them() -> None:
    assert length_of("<b>a&amp;b</b> 😀") == 6
    assert too_long(Content("字" * 4096)) is None
    assert too_long(Content("字" * 4097)) is InputTrouble.LONG
    assert too_long(Content("字" * 1025, photo_id="p")) is InputTrouble.LONG_UNDER_MEDIA


def test_of_an_album_the_first_picture_is_taken_and_that_is_said_once() -> None:
    data, trouble = take({}, SentPiece(photo_id="a", album="7"))
    assert trouble is None
    data, trouble = take(data, SentPiece(photo_id="b", album="7"))
    assert trouble is InputTrouble.ALBUM
    data, trouble = take(data, SentPiece(photo_id="c", album="7"))
    assert trouble is InputTrouble.ALBUM_AGAIN
    assert data["photo"] == "a"


def test_a_draft_that_was_dropped_cannot_be_confirmed_from_an_old_preview(corps: Corps, wang: int) -> None:
    corps.member("张明")
    corps.do(wang, compose_form.absorb, SentPiece("文字"), "1", afresh=True)
    stand = corps.do(wang, compose_form.choose, Step.AUDIENCE, "all")
    assert stand.preview is not None
    corps.do(wang, lambda s, a, _at: conversations.drop(s, a.address, compose_form.KIND))
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, lambda s, a, _at: compose_form.demand_composed(s, a, stand.preview.id if stand.preview else 0))

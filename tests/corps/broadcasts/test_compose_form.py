"""What can be said in a broadcast, and that only what was shown goes out."""

import pytest

from bot.telegram.formatting import TEXT_LIMITS
from corps import conversations
from corps.broadcasts import compose_form
from corps.broadcasts.compose_form import InputTrouble, SentPiece, take, too_long
from corps.broadcasts.compose_options import Step
from corps.broadcasts.content import Content
from corps.refusals import Reason
from tests.base import Corps, photo
from tests.corps.broadcasts.steps import CARD, refused
from tests.corps.forms import open_question


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator("王统筹")


def test_lengths_are_counted_as_telegram_counts_them() -> None:
    assert TEXT_LIMITS.length("<b>a&amp;b</b> 😀") == 6
    assert too_long(Content("字" * 4096), TEXT_LIMITS) is None
    assert too_long(Content("字" * 4097), TEXT_LIMITS) is InputTrouble.LONG
    assert too_long(Content("字" * 1025, photo=photo("p")), TEXT_LIMITS) is InputTrouble.LONG_UNDER_MEDIA


def test_of_an_album_the_first_picture_is_taken_and_that_is_said_once() -> None:
    data, trouble = take({}, SentPiece(photo=photo("a"), album="7"), TEXT_LIMITS)
    assert trouble is None
    data, trouble = take(data, SentPiece(photo=photo("b"), album="7"), TEXT_LIMITS)
    assert trouble is InputTrouble.ALBUM
    data, trouble = take(data, SentPiece(photo=photo("c"), album="7"), TEXT_LIMITS)
    assert trouble is InputTrouble.ALBUM_AGAIN
    assert data["photo"] == photo("a").stored()


def test_a_draft_that_was_dropped_cannot_be_confirmed_from_an_old_preview(corps: Corps, wang: int) -> None:
    corps.member("张明")
    corps.do(wang, compose_form.absorb, SentPiece("文字"), "1", TEXT_LIMITS, afresh=True)
    stand = corps.do(wang, compose_form.choose, Step.AUDIENCE, "all")
    assert stand.preview is not None
    corps.do(wang, lambda s, a, _at: conversations.drop(s, a.address, compose_form.KIND))
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, lambda s, a, _at: compose_form.demand_composed(s, a, stand.preview.id if stand.preview else 0))


def test_the_text_then_the_audience_then_the_preview_and_it_goes_out(corps: Corps, wang: int) -> None:
    corps.member("张明")
    begun = corps.do(wang, compose_form.begin, "1")
    assert (begun.unfinished, begun.former) == (False, False)
    assert corps.do(wang, compose_form.absorb, SentPiece("周六集合"), "2", TEXT_LIMITS).step is Step.AUDIENCE
    stand = corps.do(wang, compose_form.choose, Step.AUDIENCE, "all")
    assert stand.preview is not None
    assert stand.preview.people == 1
    standing = corps.do(wang, compose_form.send, stand.preview.id, stand.preview.revision, CARD)
    assert standing.total.queued == 1
    assert open_question(corps, wang) is None
    assert corps.do(wang, compose_form.begin, "3").former


def test_teams_are_ticked_and_none_is_no_audience(corps: Corps, wang: int) -> None:
    corps.do(wang, compose_form.absorb, SentPiece("周六集合"), "1", TEXT_LIMITS, afresh=True)
    corps.do(wang, compose_form.choose, Step.AUDIENCE, "teams")
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, compose_form.choose, Step.TEAMS, "done")
    team = str(corps.team("民盟"))
    corps.member("张明", "民盟")
    assert corps.do(wang, compose_form.choose, Step.TEAMS, team).data["ticked"] == [int(team)]
    assert corps.do(wang, compose_form.choose, Step.TEAMS, "done").step is Step.PREVIEW


def test_back_from_the_preview_asks_for_the_audience_again(corps: Corps, wang: int) -> None:
    corps.member("张明")
    corps.do(wang, compose_form.absorb, SentPiece("周六集合"), "1", TEXT_LIMITS, afresh=True)
    corps.do(wang, compose_form.choose, Step.AUDIENCE, "all")
    assert corps.do(wang, compose_form.choose, Step.AUDIENCE, "back").step is Step.AUDIENCE


def test_another_text_for_the_preview_keeps_the_audience(corps: Corps, wang: int) -> None:
    corps.member("张明")
    corps.do(wang, compose_form.absorb, SentPiece("周六集合"), "1", TEXT_LIMITS, afresh=True)
    corps.do(wang, compose_form.choose, Step.AUDIENCE, "all")
    stand = corps.do(wang, compose_form.absorb, SentPiece("周日集合"), "2", TEXT_LIMITS)
    assert stand.preview is not None
    assert stand.preview.content.html == "周日集合"


def test_what_cannot_be_sent_leaves_the_question_open_and_says_why(corps: Corps, wang: int) -> None:
    corps.do(wang, compose_form.begin, "1")
    stand = corps.do(wang, compose_form.absorb, SentPiece(), "2", TEXT_LIMITS)
    assert (stand.step, stand.trouble) == (Step.TEXT, InputTrouble.KIND)
    assert corps.do(wang, compose_form.look).step is Step.TEXT


def test_what_was_begun_is_kept_for_going_on_with_it(corps: Corps, wang: int) -> None:
    corps.do(wang, compose_form.absorb, SentPiece("周六集合"), "1", TEXT_LIMITS, afresh=True)
    assert corps.do(wang, compose_form.begin, "2").unfinished
    stand = corps.do(wang, compose_form.choose, Step.TEXT, "go_on")
    assert (stand.step, stand.data["html"]) == (Step.AUDIENCE, "周六集合")


def test_a_preview_that_was_dropped_is_nothing_any_more(corps: Corps, wang: int) -> None:
    corps.member("张明")
    corps.do(wang, compose_form.absorb, SentPiece("周六集合"), "1", TEXT_LIMITS, afresh=True)
    preview = corps.do(wang, compose_form.choose, Step.AUDIENCE, "all").preview
    assert preview is not None
    corps.do(wang, compose_form.cancel, preview.id)
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, compose_form.send, preview.id, preview.revision, CARD)

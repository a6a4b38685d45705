"""Screens about activities keep to Telegram's limits and speak both languages, at their fullest."""

import dataclasses
import datetime as dt

import pytest

from bot.callbacks import parse
from bot.runtime.clock import Clock
from bot.telegram.formatting import TEXT_LIMITS
from bot.texts.voice import Voice
from bot.views import activities, editing, onsite
from bot.views.cards import activity_card
from bot.views.changes import change_line
from bot.views.mine import mine_screen
from bot.views.screen import Screen, lines
from corps import teams
from corps.activities import cards, planning
from corps.activities.entry_answers import MOST_SLOTS, NOTES_MAX, PLACE_MAX, ROLE_MAX, TITLE_MAX
from corps.activities.listing import PAGE, ActivityList, Choice, Line, Listing
from corps.activities.planning import SlotPlan
from corps.changes.change_notices import Delta
from corps.changes.edit_answers import EditField
from corps.changes.edit_form import Stand
from corps.records.mine import Holding, Mine
from corps.records.service_hours import ServiceHours, YearHours
from corps.teams import TeamName
from models.enums import ActivityState, SignUpState
from tests.base import Corps

NOW = dt.datetime(2026, 12, 2, 2, tzinfo=dt.UTC)
WIDE = "<&宽"


def fill(length: int) -> str:
    """Return a text of that length, full of what HTML would swallow."""
    return (WIDE * length)[:length]


def assert_fits(screen: Screen) -> None:
    """Hold a screen to Telegram's limits: text in UTF-16 units, a hundred buttons, 64 bytes of data each."""
    assert TEXT_LIMITS.length(str(screen.text)) <= TEXT_LIMITS.text
    buttons = [button for row in screen.rows for button in row]
    assert len(buttons) <= 100
    for button in buttons:
        assert button.label
        assert button.payload is None or parse(button.payload.pack()) == button.payload


@pytest.fixture(params=["zh", "en"])
def voice(request: pytest.FixtureRequest) -> Voice:
    """A voice in each language."""
    return Voice(request.param, Clock())


@pytest.fixture
def full_card(corps: Corps) -> cards.Card:
    """The longest activity that can be planned, as its coordinator sees it."""
    wang = corps.coordinator()
    teams = corps.run(lambda s, _at: [team.short_name for team in activities_teams(s)])
    slots = tuple(SlotPlan(f"{n:02d}{fill(ROLE_MAX - 2)}", "clinic", 500) for n in range(MOST_SLOTS))
    plan = corps.plan(fill(TITLE_MAX), slots=slots, teams=tuple(teams), notes=fill(NOTES_MAX))
    plan = dataclasses.replace(plan, place=fill(PLACE_MAX))
    return corps.do(wang, cards.see, corps.publish(wang, plan))


def activities_teams(session: object) -> list[TeamName]:
    """Return all teams."""
    from corps.teams import list_teams

    return list_teams(session)  # type: ignore[arg-type]


def test_the_longest_card_fits_in_a_message(voice: Voice, full_card: cards.Card) -> None:
    busy = dataclasses.replace(full_card, may_roll=True, may_check_in=True, may_report=True)
    assert_fits(activity_card(voice, busy, voice("posting.preview")))


def test_word_of_every_change_at_once_fits_in_a_message(voice: Voice, full_card: cards.Card) -> None:
    when = ["2026-12-05T06:00:00+00:00", "2026-12-05T08:00:00+00:00"]
    said = [
        change_line(voice, delta)
        for delta in (
            Delta(EditField.TITLE, fill(TITLE_MAX), fill(TITLE_MAX)[::-1]),
            Delta(EditField.PLACE, fill(PLACE_MAX), ""),
            Delta(EditField.NOTES, fill(NOTES_MAX), fill(NOTES_MAX)),
            Delta(EditField.TIME, when, when),
            Delta(EditField.VENUE, "community", "village"),
            Delta(EditField.TEAM, ["民盟"], ["民盟", "民建"]),
            Delta(EditField.ROLE, fill(ROLE_MAX), fill(ROLE_MAX), 1, fill(ROLE_MAX)),
            Delta(EditField.PLACES, 1, 2, 1, fill(ROLE_MAX)),
            Delta(EditField.ADD, None, 2, 2, fill(ROLE_MAX)),
            Delta(EditField.REMOVE, 2, None, 3, fill(ROLE_MAX)),
        )
    ]
    assert_fits(activity_card(voice, full_card, lines(voice("notice.changed"), *said)))


def test_a_full_page_of_the_list_fits(voice: Voice) -> None:
    rows = tuple(
        Line(10**9 + n, fill(TITLE_MAX), NOW + dt.timedelta(days=9 * n), NOW + dt.timedelta(days=9 * n, hours=2),
             ActivityState.PUBLISHED, 500, 20, SignUpState.OFFERED, n % 2 == 0)
        for n in range(PAGE)
    )  # fmt: skip
    choice = Choice(ActivityList.UPCOMING, "x" * 12, 10**6, 999)
    screen = activities.list_screen(voice, Listing(choice, NOW, rows, 9999, 1000, None, "民盟", 9, 9, True))
    assert_fits(screen)
    assert sum("…" in button.label for row in screen.rows for button in row) == PAGE


def test_mine_at_its_fullest_fits(voice: Voice) -> None:
    held = tuple(
        Holding(n, fill(TITLE_MAX), NOW, NOW + dt.timedelta(hours=2), fill(ROLE_MAX), SignUpState.OFFERED, NOW)
        for n in range(7)
    )
    hours = ServiceHours(
        60_000, YearHours(2026, 6_000, ((teams.CategoryName("lecture", "公益讲座", "Lectures"), 6_000),))
    )
    assert_fits(mine_screen(voice, Mine("张明", False, 0, 9, held, (), 60, 3, hours)))


@pytest.mark.parametrize("field", list(EditField))
def test_every_question_of_an_edit_can_be_asked(voice: Voice, full_card: cards.Card, field: EditField) -> None:
    teams = [TeamName(10**6 + n, fill(30), fill(30)) for n in range(12)]
    assert_fits(editing.question(voice, Stand(NOW.date(), full_card, field, full_card.slots[0], tuple(teams))))
    assert_fits(editing.slots_screen(voice, full_card))
    assert_fits(editing.slot_screen(voice, full_card, full_card.slots[0]))


def test_the_code_on_site_is_a_png_of_the_link(voice: Voice, full_card: cards.Card) -> None:
    screen = onsite.qr_screen(voice, full_card, lambda kind, code: (f"https://t.me/tongxin_bot?start={kind}-{code}",))
    assert isinstance(screen.photo, bytes)
    assert screen.photo.startswith(b"\x89PNG")
    assert f"https://t.me/tongxin_bot?start=in-{full_card.check_in_code}" in screen.text
    assert len(screen.text.unescape()) <= 1024


def test_a_draft_shown_from_the_list_can_be_published_changed_or_dropped(voice: Voice, corps: Corps) -> None:
    wang = corps.coordinator()
    card = corps.do(wang, cards.see, corps.do(wang, planning.draft, corps.plan()))
    tags = [button.payload.TAG for row in activity_card(voice, card).rows for button in row if button.payload]
    assert tags == ["pp", "ek", "ek", "e", "xa"]

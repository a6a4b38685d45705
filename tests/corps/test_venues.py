"""The kinds of place are data: a new name shows everywhere, what is gone keeps its last one and is offered nowhere."""

import dataclasses
import datetime as dt

import pytest

from bot.texts.voice import Voice
from bot.views import changes as changes_view
from bot.views.cards import activity_card, gone_to
from corps.activities import cards, entry_answers, entry_form, planning
from corps.activities.entry_answers import Problem, Step
from corps.attendance import again, reports
from corps.attendance.reports import Account
from corps.changes import edit_form, editing
from corps.changes.edit_answers import Edit, EditField
from corps.planning.ground import look_up
from corps.records import ledger
from corps.system.roster import USUAL_VENUES, Change, Settled, VenuePlan, settle
from corps.teams import read_choices, venue_in_use, venue_name
from models.enums import CountedBy
from tests.base import ROSTER, Corps

BARRACKS = VenuePlan("barracks", "军营", "Barracks", ("营区", "武警"), in_plan=True)


def verified(corps: Corps, wang: int) -> int:
    """Hold, report and verify a lecture in a 社区. Returns its id."""
    activity, li = corps.publish(wang), corps.coordinator("李统筹")
    corps.clock.set_wall("2026-12-10 10:00")
    corps.do(wang, reports.submit, activity, Account(80, CountedBy.SIGNATURES))
    corps.do(li, reports.verify, activity)
    return activity


def start(corps: Corps, *venues: VenuePlan) -> Settled:
    """Start with a roster that lists these kinds of place."""
    return corps.run(lambda session, at: settle(session, dataclasses.replace(ROSTER, venues=venues), at))


def read(corps: Corps, typed: str) -> object:
    """Return what a typed kind of place is taken for."""
    choices = corps.run(lambda s, _at: read_choices(s))
    return entry_answers.answer({}, Step.VENUE, typed, dt.datetime.fromisoformat("2026-12-02 10:00"), choices)


def test_the_first_kinds_are_no_news_and_the_same_file_changes_nothing(corps: Corps) -> None:
    assert start(corps, *USUAL_VENUES) == Settled()


def test_a_new_kind_is_read_offered_and_planned_for(corps: Corps) -> None:
    wang = corps.coordinator()
    settled = start(corps, *USUAL_VENUES, BARRACKS)
    assert [(one.change, one.name) for one in settled.changed] == [(Change.VENUE_NEW, "军营")]
    assert read(corps, "武警营区") == {"venue": "barracks"}
    stand = corps.do(wang, entry_form.begin, "活动：军民联欢\n时间：2026-12-05 14:00-16:00\n地点：营区礼堂", "1")
    assert [venue.code for venue in stand.venues][-1] == "barracks"
    assert list(corps.run(lambda s, at: look_up(s, at, 2026)).kinds) == [
        "community",
        "village",
        "enterprise",
        "barracks",
    ]


def test_a_new_name_shows_on_cards_in_changes_and_in_the_ledger(corps: Corps) -> None:
    wang = corps.coordinator()
    activity = verified(corps, wang)
    settled = start(corps, dataclasses.replace(USUAL_VENUES[0], name_zh="居民小区"), *USUAL_VENUES[1:])
    assert [one.change for one in settled.changed] == [Change.VENUE_RENAMED]
    voice = Voice("zh", corps.clock)
    assert "（居民小区）" in activity_card(voice, corps.do(wang, cards.see, activity)).text
    found = corps.do(wang, ledger.export, 2026)
    assert [gone_to(voice, venue) for venue in found.by_venue] == ["进居民小区"]


def test_what_the_file_lists_no_more_keeps_its_name_and_is_offered_nowhere(corps: Corps) -> None:
    wang = corps.coordinator()
    activity = verified(corps, wang)
    settled = start(corps, *USUAL_VENUES[1:])
    assert [one.change for one in settled.changed] == [Change.VENUE_RETIRED]
    assert corps.do(wang, cards.see, activity).venue.zh == "社区"
    assert isinstance(read(corps, "社区"), Problem)
    assert corps.run(lambda s, _at: venue_in_use(s, "community")) == "village"
    assert "venue" not in corps.do(wang, again.begin, activity, "1").data, "再办一场 asks for it"
    start(corps, *USUAL_VENUES)
    assert read(corps, "社区") == {"venue": "community"}


def test_a_code_that_no_file_ever_had_is_shown_as_it_is(corps: Corps) -> None:
    assert corps.run(lambda s, _at: venue_name(s, "moon")).spoken("zh") == "moon"


@pytest.mark.parametrize(("language", "said"), [("zh", "社区 → 学校"), ("en", "Community → School")])
def test_a_change_of_the_kind_is_told_by_its_names(corps: Corps, language: str, said: str) -> None:
    wang = corps.coordinator()
    activity = corps.do(wang, planning.draft, corps.plan())
    done = corps.do(wang, editing.change, Edit(activity, EditField.VENUE, {"venue": "school"}))
    assert said in changes_view.change_line(Voice(language, corps.clock), done.delta)
    assert corps.do(wang, cards.see, activity).venue.code == "school"
    stand = corps.do(wang, edit_form.ask, activity, EditField.VENUE, "1")
    assert stand is not None
    assert [venue.code for venue in stand.venues] == [plan.code for plan in USUAL_VENUES]

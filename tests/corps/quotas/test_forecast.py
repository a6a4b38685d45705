"""How the year of a line ends: what is arranged, what is missing, until when it has to be decided."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from bot.texts.voice import Voice
from bot.views.quota import quota_screen
from bot.views.today import screen as today_screen
from corps import today
from corps.addresses import telegram
from corps.moment import Moment
from corps.people import recognise
from corps.quotas import tally
from corps.quotas.forecast import SPACING, forecast
from corps.quotas.seasons import shares_by_season
from models import Activity
from models.enums import ActivityState
from tests.base import Corps

PREPARATION = dt.timedelta(days=14)


def test_the_last_day_leaves_the_time_to_prepare_and_a_week_between_two_events() -> None:
    found = forecast(8, 10, dt.date(2026, 9, 1), PREPARATION)
    assert (found.total, found.to_arrange, found.latest, found.risky) == (8, 2, dt.date(2026, 12, 10), False)
    assert forecast(8, 10, dt.date(2026, 11, 20), PREPARATION).risky
    assert forecast(8, 10, dt.date(2026, 9, 1), PREPARATION, pairing=True).latest == dt.date(2026, 12, 17)


def test_what_cannot_be_reached_any_more_has_no_last_day_and_says_how_much_can() -> None:
    found = forecast(4, 10, dt.date(2026, 12, 2), PREPARATION)
    assert (found.possible, found.latest, found.risky) == (3, None, True)
    assert forecast(4, 10, dt.date(2026, 12, 20), PREPARATION).possible == 0


@given(
    arranged=st.integers(0, 12),
    day=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    days=st.integers(0, 60),
    pairing=st.booleans(),
)
def test_the_last_day_is_the_last_on_which_all_that_is_missing_can_still_be_arranged(
    arranged: int, day: dt.date, days: int, pairing: bool
) -> None:
    preparation = dt.timedelta(days=days)
    found = forecast(arranged, 10, day, preparation, pairing=pairing)
    assert found.to_arrange == max(0, 10 - arranged)
    if found.latest is not None:
        assert day <= found.latest
        spacing = dt.timedelta() if pairing else SPACING
        assert found.latest + preparation + spacing * (found.to_arrange - 1) == dt.date(2026, 12, 31)
    assert (found.latest is None) == (found.to_arrange == 0 or found.possible < found.to_arrange)


def test_the_pace_is_that_of_the_own_seasons_once_two_years_are_known(corps: Corps) -> None:
    wang = corps.coordinator()
    for year in (2024, 2025):
        for month in (1, 2, 11, 12):
            activity = corps.publish(wang, corps.plan(starts=f"{year + 2}-12-05 14:00", ends=f"{year + 2}-12-05 16:00"))
            corps.run(move, activity, dt.date(year, month, 3))
        shares = corps.run(shares_by_season)
        assert shares == ({} if year == 2024 else {"lecture": 0.75}), "one year shows no season"
    corps.clock.set_wall("2026-06-30 10:00")
    line = next(one for one in corps.run(tally.tally).lines if one.category.code == "lecture")
    assert (line.expected, line.seasonal, line.behind) == (5, True, 5)
    assert "比往年同期少 5 场" in quota_screen(Voice("zh", corps.clock), corps.run(tally.tally)).text


def move(session: Session, _at: Moment, activity_id: int, day: dt.date) -> None:
    """Have an activity held on another day, and verified."""
    row = session.get_one(Activity, activity_id)
    row.local_date, row.year, row.state = day, day.year, ActivityState.VERIFIED
    session.add(row)


def test_a_coordinator_sees_today_which_lines_have_to_be_decided_on(corps: Corps) -> None:
    wang = corps.coordinator()
    actor = corps.run(lambda s, at: recognise(s, at, telegram(wang)))
    text = today_screen(Voice("zh", corps.clock), actor, corps.do(wang, today.see)).text
    assert "五个10有 5 项要抓紧" in text
    assert "公益讲座\n🔭 照目前安排，到年底预计 0/10，还需 10 场；今年最多还来得及安排 3 场，请尽快定" in text
    assert "还需结对 10 个；最晚 12月17日前定下来" in text
    english = today_screen(Voice("en", corps.clock), actor, corps.do(wang, today.see)).text
    assert "at most 3 can still be arranged this year" in english


def test_a_last_day_in_the_first_days_of_a_month_is_the_end_of_the_one_before(corps: Corps) -> None:
    zh, en = Voice("zh", corps.clock), Voice("en", corps.clock)
    assert (zh.until(dt.date(2026, 12, 3)), en.until(dt.date(2026, 12, 3))) == ("11 月底", "the end of Nov")
    assert zh.until(dt.date(2026, 12, 17)) == "12月17日"

"""Hours as people read them: one's own by year, category and source; a team's for its leader, and for nobody else."""

import pytest

from bot.texts.voice import Voice
from bot.views.records import service_hours as views
from corps.records import service_hours
from corps.refusals import Reason, Refused
from models.enums import Source
from tests.base import Corps


def two_years(corps: Corps) -> tuple[int, int, int]:
    """Let two members of 民盟 serve, one of them in two years. Returns the leader and the two."""
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    zhang, bai = corps.member("张明"), corps.member("白兰")
    corps.clock.set_wall("2025-12-01 10:00")
    corps.hold(wang, li, zhao, zhang, plan=corps.plan("去年的", "2025-12-05 14:00", "2025-12-05 15:00"))
    corps.clock.set_wall("2026-12-01 10:00")
    corps.hold(wang, li, zhao, zhang, bai, plan=corps.plan("今年的", "2026-12-05 14:00", "2026-12-05 16:00"))
    return zhao, zhang, bai


def test_own_hours_stand_by_year_category_and_how_they_are_known(corps: Corps) -> None:
    _, zhang, _ = two_years(corps)
    hours = corps.do(zhang, service_hours.own)
    assert [(year.year, year.minutes, year.by_source) for year in hours.years] == [
        (2026, 120, ((Source.LEADER_CONFIRMED, 120),)),
        (2025, 60, ((Source.LEADER_CONFIRMED, 60),)),
    ]
    assert hours.total == 180
    text = views.own_screen(Voice("zh", corps.clock), hours).text.striptags()
    assert "2026年 2 小时" in text.replace("　", " ")
    assert "公益讲座 1 小时" in text
    assert "联络员确认 2" in text


def test_a_leader_reads_the_teams_hours_by_name_and_without_an_order_of_merit(corps: Corps) -> None:
    zhao, *_ = two_years(corps)
    team = corps.team("民盟")
    found = corps.do(zhao, service_hours.of_team, team)
    assert [(one.name.name, one.minutes) for one in found.members] == [("白兰", 120), ("张明", 120)]
    assert (found.minutes, found.people, found.years) == (240, 2, (2026, 2025))
    before = corps.do(zhao, service_hours.of_team, team, 2025)
    assert [(one.name.name, one.minutes) for one in before.members] == [("张明", 60)]
    assert "白兰" in views.team_screen(Voice("zh", corps.clock), found).text


def test_nobody_else_reads_them(corps: Corps) -> None:
    _, zhang, _ = two_years(corps)
    team, qian = corps.team("民盟"), corps.leader("钱联络", "民建")
    for other in (zhang, qian):
        with pytest.raises(Refused) as refused:
            corps.do(other, service_hours.of_team, team)
        assert refused.value.reason is Reason.NOT_ALLOWED

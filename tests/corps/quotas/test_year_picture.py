"""The picture of the 五个10: what is drawn is what the tally counts, and the words beside it say the same."""

import re
from dataclasses import replace

import pytest

from bot.documents.five import Cell, five_png, five_svg
from bot.texts.voice import Voice
from bot.views import quota
from bot.views.planning import five
from corps.activities.planning import SlotPlan
from corps.attendance import reports
from corps.attendance.reports import Account
from corps.quotas import tally, year_picture
from corps.refusals import Refused
from models.enums import CountedBy
from tests.base import Corps


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator, in a corps with one verified fair of two teams, and one lecture to come."""
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    slots = (
        SlotPlan("义诊医生", "clinic", 2, corps.team("农工党")),
        SlotPlan("推介员", "promotion", 2, corps.team("民建")),
    )
    fair = corps.publish(wang, corps.plan("集市", slots=slots, teams=()))
    corps.publish(wang, corps.plan("讲座", "2026-12-25 14:00", "2026-12-25 16:00"))
    corps.clock.set_wall("2026-12-06 10:00")
    corps.do(wang, reports.submit, fair, Account(80, CountedBy.HEADCOUNT))
    corps.do(li, reports.verify, fair)
    return wang


def test_months_and_teams_add_up_to_the_lines(corps: Corps, wang: int) -> None:
    picture = corps.do(wang, year_picture.look)
    for line in picture.lines:
        assert sum(line.done) == line.line.verified
        assert sum(line.coming) == line.line.reported + line.line.planned
    parts = {team.team: team.parts for team in picture.teams}
    codes = [line.line.category.code for line in picture.lines]
    assert parts["农工党"][codes.index("clinic")] == parts["民建"][codes.index("promotion")] == 1
    assert len(picture.teams) == 12
    words = five.twin(Voice("zh", corps.clock), picture).text
    assert "· 健康义诊：12月 1" in words
    assert "· 公益讲座：12月 0+1" in words
    assert "· 农工党：健康义诊 1" in words
    assert "结对怎样算数：确认了就算。" in words
    english = five.twin(Voice("en", corps.clock), picture).text
    assert "Dec: 1" in english
    assert "month 12" not in english


def test_two_in_a_month_are_two_and_a_coming_year_has_a_picture_of_its_own(corps: Corps, wang: int) -> None:
    corps.publish(wang, corps.plan("讲座二", "2026-12-26 14:00", "2026-12-26 16:00"))
    corps.publish(wang, corps.plan("来年讲座", "2027-03-01 14:00", "2027-03-01 16:00"))
    lecture, *_ = corps.do(wang, year_picture.look).lines
    assert lecture.coming[11] == 2
    later, *_ = corps.do(wang, year_picture.look, 2027).lines
    assert (later.coming[2], later.line.planned, sum(later.coming)) == (1, 1, 1)


def test_five_bars_of_ten_cells_are_drawn_with_their_names(corps: Corps, wang: int) -> None:
    picture, voice = corps.do(wang, year_picture.look), Voice("zh", corps.clock)
    drawing = five.drawing(voice, picture)
    assert [len(bar.cells) for bar in drawing.bars] == [10] * 5
    svg = five_svg(drawing)
    assert all(word in svg for word in ("公益讲座  0/10", "健康义诊  1/10", "民盟", "已核实"))
    assert re.search(r'font-family="Noto Sans CJK SC"', svg)
    assert "结对怎样算数：确认了就算。" in svg
    assert five_png(drawing).startswith(b"\x89PNG")
    english = five_svg(five.drawing(Voice("en", corps.clock), picture))
    assert "Local goods" in english


def test_cells_are_full_half_ringed_and_never_more_than_ten(corps: Corps, wang: int) -> None:
    line = replace(corps.run(tally.tally).lines[0], verified=7, reported=1, planned=4, target=10)
    assert quota.cells(line) == [Cell.FULL] * 7 + [Cell.HALF] + [Cell.RING] * 2
    assert quota.cells(replace(line, target=0)) == [Cell.EMPTY] * 10
    assert len(quota.cells(replace(line, verified=30))) == 10
    assert wang


def test_the_picture_is_for_leaders_and_coordinators(corps: Corps) -> None:
    with pytest.raises(Refused):
        corps.do(corps.member("张明"), year_picture.look)

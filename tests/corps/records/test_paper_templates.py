"""The office may lay out a paper itself, and go back to our layout; briefs are numbered through the year."""

import pytest

from corps.records import briefs, paper_templates
from corps.records.paper_templates import BRIEF
from corps.refusals import Reason, Refused
from tests.base import Corps


def test_a_template_takes_the_place_of_ours_until_it_is_taken_away(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    assert corps.do(wang, paper_templates.see, BRIEF) is None
    corps.do(wang, paper_templates.put, BRIEF, b"one", "旧.docx")
    found = corps.do(li, paper_templates.put, BRIEF, b"two", "新.docx")
    assert found is not None
    assert (found.content, found.name, found.by.name) == (b"two", "新.docx", "李统筹")
    assert corps.do(corps.leader("赵联络"), paper_templates.content, BRIEF) == b"two", "a leader's brief is made by it"
    for _ in range(2):
        corps.do(wang, paper_templates.reset, BRIEF)
    assert corps.do(wang, paper_templates.content, BRIEF) is None


def test_only_coordinators_change_templates(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    for operation, args in (
        (paper_templates.see, ()),
        (paper_templates.begin, ()),
        (paper_templates.put, (b"x", "x")),
        (paper_templates.reset, ()),
    ):
        with pytest.raises(Refused) as refusal:
            corps.do(leader, operation, BRIEF, *args)
        assert refusal.value.reason is Reason.NOT_ALLOWED


def test_briefs_are_numbered_through_the_year_and_keep_their_number(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    one = corps.hold(wang, li, zhao)
    two = corps.hold(wang, li, zhao, plan=corps.plan("第二场", "2026-12-08 14:00", "2026-12-08 16:00"))
    assert corps.do(zhao, briefs.of_activity, two).issue == 1
    assert corps.do(wang, briefs.of_month, 2026, 12).issue == 2
    assert corps.do(wang, briefs.of_activity, one).issue == 3
    assert corps.do(wang, briefs.of_activity, two).issue == 1
    corps.clock.set_wall("2027-01-04 09:00")
    assert corps.do(wang, briefs.of_activity, two).issue == 1
    third = corps.hold(wang, li, zhao, plan=corps.plan("第三场", "2027-01-05 14:00", "2027-01-05 16:00"))
    assert corps.do(wang, briefs.of_activity, third).issue == 1, "a new year begins anew"

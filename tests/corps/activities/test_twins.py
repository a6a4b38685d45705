"""An activity that was entered twice: said before it is public and again before it is verified, never forbidden."""

import pytest

from corps.activities import planning
from corps.activities.cautions import CautionKind, cautions
from corps.activities.planning import Plan
from corps.attendance import reports
from models.enums import CountedBy
from tests.base import Corps


def warned(corps: Corps, by: int, plan: Plan) -> list[str]:
    """Draft an activity and return the titles of those it may be a second entry of."""
    draft = corps.do(by, planning.draft, plan)
    found = corps.run(lambda s, at: cautions(s, at, draft))
    return [caution.what for caution in found if caution.kind is CautionKind.TWICE]


@pytest.mark.parametrize(
    ("title", "hours", "teams", "expected"),
    [
        ("社区健康义诊", ("2026-12-05 15:00", "2026-12-05 17:00"), ("农工党",), True),  # same place, overlapping
        ("社区健康义诊", ("2026-12-05 16:00", "2026-12-05 17:00"), ("农工党",), False),  # after the other
        ("防诈骗讲座（公益）", ("2026-12-05 09:00", "2026-12-05 10:00"), ("民盟",), True),  # same team, like title
        ("防诈骗公益讲座", ("2026-12-05 09:00", "2026-12-05 10:00"), ("农工党",), False),  # another team, another time
        ("防诈骗公益讲座", ("2026-12-06 14:00", "2026-12-06 16:00"), ("民盟",), False),  # another day
    ],
)
def test_what_may_be_the_same_activity_is_said(
    corps: Corps, title: str, hours: tuple[str, str], teams: tuple[str, ...], expected: bool
) -> None:
    wang = corps.coordinator()
    corps.publish(wang)
    assert (warned(corps, wang, corps.plan(title, *hours, teams=teams)) == ["防诈骗公益讲座"]) is expected


def test_a_past_one_entered_by_two_coordinators_is_said_at_entry_and_again_at_verification(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    hours = ("2026-09-05 14:00", "2026-09-05 16:00")
    first = corps.publish(wang, corps.plan("九月义诊", *hours, back_entry_reason="补录"))
    again = corps.plan("9月义诊", *hours, back_entry_reason="补录")
    assert warned(corps, li, again) == ["九月义诊"]
    second = corps.publish(li, again)
    account = reports.Account(80, CountedBy.HEADCOUNT)
    corps.do(wang, reports.submit, first, account)
    corps.do(li, reports.submit, second, account)
    card = corps.do(wang, reports.read, second)
    assert card is not None
    assert card.twins == ("九月义诊",)
    corps.do(wang, reports.verify, second)  # never forbidden


def test_a_cancelled_one_and_a_draft_are_no_second_entry(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.do(wang, planning.draft, corps.plan())
    assert warned(corps, wang, corps.plan()) == []

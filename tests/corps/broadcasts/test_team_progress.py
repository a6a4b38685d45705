"""A leader sees how broadcasts stand in the own team, and nothing of any other."""

import pytest

from corps.addresses import telegram
from corps.broadcasts import acknowledgements, broadcasts, progress, team_progress
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.delivery import leasing
from corps.membership import group_binding
from corps.notices import GiveUp, Sent
from corps.refusals import Reason
from models.enums import Failure
from tests.base import Corps, all_due
from tests.corps.broadcasts.steps import CARD, deliver, refused


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator("王统筹")


def sent_to(corps: Corps, by: int, text: str, audience: Audience) -> int:
    """Send a broadcast and return its id."""
    preview = corps.do(by, broadcasts.prepare, Content(text), audience)
    corps.do(by, broadcasts.confirm, preview.id, preview.revision, CARD)
    return preview.id


def test_the_numbers_are_those_of_the_own_team(corps: Corps, wang: int) -> None:
    leader, zhang, li = corps.leader("赵联络"), corps.member("张明"), corps.member("李红")
    for name in ("甲", "乙"):
        corps.member(name, "民革")
    broadcast = sent_to(corps, wang, "周六集合", Audience(Scope.ALL))
    ends = {zhang: GiveUp("Forbidden: bot was blocked by the user", unreachable=True, failure=Failure.BLOCKED)}
    corps.run(leasing.record, [(due.id, ends.get(due.address.number, Sent("7"))) for due in corps.run(all_due)])
    corps.do(li, acknowledgements.acknowledge, broadcast)
    (seen,) = corps.do(leader, team_progress.recent)
    tally = seen.tally
    assert (tally.people, tally.sent, tally.acknowledged, tally.unreachable, tally.silent) == (3, 2, 1, 1, 1)


def test_one_that_went_to_another_team_is_not_in_the_list(corps: Corps, wang: int) -> None:
    leader = corps.leader("赵联络")
    corps.member("甲", "民革")
    broadcast = sent_to(corps, wang, "民革的事", Audience(Scope.TEAMS, teams=(corps.team("民革"),)))
    assert corps.do(leader, team_progress.recent) == []
    assert not corps.do(leader, team_progress.any_recent)
    with refused(Reason.NOT_ALLOWED):
        corps.do(leader, progress.read_own_team, broadcast)


def test_one_that_went_to_the_teams_group_is(corps: Corps, wang: int) -> None:
    leader, _ = corps.leader("赵联络"), corps.member("张明")
    corps.do(leader, group_binding.bind, telegram(-500), "民盟分团群", corps.team("民盟"))
    sent_to(corps, wang, "周六集合", Audience(Scope.ALL, in_groups=True))
    deliver(corps)
    (seen,) = corps.do(leader, team_progress.recent)
    assert (seen.tally.people, seen.tally.sent) == (2, 2)


def test_only_leaders_have_it_and_old_ones_drop_out(corps: Corps, wang: int) -> None:
    leader, zhang = corps.leader("赵联络"), corps.member("张明")
    sent_to(corps, wang, "周六集合", Audience(Scope.ALL))
    with refused(Reason.NOT_ALLOWED):
        corps.do(zhang, team_progress.recent)
    corps.clock.push(team_progress.BACK)
    assert corps.do(leader, team_progress.recent) == []

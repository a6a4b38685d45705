"""A team's group is the team's: who takes it over answers for the team that has it, and those who had it hear of it."""

import pytest

from corps import groups
from corps.addresses import telegram
from corps.membership import group_binding
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from tests.base import Corps

GROUP = telegram(-500)


def team_of(corps: Corps) -> str:
    """Return whose the group is."""
    found = corps.run(lambda s, _at: groups.find(s, GROUP))
    return found.team if found is not None else ""


def test_a_leader_of_another_team_does_not_take_over_a_teams_group(corps: Corps) -> None:
    ours, theirs = corps.leader("赵"), corps.leader("钱", "九三")
    corps.do(ours, group_binding.bind, GROUP, "民盟群", corps.team("民盟"))
    for team in ("九三", "民盟"):
        with pytest.raises(Refused) as no:
            corps.do(theirs, group_binding.bind, GROUP, "民盟群", corps.team(team))
        assert no.value.reason in (Reason.GROUP_OF_ANOTHER, Reason.NOT_ALLOWED)
    with pytest.raises(Refused):
        corps.do(theirs, group_binding.unbind, GROUP)
    with pytest.raises(Refused):
        corps.do(theirs, lambda s, a, at: groups.set_cards(s, a, at, GROUP, on=True))
    assert team_of(corps) == "民盟"


def test_those_who_had_the_group_hear_that_a_coordinator_has_given_it_to_another_team(corps: Corps) -> None:
    ours, wang, li = corps.leader("赵"), corps.coordinator(), corps.coordinator("李统筹")
    corps.do(ours, group_binding.bind, GROUP, "民盟群", corps.team("民盟"))
    corps.do(wang, group_binding.bind, GROUP, "民盟群", corps.team("九三"))
    assert team_of(corps) == "九三"
    assert corps.told(Kind.GROUP_MOVED) == {ours, li}

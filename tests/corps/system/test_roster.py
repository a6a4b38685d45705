"""The roster file is the truth: what it renames keeps its people, what it drops stays in records, offered nowhere."""

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from corps.broadcasts import audience
from corps.broadcasts.audience import Audience, Scope
from corps.membership import joining, team_cards, transfers
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.quotas import tally
from corps.records import ledger
from corps.refusals import Reason
from corps.system.roster import CategoryPlan, Change, Roster, Settled, TeamPlan, settle
from corps.teams import list_categories, list_teams, read_choices, targets_of, teams_suiting
from models import Notice, Team
from tests.base import ROSTER, Corps
from tests.corps.broadcasts.steps import refused


def start(corps: Corps, roster: Roster) -> Settled:
    """Start with that roster file."""
    return corps.run(lambda session, at: settle(session, roster, at))


def teams(change: Callable[[TeamPlan], TeamPlan | None]) -> Roster:
    """Return the shipped roster with its teams changed; None leaves one out."""
    kept = [new for team in ROSTER.teams if (new := change(team)) is not None]
    return dataclasses.replace(ROSTER, teams=tuple(kept))


def without(*short_names: str) -> Roster:
    """Return the shipped roster without those teams."""
    return teams(lambda team: None if team.short_name in short_names else team)


def renamed(team: TeamPlan) -> TeamPlan:
    """Give 民盟 another name."""
    if team.short_name != "民盟":
        return team
    return dataclasses.replace(team, name="民盟沙坪坝分团", short_name="沙盟")


def kinds(settled: Settled) -> list[Change]:
    """Return what was changed."""
    return [one.change for one in settled.changed]


def told(corps: Corps, kind: Kind = Kind.ROSTER) -> int:
    """Count the messages owed of a kind."""
    return len(corps.run(lambda s, _at: s.exec(select(Notice).where(Notice.kind == kind.value)).all()))


def test_the_same_file_changes_nothing(corps: Corps) -> None:
    corps.coordinator()
    assert start(corps, ROSTER) == Settled()
    assert told(corps) == 0


def test_a_new_name_with_the_same_code_is_a_rename_and_everything_stays(corps: Corps) -> None:
    wang, zhang, own = corps.coordinator(), corps.member("张明"), corps.team("民盟")
    code = corps.do(wang, joining.invitation_of, own)
    settled = start(corps, teams(renamed))
    assert [(one.change, one.before, one.after) for one in settled.changed] == [
        (Change.TEAM_RENAMED, "民盟分团", "民盟沙坪坝分团")
    ]
    assert corps.team("沙盟") == own
    assert len(corps.run(lambda s, _at: list_teams(s))) == 12
    assert corps.do(zhang, lambda _s, actor, _at: actor.team_id) == own
    assert corps.run(lambda s, _at: joining.read_invitation(s, code)).team == "民盟沙坪坝分团"


def test_two_teams_may_swap_their_names(corps: Corps) -> None:
    own, other = corps.team("民盟"), corps.team("九三")
    swapped = {"民盟": ("九三学社分团", "九三"), "九三": ("民盟分团", "民盟")}

    def swap(team: TeamPlan) -> TeamPlan:
        name, short_name = swapped.get(team.short_name, (team.name, team.short_name))
        return dataclasses.replace(team, name=name, short_name=short_name)

    start(corps, teams(swap))
    assert (corps.team("九三"), corps.team("民盟")) == (own, other)


def test_coordinators_hear_once_what_a_start_changed(corps: Corps) -> None:
    corps.coordinator()
    corps.member("张明")
    start(corps, teams(renamed))
    start(corps, teams(renamed))
    assert told(corps) == 1


def test_a_team_that_is_gone_is_offered_nowhere_and_kept_in_records(corps: Corps) -> None:
    wang, zhang, own = corps.coordinator(), corps.member("张明"), corps.team("民盟")
    code = corps.do(wang, joining.invitation_of, own)
    settled = start(corps, without("民盟"))
    assert [(one.change, one.name, one.people) for one in settled.changed] == [(Change.TEAM_RETIRED, "民盟分团", 1)]
    choices = corps.run(lambda s, _at: read_choices(s))
    assert str(own) not in choices.teams
    assert own not in corps.run(lambda s, _at: teams_suiting(s, "lecture"))
    assert corps.run(lambda s, _at: audience.people(s, Audience(Scope.TEAMS, (own,)), 0)) == []
    with refused(Reason.INVITATION_INVALID):
        corps.run(lambda s, _at: joining.read_invitation(s, code))
    with refused(Reason.TEAM_RETIRED):
        corps.publish(wang, corps.plan("讲座", "2026-12-05 14:00", "2026-12-05 16:00"))
    with refused(Reason.TEAM_RETIRED):
        corps.do(wang, pairings.register, PairingPlan(own, "天池村", "", dt.date(2026, 3, 12)))
    lines = corps.do(wang, team_cards.list_lines)
    assert [(line.members, line.retired) for line in lines if line.id == own] == [(1, True)], "somebody is to be moved"
    assert corps.do(wang, team_cards.see_team, own).code == ""
    li = corps.member("李华", team="九三")
    with refused(Reason.TEAM_RETIRED):
        corps.do(wang, transfers.move, corps.member_id(li), own)
    corps.do(wang, transfers.move, corps.member_id(zhang), corps.team("九三"))
    assert own not in [line.id for line in corps.do(wang, team_cards.list_lines)]


def test_what_comes_back_is_in_use_again_with_its_people_and_its_invitation(corps: Corps) -> None:
    wang, own = corps.coordinator(), corps.team("民盟")
    corps.member("张明")
    code = corps.do(wang, joining.invitation_of, own)
    start(corps, without("民盟"))
    assert kinds(start(corps, ROSTER)) == [Change.TEAM_BACK]
    assert corps.team("民盟") == own
    assert corps.run(lambda s, _at: joining.read_invitation(s, code)).team_id == own
    assert len(corps.run(lambda s, _at: audience.people(s, Audience(Scope.TEAMS, (own,)), 0))) == 1


def test_without_codes_a_team_is_known_by_its_name_and_it_is_said_once_what_to_add(corps: Corps) -> None:
    corps.coordinator()
    own = corps.team("民盟")
    bare = teams(lambda team: dataclasses.replace(team, code=""))
    settled = start(corps, bare)
    assert settled.changed == ()
    assert len(settled.codeless) == 12
    assert told(corps) == 1
    start(corps, bare)
    assert told(corps) == 1, "once"
    assert corps.team("民盟") == own
    assert kinds(start(corps, teams(renamed))) == [Change.TEAM_RENAMED], "its code is still known"


def test_a_corps_from_before_takes_its_codes_by_name(corps: Corps) -> None:
    own = corps.team("民盟")

    def forget(session: Session, _at: Moment) -> None:
        for team in session.exec(select(Team)).all():
            team.code = None
            session.add(team)

    corps.run(forget)
    assert start(corps, ROSTER).changed == ()
    assert kinds(start(corps, teams(renamed))) == [Change.TEAM_RENAMED]
    assert corps.team("沙盟") == own


def categories(change: Callable[[CategoryPlan], CategoryPlan | None]) -> Roster:
    """Return the shipped roster with its categories changed; None leaves one out."""
    kept = [new for plan in ROSTER.categories if (new := change(plan)) is not None]
    suits = {plan.code for plan in kept}
    narrowed = teams(lambda team: dataclasses.replace(team, suits=tuple(code for code in team.suits if code in suits)))
    return dataclasses.replace(narrowed, categories=tuple(kept))


def test_a_changed_target_is_the_target_and_a_dropped_year_has_the_standing_one(corps: Corps) -> None:
    def with_targets(plan: CategoryPlan) -> CategoryPlan:
        return dataclasses.replace(plan, target=12, targets={2027: 20}) if plan.code == "lecture" else plan

    settled = start(corps, categories(with_targets))
    assert [(one.change, one.before, one.after, one.year) for one in settled.changed] == [
        (Change.TARGET, "10", "12", 0),
        (Change.TARGET_OF_YEAR, "12", "20", 2027),
    ]
    assert corps.run(lambda s, _at: (targets_of(s, 2026)["lecture"], targets_of(s, 2027)["lecture"])) == (12, 20)
    start(corps, ROSTER)
    assert corps.run(lambda s, _at: (targets_of(s, 2026)["lecture"], targets_of(s, 2027)["lecture"])) == (10, 10)


def test_a_category_that_is_gone_is_offered_no_more_and_shown_where_something_counts(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.publish(wang, corps.plan("讲座", "2026-12-05 14:00", "2026-12-05 16:00"))
    settled = start(corps, categories(lambda plan: None if plan.code in ("lecture", "care") else plan))
    assert kinds(settled) == [Change.CATEGORY_RETIRED] * 2
    assert "lecture" not in [row.code for row in corps.run(lambda s, _at: list_categories(s))]
    lines = {line.category.code: line for line in corps.run(tally.tally).lines}
    assert "care" not in lines
    assert (lines["lecture"].planned, lines["lecture"].target) == (1, 0)
    assert kinds(start(corps, ROSTER)) == [Change.CATEGORY_BACK] * 2


def test_the_ledger_lists_all_teams_in_use_and_no_retired_one_without_anything(corps: Corps) -> None:
    wang = corps.coordinator()
    start(corps, without("民盟"))
    found = corps.do(wang, ledger.export, 2026)
    assert len(found.by_team) == 11
    assert "民盟" not in found.by_team


@pytest.mark.parametrize("gone", ["民盟", "九三"])
def test_a_new_team_under_a_retired_ones_name_is_another_team(corps: Corps, gone: str) -> None:
    own = corps.team(gone)
    plan = next(team for team in ROSTER.teams if team.short_name == gone)
    start(corps, without(gone))
    other = dataclasses.replace(plan, code="another", name="别的分团", short_name="别的")
    start(corps, dataclasses.replace(without(gone), teams=(*without(gone).teams, other)))
    assert corps.team("别的") != own

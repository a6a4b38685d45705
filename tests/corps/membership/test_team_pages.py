"""The pages of /team and /teams: what is done on them, and the page as it is afterwards."""

from bot.texts.voice import Voice
from bot.views.teams import links_screen, teams_screen
from corps.addresses import telegram
from corps.membership import joining, team_cards, team_pages
from corps.membership.roles import Role
from corps.notices import reachability
from corps.refusals import Reason
from tests.base import Corps
from tests.corps.broadcasts.steps import refused


def test_a_leader_sees_the_own_team_and_who_leads_none_sees_none(corps: Corps) -> None:
    zhao, wang = corps.leader("赵联络"), corps.coordinator()
    page = corps.do(zhao, team_pages.see_own)
    assert page is not None
    assert (page.card.name, page.lacking, page.broadcasts) == ("民盟分团", 0, False)
    assert corps.do(wang, team_pages.see_own) is None
    with refused(Reason.NOT_ALLOWED):
        corps.do(zhao, team_pages.see, corps.team("九三"))


def test_the_page_of_those_without_a_team_lacks_nothing(corps: Corps) -> None:
    assert corps.do(corps.coordinator(), team_pages.see, 0).lacking == 0


def test_a_renewed_invitation_stands_on_the_page_and_a_revoked_one_does_not(corps: Corps) -> None:
    zhao, team = corps.leader("赵联络"), corps.team("民盟")
    old = corps.do(zhao, team_pages.see, team).card.code
    new = corps.do(zhao, team_pages.revoke_invitation, team, renew=True).card.code
    assert new not in ("", old)
    assert corps.do(zhao, team_pages.revoke_invitation, team, renew=False).card.code == ""


def test_who_is_admitted_is_off_the_list_of_requests(corps: Corps) -> None:
    zhao, team = corps.leader("赵联络"), corps.team("民盟")
    code = corps.do(zhao, joining.invitation_of, team)
    for number, name in ((900, "陈小红"), (901, "陈小明")):
        corps.do(number, joining.apply, code, name)
    decided, asking = corps.do(zhao, team_pages.decide, team, corps.member_id(900), admit=True)
    assert decided.admitted
    assert [person.name for person in asking] == ["陈小明"]


def test_a_coordinator_who_gives_up_the_own_role_sees_the_card_no_more(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    zhang = corps.member("张明")
    done, card = corps.do(wang, team_pages.set_role, corps.member_id(zhang), Role.LEADER, on=True)
    assert (done.changed, card is not None and card.is_leader) == (True, True)
    assert corps.do(wang, team_pages.set_role, corps.member_id(li), Role.COORDINATOR, on=False)[1] is not None
    corps.do(wang, team_pages.set_role, corps.member_id(li), Role.COORDINATOR, on=True)
    assert corps.do(wang, team_pages.set_role, corps.member_id(wang), Role.COORDINATOR, on=False)[1] is None


def test_only_whom_one_may_remove_is_asked_about(corps: Corps) -> None:
    zhao = corps.leader("赵联络")
    assert corps.do(zhao, team_pages.see_removable, corps.member_id(corps.member("张明"))).name == "张明"
    with refused(Reason.NOT_ALLOWED):
        corps.do(zhao, team_pages.see_removable, corps.member_id(zhao))


def test_a_role_a_move_or_a_removal_is_confirmed_for_the_member_who_was_shown(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    zhang = corps.member_id(corps.member("张明"))
    shown = corps.do(wang, team_pages.see_removable, zhang).sign
    corps.do(li, team_pages.move, zhang, corps.team("农工党"))
    with refused(Reason.MOVED_ON):
        corps.do(wang, team_pages.set_role, zhang, Role.LEADER, shown, on=True)
    with refused(Reason.MOVED_ON):
        corps.do(wang, team_pages.move, zhang, corps.team("九三"), shown)
    with refused(Reason.MOVED_ON):
        corps.do(wang, team_pages.remove, zhang, shown)
    now = corps.do(wang, team_pages.see_removable, zhang).sign
    assert corps.do(wang, team_pages.set_role, zhang, Role.LEADER, now, on=True)[0].changed


def test_the_list_of_teams_says_what_is_wrong_and_gives_all_invitations_at_once(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.member("张明", "九三")
    corps.run(lambda s, at: reachability.lost(s, at, telegram(zhao)))
    found = {line.name: line for line in corps.do(wang, team_cards.list_lines)}
    assert (found["民盟分团"].leaders, found["民盟分团"].leaders_lost, found["民盟分团"].lost) == (0, 1, 1)
    said = teams_screen(Voice("zh", corps.clock), list(found.values())).text
    assert "民盟分团：联络员联系不上、1 人联系不上" in said
    assert "九三学社分团：没有联络员" in said
    assert "农工党分团：还没有成员" in said
    all_of_them = corps.do(wang, team_cards.invitations)
    assert len(all_of_them) == 12
    text = links_screen(Voice("zh", corps.clock), all_of_them, lambda kind, code: (f"{kind}-{code}",)).text
    assert f"join-{corps.do(wang, joining.invitation_of, corps.team('民盟'))}" in text
    with refused(Reason.NOT_ALLOWED):
        corps.do(zhao, team_cards.invitations)

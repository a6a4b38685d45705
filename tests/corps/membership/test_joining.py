"""The way in: an invitation, consent, a real name, and somebody who decides."""

import pytest
from sqlmodel import Session, col, select

from bot.texts.voice import Voice
from bot.views import joining as joining_views
from corps.addresses import telegram
from corps.membership import joining, leaving
from corps.membership.join_requests import Applicant
from corps.membership.joining import CONSENT_VERSION, is_name
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import recognise
from corps.refusals import Reason, Refused
from models import Audit, Invitation
from models.enums import MemberStatus
from tests.base import Corps, row_at
from tests.corps.membership.test_roles import owed, row


def refused(corps: Corps, who: int, operation: object, *args: object, **more: object) -> Reason:
    """Return why an operation is refused."""
    with pytest.raises(Refused) as no:
        corps.do(who, operation, *args, **more)  # type: ignore[arg-type]
    return no.value.reason


def test_an_invitation_is_made_once_and_then_stays(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    code = corps.do(wang, joining.invitation_of, corps.team("民盟"))
    assert code == corps.do(leader, joining.invitation_of, corps.team("民盟"))
    assert corps.do(wang, joining.invitation_of, corps.team("民建")) != code


def test_a_renewed_invitation_ends_the_old_link(corps: Corps) -> None:
    wang = corps.coordinator()
    old = corps.do(wang, joining.invitation_of, corps.team("民盟"))
    new = corps.do(wang, joining.revoke_invitation, corps.team("民盟"), renew=True)
    assert new != old
    assert refused(corps, 900, joining.apply, old, "陈小红") is Reason.INVITATION_INVALID
    assert corps.do(900, joining.apply, new, "陈小红").asked == 1
    live = corps.run(lambda s, _at: s.exec(select(Invitation).where(Invitation.revoked_at == None)).all())  # noqa: E711 - SQL
    assert [invitation.code for invitation in live] == [new]


def test_a_revoked_invitation_does_not_come_back_by_itself(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.do(wang, joining.invitation_of, corps.team("民盟"))
    assert corps.do(wang, joining.revoke_invitation, corps.team("民盟"), renew=False) == ""
    assert corps.do(wang, joining.invitation_of, corps.team("民盟")) == ""


def test_invitations_are_for_those_who_manage_the_team(corps: Corps) -> None:
    leader, zhang = corps.leader("赵联络", "民盟"), corps.member("张明")
    for who in (zhang, 4711):
        assert refused(corps, who, joining.invitation_of, corps.team("民盟")) is Reason.NOT_ALLOWED
    for operation, more in ((joining.invitation_of, {}), (joining.revoke_invitation, {"renew": True})):
        assert refused(corps, leader, operation, corps.team("民建"), **more) is Reason.NOT_ALLOWED
    assert refused(corps, corps.coordinator(), joining.invitation_of, 999) is Reason.GONE


def test_consent_is_kept_with_its_version_and_time(corps: Corps) -> None:
    code = corps.do(corps.leader("赵联络"), joining.invitation_of, corps.team("民盟"))
    corps.do(900, joining.apply, code, "陈小红")
    asking = row(corps, 900)
    assert (asking.status, asking.consent_version) == (MemberStatus.APPLICANT, CONSENT_VERSION)
    assert asking.consented_at == corps.clock.now()


def test_a_request_goes_to_the_leaders_else_to_the_coordinators(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络", "民盟")
    for number, team in ((900, "民盟"), (901, "民建")):
        corps.do(number, joining.apply, corps.do(wang, joining.invitation_of, corps.team(team)), "陈小红")
    assert (owed(corps, leader, Kind.JOIN_REQUEST), owed(corps, wang, Kind.JOIN_REQUEST)) == (1, 1)


def test_a_request_is_decided_once(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    corps.do(900, joining.apply, corps.do(leader, joining.invitation_of, corps.team("民盟")), "陈小红")
    asking = corps.member_id(900)
    assert corps.do(leader, joining.decide, asking, admit=True).person.is_member
    assert refused(corps, wang, joining.decide, asking, admit=False) is Reason.ALREADY_DECIDED
    assert row(corps, 900).status is MemberStatus.ACTIVE


def test_another_teams_leader_decides_nothing(corps: Corps) -> None:
    leader, other = corps.leader("赵联络", "民盟"), corps.leader("钱联络", "民建")
    corps.do(900, joining.apply, corps.do(leader, joining.invitation_of, corps.team("民盟")), "陈小红")
    assert refused(corps, other, joining.decide, corps.member_id(900), admit=True) is Reason.NOT_ALLOWED
    assert refused(corps, 900, joining.decide, corps.member_id(900), admit=True) is Reason.NOT_ALLOWED


def test_who_was_declined_may_ask_again(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    corps.do(900, joining.apply, code, "陈小红")
    corps.do(leader, joining.decide, corps.member_id(900), admit=False)
    corps.clock.set_wall("2026-12-03 10:00")
    corps.do(900, joining.apply, code, "陈晓红")
    assert (row(corps, 900).status, row(corps, 900).name) == (MemberStatus.APPLICANT, "陈晓红")
    assert owed(corps, leader, Kind.JOIN_REQUEST) == 2


def test_a_member_of_one_team_does_not_join_another(corps: Corps) -> None:
    corps.member("张明", "民盟")
    zhang = corps.member("张明", "民盟")
    code = corps.do(corps.leader("钱联络", "民建"), joining.invitation_of, corps.team("民建"))
    assert refused(corps, zhang, joining.apply, code, "张明") is Reason.ALREADY_MEMBER
    assert row(corps, zhang).team_id == corps.team("民盟")


def test_who_was_removed_or_left_comes_back_as_a_plain_applicant(corps: Corps) -> None:
    wang = corps.coordinator()
    gone, left = corps.leader("赵联络"), corps.person("钱", "民盟", coordinator=True, leader=True)
    corps.do(wang, leaving.remove, corps.member_id(gone))
    corps.do(left, leaving.leave)
    code = corps.do(wang, joining.invitation_of, corps.team("民盟"))
    for who, name in ((gone, "赵联络"), (left, "钱小红")):
        corps.do(who, joining.apply, code, name)
        corps.do(wang, joining.decide, corps.member_id(who), admit=True)
        back = row(corps, who)
        assert (back.status, back.is_leader, back.is_coordinator) == (MemberStatus.ACTIVE, False, False)


def asks(corps: Corps, who: int, team: str, name: str = "陈小红") -> Applicant:
    """Let somebody ask to join a team, and return the request as a coordinator sees it."""
    wang = corps.coordinator()
    corps.do(who, joining.apply, corps.do(wang, joining.invitation_of, corps.team(team)), name)
    found = corps.do(wang, joining.see_request, row(corps, who).id or 0).open
    assert isinstance(found, Applicant)
    return found


@pytest.mark.parametrize(("team", "elsewhere"), [("民盟", False), ("民建", True)])
def test_who_comes_back_by_another_address_is_asked_after_in_whichever_team_it_is(
    corps: Corps, team: str, *, elsewhere: bool
) -> None:
    wang, gone = corps.coordinator(), corps.member("陈小红", "民盟")
    number = row(corps, gone).id or 0
    corps.do(wang, leaving.remove, number)
    found = asks(corps, 900, team)
    assert (found.listed, found.former, found.elsewhere) == (number, True, elsewhere)
    said = str(joining_views.request(Voice("zh", corps.clock), found).text)
    assert ("不在这个分团" in said, "民盟" in said.replace("民盟分团", "", 1)) == (elsewhere, False)
    decided = corps.do(wang, joining.decide, found.id, found.sign, admit=True, listed=found.listed)
    assert (decided.person.member_id, row(corps, 900).team_id) == (number, corps.team(team))


def test_of_two_who_left_under_one_name_the_one_of_the_own_team_is_asked_after_else_who_left_last(
    corps: Corps,
) -> None:
    wang = corps.coordinator()
    own, last = (row(corps, corps.member("陈小红", team)).id or 0 for team in ("民盟", "民建"))
    for number in (own, last):
        corps.do(wang, leaving.remove, number)
    assert asks(corps, 900, "民盟").listed == own
    assert asks(corps, 901, "农工党").listed == last


def test_who_was_declined_on_coming_back_is_still_who_left(corps: Corps) -> None:
    wang, gone = corps.coordinator(), corps.member("陈小红", "民盟")
    number = row(corps, gone).id or 0
    corps.do(wang, leaving.remove, number)
    corps.do(wang, joining.decide, asks(corps, gone, "民盟").id, admit=False)
    assert asks(corps, 900, "民建").listed == number


def test_a_coordinator_joins_a_team_without_being_admitted(corps: Corps) -> None:
    wang = corps.coordinator()
    done = corps.do(wang, joining.apply, corps.do(wang, joining.invitation_of, corps.team("民盟")), "王统筹")
    assert done.asked == 0
    assert (row(corps, wang).team_id, row(corps, wang).is_coordinator) == (corps.team("民盟"), True)


def test_who_blocks_the_bot_is_marked_until_they_are_back(corps: Corps) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, joining.note_reach, reachable=False)
    corps.do(zhang, joining.note_reach, reachable=False)
    assert corps.lost(zhang) == corps.clock.now()
    corps.do(zhang, joining.note_reach, reachable=True)
    assert corps.lost(zhang) is None
    trace = corps.run(lambda s, _at: s.exec(select(Audit.action).order_by(col(Audit.id))).all())
    assert [action for action in trace if action in {"member.unreachable", "member.back"}] == [
        "member.unreachable",
        "member.back",
    ]
    corps.do(4711, joining.note_reach, reachable=False)
    assert corps.run(recognise, telegram(4711)).member_id is None


def test_only_an_earlier_consent_is_asked_again(corps: Corps) -> None:
    zhang = corps.member("张明")

    def consented_to(version: str | None) -> None:
        def write(session: Session, _at: Moment) -> None:
            member = row_at(session, zhang)
            member.consent_version = version

        corps.run(write)

    for version, asked in ((None, False), (CONSENT_VERSION, False), ("2025-1", True)):
        consented_to(version)
        assert corps.do(zhang, joining.consent_is_old) is asked
    corps.do(zhang, joining.consent_again)
    assert not corps.do(zhang, joining.consent_is_old)


@pytest.mark.parametrize("name", ["张明", "欧阳小红", "买买提·吐尔逊", "Anna Smith", "O'Neil Jr."])
def test_names_of_all_kinds_are_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("text", ["", "张", "张明1", "13800138000", "我叫张明，请多关照。", "/start", "😀", "a" * 31])
def test_what_is_no_name_is_none(text: str) -> None:
    assert not is_name(text)


def test_an_application_that_waited_for_the_admission_does_not_undo_it(corps: Corps) -> None:
    """On PostgreSQL the applicant asks once more while the leader's 通过 holds the row: `chen` is as of before it."""
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    code = corps.do(wang, joining.invitation_of, corps.team("民盟"))
    corps.do(900, joining.apply, code, "陈小红")
    chen = corps.run(lambda s, at: recognise(s, at, telegram(900)))
    corps.do(leader, joining.decide, chen.id, admit=True)
    with pytest.raises(Refused) as refused:
        corps.run(lambda s, at: joining.apply(s, chen, at, code, "陈小红"))
    assert refused.value.reason is Reason.ALREADY_MEMBER
    assert corps.run(lambda s, at: recognise(s, at, telegram(900))).is_member

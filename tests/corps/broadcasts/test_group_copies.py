"""A broadcast in a team's group: the team has it when the group has, and only while the group is the team's."""

import pytest
from sqlmodel import Session, select

from bot.texts.voice import Voice
from bot.views.broadcast import preview_screen
from bot.views.broadcast_progress import standing_card
from corps import notices, people
from corps.addresses import telegram
from corps.broadcasts import acknowledgements, broadcasts
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.delivery import leasing
from corps.delivery.notice_facts import open_all
from corps.membership import group_binding, joining
from corps.moment import Moment
from corps.notices import GiveUp, Outcome
from corps.notices import Sent as Arrived
from corps.notices.kinds import Kind
from corps.refusals import Reason
from models import Notice, TeamGroup
from models.enums import MemberStatus, NoticeState
from tests.base import Corps, all_due, row_at
from tests.corps.broadcasts.steps import deliver, refused, standing

GROUP = -500


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator, beside a team of two with a group."""
    wang = corps.coordinator("王统筹")
    corps.member("张明")
    corps.member("李红")
    corps.do(wang, group_binding.bind, telegram(GROUP), "民盟分团群", corps.team("民盟"))
    return wang


def sent_to_groups(corps: Corps, by: int) -> int:
    """Broadcast to all, to the groups of those teams that have one."""
    preview = corps.do(by, broadcasts.prepare, Content("周六集合"), Audience(Scope.ALL, in_groups=True))
    corps.do(by, broadcasts.confirm, preview.id, preview.revision, (telegram(by), "2"))
    return preview.id


def test_who_is_not_in_the_group_gets_it_alone_and_who_can_not_be_reached_is_named(corps: Corps, wang: int) -> None:
    zhao, sun = corps.leader("赵联络"), corps.member("孙平", "民建")
    there, away = corps.member_id(zhao), corps.member_id(sun)

    def look(session: Session, at: Moment) -> None:
        group = session.exec(select(TeamGroup)).one()
        group.inside = [there]
        session.add(group)
        for who in (away, there):
            joining.note_reach(session, people.person(session, at, who), at, reachable=False)

    corps.run(look)
    preview = corps.do(wang, broadcasts.prepare, Content("周六集合"), Audience(Scope.ALL, in_groups=True))
    assert (preview.alone, preview.lost) == (2, ("孙平",)), "who reads it in the group need not be reached alone"
    text = str(preview_screen(Voice("zh", corps.clock), preview).text)
    assert "不在群里的 2 人单独发" in text
    assert "请另外告诉：孙平" in text
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, (telegram(wang), "2"))
    alone = {corps.to(notice) for notice in corps.owed(Kind.BROADCAST, None) if notice.member_id is not None}
    assert zhao not in alone
    assert len(alone) == 3


def row_of(corps: Corps, who: int, **values: object) -> None:
    """Change a member's row."""

    def change(session: Session, _at: Moment) -> None:
        member = row_at(session, who)
        for name, value in values.items():
            setattr(member, name, value)
        session.add(member)

    corps.run(change)


def in_the_group(corps: Corps) -> list[NoticeState]:
    """Return the states of what is owed to the group."""
    rows = corps.run(lambda s, _at: s.exec(select(Notice.state).where(Notice.address == telegram(GROUP))).all())
    return [NoticeState(row) for row in rows]


def opened_and_ended(corps: Corps) -> set[int]:
    """Send what is due as the sender does; what makes no sense any more ends unsent. Returns who got something."""
    got = set()
    for due in corps.run(all_due):
        (letter,) = corps.run(open_all, [(due,)])
        outcome: Outcome = Arrived(str(due.id)) if letter.facts is not None else notices.Moot("no longer so")
        corps.run(leasing.record, [(due.id, outcome)])
        got |= {due.address.number} if letter.facts is not None else set()
    return got


def test_a_team_has_it_only_once_its_group_has(corps: Corps, wang: int) -> None:
    broadcast = sent_to_groups(corps, wang)
    found = standing(corps, wang, broadcast)
    assert (found.total.people, found.total.queued, found.total.sent) == (2, 2, 0)
    assert "发完" not in standing_card(Voice("zh", corps.clock), found).text
    with refused(Reason.EVERYBODY_ANSWERED):
        corps.do(wang, acknowledgements.nudge, broadcast)
    deliver(corps)
    total = standing(corps, wang, broadcast).total
    assert (total.queued, total.sent, total.silent) == (0, 2, 2)
    assert corps.do(wang, acknowledgements.nudge, broadcast) == 2


def test_when_the_group_refuses_the_message_nobody_of_the_team_has_it(corps: Corps, wang: int) -> None:
    broadcast = sent_to_groups(corps, wang)
    deliver(corps, GiveUp("Bad Request: not enough rights to send text messages to the chat"))
    found = standing(corps, wang, broadcast)
    assert (found.total.sent, found.total.failed, found.total.silent, found.lost) == (0, 2, 0, 0)
    assert "⚠️ 民盟分团群：没发进群" in standing_card(Voice("zh", corps.clock), found).text
    with refused(Reason.EVERYBODY_ANSWERED):
        corps.do(wang, acknowledgements.nudge, broadcast)


def test_what_was_taken_back_before_it_reached_the_group_is_nobodys_to_confirm(corps: Corps, wang: int) -> None:
    broadcast = sent_to_groups(corps, wang)
    corps.do(wang, broadcasts.stop, broadcast)
    found = standing(corps, wang, broadcast)
    assert (found.total.sent, found.total.stopped, found.total.silent) == (0, 2, 0)
    assert "民盟分团群：已撤回" in standing_card(Voice("zh", corps.clock), found).text
    with refused(Reason.EVERYBODY_ANSWERED):
        corps.do(wang, acknowledgements.nudge, broadcast)


def test_a_team_with_two_groups_has_it_as_soon_as_one_of_them_has(corps: Corps, wang: int) -> None:
    corps.do(wang, group_binding.bind, telegram(-501), "民盟二群", corps.team("民盟"))
    broadcast = sent_to_groups(corps, wang)
    first, second = corps.run(all_due)
    corps.run(leasing.record, [(first.id, Arrived("7")), (second.id, GiveUp("Bad Request: closed"))])
    total = standing(corps, wang, broadcast).total
    assert (total.people, total.sent, total.failed) == (2, 2, 0)


def test_whoever_got_it_alone_and_moves_to_a_team_with_a_group_is_counted_once(corps: Corps, wang: int) -> None:
    chen = corps.member("陈刚", "民革")
    broadcast = sent_to_groups(corps, wang)
    deliver(corps)
    row_of(corps, chen, team_id=corps.team("民盟"))
    total = standing(corps, wang, broadcast).total
    assert (total.people, total.sent, total.silent) == (3, 3, 3)


def test_whoever_has_left_is_not_among_those_who_have_yet_to_confirm(corps: Corps, wang: int) -> None:
    chen = corps.member("陈刚", "民革")
    broadcast = sent_to_groups(corps, wang)
    deliver(corps)
    row_of(corps, chen, status=MemberStatus.LEFT)
    total = standing(corps, wang, broadcast).total
    assert (total.sent, total.silent) == (3, 2)
    assert corps.do(wang, acknowledgements.nudge, broadcast) == total.silent


@pytest.mark.parametrize("end", ["unbind", "bind"])
def test_what_is_owed_to_a_group_that_is_the_teams_no_more_goes_to_its_members(
    corps: Corps, wang: int, end: str
) -> None:
    chen = corps.member("陈刚", "民革")
    broadcast = sent_to_groups(corps, wang)
    if end == "unbind":
        corps.do(wang, group_binding.unbind, telegram(GROUP))
    else:
        corps.do(wang, group_binding.bind, telegram(GROUP), "民革分团群", corps.team("民革"))
    assert in_the_group(corps) == [NoticeState.CANCELLED]
    members = corps.told(Kind.BROADCAST)
    assert len(members) == 3
    assert chen in members
    assert opened_and_ended(corps) == members
    found = standing(corps, wang, broadcast)
    assert (found.total.people, found.total.sent, found.groups) == (3, 3, ())


def test_tying_a_group_to_the_same_team_again_leaves_what_is_owed_to_it(corps: Corps, wang: int) -> None:
    sent_to_groups(corps, wang)
    corps.do(wang, group_binding.bind, telegram(GROUP), "民盟分团群", corps.team("民盟"))
    assert in_the_group(corps) == [NoticeState.OWED]


def test_a_message_for_a_team_never_reaches_a_group_that_is_anothers_by_then(corps: Corps, wang: int) -> None:
    sent_to_groups(corps, wang)
    other = corps.team("民革")

    def tie_anew(session: Session, _at: Moment) -> None:
        group = session.get(TeamGroup, telegram(GROUP))
        assert group is not None
        group.team_id = other

    corps.run(tie_anew)
    assert opened_and_ended(corps) == set()
    assert in_the_group(corps) == [NoticeState.CANCELLED]

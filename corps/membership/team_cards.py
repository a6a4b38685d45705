"""A team as its leaders and the coordinators see it: invitation, requests, members, places to fill."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from corps import audit, member_addresses, robots
from corps.activities.stages import coming
from corps.membership import joining
from corps.membership.join_requests import Applicant
from corps.membership.listed import find_listed
from corps.membership.roles import Powers, powers
from corps.moment import Moment
from corps.pages import links
from corps.people import Actor, demand_coordinator, with_nicknames
from corps.refusals import Reason, Refused
from corps.sql import page_within
from corps.teams import TeamName, list_teams
from models import Activity, Member, SignUp, Team
from models.enums import MemberStatus, SignUpState

T = TypeVar("T")

PAGE = 16
"""Members on one page of a team's card: those with a role first, then the newest, who are looked for most."""

NO_TEAM = 0
"""Stands for the people in no team: coordinators mostly."""


@dataclass(frozen=True)
class TeamLine:
    """A team in the list of teams. A `retired` one is there while somebody is in it, to be moved.

    `leaders` are those who can be reached, `leaders_lost` those who can't; `lost` members can't, leaders among them.
    """

    id: int
    name: str
    members: int
    waiting: int
    retired: bool = False
    leaders: int = 0
    leaders_lost: int = 0
    lost: int = 0
    robots_broken: int = 0


def list_lines(session: Session, actor: Actor, _at: Moment) -> list[TeamLine]:
    """Return the teams with how many are in and how many ask to join; the people in no team last."""
    demand_coordinator(actor)
    members, waiting = _per_team(session, MemberStatus.ACTIVE), _per_team(session, MemberStatus.APPLICANT)
    lost = _per_team(session, MemberStatus.ACTIVE, col(Member.id).in_(member_addresses.all_lost()))
    leaders = _per_team(session, MemberStatus.ACTIVE, col(Member.is_leader).is_(True))
    leaders_lost = _per_team(
        session, MemberStatus.ACTIVE, col(Member.is_leader).is_(True), col(Member.id).in_(member_addresses.all_lost())
    )
    unusable = Counter(robot.team_id for robot in robots.of_teams(session, broken=True) if not robot.works)
    teams = [
        TeamLine(
            id=t.id,
            name=t.name,
            members=members.get(t.id, 0),
            waiting=waiting.get(t.id, 0),
            retired=t.retired,
            leaders=leaders.get(t.id, 0) - leaders_lost.get(t.id, 0),
            leaders_lost=leaders_lost.get(t.id, 0),
            lost=lost.get(t.id, 0),
            robots_broken=unusable[t.id],
        )
        for t in list_teams(session, retired=True)
        if not t.retired or t.id in members or t.id in waiting
    ]
    return [*teams, TeamLine(NO_TEAM, "", members.get(NO_TEAM, 0), 0)]


@dataclass(frozen=True)
class Invitation:
    """A team's way in; `code` is empty when it was revoked."""

    team: str
    code: str


def invitations(session: Session, actor: Actor, at: Moment) -> list[Invitation]:
    """Return the invitations of all teams in use, for coordinators."""
    demand_coordinator(actor)
    return [Invitation(t.name, joining.invitation_of(session, actor, at, t.id)) for t in list_teams(session)]


def _per_team(session: Session, status: MemberStatus, *which: ColumnElement[bool]) -> dict[int, int]:
    statement = select(Member.team_id, func.count()).where(Member.status == status, *which)
    rows = session.exec(statement.group_by(col(Member.team_id))).all()
    return {team_id or NO_TEAM: count for team_id, count in rows}


@dataclass(frozen=True)
class PersonLine:
    """A member in a list."""

    id: int
    name: str
    is_leader: bool
    is_coordinator: bool
    unreachable: bool


@dataclass(frozen=True)
class TeamCard:
    """A team, one page of its members at a time. `code` is empty when the invitation is revoked."""

    id: int
    name: str
    code: str
    leaders: tuple[str, ...]
    members: int
    waiting: int
    people: tuple[PersonLine, ...]
    page: int
    pages: int
    for_coordinator: bool
    robots: int = 0
    robots_broken: int = 0

    @property
    def invitation(self) -> str:
        """The fingerprint of the invitation that is shown: renewing or ending is for that one."""
        return audit.fingerprint(self.id, self.code)


def see_team(session: Session, actor: Actor, at: Moment, team_id: int, page: int = 0) -> TeamCard:
    """Return a team's card. For its leaders and the coordinators; a page out of range is pulled into it."""
    if not actor.manages(team_id or None):
        raise Refused(Reason.NOT_ALLOWED)
    code = joining.invitation_of(session, actor, at, team_id) if team_id != NO_TEAM else ""
    team = session.get(Team, team_id)
    total = session.exec(_members(team_id, select(func.count()).select_from(Member))).one()
    page, pages = page_within(total, page, PAGE)
    rows = session.exec(
        _members(team_id, select(Member))
        .order_by(col(Member.is_leader).desc(), col(Member.is_coordinator).desc(), col(Member.id).desc())
        .offset(page * PAGE)
        .limit(PAGE)
    ).all()
    gone = member_addresses.lost_since(session, [member.id or 0 for member in rows])
    leaders = session.exec(_members(team_id, select(Member.name)).where(col(Member.is_leader))).all()
    tied = robots.of_teams(session, [team_id], broken=True)
    return TeamCard(
        id=team_id,
        name=team.name if team else "",
        code=code,
        leaders=tuple(leaders),
        members=total,
        waiting=len(applicants(session, actor, at, team_id)) if team else 0,
        people=tuple(
            _line(member, name, unreachable=member.id in gone)
            for member, name in zip(rows, with_nicknames([(row.name, row.nickname) for row in rows]), strict=True)
        ),
        page=page,
        pages=pages,
        for_coordinator=actor.is_coordinator,
        robots=len(tied),
        robots_broken=sum(not robot.works for robot in tied),
    )


def _members(team_id: int, statement: SelectOfScalar[T]) -> SelectOfScalar[T]:
    return statement.where(Member.team_id == (team_id or None), Member.status == MemberStatus.ACTIVE)


def _line(member: Member, name: str, *, unreachable: bool) -> PersonLine:
    return PersonLine(member.id or 0, name, member.is_leader, member.is_coordinator, unreachable)


def applicants(session: Session, actor: Actor, _at: Moment, team_id: int) -> list[Applicant]:
    """Return who asks to join the team, oldest first. For its leaders and the coordinators."""
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)
    rows = session.exec(
        select(Member, Team)
        .join(Team, col(Team.id) == col(Member.team_id))
        .where(Member.team_id == team_id, Member.status == MemberStatus.APPLICANT)
        .order_by(col(Member.id))
    ).all()
    return [Applicant(member.id or 0, member.name, team.name, find_listed(session, member)) for member, team in rows]


@dataclass(frozen=True)
class MemberCard:
    """A member as somebody sees them who may act for the team. `page_link`: a personal link may be made for them."""

    id: int
    name: str
    team_id: int
    team: str
    since: dt.datetime
    is_leader: bool
    is_coordinator: bool
    unreachable: bool
    going: int
    may: Powers
    for_coordinator: bool
    nickname: str = ""
    page_link: bool = False

    @property
    def sign(self) -> str:
        """The fingerprint of who it is and what they are: what a button under the card was tapped for."""
        return audit.fingerprint(self.id, self.name, self.team_id, self.is_leader, self.is_coordinator)


def see_member(session: Session, actor: Actor, at: Moment, member_id: int) -> MemberCard:
    """Return a member's card. Raises Refused for a member of another leader's team, and for who is gone."""
    member = session.get(Member, member_id)
    if member is None or member.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.PERSON_GONE, f"member:{member_id}")
    may = powers(actor, member)
    if not may.see:
        raise Refused(Reason.NOT_ALLOWED)
    team = session.get(Team, member.team_id) if member.team_id else None
    return MemberCard(
        id=member_id,
        name=member.name,
        team_id=member.team_id or NO_TEAM,
        team=team.name if team else "",
        since=member.created_at,
        is_leader=member.is_leader,
        is_coordinator=member.is_coordinator,
        unreachable=bool(member_addresses.lost_since(session, [member_id])),
        going=_going(session, at, member_id),
        may=may,
        for_coordinator=actor.is_coordinator,
        nickname=member.nickname,
        page_link=bool(at.policy.web_url) and links.may_make_for(actor, member),
    )


def demand_as_shown(session: Session, actor: Actor, at: Moment, member_id: int, shown: str) -> None:
    """Raise Refused unless the member is still what the card above the button said."""
    if shown:
        audit.demand_as_shown(
            session, actor, shown, see_member(session, actor, at, member_id).sign, f"member:{member_id}"
        )


def _going(session: Session, at: Moment, member_id: int) -> int:
    statement = (
        select(func.count())
        .select_from(SignUp)
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .where(SignUp.member_id == member_id, SignUp.state == SignUpState.GOING, coming(at.now))
    )
    return session.exec(statement).one()


def other_teams(session: Session, actor: Actor, at: Moment, member_id: int) -> tuple[MemberCard, list[TeamName]]:
    """Return a member's card with the teams the person can be moved to."""
    card = see_member(session, actor, at, member_id)
    if not card.may.move:
        raise Refused(Reason.NOT_ALLOWED)
    return card, [team for team in list_teams(session) if team.id != card.team_id]

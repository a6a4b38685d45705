"""The people on the board: how many each team has, by which channels they can be reached, and their names."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, distinct, func
from sqlmodel import Session, col, select

from corps import member_addresses
from corps.board.events import A_PAGE, Page, demand_team, teams_of
from corps.membership.team_cards import NO_TEAM
from corps.moment import Moment
from corps.people import Actor, demand_leader_or_coordinator, with_nicknames
from corps.refusals import Reason, Refused
from corps.sql import page_start
from models import Member, MemberAddress, Team
from models.enums import MemberStatus


@dataclass(frozen=True)
class PeopleRow:
    """A team's people. `leaders`: those who can be reached; `ways`: how many each channel reaches; `lost`: none."""

    team_id: int
    team: str
    members: int
    leaders: int
    waiting: int
    lost: int
    ways: dict[str, int]


def by_team(session: Session, actor: Actor, _at: Moment) -> tuple[PeopleRow, ...]:
    """Return a row for each team of the person's board; for coordinators also one for people without a team."""
    demand_leader_or_coordinator(actor)
    active = col(Member.status) == MemberStatus.ACTIVE
    lost, leads = col(Member.id).in_(member_addresses.all_lost()), col(Member.is_leader)
    numbers: Any = (
        func.count(case((active, 1))),
        func.count(case((active & leads & ~lost, 1))),
        func.count(case((col(Member.status) == MemberStatus.APPLICANT, 1))),
        func.count(case((active & lost, 1))),
    )
    counts: dict[int, Any] = {
        team or NO_TEAM: numbers_of
        for team, *numbers_of in session.exec(
            select(Member.team_id, *numbers)
            .where(col(Member.status).in_((MemberStatus.ACTIVE, MemberStatus.APPLICANT)))
            .group_by(col(Member.team_id))
        ).all()
    }
    ways: defaultdict[int, dict[str, int]] = defaultdict(dict)
    reached = (
        select(Member.team_id, MemberAddress.channel, func.count(distinct(col(Member.id))))
        .join(Member, col(Member.id) == col(MemberAddress.member_id))
        .where(active, col(MemberAddress.unreachable_since).is_(None))
        .group_by(col(Member.team_id), col(MemberAddress.channel))
        .order_by(col(MemberAddress.channel))
    )
    for team, channel, number in session.exec(reached).all():
        ways[team or NO_TEAM][channel] = number
    teams = [(one.id, one.short_name) for one in teams_of(session, actor)]
    if actor.is_coordinator and NO_TEAM in counts:
        teams.append((NO_TEAM, ""))
    rows = []
    for team, name in teams:
        members, leaders, waiting, gone = counts.get(team, (0, 0, 0, 0))
        rows.append(PeopleRow(team, name, members, leaders, waiting, gone, ways[team]))
    return tuple(rows)


@dataclass(frozen=True)
class Person:
    """A member in the list, with the channels by which they can be reached; empty: by none."""

    id: int
    name: str
    team: str
    is_leader: bool
    is_coordinator: bool
    ways: tuple[str, ...]
    lost: bool


@dataclass(frozen=True)
class PeopleWanted:
    """The filters of the list of people: a team (`unplaced`: people without one), not reachable (`lost`), leaders.

    `leaders` are those who can be reached, and `way` is a channel that reaches them, as in the numbers.
    """

    team: int = 0
    unplaced: bool = False
    lost: bool = False
    leaders: bool = False
    way: str = ""
    sort: str = ""
    page: int = 0


PeopleList = Page[PeopleWanted, Person]
"""A page of members."""

_SORTS: dict[str, Any] = {
    "name": col(Member.name),
    "team": col(Team.position),
    "since": col(Member.created_at),
}
SORTS = tuple(_SORTS)


def listed(session: Session, actor: Actor, _at: Moment, wanted: PeopleWanted) -> PeopleList:
    """Return a page of members by name. Raises Refused for another's team."""
    team = demand_team(session, actor, wanted.team)
    key, falling = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    if key not in ("", *SORTS):
        raise Refused(Reason.GONE)
    if wanted.unplaced and not actor.is_coordinator:
        raise Refused(Reason.NOT_ALLOWED)
    conditions: list[Any] = [col(Member.status) == MemberStatus.ACTIVE]
    if wanted.unplaced:
        conditions.append(col(Member.team_id).is_(None))
    elif wanted.team:
        conditions.append(col(Member.team_id) == wanted.team)
    elif not actor.is_coordinator:
        conditions.append(col(Member.team_id).in_([one.id for one in teams_of(session, actor)]))
    lost: Any = col(Member.id).in_(member_addresses.all_lost())
    conditions += [lost] if wanted.lost else []
    conditions += [col(Member.is_leader), ~lost] if wanted.leaders else []
    conditions += [col(Member.id).in_(_reached_by(wanted.way))] if wanted.way else []
    total = session.exec(select(func.count()).select_from(Member).where(*conditions)).one()
    start = page_start(total, wanted.page, A_PAGE)
    order = _SORTS.get(key, col(Team.position))
    rows = session.exec(
        select(Member, Team.short_name)
        .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        .where(*conditions)
        .order_by(order.desc() if falling else order, col(Member.is_leader).desc(), col(Member.id))
        .offset(start)
        .limit(A_PAGE)
    ).all()
    known = member_addresses.known(session, [member.id or 0 for member, _ in rows])
    names = with_nicknames([(member.name, member.nickname) for member, _ in rows])
    people = tuple(
        _person(member, name, team_name, known.get(member.id or 0, []))
        for (member, team_name), name in zip(rows, names, strict=True)
    )
    return PeopleList(wanted, team, people, total, start, tuple(teams_of(session, actor)))


def _reached_by(channel: str) -> Any:  # noqa: ANN401 - SQLAlchemy's select
    here = (col(MemberAddress.channel) == channel, col(MemberAddress.unreachable_since).is_(None))
    return select(MemberAddress.member_id).where(*here)


def ways(session: Session) -> list[str]:
    """Return the channels that somebody has an address in."""
    return list(session.exec(select(MemberAddress.channel).distinct().order_by(col(MemberAddress.channel))).all())


def _person(member: Member, name: str, team: str | None, known: list[member_addresses.KnownAddress]) -> Person:
    ways = tuple(dict.fromkeys(one.address.channel for one in known if one.reachable))
    return Person(
        member.id or 0, name, team or "", member.is_leader, member.is_coordinator, ways, bool(known) and not ways
    )

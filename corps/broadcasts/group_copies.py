"""A broadcast in team groups: what became of a group's message, and how many of the team have confirmed it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, not_
from sqlmodel import Session, col, select

from corps import robots
from corps.addresses import Address
from corps.moment import Moment
from corps.notices.kinds import Kind
from models import Acknowledgement, Broadcast, Member, Notice, TeamGroup
from models.enums import MemberStatus, NoticeState

_BEST_FIRST = (
    (NoticeState.SENT,),
    (NoticeState.OWED, NoticeState.LEASED),
    (NoticeState.FAILED, NoticeState.EXPIRED),
    (NoticeState.CANCELLED,),
)
"""A team with several groups has it as soon as one of them has."""

_RANK = {state: rank for rank, states in enumerate(_BEST_FIRST) for state in states}


def grouped(row: Broadcast) -> list[int]:
    """Return the teams that are to get it in their group."""
    return list(row.audience.get("grouped", ()))


def ends(session: Session, row: Broadcast) -> dict[int, NoticeState]:
    """Return the state of each team's group message, by team; without teams whose members get it directly."""
    teams = grouped(row)
    rows = session.exec(select(Notice.subject, Notice.state).where(*copies(row))).all() if teams else ()
    found: dict[int, NoticeState] = {}
    for subject, word in rows:
        team, state = subject.get("team", 0), NoticeState(word)
        if team not in found or _RANK[state] < _RANK[found[team]]:
            found[team] = state
    return {team: found[team] for team in teams if team in found}


def readers(row: Broadcast) -> tuple[Any, ...]:
    """Return the conditions on Member of those for whom it is in their team's group: all but who has a copy alone."""
    alone = select(Notice.member_id).where(
        Notice.broadcast_id == row.id, Notice.kind == Kind.BROADCAST.value, col(Notice.member_id).is_not(None)
    )
    return (
        col(Member.team_id).in_(grouped(row)),
        Member.status == MemberStatus.ACTIVE,
        Member.id != row.sender_id,
        col(Member.id).not_in(alone),
    )


def reached(row: Broadcast) -> Any:  # noqa: ANN401 - SQLAlchemy's select
    """Return the select of the ids of those who have it in their team's group."""
    team: Any = col(Notice.subject)["team"].as_integer()
    arrived = select(team).where(*copies(row), Notice.state == NoticeState.SENT)
    return select(Member.id).where(*readers(row), col(Member.team_id).in_(arrived))


def to_rooms(broadcast: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an id, or SQLAlchemy's place for one
    """Return the conditions on a broadcast's notices that are for no member: those for groups and robots."""
    return (
        Notice.broadcast_id == broadcast,
        Notice.kind == Kind.BROADCAST.value,
        col(Notice.member_id).is_(None),
    )


def copies(row: Broadcast) -> tuple[Any, ...]:
    """Return the conditions on the notices for groups; what a robot has said nobody is known to have read."""
    return (*to_rooms(row.id), not_(robots.to_robot(Notice.address)))


FOLLOWED = dt.timedelta(days=7)
"""How long after a broadcast its count in a group is kept true."""

RESTS = dt.timedelta(seconds=10)
"""How long a shown count stays at least: a group takes twenty messages a minute, and edits are counted as such."""


@dataclass(frozen=True)
class GroupCopy:
    """The copy of a broadcast in a group, with the count that its button should show now."""

    notice_id: int
    address: Address
    message_id: str
    broadcast_id: int
    count: int


def due(session: Session, at: Moment) -> list[GroupCopy]:
    """Return the copies in groups whose count has changed and has rested long enough, the newest first."""
    rows = session.exec(
        select(Notice)
        .join(TeamGroup, col(TeamGroup.address) == col(Notice.address))
        .join(Broadcast, col(Broadcast.id) == col(Notice.broadcast_id))
        .where(
            Notice.kind == Kind.BROADCAST.value,
            Notice.state == NoticeState.SENT,
            col(Notice.message_id).is_not(None),
            col(Broadcast.sent_at) > at.now - FOLLOWED,
        )
        .order_by(col(Notice.id).desc())
    ).all()
    # One that was shown in what is now the future has rested: the clock has been put back since.
    lately, now = (at.now - RESTS).timestamp(), at.now.timestamp()
    rested = [row for row in rows if not lately < row.subject.get("shown_at", 0) <= now]
    copies = [
        (row, GroupCopy(row.id or 0, row.address, row.message_id or "", row.broadcast_id or 0, of_team(session, row)))
        for row in rested
        if row.address is not None
    ]
    return [copy for row, copy in copies if copy.count != row.subject.get("shown", 0)]


def of_team(session: Session, notice: Notice) -> int:
    """Count the members of the team of a group's notice who have confirmed its broadcast."""
    return count(session, notice.broadcast_id or 0, notice.subject.get("team", 0))


def count(session: Session, broadcast_id: int, team_id: int) -> int:
    """Count the members of a team who have confirmed a broadcast, wherever they did."""
    statement = (
        select(func.count())
        .select_from(Acknowledgement)
        .join(Member, col(Member.id) == col(Acknowledgement.member_id))
        .where(
            Acknowledgement.broadcast_id == broadcast_id,
            Member.team_id == team_id,
            Member.status == MemberStatus.ACTIVE,
        )
    )
    return session.exec(statement).one()


def shown(session: Session, at: Moment, notice_id: int, number: int) -> None:
    """Note what the button shows now."""
    notice = session.get(Notice, notice_id, with_for_update=True)
    if notice is not None:
        notice.subject = {**notice.subject, "shown": number, "shown_at": int(at.now.timestamp())}
        session.add(notice)

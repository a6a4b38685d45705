"""A broadcast in team groups: what became of a group's message is what became of it for the team's members."""

from typing import Any

from sqlmodel import Session, col, select

from corps.notice_kinds import Kind
from models import Broadcast, Member, Notice
from models.words import MemberStatus, NoticeState

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
    """Return by team how the group's message stands; a team whose members get it themselves is not there."""
    rows = session.exec(select(Notice.subject, Notice.state).where(*_copies(row))).all()
    found: dict[int, NoticeState] = {}
    for subject, word in rows:
        team, state = subject.get("team", 0), NoticeState(word)
        if team not in found or _RANK[state] < _RANK[found[team]]:
            found[team] = state
    return {team: found[team] for team in grouped(row) if team in found}


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
    arrived = select(team).where(*_copies(row), Notice.state == NoticeState.SENT)
    return select(Member.id).where(*readers(row), col(Member.team_id).in_(arrived))


def _copies(row: Broadcast) -> tuple[Any, ...]:
    return (
        Notice.broadcast_id == row.id,
        Notice.kind == Kind.BROADCAST.value,
        col(Notice.member_id).is_(None),
    )

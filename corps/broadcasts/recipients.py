"""Who lacks a message of a broadcast and why, and who has it and has not confirmed it."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps.broadcasts.acknowledgements import silent
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.sql import channel_of
from models import Broadcast, Member, Notice, Team
from models.enums import Failure, NoticeState

_TEXT, _PART = Kind.BROADCAST.value, Kind.BROADCAST_PART.value


def reached(session: Session, team_id: int, ids: list[int]) -> set[int | None]:
    """Return which of some broadcasts were owed to somebody of a team."""
    rows = session.exec(
        select(Notice.broadcast_id)
        .join(Member, col(Member.id) == col(Notice.member_id))
        .where(col(Notice.broadcast_id).in_(ids), Notice.kind == _TEXT, Member.team_id == team_id)
        .distinct()
    ).all()
    return set(rows)


def count_waiting(session: Session, row: Broadcast) -> int:
    """Count the messages of a broadcast, its parts among them, that are still to go out."""
    return session.exec(
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.broadcast_id == row.id,
            col(Notice.kind).in_((_TEXT, _PART)),
            col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED)),
        )
    ).one()


def count_incomplete(session: Session, row: Broadcast, team_id: int | None = None) -> int:
    """Count those whose text has arrived and who will not get a part of it, of one team if one is given."""
    if not row.parts:
        return 0
    text: Any = aliased(Notice)
    statement = (
        select(func.count(func.distinct(col(Notice.member_id))))
        .join(text, (text.member_id == col(Notice.member_id)) & (text.broadcast_id == col(Notice.broadcast_id)))
        .where(
            Notice.broadcast_id == row.id,
            Notice.kind == _PART,
            col(Notice.state).in_((NoticeState.FAILED, NoticeState.EXPIRED)),
            text.kind == _TEXT,
            text.state == NoticeState.SENT,
        )
    )
    if team_id is not None:
        statement = statement.join(Member, col(Member.id) == col(Notice.member_id)).where(Member.team_id == team_id)
    return session.exec(statement).one()


class Why(StrEnum):
    """Why somebody did not get it."""

    BLOCKED = "blocked"
    KNOWN_LOST = "known_lost"
    NEVER_STARTED = "never_started"
    DEACTIVATED = "deactivated"
    EXPIRED = "expired"
    OTHER = "other"


def why(state: NoticeState, failure: Failure | None, error: str) -> Why:
    """Return why a notice did not arrive: it ran out of time, it was not tried, or how the try ended."""
    if state is NoticeState.EXPIRED:
        return Why.EXPIRED
    if error == reachability.UNREACHABLE:
        return Why.KNOWN_LOST
    return Why(failure) if failure in _TOLD else Why.OTHER


_TOLD = (Failure.BLOCKED, Failure.NEVER_STARTED, Failure.DEACTIVATED)
"""The failures that are told apart here: what is to be done about each is another thing."""

UNREACHABLE = (Why.BLOCKED, Why.NEVER_STARTED, Why.DEACTIVATED, Why.KNOWN_LOST)


@dataclass(frozen=True)
class Missed:
    """Somebody who did not get it, and why."""

    name: str
    team: str
    why: Why


def silent_names(session: Session, row: Broadcast, team_id: int | None, limit: int) -> dict[int | None, list[str]]:
    """Name those who have not confirmed, by team id."""
    names: defaultdict[int | None, list[str]] = defaultdict(list)
    rows = session.exec(
        select(Member.team_id, Member.name)
        .where(*silent(row), *_of(team_id))
        .order_by(col(Member.team_id), col(Member.id))
        .limit(limit)
    ).all()
    for team, name in rows:
        names[team].append(name)
    return names


def count_silent(session: Session, row: Broadcast, team_id: int | None) -> int:
    """Count those who have not confirmed, of one team if one is given."""
    return session.exec(select(func.count()).select_from(Member).where(*silent(row), *_of(team_id))).one()


def silent_people(
    session: Session, row: Broadcast, team_id: int | None, start: int, size: int
) -> list[tuple[str, str]]:
    """Return a page of those who have not confirmed, as (team, name)."""
    rows: Any = session.exec(
        select(Team.short_name, Member.name)
        .select_from(Member)
        .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        .where(*silent(row), *_of(team_id))
        .order_by(col(Team.position), col(Member.team_id), col(Member.id))
        .offset(start)
        .limit(size)
    ).all()
    return [(team or "", name) for team, name in rows]


def _having(row: Broadcast) -> tuple[Any, ...]:
    return (Notice.broadcast_id == row.id, Notice.kind == _TEXT, Notice.state == NoticeState.SENT)


def count_having(session: Session, row: Broadcast) -> int:
    """Count those whom a copy of their own has reached."""
    statement = select(func.count()).select_from(Notice).join(Member, col(Member.id) == col(Notice.member_id))
    return session.exec(statement.where(*_having(row))).one()


def having(session: Session, row: Broadcast, start: int, size: int) -> list[tuple[str, str, str]]:
    """Return a page of those whom a copy of their own has reached, as (channel, team, name)."""
    channel = channel_of(col(Notice.address))
    rows: Any = session.exec(
        select(channel, Team.short_name, Member.name)
        .select_from(Notice)
        .join(Member, col(Member.id) == col(Notice.member_id))
        .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        .where(*_having(row))
        .order_by(channel, col(Team.position), col(Member.team_id), col(Member.id))
        .offset(start)
        .limit(size)
    ).all()
    return [(way or "", team or "", name) for way, team, name in rows]


def _of(team_id: int | None) -> tuple[Any, ...]:
    return () if team_id is None else (Member.team_id == team_id,)


def _lost(row: Broadcast) -> tuple[Any, ...]:
    return (
        Notice.broadcast_id == row.id,
        Notice.kind == Kind.BROADCAST.value,
        col(Notice.member_id).is_not(None),
        or_(
            col(Notice.state).in_((NoticeState.FAILED, NoticeState.EXPIRED)),
            col(Notice.error) == reachability.UNREACHABLE,
        ),
    )


def count_missed(session: Session, row: Broadcast, team_id: int | None = None) -> int:
    """Count those who did not get it, of one team if one is given."""
    statement = select(func.count()).select_from(Notice).join(Member, col(Member.id) == col(Notice.member_id))
    return session.exec(statement.where(*_lost(row), *_of(team_id))).one()


def missed(session: Session, row: Broadcast, team_id: int | None, limit: int, start: int = 0) -> list[Missed]:
    """Return those who did not get it, by team, with why."""
    columns: Any = (Member.name, Team.short_name, Notice.state, Notice.failure, Notice.error)
    rows: Any = session.exec(
        select(*columns)
        .select_from(Notice)
        .join(Member, col(Member.id) == col(Notice.member_id))
        .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        .where(
            *_lost(row),
            *_of(team_id),
        )
        .order_by(col(Team.position), col(Member.team_id), col(Member.id))
        .offset(start)
        .limit(limit)
    ).all()
    return [Missed(name, team or "", why(*ended)) for name, team, *ended in rows]

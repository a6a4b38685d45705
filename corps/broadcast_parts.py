"""The messages beside the text of a broadcast: how many still go out, and who lacks one of them."""

from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps.notice_kinds import Kind
from models import Broadcast, Member, Notice
from models.words import NoticeState

_TEXT, _PART = Kind.BROADCAST.value, Kind.BROADCAST_PART.value


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

"""更正: new words for a broadcast, in what has arrived and in what is still to go out."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import audit, broadcasts, delivery, drafts, notices
from corps.broadcasts import Content
from corps.composing import LONGEST, LONGEST_UNDER_MEDIA, length_of
from corps.moment import Moment
from corps.notice_kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Broadcast, Member, Notice
from models.words import BroadcastState, NoticeState

KIND = "broadcast_fix"
MARK_ROOM = 16
"""Characters kept free for the mark that says it was corrected."""


@dataclass(frozen=True)
class Correction:
    """A correction as it would be: the new content, how many messages it changes, how many are still to go out."""

    broadcast_id: int
    content: Content
    arrived: int
    waiting: int


def most(content: Content) -> int:
    """Return how long the new text may be."""
    return (LONGEST_UNDER_MEDIA if content.photo_id or content.document_id else LONGEST) - MARK_ROOM


def begin(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Content:
    """Ask for the new text. Returns what it says now. Raises Refused when there is nothing to correct."""
    row = _demand(session, actor, broadcast_id)
    drafts.put_talk(session, at, actor.telegram_id, KIND, "text", {"broadcast": broadcast_id})
    return broadcasts.content_of(row)


def _demand(session: Session, actor: Actor, broadcast_id: int) -> Broadcast:
    row = broadcasts.find(session, actor, broadcast_id)
    if row.state not in (BroadcastState.SENDING, BroadcastState.STOPPED) or row.parts:
        raise Refused(Reason.PREVIEW_OLD)
    return row


def propose(
    session: Session, actor: Actor, at: Moment, broadcast_id: int, html: str, update_id: int
) -> Correction | None:
    """Keep the new text until it is confirmed. None when it is empty or too long: see `most`."""
    row = _demand(session, actor, broadcast_id)
    content = replace(broadcasts.content_of(row), html=html)
    if not html or length_of(html) > most(content):
        return None
    drafts.put_talk(
        session, at, actor.telegram_id, KIND, "confirm", {"broadcast": broadcast_id, "html": html}, update_id
    )
    arrived = _count(session, broadcast_id, NoticeState.SENT, NoticeState.LEASED)
    return Correction(broadcast_id, content, arrived, _count(session, broadcast_id, NoticeState.OWED))


def _count(session: Session, broadcast_id: int, *states: NoticeState) -> int:
    return session.exec(
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.broadcast_id == broadcast_id,
            Notice.kind == Kind.BROADCAST.value,
            col(Notice.state).in_(states),
        )
    ).one()


def correct(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> None:
    """Put the confirmed text in the place of the old one, and owe its edit to every message that has arrived."""
    row = _demand(session, actor, broadcast_id)
    talk = drafts.find_talk(session, actor.telegram_id, KIND)
    if talk is None or talk.data.get("broadcast") != broadcast_id or "html" not in talk.data:
        raise Refused(Reason.PREVIEW_OLD)
    drafts.drop_talk(session, actor.telegram_id, KIND)
    if talk.data["html"] == row.html:
        raise Refused(Reason.NOTHING_CHANGED)
    row.html, row.corrected, row.revision, row.card_shown_at = talk.data["html"], True, row.revision + 1, None
    session.add(row)
    audit.record(
        session, at, actor.id, "broadcast.correct", f"broadcast:{broadcast_id}", None, {"revision": row.revision}
    )
    notices.cancel_owed(
        session,
        "corrected again",
        col(Notice.broadcast_id) == broadcast_id,
        col(Notice.kind) == Kind.CORRECTION.value,
    )
    notices.owe(session, at, _edits(session, at, row))


def _edits(session: Session, at: Moment, row: Broadcast) -> list[notices.Owed]:
    """Return the edits to owe. What is on its way may carry the old text: it is looked at once its lease is over."""
    columns: Any = (Notice.id, Notice.key, Notice.state, Notice.chat_id, Member)
    rows: Any = session.exec(
        select(*columns)
        .join(Member, col(Member.id) == col(Notice.member_id), isouter=True)
        .where(
            Notice.broadcast_id == row.id,
            Notice.kind == Kind.BROADCAST.value,
            col(Notice.state).in_((NoticeState.SENT, NoticeState.LEASED)),
        )
        .order_by(col(Notice.id))
    ).all()
    return [
        notices.Owed(
            Kind.CORRECTION,
            f"bcf:{row.id}:{row.revision}:{notice_id}",
            member,
            {"original": key, "revision": row.revision},
            broadcast_id=row.id,
            chat_id=chat_id,
            due_at=at.now + delivery.LEASE * 1.1 if state is NoticeState.LEASED else None,
        )
        for notice_id, key, state, chat_id, member in rows
    ]

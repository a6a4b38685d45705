"""One person's copy of a broadcast, as it is when it goes out, is corrected, or is recalled to mind."""

from dataclasses import dataclass

from sqlmodel import Session, select

from corps.acknowledgements import has_acknowledged
from corps.broadcasts import Content, content_of
from corps.notice_kinds import Kind
from corps.notices import Due
from corps.people import Actor
from models import Broadcast, Notice
from models.words import BroadcastState, NoticeState

KINDS = (Kind.BROADCAST, Kind.BROADCAST_PART, Kind.CORRECTION, Kind.NUDGE)


@dataclass(frozen=True)
class Copy:
    """What a notice of a broadcast needs. `edits` is the message that a correction changes."""

    broadcast_id: int
    content: Content
    acknowledged: bool
    for_leader: bool
    edits: int | None = None


def load(session: Session, actor: Actor, due: Due) -> Copy | None:
    """Return the copy behind a notice. None when it is no longer to go out."""
    row = session.get(Broadcast, due.broadcast_id)
    if row is None or (due.kind in (Kind.BROADCAST, Kind.BROADCAST_PART) and row.state is not BroadcastState.SENDING):
        return None
    acknowledged = has_acknowledged(session, row.id or 0, due.member_id)
    content, edits = content_of(row), None
    if due.kind is Kind.NUDGE and acknowledged:
        return None
    if due.kind is Kind.BROADCAST_PART:
        part = content.parts[due.subject["part"]]
        content = Content(part.html, part.photo_id)
    if due.kind is Kind.CORRECTION:
        edits = _arrived(session, due.subject["original"])
        if edits is None or due.subject["revision"] != row.revision:
            return None
    return Copy(row.id or 0, content, acknowledged, due.member_id is None or actor.is_leader, edits)


def _arrived(session: Session, key: str) -> int | None:
    """Return the message that a notice became, if it has arrived."""
    found = session.exec(select(Notice).where(Notice.key == key)).first()
    return found.message_id if found is not None and found.state is NoticeState.SENT else None

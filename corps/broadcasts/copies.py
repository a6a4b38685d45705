"""One person's copy of a broadcast, as it is when it goes out, is corrected, or is recalled to mind."""

from dataclasses import dataclass

from sqlmodel import Session, select

from corps.broadcasts import broadcasts, group_copies
from corps.broadcasts.acknowledgements import has_acknowledged
from corps.broadcasts.broadcasts import content_of
from corps.broadcasts.content import Content
from corps.moment import Moment
from corps.notices import Due
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor, active_members
from models import Broadcast, Notice
from models.enums import BroadcastState, NoticeState


@dataclass(frozen=True)
class Copy:
    """What a notice of a broadcast needs. `part`: it is a message beside the text, `void`: one that counts no more.

    `count` is how many of the team have confirmed, for the copy in its group.
    `edits` is the message that a correction changes; `new_photo`: with another picture.
    """

    broadcast_id: int
    content: Content
    acknowledged: bool
    for_leader: bool
    edits: str | None = None
    part: bool = False
    void: bool = False
    new_photo: bool = False
    count: int = 0


def load(session: Session, actor: Actor, due: Due) -> Copy | None:
    """Return the copy behind a notice. None when it is no longer to go out."""
    row = session.get(Broadcast, due.broadcast_id)
    if row is None or (due.kind in (Kind.BROADCAST, Kind.BROADCAST_PART) and row.state is not BroadcastState.SENDING):
        return None
    acknowledged = has_acknowledged(session, row.id or 0, due.member_id)
    if due.kind is Kind.NUDGE and acknowledged:
        return None
    content, edits = content_of(row), None
    if "original" in due.subject:
        original = _arrived(session, due.subject["original"])
        if original is None or due.subject["revision"] != row.revision:
            return None
        # One that arrived at another address of the person stays; here it comes as a new message.
        edits = original.message_id if original.address == due.address else None
    number = due.subject.get("part")
    part = content.parts[number] if number is not None else None
    if part is not None:
        content = Content(part.html, part.photo)
        if part.void and edits is None:
            return None
    return Copy(
        broadcast_id=row.id or 0,
        content=content,
        acknowledged=acknowledged,
        for_leader=due.member_id is None or actor.is_leader,
        edits=edits,
        part=part is not None,
        void=part is not None and part.void,
        new_photo=bool(due.subject.get("new_photo")),
        count=0 if due.member_id is not None else group_copies.count(session, row.id or 0, actor.team_id or 0),
    )


def _facts(question: Question) -> Parts | None:
    copy = load(question.session, question.actor, question.due)
    return None if copy is None else (copy,)


def _to_members(session: Session, at: Moment, notice: Notice, team_id: int) -> None:
    """Let each member of a team get what its group did not; the sender has it."""
    row = session.get(Broadcast, notice.broadcast_id)
    if row is None or row.state is not BroadcastState.SENDING:
        return
    rest = [team for team in row.audience.get("grouped", ()) if team != team_id]
    row.audience = {**row.audience, "grouped": rest}
    session.add(row)
    people = [member for member in active_members(session, [team_id]) if member.id != row.sender_id]
    broadcasts.owe_people(session, at, row, people)


declare(Kind.BROADCAST, _facts, priority=7, to_members=_to_members)
declare(Kind.BROADCAST_PART, _facts, priority=7)
declare(Kind.CORRECTION, _facts, priority=6)
declare(Kind.NUDGE, _facts, priority=7, keeps=DAY)


def _arrived(session: Session, key: str) -> Notice | None:
    """Return a notice that has arrived, as a message."""
    found = session.exec(select(Notice).where(Notice.key == key)).first()
    arrived = found is not None and found.state is NoticeState.SENT and found.message_id is not None
    return found if arrived else None

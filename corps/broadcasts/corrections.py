"""更正: new words for a broadcast, in what has arrived and in what is still to go out."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import audit, conversations, notices
from corps.addresses import MessageAt
from corps.attachments import Attachment
from corps.broadcasts import broadcasts, progress
from corps.broadcasts.broadcasts import Slots
from corps.broadcasts.compose_form import SentPiece
from corps.broadcasts.content import Content, TextLimits, given, kept, read_parts
from corps.broadcasts.correction_layout import Picture, lay, most
from corps.broadcasts.progress import Progress
from corps.conversations import Conversation
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Broadcast, Member, Notice
from models.enums import BroadcastState, NoticeState

KIND = "broadcast_fix"
ARRIVED = (NoticeState.SENT, NoticeState.LEASED)
"""What has arrived, or is about to with the old words."""


@dataclass(frozen=True)
class Correction:
    """A correction as it would be: the new content, which messages it changes, for how many people.

    `changed` are the messages that say something new, in the order they are read (None: the one with 收到);
    `added` of them are new ones, and `voided` others will say that they no longer count.
    """

    broadcast_id: int
    content: Content
    arrived: int
    waiting: int
    changed: Slots = (None,)
    added: int = 0
    voided: int = 0
    sign: str = ""


@dataclass(frozen=True)
class Asked:
    """The question for the new text, with what the broadcast says now."""

    broadcast_id: int
    content: Content
    most: int


def begin(session: Session, actor: Actor, at: Moment, broadcast_id: int, limits: TextLimits) -> Asked:
    """Ask for the new text. Raises Refused when there is nothing to correct."""
    row = _demand(session, actor, broadcast_id)
    conversations.put(session, at, actor.address, KIND, "text", {"broadcast": broadcast_id})
    content = broadcasts.content_of(row)
    return Asked(broadcast_id, content, most(content, limits))


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation, limits: TextLimits) -> Asked:
    """Ask for the new text again."""
    return begin(session, actor, at, conversation.data["broadcast"], limits)


def take(
    session: Session,
    actor: Actor,
    at: Moment,
    conversation: Conversation,
    sent: SentPiece,
    key: str,
    limits: TextLimits,
) -> Correction | Asked:
    """Take the new text and return what it would change; anything but a text of the right length is asked again."""
    html = "" if sent.photo or sent.document else sent.html
    proposed = propose(session, actor, at, conversation.data["broadcast"], html, key, limits)
    return proposed or ask_again(session, actor, at, conversation, limits)


def _demand(session: Session, actor: Actor, broadcast_id: int) -> Broadcast:
    row = broadcasts.find(session, actor, broadcast_id)
    if row.state not in (BroadcastState.SENDING, BroadcastState.STOPPED):
        raise Refused(Reason.PREVIEW_OLD, f"broadcast:{broadcast_id}")
    return row


def propose(
    session: Session, actor: Actor, at: Moment, broadcast_id: int, html: str, key: str, limits: TextLimits
) -> Correction | None:
    """Keep the new text until it is confirmed. None when it is empty or too long: see `correction_layout.most`.

    It takes the place of all the texts there are; a picture stays.
    """
    old = broadcasts.content_of(_demand(session, actor, broadcast_id))
    if not html or limits.length(html) > most(old, limits):
        return None
    return _keep(session, actor, at, broadcast_id, lay(old, [html], Picture.STAYS, limits), key)


def propose_schedule(
    session: Session,
    actor: Actor,
    at: Moment,
    broadcast_id: int,
    texts: list[str],
    photo: Attachment | None,
    limits: TextLimits,
) -> Correction:
    """Keep a schedule that was generated anew, with its picture, until it is confirmed."""
    old = broadcasts.content_of(_demand(session, actor, broadcast_id))
    return _keep(session, actor, at, broadcast_id, lay(old, texts, photo, limits), None)


def _keep(
    session: Session, actor: Actor, at: Moment, broadcast_id: int, content: Content, key: str | None
) -> Correction:
    old = broadcasts.content_of(_demand(session, actor, broadcast_id))
    data = {
        "broadcast": broadcast_id,
        "html": content.html,
        "photo": kept(content.photo),
        "parts": [part.stored() for part in content.parts],
    }
    conversations.put(session, at, actor.address, KIND, "confirm", data, key)
    slots = changed(old, content)
    voided = [slot for slot in slots if slot is not None and content.parts[slot].void]
    return Correction(
        broadcast_id=broadcast_id,
        content=content,
        arrived=_count(session, broadcast_id, *ARRIVED),
        waiting=_count(session, broadcast_id, NoticeState.OWED),
        changed=tuple(slot for slot in slots if slot not in voided),
        added=len(content.parts) - len(old.parts),
        voided=len(voided),
        sign=audit.fingerprint_of(data),
    )


def changed(old: Content, new: Content) -> Slots:
    """Return which messages say something else, in the order they are read; added ones are among them."""
    parts = [n for n, part in enumerate(new.parts) if n >= len(old.parts) or part != old.parts[n]]
    text: Slots = (None,) if (old.html, old.photo) != (new.html, new.photo) else ()
    before, late = ([n for n in parts if new.parts[n].late is after] for after in (False, True))
    return (*before, *text, *late)


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


def confirm(
    session: Session, actor: Actor, at: Moment, broadcast_id: int, card: MessageAt, shown: str = ""
) -> Progress:
    """确认更正 of what was `shown`. `card` is the chat and the message that show from now on how it stands."""
    correct(session, actor, at, broadcast_id, shown)
    broadcasts.put_card(session, actor, at, broadcast_id, card)
    return progress.read(session, at, broadcasts.find(session, actor, broadcast_id))


def correct(session: Session, actor: Actor, at: Moment, broadcast_id: int, shown: str = "") -> None:
    """Put the confirmed content in the place of the old one, and owe its edits to every message that has arrived."""
    row = _demand(session, actor, broadcast_id)
    conversation = conversations.find(session, actor.address, KIND)
    if conversation is None or conversation.data.get("broadcast") != broadcast_id or "html" not in conversation.data:
        raise Refused(Reason.PREVIEW_OLD)
    if shown and shown != audit.fingerprint_of(conversation.data):
        raise Refused(Reason.PREVIEW_OLD)
    conversations.drop(session, actor.address, KIND)
    old = broadcasts.content_of(row)
    data = conversation.data
    new = Content(data["html"], given(data.get("photo")), row.document, read_parts(data.get("parts", row.parts)))
    slots = changed(old, new)
    if not slots:
        raise Refused(Reason.NOTHING_CHANGED)
    row.html, row.photo, row.parts = new.html, new.photo, [part.stored() for part in new.parts]
    row.corrected, row.revision, row.card_shown_at = True, row.revision + 1, None
    session.add(row)
    audit.record(
        session, at, actor.id, "broadcast.correct", f"broadcast:{broadcast_id}", None, {"revision": row.revision}
    )
    pictured = {slot for slot in slots if _photo(old, slot) != _photo(new, slot)}
    unsaid, unseen = _take_back(session, broadcast_id)
    notices.owe(session, at, _edits(session, at, row, {*slots, *unsaid}, pictured | unseen))
    notices.owe(session, at, _additions(session, row, range(len(old.parts), len(new.parts))))


def _photo(content: Content, slot: int | None) -> Attachment | None:
    if slot is None:
        return content.photo
    return content.parts[slot].photo if slot < len(content.parts) else None


def _take_back(session: Session, broadcast_id: int) -> tuple[set[int | None], set[int | None]]:
    """Cancel the edits of an earlier correction that are not out yet: the new ones say it.

    Returns which messages they were to change, and in which of them the picture.
    """
    waiting = (
        col(Notice.broadcast_id) == broadcast_id,
        col(Notice.kind) == Kind.CORRECTION.value,
        col(Notice.key).startswith(f"bcf:{broadcast_id}:"),
    )
    owed = session.exec(select(Notice.subject).where(*waiting, Notice.state == NoticeState.OWED)).all()
    notices.cancel_owed(session, "corrected again", *waiting)
    return (
        {subject.get("part") for subject in owed},
        {subject.get("part") for subject in owed if subject.get("new_photo")},
    )


def _edits(
    session: Session, at: Moment, row: Broadcast, slots: set[int | None], pictured: set[int | None]
) -> list[notices.Owed]:
    """Return the edits to owe. What is on its way may carry the old text: it is looked at once its lease is over."""
    columns: Any = (Notice.id, Notice.key, Notice.state, Notice.address, Notice.subject, Member)
    rows: Any = session.exec(
        select(*columns)
        .join(Member, col(Member.id) == col(Notice.member_id), isouter=True)
        .where(
            Notice.broadcast_id == row.id,
            col(Notice.key).startswith(f"bc:{row.id}:"),
            col(Notice.state).in_(ARRIVED),
        )
        .order_by(col(Notice.id))
    ).all()
    return [
        notices.Owed(
            Kind.CORRECTION,
            f"bcf:{row.id}:{row.revision}:{notice_id}",
            member,
            {
                "original": key,
                "revision": row.revision,
                "part": subject.get("part"),
                "team": subject.get("team"),
                "new_photo": subject.get("part") in pictured,
            },
            broadcast_id=row.id,
            group=None if member is not None else address,
            due_at=at.now + notices.LEASE * 1.1 if state is NoticeState.LEASED else None,
        )
        for notice_id, key, state, address, subject, member in rows
        if subject.get("part") in slots
    ]


def _additions(session: Session, row: Broadcast, added: range) -> list[notices.Owed]:
    """Return the messages that a correction adds, for all who have the broadcast or are still to get it.

    For those who have it they belong to the correction, which goes out even if the rest is stopped.
    """
    columns: Any = (Notice.key, Notice.state, Notice.address, Notice.subject, Member)
    rows: Any = session.exec(
        select(*columns)
        .join(Member, col(Member.id) == col(Notice.member_id), isouter=True)
        .where(
            Notice.broadcast_id == row.id,
            Notice.kind == Kind.BROADCAST.value,
            col(Notice.state).in_((*ARRIVED, NoticeState.OWED)),
        )
        .order_by(col(Notice.id))
    ).all()
    return [
        broadcasts.slot_of(
            row,
            number,
            key.rpartition(":")[2],
            member,
            kind=Kind.BROADCAST_PART if state is NoticeState.OWED else Kind.CORRECTION,
            subject=subject,
            group=None if member is not None else address,
        )
        for number in added
        for key, state, address, subject, member in rows
    ]

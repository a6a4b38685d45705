"""What stands on a personal page: what was sent there, which stays, and answers, which go after some days."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.addresses import Address
from corps.attachments import Attachment
from corps.moment import Moment
from corps.people import Actor
from corps.sql import flushed_connection
from corps.sql import row as first_row
from models import Audit, PageFile, PageMessage
from models.enums import PageMessageKind

ANSWERS_STAY = dt.timedelta(days=7)
FILES_STAY = dt.timedelta(days=30)
A_PAGE = 15

MOST_ANSWERS = 200
"""So many answers stay on a page at most."""

MOST_A_DAY = 200_000_000
"""Bytes of files that come by one page within a day."""

Rows = list[list[dict[str, str]]]
"""Rows of buttons as they are kept: each the words of a `bot.views.screen.Button`."""


@dataclass(frozen=True)
class Shown:
    """What a message shows."""

    html: str
    rows: Rows
    photo: Attachment | None = None
    document: Attachment | None = None


@dataclass(frozen=True)
class Message:
    """A message on a page."""

    id: int
    kind: PageMessageKind
    shown: Shown
    at: dt.datetime
    unread: bool = False


def keep(session: Session, at: Moment, address: Address, kind: PageMessageKind, shown: Shown, turn: str = "") -> int:
    """Put a message on a page and return its number. What is old there goes."""
    if kind is not PageMessageKind.SENT:
        _tidy(session, at, address)
    row = PageMessage(address=address, kind=kind, turn=turn, at=at.now, **_columns(shown))
    session.add(row)
    session.flush()
    return row.id or 0


def _columns(shown: Shown) -> dict[str, Any]:
    return {"html": shown.html, "rows": shown.rows, "photo": shown.photo, "document": shown.document}


def _tidy(session: Session, at: Moment, address: Address) -> None:
    there, answers = col(PageMessage.address) == address, col(PageMessage.kind) != PageMessageKind.SENT
    newest = select(PageMessage.id).where(there, answers).order_by(col(PageMessage.id).desc())
    last = session.exec(newest.offset(MOST_ANSWERS).limit(1)).first()
    old = or_(col(PageMessage.at) < at.now - ANSWERS_STAY, col(PageMessage.id) <= (last or 0))
    session.connection().execute(delete(PageMessage).where(there, answers, old))
    late = col(PageFile.at) < at.now - FILES_STAY
    session.connection().execute(delete(PageFile).where(col(PageFile.address) == address, late))


def tidy_all(session: Session, at: Moment) -> None:
    """Do so on the pages that nobody uses any more as well. Call it once a day: it looks at all of them."""
    answers, run = col(PageMessage.kind) != PageMessageKind.SENT, session.connection().execute
    run(delete(PageMessage).where(answers, col(PageMessage.at) < at.now - ANSWERS_STAY))
    run(delete(PageFile).where(col(PageFile.at) < at.now - FILES_STAY))


def change(session: Session, at: Moment, address: Address, message_id: int, shown: Shown, turn: str = "") -> bool:
    """Let a message show something else; it answers that `turn`. Returns False when it is not there any more."""
    row = _find(session, address, message_id)
    if row is None:
        return False
    row.html, row.rows, row.turn, row.read_at = shown.html, shown.rows, turn or row.turn, row.read_at or at.now
    row.photo, row.document = shown.photo or row.photo, shown.document or row.document
    session.add(row)
    return True


def touch(session: Session, at: Moment, address: Address, message_id: int, turn: str) -> None:
    """Let a message be the answer to a `turn` as it stands; it is read then."""
    row = _find(session, address, message_id)
    if row is not None:
        row.turn, row.read_at = turn, row.read_at or at.now
        session.add(row)


def _find(session: Session, address: Address, message_id: int) -> PageMessage | None:
    row = session.get(PageMessage, message_id)
    return row if row is not None and row.address == address else None


def find(
    session: Session, _at: Moment, address: Address, message_id: int, since: dt.datetime | None = None
) -> Message | None:
    """Return a message that stands on a page, if it came at `since` or later."""
    row = _find(session, address, message_id)
    return _message(row) if row is not None and (since is None or row.at >= since) else None


def left_at(session: Session, actor: Actor, _at: Moment) -> dt.datetime | None:
    """Return when somebody who is no member left the corps; None if never. What came before waits until they are again.

    A page may be in the hands of somebody else by then, and 同意 alone shows nobody who it is.
    """
    if actor.is_member or actor.member_id is None:
        return None
    left = Audit.subject == f"member:{actor.member_id}", Audit.action == "member.depart"
    return session.exec(select(func.max(Audit.at)).where(*left)).one()


def of_turn(
    session: Session, _at: Moment, address: Address, turn: str, since: dt.datetime | None = None
) -> list[Message]:
    """Return what answers a turn: what is short first. Nothing from before `since`."""
    there = select(PageMessage).where(PageMessage.address == address, PageMessage.turn == turn, *_later(since))
    found = [_message(row) for row in session.exec(there.order_by(col(PageMessage.id))).all()]
    return sorted(found, key=lambda one: one.kind is not PageMessageKind.TOAST)


def _later(since: dt.datetime | None) -> list[ColumnElement[bool]]:
    return [col(PageMessage.at) >= since] if since is not None else []


def newest(
    session: Session, _at: Moment, address: Address, before: int = 0, since: dt.datetime | None = None
) -> tuple[list[Message], bool]:
    """Return what was sent to a page at `since` or later, newest first, and whether there is more before it."""
    sent = PageMessage.address == address, PageMessage.kind == PageMessageKind.SENT
    there = select(PageMessage).where(*sent, *_later(since))
    if before:
        there = there.where(col(PageMessage.id) < before)
    rows = session.exec(there.order_by(col(PageMessage.id).desc()).limit(A_PAGE + 1)).all()
    return [_message(row) for row in rows[:A_PAGE]], len(rows) > A_PAGE


def count_unread(session: Session, _at: Moment, address: Address, since: dt.datetime | None = None) -> int:
    """Count what was sent to a page at `since` or later and is not read."""
    if since is not None:
        unread = select(func.count()).select_from(PageMessage).where(*_unread(address), *_later(since))
        return session.exec(unread).one()
    found = first_row(flushed_connection(session), _HOW_MANY_UNREAD, page=address)
    return int(found[0]) if found is not None else 0


def _unread(address: Any) -> Sequence[Any]:  # noqa: ANN401 - an address, or what stands for one in a statement
    sent = col(PageMessage.kind) == PageMessageKind.SENT
    return col(PageMessage.address) == address, sent, col(PageMessage.read_at).is_(None)


_HOW_MANY_UNREAD = columns(func.count()).select_from(PageMessage).where(*_unread(bindparam("page")))


def mark_read(session: Session, at: Moment, address: Address) -> None:
    """Note that all that was sent to a page is read."""
    session.connection().execute(update(PageMessage).where(*_unread(address)).values(read_at=at.now))


def _message(row: PageMessage) -> Message:
    shown = Shown(row.html, row.rows, row.photo, row.document)
    return Message(row.id or 0, row.kind, shown, row.at, row.kind is PageMessageKind.SENT and row.read_at is None)


def put_file(session: Session, at: Moment, address: Address, content: bytes) -> str:
    """Keep a photo or a file that came by a page, or is shown there, and return its name."""
    name = secrets.token_hex(16)
    session.add(PageFile(id=name, address=address, content=content, at=at.now))
    session.flush()
    return name


def has_room(session: Session, at: Moment, address: Address, more: int) -> bool:
    """Tell whether a page may bring `more` bytes of files today."""
    size = func.coalesce(func.sum(func.length(PageFile.content)), 0)
    today = col(PageFile.address) == address, col(PageFile.at) > at.now - dt.timedelta(days=1)
    return int(session.exec(select(size).where(*today)).one()) + more <= MOST_A_DAY


def file(session: Session, _at: Moment, name: str) -> bytes | None:
    """Return what a file holds; None when it is not kept any more."""
    row = session.get(PageFile, name)
    return row.content if row is not None else None

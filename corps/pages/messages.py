"""The messages on a personal page: sent ones, which stay, and answers, which are deleted after some days."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Row, bindparam, delete, func, insert, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.addresses import Address
from corps.attachments import Attachment
from corps.moment import Moment
from corps.people import Actor
from corps.sql import flushed_connection, write
from corps.sql import row as first_row
from corps.sql import rows as all_rows
from models import Audit, PageFile, PageMessage
from models.enums import PageMessageKind

ANSWERS_STAY = dt.timedelta(days=7)
FILES_STAY = dt.timedelta(days=30)
A_PAGE = 15

MOST_ANSWERS = 200
"""The most answers that are kept on a page."""

MOST_A_DAY = 200_000_000
"""The most bytes of files that one page may bring in a day."""

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
    """Put a message on a page and return its number. Old answers of that page are deleted."""
    link = flushed_connection(session)
    if kind is not PageMessageKind.SENT:
        write(link, _TIDY, page=address, old=at.now - ANSWERS_STAY, most=MOST_ANSWERS)
        write(link, _TIDY_FILES, page=address, old=at.now - FILES_STAY)
    fields = {"address": address, "kind": kind, "turn": turn, "at": at.now, "read_at": None, **vars(shown)}
    kept = first_row(link, _KEEP, **fields)
    return int(kept[0]) if kept is not None else 0


_KEEP = insert(PageMessage).returning(col(PageMessage.id))
_THERE = col(PageMessage.address) == bindparam("page")
_ANSWERS = col(PageMessage.kind) != PageMessageKind.SENT
_TOO_MANY = (
    columns(col(PageMessage.id))
    .where(_THERE, _ANSWERS)
    .order_by(col(PageMessage.id).desc())
    .limit(1)
    .offset(bindparam("most", type_=Integer))
)
_TIDY = delete(PageMessage).where(
    *(_THERE, _ANSWERS),
    or_(col(PageMessage.at) < bindparam("old"), col(PageMessage.id) <= _TOO_MANY.scalar_subquery()),
)
_TIDY_FILES = delete(PageFile).where(col(PageFile.address) == bindparam("page"), col(PageFile.at) < bindparam("old"))


def tidy_all(session: Session, at: Moment) -> None:
    """Delete old answers on all pages, also those that nobody uses any more. To be called once a day."""
    run = session.connection().execute
    run(delete(PageMessage).where(_ANSWERS, col(PageMessage.at) < at.now - ANSWERS_STAY))
    run(delete(PageFile).where(col(PageFile.at) < at.now - FILES_STAY))


def change(session: Session, at: Moment, address: Address, message_id: int, shown: Shown, turn: str = "") -> bool:
    """Replace what a message shows; it becomes the answer to that `turn`. Returns False if it no longer exists."""
    row = _find(session, address, message_id)
    if row is None:
        return False
    row.html, row.rows, row.turn, row.read_at = shown.html, shown.rows, turn or row.turn, row.read_at or at.now
    row.photo, row.document = shown.photo or row.photo, shown.document or row.document
    session.add(row)
    return True


def touch(session: Session, at: Moment, address: Address, message_id: int, turn: str) -> None:
    """Make an unchanged message the answer to a `turn`; it counts as read."""
    row = _find(session, address, message_id)
    if row is not None:
        row.turn, row.read_at = turn, row.read_at or at.now
        session.add(row)


def _find(session: Session, address: Address, message_id: int) -> PageMessage | None:
    row = session.get(PageMessage, message_id)
    return row if row is not None and row.address == address else None


_LATER = col(PageMessage.at) >= bindparam("since")
_EVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LOOKED_AT = columns(
    *(col(PageMessage.id), col(PageMessage.kind), col(PageMessage.html), col(PageMessage.rows)),
    *(col(PageMessage.photo), col(PageMessage.document), col(PageMessage.at), col(PageMessage.read_at)),
).where(_THERE, _LATER)
_ONE = _LOOKED_AT.where(col(PageMessage.id) == bindparam("number"))
_OF_TURN = _LOOKED_AT.where(col(PageMessage.turn) == bindparam("turn")).order_by(col(PageMessage.id))
_LAST = 2**31 - 1
_NEWEST = (
    _LOOKED_AT.where(col(PageMessage.kind) == PageMessageKind.SENT, col(PageMessage.id) < bindparam("before"))
    .order_by(col(PageMessage.id).desc())
    .limit(A_PAGE + 1)
)


def find(
    session: Session, _at: Moment, address: Address, message_id: int, since: dt.datetime | None = None
) -> Message | None:
    """Return a message of a page, if it came at `since` or later (None: at any time)."""
    found = first_row(flushed_connection(session), _ONE, page=address, since=since or _EVER, number=message_id)
    return _message(found) if found is not None else None


def left_at(session: Session, actor: Actor, _at: Moment) -> dt.datetime | None:
    """Return when somebody who is no member left the corps; None if never. Older messages wait until they are again.

    Somebody else may hold the browser by then, and 同意 alone shows nobody who it is.
    """
    if actor.is_member or actor.member_id is None:
        return None
    left = Audit.subject == f"member:{actor.member_id}", Audit.action == "member.depart"
    return session.exec(select(func.max(Audit.at)).where(*left)).one()


def of_turn(
    session: Session, _at: Moment, address: Address, turn: str, since: dt.datetime | None = None
) -> list[Message]:
    """Return the answers to a turn, short texts first; none from before `since`."""
    link = flushed_connection(session)
    found = [_message(one) for one in all_rows(link, _OF_TURN, page=address, since=since or _EVER, turn=turn)]
    return sorted(found, key=lambda one: one.kind is not PageMessageKind.TOAST)


def newest(
    session: Session, _at: Moment, address: Address, before: int = 0, since: dt.datetime | None = None
) -> tuple[list[Message], bool]:
    """Return the messages sent to a page at `since` or later, newest first, and whether there are older ones."""
    link = flushed_connection(session)
    found = all_rows(link, _NEWEST, page=address, since=since or _EVER, before=before or _LAST)
    return [_message(one) for one in found[:A_PAGE]], len(found) > A_PAGE


def count_unread(session: Session, _at: Moment, address: Address, since: dt.datetime | None = None) -> int:
    """Return how many messages sent to a page at `since` or later are not read."""
    found = first_row(flushed_connection(session), _HOW_MANY_UNREAD, page=address, since=since or _EVER)
    return int(found[0]) if found is not None else 0


def _unread(address: Any) -> Sequence[Any]:  # noqa: ANN401 - an address, or what stands for one in a statement
    sent = col(PageMessage.kind) == PageMessageKind.SENT
    return col(PageMessage.address) == address, sent, col(PageMessage.read_at).is_(None)


_HOW_MANY_UNREAD = columns(func.count()).select_from(PageMessage).where(*_unread(bindparam("page")), _LATER)


def mark_read(session: Session, at: Moment, address: Address) -> None:
    """Record that all messages sent to a page are read."""
    session.connection().execute(update(PageMessage).where(*_unread(address)).values(read_at=at.now))


def _message(found: Row[Any]) -> Message:
    shown = Shown(found.html, found.rows, found.photo, found.document)
    unread = found.kind is PageMessageKind.SENT and found.read_at is None
    return Message(found.id, found.kind, shown, found.at, unread)


def put_file(session: Session, at: Moment, address: Address, content: bytes) -> str:
    """Store a photo or file that came by a page, or is shown there, and return its name."""
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
    """Return a file's content; None if it is not kept any more."""
    row = session.get(PageFile, name)
    return row.content if row is not None else None

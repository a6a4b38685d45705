"""Conversations in the database: so that they go on after a restart where the person was (docs/rules.md, rule 6)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.addresses import Address
from corps.moment import Moment
from corps.parsing.lengths import reason_in
from corps.sql import CHANGED, flushed_connection, row
from models import Draft


@dataclass(frozen=True)
class Conversation:
    """A conversation as it stands. `last_key` is the newest message or tap already taken in."""

    kind: str
    step: str
    data: dict[str, Any]
    last_key: str


def _find(session: Session, address: Address, kind: str | None) -> Draft | None:
    statement = select(Draft).where(Draft.address == address)
    statement = statement.where(col(Draft.active)) if kind is None else statement.where(Draft.kind == kind)
    return session.exec(statement.with_for_update()).first()


def _standing(draft: Draft | Row[Any] | None) -> Conversation | None:
    return None if draft is None else Conversation(draft.kind, draft.step, dict(draft.data), draft.last_key)


_OPEN = (
    columns(col(Draft.kind), col(Draft.step), col(Draft.data), col(Draft.last_key))
    .where(col(Draft.address) == bindparam("address"), col(Draft.active))
    .with_for_update()
)


def find_open(session: Session, address: Address) -> Conversation | None:
    """Return the conversation whose question is open, if any."""
    return _standing(row(flushed_connection(session), _OPEN, address=address))


def find(session: Session, address: Address, kind: str) -> Conversation | None:
    """Return the person's conversation of that kind, open or set aside."""
    return _standing(_find(session, address, kind))


def last_answer(session: Session, address: Address) -> dt.datetime | None:
    """Return when the person last answered a question; None when nothing of that is kept."""
    return session.exec(select(func.max(Draft.updated_at)).where(Draft.address == address)).first()


def find_answered(session: Session, address: Address, key: str) -> Conversation | None:
    """Return the conversation that has taken in this very message or tap before, if any: the channel repeated it."""
    statement = select(Draft).where(Draft.address == address, Draft.last_key == key)
    return _standing(session.exec(statement).first())


def put(
    session: Session,
    at: Moment,
    address: Address,
    kind: str,
    step: str,
    data: dict[str, Any],
    key: str | None = None,
) -> Conversation:
    """Store where the conversation stands and make it the open one; others are set aside, not lost."""
    set_aside(session, address)
    draft = _find(session, address, kind) or Draft(address=address, kind=kind, updated_at=at.now)
    draft.step, draft.data, draft.active, draft.updated_at = step, dict(data), True, at.now
    draft.last_key = key or draft.last_key
    session.add(draft)
    session.flush()
    session.info[CHANGED] = True
    return Conversation(kind, step, dict(data), draft.last_key)


def set_aside(session: Session, address: Address) -> str | None:
    """Close the open question but keep what was said. Returns the kind set aside, if any."""
    draft = _find(session, address, None)
    if draft is None:
        return None
    draft.active = False
    session.add(draft)
    session.flush()
    return draft.kind


def leave_about(session: Session, address: Address, activity_id: int) -> None:
    """Close the open question if it is about an activity; what was said is kept for whoever begins that again."""
    draft = _find(session, address, None)
    if draft is not None and draft.data.get("activity") == activity_id:
        set_aside(session, address)


def leave_inner(session: Session, address: Address, inner: str, outer: str) -> None:
    """Forget the question `inner`, asked in the middle of `outer`: that one is open again, if it was begun."""
    found = find_open(session, address)
    if found is None or found.kind != inner:
        return
    drop(session, address, inner)
    draft = _find(session, address, outer)
    if draft is not None:
        draft.active = True
        session.add(draft)
        session.flush()


def end_with_reason(session: Session, address: Address, conversation: Conversation, typed: str, most: int) -> str:
    """Return the typed reason on one line, and forget its question. Without a letter in it, empty: the question stays.

    Raises Refused for one that is too long.
    """
    reason = reason_in(typed, most)
    if reason:
        drop(session, address, conversation.kind)
    return reason


def drop(session: Session, address: Address, kind: str | None = None) -> str | None:
    """Forget the conversation of that kind (default: the open one). Returns the kind dropped, if any."""
    draft = _find(session, address, kind)
    if draft is None:
        return None
    dropped = draft.kind
    session.delete(draft)
    session.flush()
    session.info[CHANGED] = True
    return dropped

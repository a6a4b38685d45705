"""Conversations in the database: where a person stands, so that a restart goes on there (DESIGN §4.6)."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from corps.moment import Moment
from models import Draft


@dataclass(frozen=True)
class Conversation:
    """A conversation as it stands. `last_update` is the newest update already taken in."""

    kind: str
    step: str
    data: dict[str, Any]
    last_update: int


def _find(session: Session, telegram_id: int, kind: str | None) -> Draft | None:
    statement = select(Draft).where(Draft.telegram_id == telegram_id)
    statement = statement.where(col(Draft.active)) if kind is None else statement.where(Draft.kind == kind)
    return session.exec(statement.with_for_update()).first()


def _talk(draft: Draft | None) -> Conversation | None:
    return None if draft is None else Conversation(draft.kind, draft.step, dict(draft.data), draft.last_update)


def find_open(session: Session, telegram_id: int) -> Conversation | None:
    """Return the conversation whose question is open, if any."""
    return _talk(_find(session, telegram_id, None))


def find(session: Session, telegram_id: int, kind: str) -> Conversation | None:
    """Return the person's conversation of that kind, open or set aside."""
    return _talk(_find(session, telegram_id, kind))


def find_answered(session: Session, telegram_id: int, update_id: int) -> Conversation | None:
    """Return the conversation that has taken in this very update before, if any: Telegram repeated it."""
    statement = select(Draft).where(Draft.telegram_id == telegram_id, Draft.last_update == update_id)
    return _talk(session.exec(statement).first())


def put(
    session: Session,
    at: Moment,
    telegram_id: int,
    kind: str,
    step: str,
    data: dict[str, Any],
    update_id: int | None = None,
) -> Conversation:
    """Store where the conversation stands and make it the open one; others are set aside, not lost."""
    set_aside(session, telegram_id)
    draft = _find(session, telegram_id, kind) or Draft(telegram_id=telegram_id, kind=kind, updated_at=at.now)
    draft.step, draft.data, draft.active, draft.updated_at = step, dict(data), True, at.now
    draft.last_update = max(draft.last_update, update_id or 0)
    session.add(draft)
    session.flush()
    return Conversation(kind, step, dict(data), draft.last_update)


def set_aside(session: Session, telegram_id: int) -> str | None:
    """Close the open question but keep what was said. Returns the kind set aside, if any."""
    draft = _find(session, telegram_id, None)
    if draft is None:
        return None
    draft.active = False
    session.add(draft)
    session.flush()
    return draft.kind


def drop(session: Session, telegram_id: int, kind: str | None = None) -> str | None:
    """Forget the conversation of that kind (default: the open one). Returns the kind dropped, if any."""
    draft = _find(session, telegram_id, kind)
    if draft is None:
        return None
    dropped = draft.kind
    session.delete(draft)
    session.flush()
    return dropped

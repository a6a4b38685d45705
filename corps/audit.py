"""The audit row that every change leaves (docs/rules.md, rule 11)."""

from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from corps.moment import Moment
from corps.sql import flushed_connection
from models import Audit

_ADD = insert(Audit)


def record(
    session: Session,
    at: Moment,
    actor_id: int | None,
    action: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one audit row in the caller's transaction.

    Args:
        session: The caller's.
        at: When it happened.
        actor_id: The member who did it; None when no person did, but time.
        action: What was done, as `noun.verb`.
        subject: On what, as `table:id`.
        before: The fields that changed, as they were.
        after: The same fields, as they are now.
    """
    added = {"at": at.now, "actor_id": actor_id, "action": action, "subject": subject, "before": before, "after": after}
    flushed_connection(session).execute(_ADD, added)

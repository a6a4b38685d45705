"""Updates written down before they are handled, so that a rush of them can be acknowledged and still survive a crash.

Telegram hands out at most a hundred updates that are not acknowledged. When more wait than that, those under way are
kept here: from then on it is this table, not Telegram, that gives them back after a crash.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from corps.moment import Moment
from corps.sql import insert_once
from models import KeptUpdate

USEFUL = dt.timedelta(hours=24)
"""How long Telegram keeps updates (https://core.telegram.org/bots/api#getting-updates)."""

AT_A_TIME = 500
"""How many are read at once of what a process left."""


def turn_over(session: Session, at: Moment, keep: Sequence[dict[str, Any]], forget: Iterable[int]) -> None:
    """Keep these updates, as Telegram gave them, and forget those (by `update_id`) that are handled."""
    rows = [{"update_id": raw["update_id"], "body": raw, "kept_at": at.now} for raw in keep]
    insert_once(session, KeptUpdate, rows)
    if done := list(forget):
        session.connection().execute(delete(KeptUpdate).where(col(KeptUpdate.update_id).in_(done)))


def left(session: Session, at: Moment, after: int = -1, most: int = AT_A_TIME) -> list[dict[str, Any]]:
    """Return what is kept and not handled, in Telegram's order: what a process left when it died.

    What is older than Telegram itself would have kept it is dropped: nobody waits for it any more.

    Args:
        session: The caller's.
        at: When it is.
        after: Only updates with a higher `update_id`; -1: all.
        most: How many at a time.
    """
    session.connection().execute(delete(KeptUpdate).where(col(KeptUpdate.kept_at) < at.now - USEFUL))
    later = select(KeptUpdate).where(col(KeptUpdate.update_id) > after).order_by(col(KeptUpdate.update_id))
    return [row.body for row in session.exec(later.limit(most))]


def find(session: Session, _at: Moment, update_id: int) -> dict[str, Any] | None:
    """Return one that is kept; None if it is kept no more."""
    row = session.get(KeptUpdate, update_id)
    return None if row is None else row.body

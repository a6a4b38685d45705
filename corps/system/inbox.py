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


def turn_over(session: Session, at: Moment, keep: Sequence[dict[str, Any]], forget: Iterable[int]) -> None:
    """Keep these updates, as Telegram gave them, and forget those (by `update_id`) that are handled."""
    rows = [{"update_id": raw["update_id"], "body": raw, "kept_at": at.now} for raw in keep]
    insert_once(session, KeptUpdate, rows)
    if done := list(forget):
        session.connection().execute(delete(KeptUpdate).where(col(KeptUpdate.update_id).in_(done)))


def left(session: Session, at: Moment) -> list[dict[str, Any]]:
    """Return what is kept and not handled, in Telegram's order: what a process left when it died.

    What is older than Telegram itself would have kept it is dropped: nobody waits for it any more.
    """
    session.connection().execute(delete(KeptUpdate).where(col(KeptUpdate.kept_at) < at.now - USEFUL))
    rows = session.exec(select(KeptUpdate).order_by(col(KeptUpdate.update_id)))
    return [row.body for row in rows]

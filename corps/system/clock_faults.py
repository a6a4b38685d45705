"""What a clock that was ahead, by minutes or by years, has written down, and must not keep from happening since.

Messages that are owed: `corps.delivery.leasing.put_back`, which has this done as well.
"""

import datetime as dt

from sqlalchemy import delete, update
from sqlmodel import Session, col

from corps.moment import Moment
from models import Broadcast, Handled, Milestone, Pulse
from models.lock import LEAD

AHEAD = dt.timedelta(minutes=1)
"""From how much on it is minded; less passes by itself."""

_KEPT = "sandbox:"
"""Milestones that say what a database is, not when something was done."""


def put_back(session: Session, at: Moment) -> None:
    """Correct what was stored with a time in the future, because the clock was wrong.

    Heartbeats get the present time, so that a job that stops is noticed again. Marks of "done once" are removed, so
    that it is done at its time; a message that was sent is not sent twice, as its key exists. Senders may nudge again.
    """
    future, connection = at.now + AHEAD, session.connection()
    for column in (Pulse.began_at, Pulse.ran_at, Pulse.ok_at, Pulse.alarmed_at):
        # But the lead's: that is the server's clock, and its number.
        wrong = (col(column) > future, col(Pulse.name) != LEAD)
        connection.execute(update(Pulse).where(*wrong).values({col(column): at.now}))
    connection.execute(delete(Milestone).where(col(Milestone.at) > future, col(Milestone.key).not_like(f"{_KEPT}%")))
    connection.execute(update(Handled).where(col(Handled.at) > future).values(at=at.now))
    for shown in (Broadcast.nudged_at, Broadcast.card_shown_at):
        connection.execute(update(Broadcast).where(col(shown) > future).values({col(shown): None}))

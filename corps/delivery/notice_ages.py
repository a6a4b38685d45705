"""How many notices there are in each state, and how old they are: for a monitor. Nothing personal."""

import datetime as dt

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps.moment import Moment
from corps.notices import LEASE
from models import Notice
from models.enums import NoticeState


def by_state(session: Session) -> dict[str, int]:
    """Return how many notices are in each state, 0 for one that has none."""
    states = session.exec(select(Notice.state, func.count()).group_by(col(Notice.state))).all()
    return {state.value: 0 for state in NoticeState} | {NoticeState(state).value: count for state, count in states}


def ages(session: Session, at: Moment) -> dict[str, tuple[float, float]]:
    """Return the ages in seconds of the oldest and the newest notice of each state that has any.

    Counted from when it was due, and only of what is due; of one that is on its way, from when it was taken.
    """
    due = select(Notice.state, func.min(Notice.due_at), func.max(Notice.due_at)).where(
        col(Notice.due_at) <= at.now, col(Notice.state) != NoticeState.LEASED
    )
    spans = {NoticeState(state): (first, last) for state, first, last in session.exec(due.group_by(col(Notice.state)))}
    found = {state.value: (_age(at, first), _age(at, last)) for state, (first, last) in spans.items()}
    leased = select(func.min(Notice.lease_until), func.max(Notice.lease_until)).where(
        Notice.state == NoticeState.LEASED
    )
    first, last = session.exec(leased).one()
    if first is not None and last is not None:
        found[NoticeState.LEASED.value] = (_age(at, first - LEASE), _age(at, last - LEASE))
    return found


def _age(at: Moment, since: dt.datetime) -> float:
    return max(0.0, (at.now - since).total_seconds())

"""Helpers of the tests on notices: owe plain ones, read rows, take and record without a network."""

import datetime as dt
from typing import Any

from sqlmodel import Session, col, select

from corps import notices
from corps.addresses import telegram
from corps.delivery import leasing
from corps.delivery.leasing import Parcel
from corps.moment import Moment
from corps.notices import Outcome, Owed
from corps.notices.kinds import Kind
from models import Notice
from tests.base import Corps, row_at


def owe(corps: Corps, kind: Kind, *people: int, key: str = "", **more: Any) -> None:  # noqa: ANN401 - fields of Owed
    """Owe one notice of a kind to each of these people (Telegram ids)."""

    def work(session: Session, at: Moment) -> None:
        for person in people:
            member = row_at(session, person)
            notices.owe(session, at, [Owed(kind, f"{key or kind.value}:{person}", member, **more)])

    corps.run(work)


def rows(corps: Corps, kind: Kind | None = None) -> list[Notice]:
    """Return the notices (of a kind), in the order they were owed."""
    statement = select(Notice).order_by(col(Notice.id))
    if kind is not None:
        statement = statement.where(Notice.kind == kind.value)
    return corps.run(lambda session, _at: list(session.exec(statement).all()))


def take(corps: Corps, limit: int = 100, resting: frozenset[int] = frozenset()) -> list[Parcel]:
    """Lease what is due."""
    return corps.run(leasing.take_due, limit, {telegram(number) for number in resting})


def end(corps: Corps, parcels: list[Parcel], outcome: Outcome) -> None:
    """Record the same end for all of them."""
    corps.run(leasing.record, [(due.id, outcome) for parcel in parcels for due in parcel])


def kinds(parcels: list[Parcel]) -> list[list[Kind]]:
    """Return the kinds in each parcel."""
    return [[due.kind for due in parcel] for parcel in parcels]


def in_(hours: float) -> dt.timedelta:
    """Return a time span."""
    return dt.timedelta(hours=hours)

"""Which verified hours are still open to objections, and until when (`PUBLICITY_DAYS`).

The clock runs from the verification and stands still while an objection waits for a coordinator. What is verified anew
begins anew. Without days nothing is open but what an objection, from a time with days, still holds up.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, or_, select

from corps.moment import Moment
from models import Activity, Objection, OwnService, Report
from models.enums import ActivityState, ObjectionState, OwnState, ReportState

Pause = tuple[dt.datetime, dt.datetime | None]
"""From when to when the clock stood still; None: it still does."""


@dataclass(frozen=True)
class Open:
    """Hours that are not final: verified when, open until when (None: an objection waits)."""

    verified_at: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True)
class OpenHours:
    """All that is not final, by the id of the activity, and of the service elsewhere."""

    activities: dict[int, Open]
    own: dict[int, Open]


def ends_at(verified_at: dt.datetime, days: int, pauses: Iterable[Pause]) -> dt.datetime | None:
    """Return when the clock has run its days, None while it stands still. Pauses that overlap count once."""
    end, held_until = verified_at + dt.timedelta(days=days), verified_at
    for begins, ends in sorted(pauses, key=lambda pause: pause[0]):
        if ends is None:
            return None
        since = max(begins, held_until)
        if ends > since:
            end += ends - since
            held_until = ends
    return end


def open_hours(session: Session, at: Moment) -> OpenHours:
    """Return what is not final now."""
    pauses = _pauses(session)
    held_up = any(
        row.state in (ObjectionState.OPEN, ObjectionState.UPHELD) for rows in pauses.values() for row, _ in rows
    )
    if not (at.policy.publicity_days or held_up):
        return OpenHours({}, {})
    began = at.now - dt.timedelta(days=at.policy.publicity_days)
    activities = session.exec(
        select(Activity.id, Report.decided_at, Report.reopen_by)
        .join(Report, col(Report.activity_id) == col(Activity.id))
        .where(Activity.state == ActivityState.VERIFIED, Report.state == ReportState.VERIFIED)
        .where(
            _may_be_open(col(Report.decided_at), began, col(Activity.id), [key[1] for key in pauses if key[0] == "a"])
        )
    ).all()
    own = session.exec(
        select(OwnService.id, OwnService.verified_at, OwnService.withdraw_by)
        .where(OwnService.state == OwnState.VERIFIED)
        .where(
            _may_be_open(
                col(OwnService.verified_at), began, col(OwnService.id), [key[1] for key in pauses if key[0] == "o"]
            )
        )
    ).all()
    return OpenHours(_open(at, "a", activities, pauses), _open(at, "o", own, pauses))


def of_activity(session: Session, at: Moment, activity_id: int) -> Open | None:
    """Return how an activity's hours stand open, None when they are final or not verified."""
    return open_hours(session, at).activities.get(activity_id)


Pauses = dict[tuple[str, int], list[tuple[Objection, Pause]]]


def _may_be_open(
    verified: Mapped[dt.datetime | None], began: dt.datetime, number: Mapped[int | None], objected: list[int]
) -> ColumnElement[bool]:
    return or_(verified > began, number.in_(objected))


def _pauses(session: Session) -> Pauses:
    found: Pauses = {}
    for row in session.exec(select(Objection).order_by(col(Objection.id))).all():
        key = ("a", row.activity_id) if row.activity_id is not None else ("o", row.own_id or 0)
        found.setdefault(key, []).append((row, (row.at, row.settled_at)))
    return found


def _open(
    at: Moment, what: str, rows: Iterable[tuple[int | None, dt.datetime | None, int | None]], pauses: Pauses
) -> dict[int, Open]:
    found = {}
    for number, verified, taken_back_by in rows:
        if number is None or verified is None:
            continue
        objections = [one for one in pauses.get((what, number), []) if one[0].verified_at == verified]
        until = ends_at(verified, at.policy.publicity_days, [pause for _, pause in objections])
        upheld = any(row.state is ObjectionState.UPHELD for row, _ in objections)
        if upheld and taken_back_by is not None:  # a second coordinator has still to agree
            until = None
        if until is None or until > at.now:
            found[number] = Open(verified, until)
    return found

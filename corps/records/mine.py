"""What one person has and has done: places in what is ahead, this year's past activities, service hours."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps.activities.places import HOLDS_OR_WAITS, hours_of
from corps.activities.stages import Stage, at_stage, coming
from corps.attendance.credited import credited
from corps.moment import Moment
from corps.open_hours import OpenHours, open_hours
from corps.people import Actor
from corps.publicity import boards
from corps.records.service_hours import ServiceHours, of_person
from corps.sql import page_within
from models import Activity, Attendance, HoursEntry, SignUp, Slot
from models.enums import ActivityState, AttendanceState, SignUpState

PAGE = 7


@dataclass(frozen=True)
class Holding:
    """A place, an offer, or a position on a waitlist. `queue` is that position, from 1; 0 for the other two."""

    activity_id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    role: str
    state: SignUpState
    offered_until: dt.datetime | None
    queue: int = 0


@dataclass(frozen=True)
class Past:
    """An activity of this year that is over. `minutes` is what has been entered for it so far.

    `still_open`: they stand open to the team (公示).
    """

    activity_id: int
    title: str
    starts_at: dt.datetime
    attendance: AttendanceState
    verified: bool
    minutes: int
    still_open: bool = False


@dataclass(frozen=True)
class Mine:
    """A page of /mine. `holdings` or `pasts` are shown, by `past`; `coming` and `over` count all of each.

    `open_to_team` is how much of the team's hours stands open (公示).
    """

    name: str
    past: bool
    page: int
    pages: int
    holdings: tuple[Holding, ...]
    pasts: tuple[Past, ...]
    coming: int
    over: int
    hours: ServiceHours
    open_to_team: int = 0


def mine(session: Session, actor: Actor, at: Moment, *, past: bool = False, page: int = 0) -> Mine:
    """Return the person's places, or this year's past activities, with the service hours."""
    waits = open_hours(session, at)
    holdings, pasts = _holdings(session, actor, at), _pasts(session, actor, at, waits)
    total = len(pasts) if past else len(holdings)
    page, pages = page_within(total, page, PAGE)
    shown = slice(page * PAGE, page * PAGE + PAGE)
    return Mine(
        name=actor.name,
        past=past,
        page=page,
        pages=pages,
        holdings=() if past else tuple(holdings[shown]),
        pasts=tuple(pasts[shown]) if past else (),
        coming=len(holdings),
        over=len(pasts),
        hours=of_person(session, actor.id, at, waits),
        open_to_team=boards.count_open(session, actor, waits),
    )


def _holdings(session: Session, actor: Actor, at: Moment) -> list[Holding]:
    rows = session.exec(
        select(SignUp, Activity, Slot)
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(
            SignUp.member_id == actor.id,
            col(SignUp.state).in_(HOLDS_OR_WAITS),
            coming(at.now),
        )
        .order_by(col(Activity.starts_at), col(Activity.id), col(SignUp.id))
    ).all()
    queues = _queues(session, actor.id)
    return [
        Holding(
            activity_id=activity.id or 0,
            title=activity.title,
            starts_at=hours_of(slot, activity.starts_at, activity.ends_at)[0],
            ends_at=hours_of(slot, activity.starts_at, activity.ends_at)[1],
            role=slot.role,
            state=row.state,
            offered_until=row.offered_until,
            queue=queues.get(row.slot_id, 0),
        )
        for row, activity, slot in rows
    ]


def _queues(session: Session, member_id: int) -> dict[int, int]:
    """Return the person's position on each waitlist, by slot."""
    own, other = aliased(SignUp), aliased(SignUp)
    earlier = or_(
        col(other.queued_at) < col(own.queued_at),
        and_(col(other.queued_at) == col(own.queued_at), col(other.id) <= col(own.id)),
    )
    rows = session.exec(
        select(own.slot_id, func.count())
        .join(other, and_(col(other.slot_id) == col(own.slot_id), earlier))
        .where(
            own.member_id == member_id,
            own.state == SignUpState.WAITLISTED,
            other.state == SignUpState.WAITLISTED,
        )
        .group_by(col(own.slot_id))
    ).all()
    return dict(rows)


def _pasts(session: Session, actor: Actor, at: Moment, waits: OpenHours) -> list[Past]:
    """Return this year's activities for which the person was signed up or was seen, newest first."""
    going = and_(
        col(SignUp.activity_id) == col(Activity.id),
        col(SignUp.member_id) == actor.id,
        col(SignUp.state) == SignUpState.GOING,
    )
    seen = and_(col(Attendance.activity_id) == col(Activity.id), col(Attendance.member_id) == actor.id)
    rows = session.exec(
        select(Activity, Attendance.state)
        .join(Attendance, seen, isouter=True)
        .where(
            or_(exists().where(going), col(Attendance.id).is_not(None)),
            Activity.year == at.today().year,
            or_(*(at_stage(stage, at.now) for stage in (Stage.OVER, Stage.REPORTED, Stage.VERIFIED))),
        )
        .order_by(col(Activity.starts_at).desc(), col(Activity.id))
    ).all()
    minutes = _minutes(session, at, actor.id)
    return [
        Past(
            activity_id=activity.id or 0,
            title=activity.title,
            starts_at=activity.starts_at,
            attendance=AttendanceState(state) if state else AttendanceState.UNKNOWN,
            verified=activity.state is ActivityState.VERIFIED,
            minutes=minutes.get(activity.id or 0, 0),
            still_open=activity.id in waits.activities,
        )
        for activity, state in rows
    ]


def _minutes(session: Session, at: Moment, member_id: int) -> dict[int, int]:
    """Return the minutes credited to the person, by activity."""
    entries = credited(at.policy.rounding, col(HoursEntry.member_id) == member_id)
    rows = session.execute(
        columns(entries.c.activity_id, func.sum(entries.c.minutes)).group_by(entries.c.activity_id)
    ).all()
    return {activity_id: int(minutes) for activity_id, minutes in rows}

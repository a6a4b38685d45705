"""The rows a card is made of, in statements that are built once: every tap ends in a card."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from corps.activities.places import HOLDS_OR_WAITS, held_until, in_state
from corps.activities.rules import team_names
from corps.moment import Moment
from corps.people import Actor, with_nicknames
from corps.sql import flushed_connection, row, rows
from models import Activity, Attendance, Category, Member, Milestone, Report, ReportPhoto, SignUp, Slot
from models.enums import ActivityState, AttendanceState, PhotoState, ReportState, SignUpState

NAMES_SHOWN = 20
"""How many of those coming a card names; a card must not grow with the corps."""

_ACTIVITY = select(*Activity.__table__.c).where(col(Activity.id) == bindparam("activity"))  # type: ignore[attr-defined]  # SQLModel's table


_OWN = aliased(SignUp, name="own")
_LIVE: ColumnElement[bool] = or_(*(col(_OWN.state) == state for state in HOLDS_OR_WAITS))
_SLOTS = (
    select(
        col(Slot.id),
        col(Slot.role),
        col(Slot.places),
        col(Slot.team_id),
        col(Slot.open),
        col(Slot.starts_at),
        col(Slot.ends_at),
        col(Category.code),
        col(Category.name_zh),
        col(Category.name_en),
        in_state(SignUpState.GOING).label("going"),
        in_state(SignUpState.OFFERED).label("held"),
        held_until().label("held_until"),
        in_state(SignUpState.WAITLISTED).label("waiting"),
        col(_OWN.id).label("own_id"),
        col(_OWN.state).label("own_state"),
        col(_OWN.offered_until).label("own_until"),
    )
    .join(Category, col(Category.code) == col(Slot.category))
    .outerjoin(_OWN, (col(_OWN.slot_id) == col(Slot.id)) & (col(_OWN.member_id) == bindparam("member")) & _LIVE)
    .where(col(Slot.activity_id) == bindparam("activity"))
    .order_by(col(Slot.position), col(Slot.id))
)
_NAMES = (
    select(col(Member.name), col(Member.nickname))
    .select_from(SignUp)
    .join(Member, col(Member.id) == col(SignUp.member_id))
    .where(col(SignUp.slot_id) == bindparam("slot"), col(SignUp.state) == SignUpState.GOING)
    .order_by(col(SignUp.queued_at), col(SignUp.id))
    .limit(NAMES_SHOWN)
)
_NAMES_OF_TEAM = _NAMES.where(col(SignUp.team_id) == bindparam("team"))
_AUTHOR = (
    select(col(Member.name))
    .select_from(Activity)
    .join(Member, col(Member.id) == col(Activity.created_by))
    .join(Milestone, col(Milestone.key) == bindparam("key"))
    .where(col(Activity.id) == bindparam("activity"))
)
_ATTENDANCE = select(col(Attendance.state), col(Attendance.until)).where(
    col(Attendance.activity_id) == bindparam("activity"), col(Attendance.member_id) == bindparam("member")
)


def photo_counts() -> ColumnElement[bool]:
    """Return the condition on `ReportPhoto`: it is one of its report's, and was not taken out again."""
    return col(ReportPhoto.state) != PhotoState.REMOVED


_PHOTOS = (
    select(func.count()).select_from(ReportPhoto).where(col(ReportPhoto.report_id) == col(Report.id), photo_counts())
)
_REPORT = select(col(Report.state), _PHOTOS.correlate(Report).scalar_subquery().label("photos")).where(
    col(Report.activity_id) == bindparam("activity")
)


def activity_row(link: Connection, activity_id: int) -> Row[Any] | None:
    """Return an activity's columns, None when there is none."""
    return row(link, _ACTIVITY, activity=activity_id)


def proposal_key(activity_id: int) -> str:
    """Return the key under which it is noted that a leader's draft waits to be approved."""
    return f"proposed:{activity_id}"


def proposed_by(link: Connection, activity_id: int) -> str:
    """Return who has handed in a draft that waits to be approved; empty when it does not."""
    found = row(link, _AUTHOR, activity=activity_id, key=proposal_key(activity_id))
    return found.name if found is not None else ""


def slot_rows(link: Connection, actor: Actor, activity_id: int) -> Sequence[Row[Any]]:
    """Return an activity's slots with their category, how full they are, and the actor's own live sign-up."""
    return rows(link, _SLOTS, activity=activity_id, member=actor.member_id or 0)


def names_in(link: Connection, slot_id: int, team_id: int | None) -> tuple[str, ...]:
    """Return who is going in a slot, in the order they came; of one team only if one is given."""
    if team_id is None:
        found = rows(link, _NAMES, slot=slot_id)
    else:
        found = rows(link, _NAMES_OF_TEAM, slot=slot_id, team=team_id)
    return with_nicknames([(row.name, row.nickname) for row in found])


def attendance_of(link: Connection, actor: Actor, activity_id: int) -> tuple[AttendanceState, dt.datetime | None]:
    """Return whether the actor came, no row means unknown; and when they left, if that is known."""
    found = row(link, _ATTENDANCE, activity=activity_id, member=actor.member_id or 0)
    return (found.state, found.until) if found else (AttendanceState.UNKNOWN, None)


def report_state(link: Connection, activity_id: int) -> tuple[ReportState | None, int]:
    """Return where an activity's report stands, None while there is none; and how many photos it has."""
    found = row(link, _REPORT, activity=activity_id)
    return (found.state, found.photos) if found else (None, 0)


def involved(session: Session, activity_id: int) -> frozenset[int]:
    """Return the members with a sign-up or an attendance in the activity."""
    held = select(col(SignUp.member_id)).where(col(SignUp.activity_id) == activity_id)
    came = select(col(Attendance.member_id)).where(col(Attendance.activity_id) == activity_id)
    return frozenset(session.scalars(held).all()) | frozenset(session.scalars(came).all())


@dataclass(frozen=True)
class Outline:
    """What anybody with the link may know of an activity: what, when, where, which teams, whether it is over."""

    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    cancelled: bool
    teams: tuple[str, ...] = ()
    over: bool = False


def outline(session: Session, at: Moment, activity_id: int) -> Outline | None:
    """Return what anybody with the link may know of an activity; None of one that is not public."""
    link = flushed_connection(session)
    found = activity_row(link, activity_id)
    if found is None or found.state is ActivityState.DRAFT:
        return None
    cancelled, teams = found.state is ActivityState.CANCELLED, team_names(link, activity_id)
    over = not cancelled and found.ends_at <= at.now
    return Outline(found.title, found.starts_at, found.ends_at, found.place, cancelled, tuple(teams.values()), over)

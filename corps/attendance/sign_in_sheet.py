"""签到表: what is printed for the table at the door. Who is going stands on it; who just comes finds empty lines."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit
from corps.activities import cards
from corps.activities.presence import Time
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Member, SignUp, Slot, Team
from models.enums import SignUpState


@dataclass(frozen=True)
class Line:
    """One person who is going; `hours`: of a slot with hours of its own."""

    name: str
    role: str
    team: str
    hours: Time | None = None


@dataclass(frozen=True)
class SignInSheet:
    """What the sheet says. `code` is the printed code; with `check_out` there is a column for leaving, too."""

    activity_id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    teams: tuple[str, ...]
    code: str
    check_out: bool
    lines: tuple[Line, ...]


def sheet(session: Session, actor: Actor, at: Moment, activity_id: int) -> SignInSheet:
    """Return the sheet, for whoever manages the activity, while it is to come. It leaves an audit row: it has names."""
    card = cards.see(session, actor, at, activity_id)
    if not card.may_manage:
        raise Refused(Reason.NOT_ALLOWED)
    if not card.may_print:
        raise Refused(Reason.TOO_LATE, title=card.title)
    audit.record(session, at, actor.id, "attendance.sheet", f"activity:{activity_id}")
    return SignInSheet(
        activity_id=activity_id,
        title=card.title,
        starts_at=card.starts_at,
        ends_at=card.ends_at,
        place=card.place,
        teams=card.teams,
        code=card.check_in_code,
        check_out=card.check_out,
        lines=_lines(session, activity_id),
    )


def _lines(session: Session, activity_id: int) -> tuple[Line, ...]:
    rows = session.exec(
        select(Member.name, Slot, Team.short_name)
        .select_from(SignUp)
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .join(Team, col(Team.id) == col(SignUp.team_id), isouter=True)
        .where(SignUp.activity_id == activity_id, SignUp.state == SignUpState.GOING)
        .order_by(col(Slot.position), col(SignUp.queued_at), col(SignUp.id))
    ).all()
    return tuple(
        Line(name, slot.role, team or "", (slot.starts_at, slot.ends_at) if slot.starts_at and slot.ends_at else None)
        for name, slot, team in rows
    )

"""What people hear of the rotation, and the reminder a week before one's month's day."""

import datetime as dt

from sqlmodel import Session, col, select

from corps import notices
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import Office, who_holds
from corps.rotation import swaps, turns
from corps.sql import first_time
from models import Activity, Member, Notice, RotationTurn
from models.enums import ActivityState, TurnState

BEFORE = dt.timedelta(days=7)


def owe_reminders(session: Session, at: Moment) -> int:
    """Remind those whose day is a week off or less. Returns how many are new."""
    rows = session.exec(
        select(RotationTurn, Activity)
        .join(Activity, col(Activity.id) == col(RotationTurn.activity_id))
        .where(
            RotationTurn.state == TurnState.ACCEPTED,
            col(Activity.state).in_((ActivityState.DRAFT, ActivityState.PUBLISHED)),
            col(Activity.starts_at) > at.now,
            col(Activity.starts_at) <= at.now + BEFORE,
        )
        .order_by(col(RotationTurn.id))
    ).all()
    owed = []
    for row, activity in rows:
        stamp = f"rotation_near:{row.id}:{activity.local_date.isoformat()}"
        if first_time(session, at, stamp):
            member = session.get_one(Member, row.member_id)
            subject = {"turn": row.id}
            owed.append(notices.Owed(Kind.ROTATION_NEAR, stamp, member, subject, expires_at=activity.starts_at))
    return notices.owe(session, at, owed)


def _turn(question: Question) -> turns.Turn | None:
    row = question.session.get(RotationTurn, question.due.subject["turn"])
    return turns.see(question.session, question.actor, row) if row is not None else None


def _asked(question: Question) -> Parts | None:
    turn = _turn(question)
    return (turn,) if turn is not None and turn.state is TurnState.PROPOSED else None


def _near(question: Question) -> Parts | None:
    turn = _turn(question)
    return (turn,) if turn is not None and turn.state is TurnState.ACCEPTED and turn.day is not None else None


def _answered(question: Question) -> Parts | None:
    turn = _turn(question)
    return (turn,) if turn is not None and question.actor.is_coordinator else None


def _swap(question: Question) -> Parts | None:
    request = swaps.see_request(question.session, question.actor, question.at, question.due.subject["turn"])
    return (request,) if request.open and request.own.id == question.due.subject["other"] else None


def _invited(question: Question) -> Parts | None:
    found = turns.look(question.session, question.actor, question.at)
    return None if found.joined else (found,)


def _keepers(session: Session, notice: Notice) -> Office:
    return who_holds(session, session.get_one(RotationTurn, notice.subject["turn"]).asked_by, ())


declare(Kind.ROTATION_INVITE, _invited, keeps=14 * DAY)
declare(Kind.ROTATION_ASK, _asked, keeps=14 * DAY)
declare(Kind.ROTATION_ANSWER, _answered, keeps=14 * DAY, office=_keepers)
declare(Kind.ROTATION_SWAP, _swap, keeps=14 * DAY)
declare(Kind.ROTATION_NEAR, _near)

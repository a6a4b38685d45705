"""Rounds of the timetable: reminders before an activity, the request for its report after the end.

Each round of each activity happens once (`Milestone`), also after a restart; who gets it is decided at that time.
"""

import datetime as dt

from sqlmodel import Session, col, select

from corps import notices
from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.stages import Stage, at_stage
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, Question, declare
from corps.notices.kinds import Kind
from corps.people import is_paused, refuses_lead
from corps.sql import first_time
from models import Activity, Member, SignUp
from models.enums import SignUpState


def _still_going(question: Question, card: Card) -> bool:
    """Tell whether the person is going, at the time that was to be recalled."""
    row, subject = question.session.get(SignUp, question.due.subject["sign_up"]), question.due.subject
    moved = int(card.starts_at.timestamp()) != subject["starts"]
    return card.stage is Stage.AHEAD and not moved and row is not None and row.state is SignUpState.GOING


declare(
    Kind.REMINDER,
    cards.shown(_still_going),
    priority=2,
    keeps=DAY,
    optional=True,
    absorbs=(Kind.REMINDER, Kind.UNFILLED, Kind.CARD),
    listing=Listing(Kind.REMINDER),
)


def owe_reminders(session: Session, at: Moment) -> int:
    """Owe each reminder round that has come due and is still of use. Returns the number of new notices."""
    leads = sorted(at.policy.leads, reverse=True)
    if not leads:
        return 0
    upcoming = session.exec(
        select(Activity).where(
            at_stage(Stage.AHEAD, at.now),
            col(Activity.starts_at) <= at.now + leads[0],
        )
    ).all()
    return sum(_round(session, at, activity, leads) for activity in upcoming)


def _round(session: Session, at: Moment, activity: Activity, leads: list[dt.timedelta]) -> int:
    """Owe the latest round that is due; an earlier one that was missed is of no more use."""
    due = [lead for lead in leads if activity.starts_at - lead <= at.now]
    lead = due[-1]
    later = [other for other in leads if other < lead]
    minutes = int(lead.total_seconds() // 60)
    stamp = int(activity.starts_at.timestamp())
    if not first_time(session, at, f"remind:{activity.id}:{stamp}:{minutes}"):
        return 0
    published = activity.published_at or activity.created_at
    if activity.starts_at - lead <= published:
        return 0
    people = session.exec(
        select(SignUp, Member)
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .where(SignUp.activity_id == activity.id, SignUp.state == SignUpState.GOING, col(Member.reminders))
    ).all()
    return notices.owe(
        session,
        at,
        [
            notices.Owed(
                kind=Kind.REMINDER,
                key=f"remind:{row.id}:{stamp}:{minutes}",
                member=member,
                subject={"sign_up": row.id, "starts": stamp},
                activity_id=activity.id,
                expires_at=activity.starts_at - later[0] if later else activity.starts_at,
            )
            for row, member in people
            if _wants(at, member, minutes)
        ],
    )


def keys_for(activity: Activity) -> str:
    """Return the pattern of the keys under which reminders of the activity at its present time are owed."""
    return f"remind:%:{int(activity.starts_at.timestamp())}:%"


def skip_due(session: Session, at: Moment, activity: Activity) -> None:
    """Note the rounds that are due already as done: people have just been told of the activity's time."""
    stamp = int(activity.starts_at.timestamp())
    for lead in at.policy.leads:
        if activity.starts_at - lead <= at.now:
            first_time(session, at, f"remind:{activity.id}:{stamp}:{int(lead.total_seconds() // 60)}")


def _wants(at: Moment, member: Member, minutes: int) -> bool:
    """Tell whether the person wants the reminder of that lead now: own choice of leads, own pause."""
    return not is_paused(member, at) and not refuses_lead(member, minutes)

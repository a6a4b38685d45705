"""Rounds of the timetable: reminders before an activity, the request for its report after the end.

Each round of each activity happens once (`Milestone`), also after a restart; who gets it is decided at that time.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import product

from sqlmodel import Session, col, select

from corps import notices
from corps.activities import cards
from corps.activities.places import slot_starts
from corps.activities.stages import COMING, coming
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import is_paused, refuses_lead, who_answers
from corps.sql import first_time
from models import Activity, Member, SignUp, Slot
from models.enums import SignUpState


@dataclass(frozen=True)
class Near:
    """What a reminder says beside the card: the moment at which it is read, and whom to ask.

    `asked` are the team's leaders, without the reader; `stands_in`: there is none, and coordinators answer.
    """

    now: dt.datetime
    asked: tuple[str, ...]
    stands_in: bool = False


def _near(question: Question) -> Parts | None:
    """Return the card, how near it is and whom to ask; None unless the person is going, at the time to be recalled."""
    row, subject = question.session.get(SignUp, question.due.subject["sign_up"]), question.due.subject
    card = cards.card_of(question)
    begins = card.my_hours[0]
    moved = int(begins.timestamp()) != subject["starts"] or begins <= question.at.now
    if card.stage not in COMING or moved or row is None or row.state is not SignUpState.GOING:
        return None
    mine = next((slot.team_id for slot in card.slots if slot.id == row.slot_id), None)
    team = mine or row.team_id
    office = question.lookups.once(("office", team), lambda: who_answers(question.session, team))
    named = office.people if office.hears and not office.stands_in else ()
    others = tuple(member.name for member in named if member.id != row.member_id)
    return card, Near(question.at.now, others, office.hears and office.stands_in)


declare(
    Kind.REMINDER,
    _near,
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
            coming(at.now),
            col(Activity.starts_at) <= at.now + leads[0],
        )
    ).all()
    return sum(
        _round(session, at, activity, begins, leads)
        for activity in upcoming
        for begins in _beginnings(session, activity)
        if begins > at.now
    )


def _beginnings(session: Session, activity: Activity) -> list[dt.datetime]:
    """Return when people are expected: from the start on, or from that of a slot with hours of its own."""
    own = select(Slot.starts_at).where(Slot.activity_id == activity.id)
    return sorted({begins or activity.starts_at for begins in session.exec(own).all()})


def _round(session: Session, at: Moment, activity: Activity, begins: dt.datetime, leads: list[dt.timedelta]) -> int:
    """Owe the latest round that is due for who begins then; an earlier one that was missed is of no more use."""
    due = [lead for lead in leads if begins - lead <= at.now]
    if not due:
        return 0
    lead = due[-1]
    later = [other for other in leads if other < lead]
    minutes = int(lead.total_seconds() // 60)
    stamp = int(begins.timestamp())
    if not first_time(session, at, f"remind:{activity.id}:{stamp}:{minutes}"):
        return 0
    published = activity.published_at or activity.created_at
    if begins - lead <= published:
        return 0
    people = session.exec(
        select(SignUp, Member)
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(SignUp.activity_id == activity.id, SignUp.state == SignUpState.GOING, col(Member.reminders))
        .where(slot_starts() == begins)
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
                expires_at=begins - later[0] if later else begins,
            )
            for row, member in people
            if _wants(at, member, minutes)
        ],
    )


def keys_for(session: Session, activity: Activity) -> list[str]:
    """Return the patterns of the keys under which reminders of the activity at its present time are owed."""
    return [f"remind:%:{int(begins.timestamp())}:%" for begins in _beginnings(session, activity)]


def skip_due(session: Session, at: Moment, activity: Activity) -> None:
    """Note the rounds that are due already as done: people have just been told of the activity's time."""
    for begins, lead in product(_beginnings(session, activity), at.policy.leads):
        if begins - lead <= at.now:
            minutes = int(lead.total_seconds() // 60)
            first_time(session, at, f"remind:{activity.id}:{int(begins.timestamp())}:{minutes}")


def _wants(at: Moment, member: Member, minutes: int) -> bool:
    """Tell whether the person wants the reminder of that lead now: own choice of leads, own pause."""
    return not is_paused(member, at) and not refuses_lead(member, minutes)

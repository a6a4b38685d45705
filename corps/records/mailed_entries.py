"""The calendar of whoever is written to by mail: each activity they go to is an entry there, kept true by mails.

What was mailed last is noted. A message about the activity brings the entry along; what no message has brought after a
while gets a mail of its own. The entry's name and number are those of the calendars that people subscribe to.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, not_, or_
from sqlmodel import Session, col, select

from corps import member_addresses, notices
from corps.mailbox.mailboxes import MAIL
from corps.moment import Moment
from corps.notices.declarations import Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import person
from corps.records import calendars
from corps.records.calendars import GONE, Entry
from corps.sql import some
from models import Activity, MailedEntry, Member, MemberAddress, SignUp
from models.enums import ActivityState, SignUpState

WAITS = dt.timedelta(minutes=2)
"""How long an entry waits for a message to be attached to: messages about changes wait for the next one, too."""


@dataclass(frozen=True)
class Mailed:
    """An entry as a mail brings it to one person; `off` takes it out of their calendar."""

    entry: Entry
    revision: int
    off: bool


def pending(session: Session, at: Moment, member_id: int, activity_id: int) -> Mailed | None:
    """Return the entry of an activity as a mail to that person should bring it; None when theirs is as it should be."""
    activity = session.get(Activity, activity_id)
    if activity is None or activity.state is ActivityState.DRAFT or activity.ends_at <= at.now:
        return None
    last = session.get(MailedEntry, (member_id, activity_id))
    entry = calendars.mine(session, person(session, at, member_id), at, activity)
    if entry is None:
        return None
    off = entry.cancelled or entry.left
    same = last is not None and last.off == off and (off or last.revision == activity.revision)
    if same or (last is None and off):
        return None
    return Mailed(entry, activity.revision, off)


def note(session: Session, _at: Moment, member_id: int, activity_id: int, mailed: Mailed) -> None:
    """Note that an entry was mailed."""
    row = session.get(MailedEntry, (member_id, activity_id)) or MailedEntry(
        member_id=member_id, activity_id=activity_id, sequence=0
    )
    row.sequence, row.revision, row.off = mailed.entry.sequence, mailed.revision, mailed.off
    session.add(row)


def _entry(question: Question) -> Parts | None:
    due = question.due
    if due.address.channel != MAIL or due.member_id is None or due.activity_id is None:
        return None
    found = pending(question.session, question.at, due.member_id, due.activity_id)
    return (found,) if found is not None else None


declare(Kind.CALENDAR_ENTRY, _entry, priority=6)


def owe_entries(session: Session, at: Moment) -> int:
    """Owe a mail for each entry that is not as it should be, unless a message has it attached. Returns how many."""
    going = some(
        col(SignUp.activity_id) == col(Activity.id),
        col(SignUp.member_id) == col(Member.id),
        col(SignUp.state) == SignUpState.GOING,
    )
    was_going = some(
        col(SignUp.activity_id) == col(Activity.id),
        col(SignUp.member_id) == col(Member.id),
        col(SignUp.state).in_((SignUpState.GOING, *GONE)),
    )
    on = and_(going, col(Activity.state) != ActivityState.CANCELLED)
    unlike = or_(
        and_(col(MailedEntry.member_id).is_(None), on),
        and_(col(MailedEntry.off).is_(False), or_(not_(on), col(MailedEntry.revision) != col(Activity.revision))),
        and_(col(MailedEntry.off).is_(True), on),
    )
    by_mail = some(col(MemberAddress.member_id) == col(Member.id), col(MemberAddress.channel) == MAIL)
    found = session.exec(
        select(Member, Activity)
        .join(Activity, was_going)
        .join(
            MailedEntry,
            and_(col(MailedEntry.member_id) == col(Member.id), col(MailedEntry.activity_id) == col(Activity.id)),
            isouter=True,
        )
        .where(by_mail, member_addresses.home_channel(Member.id) == MAIL, unlike)
        .where(col(Activity.ends_at) > at.now, col(Activity.state) != ActivityState.DRAFT)
        .order_by(col(Member.id), col(Activity.id))
    ).all()
    owed = [one for member, activity in found if (one := _owed(session, at, member, activity)) is not None]
    return notices.owe(session, at, owed)


def _owed(session: Session, at: Moment, member: Member, activity: Activity) -> notices.Owed | None:
    mailed = pending(session, at, member.id or 0, activity.id or 0)
    if mailed is None:
        return None
    key = f"{Kind.CALENDAR_ENTRY.value}:{member.id}:{activity.id}:{mailed.entry.sequence}"
    return notices.Owed(
        kind=Kind.CALENDAR_ENTRY,
        key=key,
        member=member,
        activity_id=activity.id,
        due_at=at.now + WAITS,
        expires_at=activity.ends_at,
    )

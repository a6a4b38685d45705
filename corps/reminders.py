"""Rounds of the timetable: reminders before an activity, the request for its report after the end.

Each round of each activity happens once (`Milestone`), whatever restarts; whom it reaches is decided then.
"""

import datetime as dt

from sqlmodel import Session, col, select

from corps import notices
from corps.cards import concerned_teams
from corps.moment import Moment
from corps.notice_kinds import Kind
from corps.once import insert_once
from corps.people import coordinators, is_paused, leaders_of
from models import Activity, Member, Milestone, Report, SignUp
from models.words import ActivityState, SignUpState

REPORT_WINDOW = dt.timedelta(days=30)
"""How far back an activity without a report is still asked for one."""

REPORT_AGAIN = dt.timedelta(days=3)
"""How long after the first request the last one follows, to the coordinators as well."""


def first_time(session: Session, at: Moment, key: str) -> bool:
    """Note that something is done now. Returns False when it was done before."""
    return insert_once(session, Milestone, [{"key": key, "at": at.now}]) == 1


def owe_reminders(session: Session, at: Moment) -> int:
    """Owe each reminder round that has come due and is still of use. Returns the number of new notices."""
    leads = sorted(at.policy.leads, reverse=True)
    if not leads:
        return 0
    upcoming = session.exec(
        select(Activity).where(
            Activity.state == ActivityState.PUBLISHED,
            col(Activity.starts_at) > at.now,
            col(Activity.starts_at) <= at.now + leads[0],
        )
    ).all()
    return sum(_round(session, at, activity, leads) for activity in upcoming)


def _round(session: Session, at: Moment, activity: Activity, leads: list[dt.timedelta]) -> int:
    """Owe the latest round that is due; an earlier one that was slept through is of no more use."""
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


def skip_due(session: Session, at: Moment, activity: Activity) -> None:
    """Note the rounds that are due already as done: people have just been told of the activity's time."""
    stamp = int(activity.starts_at.timestamp())
    for lead in at.policy.leads:
        if activity.starts_at - lead <= at.now:
            first_time(session, at, f"remind:{activity.id}:{stamp}:{int(lead.total_seconds() // 60)}")


def _wants(at: Moment, member: Member, minutes: int) -> bool:
    """Tell whether the person wants the reminder of that lead now: own choice of leads, own pause."""
    if is_paused(member, at):
        return False
    return member.lead_minutes is None or minutes in member.lead_minutes


def owe_report_requests(session: Session, at: Moment) -> int:
    """Ask for the report of each activity that has ended: its team's leaders, the coordinators for a joint one."""
    ended = session.exec(
        select(Activity).where(
            Activity.state == ActivityState.PUBLISHED,
            col(Activity.ends_at) <= at.now,
            col(Activity.ends_at) > at.now - REPORT_WINDOW,
            Activity.back_entry_reason == "",
        )
    ).all()
    return sum(_ask_report(session, at, activity) for activity in ended)


def _ask_report(session: Session, at: Moment, activity: Activity) -> int:
    stamp = f"report:{activity.id}:{int(activity.ends_at.timestamp())}"
    teams = list(concerned_teams(session, activity.id or 0))
    reporters = leaders_of(session, teams[0]) if len(teams) == 1 else coordinators(session)
    if first_time(session, at, stamp):
        return notices.owe(session, at, [_report_request(activity, stamp, member) for member in reporters])
    if not _asked_long_ago(session, at, activity, stamp) or not first_time(session, at, f"{stamp}:last"):
        return 0
    everybody = {member.id: member for member in [*reporters, *coordinators(session)]}.values()
    return notices.owe(session, at, [_report_request(activity, f"{stamp}:last", member) for member in everybody])


def _asked_long_ago(session: Session, at: Moment, activity: Activity, stamp: str) -> bool:
    """Tell whether the first request, or the return of the report to be corrected, is some days back."""
    asked = session.get(Milestone, stamp)
    returned = session.exec(select(Report.decided_at).where(Report.activity_id == activity.id)).first()
    since = max(filter(None, (asked.at if asked else None, returned)), default=at.now)
    return since + REPORT_AGAIN <= at.now


def _report_request(activity: Activity, stamp: str, member: Member) -> notices.Owed:
    return notices.Owed(
        kind=Kind.REPORT_REQUEST,
        key=f"{stamp}:{member.id}",
        member=member,
        subject={"last": stamp.endswith(":last")},
        activity_id=activity.id,
    )

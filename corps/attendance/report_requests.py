"""Asks the person responsible for an activity for its report, once it is over."""

import datetime as dt

from sqlmodel import Session, col, select

from corps import notices
from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.rules import concerned_teams
from corps.activities.stages import Stage, at_stage
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, Question, declare
from corps.notices.kinds import Kind
from corps.people import Office, coordinators, who_answers
from corps.sql import first_time
from models import Activity, Member, Milestone, Report

REPORT_WINDOW = dt.timedelta(days=30)
"""How far back an activity without a report is still asked for one."""

REPORT_AGAIN = dt.timedelta(days=3)
"""How long after the first request the last one follows, to the coordinators as well."""


def _still_missing(_question: Question, card: Card) -> bool:
    return card.may_report


def reporters(session: Session, activity_id: int) -> Office:
    """Return who owes an activity's report: who answers for its team, the coordinators for a joint one."""
    teams = list(concerned_teams(session, activity_id))
    return who_answers(session, teams[0] if len(teams) == 1 else None)


declare(
    Kind.REPORT_REQUEST,
    cards.shown(_still_missing),
    priority=4,
    keeps=14 * DAY,
    listing=Listing(Kind.REPORT_REQUEST),
    office=lambda session, notice: reporters(session, notice.activity_id or 0),
)


def owe_report_requests(session: Session, at: Moment) -> int:
    """Ask for the report of each activity that has ended: its team's leaders, the coordinators for a joint one."""
    ended = session.exec(
        select(Activity).where(
            at_stage(Stage.OVER, at.now),
            col(Activity.ends_at) > at.now - REPORT_WINDOW,
            Activity.back_entry_reason == "",
        )
    ).all()
    return sum(_ask_report(session, at, activity) for activity in ended)


def _ask_report(session: Session, at: Moment, activity: Activity) -> int:
    stamp = f"report:{activity.id}:{int(activity.ends_at.timestamp())}"
    office = reporters(session, activity.id or 0)
    if first_time(session, at, stamp):
        return notices.owe(session, at, [_report_request(activity, stamp, member) for member in office.people])
    if not _asked_long_ago(session, at, activity, stamp) or not first_time(session, at, f"{stamp}:last"):
        return 0
    everybody = {member.id: member for member in [*office.people, *coordinators(session)]}.values()
    return notices.owe(session, at, [_report_request(activity, f"{stamp}:last", member) for member in everybody])


def _asked_long_ago(session: Session, at: Moment, activity: Activity, stamp: str) -> bool:
    """Tell whether the first request, or the return of the report to be corrected, is some days back."""
    asked = session.get(Milestone, stamp)
    returned = session.exec(select(Report.decided_at).where(Report.activity_id == activity.id)).first()
    # What a clock that was ahead has written down did not happen then.
    known = [moment for moment in (asked.at if asked else None, returned) if moment and moment <= at.now]
    since = max(known, default=at.now)
    return since + REPORT_AGAIN <= at.now


def _report_request(activity: Activity, stamp: str, member: Member) -> notices.Owed:
    return notices.Owed(
        kind=Kind.REPORT_REQUEST,
        key=f"{stamp}:{member.id}",
        member=member,
        subject={"last": stamp.endswith(":last")},
        activity_id=activity.id,
    )

"""Asks the person responsible for an activity for its report, once it is over."""

import datetime as dt

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.activities import cards, report_owed, rules
from corps.activities.cards import Card
from corps.activities.report_owed import NUDGE, NUDGE_PAUSE
from corps.activities.rules import concerned_teams, find_activity
from corps.activities.stages import Stage, at_stage
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor, Office, coordinators
from corps.refusals import Reason, Refused
from corps.sql import first_time
from models import Activity, Milestone, Notice, Report

REPORT_WINDOW = dt.timedelta(days=30)
"""How far back an activity without a report is still asked for one."""

REPORT_AGAIN = dt.timedelta(days=3)
"""How long after the first request the last one follows, to the coordinators as well."""


def _still_missing(_question: Question, card: Card) -> bool:
    return card.may_report


def _reporters(session: Session, activity_id: int) -> Office:
    return rules.reporters(session, list(concerned_teams(session, activity_id)))


declare(
    Kind.REPORT_REQUEST,
    cards.shown(_still_missing),
    priority=4,
    keeps=14 * DAY,
    listing=Listing(Kind.REPORT_REQUEST),
    office=lambda session, notice: _reporters(session, notice.activity_id or 0),
    waits=True,
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
    office = _reporters(session, activity.id or 0)
    if first_time(session, at, stamp):
        return notices.owe(session, at, _report_request(activity, stamp).to(office.people))
    if not _asked_long_ago(session, at, activity, stamp) or not first_time(session, at, f"{stamp}:last"):
        return 0
    everybody = {member.id: member for member in [*office.people, *coordinators(session)]}.values()
    return notices.owe(session, at, _report_request(activity, f"{stamp}:last").to(everybody))


def _asked_long_ago(session: Session, at: Moment, activity: Activity, stamp: str) -> bool:
    """Tell whether the first request, or the return of the report to be corrected, is some days back."""
    asked = session.get(Milestone, stamp)
    returned = session.exec(select(Report.decided_at).where(Report.activity_id == activity.id)).first()
    # What a clock that was ahead has written down did not happen then.
    known = [moment for moment in (asked.at if asked else None, returned) if moment and moment <= at.now]
    since = max(known, default=at.now)
    return since + REPORT_AGAIN <= at.now


def _report_request(activity: Activity, stamp: str) -> notices.Owed:
    last = stamp.endswith(":last")
    return notices.Owed(Kind.REPORT_REQUEST, stamp, subject={"last": last}, activity_id=activity.id)


def nudge(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[str, ...]:
    """催联络员: ask those who owe the report once more. Returns their names.

    Coordinators only. Raises Refused within twelve hours of the last time, and when it is nobody else's to write.
    """
    activity = find_activity(session, activity_id, lock=True)
    card = cards.see(session, actor, at, activity_id)
    if not actor.is_coordinator or card.stage is not Stage.OVER:
        raise Refused(Reason.NOT_ALLOWED if not actor.is_coordinator else Reason.ALREADY_SENT, title=activity.title)
    lacks = report_owed.read(session, actor, at, activity_id, card.team_ids)
    people = report_owed.leaders(actor, _reporters(session, activity_id))
    if not people:
        raise Refused(Reason.NO_AUDIENCE)
    if not lacks.may_nudge and lacks.nudged_at is not None:
        raise Refused(Reason.NUDGED_LATELY, again=lacks.nudged_at + NUDGE_PAUSE)
    ours = col(Notice.activity_id) == activity_id, col(Notice.kind) == Kind.REPORT_REQUEST.value
    notices.cancel_owed(session, "asked once more", *ours, col(Notice.member_id).in_([m.id for m in people]))
    audit.record(session, at, actor.id, NUDGE, f"activity:{activity_id}", None, {"people": len(people)})
    stamp = f"report:{activity_id}:{int(activity.ends_at.timestamp())}:nudge:{int(at.now.timestamp())}"
    subject = {"last": False, "member": actor.id}
    request = notices.Owed(Kind.REPORT_REQUEST, stamp, subject=subject, activity_id=activity_id)
    notices.owe(session, at, request.to(people))
    return tuple(member.name for member in people)

"""Who may verify a report: a coordinator who did not report, enter hours, or put right what it counts for."""

from sqlmodel import Session, col, select

from corps.activities.presence import came_there
from corps.people import Actor
from models import Activity, Attendance, Audit, Report
from models.enums import ReportState


def enterers(session: Session, activity: Activity) -> set[int]:
    """Return who has entered hours of a back-entry: a second person must confirm them (docs/rules.md, rule 12)."""
    if not activity.back_entry_reason:
        return set()
    marked = select(Attendance.marked_by).where(Attendance.activity_id == activity.id, came_there())
    return set(session.exec(marked).all())


def correctors(session: Session, report: Report) -> set[int]:
    """Return who has put right since the report what it counts for: a second person must confirm that too."""
    what = col(Audit.action).in_(("activity.category", "activity.slot_team"))
    done = select(Audit.actor_id).where(Audit.subject == f"activity:{report.activity_id}", what)
    return {who for who in session.exec(done.where(col(Audit.at) >= report.submitted_at)).all() if who is not None}


def may_verify(session: Session, actor: Actor, report: Report, activity: Activity) -> bool:
    """Tell whether the person is the second one that a report waits for."""
    decides = actor.is_coordinator and report.state is ReportState.SUBMITTED and report.reporter_id != actor.id
    return decides and actor.id not in enterers(session, activity) | correctors(session, report)

"""Who may verify a report: a coordinator who did not report, enter hours, or put right what it counts for."""

from sqlmodel import Session, col, select

from corps.attendance.report_offices import has_entered
from corps.people import Actor, same_person
from models import Activity, Audit, Report
from models.enums import ReportState


def has_corrected(session: Session, report: Report, actor: Actor) -> bool:
    """Tell whether this person has put right since the report what it counts for: a second one confirms that too."""
    what = col(Audit.action).in_(("activity.category", "activity.slot_team", "activity.hours"))
    done = select(Audit.actor_id).where(Audit.subject == f"activity:{report.activity_id}", what)
    by = set(session.exec(done.where(col(Audit.at) >= report.submitted_at)).all())
    return any(same_person(session, one, actor.member_id) for one in by)


def may_verify(session: Session, actor: Actor, report: Report, activity: Activity) -> bool:
    """Tell whether the person is the second one that a report waits for."""
    if not actor.is_coordinator or report.state is not ReportState.SUBMITTED:
        return False
    first = same_person(session, report.reporter_id, actor.member_id)
    return not first and not has_entered(session, activity, actor) and not has_corrected(session, report, actor)

"""Who may verify a report: a coordinator who did not report, enter hours, or put right what it counts for."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from corps.attendance.report_offices import handing_in, has_entered
from corps.people import Actor
from corps.second_person import Deed, parts_taken, took_part
from models import Activity, Audit, Member, Report
from models.enums import ReportState

_PUT_RIGHT = col(Audit.action).in_(("activity.category", "activity.slot_team", "activity.hours"))


def has_corrected(session: Session, report: Report, actor: Actor) -> bool:
    """Tell whether this person has put right since the report what it counts for: a second one confirms that too."""
    done = select(Audit.actor_id, Audit.at).where(Audit.subject == f"activity:{report.activity_id}", _PUT_RIGHT)
    found = session.exec(done.where(col(Audit.at) >= report.submitted_at)).all()
    return any(took_part(session, Deed(by, when), actor.member_id) for by, when in found)


def may_verify(session: Session, actor: Actor, report: Report, activity: Activity) -> bool:
    """Tell whether the person is the second one that a report waits for."""
    return bool(verifiable(session, actor, [(report, activity)]))


def verifiable(
    session: Session, actor: Actor, found: Sequence[tuple[Report, Activity]]
) -> list[tuple[Report, Activity]]:
    """Return those reports, each given with its activity, for which the person is the second one."""
    waiting = [(r, a) for r, a in found if actor.is_coordinator and r.state is ReportState.SUBMITTED]
    subjects = [f"activity:{activity.id}" for _, activity in waiting]
    corrected = set(session.exec(select(Audit.subject).where(col(Audit.subject).in_(subjects), _PUT_RIGHT)).all())
    people = {actor.id, *(report.reporter_id for report, _ in waiting)}
    # Held here, so that the rules below find them in the session instead of asking for each once more.
    known = session.exec(select(Member).where(col(Member.id).in_(people))).all() if waiting else ()
    own = parts_taken(session, [handing_in(report) for report, _ in waiting], actor.member_id)
    chosen = [
        (report, activity)
        for report, activity in waiting
        if handing_in(report) not in own
        and not has_entered(session, activity, actor)
        and not (f"activity:{activity.id}" in corrected and has_corrected(session, report, actor))
    ]
    del known
    return chosen

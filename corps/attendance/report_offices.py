"""Who is asked to verify a report, and who corrects one that comes back: whoever holds that office when it goes out."""

from typing import Any

from sqlmodel import Session, col, select

from corps import notices
from corps.activities.presence import came_there
from corps.activities.rules import concerned_teams, find_activity
from corps.moment import Moment
from corps.notices import offices
from corps.notices.kinds import Kind
from corps.people import Actor, Office, who_holds
from corps.second_person import Deed, parts_taken, second_person
from models import Activity, Attendance, Member, Notice, Report
from models.enums import ReportState


def entries(session: Session, activity: Activity) -> list[Deed]:
    """Return who entered hours of a back-entry, and when: another must confirm them (docs/rules.md, rule 12)."""
    if not activity.back_entry_reason:
        return []
    marked = select(Attendance.marked_by, Attendance.marked_at).where(Attendance.activity_id == activity.id)
    found = session.exec(marked.where(came_there()).distinct()).all()
    return [Deed(by, when) for by, when in found]


def has_entered(session: Session, activity: Activity, actor: Actor) -> bool:
    """Tell whether the person had a part in one of the `entries`."""
    return bool(parts_taken(session, entries(session, activity), actor.id))


def handing_in(report: Report) -> Deed:
    """Return who handed a report in, and when."""
    return Deed(report.reporter_id, report.submitted_at)


def verifiers(session: Session, report: Report) -> Office:
    """Return who may verify a report: the coordinators who can be reached, but who wrote it or entered its hours."""
    return second_person(session, handing_in(report), *entries(session, find_activity(session, report.activity_id)))


def ask_verifiers(session: Session, at: Moment, report: Report) -> Office:
    """Ask for a report to be verified. Returns who is asked."""
    office = verifiers(session, report)
    notices.owe(session, at, _verify_request(report).to(office.people))
    return office


def verify_requests(session: Session) -> list[tuple[notices.Owed, Office]]:
    """Return what waits for 核实, with who may do it."""
    waiting = select(Report).where(Report.state == ReportState.SUBMITTED).order_by(col(Report.id))
    return [(_verify_request(report), verifiers(session, report)) for report in session.exec(waiting).all()]


def _verify_request(report: Report) -> notices.Owed:
    return notices.Owed(
        kind=Kind.VERIFY_REQUEST,
        key=f"verify:{report.id}:{report.round}",
        subject={"report": report.id, "round": report.round},
        activity_id=report.activity_id,
    )


def asked(session: Session, notice: Notice) -> Office:
    """Return who is asked now to verify what a notice asks for."""
    return verifiers(session, session.exec(select(Report).where(Report.id == notice.subject["report"])).one())


def tell_correctors(session: Session, at: Moment, report: Report, by: int) -> Office:
    """Bring a report back to whoever handed it in, else to who answers for the activity. Returns who that is."""
    office = _correctors(session, report, by)
    notices.owe(session, at, offices.for_one(word(session, report, Kind.RETURNED, by=by, round=report.round), office))
    return office


def _correctors(session: Session, report: Report, by: int | None) -> Office:
    return who_holds(session, report.reporter_id, concerned_teams(session, report.activity_id), but=(by,))


def handed_to(session: Session, notice: Notice) -> Office:
    """Return who corrects now what a notice brings back."""
    report = session.exec(select(Report).where(Report.activity_id == notice.activity_id)).one()
    return _correctors(session, report, notice.subject.get("by"))


def word(session: Session, report: Report, kind: Kind, **subject: Any) -> notices.Owed:  # noqa: ANN401 - ids
    """Return what is owed to whoever handed the report in."""
    key, reporter = f"{kind.value}:{report.id}:{report.round}", session.get(Member, report.reporter_id)
    return notices.Owed(kind=kind, key=key, member=reporter, subject=subject, activity_id=report.activity_id)

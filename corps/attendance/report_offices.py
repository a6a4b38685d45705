"""Who is asked to verify a report, and who corrects one that comes back: whoever holds that office when it goes out."""

from collections.abc import Collection, Sequence
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
from models import Activity, Attendance, Audit, Member, Notice, Report
from models.enums import ReportState


def entries(session: Session, activity: Activity) -> list[Deed]:
    """Return who entered hours of a back-entry, and when: another must confirm them (docs/rules.md, rule 12)."""
    if not activity.back_entry_reason:
        return []
    marked = select(Attendance.marked_by, Attendance.marked_at).where(Attendance.activity_id == activity.id)
    found = session.exec(marked.where(came_there()).distinct()).all()
    return [Deed(by, when) for by, when in found]


def handing_in(report: Report) -> Deed:
    """Return who handed a report in, and when."""
    return Deed(report.reporter_id, report.submitted_at)


_PUT_RIGHT = col(Audit.action).in_(("activity.category", "activity.slot_team", "activity.hours"))


def corrections(session: Session, reports: Collection[Report]) -> dict[int, list[Deed]]:
    """Return who has put right since the report what each counts for, and when, by the activity's id."""
    about = {f"activity:{report.activity_id}": report for report in reports}
    done = select(Audit.subject, Audit.actor_id, Audit.at).where(col(Audit.subject).in_(about), _PUT_RIGHT)
    found: dict[int, list[Deed]] = {report.activity_id: [] for report in reports}
    for subject, by, when in session.exec(done).all():
        report = about[subject]
        if when >= report.submitted_at:
            found[report.activity_id].append(Deed(by, when))
    return found


def deeds(session: Session, reported: Collection[tuple[Report, Activity]]) -> dict[int, list[Deed]]:
    """Return what whoever verifies had no part in, by the activity's id: reporting, entering hours, putting right."""
    corrected = corrections(session, [report for report, _ in reported])
    return {
        report.activity_id: [handing_in(report), *entries(session, activity), *corrected[report.activity_id]]
        for report, activity in reported
    }


def verifiers(session: Session, report: Report) -> Office:
    """Return who may verify a report: the coordinators who can be reached and had no part in what it says."""
    activity = find_activity(session, report.activity_id)
    return second_person(session, *deeds(session, [(report, activity)])[report.activity_id])


def verifiable(
    session: Session, actor: Actor, found: Sequence[tuple[Report, Activity]]
) -> list[tuple[Report, Activity]]:
    """Return those reports, each given with its activity, for which the person is the second one they wait for."""
    waiting = [(r, a) for r, a in found if actor.is_coordinator and r.state is ReportState.SUBMITTED]
    before = deeds(session, waiting)
    all_deeds = {deed for own in before.values() for deed in own}
    people = {deed.by for deed in all_deeds} if all_deeds else set()
    # Held here, so that the rule finds them in the session instead of asking for each once more.
    known = session.exec(select(Member).where(col(Member.id).in_({*people, actor.id}))).all() if people else ()
    own = parts_taken(session, all_deeds, actor.member_id)
    del known
    return [(report, activity) for report, activity in waiting if own.isdisjoint(before[report.activity_id])]


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

"""撤回核实: what was verified is taken back by two coordinators, by reversal, and is corrected and verified anew."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import audit, conversations, notices
from corps.activities import cards, served_categories
from corps.activities.rules import find_activity
from corps.attendance import hours, report_offices, reports
from corps.conversations import Conversation
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor, Office, demand_coordinator
from corps.refusals import Reason, Refused
from corps.second_person import Deed, demand_second, second_person
from models import Activity, Audit, Member, Notice, Report
from models.enums import ActivityState, ReportState

KIND = "reopen"
REASON_MAX = 300
ASK = "report.reopen_ask"
"""The audit's word for asking."""


@dataclass(frozen=True)
class Asking:
    """Where 撤回核实 stands: the reason is asked, or (`office` is given) other coordinators are to confirm."""

    title: str
    activity_id: int
    office: Office | None = None


def ask_reason(session: Session, actor: Actor, at: Moment, activity_id: int) -> Asking:
    """撤回核实: ask for the reason."""
    activity = _unasked(session, actor, activity_id)[1]
    conversations.put(session, at, actor.address, KIND, "reason", {"activity": activity_id})
    return Asking(activity.title, activity_id)


def ask_reason_again(session: Session, actor: Actor, _at: Moment, conversation: Conversation) -> Asking:
    """Return the question for the reason again."""
    activity_id = conversation.data["activity"]
    return Asking(_unasked(session, actor, activity_id)[1].title, activity_id)


def take_reason(session: Session, actor: Actor, at: Moment, conversation: Conversation, reason: str) -> Asking:
    """Take the reason and ask the other coordinators; what has no letter in it is none, and the question stays."""
    reason = conversations.end_with_reason(session, actor.address, conversation, reason, REASON_MAX)
    if not reason:
        return ask_reason_again(session, actor, at, conversation)
    return ask(session, actor, at, conversation.data["activity"], reason)


def ask(session: Session, actor: Actor, at: Moment, activity_id: int, reason: str) -> Asking:
    """Note that the verification is to be taken back, and ask every other coordinator to confirm it."""
    report, activity = _unasked(session, actor, activity_id)
    report.reopen_by, report.reopen_reason = actor.id, reason
    session.add(report)
    after = {"reason": report.reopen_reason}
    audit.record(session, at, actor.id, ASK, f"activity:{activity_id}", None, after)
    return Asking(activity.title, activity_id, _ask_others(session, at, report))


def _unasked(session: Session, actor: Actor, activity_id: int) -> tuple[Report, Activity]:
    """Return what is verified. Raises Refused when somebody has asked to take that back already."""
    report, activity = _verified(session, actor, activity_id)
    if report.reopen_by is not None:
        raise Refused(
            Reason.ALREADY_DECIDED, name=activity.title, **audit.last_change(session, actor, f"activity:{activity_id}")
        )
    return report, activity


def _ask_others(session: Session, at: Moment, report: Report) -> Office:
    others = second_person(session, Deed(report.reopen_by))
    notices.owe(session, at, _notice(session, report, Kind.REOPEN_REQUEST).to(others.people))
    return others


def _requests(session: Session) -> list[tuple[notices.Owed, Office]]:
    asked = session.exec(select(Report).where(col(Report.reopen_by).is_not(None)).order_by(col(Report.id))).all()
    return [
        (_notice(session, report, Kind.REOPEN_REQUEST), second_person(session, Deed(report.reopen_by)))
        for report in asked
    ]


def _asked(session: Session, notice: Notice) -> Office:
    report = session.exec(select(Report).where(Report.activity_id == notice.activity_id)).one()
    return second_person(session, Deed(report.reopen_by))


def decide(session: Session, actor: Actor, at: Moment, activity_id: int, shown: str, *, agrees: bool) -> Office | None:
    """确认 or 不同意, of what was `shown`. Whoever has asked can only drop it; another coordinator does either.

    Returns who corrects it now, None when it stays verified.
    """
    hours.lock_people(session, activity_id)
    report, activity = _verified(session, actor, activity_id)
    by, reason = report.reopen_by, report.reopen_reason
    if by is None:
        raise Refused(
            Reason.ALREADY_DECIDED, name=activity.title, **audit.last_change(session, actor, f"activity:{activity_id}")
        )
    audit.demand_as_shown(session, actor, shown, reports.reopen_sign(report), f"activity:{activity_id}")
    if agrees:
        demand_second(session, actor, Deed(by), own=Reason.SECOND_CONFIRMS)
    report.reopen_by, report.reopen_reason = None, ""
    session.add(report)
    correctors = _take_back(session, at, activity, report, by, actor.id, reason) if agrees else None
    if not agrees:
        audit.record(session, at, actor.id, "report.reopen_decline", f"activity:{activity_id}")
    asker = session.get(Member, by)
    if asker is not None and by != actor.id:
        kind = Kind.REOPENED if agrees else Kind.REOPEN_DECLINED
        notices.owe(session, at, _notice(session, report, kind).to([asker]))
    return correctors


def _take_back(
    session: Session, at: Moment, activity: Activity, report: Report, by: int, confirmed_by: int, reason: str
) -> Office:
    """Reverse the hours, and let the activity wait for its report again: nothing of it counts until then."""
    hours.reverse(session, at, activity, by, confirmed_by, reason)
    before = {"verifier_id": report.verifier_id}
    report.state, report.return_reason = ReportState.RETURNED, reason
    activity.state = ActivityState.PUBLISHED
    session.add_all([report, activity])
    served_categories.note_plan(session, activity)
    subject = f"activity:{activity.id}"
    audit.record(session, at, confirmed_by, "report.reopen", subject, before, {"reason": reason})
    return report_offices.tell_correctors(session, at, report, confirmed_by)


def _verified(session: Session, actor: Actor, activity_id: int) -> tuple[Report, Activity]:
    demand_coordinator(actor)
    activity = find_activity(session, activity_id, lock=True)
    report = session.exec(select(Report).where(Report.activity_id == activity_id)).first()
    if report is None or activity.state is not ActivityState.VERIFIED:
        raise Refused(Reason.NOT_VERIFIED, title=activity.title)
    return report, activity


def _notice(session: Session, report: Report, kind: Kind) -> notices.Owed:
    """Return word about this asking: a verification that stayed can be asked about again, so each has its keys."""
    subject = f"activity:{report.activity_id}"
    asked = session.exec(select(func.count()).where(Audit.subject == subject, Audit.action == ASK)).one()
    return notices.Owed(kind, f"{kind.value}:{report.id}:{asked}", activity_id=report.activity_id)


def _request(question: Question) -> Parts | None:
    """Return the card and the report, as long as somebody waits for this reader's word."""
    report = reports.read(question.session, question.actor, question.at, question.due.activity_id or 0)
    if report is None or report.reopening is None or not report.reopening.may_confirm:
        return None
    return cards.card_of(question), report


declare(Kind.REOPEN_REQUEST, _request, priority=4, keeps=14 * DAY, office=_asked, waits=True, requests=_requests)
declare(Kind.REOPENED, reports.report_of)
declare(Kind.REOPEN_DECLINED, reports.report_of)

"""Reporting an activity (反馈) and verifying it (核实): two different people, and only then it counts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from corps import audit, notices, ratings
from corps.activities import cards, served_categories
from corps.activities.cautions import twins
from corps.activities.presence import record_refusal
from corps.activities.rules import concerned_teams, find_activity, may_manage, terms_of
from corps.attachments import Attachment
from corps.attendance import hours, photos, report_offices
from corps.attendance.hours import Overlap
from corps.attendance.photos import PhotoLine
from corps.attendance.roll_call import checked_by, names_not_out, turnout
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor, Named, Office, demand_coordinator, name_for
from corps.ratings import RatingSummary
from corps.refusals import Reason, Refused
from corps.second_person import Deed, demand_second, parts_taken, took_part
from models import Activity, Audit, Member, Notice, Report
from models.enums import ActivityState, CheckedBy, CountedBy, ReportState

REASON_MAX = 500
"""Why a report goes back, in units (`lengths.units`)."""


@dataclass(frozen=True)
class Account:
    """What a reporter says.

    `served` are the codes of the categories that were served; None: those in whose slots somebody was present. `sheets`
    are the fingerprints of the photos that show the sheet which people signed.
    """

    beneficiaries: int
    counted_by: CountedBy
    words: str = ""
    photos: tuple[Attachment, ...] = ()
    served: frozenset[str] | None = None
    sheets: frozenset[str] = frozenset()


def demand_reportable(session: Session, actor: Actor, at: Moment, activity_id: int) -> Activity:
    """Return the activity if `actor` may report it now. Raises Refused with the reason otherwise."""
    activity = find_activity(session, activity_id, lock=True)
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    reason = record_refusal(activity)
    if reason is not None:
        raise Refused(reason, f"activity:{activity.id}", title=activity.title)
    if activity.ends_at > at.now:
        raise Refused(Reason.NOT_ENDED, title=activity.title)
    return activity


@dataclass(frozen=True)
class Submitted:
    """The outcome of 提交. `office` is asked to verify it; without people in it there is no second person."""

    activity_id: int
    office: Office


def submit(session: Session, actor: Actor, at: Moment, activity_id: int, account: Account) -> Submitted:
    """Hand in a report, or a returned one again. Another coordinator is asked to verify it."""
    activity = demand_reportable(session, actor, at, activity_id)
    report = session.exec(select(Report).where(Report.activity_id == activity_id)).first()
    again = report is not None
    report = report or Report(
        activity_id=activity_id,
        reporter_id=actor.id,
        state=ReportState.SUBMITTED,
        beneficiaries=0,
        counted_by=account.counted_by,
        submitted_at=at.now,
        round=0,
    )
    report.reporter_id, report.state, report.submitted_at = actor.id, ReportState.SUBMITTED, at.now
    report.beneficiaries, report.counted_by, report.words = account.beneficiaries, account.counted_by, account.words
    report.round += 1
    report.verifier_id, report.decided_at = None, None
    served = _served(session, activity_id, account.served)
    report.served = served_categories.write(served)
    served_categories.note(session, activity, served)
    session.add(report)
    session.flush()
    photos.replace_all(session, report.id or 0, actor.id, account.photos, account.sheets)
    activity.state = ActivityState.REPORTED
    session.add(activity)
    after = {
        "beneficiaries": account.beneficiaries,
        "counted_by": account.counted_by.value,
        "served": served,
        "again": again,
    }
    audit.record(session, at, actor.id, "report.submit", f"activity:{activity_id}", None, after)
    notices.cancel_owed(
        session,
        "reported",
        col(Notice.activity_id) == activity_id,
        col(Notice.kind) == Kind.REPORT_REQUEST.value,
    )
    return Submitted(activity_id, report_offices.ask_verifiers(session, at, report))


def _served(session: Session, activity_id: int, said: frozenset[str] | None) -> list[str]:
    """Return which of the planned categories were served: as the reporter says, else those somebody served in."""
    done = said if said is not None else served_categories.by_deeds(session, activity_id)
    return [code for code in served_categories.planned(session, activity_id) if code in done]


def _decidable(session: Session, actor: Actor, activity_id: int) -> tuple[Report, Activity]:
    demand_coordinator(actor)
    activity = find_activity(session, activity_id, lock=True)
    report = session.exec(select(Report).where(Report.activity_id == activity_id)).first()
    if activity.state is ActivityState.CANCELLED:
        raise Refused(Reason.CANCELLED, f"activity:{activity.id}", title=activity.title)
    if report is None:
        raise Refused(Reason.NOT_REPORTED, title=activity.title)
    if report.state is not ReportState.SUBMITTED:
        raise Refused(
            Reason.ALREADY_DECIDED, name=activity.title, **audit.last_change(session, actor, f"activity:{activity_id}")
        )
    demand_second(session, actor, report_offices.handing_in(report))
    return report, activity


def verify(session: Session, actor: Actor, at: Moment, activity_id: int) -> None:
    """Verify a report (核实): it counts from now on, and the hours of those present are entered."""
    hours.lock_people(session, activity_id)
    report, activity = _decidable(session, actor, activity_id)
    demand_second(session, actor, *report_offices.entries(session, activity))
    corrected = report_offices.corrections(session, [report])[activity_id]
    demand_second(session, actor, *corrected, own=Reason.CORRECTED_IT)
    report.state, report.verifier_id, report.decided_at = ReportState.VERIFIED, actor.id, at.now
    activity.state = ActivityState.VERIFIED
    session.add_all([report, activity])
    hours.enter(session, at, activity, actor.id)
    audit.record(session, at, actor.id, "report.verify", f"activity:{activity_id}")
    notices.owe(session, at, [report_offices.word(session, report, Kind.VERIFIED)])


def send_back(session: Session, actor: Actor, at: Moment, activity_id: int, reason: str) -> Office:
    """Return a report (退回) with the reason; the activity waits for its report again. Returns who is told."""
    report, activity = _decidable(session, actor, activity_id)
    report.state, report.verifier_id, report.decided_at = ReportState.RETURNED, actor.id, at.now
    report.return_reason = reason
    activity.state = ActivityState.PUBLISHED
    session.add_all([report, activity])
    served_categories.note_plan(session, activity)
    audit.record(session, at, actor.id, "report.return", f"activity:{activity_id}", None, {"reason": reason})
    return report_offices.tell_correctors(session, at, report, actor.id)


@dataclass(frozen=True)
class Reopening:
    """Somebody wants the verification taken back: who, why, and whether this reader is the second one to say so."""

    name: Named
    reason: str
    may_confirm: bool
    sign: str


def reopen_sign(report: Report) -> str:
    """Return the fingerprint of what a second coordinator confirms."""
    return audit.fingerprint(report.round, report.reopen_by, report.reopen_reason)


@dataclass(frozen=True)
class ReportEvent:
    """One thing that was done with a report: `what` is the audit's word after `report.`."""

    at: dt.datetime
    who: Named
    what: str
    reason: str


HISTORY_MAX = 12
"""How many of the newest things that were done with a report are shown."""


@dataclass(frozen=True)
class ReportCard:
    """A report as its verifier reads it. `served` and `unserved` are codes of planned categories.

    `twins` are titles of activities that may be the same one, entered twice; `overlaps` who was elsewhere meanwhile.

    Who has entered hours of a back-entry, or has put right what it counts for (`corrected`), may return the report, and
    not verify it. `checked_by`: by what those who came were found to be there, and how many each; `not_out`: who has
    not checked out where that is asked. `following` is the activity whose report a coordinator reads next. `about` is
    the fingerprint of what, when, where and of whom it was; `ratings`: what people thought of it.
    """

    activity_id: int
    reporter: Named
    state: ReportState
    beneficiaries: int
    counted_by: CountedBy
    words: str
    photos: tuple[PhotoLine, ...]
    present: int
    unknown: int
    return_reason: str
    may_decide: bool
    may_return: bool
    round: int
    served: tuple[str, ...] = ()
    unserved: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    guests: int = 0
    guests_named: bool = False
    may_reopen: bool = False
    reopening: Reopening | None = None
    history: tuple[ReportEvent, ...] = ()
    following: int | None = None
    corrected: bool = False
    about: str = ""
    mine: bool = False
    checked_by: tuple[tuple[CheckedBy, int], ...] = ()
    not_out: tuple[str, ...] = ()
    ratings: RatingSummary = ratings.NONE

    @property
    def sign(self) -> str:
        """The fingerprint of what 核实 confirms: the round, the numbers, the words, who came, what counts."""
        numbers = (self.round, self.beneficiaries, self.counted_by.value, self.present)
        return audit.fingerprint(self.state.value, numbers, self.words, len(self.photos), self.served, self.about)


def read(session: Session, actor: Actor, _at: Moment, activity_id: int) -> ReportCard | None:
    """Return an activity's report, for those who manage the activity. None while there is none."""
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    row = session.exec(
        select(Report, Member)
        .join(Member, col(Member.id) == col(Report.reporter_id))
        .where(Report.activity_id == activity_id)
    ).first()
    return _card(session, actor, *row) if row is not None else None


def _card(session: Session, actor: Actor, report: Report, reporter: Member) -> ReportCard:
    """Return a report as `actor` sees it, who manages the activity."""
    activity_id = report.activity_id
    came = turnout(session, activity_id)
    waits = actor.is_coordinator and report.state is ReportState.SUBMITTED
    decides = waits and not took_part(session, report_offices.handing_in(report), actor.id)
    put_right = report_offices.corrections(session, [report])[activity_id] if decides else []
    corrected = bool(parts_taken(session, put_right, actor.member_id))
    activity = find_activity(session, activity_id)
    planned = served_categories.planned(session, activity_id)
    served = planned if report.served is None else served_categories.read(report.served)
    return ReportCard(
        activity_id=activity_id,
        reporter=name_for(session, actor, reporter.id),
        state=report.state,
        beneficiaries=report.beneficiaries,
        counted_by=report.counted_by,
        words=report.words,
        photos=photos.of_report(session, report.id),
        present=came.present,
        unknown=came.unknown,
        return_reason=report.return_reason,
        may_decide=bool(report_offices.verifiable(session, actor, [(report, activity)])),
        may_return=decides,
        round=report.round,
        served=tuple(code for code in planned if code in served),
        unserved=tuple(code for code in planned if code not in served),
        twins=tuple(twins(session, activity_id)) if decides else (),
        overlaps=tuple(hours.overlaps(session, activity_id)),
        guests=len(activity.guests or ()),
        guests_named=any(activity.guests or ()),
        may_reopen=actor.is_coordinator and report.state is ReportState.VERIFIED and report.reopen_by is None,
        reopening=_reopening(session, actor, report),
        history=_history(session, actor, activity_id),
        corrected=corrected,
        about=audit.fingerprint(
            terms_of(session, activity_id), activity.venue, tuple(concerned_teams(session, activity_id))
        ),
        mine=report.reporter_id == actor.member_id,
        checked_by=checked_by(session, activity_id),
        not_out=names_not_out(session, activity_id),
        ratings=ratings.summary(session, activity_id),
    )


def _reopening(session: Session, actor: Actor, report: Report) -> Reopening | None:
    if report.reopen_by is None:
        return None
    confirms = actor.is_coordinator and not took_part(session, Deed(report.reopen_by), actor.id)
    return Reopening(name_for(session, actor, report.reopen_by), report.reopen_reason, confirms, reopen_sign(report))


def _history(session: Session, actor: Actor, activity_id: int) -> tuple[ReportEvent, ...]:
    """Return what was done with the report, oldest first."""
    rows = session.exec(
        select(Audit)
        .where(
            Audit.subject == f"activity:{activity_id}",
            col(Audit.action).startswith("report."),
            col(Audit.actor_id).is_not(None),
        )
        .order_by(col(Audit.id).desc())
        .limit(HISTORY_MAX)
    ).all()
    return tuple(
        ReportEvent(
            row.at,
            name_for(session, actor, row.actor_id),
            row.action.removeprefix("report."),
            (row.after or {}).get("reason", ""),
        )
        for row in reversed(rows)
    )


@dataclass(frozen=True)
class Waiting:
    """One line of the list of reports that wait for 核实."""

    activity_id: int
    title: str
    starts_at: dt.datetime


def report_of(question: Question) -> Parts | None:
    """Return the card and the report; what asks for something only while this very round still waits for it."""
    subject = question.due.subject
    report = read(question.session, question.actor, question.at, question.due.activity_id or 0)
    if report is None:
        return None
    waits = {Kind.VERIFY_REQUEST: report.may_decide, Kind.RETURNED: report.state is ReportState.RETURNED}
    over = not waits.get(question.due.kind, True) or subject.get("round", report.round) != report.round
    return None if over else (cards.card_of(question), report)


declare(
    Kind.VERIFY_REQUEST,
    report_of,
    priority=4,
    keeps=14 * DAY,
    office=report_offices.asked,
    waits=True,
    requests=report_offices.verify_requests,
)
declare(Kind.RETURNED, report_of, office=report_offices.handed_to, waits=True, single=True)
declare(Kind.VERIFIED, report_of, listing=Listing(Kind.VERIFIED))


def waiting(session: Session, actor: Actor, _at: Moment) -> list[Waiting]:
    """Return the reports that wait for 核实, the oldest activity first. Coordinators only."""
    demand_coordinator(actor)
    statement = select(Activity).where(Activity.state == ActivityState.REPORTED).order_by(col(Activity.starts_at))
    return [Waiting(row.id or 0, row.title, row.starts_at) for row in session.exec(statement).all()]


def demand_decidable(session: Session, actor: Actor, activity_id: int) -> str:
    """Return the activity's title if `actor` may decide on its report now. Raises Refused otherwise."""
    return _decidable(session, actor, activity_id)[1].title


def former(session: Session, activity_id: int) -> dict[str, Any]:
    """Return what a returned report said, to begin its next round with; empty for a first one."""
    report = session.exec(select(Report).where(Report.activity_id == activity_id)).first()
    if report is None:
        return {}
    kept = photos.of_report(session, report.id)
    said = {
        "beneficiaries": report.beneficiaries,
        "counted_by": report.counted_by.value,
        "words": report.words,
        "sheets": [photos.short_sign(one.attachment) for one in kept if one.sheet and one.attachment],
        "photos": [one.attachment.stored() for one in kept if one.attachment],
    }
    # What was only read off the marks is read off them again: they may be what was wrong.
    said_so = report.served is not None and report.served != served_categories.write(
        served_categories.by_deeds(session, activity_id)
    )
    return {**said, "served": served_categories.read(report.served or "")} if said_so else said


def returned_for(session: Session, activity_id: int) -> str:
    """Return why the activity's report has come back; empty when it has not."""
    report = session.exec(select(Report).where(Report.activity_id == activity_id)).first()
    return report.return_reason if report is not None and report.state is ReportState.RETURNED else ""

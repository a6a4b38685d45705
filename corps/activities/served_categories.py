"""Which categories an activity serves, noted on the activity itself, so that a year is counted from one index.

Until the report the note says what is planned: the categories of its slots. From the report on it says what was done: a
slot in which nobody served serves no category, unless the report says so (docs/rules.md, "deeds count, not plans"). The
tally, the drill-down and the ledger all read this note; where there is none (`serves` is None, an activity from before
there were notes) the slots are asked.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, literal, or_
from sqlmodel import Session, col, select

from corps.activities.presence import came_there
from models import Activity, Attendance, Report, Slot

BETWEEN = ","


def note_plan(session: Session, activity: Activity) -> None:
    """Note which categories the activity's slots would serve. The caller holds the activity's lock."""
    session.flush()
    note(session, activity, planned(session, activity.id or 0))


def note(session: Session, activity: Activity, codes: Collection[str]) -> None:
    """Note which categories the activity serves. The caller holds the activity's lock."""
    activity.serves = write(codes)
    session.add(activity)


def note_correction(session: Session, activity: Activity, done: Collection[str], old: str, new: str) -> None:
    """Note what a reported activity serves after a slot was put right: its category was `old` and is `new`.

    What the report only read off the marks (`done`, before the change) is read off them again; what the reporter said
    otherwise stays, with the right category instead of the wrong one.
    """
    report = session.exec(select(Report).where(Report.activity_id == activity.id)).first()
    said = set(read(report.served if report is not None and report.served is not None else activity.serves or ""))
    plan = planned(session, activity.id or 0)
    if said == set(done):
        said = set(by_deeds(session, activity.id or 0))
    elif old in said:
        said = {new, *(code for code in said if code in plan)}
    note(session, activity, said)
    if report is not None:
        report.served = write(said)
        session.add(report)


def planned(session: Session, activity_id: int) -> tuple[str, ...]:
    """Return the codes of the categories of an activity's slots, in the order of the slots."""
    slots = select(Slot.category).where(Slot.activity_id == activity_id).order_by(col(Slot.position), col(Slot.id))
    return tuple(dict.fromkeys(session.exec(slots).all()))


def by_deeds(session: Session, activity_id: int) -> tuple[str, ...]:
    """Return the codes of the categories in whose slots somebody is marked as present.

    Where nobody at all is marked, the deeds are known from the report alone: it is proposed that the slots which a team
    had taken on were served, and the reporter and the verifier see that and may say otherwise.
    """
    served = (
        select(Slot.category)
        .join(Attendance, col(Attendance.slot_id) == col(Slot.id))
        .where(Attendance.activity_id == activity_id, came_there())
        .order_by(col(Slot.position), col(Slot.id))
    )
    present = session.exec(served).all()
    if not present:
        taken_on = select(Slot.category).where(
            Slot.activity_id == activity_id, or_(col(Slot.team_id).is_not(None), col(Slot.open).is_(False))
        )
        present = session.exec(taken_on.order_by(col(Slot.position), col(Slot.id))).all()
    return tuple(dict.fromkeys(present))


def write(codes: Collection[str]) -> str:
    """Return the note of some codes."""
    return BETWEEN.join(sorted(codes))


def read(serves: str) -> list[str]:
    """Return the codes of a note."""
    return serves.split(BETWEEN) if serves else []


def serving(code: str) -> ColumnElement[bool]:
    """Return the condition that an activity serves a category, as `read` and, without a note, the slots have it."""
    slots = select(Slot.activity_id).where(Slot.category == code)
    noted = (literal(BETWEEN) + col(Activity.serves) + literal(BETWEEN)).contains(f"{BETWEEN}{code}{BETWEEN}")
    return or_(noted, and_(col(Activity.serves).is_(None), col(Activity.id).in_(slots)))

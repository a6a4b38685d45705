"""Telling people what changed: one message a person, however many changes come in a row before it goes out."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from corps import notices, robots
from corps.activities import cards
from corps.activities.places import HOLDS_PLACE
from corps.activities.rules import concerned_teams
from corps.changes import affected
from corps.changes.edit_answers import EditField
from corps.moment import Moment
from corps.notices.declarations import Listing, Parts, Question, declare
from corps.notices.kinds import URGENT, Kind, is_soon
from corps.notices.reach import Reach, reach
from corps.signups.slots import hours_held, overlapping
from corps.signups.waitlist import still_told
from models import Activity, Member, Notice, SignUp, Slot
from models.enums import NoticeState

SETTLES = dt.timedelta(seconds=10)
"""How long a change waits for the next one before it is told: a coordinator often corrects several things."""

HOLDS = dt.timedelta(minutes=2)
"""How much longer it waits while the coordinator has the list of fields open again."""


@dataclass(frozen=True)
class Delta:
    """One change, as data: the field, the slot's role if it is about a slot, and the value before and after.

    A time is a pair of instants in ISO form, places a number; None is a slot that was not there.
    A category or venue is its code and names. `check_in_gone`: who reads it had checked in for the date that is no
    more; `place_gone`: whose place was in a slot that is another team's now.
    """

    field: EditField
    old: Any
    new: Any
    slot_id: int = 0
    role: str = ""
    check_in_gone: bool = False
    place_gone: bool = False

    @property
    def key(self) -> str:
        """What it changes: a later change of the same thing takes its place."""
        return f"{self.field.value}:{self.slot_id}"

    def data(self) -> dict[str, Any]:
        """Return it as it is kept in a notice."""
        return {
            "field": self.field.value,
            "old": self.old,
            "new": self.new,
            "slot_id": self.slot_id,
            "role": self.role,
            "check_in_gone": self.check_in_gone,
            "place_gone": self.place_gone,
        }


def deltas(subject: dict[str, Any]) -> list[Delta]:
    """Return the changes that a notice's subject holds."""
    return [Delta(**{**data, "field": EditField(data["field"])}) for data in subject.get("changes", {}).values()]


def merged(changes: dict[str, Any], delta: Delta) -> dict[str, Any]:
    """Return the changes with one more: the first old value stays, and what is as it was at first drops out."""
    rest = dict(changes)
    if delta.field is EditField.REMOVE and rest.pop(f"{EditField.ADD.value}:{delta.slot_id}", None) is not None:
        return {key: change for key, change in rest.items() if change["slot_id"] != delta.slot_id}
    first = rest.pop(delta.key, None)
    old = first["old"] if first else delta.old
    if old != delta.new:
        gone = delta.check_in_gone or bool(first and first.get("check_in_gone"))
        lost = delta.place_gone or bool(first and first.get("place_gone"))
        rest[delta.key] = {**delta.data(), "old": old, "check_in_gone": gone, "place_gone": lost}
    return rest


def together(subjects: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one subject that says what several about the same activity say, the oldest first.

    What cancels out is said as the newest says it: an older one may have arrived without our knowing.
    """
    changes: dict[str, Any] = {}
    for delta in (delta for subject in subjects for delta in deltas(subject)):
        changes = merged(changes, delta)
        changes.setdefault(delta.key, delta.data())
    return {"changes": changes}


@dataclass(frozen=True)
class Clash:
    """Another activity in which the reader is expected at the time of the one that was changed."""

    title: str


def _facts(question: Question) -> Parts | None:
    card = cards.card_of(question)
    if not cards.is_live(question, card):
        return None
    title = _clash(question.session, question.due)
    return (card, Clash(title)) if title else (card,)


def _clash(session: Session, due: notices.Due) -> str:
    """Return the title of another activity in which the person is expected at the time, if there is one."""
    activity = session.get(Activity, due.activity_id)
    if activity is None or due.member_id is None:
        return ""
    own = session.exec(
        select(SignUp).where(
            SignUp.activity_id == activity.id, SignUp.member_id == due.member_id, col(SignUp.state).in_(HOLDS_PLACE)
        )
    ).first()
    if own is None:
        return ""
    other = overlapping(session, due.member_id, hours_held(session, own), but=own.id or 0)
    return other.title if other is not None else ""


declare(
    Kind.CHANGED,
    _facts,
    priority=1,
    absorbs=(Kind.CHANGED, Kind.REMINDER, Kind.CARD),
    listing=Listing(Kind.CHANGED, personal=True),
    together=together,
    office=affected.office_of,
)


_OF_THE_SLOT = (EditField.ROLE, EditField.SLOT_TEAM, EditField.HOURS)
_OF_LEADERS = (EditField.PLACES, EditField.ADD, EditField.REMOVE, EditField.TEAM, EditField.CATEGORY)
_NOT_FOR_ROOMS = (*_OF_THE_SLOT, *_OF_LEADERS)
"""What concerns only who has a place in a slot, or fills it: a robot's group is not told."""


def audience(
    session: Session, activity: Activity, delta: Delta, slot: Slot | None, but: int | None, also: Collection[int] = ()
) -> list[Member]:
    """Return whom a change concerns, without the one who made it.

    What is about the whole activity concerns everybody who holds something in it; a slot's name, team and hours those
    in that slot; how many it takes, and what it counts for, only the leaders who fill it. `also` are teams whose
    leaders hear of it besides.
    """
    activity_id = activity.id or 0
    teams = [slot.team_id] if slot is not None and slot.team_id else list(concerned_teams(session, activity_id))
    held: list[Member] = []
    if delta.field in _OF_THE_SLOT:
        held = affected.holders(session, activity_id, delta.slot_id)
    elif delta.field not in _OF_LEADERS:
        held = affected.holders(session, activity_id)
    return affected.each_once(held, affected.answering(session, teams, but), affected.leaders(session, also), but=but)


def owe_changed(
    session: Session,
    at: Moment,
    activity: Activity,
    people: Sequence[Member],
    delta: Delta,
    unmarked: Collection[int] = (),
    unplaced: Collection[int] = (),
) -> None:
    """Owe each of them word of the change, or add it to the word they are still owed.

    `unmarked` are the members whose check-in the change has taken back, `unplaced` those whose place; they read it.
    """
    undelivered = _undelivered(session, activity.id or 0)
    offers = [row for row in undelivered if row.kind == Kind.OFFER.value]
    shown = {row.member_id for row in offers if still_told(session, at, row.subject)}  # what is moot shows nothing
    waiting = {row.member_id: row for row in undelivered if row.kind == Kind.CHANGED.value and row.member_id}
    said_by = {row.address: row for row in undelivered if row.kind == Kind.CHANGED.value and row.address}
    urgent = _urgent(at, activity, delta)
    due = at.now + SETTLES if urgent else at.after_quiet_hours(at.now + SETTLES)
    fresh = []
    for member in people:
        theirs = replace(delta, check_in_gone=member.id in unmarked, place_gone=member.id in unplaced)
        if member.id in waiting:
            _extend(waiting[member.id], activity, theirs, due, urgent=urgent)
        elif member.id not in shown:
            fresh += _notice(activity, theirs, due, urgent=urgent).to([member])
    for robot in robots.who_told(session, activity.id or 0) if delta.field not in _NOT_FOR_ROOMS else ():
        if robot.address in said_by:
            _extend(said_by[robot.address], activity, delta, due, urgent=urgent)
        else:
            fresh += _notice(activity, delta, due, urgent=urgent).in_rooms([robot])
    notices.owe(session, at, fresh)
    session.flush()


def reach_of_change(session: Session, at: Moment, activity: Activity, people: Sequence[Member], delta: Delta) -> Reach:
    """Return who hears of the change, and when."""
    return reach(session, at, Kind.CHANGED, people, urgent=_urgent(at, activity, delta))


def _undelivered(session: Session, activity_id: int) -> list[Notice]:
    """Return word of changes that is still owed for the activity, and offers: an offer shows it as it is then."""
    kinds = (Kind.CHANGED.value, Kind.OFFER.value)
    statement = select(Notice).where(
        Notice.activity_id == activity_id, Notice.state == NoticeState.OWED, col(Notice.kind).in_(kinds)
    )
    return list(session.exec(statement.with_for_update()).all())


def _urgent(at: Moment, activity: Activity, delta: Delta) -> bool:
    """Tell whether it was, or is by now, within the next hours: then it does not wait for the morning."""
    starts = [activity.starts_at]
    if delta.field is EditField.TIME:
        starts += [dt.datetime.fromisoformat(span[0]) for span in (delta.old, delta.new)]
    return activity.ends_at > at.now and any(is_soon(start, at.now) for start in starts)


def _notice(activity: Activity, delta: Delta, due: dt.datetime, *, urgent: bool) -> notices.Owed:
    return notices.Owed(
        kind=Kind.CHANGED,
        key=f"changed:{activity.id}:{activity.revision}",
        subject={"changes": {delta.key: delta.data()}},
        activity_id=activity.id,
        due_at=due,
        expires_at=max(activity.ends_at, due + dt.timedelta(days=1)),
        urgent=urgent,
    )


def _extend(notice: Notice, activity: Activity, delta: Delta, due: dt.datetime, *, urgent: bool) -> None:
    changes = merged(notice.subject.get("changes", {}), delta)
    if notice.maybe_twice:
        # It has been tried and may have been read: what it said is not taken back in silence.
        changes = together([notice.subject, {"changes": {delta.key: delta.data()}}])["changes"]
    if not changes:
        notice.state, notice.error, notice.failure = NoticeState.CANCELLED, "changed back before it was told", None
        return
    notice.subject = {**notice.subject, "changes": changes}
    notice.expires_at = max(activity.ends_at, due + dt.timedelta(days=1))
    if urgent:
        notice.priority = URGENT
    notice.due_at = due


def hold(session: Session, at: Moment, activity_id: int) -> None:
    """Hold back the messages about changes for a short time: the coordinator is about to change something more."""
    _aim(session, activity_id, at.now + HOLDS, col(Notice.due_at) < at.now + HOLDS)


def let_go(session: Session, at: Moment, activity_id: int) -> None:
    """Send the messages about changes that were held back: the coordinator is done, for all we know."""
    held = col(Notice.due_at) > at.now + SETTLES, col(Notice.due_at) <= at.now + HOLDS
    _aim(session, activity_id, at.now + SETTLES, *held)


def _aim(session: Session, activity_id: int, due: dt.datetime, *conditions: ColumnElement[bool]) -> None:
    session.connection().execute(
        update(Notice)
        .where(
            col(Notice.activity_id) == activity_id,
            col(Notice.kind) == Kind.CHANGED.value,
            col(Notice.state) == NoticeState.OWED,
            *conditions,
        )
        .values(due_at=due)
    )

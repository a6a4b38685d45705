"""Who came: checked in by the person on the spot, or confirmed by the leader. Unknown never means present."""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from corps import audit
from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.places import HOLDS_PLACE
from corps.activities.presence import came, came_there, check_in_opens, not_out, roll_refusal
from corps.activities.rules import concerned_teams, find_activity, may_manage
from corps.moment import Moment
from corps.people import Actor, tell_apart
from corps.refusals import Reason, Refused
from models import Activity, Attendance, Member, SignUp, Slot
from models.enums import AttendanceState, CheckedBy, MemberStatus, SignUpState, Source


def _row(session: Session, activity_id: int, member_id: int) -> Attendance | None:
    return session.exec(
        select(Attendance)
        .where(Attendance.activity_id == activity_id, Attendance.member_id == member_id)
        .with_for_update()
    ).first()


def _set(
    session: Session,
    at: Moment,
    actor_id: int,
    row: Attendance | None,
    activity_id: int,
    member_id: int,
    slot_id: int,
    team_id: int | None,
    state: AttendanceState,
    source: Source,
    by: CheckedBy,
) -> None:
    before = row.state.value if row else AttendanceState.UNKNOWN.value
    row = row or Attendance(
        activity_id=activity_id,
        member_id=member_id,
        slot_id=slot_id,
        team_id=team_id,
        state=state,
        source=source,
        marked_by=actor_id,
        marked_at=at.now,
    )
    row.state, row.source, row.checked_by, row.marked_by, row.marked_at = state, source, by, actor_id, at.now
    session.add(row)
    session.flush()
    subject = f"activity:{activity_id}/member:{member_id}"
    audit.record(session, at, actor_id, "attendance.mark", subject, {"state": before}, {"state": state.value})


@dataclass(frozen=True)
class Turnout:
    """How many are marked as present, and of how many who are going nobody has said anything."""

    present: int
    unknown: int


def turnout(session: Session, activity_id: int) -> Turnout:
    """Return how many came, as far as it has been said."""
    marks = dict(
        session.exec(select(Attendance.member_id, Attendance.state).where(Attendance.activity_id == activity_id)).all()
    )
    going = session.exec(
        select(SignUp.member_id).where(SignUp.activity_id == activity_id, SignUp.state == SignUpState.GOING)
    ).all()
    unknown = {member for member in going if marks.get(member, AttendanceState.UNKNOWN) is AttendanceState.UNKNOWN}
    return Turnout(sum(came(state) for state in marks.values()), len(unknown))


def checked_by(session: Session, activity_id: int) -> tuple[tuple[CheckedBy, int], ...]:
    """Return by what those who came were found to be there, the surest first, and of how many each is known."""
    counted = dict(
        session.exec(
            select(Attendance.checked_by, func.count())
            .where(Attendance.activity_id == activity_id, came_there())
            .group_by(col(Attendance.checked_by))
        ).all()
    )
    return tuple((by, counted[by]) for by in CheckedBy if by in counted)


@dataclass(frozen=True)
class Person:
    """One line of the list of who was there; `not_out`: they should have checked out, and have not."""

    member_id: int
    name: str
    role: str
    state: AttendanceState
    source: Source | None
    signed_up: bool
    team: str = ""
    joined: dt.datetime | None = None
    until: dt.datetime | None = None
    since: dt.datetime | None = None
    nickname: str = ""
    not_out: bool = False


def roll(session: Session, actor: Actor, _at: Moment, activity_id: int) -> list[Person]:
    """Return who may have been there: those going and those already marked; for a back-entry, the teams' members."""
    activity = find_activity(session, activity_id)
    teams = tuple(concerned_teams(session, activity_id))
    if not may_manage(actor, teams):
        raise Refused(Reason.NOT_ALLOWED)
    marks = {
        row.member_id: row
        for row in session.exec(select(Attendance).where(Attendance.activity_id == activity_id)).all()
    }
    going = session.exec(
        select(SignUp, Member, Slot)
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(SignUp.activity_id == activity_id, SignUp.state == SignUpState.GOING)
        .order_by(col(Slot.position), col(SignUp.queued_at))
    ).all()
    people = [
        _person(activity, member, slot.role, marks.get(member.id or 0), signed_up=True) for _, member, slot in going
    ]
    known = {person.member_id for person in people}
    extra = select(Member).where(col(Member.id).in_(set(marks) - known))
    # Entered when people were there already: nobody could sign up, so anybody of the teams may have been there.
    late = activity.published_at is not None and activity.published_at >= activity.starts_at
    if activity.back_entry_reason or late:
        of_teams = and_(col(Member.team_id).in_(teams), col(Member.status) == MemberStatus.ACTIVE)
        extra = select(Member).where(or_(of_teams, col(Member.id).in_(set(marks) - known)))
    others = [member for member in session.exec(extra.order_by(col(Member.id))).all() if member.id not in known]
    people += [_person(activity, member, "", marks.get(member.id or 0), signed_up=False) for member in others]
    return told_apart(session, people)


def told_apart(session: Session, people: list[Person]) -> list[Person]:
    """Return the people; those who share a name with what tells them apart."""
    named = tell_apart(session, [(person.member_id, person.name) for person in people])
    return [
        replace(person, team=one.team, joined=one.joined, nickname=one.nickname)
        for person, one in zip(people, named, strict=True)
    ]


@dataclass(frozen=True)
class RollCall:
    """The list of who was there, with the activity's card."""

    card: Card
    people: tuple[Person, ...]
    guests: tuple[str, ...] = ()


def see(session: Session, actor: Actor, at: Moment, activity_id: int) -> RollCall:
    """Return the list as it is now, with the card."""
    people = roll(session, actor, at, activity_id)
    guests = find_activity(session, activity_id).guests or ()
    return RollCall(cards.see(session, actor, at, activity_id), tuple(people), tuple(guests))


def _person(activity: Activity, member: Member, role: str, mark: Attendance | None, *, signed_up: bool) -> Person:
    return Person(
        member_id=member.id or 0,
        name=member.name,
        role=role,
        state=mark.state if mark else AttendanceState.UNKNOWN,
        source=mark.source if mark else None,
        signed_up=signed_up,
        until=mark.until if mark else None,
        since=mark.since if mark else None,
        not_out=mark is not None and not_out(activity, mark),
    )


def names_not_out(session: Session, activity_id: int) -> tuple[str, ...]:
    """Return who has checked in, should have checked out and has not, in the order they came."""
    rows = session.exec(
        select(Attendance, Member.name)
        .join(Member, col(Member.id) == col(Attendance.member_id))
        .where(Attendance.activity_id == activity_id, came_there())
        .order_by(col(Attendance.id))
    ).all()
    activity = find_activity(session, activity_id)
    return tuple(name for mark, name in rows if not_out(activity, mark))


def demand_markable(session: Session, actor: Actor, at: Moment, activity_id: int) -> Activity:
    """Return the activity if `actor` may say now who was there. Raises Refused with the reason otherwise."""
    activity = find_activity(session, activity_id, lock=True)
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    reason = roll_refusal(activity, at.now)
    if reason is not None:
        subject = "" if reason is Reason.TOO_EARLY else f"activity:{activity.id}"
        raise Refused(reason, subject, opens=check_in_opens(activity.starts_at), title=activity.title)
    return activity


def mark(
    session: Session, actor: Actor, at: Moment, activity_id: int, member_ids: list[int], state: AttendanceState
) -> None:
    """Mark people as present, absent or excused, by the activity's leader or a coordinator, until it is reported."""
    activity = demand_markable(session, actor, at, activity_id)
    source = Source.BACK_ENTERED if activity.back_entry_reason else Source.LEADER_CONFIRMED
    for member_id in member_ids:
        slot_id, team_id = _place(session, activity_id, member_id)
        row = _row(session, activity_id, member_id)
        _set(session, at, actor.id, row, activity_id, member_id, slot_id, team_id, state, source, CheckedBy.ROLL)


AFTER = {
    AttendanceState.UNKNOWN: AttendanceState.PRESENT,
    AttendanceState.PRESENT: AttendanceState.ABSENT,
    AttendanceState.ABSENT: AttendanceState.EXCUSED,
    AttendanceState.EXCUSED: AttendanceState.PRESENT,
}
"""The mark that follows when a name in the list is tapped; nobody goes back to unknown."""


def mark_as(
    session: Session, actor: Actor, at: Moment, activity_id: int, member_id: int, state: AttendanceState
) -> RollCall:
    """Give somebody in the list the mark that the button says; an old button says none, and only shows the list."""
    listed = roll(session, actor, at, activity_id)
    person = next((person for person in listed if person.member_id == member_id), None)
    if person is None:
        raise Refused(Reason.GONE)
    if state is not AttendanceState.UNKNOWN:
        mark(session, actor, at, activity_id, [member_id], state)
    return see(session, actor, at, activity_id)


def mark_all_present(session: Session, actor: Actor, at: Moment, activity_id: int) -> RollCall:
    """全部到场: everybody who signed up and of whom nothing has been said; who was not signed up is marked alone."""
    listed = roll(session, actor, at, activity_id)
    unknown = [p.member_id for p in listed if p.signed_up and p.state is AttendanceState.UNKNOWN]
    mark(session, actor, at, activity_id, unknown, AttendanceState.PRESENT)
    return see(session, actor, at, activity_id)


def _place(session: Session, activity_id: int, member_id: int) -> tuple[int, int | None]:
    """Return the slot a person served in: the one signed up for, else the team's, else the first."""
    held = session.exec(
        select(SignUp).where(
            SignUp.activity_id == activity_id, SignUp.member_id == member_id, col(SignUp.state).in_(HOLDS_PLACE)
        )
    ).first()
    if held is not None:
        return held.slot_id, held.team_id
    member = session.get(Member, member_id)
    slots = session.exec(select(Slot).where(Slot.activity_id == activity_id).order_by(col(Slot.position))).all()
    if member is None or not slots:
        raise Refused(Reason.GONE)
    own = [slot for slot in slots if slot.team_id == member.team_id]
    return (own or slots)[0].id or 0, member.team_id

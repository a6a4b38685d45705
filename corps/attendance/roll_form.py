"""补一个人 and 有人早走: the roll takes in who came without a sign-up, guests by name, and how long somebody stayed."""

import datetime as dt
import re
from dataclasses import dataclass, replace

from sqlalchemy import or_
from sqlmodel import Session, col, select

from corps import audit, conversations
from corps.activities.presence import not_out
from corps.activities.rules import concerned_teams, find_activity, may_manage
from corps.attendance import report_form, roll_call
from corps.attendance.roll_call import Person, RollCall
from corps.conversations import Conversation
from corps.moment import Moment
from corps.parsing.lengths import demand_short
from corps.parsing.normalise import plain
from corps.parsing.times import Span, read_time_range
from corps.people import Actor, reads_names_of
from corps.refusals import Reason, Refused
from corps.sql import first_time
from models import Activity, Attendance, Member
from models.enums import AttendanceState, MemberStatus

KIND = "roll_add"
NAME, LEAVING = "name", "leaving"
"""The steps: who is added; who left early, or came late, and when."""

GUESTS_MAX = 100
GUESTS_KEPT = dt.timedelta(days=90)
"""How long after the end a guest's name is kept; then only the number of guests."""

NAME_MAX = 30
FOUND_MAX = 20
STEPS = 12


@dataclass(frozen=True)
class Adding:
    """Who can be added: the concerned teams' members, or (`typed`) whose name contains what was typed."""

    activity_id: int
    people: tuple[Person, ...]
    typed: str = ""


def ask(session: Session, actor: Actor, at: Moment, activity_id: int) -> Adding:
    """补一个人: offer the own teams' members who are not on the list, and take a typed name."""
    roll_call.demand_markable(session, actor, at, activity_id)
    conversations.put(session, at, actor.address, KIND, NAME, {"activity": activity_id, "typed": ""})
    teams = concerned_teams(session, activity_id)
    return Adding(activity_id, _offered(session, actor, at, activity_id, col(Member.team_id).in_(teams)))


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Adding:
    """Ask again."""
    return ask(session, actor, at, conversation.data["activity"])


def take_name(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str) -> Adding:
    """Look for a typed name; it can also be noted as a guest's. Who is of no team concerned is found by the whole name.

    A leader may not read the names of other teams (`people.reads_names_of`), but may say who came along.
    """
    activity_id, typed = conversation.data["activity"], demand_short(" ".join(text.split()), NAME_MAX)
    if not any(letter.isalpha() for letter in typed):
        return ask(session, actor, at, activity_id)
    roll_call.demand_markable(session, actor, at, activity_id)
    conversations.put(session, at, actor.address, KIND, NAME, {"activity": activity_id, "typed": typed}, key)
    named = col(Member.name).contains(typed, autoescape=True)
    if not actor.is_coordinator:
        named &= or_(col(Member.team_id).in_(concerned_teams(session, activity_id)), col(Member.name) == typed)
    return Adding(activity_id, _offered(session, actor, at, activity_id, named), typed)


def _offered(session: Session, actor: Actor, at: Moment, activity_id: int, which: object) -> tuple[Person, ...]:
    there = {person.member_id for person in roll_call.roll(session, actor, at, activity_id)}
    found = session.exec(
        select(Member)
        .where(Member.status == MemberStatus.ACTIVE, which, col(Member.id).not_in(there))  # type: ignore[arg-type]
        .order_by(col(Member.name), col(Member.id))
        .limit(FOUND_MAX)
    ).all()
    unknown = AttendanceState.UNKNOWN
    people = [Person(member.id or 0, member.name, "", unknown, None, signed_up=False) for member in found]
    return tuple(roll_call.told_apart(session, people))


def add(session: Session, actor: Actor, at: Moment, activity_id: int, member_id: int) -> RollCall:
    """Mark a member as present who was not on the list; they were told no place, and served all the same."""
    member = session.get(Member, member_id)
    if member is None or member.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.PERSON_GONE)
    _demand_known(session, actor, at, activity_id, member)
    roll_call.mark(session, actor, at, activity_id, [member_id], AttendanceState.PRESENT)
    return back(session, actor, at, activity_id)


def back(session: Session, actor: Actor, at: Moment, activity_id: int) -> RollCall:
    """返回名单: nothing is asked about the list any more, and what is typed goes to the report again."""
    conversations.leave_inner(session, actor.address, KIND, report_form.KIND)
    return roll_call.see(session, actor, at, activity_id)


def _demand_known(session: Session, actor: Actor, at: Moment, activity_id: int, member: Member) -> None:
    """Raise Refused for somebody whom the reader could not have been offered: a forged button must name nobody."""
    if reads_names_of(actor, member.team_id):
        return
    open_one = conversations.find(session, actor.address, KIND)
    asked = open_one is not None and open_one.data == {"activity": activity_id, "typed": member.name}
    if not asked and all(member.id != person.member_id for person in roll_call.roll(session, actor, at, activity_id)):
        raise Refused(Reason.NOT_ALLOWED)


def add_guest(session: Session, actor: Actor, at: Moment, activity_id: int) -> RollCall:
    """Note the typed name as a guest's: counted, and kept nowhere else."""
    open_one = conversations.find(session, actor.address, KIND)
    if open_one is None or open_one.data["activity"] != activity_id or not open_one.data.get("typed"):
        raise Refused(Reason.GONE)
    activity = roll_call.demand_markable(session, actor, at, activity_id)
    guests = activity.guests or []
    if len(guests) >= GUESTS_MAX:
        raise Refused(Reason.FULL, title=activity.title)
    _keep(session, actor, at, activity, [*guests, open_one.data["typed"]])
    return back(session, actor, at, activity_id)


def drop_guest(session: Session, actor: Actor, at: Moment, activity_id: int, sign: str) -> RollCall:
    """Take a guest off the list again."""
    activity = roll_call.demand_markable(session, actor, at, activity_id)
    guests = list(activity.guests or [])
    found = next((place for place, name in enumerate(guests) if audit.fingerprint(name) == sign), None)
    if found is not None:
        del guests[found]
        _keep(session, actor, at, activity, guests)
    return roll_call.see(session, actor, at, activity_id)


def _keep(session: Session, actor: Actor, at: Moment, activity: Activity, guests: list[str]) -> None:
    before, after = {"people": len(activity.guests or [])}, {"people": len(guests)}
    activity.guests = guests
    session.add(activity)
    audit.record(session, at, actor.id, "attendance.guest", f"activity:{activity.id}", before, after)


def forget_guests(session: Session, at: Moment) -> int:
    """Forget the names of guests some time after the end, once a day; that they came still counts. Returns how many."""
    if not first_time(session, at, f"guests:{at.today().isoformat()}"):
        return 0
    old = select(Activity).where(col(Activity.guests).is_not(None), col(Activity.ends_at) < at.now - GUESTS_KEPT)
    return sum(_blank(activity, activity.guests or []) for activity in session.exec(old).all())


def guests_named(session: Session, actor: Actor, _at: Moment, activity_id: int) -> tuple[str, tuple[str, ...]]:
    """Return an activity's title, and the guests whose names are still kept, for those who act for it."""
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    activity = find_activity(session, activity_id)
    return activity.title, tuple(dict.fromkeys(filter(None, activity.guests or ())))


def erase_guest(session: Session, actor: Actor, at: Moment, activity_id: int, sign: str) -> tuple[str, tuple[str, ...]]:
    """Forget a guest who asks for it, wherever the name was noted; that somebody came still counts, verified or not."""
    _, named = guests_named(session, actor, at, activity_id)
    name = next((one for one in named if audit.fingerprint(one) == sign), None)
    if name is not None:
        gone = {"people": forget_guest(session, name)}
        audit.record(session, at, actor.id, "guest.erase", f"activity:{activity_id}", None, gone)
    return guests_named(session, actor, at, activity_id)


def forget_guest(session: Session, name: str) -> int:
    """Forget a name wherever it was noted as a guest's: its bearer is erased. Returns how often it was."""
    noted = session.exec(select(Activity).where(col(Activity.guests).is_not(None))).all()
    return sum(_blank(activity, [name]) for activity in noted)


def _blank(activity: Activity, names: list[str]) -> int:
    before = activity.guests or []
    gone = sum(bool(name) and name in names for name in before)
    if gone:
        activity.guests = ["" if name in names else name for name in before]
    return gone


@dataclass(frozen=True)
class Leaving:
    """Who may have left early or (`late`) come late, and when: the moments to choose from.

    `unclear` is what was typed and names nobody who is present, or no time within the activity.
    """

    activity_id: int
    people: tuple[Person, ...]
    chosen: Person | None = None
    moments: tuple[tuple[int, dt.datetime], ...] = ()
    late: bool = False
    unclear: str = ""


def who_left(
    session: Session, actor: Actor, at: Moment, activity_id: int, member_id: int = 0, *, late: bool = False
) -> Leaving:
    """有人早走, 有人来晚: those who are marked as present; of one of them (`member_id`) the times to choose from."""
    activity = roll_call.demand_markable(session, actor, at, activity_id)
    people = roll_call.roll(session, actor, at, activity_id)
    present = tuple(person for person in people if person.state is AttendanceState.PRESENT)
    chosen = next((person for person in present if person.member_id == member_id), None)
    whole = int((activity.ends_at - activity.starts_at).total_seconds() // 60)
    step = max(15, -(-whole // STEPS // 15) * 15)
    data = {"activity": activity_id, "member": chosen.member_id if chosen else 0, "late": late}
    conversations.put(session, at, actor.address, KIND, LEAVING, data)
    moments = [(minutes, activity.starts_at + dt.timedelta(minutes=minutes)) for minutes in range(step, whole, step)]
    return Leaving(activity_id, present, chosen, tuple(moments), late)


def take_leaving(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str
) -> Leaving | RollCall:
    """Take a typed name, then a typed time (`15:10`, `三点走的`): in the activity there is only one such time."""
    data = conversation.data
    asked = who_left(session, actor, at, data["activity"], data["member"], late=data["late"])
    if asked.chosen is None:
        named = [one for one in asked.people if "".join(text.split()) in one.name]
        if len(named) != 1:
            return replace(asked, unclear=text[:NAME_MAX])
        return who_left(session, actor, at, data["activity"], named[0].member_id, late=data["late"])
    activity = find_activity(session, data["activity"])
    typed = _AROUND_A_TIME.sub("", plain(text))
    starts, ends = at.wall(activity.starts_at), at.wall(activity.ends_at)
    reads = [read_time_range(half + typed, starts.date()) for half in ("", "上午", "下午", "晚上")]
    found = {
        read.starts for read in reads if isinstance(read, Span) and read.ends is None and starts < read.starts < ends
    }
    if len(found) != 1:
        return replace(asked, unclear=text[:NAME_MAX])
    minutes = int((found.pop() - starts).total_seconds() // 60)
    return left_at(session, actor, at, data["activity"], asked.chosen.member_id, minutes, late=data["late"])


_AROUND_A_TIME = re.compile(r"[左右就才多是在的走到来离开了。！!]+$|^(?:大概|大约|约|差不多|是|在)+")


def left_at(
    session: Session, actor: Actor, at: Moment, activity_id: int, member_id: int, minutes: int, *, late: bool = False
) -> RollCall:
    """Say after how many minutes somebody left, or (`late`) came; 0: as planned. Hours count for the time between."""
    activity = roll_call.demand_markable(session, actor, at, activity_id)
    mark = session.exec(
        select(Attendance)
        .where(Attendance.activity_id == activity_id, Attendance.member_id == member_id)
        .with_for_update()
    ).first()
    when = activity.starts_at + dt.timedelta(minutes=minutes) if minutes else None
    if mark is None or minutes < 0 or (when is not None and when >= activity.ends_at):
        raise Refused(Reason.GONE)
    if when is None and not late and activity.check_out:
        when = activity.ends_at  # said by the leader: it stands for having checked out
    which = "since" if late else "until"
    since, until = (when, mark.until) if late else (mark.since, when)
    if since is not None and until is not None and since >= until:
        raise Refused(Reason.CAME_AFTER_LEAVING)
    before, after = ({which: str(one) if one else None} for one in (getattr(mark, which), when))
    mark.since, mark.until = since, until
    session.add(mark)
    subject = f"activity:{activity_id}/member:{member_id}"
    audit.record(session, at, actor.id, "attendance.part", subject, before, after)
    return back(session, actor, at, activity_id)


def stayed(session: Session, actor: Actor, at: Moment, activity_id: int) -> RollCall:
    """没签退的算到结束: who has not checked out was there to the end, says the leader."""
    activity = roll_call.demand_markable(session, actor, at, activity_id)
    if activity.ends_at > at.now:
        raise Refused(Reason.NOT_ENDED, title=activity.title)
    marks = session.exec(select(Attendance).where(Attendance.activity_id == activity_id).with_for_update()).all()
    for mark in marks:
        if not_out(activity, mark):
            mark.until = activity.ends_at
            session.add(mark)
            subject, after = f"activity:{activity_id}/member:{mark.member_id}", {"until": str(mark.until)}
            audit.record(session, at, actor.id, "attendance.part", subject, {"until": None}, after)
    session.flush()
    return roll_call.see(session, actor, at, activity_id)

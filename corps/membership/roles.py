"""Roles (联络员, 统筹): who gives them, and that one coordinator always stays."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.membership import duties
from corps.moment import Moment
from corps.notices import offices
from corps.notices.declarations import Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor, lock_member, person
from corps.refusals import Reason, Refused
from models import Member
from models.enums import MemberStatus


class Role(StrEnum):
    """A role that a coordinator gives and takes."""

    LEADER = "l"
    COORDINATOR = "c"


@dataclass(frozen=True)
class Powers:
    """What an actor may do with a member. Looked up for each screen, and again for each tap."""

    see: bool = False
    lead: bool = False
    coordinate: bool = False
    move: bool = False
    remove: bool = False


def powers(actor: Actor, member: Member) -> Powers:
    """Return what `actor` may do with an admitted member.

    A coordinator may do everything, but goes by /settings, not by removing oneself. A leader sees the own
    team, and moves or removes its plain members: whoever has a role answers to the coordinators.
    """
    itself = member.id == actor.member_id
    if actor.is_coordinator:
        return Powers(see=True, lead=member.team_id is not None, coordinate=True, move=True, remove=not itself)
    plain = not itself and not member.is_leader and not member.is_coordinator
    ours = actor.leads(member.team_id)
    return Powers(see=ours, move=ours and plain, remove=ours and plain)


def lock_admitted(session: Session, member_id: int) -> Member:
    """Return an admitted member, locked. Raises Refused when the person is not, or no longer, in the corps."""
    member = lock_member(session, member_id) if session.get(Member, member_id) else None
    if member is None or member.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.PERSON_GONE, f"member:{member_id}")
    return member


def demand_another_coordinator(session: Session, member_id: int) -> None:
    """Lock the coordinators, in order, and raise Refused if the member is the only one.

    Two coordinators who dismiss each other at once would otherwise leave none. Locked before anything else,
    so that the two wait for each other instead of in a circle.
    """
    statement = select(Member.id).where(col(Member.is_coordinator), Member.status == MemberStatus.ACTIVE)
    ids = session.exec(statement.order_by(col(Member.id)).with_for_update(key_share=True)).all()
    if list(ids) == [member_id]:
        raise Refused(Reason.LAST_COORDINATOR)


@dataclass(frozen=True)
class RoleSet:
    """The outcome: the person as they are now, and whether that is new."""

    person: Actor
    changed: bool


def set_leader(session: Session, actor: Actor, at: Moment, member_id: int, *, on: bool) -> RoleSet:
    """设为联络员, or no longer, of the team the person is in. Coordinators only."""
    member = lock_admitted(session, member_id)
    if not powers(actor, member).lead:
        raise Refused(Reason.NOT_ALLOWED)
    return _set(session, actor, at, member, "is_leader", on=on)


def set_coordinator(session: Session, actor: Actor, at: Moment, member_id: int, *, on: bool) -> RoleSet:
    """设为统筹, or no longer. Coordinators only; one always stays (the settings' own are back on /start)."""
    if not on:
        demand_another_coordinator(session, member_id)
    member = lock_admitted(session, member_id)
    if not powers(actor, member).coordinate:
        raise Refused(Reason.NOT_ALLOWED)
    return _set(session, actor, at, member, "is_coordinator", on=on)


def _set(session: Session, actor: Actor, at: Moment, member: Member, role: str, *, on: bool) -> RoleSet:
    changed = getattr(member, role) is not on
    if changed:
        setattr(member, role, on)
        session.add(member)
        session.flush()
        audit.record(session, at, actor.id, "member.role", f"member:{member.id}", {role: not on}, {role: on})
        _tell(session, at, actor, member, role, on=on)
        if not on:
            duties.pass_on(session, at, member.id or 0, member.team_id if role == "is_leader" else None)
        elif role == "is_coordinator":
            offices.ask_unheard(session, at)
    return RoleSet(person(session, at, member.id or 0), changed)


def _tell(session: Session, at: Moment, actor: Actor, member: Member, role: str, *, on: bool) -> None:
    """Owe the person the news, unless it is one's own doing."""
    if member.id == actor.member_id:
        return
    key = f"role:{member.id}:{role}:{int(on)}:{at.now.timestamp()}"
    told = notices.Owed(
        kind=Kind.ROLE, key=key, member=member, subject={"role": role, "on": on, "team": member.team_id}
    )
    notices.owe(session, at, [told])


def _facts(question: Question) -> Parts | None:
    subject = question.due.subject
    return () if still_so(question.session, question.due.member_id, subject["role"], on=subject["on"]) else None


declare(Kind.ROLE, _facts)


def still_so(session: Session, member_id: int | None, role: str, *, on: bool) -> bool:
    """Tell whether what a role notice says is still true when it goes out."""
    member = session.get(Member, member_id) if member_id else None
    return member is not None and member.status is MemberStatus.ACTIVE and getattr(member, role) is on


def lay_down(member: Member) -> None:
    """Take the person's roles away, because they go."""
    member.is_leader = member.is_coordinator = False

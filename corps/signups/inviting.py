"""Asking people to consider an activity (请人报名). Rotation proposes, people accept: nobody is assigned."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func
from sqlmodel import Session, col, select

from corps import audit, member_addresses, notices
from corps.activities import cards
from corps.activities.cards import Card, see
from corps.activities.places import HOLDS_OR_WAITS, filling_teams, holds_place, hours_of, serves_at
from corps.activities.presence import came_there
from corps.activities.stages import demand_ahead
from corps.moment import Moment
from corps.notices.declarations import Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups.slots import overlapping
from corps.sql import page_within
from models import Activity, Attendance, Member, Notice, SignUp, Slot
from models.enums import MemberStatus

PAGE = 10


def _still_free(question: Question, card: Card) -> bool:
    """Tell whether the person holds nothing here, and by now nothing elsewhere at that time either."""
    if not card.ahead or any(slot.mine is not None for slot in card.slots):
        return False
    return overlapping(question.session, question.due.member_id or 0, _asked_for(card)) is None


def _asked_for(card: Card) -> tuple[dt.datetime, dt.datetime]:
    """Return from when to when people are looked for."""
    hours = [hours_of(slot, card.starts_at, card.ends_at) for slot in card.slots if slot.lacks_people]
    hours = hours or [(card.starts_at, card.ends_at)]
    return min(begin for begin, _ in hours), max(end for _, end in hours)


declare(Kind.INVITE, cards.shown(_still_free), optional=True)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked."""

    member_id: int
    name: str


@dataclass(frozen=True)
class Candidates:
    """A page of those who could be asked, and how many have been asked already."""

    card: Card
    people: tuple[Candidate, ...]
    page: int
    pages: int
    asked: int


def candidates(session: Session, actor: Actor, at: Moment, activity_id: int, page: int = 0) -> Candidates:
    """Return who is free then and not signed up, whoever has served least recently first. Says nobody's figures."""
    card, teams = _demand(session, actor, at, activity_id)
    statement = _free(at, card, teams)
    total = session.exec(select(func.count()).select_from(statement.subquery())).one()
    page, pages = page_within(total, page, PAGE)
    rows = session.exec(_in_rotation(statement).offset(page * PAGE).limit(PAGE)).all()
    asked = (
        select(func.count())
        .select_from(Notice)
        .where(Notice.kind == Kind.INVITE.value, Notice.activity_id == activity_id)
    )
    return Candidates(card, tuple(Candidate(*row) for row in rows), page, pages, session.exec(asked).one())


def invite(session: Session, actor: Actor, at: Moment, activity_id: int, member_id: int) -> str:
    """Owe one person the card with a word that `actor` thought of them, once ever. Returns the person's name."""
    card, teams = _demand(session, actor, at, activity_id)
    member = session.get(Member, member_id)
    if member is None or member.status is not MemberStatus.ACTIVE or member.team_id not in teams:
        raise Refused(Reason.NOT_ALLOWED)
    held = select(SignUp.id).where(
        SignUp.activity_id == activity_id, SignUp.member_id == member_id, col(SignUp.state).in_(HOLDS_OR_WAITS)
    )
    if session.exec(held).first() is not None:
        raise Refused(Reason.ALREADY_DECIDED, f"activity:{activity_id}/member:{member_id}", name=member.name)
    word = notices.Owed(
        kind=Kind.INVITE,
        key=f"invite:{activity_id}:{member_id}",
        member=member,
        subject={"member": actor.id},
        activity_id=activity_id,
        expires_at=max(hours_of(slot, card.starts_at, card.ends_at)[0] for slot in card.slots if slot.lacks_people),
    )
    _demand_free(session, at, card, teams, member, word.key)
    if not notices.owe(session, at, [word]):
        raise Refused(Reason.ALREADY_DECIDED, f"activity:{activity_id}/member:{member_id}", name=member.name)
    audit.record(session, at, actor.id, "activity.invite", f"activity:{activity_id}/member:{member_id}")
    return member.name


def _demand_free(session: Session, at: Moment, card: Card, teams: list[int], member: Member, key: str) -> None:
    """Raise Refused for somebody who is busy, rests or is out of reach by now; of who was asked, the caller hears."""
    asked = session.exec(select(Notice.id).where(Notice.key == key)).first() is not None
    if not asked and session.exec(_free(at, card, teams).where(Member.id == member.id)).first() is None:
        raise Refused(Reason.NOT_FREE, name=member.name)


def invite_and_list(
    session: Session, actor: Actor, at: Moment, activity_id: int, member_id: int, page: int
) -> tuple[str, Candidates]:
    """Ask one person, and return the name and the page of those who can still be asked: the next in turn moves up."""
    name = invite(session, actor, at, activity_id, member_id)
    return name, candidates(session, actor, at, activity_id, page)


def _demand(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, list[int]]:
    """Return the card and the teams whose members this person may ask. Raises Refused when there is nothing to ask."""
    card = see(session, actor, at, activity_id)
    if not (actor.is_coordinator or (actor.team_id in card.team_ids and actor.leads(actor.team_id))):
        raise Refused(Reason.NOT_ALLOWED)
    if not card.ahead:
        demand_ahead(card, at.now, card.title)
    wanted = {team for slot in card.slots if slot.lacks_people for team in filling_teams(slot, card.team_ids)}
    teams = wanted if actor.is_coordinator else wanted & {actor.team_id or 0}
    if not teams:
        raise Refused(Reason.NO_ROOM, title=card.title)
    return card, sorted(teams)


def _free(at: Moment, card: Card, teams: list[int]) -> Any:  # noqa: ANN401 - SQLModel's select
    """Return the members of the teams who hold nothing here or elsewhere at that time, and have not been asked."""
    here = (
        col(SignUp.member_id) == col(Member.id),
        col(SignUp.activity_id) == card.id,
        col(SignUp.state).in_(HOLDS_OR_WAITS),
    )
    busy = (
        col(SignUp.member_id) == col(Member.id),
        holds_place(),
        col(SignUp.activity_id) == col(Activity.id),
        col(SignUp.slot_id) == col(Slot.id),
        serves_at(*_asked_for(card)),
    )
    asked = (
        col(Notice.member_id) == col(Member.id),
        col(Notice.activity_id) == card.id,
        col(Notice.kind) == Kind.INVITE.value,
    )
    rests = col(Member.paused_until) > at.now
    return select(Member.id, Member.name).where(
        Member.status == MemberStatus.ACTIVE,
        col(Member.team_id).in_(teams),
        member_addresses.can_be_reached(),
        col(Member.paused_until).is_(None) | ~rests,
        ~exists().where(*here),
        ~exists().where(*busy),
        ~exists().where(*asked),
    )


def _in_rotation(statement: Any) -> Any:  # noqa: ANN401 - SQLModel's select
    """Order by the last service, the longest ago first; who has never served comes before all."""
    last = (
        select(func.max(Activity.starts_at))
        .join(Attendance, col(Attendance.activity_id) == col(Activity.id))
        .where(col(Attendance.member_id) == col(Member.id), came_there())
        .scalar_subquery()
    )
    return statement.order_by(last.is_not(None), last, col(Member.id))

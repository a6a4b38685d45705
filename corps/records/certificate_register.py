"""The register of records of service: one's own, all for coordinators, and what anybody may know of a number."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps.moment import Moment
from corps.people import Actor, demand_coordinator
from corps.refusals import Reason, Refused
from corps.sql import page_within
from models import Certificate, Member
from models.enums import CertificateState

A_PAGE = 8


@dataclass(frozen=True)
class CertificateLine:
    """A record in a list."""

    id: int
    number: str
    state: CertificateState
    name: str
    minutes: int
    day: dt.date


@dataclass(frozen=True)
class CertificateList:
    """A person's own records, or (`register`) a page of all that were asked for, the newest first."""

    register: bool
    lines: tuple[CertificateLine, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class Checked:
    """What anybody may know of a number."""

    number: str
    valid: bool
    issuer: str
    since: dt.date
    until: dt.date
    minutes: int
    issued_on: dt.date


def list_own(session: Session, actor: Actor, at: Moment) -> CertificateList:
    """Return what the person has asked for."""
    return _list(session, at, 0, member_id=actor.id)


def list_for(session: Session, actor: Actor, at: Moment) -> CertificateList:
    """Return the register to coordinators, to others their own."""
    return list_register(session, actor, at) if actor.is_coordinator else list_own(session, actor, at)


def list_register(session: Session, actor: Actor, at: Moment, page: int = 0) -> CertificateList:
    """Return a page of the register, for coordinators."""
    demand_coordinator(actor)
    return _list(session, at, page)


def check(session: Session, _actor: Actor, at: Moment, typed: str) -> Checked:
    """Return what anybody may know of a number. Raises Refused when no record has it."""
    number = "".join(typed.split()).upper()
    row = session.exec(select(Certificate).where(Certificate.number == number)).first() if number else None
    if row is None or row.number is None or row.decided_at is None:
        raise Refused(Reason.NUMBER_UNKNOWN)
    return Checked(
        number=row.number,
        valid=row.state is CertificateState.ISSUED,
        issuer=row.issuer,
        since=row.since,
        until=row.until,
        minutes=row.minutes,
        issued_on=at.wall(row.decided_at).date(),
    )


def _list(session: Session, at: Moment, page: int, member_id: int | None = None) -> CertificateList:
    wanted = [] if member_id is None else [col(Certificate.member_id) == member_id]
    total = session.exec(select(func.count()).select_from(Certificate).where(*wanted)).one()
    page, pages = page_within(total, page, A_PAGE)
    rows = session.exec(
        select(Certificate, Member.name)
        .join(Member, col(Member.id) == col(Certificate.member_id))
        .where(*wanted)
        .order_by(col(Certificate.asked_at).desc(), col(Certificate.id).desc())
        .offset(page * A_PAGE)
        .limit(A_PAGE)
    ).all()
    return CertificateList(
        register=member_id is None,
        lines=tuple(
            CertificateLine(
                row.id or 0,
                row.number or "",
                row.state,
                name,
                row.minutes,
                at.wall(row.decided_at or row.asked_at).date(),
            )
            for row, name in rows
        ),
        page=page,
        pages=pages,
    )

"""What is for an office goes to whoever holds it by now: handed on when the one who had it can't be reached, or left.

Keys of such notices end with the member's id, so nobody is told the same thing twice.
"""

from dataclasses import replace

from sqlmodel import Session, col, or_, select

from corps.moment import Moment
from corps.notices import outbox
from corps.notices.declarations import DECLARED, Lookups, Question, declared
from corps.notices.due import Owed
from corps.notices.kinds import URGENT, Kind
from corps.people import Office, person
from corps.refusals import Refused
from models import Member, Notice
from models.enums import NoticeState

UNREACHABLE = "unreachable"
"""Why a notice was cancelled or failed: the person can't be reached. Such notices are owed again on return."""

_NOT_OUT = (NoticeState.OWED, NoticeState.LEASED, NoticeState.FAILED)

_HAS_IT = (NoticeState.OWED, NoticeState.LEASED, NoticeState.SENT)

_TO = ":to:"
"""In a key: what began with one person is for somebody who stands in."""


def for_one(notice: Owed, office: Office) -> list[Owed]:
    """Return the notice, which is for one person, as it is owed to those who hold that person's office now."""
    own = notice.member.id if notice.member is not None else None
    keys = {member.id: notice.key if member.id == own else f"{notice.key}{_TO}{member.id}" for member in office.people}
    return [replace(notice, member=member, key=keys[member.id]) for member in office.people]


def _stem(notice: Notice) -> str:
    """Return what the keys of a notice to several people have in common."""
    if declared(Kind(notice.kind)).single:
        return notice.key.partition(_TO)[0] + _TO
    return notice.key.rpartition(":")[0] + ":"


def hand_on(session: Session, at: Moment, notice: Notice) -> int:
    """Owe a notice that still says something to those who answer for it now and do not have it. To how many?"""
    office = declared(Kind(notice.kind)).office
    if office is None or notice.member_id is None:
        return 0
    stem = _stem(notice)
    owed = [
        Owed(
            Kind(notice.kind),
            f"{stem}{member.id}",
            member,
            notice.subject,
            notice.activity_id,
            expires_at=notice.expires_at,
            urgent=notice.priority == URGENT,
        )
        for member in office(session, notice).people
        if member.id != notice.member_id and _says_something(session, at, notice, member)
    ]
    return outbox.owe(session, at, owed)


def _says_something(session: Session, at: Moment, notice: Notice, member: Member) -> bool:
    """Tell whether there is anything in it for that member, as things stand."""
    reader = person(session, at, member.id or 0)
    due = outbox.due_of(at, notice, member, reader.address)
    try:
        return declared(due.kind).facts(Question(Lookups(session, at), due, reader)) is not None
    except Refused:
        return False


def hand_on_of(session: Session, at: Moment, member_id: int) -> int:
    """Hand on what a member is owed as holder of an office, and the requests not answered yet. Returns how many."""
    kinds = [known.kind.value for known in DECLARED.values() if known.office is not None]
    waiting = col(Notice.kind).in_([known.kind.value for known in DECLARED.values() if known.waits])
    kept = or_(
        col(Notice.state).in_(_NOT_OUT),
        col(Notice.error) == UNREACHABLE,
        (col(Notice.state) == NoticeState.SENT) & waiting,
    )
    theirs = select(Notice).where(Notice.member_id == member_id, col(Notice.kind).in_(kinds), kept)
    rows = session.exec(theirs.where(col(Notice.expires_at) > at.now).order_by(col(Notice.id))).all()
    return sum(hand_on(session, at, notice) for notice in rows)


def ask_unheard(session: Session, at: Moment) -> None:
    """Ask those who hold an office by now for what waits and nobody was there to be asked for."""
    session.flush()
    for kind in Kind:
        known = DECLARED.get(kind)
        for request, office in known.requests(session) if known is not None and known.requests is not None else ():
            if not _is_heard(session, request.key):
                outbox.owe(session, at, request.to(office.people))


def _is_heard(session: Session, stem: str) -> bool:
    """Tell whether anybody has, or will get, a notice whose key is `stem` and a member's id."""
    begins = col(Notice.key).startswith(f"{stem}:", autoescape=True)
    return session.exec(select(Notice.id).where(begins, col(Notice.state).in_(_HAS_IT)).limit(1)).first() is not None

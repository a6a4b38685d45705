"""Erasing a person: activities and hours stay, under a pseudonym (docs/rules.md, rule 10).

A backup still knows the person. So that a restore brings nobody back, whoever keeps the database also keeps which rows
were erased: `rows_erased` tells, `erase_again` does it once more.
"""

import datetime as dt
import json
from collections.abc import Callable

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from corps import audit, member_addresses, mentions, ratings, second_person
from corps.attendance import hours, photos, roll_form
from corps.mailbox import mailboxes
from corps.membership import certificates_kept, said
from corps.membership.leaving import depart
from corps.membership.roles import demand_another_coordinator
from corps.moment import Moment
from corps.own_hours import own_services
from corps.pages import devices
from corps.people import Actor, lock_member
from corps.publicity import objections
from models import Audit, Broadcast, Draft, Member, Notice, ShownCard, ShownCode
from models.enums import MemberStatus, NoticeState, SignUpState

ERASED = "erased"
"""Set in `Session.info` when somebody is erased: once that is committed, no trace may stay in the database's files."""

Row = tuple[int, dt.datetime]
"""Which row of a person is meant: its number and when it was made. Together they name a row in every backup of one
database, also where a number was given to somebody else after a restore."""


def erase(session: Session, actor: Actor, at: Moment) -> int:
    """Forget who the person is. Returns how many future sign-ups ended.

    The name gives way to a pseudonym; the addresses, settings, drafts, photos and the content of notices go.
    Attendance, hours and what the person made stay, as the corps' record. Raises Refused for the last
    coordinator.
    """
    demand_another_coordinator(session, actor.id)
    return _erase(session, at, lock_member(session, actor.id))


def rows_erased(session: Session) -> list[Row]:
    """Return the rows of all who have been erased."""
    gone = select(Member.id, Member.created_at).where(Member.status == MemberStatus.ERASED)
    return [(number or 0, made) for number, made in session.exec(gone).all()]


def erase_again(session: Session, at: Moment, was_erased: Callable[[int, dt.datetime], bool]) -> int:
    """Erase those whom a backup has brought back. Returns how many; the last coordinator, too, had asked for it."""
    known = select(Member.id, Member.created_at).where(Member.status != MemberStatus.ERASED).order_by(col(Member.id))
    back = [number or 0 for number, made in session.exec(known).all() if was_erased(number or 0, made)]
    for number in back:
        _erase(session, at, lock_member(session, number))
    return len(back)


def _erase(session: Session, at: Moment, member: Member) -> int:
    number = member.id or 0
    _drop_imports(session, member.name)
    roll_form.forget_guest(session, member.name)
    hours.forget(session, number)
    released = depart(session, at, number, member, MemberStatus.ERASED, SignUpState.WITHDRAWN)
    mentions.forget(session, member, pseudonym(number))
    _forget(member)
    session.add(member)
    session.flush()
    connection, addresses = session.connection(), member_addresses.forget(session, number)
    connection.execute(delete(Draft).where(col(Draft.address).in_(addresses)))
    for shown in (ShownCard, ShownCode):
        connection.execute(delete(shown).where(col(shown.address).in_(addresses)))
    devices.forget(session, addresses)
    mailboxes.forget(session, number)
    connection.execute(
        update(Broadcast)
        .where(col(Broadcast.card_address).in_(addresses))
        .values(card_address=None, card_message_id=None)
    )
    photos.forget(session, number)
    ratings.forget(session, number)
    certificates_kept.forget(session, number)
    own_services.forget(session, number)
    objections.forget(session, at, number)
    _empty_notices(session, number)
    said.forget(session, number)
    _redact_trace(session, number)
    recognised = {second_person.SEALED: [member_addresses.sealed(address) for address in addresses]}
    audit.record(session, at, number, "member.erase", f"member:{number}", None, recognised)
    session.info[ERASED] = True
    return released


def _drop_imports(session: Session, name: str) -> None:
    """Delete the files that wait to be imported and name the person."""
    for waiting in session.exec(select(Draft).where(Draft.kind == "import")).all():
        if name in json.dumps(waiting.data, ensure_ascii=False):
            session.delete(waiting)
    session.flush()


def pseudonym(member_id: int) -> str:
    """Return what stands in lists where an erased person's name was."""
    return f"成员#{member_id} 已删除"


def _forget(member: Member) -> None:
    member.name, member.language = pseudonym(member.id or 0), None
    member.consent_version = member.consented_at = None
    member.reminders, member.lead_minutes, member.paused_until = True, None, None
    member.keyboard, member.nickname = False, ""


def _empty_notices(session: Session, member_id: int) -> None:
    """Cancel what is still owed to the person, and keep of the rest only that something was sent."""
    own = col(Notice.member_id) == member_id
    waiting = col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED))
    session.connection().execute(update(Notice).where(own, waiting).values(state=NoticeState.CANCELLED))
    session.connection().execute(
        update(Notice).where(own).values(address=None, subject={}, error="", message_id=None, lease_until=None)
    )


def _redact_trace(session: Session, member_id: int) -> None:
    """Take the names out of the trace of name changes: the one exception to its being append-only."""
    rows = session.exec(
        select(Audit).where(Audit.subject == f"member:{member_id}", Audit.action == "member.rename")
    ).all()
    for row in rows:
        row.before = row.after = {"name": pseudonym(member_id)}
        session.add(row)
    session.flush()

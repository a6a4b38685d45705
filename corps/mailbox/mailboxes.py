"""A member's mail address: tied once it is theirs, taken back by them, or stopped from within a message."""

import secrets

from sqlalchemy import delete
from sqlmodel import Session, col, select

from corps import audit, member_addresses, notices
from corps.addresses import Address
from corps.moment import Moment
from corps.notices import reachability
from corps.notices.declarations import Parts, Question, declare, names
from corps.notices.kinds import Kind
from corps.people import Actor, lock_member
from corps.refusals import Reason, Refused
from models import MailedEntry, Member, MemberAddress
from models.enums import MailChange

MAIL = "mail"
"""The name of the channel."""


def _told(question: Question) -> Parts | None:
    return (names(question),) if question.actor.is_member else None


declare(Kind.MAIL_CHANGED, _told)


def of(session: Session, member_id: int) -> Address | None:
    """Return a member's mail address, None when they have given none."""
    theirs = member_addresses.known(session, [member_id]).get(member_id, [])
    return next((one.address for one in theirs if one.address.channel == MAIL), None)


def tie(session: Session, actor: Actor, at: Moment, address: Address) -> None:
    """Let the person be written to there too; it replaces another address that they had given.

    Raises Refused when somebody else is written to there.
    """
    member = lock_member(session, actor.id)
    there = member_addresses.find(session, address)
    if there is not None and there.member_id != actor.id:
        raise Refused(Reason.MAIL_TAKEN)
    before = of(session, actor.id)
    if before != address:
        preferred = _drop(session, actor.id)
        member_addresses.add(session, at, actor.id, address)
        if preferred:
            member_addresses.prefer(session, actor.id, address)
    else:
        reachability.back(session, at, address)  # shown to work, whatever was thought of it
    audit.record(session, at, actor.id, "mail.tie", f"member:{actor.id}")
    _tell(session, at, member, MailChange.TIED)


def remove(session: Session, actor: Actor, at: Moment) -> None:
    """Forget the person's mail address. Nothing happens when there is none."""
    member = lock_member(session, actor.id)
    if of(session, actor.id) is not None:
        _end(session, at, member, MailChange.REMOVED, "mail.remove")


def _end(session: Session, at: Moment, member: Member, change: MailChange, action: str) -> None:
    member_id = member.id or 0
    _drop(session, member_id)
    session.connection().execute(delete(MailedEntry).where(col(MailedEntry.member_id) == member_id))
    audit.record(session, at, member_id, action, f"member:{member_id}")
    _tell(session, at, member, change)


def _drop(session: Session, member_id: int) -> bool:
    """Take the mail address away. Returns whether it was the preferred one."""
    address = of(session, member_id)
    return address is not None and member_addresses.remove(session, member_id, address)


def _tell(session: Session, at: Moment, member: Member, change: MailChange) -> None:
    key = f"{Kind.MAIL_CHANGED.value}:{change.value}:{member.id}:{at.now.timestamp()}"
    notices.owe(session, at, [notices.Owed(Kind.MAIL_CHANGED, key, member, {"change": change.value})])


def token_of(session: Session, _at: Moment, address: Address) -> str:
    """Return what stops messages to a mail address, in each of them; empty when it is nobody's."""
    row = member_addresses.find(session, address)
    if row is None:
        return ""
    if not row.token:
        row.token = secrets.token_urlsafe(16)
        session.add(row)
        session.flush()
    return row.token


def whose(session: Session, _at: Moment, token: str) -> str:
    """Return the address that a token stops; empty when it stops none any more."""
    row = _by(session, token)
    return row.external if row is not None else ""


def _by(session: Session, token: str) -> MemberAddress | None:
    return session.exec(select(MemberAddress).where(MemberAddress.token == token)).first() if token else None


def stop(session: Session, at: Moment, token: str) -> bool:
    """Send no more mail to the address that the token is for; its person is told elsewhere.

    Returns False when it was stopped already: whoever presses twice has what they want.
    """
    row = _by(session, token)
    if row is None:
        return False
    _end(session, at, lock_member(session, row.member_id), MailChange.STOPPED, "mail.stop")
    return True


def forget(session: Session, member_id: int) -> None:
    """Forget which calendar entries were mailed to a member who is erased."""
    session.connection().execute(delete(MailedEntry).where(col(MailedEntry.member_id) == member_id))

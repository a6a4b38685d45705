"""Whether a person can be reached. Who blocked the bot gets nothing until they return; the leader is told once."""

import datetime as dt

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from corps import audit, member_addresses
from corps.addresses import Address
from corps.moment import Moment
from corps.notices import offices, outbox
from corps.notices.declarations import DAY, Listing, Parts, Question, declare, names
from corps.notices.due import Owed
from corps.notices.kinds import Kind
from corps.people import Office, who_answers
from models import Member, MemberAddress, Notice
from models.enums import MemberStatus, NoticeState

UNREACHABLE = offices.UNREACHABLE
"""Why a notice was cancelled or failed: the person can't be reached. Such notices are owed again on return."""

PROBE = "probe"
"""In a notice's subject: it is to be tried although the address is marked. That it arrives takes the mark away."""

GATHER = dt.timedelta(minutes=10)
"""How long the word to the leader waits: a broadcast finds many at once, and they make one message."""


def lost(session: Session, at: Moment, address: Address | None, why: str = "") -> bool:
    """Mark an address as one that can't be reached; when it was the person's last, tell those who lead them, once.

    Returns whether the person can't be reached at all, and could be until now.
    """
    row = member_addresses.find(session, address) if address is not None else None
    if row is None or row.unreachable_since is not None:
        return False
    row.unreachable_since, row.why = at.now, why[: member_addresses.WHY_MAX]
    session.add(row)
    session.flush()
    if row.member_id not in member_addresses.lost_since(session, [row.member_id]):
        _trace(session, at, row, "address.unreachable")
        return False
    audit.record(session, at, row.member_id, "member.unreachable", f"member:{row.member_id}")
    member = session.get(Member, row.member_id)
    if member is not None and member.status is MemberStatus.ACTIVE:
        helpers = who_answers(session, member.team_id, but=(member.id,))
        outbox.owe(session, at, [_word(session, at, member, row.channel, helper) for helper in helpers.people])
    offices.hand_on_of(session, at, row.member_id)
    return True


def _trace(session: Session, at: Moment, row: MemberAddress, action: str) -> None:
    about = {"channel": row.channel}
    audit.record(session, at, row.member_id, action, f"member:{row.member_id}", None, about)


def _word(session: Session, at: Moment, member: Member, channel: str, leader: Member) -> Owed:
    return Owed(
        kind=Kind.UNREACHABLE,
        key=f"unreachable:{member.id}:{int(at.now.timestamp())}:{leader.id}",
        member=leader,
        subject={"member": member.id, "channel": channel},
        due_at=_gathering(session, leader) or at.now + GATHER,
    )


def _still_lost(question: Question) -> Parts | None:
    """Return who cannot be reached, for one who leads them, unless they are back."""
    member_id = question.due.subject["member"]
    member = question.session.get(Member, member_id)
    gone = member_addresses.lost_since(question.session, [member_id])
    concerned = member is not None and bool(gone) and question.actor.manages(member.team_id)
    return (names(question),) if concerned else None


def _helpers(session: Session, notice: Notice) -> Office:
    member = session.get(Member, notice.subject["member"])
    return who_answers(session, member.team_id if member is not None else None, but=(notice.subject["member"],))


declare(
    Kind.UNREACHABLE,
    _still_lost,
    priority=6,
    keeps=7 * DAY,
    listing=Listing(Kind.UNREACHABLE, most=None),
    office=_helpers,
)


def _gathering(session: Session, leader: Member) -> dt.datetime | None:
    """Return when the word that the leader is owed already goes out: whoever is lost until then is in it."""
    return session.exec(
        select(func.min(Notice.due_at)).where(
            Notice.kind == Kind.UNREACHABLE.value,
            Notice.member_id == leader.id,
            Notice.state == NoticeState.OWED,
        )
    ).one()


def back(session: Session, at: Moment, address: Address | None) -> int:
    """Unmark an address that can be reached again, and owe again what is still of use, if none of them could be.

    Returns how many notices that were.
    """
    row = member_addresses.find(session, address) if address is not None else None
    if row is None or row.unreachable_since is None:
        return 0
    was_lost = row.member_id in member_addresses.lost_since(session, [row.member_id])
    row.unreachable_since, row.why = None, ""
    session.add(row)
    session.flush()
    if not was_lost:
        _trace(session, at, row, "address.back")
        return 0
    audit.record(session, at, row.member_id, "member.back", f"member:{row.member_id}")
    given_up = or_(col(Notice.error) == UNREACHABLE, col(Notice.state) == NoticeState.FAILED)
    again = session.connection().execute(
        update(Notice)
        .where(
            col(Notice.member_id) == row.member_id,
            col(Notice.state).in_((NoticeState.CANCELLED, NoticeState.FAILED)),
            given_up,
            col(Notice.expires_at) > at.now,
        )
        .values(state=NoticeState.OWED, attempts=0, retry_at=None)
    )
    return again.rowcount

"""What is for an office goes to whoever holds it by now: handed on when the one who had it can't be reached, or left.

Keys of such notices end with the member's id, so nobody is told the same thing twice.
"""

from sqlmodel import Session, col, or_, select

from corps.moment import Moment
from corps.notices import outbox
from corps.notices.declarations import DECLARED, declared
from corps.notices.kinds import URGENT, Kind
from models import Notice
from models.enums import NoticeState

UNREACHABLE = "unreachable"
"""Why a notice was cancelled or failed: the person can't be reached. Such notices are owed again on return."""

_NOT_OUT = (NoticeState.OWED, NoticeState.LEASED, NoticeState.FAILED)

_REQUESTS = (Kind.JOIN_REQUEST, Kind.REPORT_REQUEST, Kind.DRAFT_REQUEST)
"""What still waits for an answer after it was read."""


def hand_on(session: Session, at: Moment, notice: Notice) -> int:
    """Owe a notice to those who answer for it now and do not have it. Returns to how many."""
    office = declared(Kind(notice.kind)).office
    if office is None or notice.member_id is None:
        return 0
    stem = notice.key.rpartition(":")[0]
    owed = [
        outbox.Owed(
            Kind(notice.kind),
            f"{stem}:{member.id}",
            member,
            notice.subject,
            notice.activity_id,
            expires_at=notice.expires_at,
            urgent=notice.priority == URGENT,
        )
        for member in office(session, notice).people
        if member.id != notice.member_id
    ]
    return outbox.owe(session, at, owed)


def hand_on_of(session: Session, at: Moment, member_id: int) -> int:
    """Hand on what a member is owed as holder of an office, and the requests not answered yet. Returns how many."""
    kinds = [known.kind.value for known in DECLARED.values() if known.office is not None]
    kept = or_(
        col(Notice.state).in_(_NOT_OUT),
        col(Notice.error) == UNREACHABLE,
        (col(Notice.state) == NoticeState.SENT) & col(Notice.kind).in_([kind.value for kind in _REQUESTS]),
    )
    theirs = select(Notice).where(Notice.member_id == member_id, col(Notice.kind).in_(kinds), kept)
    rows = session.exec(theirs.where(col(Notice.expires_at) > at.now).order_by(col(Notice.id))).all()
    return sum(hand_on(session, at, notice) for notice in rows)

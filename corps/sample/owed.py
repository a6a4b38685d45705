"""What the sample corps still owes when the curtain rises: a handful of messages a person, the rest is past."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import Session, col, select

from corps.moment import Moment
from corps.notices.kinds import URGENT, Kind
from models import Notice
from models.enums import NoticeState

HANDFUL = 4
"""How many messages wait for each person at first: enough to see, few enough to read."""

USEFUL = (Kind.CARD, Kind.OFFER, Kind.JOIN_REQUEST, Kind.REPORT_REQUEST, Kind.VERIFY_REQUEST, Kind.RETURNED)


def settle_past(session: Session, at: Moment) -> None:
    """End what the past owed as sent, and leave each person the newest few messages that are still of use."""
    owed = session.exec(select(Notice).where(Notice.state == NoticeState.OWED)).all()
    for notice in owed:
        notice.state, notice.sent_at = NoticeState.SENT, min(notice.due_at, at.now)
    _wake(at, owed)


def show_again(session: Session, at: Moment) -> None:
    """Owe the newest few messages once more: the sandbox forgets its chats when it ends, the corps does not."""
    live = select(Notice).where(
        col(Notice.state).in_((NoticeState.SENT, NoticeState.OWED)), col(Notice.expires_at) > at.now
    )
    _wake(at, session.exec(live).all())


def _wake(at: Moment, sent: Sequence[Notice]) -> None:
    """Owe the newest few of each person. All are as urgent as can be, so that they arrive in their order."""
    people: defaultdict[int | None, list[Notice]] = defaultdict(list)
    for notice in sent:
        if Kind(notice.kind) in USEFUL and notice.expires_at > at.now:
            people[notice.member_id].append(notice)
    for notices in people.values():
        for notice in sorted(notices, key=lambda one: (one.due_at, one.id))[-HANDFUL:]:
            notice.state, notice.sent_at, notice.message_id = NoticeState.OWED, None, None
            notice.priority, notice.due_at = URGENT, min(notice.due_at, at.now)

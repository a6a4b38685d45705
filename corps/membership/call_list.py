"""电话清单: what nobody could deliver, for the leader to tell by telephone. One tap, and it is told."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from corps import audit
from corps.moment import Moment
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import first_time
from models import Activity, Broadcast, Member, Milestone, Notice
from models.enums import MemberStatus, NoticeState

_KNOWN = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True)
class Call:
    """Somebody to be called: about which notice, of an activity called `title` if it is about one.

    `words`: what a broadcast says, as markup, so that it can be told.
    """

    notice: int
    name: str
    kind: Kind
    title: str
    due_at: dt.datetime
    sign: str
    words: str = ""


def waiting(session: Session, actor: Actor, at: Moment, team_id: int) -> list[Call]:
    """Return who of a team is still to be called, and about what, the oldest first; for who manages it."""
    if not actor.manages(team_id or None):
        raise Refused(Reason.NOT_ALLOWED)
    statement = (
        select(Notice, Member.name, Activity.title, Broadcast.html)
        .join(Member, col(Member.id) == col(Notice.member_id))
        .outerjoin(Activity, col(Activity.id) == col(Notice.activity_id))
        .outerjoin(Broadcast, col(Broadcast.id) == col(Notice.broadcast_id))
        .where(col(Member.team_id) == team_id, Member.status == MemberStatus.ACTIVE, *_not_told(at))
        .order_by(col(Notice.due_at), col(Notice.id))
    )
    found = session.exec(statement).all()
    keys = [_key(notice.id or 0) for notice, *_ in found]
    told = set(session.exec(select(Milestone.key).where(col(Milestone.key).in_(keys))).all())
    return [
        Call(
            notice.id or 0,
            name,
            Kind(notice.kind),
            title or "",
            notice.due_at,
            audit.fingerprint(notice.key),
            words or "",
        )
        for notice, name, title, words in found
        if _key(notice.id or 0) not in told and notice.kind in _KNOWN
    ]


def _not_told(at: Moment) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions: it ended because the person can't be reached, or failed, and is of use still."""
    ended = col(Notice.state).in_((NoticeState.CANCELLED, NoticeState.FAILED))
    why = or_(col(Notice.error) == reachability.UNREACHABLE, col(Notice.state) == NoticeState.FAILED)
    return ended, why, col(Notice.expires_at) > at.now


def _key(notice_id: int) -> str:
    return f"called:{notice_id}"


def called(session: Session, actor: Actor, at: Moment, notice_id: int, team_id: int, shown: str = "") -> list[Call]:
    """Note that somebody was told by telephone. Returns who is still to be called; the same tap twice does no harm.

    Raises Refused for what is not to be told any more, or, after a restore, is of somebody else than was `shown`.
    """
    found = next((call for call in waiting(session, actor, at, team_id) if call.notice == notice_id), None)
    if found is None and session.get(Milestone, _key(notice_id)) is None:
        raise Refused(Reason.GONE)
    if found is not None:
        audit.demand_as_shown(session, actor, shown, found.sign, f"notice:{notice_id}")
        first_time(session, at, _key(notice_id))
        audit.record(session, at, actor.id, "notice.called", f"notice:{notice_id}")
    return waiting(session, actor, at, team_id)

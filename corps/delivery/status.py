"""How the notices stand, for coordinators: what is owed, what went out, what failed and why; and once more."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from corps import audit, groups, member_addresses, robots
from corps.addresses import TELEGRAM, Address
from corps.broadcasts.progress import ROBOTS
from corps.delivery.notice_facts import load
from corps.mailbox.mailboxes import MAIL
from corps.moment import Moment
from corps.notices import due_of, reachability
from corps.notices.declarations import declared
from corps.notices.kinds import URGENT, Kind
from corps.people import Actor, demand_coordinator
from corps.refusals import Reason, Refused
from corps.sql import channel_of, page_start
from models import Activity, Member, Notice, Robot, Team, TeamGroup
from models.enums import Failure, MemberStatus, NoticeState

BACK = dt.timedelta(days=14)
"""How far back failed and expired notices are listed."""

_NAME = func.coalesce(Member.name, TeamGroup.title, "")

ENDED_BADLY = (NoticeState.FAILED, NoticeState.EXPIRED)


@dataclass(frozen=True)
class QueueStatus:
    """How many notices there are of each kind of standing. `late` are those of `owed` whose time has come.

    `ways` says by which channel how many of those sent today went, most first; all robots are one way.
    `doubled` may have arrived twice: a process died, or no answer came, while they were sent.
    """

    owed: int
    late: int
    leased: int
    failed: int
    expired: int
    unreachable: int
    doubled: int
    ways: tuple[tuple[str, int], ...] = ()

    @property
    def sent_today(self) -> int:
        """How many went out today."""
        return sum(count for _, count in self.ways)

    @property
    def mailed_today(self) -> int:
        """How many of them were handed to a mail server."""
        return dict(self.ways).get(MAIL, 0)

    @property
    def unconfirmed(self) -> int:
        """How many of them went out by robots: their platforms have them."""
        return dict(self.ways).get(ROBOTS, 0)


def standing(session: Session, actor: Actor, at: Moment) -> QueueStatus:
    """Count the notices: owed and on their way, sent today (local), failed and expired in the last days."""
    demand_coordinator(actor)
    owed, recent = col(Notice.state) == NoticeState.OWED, col(Notice.due_at) > at.now - BACK
    return QueueStatus(
        owed=_count(session, owed),
        late=_count(session, owed, col(Notice.due_at) <= at.now),
        leased=_count(session, col(Notice.state) == NoticeState.LEASED),
        failed=count_failed(session, at),
        expired=_count(session, col(Notice.state) == NoticeState.EXPIRED, recent),
        unreachable=member_addresses.count_lost(session, col(Member.status) == MemberStatus.ACTIVE),
        doubled=_count(session, col(Notice.maybe_twice).is_(True), recent),
        ways=_ways_today(session, at),
    )


def _today(at: Moment) -> tuple[ColumnElement[bool], ...]:
    midnight = at.policy.zone.instant(dt.datetime.combine(at.today(), dt.time()))
    return (col(Notice.state) == NoticeState.SENT, col(Notice.sent_at) >= midnight)


def _ways_today(session: Session, at: Moment) -> tuple[tuple[str, int], ...]:
    channel = channel_of(col(Notice.address))
    rows = session.exec(select(channel, func.count()).select_from(Notice).where(*_today(at)).group_by(channel)).all()
    ways: Counter[str] = Counter()
    for way, count in rows:
        ways[ROBOTS if way in robots.CHANNELS else way or ""] += count
    return tuple(sorted(ways.items(), key=lambda one: (-one[1], one[0] != TELEGRAM, one[0])))


def count_failed(session: Session, at: Moment) -> int:
    """Count the notices that failed in the last days."""
    return _count(session, col(Notice.state) == NoticeState.FAILED, col(Notice.due_at) > at.now - BACK)


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(Notice).where(*conditions)).one()


@dataclass(frozen=True)
class FailedNotice:
    """A notice that failed or expired. `title` names its activity, if it is about one.

    `error` is what was said at the last try, `failure` what that means; None when it was never tried.
    `name` and `team` are the person's, or of a group the title and its team; both empty for one no longer tied.
    `channel` is that by which it was tried last; a robot has no name.
    """

    id: int
    kind: Kind
    name: str
    team: str
    title: str
    due_at: dt.datetime
    state: NoticeState
    failure: Failure | None
    error: str
    channel: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Troubles:
    """A page of them, newest first; `start` and `total` say which."""

    shown: tuple[FailedNotice, ...]
    start: int
    total: int


def troubles(session: Session, actor: Actor, at: Moment, page: int, size: int) -> Troubles:
    """Return a page of the notices of the last days that failed or expired; a page past the end is the last."""
    demand_coordinator(actor)
    bad = (col(Notice.state).in_(ENDED_BADLY), col(Notice.due_at) > at.now - BACK)
    total = _count(session, *bad)
    start = page_start(total, page, size)
    rows = session.exec(
        _with_addressee(select(Notice, _NAME, Team.short_name, Activity.title))
        .join(Activity, col(Activity.id) == col(Notice.activity_id), isouter=True)
        .where(*bad)
        .order_by(col(Notice.due_at).desc(), col(Notice.id).desc())
        .offset(start)
        .limit(size)
    ).all()
    return Troubles(tuple(_trouble(*row) for row in rows), start, total)


def _trouble(notice: Notice, name: str | None, team: str | None, title: str | None) -> FailedNotice:
    return FailedNotice(
        id=notice.id or 0,
        kind=Kind(notice.kind),
        name=name or "",
        team=team or "",
        title=title or "",
        due_at=notice.due_at,
        state=notice.state,
        failure=notice.failure,
        error=notice.error,
        channel=notice.address.channel if notice.address else "",
        sign=audit.fingerprint(notice.key),
    )


@dataclass(frozen=True)
class SentNotice:
    """A notice that went out: to whom as in `FailedNotice`, by which `channel`, when."""

    kind: Kind
    name: str
    team: str
    channel: str
    sent_at: dt.datetime


@dataclass(frozen=True)
class SentPage:
    """A page of what went out today, newest first; `start` and `total` say which."""

    shown: tuple[SentNotice, ...]
    start: int
    total: int


def sent_today(session: Session, actor: Actor, at: Moment, page: int, size: int) -> SentPage:
    """Return a page of what went out today: to whom, and by which way."""
    demand_coordinator(actor)
    total = _count(session, *_today(at))
    start = page_start(total, page, size)
    columns: Any = (
        Notice.kind, _NAME, func.coalesce(Team.short_name, ""),
        func.coalesce(channel_of(col(Notice.address)), ""), Notice.sent_at,
    )  # fmt: skip
    rows = session.exec(
        _with_addressee(select(*columns).select_from(Notice))
        .where(*_today(at))
        .order_by(col(Notice.sent_at).desc(), col(Notice.id).desc())
        .offset(start)
        .limit(size)
    ).all()
    return SentPage(tuple(SentNotice(Kind(kind), *rest) for kind, *rest in rows), start, total)


def _with_addressee(statement: Any) -> Any:  # noqa: ANN401 - SQLModel's select
    """Join whom a notice is for: a person, a group or a robot, and their team."""
    statement = statement.join(Member, col(Member.id) == col(Notice.member_id), isouter=True)
    statement = statement.join(TeamGroup, col(TeamGroup.address) == col(Notice.address), isouter=True)
    statement = statement.join(Robot, col(Robot.address) == col(Notice.address), isouter=True)
    team = func.coalesce(Member.team_id, TeamGroup.team_id, Robot.team_id)
    return statement.join(Team, col(Team.id) == team, isouter=True)


def retry_and_list(
    session: Session, actor: Actor, at: Moment, notice_id: int, page: int, size: int, shown: str = ""
) -> Troubles:
    """重试, and return the page of what failed or expired as it is afterwards."""
    retry(session, actor, at, notice_id, shown)
    return troubles(session, actor, at, page, size)


def retry(session: Session, actor: Actor, at: Moment, notice_id: int, shown: str = "") -> None:
    """Owe a failed or expired notice, the one that was `shown`, again from now on, if what it says still makes sense.

    To somebody who is marked as unreachable it is a probe: the mark stays until the message has arrived, so that
    one more refusal is not told to the leader as news.
    """
    demand_coordinator(actor)
    notice = session.exec(select(Notice).where(Notice.id == notice_id).with_for_update()).first()
    if notice is None:
        raise Refused(Reason.GONE)
    audit.demand_as_shown(session, actor, shown, audit.fingerprint(notice.key), f"notice:{notice_id}")
    member, home, name = _addressee(session, notice)
    if notice.state not in ENDED_BADLY:
        raise Refused(Reason.ALREADY_SENT, title=name)
    due = at.now if notice.priority == URGENT else at.after_quiet_hours()
    until = notice.expires_at if notice.expires_at > due else _new_end(session, notice, due)
    if until <= due or not _of_use(session, at, notice, member, home.address):
        raise Refused(Reason.NOT_OF_USE)
    before = {"state": notice.state.value, "error": notice.error}
    notice.state, notice.error, notice.failure, notice.attempts = NoticeState.OWED, "", None, 0
    notice.due_at, notice.expires_at, notice.lease_until, notice.retry_at = due, until, None, None
    if not home.reachable:
        notice.subject = {**notice.subject, reachability.PROBE: True}
    session.add(notice)
    session.flush()
    audit.record(session, at, actor.id, "notice.retry", f"notice:{notice_id}", before, {"state": "owed"})


@dataclass(frozen=True)
class _Home:
    """Where a notice goes."""

    address: Address
    reachable: bool = True


def _addressee(session: Session, notice: Notice) -> tuple[Member | None, _Home, str]:
    """Return the member a notice is for, None for a group, where it goes, and the name.

    Raises Refused when either is gone.
    """
    if notice.member_id is None and notice.address is not None and notice.address.channel in robots.CHANNELS:
        robot = robots.known_at(session, notice.address)
        if robot is None or not robot.works:
            raise Refused(Reason.GROUP_GONE)
        return None, _Home(robot.address), robot.team
    if notice.member_id is None:
        group = groups.find(session, notice.address) if notice.address is not None else None
        if group is None:
            raise Refused(Reason.GROUP_GONE)
        return None, _Home(group.address), group.title or group.team
    member, home = session.get(Member, notice.member_id), member_addresses.best(session, notice.member_id)
    if member is None or home is None:
        raise Refused(Reason.GONE)
    return member, _Home(home.address, home.reachable), member.name


def _new_end(session: Session, notice: Notice, due: dt.datetime) -> dt.datetime:
    """Return until when an expired notice is of use again: never past the start of an activity that is ahead."""
    activity = session.get(Activity, notice.activity_id) if notice.activity_id else None
    until = due + declared(Kind(notice.kind)).keeps
    return min(until, activity.starts_at) if activity is not None and activity.starts_at > due else until


def _of_use(session: Session, at: Moment, notice: Notice, member: Member | None, address: Address) -> bool:
    """Ask what delivery will ask: does it still make sense?"""
    return load(session, at, due_of(at, notice, member, address)) is not None


@dataclass(frozen=True)
class Lost:
    """Somebody who cannot be reached at any address: blocked the bot, say, or never started it."""

    name: str
    team: str
    since: dt.datetime


def unreachable(session: Session, actor: Actor, _at: Moment) -> Sequence[Lost]:
    """Return who cannot be reached, by team; those without a team last."""
    demand_coordinator(actor)
    rows = session.exec(
        select(Member, Team.short_name)
        .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        .where(Member.status == MemberStatus.ACTIVE, col(Member.id).in_(member_addresses.all_lost()))
        .order_by(col(Team.position).is_(None), col(Team.position), col(Member.id))
    ).all()
    since = member_addresses.lost_since(session, [member.id or 0 for member, _ in rows])
    return [Lost(member.name, team or "", since[member.id or 0]) for member, team in rows]

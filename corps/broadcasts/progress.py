"""How a broadcast stands: who has it, who has not and why, who has confirmed, what is still going out."""

import datetime as dt
import functools
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func
from sqlmodel import Session, col, select

from corps import groups, robots
from corps.addresses import TELEGRAM
from corps.broadcasts import audience as audiences
from corps.broadcasts import group_copies, recipients
from corps.broadcasts.acknowledgements import NUDGE_PAUSE
from corps.broadcasts.audience import Audience, Described
from corps.broadcasts.recipients import UNREACHABLE, Missed, Why, count_missed, missed, silent_names, why
from corps.mailbox.mailboxes import MAIL
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import Reading, channel_of, flushed_connection, rows, some
from models import Acknowledgement, Broadcast, Member, Notice, Team
from models.enums import BroadcastState, MemberStatus, NoticeState

_ACKNOWLEDGED = col(Acknowledgement.member_id)
_SILENT = case((and_(_ACKNOWLEDGED.is_(None), col(Member.status) == MemberStatus.ACTIVE), 1))
_COUNTS: Any = (func.count(), func.count(_ACKNOWLEDGED), func.count(_SILENT))

GROUPS = "group"
"""The way of those who have it in their team's group."""

ROBOTS = "robot"
"""The way of the copies that robots say: they count as copies, because nobody knows who reads them."""

NAMED = 40
"""Up to how many people the card names; more are on pages of their own."""


@dataclass
class Tally:
    """The numbers of a team, or of all. `silent` have it, have not confirmed, and are still there to be asked."""

    people: int = 0
    queued: int = 0
    sent: int = 0
    unreachable: int = 0
    failed: int = 0
    stopped: int = 0
    acknowledged: int = 0
    silent: int = 0

    def add(self, other: "Tally") -> None:
        """Add the numbers of another."""
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True)
class TeamTally:
    """A team's numbers; `silent` names those who have not confirmed, while they are few."""

    team: str
    tally: Tally
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """A broadcast as its card shows it. `doubled` counts those who may have it twice, after a crash or a cut line.

    `lost` is how many people there are of whom `missed` names the first; `incomplete` counts those who have it
    without some message that belongs to it. `messages` are all that are still to go out.
    `ways` says by which way how many have it (`sent_by`). `mailed` copies were handed to a mail server, and are not
    confirmed.
    `robots` are channel and team of each copy that a robot says.
    """

    id: int
    state: BroadcastState
    html: str
    corrected: bool
    described: Described
    scheduled_for: dt.datetime | None
    sent_at: dt.datetime | None
    held_until: dt.datetime | None
    nudged_at: dt.datetime | None
    nudge_again: dt.datetime | None
    total: Tally
    teams: tuple[TeamTally, ...]
    missed: tuple[Missed, ...]
    groups: tuple[tuple[str, NoticeState], ...]
    robots: tuple[tuple[str, str, NoticeState], ...] = ()
    corrections: tuple[int, int] = (0, 0)
    doubled: int = 0
    lost: int = 0
    incomplete: int = 0
    seconds_left: int = 0
    """How long the rest takes at the channel's pace."""
    mailed: int = 0
    ways: tuple[tuple[str, int], ...] = ()


def read(session: Session, at: Moment, row: Broadcast, team_id: int | None = None) -> Progress:
    """Return how a broadcast stands, for one team only if one is given."""
    tallies = _tallies(session, row, team_id)
    by_team, ways = _summed(tallies, 0), _summed(tallies, 1)
    total, copies = sum_of(ways), robot_copies(session, row)
    names = silent_names(session, row, team_id, NAMED) if 0 < total.silent <= NAMED else {}
    teams = _team_names(session)
    again = row.nudged_at + NUDGE_PAUSE if row.nudged_at is not None else None
    return Progress(
        id=row.id or 0,
        state=row.state,
        html=row.html,
        corrected=row.corrected,
        described=audiences.describe(session, Audience.read(row.audience)),
        scheduled_for=row.scheduled_for,
        sent_at=row.sent_at,
        held_until=_held_until(session, at, row) if total.queued else None,
        nudged_at=row.nudged_at,
        nudge_again=again if again is not None and again > at.now else None,
        total=total,
        teams=tuple(
            TeamTally(teams.get(key or 0, ""), by_team[key], tuple(names.get(key, ())))
            for key in [*(key for key in teams if key in by_team), *([None] if None in by_team else [])]
        ),
        missed=tuple(missed(session, row, team_id, limit=NAMED)),
        groups=_groups(session, row),
        robots=copies,
        ways=sent_by({**ways, **({ROBOTS: said_by_robots(copies)} if copies and team_id is None else {})}),
        corrections=_corrections(session, row),
        doubled=_copies(session, row, team_id, col(Notice.maybe_twice).is_(True)),
        mailed=_mailed(session, row, team_id),
        lost=count_missed(session, row, team_id),
        incomplete=recipients.count_incomplete(session, row, team_id),
        seconds_left=math.ceil(recipients.count_waiting(session, row) / at.policy.per_second) if total.queued else 0,
    )


def read_own_team(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Progress:
    """Return how a broadcast stands in the leader's own team. Raises Refused for anybody else."""
    return read(session, at, find_for_leader(session, actor, broadcast_id), actor.team_id)


def find_for_leader(session: Session, actor: Actor, broadcast_id: int) -> Broadcast:
    """Return a broadcast that is out. Raises Refused for anybody but a leader whose team got it, or some of it."""
    row = session.get(Broadcast, broadcast_id)
    if row is None or row.sent_at is None:
        raise Refused(Reason.GONE)
    team = actor.team_id or 0
    concerned = recipients.reached(session, team, [broadcast_id]) or team in group_copies.grouped(row)
    if not (actor.leads(team) and concerned):
        raise Refused(Reason.NOT_ALLOWED)
    return row


def team_tally(session: Session, row: Broadcast, team_id: int) -> Tally:
    """Return the numbers of one team."""
    return sum_of(_summed(_tallies(session, row, team_id), 1))


def _team_names(session: Session) -> dict[int, str]:
    found = session.exec(select(Team.id, Team.short_name).order_by(col(Team.position), col(Team.id))).all()
    return {team_id or 0: name for team_id, name in found}


def by_channel(session: Session, row: Broadcast) -> dict[str, Tally]:
    """Return the numbers of a broadcast by the channel that each message went, or was tried, by; "": by none yet.

    Who has it in the team's group counts under `GROUPS`.
    """
    return _summed(_tallies(session, row, None, by_team=False), 1)


def sum_of(tallies: dict[Any, Tally]) -> Tally:
    """Return the numbers of all together."""
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    return total


def said_by_robots(copies: Sequence[tuple[str, str, NoticeState]]) -> Tally:
    """Return the numbers of the copies that robots say."""
    tally = Tally()
    for _, _, state in copies:
        _count(tally, state, Why.OTHER, 1, 0, 0)
    return tally


def sent_by(ways: dict[str, Tally]) -> tuple[tuple[str, int], ...]:
    """Return by which ways how many have it, the way of most first."""
    sent = ((way, tally.sent) for way, tally in ways.items() if tally.sent)
    return tuple(sorted(sent, key=lambda one: (-one[1], one[0] != TELEGRAM, one[0])))


_Tallies = dict[tuple[int | None, str], Tally]
"""The numbers by team and way."""


def _summed(tallies: _Tallies, by: int) -> dict[Any, Tally]:
    """Return the numbers by team (`by` 0) or by way (1) only."""
    found: defaultdict[Any, Tally] = defaultdict(Tally)
    for key, tally in tallies.items():
        found[key[by]].add(tally)
    return dict(found)


def _tallies(session: Session, row: Broadcast, team_id: int | None, *, by_team: bool = True) -> _Tallies:
    """Count by team and way how the notices ended and how many have confirmed; without teams it is quicker."""
    counted = _counted(by_team=by_team, of_team=team_id is not None)
    tallies: defaultdict[tuple[int | None, str], Tally] = defaultdict(Tally)
    found: Any = rows(flushed_connection(session), counted, broadcast=row.id, team=team_id)
    for *team, channel, state, failure, error, people, acknowledged, silent in found:
        tally = tallies[team[0] if team else None, channel or ""]
        _count(tally, state, why(state, failure, error), people, acknowledged, silent)
    _count_grouped(session, row, team_id, tallies)
    return dict(tallies)


@functools.cache
def _counted(*, by_team: bool, of_team: bool) -> Reading:
    """Return the statement that counts the copies of one `broadcast`, by team or only those of one `team` if wanted."""
    columns: Any = [channel_of(col(Notice.address)), Notice.state, Notice.failure, Notice.error]
    columns = [Member.team_id, *columns] if by_team else columns
    broadcast: Any = bindparam("broadcast")
    statement: Any = (
        select(*columns, *_COUNTS)
        .join(Member, col(Member.id) == col(Notice.member_id))
        .join(Acknowledgement, _ack_of(broadcast), isouter=True)
        .where(Notice.broadcast_id == broadcast, Notice.kind == Kind.BROADCAST.value)
        .group_by(*columns)
    )
    wanted: Reading = statement.where(Member.team_id == bindparam("team")) if of_team else statement
    return wanted


def _ack_of(broadcast: Any) -> Any:  # noqa: ANN401 - an id, or SQLAlchemy's place for one; its condition
    return and_(col(Acknowledgement.member_id) == col(Member.id), col(Acknowledgement.broadcast_id) == broadcast)


def _count(tally: Tally, state: NoticeState, reason: Why, count: int, acknowledged: int, silent: int) -> None:
    tally.people += count
    tally.acknowledged += acknowledged
    match state:
        case NoticeState.OWED | NoticeState.LEASED:
            tally.queued += count
        case NoticeState.SENT:
            tally.sent += count
            tally.silent += silent
        case NoticeState.CANCELLED if reason not in UNREACHABLE:
            tally.stopped += count
        case _ if reason in UNREACHABLE:
            tally.unreachable += count
        case _:
            tally.failed += count


def _count_grouped(session: Session, row: Broadcast, team_id: int | None, tallies: _Tallies) -> None:
    """Count the members of the teams that get it in their group: they have it when the group has."""
    ends = group_copies.ends(session, row)
    wanted = [team for team in ends if team_id in (None, team)]
    if not wanted:
        return
    found: Any = session.exec(
        select(Member.team_id, *_COUNTS)
        .join(Acknowledgement, _ack_of(row.id), isouter=True)
        .where(*group_copies.readers(row), col(Member.team_id).in_(wanted))
        .group_by(col(Member.team_id))
    ).all()
    for team, *counts in found:
        _count(tallies[team, GROUPS], ends[team], why(ends[team], None, ""), *counts)


def _held_until(session: Session, at: Moment, row: Broadcast) -> dt.datetime | None:
    """Return when the rest begins to go out, if quiet hours hold it."""
    first = session.exec(
        select(func.min(Notice.due_at)).where(
            Notice.broadcast_id == row.id, Notice.kind == Kind.BROADCAST.value, Notice.state == NoticeState.OWED
        )
    ).one()
    if first is None or not at.is_quiet():
        return None
    return max(first, at.after_quiet_hours())


def _groups(session: Session, row: Broadcast) -> tuple[tuple[str, NoticeState], ...]:
    """Return how each group's message stands; a group that is tied no more goes by its team's name."""
    columns: Any = (Notice.address, Notice.subject, Notice.state)
    found = session.exec(select(*columns).where(*group_copies.copies(row))).all()
    titles = {group.address: group.title for group in groups.of_teams(session)} if found else {}
    teams = _team_names(session) if found else {}
    kept = group_copies.grouped(row)
    return tuple(
        (titles.get(address) or teams.get(subject.get("team", 0), ""), NoticeState(state))
        for address, subject, state in found
        if state is not NoticeState.CANCELLED or subject.get("team") in kept
    )


def robot_copies(session: Session, row: Broadcast) -> tuple[tuple[str, str, NoticeState], ...]:
    """Return how what each robot has to say stands, also of one that is tied no more."""
    found = rows(flushed_connection(session), _spoken(), broadcast=row.id)
    teams = _team_names(session) if found else {}
    return tuple((one.address.channel, teams.get(one.subject.get("team", 0), ""), one.state) for one in found)


@functools.cache
def _spoken() -> Reading:
    """Return the statement that finds what robots say of one `broadcast`."""
    columns: Any = (Notice.address, Notice.subject, Notice.state)
    to_robots = (*group_copies.to_rooms(bindparam("broadcast")), robots.to_robot(Notice.address))
    statement: Reading = select(*columns).where(*to_robots).order_by(col(Notice.id))
    return statement


def _copies(session: Session, row: Broadcast, team_id: int | None, *conditions: ColumnElement[bool]) -> int:
    """Count the copies of a broadcast that match `conditions`."""
    statement = (
        select(func.count())
        .select_from(Notice)
        .where(Notice.broadcast_id == row.id, Notice.kind == Kind.BROADCAST.value, *conditions)
    )
    if team_id is not None:
        statement = statement.join(Member, col(Member.id) == col(Notice.member_id)).where(Member.team_id == team_id)
    return session.exec(statement).one()


def _mailed(session: Session, row: Broadcast, team_id: int | None) -> int:
    """Count the copies that were handed to a mail server, and that nobody has confirmed: no more is known of them."""
    confirmed = some(
        col(Acknowledgement.member_id) == col(Notice.member_id), col(Acknowledgement.broadcast_id) == row.id
    )
    there = channel_of(col(Notice.address)) == MAIL
    return _copies(session, row, team_id, col(Notice.state) == NoticeState.SENT, there, ~confirmed)


def _corrections(session: Session, row: Broadcast) -> tuple[int, int]:
    """Return how many arrived messages have been corrected, of how many to correct in the newest round."""
    if not row.corrected:
        return (0, 0)
    rows: Any = session.exec(
        select(Notice.state, func.count())
        .where(
            Notice.broadcast_id == row.id,
            Notice.kind == Kind.CORRECTION.value,
            col(Notice.key).startswith(f"bcf:{row.id}:{row.revision}:"),
        )
        .group_by(col(Notice.state))
    ).all()
    counts = dict(rows)
    return counts.get(NoticeState.SENT, 0), sum(
        count for state, count in counts.items() if state is not NoticeState.CANCELLED
    )

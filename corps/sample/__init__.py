"""A sample corps for the sandbox: plainly marked as such, and never mixed with a real one."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect
from sqlmodel import Session, SQLModel, col, select

from corps.addresses import TELEGRAM
from corps.membership.preferences import keep_refusals
from corps.moment import Moment
from corps.sample import ahead, kept, owed, past
from corps.sample.events import Staging
from corps.sample.people import MEMBERS, NEWCOMERS, Company
from corps.sample.story import Story, live
from corps.system.roster import Roster, settle
from models import Audit, Member, MemberAddress, Milestone, Team
from models.enums import MemberStatus

__all__ = ["Cast", "Circle", "Player", "begin_anew", "cast", "is_sample", "is_taken", "last_moment", "wake"]

MARK = "sandbox:sample"


def is_sample(connection: Connection) -> bool:
    """Tell whether a database, of whatever version, holds the sample corps."""
    if not inspect(connection).has_table("milestone"):
        return False
    return connection.execute(select(Milestone.key).where(Milestone.key == MARK)).first() is not None


def is_taken(connection: Connection) -> bool:
    """Tell whether a database, of whatever version, holds people who are not the sample's."""
    if is_sample(connection) or not inspect(connection).has_table("member"):
        return False
    return connection.execute(select(func.count()).select_from(Member)).scalar_one() > 0


def begin_anew(session: Session, at: Moment, roster: Roster) -> None:
    """Empty the database and fill it with the sample corps as it stands at that moment."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        session.connection().execute(table.delete())
    session.expunge_all()
    settle(session, roster, at)
    keep_refusals(session, at)
    session.add(Milestone(key=MARK, at=at.now))
    live(_stories(session, at), at.policy, at.now)
    session.flush()
    owed.settle_past(session, at)


def _stories(session: Session, at: Moment) -> Iterator[Story]:
    company, today = Company(session), at.today()
    staging = Staging(session, company)
    yield from company.joining(at.now)
    for event in (*past.rounds(today), *past.last_days(today), *ahead.coming(today)):
        yield staging.hold(event, at.policy.zone.instant(event.starts))
    yield from past.pairings(session, company, at)
    yield from kept.stories(session, company, at.now)
    yield from ahead.unfinished(session, company, staging, at.now)


def wake(session: Session, at: Moment, roster: Roster) -> None:
    """Open the curtain: on a new sample corps if there is none yet, else on the one that is there."""
    if session.get(Milestone, MARK) is None:
        begin_anew(session, at, roster)
    else:
        owed.show_again(session, at)


def last_moment(session: Session, at: Moment) -> dt.datetime:
    """Return the latest instant that the corps remembers: its clock must not go back behind it."""
    return max(at.now, session.exec(select(func.max(Audit.at))).one() or at.now)


@dataclass(frozen=True)
class Player:
    """Somebody to play in the sandbox, by their number there. `note` says what they are.

    `started`: they have pressed START.
    """

    number: int
    name: str
    note: str
    started: bool


@dataclass(frozen=True)
class Circle:
    """A sample group chat: its title, and who is in it by their numbers, its creator first."""

    title: str
    members: tuple[int, ...]


@dataclass(frozen=True)
class Cast:
    """Who and what is on the sandbox's stage."""

    players: tuple[Player, ...]
    circle: Circle
    wechat: str = "微信群（示例）"


def cast(session: Session, _at: Moment) -> Cast:
    """Return who can be played: everybody whom the corps knows, and newcomers whom it does not; and a group chat."""
    rows = session.exec(
        select(Member, MemberAddress, Team.name)
        .join(MemberAddress, col(MemberAddress.member_id) == col(Member.id))
        .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        .where(MemberAddress.channel == TELEGRAM)
        .order_by(col(Member.id))
    ).all()
    known = [_player(member, address, team or "") for member, address, team in rows]
    ids = {player.number for player in known}
    fresh = [Player(part.number, part.name, "新来的", started=False) for part in NEWCOMERS if part.number not in ids]
    return Cast((*known, *fresh), _circle(session))


def _player(member: Member, address: MemberAddress, team: str) -> Player:
    started = address.unreachable_since is None
    return Player(int(address.external), member.name, _note(member, team), started=started)


def _note(member: Member, team: str) -> str:
    if member.status is MemberStatus.APPLICANT:
        return "新来的 · 等待通过"
    if member.status is not MemberStatus.ACTIVE:
        return "新来的"
    if member.is_coordinator:
        return "统筹"
    return f"{team} 联络员" if member.is_leader else f"{team} 成员"


def _circle(session: Session) -> Circle:
    """Return the group chat of the first team with people: its leader and members."""
    team = Company(session).team(MEMBERS[0].team)
    people = session.exec(
        select(MemberAddress.external)
        .join(Member, col(Member.id) == col(MemberAddress.member_id))
        .where(MemberAddress.channel == TELEGRAM)
        .where(Member.team_id == team.id, Member.status == MemberStatus.ACTIVE)
        .order_by(col(Member.is_leader).desc(), col(Member.id))
    ).all()
    return Circle(f"{team.name}交流群（示例）", tuple(map(int, people)))

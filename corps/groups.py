"""Team groups (分团群): a group chat tied to a team, where what concerns the whole team can go once."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from corps import audit
from corps.addresses import Address
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Member, MemberAddress, Notice, ShownCard, Team, TeamGroup
from models.enums import MemberStatus, NoticeState


@dataclass(frozen=True)
class Group:
    """A group and the team it is tied to. `inside` are the members known to be in it; None: nobody has looked yet."""

    address: Address
    title: str
    team_id: int
    team: str
    cards: bool
    inside: frozenset[int] | None = None

    @property
    def key(self) -> str:
        """How keys of notices end that are for it."""
        return f"g{self.address.short}"

    def holds(self, member_id: int | None) -> bool:
        """Tell whether the member reads what goes there; as long as nobody has looked, everybody of the team does."""
        return self.inside is None or member_id in self.inside


def find(session: Session, address: Address) -> Group | None:
    """Return the group and its team, if it is tied to one."""
    found = _groups(session, TeamGroup.address == address)
    return found[0] if found else None


def of_teams(session: Session, team_ids: Collection[int] | None = None) -> list[Group]:
    """Return the groups of these teams (default: of all), in the teams' order."""
    return _groups(session, *([] if team_ids is None else [col(TeamGroup.team_id).in_(team_ids)]))


def _groups(session: Session, *conditions: object) -> list[Group]:
    rows = session.exec(
        select(TeamGroup, Team.short_name)
        .join(Team, col(Team.id) == col(TeamGroup.team_id))
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(col(Team.position), col(TeamGroup.address))
    ).all()
    return [_group(row, name) for row, name in rows]


def _group(row: TeamGroup, team: str) -> Group:
    inside = None if row.inside is None else frozenset(row.inside)
    return Group(row.address, row.title, row.team_id, team, row.cards, inside)


def guest(at: Moment, address: Address, team_id: int | None) -> Actor:
    """Return who a group's card is shown to: nobody in particular, of that team."""
    return Actor(address, team_id=team_id, language=at.policy.language, is_group=True)


def is_of(session: Session, address: Address, team_id: int | None) -> bool:
    """Tell whether a group is tied to that team now."""
    row = session.get(TeamGroup, address)
    return row is not None and row.team_id == team_id


def set_cards(session: Session, actor: Actor, at: Moment, address: Address, *, on: bool) -> Group:
    """Choose whether new activities' cards go to the group instead of to each member."""
    group = demand(session, actor, address)
    row = session.get(TeamGroup, address, with_for_update=True)
    assert row is not None  # noqa: S101 - just found, in this transaction
    if row.cards != on:
        audit.record(
            session, at, actor.id, "group.cards", f"group:{address.short}", {"cards": row.cards}, {"cards": on}
        )
        row.cards = on
        session.add(row)
    return Group(address, group.title, group.team_id, group.team, on)


def demand(session: Session, actor: Actor, address: Address) -> Group:
    """Return the group's tie. Raises Refused when it has none, or to whoever does not manage the team."""
    group = find(session, address)
    if group is None:
        raise Refused(Reason.NOT_A_TEAM_GROUP)
    if not actor.manages(group.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    return group


def moved(session: Session, at: Moment, old: Address, new: Address) -> None:
    """A group has another address now: its tie, and what is owed to it, follow. Harmless when done before."""
    row = session.get(TeamGroup, old, with_for_update=True)
    if row is not None:
        if session.get(TeamGroup, new) is None:
            session.add(TeamGroup(**row.model_dump(exclude={"address"}), address=new))
        session.delete(row)
        audit.record(session, at, None, "group.moved", f"group:{old.short}", {"chat": old.short}, {"chat": new.short})
        session.flush()
    # What failed or expired moves as well: it may be tried again.
    waiting = (NoticeState.OWED, NoticeState.LEASED, NoticeState.FAILED, NoticeState.EXPIRED)
    session.connection().execute(
        update(Notice).where(col(Notice.address) == old, col(Notice.state).in_(waiting)).values(address=new)
    )
    session.connection().execute(delete(ShownCard).where(col(ShownCard.address) == old))  # messages get other ids


LOOK_AGAIN = dt.timedelta(hours=6)
"""How long the channel's answer is taken for true: who joins or leaves the group meanwhile is noticed then."""


@dataclass(frozen=True)
class Unseen:
    """A group of which it is to be found out who is in it: its team's members, with their addresses in its channel."""

    address: Address
    people: tuple[tuple[int, Address], ...]


def to_look_into(session: Session, at: Moment) -> list[Unseen]:
    """Return the groups that get cards and into which nobody has looked for a while."""
    stale = or_(col(TeamGroup.looked_at).is_(None), col(TeamGroup.looked_at) <= at.now - LOOK_AGAIN)
    due = session.exec(select(TeamGroup).where(col(TeamGroup.cards), stale).order_by(col(TeamGroup.address))).all()
    return [Unseen(row.address, _people(session, row)) for row in due]


def _people(session: Session, row: TeamGroup) -> tuple[tuple[int, Address], ...]:
    theirs = (
        select(MemberAddress)
        .join(Member, col(Member.id) == col(MemberAddress.member_id))
        .where(Member.team_id == row.team_id, Member.status == MemberStatus.ACTIVE)
        .where(MemberAddress.channel == row.address.channel)
        .order_by(col(MemberAddress.id))
    )
    return tuple((one.member_id, Address(one.channel, one.external)) for one in session.exec(theirs).all())


def note_inside(session: Session, at: Moment, address: Address, inside: Collection[int]) -> None:
    """Note who is in a group, as its channel has just said."""
    row = session.get(TeamGroup, address, with_for_update=True)
    if row is not None:
        row.inside, row.looked_at = sorted(inside), at.now
        session.add(row)

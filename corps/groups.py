"""Team groups (分团群): a group chat tied to a team, where what concerns the whole team can go once."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from corps import audit
from corps.addresses import Address
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Notice, ShownCard, Team, TeamGroup
from models.enums import NoticeState


@dataclass(frozen=True)
class Group:
    """A group and the team it is tied to."""

    address: Address
    title: str
    team_id: int
    team: str
    cards: bool


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
    return [Group(row.address, row.title, row.team_id, name, row.cards) for row, name in rows]


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

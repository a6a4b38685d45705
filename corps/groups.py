"""Team groups (分团群): a Telegram group tied to a team, where what concerns the whole team can go once."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from corps import audit
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Notice, Team, TeamGroup
from models.words import NoticeState


@dataclass(frozen=True)
class Group:
    """A group and the team it is tied to."""

    chat_id: int
    title: str
    team_id: int
    team: str
    cards: bool


def find(session: Session, chat_id: int) -> Group | None:
    """Return the group's tie, if it has one."""
    found = _groups(session, TeamGroup.chat_id == chat_id)
    return found[0] if found else None


def of_teams(session: Session, team_ids: Collection[int] | None = None) -> list[Group]:
    """Return the groups of these teams (default: of all), in the teams' order."""
    return _groups(session, *([] if team_ids is None else [col(TeamGroup.team_id).in_(team_ids)]))


def _groups(session: Session, *conditions: object) -> list[Group]:
    rows = session.exec(
        select(TeamGroup, Team.short_name)
        .join(Team, col(Team.id) == col(TeamGroup.team_id))
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(col(Team.position), col(TeamGroup.chat_id))
    ).all()
    return [Group(row.chat_id, row.title, row.team_id, name, row.cards) for row, name in rows]


def guest(at: Moment, chat_id: int, team_id: int | None) -> Actor:
    """Return who a group's card is shown to: nobody in particular, of that team."""
    return Actor(telegram_id=chat_id, team_id=team_id, language=at.policy.language)


def bind(session: Session, actor: Actor, at: Moment, chat_id: int, title: str, team_id: int) -> Group:
    """Tie a group to a team: its leader or a coordinator may. A group tied elsewhere is tied anew."""
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)
    team = session.get(Team, team_id)
    if team is None:
        raise Refused(Reason.GONE)
    row = session.get(TeamGroup, chat_id, with_for_update=True)
    before = {"team": row.team_id} if row else None
    cards = row is not None and row.team_id == team_id and row.cards
    row = row or TeamGroup(chat_id=chat_id, team_id=team_id, bound_by=actor.id, bound_at=at.now)
    row.team_id, row.title, row.cards = team_id, title[:255], cards
    row.bound_by, row.bound_at = actor.id, at.now
    session.add(row)
    audit.record(session, at, actor.id, "group.bind", f"group:{chat_id}", before, {"team": team_id})
    session.flush()
    return Group(chat_id, row.title, team_id, team.short_name, cards)


def unbind(session: Session, actor: Actor, at: Moment, chat_id: int) -> Group:
    """Untie a group. Raises Refused when it is tied to no team."""
    group = _demand(session, actor, chat_id)
    session.connection().execute(delete(TeamGroup).where(col(TeamGroup.chat_id) == chat_id))
    audit.record(session, at, actor.id, "group.unbind", f"group:{chat_id}", {"team": group.team_id})
    return group


def set_cards(session: Session, actor: Actor, at: Moment, chat_id: int, *, on: bool) -> Group:
    """Choose whether new activities' cards go to the group instead of to each member."""
    group = _demand(session, actor, chat_id)
    row = session.get(TeamGroup, chat_id, with_for_update=True)
    assert row is not None  # noqa: S101 - just found, in this transaction
    if row.cards != on:
        audit.record(session, at, actor.id, "group.cards", f"group:{chat_id}", {"cards": row.cards}, {"cards": on})
        row.cards = on
        session.add(row)
    return Group(chat_id, group.title, group.team_id, group.team, on)


def _demand(session: Session, actor: Actor, chat_id: int) -> Group:
    group = find(session, chat_id)
    if group is None:
        raise Refused(Reason.NOT_A_TEAM_GROUP)
    if not actor.manages(group.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    return group


def moved(session: Session, at: Moment, old: int, new: int) -> None:
    """A group has become a supergroup: its tie, and what is owed to it, follow. Harmless when done before."""
    row = session.get(TeamGroup, old, with_for_update=True)
    if row is not None:
        if session.get(TeamGroup, new) is None:
            session.add(TeamGroup(**row.model_dump(exclude={"chat_id"}), chat_id=new))
        session.delete(row)
        audit.record(session, at, None, "group.moved", f"group:{old}", {"chat": old}, {"chat": new})
        session.flush()
    # What failed or expired moves as well: it may be tried again.
    waiting = (NoticeState.OWED, NoticeState.LEASED, NoticeState.FAILED, NoticeState.EXPIRED)
    session.connection().execute(
        update(Notice).where(col(Notice.chat_id) == old, col(Notice.state).in_(waiting)).values(chat_id=new)
    )

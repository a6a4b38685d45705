"""/bind and /unbind: a group is tied to a team, to another one, or to none; what is owed to it never goes astray."""

from sqlalchemy import delete
from sqlmodel import Session, col

from corps import audit, groups
from corps.group_losses import hand_over
from corps.groups import Group
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Team, TeamGroup


def bind(session: Session, actor: Actor, at: Moment, chat_id: int, title: str, team_id: int) -> Group:
    """Tie a group to a team: its leader or a coordinator may.

    A group tied elsewhere is tied anew: what was owed to it for the team before goes to that team's members.
    """
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)
    team = session.get(Team, team_id)
    if team is None:
        raise Refused(Reason.GONE)
    row = session.get(TeamGroup, chat_id, with_for_update=True)
    former = groups.find(session, chat_id)
    elsewhere = former is not None and former.team_id != team_id
    row = row or TeamGroup(chat_id=chat_id, team_id=team_id, bound_by=actor.id, bound_at=at.now)
    row.team_id, row.title, row.cards = team_id, title[:255], row.cards and not elsewhere
    row.bound_by, row.bound_at = actor.id, at.now
    session.add(row)
    before = {"team": former.team_id} if former is not None else None
    audit.record(session, at, actor.id, "group.bind", f"group:{chat_id}", before, {"team": team_id})
    session.flush()
    if former is not None and elsewhere:
        hand_over(session, at, former, "the group is another team's now; the members get it")
    return Group(chat_id, row.title, team_id, team.short_name, row.cards)


def unbind(session: Session, actor: Actor, at: Moment, chat_id: int) -> Group:
    """Untie a group; what was still owed to it goes to the members. Raises Refused when it is tied to no team."""
    group = groups.demand(session, actor, chat_id)
    session.connection().execute(delete(TeamGroup).where(col(TeamGroup.chat_id) == chat_id))
    audit.record(session, at, actor.id, "group.unbind", f"group:{chat_id}", {"team": group.team_id})
    hand_over(session, at, group, "the group is untied; the members get it")
    return group

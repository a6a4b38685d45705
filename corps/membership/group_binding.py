"""/bind and /unbind: a group chat is tied to a team, to another one, or to none.

When a group can be written to no more its tie ends, those in charge hear of it, and what is owed to it is not lost.
"""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from corps import audit, groups, member_addresses, notices
from corps.addresses import Address
from corps.groups import Group
from corps.moment import Moment
from corps.notices.declarations import declare, declared
from corps.notices.kinds import Kind
from corps.people import Actor, coordinators, leaders_of
from corps.refusals import Reason, Refused
from corps.teams import TeamName, demand_teams_in_use, list_teams
from models import Notice, Team, TeamGroup
from models.enums import NoticeState

declare(Kind.GROUP_LOST)
declare(Kind.GROUP_MOVED)


def lose(session: Session, at: Moment, address: Address, by: Address | None = None) -> bool:
    """End a group's tie; what was still owed to it goes to the team's members. Returns False when it had no tie.

    `by` is the address of whoever put the bot out: they need not be told.
    """
    group = groups.find(session, address)
    if group is None:
        return False
    session.connection().execute(delete(TeamGroup).where(col(TeamGroup.address) == address))
    audit.record(session, at, None, "group.lost", f"group:{address.short}", {"team": group.team_id})
    hand_over(session, at, group, "the group is gone; the members get it")
    _tell(session, at, group, by)
    return True


def hand_over(session: Session, at: Moment, group: groups.Group, reason: str) -> None:
    """Cancel what is still owed to a group that is not the team's any more, and owe it to the team's members."""
    waiting = session.exec(
        select(Notice)
        .where(
            Notice.address == group.address,
            col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED)),
        )
        .with_for_update()
    ).all()
    for notice in waiting:
        notice.state, notice.error, notice.failure = NoticeState.CANCELLED, reason, None
        session.add(notice)
    session.flush()
    for notice in waiting:
        to_members = declared(Kind(notice.kind)).to_members
        if to_members is not None:
            to_members(session, at, notice, group.team_id)


def _tell(
    session: Session,
    at: Moment,
    group: groups.Group,
    by: Address | None,
    kind: Kind = Kind.GROUP_LOST,
    **more: str | int,
) -> None:
    people = {member.id: member for member in [*leaders_of(session, group.team_id), *coordinators(session)]}
    stamp, knows = int(at.now.timestamp()), member_addresses.members_at(session, [by] if by is not None else [])
    stem = f"{kind.value.replace('_', '-')}:{group.address.short}:{stamp}"
    word = notices.Owed(kind, stem, subject={"title": group.title, "team_name": group.team, **more})
    notices.owe(session, at, word.to(member for member in people.values() if member.id not in knows))


def bind_or_ask(session: Session, actor: Actor, at: Moment, address: Address, title: str) -> Group | list[TeamName]:
    """/bind: tie a group to the leader's own team. A coordinator is asked for the team: returns those there are."""
    if actor.is_coordinator:
        return list_teams(session)
    return bind(session, actor, at, address, title, actor.team_id or 0)


def bind(session: Session, actor: Actor, at: Moment, address: Address, title: str, team_id: int) -> Group:
    """Tie a group to a team: its leader or a coordinator may.

    A group tied elsewhere is tied anew, by somebody who may also act for the team that has it now: what was owed to it
    goes to that team's members, and those in charge there hear of it.
    """
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)
    demand_teams_in_use(session, [team_id])
    team = session.get(Team, team_id)
    if team is None:
        raise Refused(Reason.GONE)
    row = session.get(TeamGroup, address, with_for_update=True)
    former = groups.find(session, address)
    elsewhere = former is not None and former.team_id != team_id
    if elsewhere and former is not None and not actor.manages(former.team_id):
        raise Refused(Reason.GROUP_OF_ANOTHER, team=former.team)
    row = row or TeamGroup(address=address, team_id=team_id, bound_by=actor.id, bound_at=at.now)
    row.team_id, row.title, row.cards = team_id, title[:255], row.cards and not elsewhere
    row.inside = row.looked_at = None
    row.bound_by, row.bound_at = actor.id, at.now
    session.add(row)
    before = {"team": former.team_id} if former is not None else None
    audit.record(session, at, actor.id, "group.bind", f"group:{address.short}", before, {"team": team_id})
    session.flush()
    if former is not None and elsewhere:
        hand_over(session, at, former, "the group is another team's now; the members get it")
        _tell(session, at, former, actor.address, Kind.GROUP_MOVED, to=team.short_name, member=actor.id)
    return Group(address, row.title, team_id, team.short_name, row.cards)


def unbind(session: Session, actor: Actor, at: Moment, address: Address) -> Group:
    """Untie a group; what was still owed to it goes to the members. Raises Refused when it is tied to no team."""
    group = groups.demand(session, actor, address)
    session.connection().execute(delete(TeamGroup).where(col(TeamGroup.address) == address))
    audit.record(session, at, actor.id, "group.unbind", f"group:{address.short}", {"team": group.team_id})
    hand_over(session, at, group, "the group is untied; the members get it")
    return group

"""A group robot is tied to a team and untied; one that is refused for good is marked, and those in charge hear."""

from sqlmodel import Session, col, select

from corps import audit, notices, robots
from corps.addresses import Address
from corps.moment import Moment
from corps.notices.declarations import declare
from corps.notices.kinds import Kind
from corps.people import Actor, coordinators, leaders_of
from corps.refusals import Reason, Refused
from corps.robots import GroupRobot
from corps.teams import demand_teams_in_use
from models import Member, Notice, Robot, Team
from models.enums import Failure

MOST = 5
"""How many robots a team may have: a message goes out by each."""

declare(Kind.ROBOT_BROKEN)
declare(Kind.ROBOT_UNTIED)


def demand_may(session: Session, actor: Actor, team_id: int) -> Team:
    """Return the team, for its leader or a coordinator. Raises Refused for others, and for a team that is no more."""
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)
    demand_teams_in_use(session, [team_id])
    team = session.get(Team, team_id)
    if team is None:
        raise Refused(Reason.GONE)
    return team


def demand_free(session: Session, actor: Actor, team_id: int, mark: str) -> None:
    """Raise Refused unless the robot of that `mark` may become the team's: another team's only by who manages both."""
    demand_may(session, actor, team_id)
    row = _by_mark(session, mark)
    if row is not None and row.team_id != team_id and not actor.manages(row.team_id):
        raise Refused(Reason.ROBOT_OF_ANOTHER)
    if (row is None or row.team_id != team_id) and len(robots.of_teams(session, [team_id], broken=True)) >= MOST:
        raise Refused(Reason.TOO_MANY_ROBOTS, n=MOST)


def tie(session: Session, actor: Actor, at: Moment, team_id: int, channel: str, sealed: str, mark: str) -> GroupRobot:
    """Tie a robot that has just proved to work to a team. `sealed` is its address, `mark` what it is known by.

    One that was another team's is not theirs any more: those in charge there hear of it.
    """
    demand_free(session, actor, team_id, mark)
    team, row = demand_may(session, actor, team_id), _by_mark(session, mark)
    former = robots.find(session, row.id or 0) if row is not None else None
    if row is None:
        first = Address(channel, mark)  # until it has a number
        row = Robot(address=first, team_id=team_id, sealed="", mark=mark, bound_by=actor.id, bound_at=at.now)
        session.add(row)
        session.flush()
        row.address = Address(channel, str(row.id))
    row.team_id, row.sealed, row.broken_since, row.why = team_id, sealed, None, None
    row.bound_by, row.bound_at = actor.id, at.now
    session.add(row)
    before = {"team": former.team_id} if former is not None else None
    audit.record(session, at, actor.id, "robot.bind", f"robot:{row.id}", before, {"team": team_id, "channel": channel})
    session.flush()
    if former is not None and former.team_id != team_id:
        _let_go(session, former, "the robot is another team's now")
        _tell(session, at, former, Kind.ROBOT_UNTIED, actor.member_id, member=actor.id, to=team.short_name)
    return robots.as_shown(row, team.short_name)


def _by_mark(session: Session, mark: str) -> Robot | None:
    return session.exec(select(Robot).where(Robot.mark == mark).with_for_update()).first()


def demand(session: Session, actor: Actor, _at: Moment, robot_id: int) -> GroupRobot:
    """Return a robot, to its team's leader or a coordinator. Raises Refused."""
    robot = robots.find(session, robot_id)
    if robot is None:
        raise Refused(Reason.GONE)
    if not actor.manages(robot.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    return robot


def untie(session: Session, actor: Actor, at: Moment, robot_id: int) -> GroupRobot:
    """解除: forget a robot and its address. Others in charge of the team hear of it."""
    robot = demand(session, actor, at, robot_id)
    session.delete(session.get_one(Robot, robot_id))
    session.flush()
    audit.record(session, at, actor.id, "robot.unbind", f"robot:{robot_id}", {"team": robot.team_id})
    _let_go(session, robot, "the robot is untied")
    _tell(session, at, robot, Kind.ROBOT_UNTIED, actor.member_id, member=actor.id)
    return robot


def sealed_of(session: Session, _at: Moment, address: Address) -> str:
    """Return the encrypted address of a robot; empty when it is tied no more."""
    row = session.exec(select(Robot).where(Robot.address == address)).first()
    return row.sealed if row is not None else ""


def sealed_again(session: Session, _at: Moment, robot_id: int, sealed: str) -> None:
    """Keep a robot's address as the newest key encrypts it."""
    row = session.get(Robot, robot_id, with_for_update=True)
    if row is not None:
        row.sealed = sealed
        session.add(row)


def all_sealed(session: Session, _at: Moment) -> list[tuple[GroupRobot, str]]:
    """Return every robot with its encrypted address."""
    rows = session.exec(select(Robot).order_by(col(Robot.id))).all()
    return [(robots.as_shown(row, ""), row.sealed) for row in rows]


def broken(session: Session, at: Moment, address: Address, why: Failure) -> bool:
    """Send nothing to a robot any more. Its team's leaders and the coordinators hear it once; False: it was so before.

    What was still owed to it ends unsent: each member has had it anyway.
    """
    row = session.exec(select(Robot).where(Robot.address == address).with_for_update()).first()
    if row is None or row.broken_since is not None:
        return False
    row.broken_since, row.why = at.now, why
    session.add(row)
    audit.record(session, at, None, "robot.broken", f"robot:{row.id}", None, {"why": why.value})
    session.flush()
    robot = robots.find(session, row.id or 0)
    if robot is not None:
        _let_go(session, robot, "the robot does not work")
        _tell(session, at, robot, Kind.ROBOT_BROKEN, None, why=why.value)
    return True


def works(session: Session, at: Moment, robot_id: int, by: int | None = None) -> None:
    """Send to a robot again: it has been tried and took a message, or its address can be read again."""
    row = session.get(Robot, robot_id, with_for_update=True)
    if row is not None and row.broken_since is not None:
        row.broken_since = row.why = None
        session.add(row)
        audit.record(session, at, by, "robot.back", f"robot:{robot_id}")


def tried(session: Session, actor: Actor, at: Moment, robot_id: int) -> list[GroupRobot]:
    """Note that a robot was tried by hand and took a message. Returns its team's robots."""
    robot = demand(session, actor, at, robot_id)
    works(session, at, robot_id, actor.id)
    return robots.of_teams(session, [robot.team_id], broken=True)


def _let_go(session: Session, robot: GroupRobot, reason: str) -> None:
    notices.cancel_owed(session, reason, col(Notice.address) == robot.address)


def _tell(session: Session, at: Moment, robot: GroupRobot, kind: Kind, but: int | None, **more: str | int) -> None:
    """Tell those in charge of the team: its leaders, of what is broken the coordinators too; not who did it."""
    people: list[Member] = list(leaders_of(session, robot.team_id))
    if kind is Kind.ROBOT_BROKEN or not people:
        people += coordinators(session)
    stamp, subject = int(at.now.timestamp()), {"channel": robot.address.channel, "team_name": robot.team, **more}
    told = {member.id: member for member in people if member.id != but}
    word = notices.Owed(kind, f"{kind.value.replace('_', '-')}:{robot.id}:{stamp}", subject=subject)
    notices.owe(session, at, word.to(told.values()))

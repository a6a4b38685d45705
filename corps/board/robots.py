"""Group robots on the board: each with its team, whether it works, and when it last sent something."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import robots
from corps.board.events import teams_of
from corps.moment import Moment
from corps.people import Actor, demand_leader_or_coordinator
from corps.robots import GroupRobot
from models import Notice, Robot, Team
from models.enums import NoticeState


@dataclass(frozen=True)
class RobotRow:
    """A robot: when it was connected, since when it is broken (if it is), when its platform last accepted a message.

    `waiting` is the number of messages that are still to be sent there.
    """

    robot: GroupRobot
    tied_at: dt.datetime
    broken_since: dt.datetime | None
    said_at: dt.datetime | None
    waiting: int


def rows(session: Session, actor: Actor, _at: Moment) -> tuple[RobotRow, ...]:
    """Return the robots by team; for a leader only those of the own team."""
    demand_leader_or_coordinator(actor)
    here = col(Notice.address) == col(Robot.address)
    said = select(func.max(Notice.sent_at)).where(here, Notice.state == NoticeState.SENT).scalar_subquery()
    owed = col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED))
    waiting = select(func.count()).select_from(Notice).where(here, owed).scalar_subquery()
    found: Any = session.exec(
        select(Robot, Team.short_name, said, waiting)
        .join(Team, col(Team.id) == col(Robot.team_id))
        .where(col(Robot.team_id).in_([team.id for team in teams_of(session, actor)]))
        .order_by(col(Team.position), col(Robot.id))
    ).all()
    return tuple(
        RobotRow(robots.as_shown(row, team), row.bound_at, row.broken_since, said_at, count)
        for row, team, said_at, count in found
    )

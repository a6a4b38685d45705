"""Group robots (群机器人): ways into a team's group in another messenger, to tell and not to hear.

What goes there is said beside what each member gets, never instead of it: the platform takes a message and may still
drop it without a word, so that it is never known to have arrived.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, or_, type_coerce
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.addresses import Address
from corps.moment import Moment
from corps.people import Actor
from models import Notice, Robot, Team
from models.enums import Failure, NoticeState

WECOM, DINGTALK, FEISHU = "wecom", "dingtalk", "feishu"
CHANNELS = (WECOM, DINGTALK, FEISHU)
"""企业微信, 钉钉, 飞书."""


@dataclass(frozen=True)
class GroupRobot:
    """A robot and the team that it is tied to. `why` it can't be used; None: it works, for all we know."""

    id: int
    address: Address
    team_id: int
    team: str
    why: Failure | None = None

    @property
    def key(self) -> str:
        """How keys of notices end that are for it."""
        return f"r{self.id}"

    @property
    def works(self) -> bool:
        """Whether messages are sent there."""
        return self.why is None


def of_teams(session: Session, team_ids: Collection[int] | None = None, *, broken: bool = False) -> list[GroupRobot]:
    """Return the robots of these teams (default: of all) in the teams' order; `broken` ones only if they are wanted."""
    which = [] if team_ids is None else [col(Robot.team_id).in_(team_ids)]
    return _robots(session, *which, *([] if broken else [col(Robot.broken_since).is_(None)]))


def find(session: Session, robot_id: int) -> GroupRobot | None:
    """Return a robot, broken or not."""
    return next(iter(_robots(session, col(Robot.id) == robot_id)), None)


def known_at(session: Session, address: Address) -> GroupRobot | None:
    """Return the robot at an address, broken or not."""
    return next(iter(_robots(session, col(Robot.address) == address)), None)


def _robots(session: Session, *conditions: Any) -> list[GroupRobot]:  # noqa: ANN401 - SQLAlchemy's conditions
    rows = session.exec(
        select(Robot, Team.short_name)
        .join(Team, col(Team.id) == col(Robot.team_id))
        .where(*conditions)
        .order_by(col(Team.position), col(Robot.id))
    ).all()
    return [as_shown(row, name) for row, name in rows]


def as_shown(row: Robot, team: str) -> GroupRobot:
    """Return a robot as everybody may see it: without its address."""
    why = None if row.broken_since is None else row.why or Failure.OTHER
    return GroupRobot(row.id or 0, row.address, row.team_id, team, why)


def serves(session: Session, address: Address, team_id: int | None) -> bool:
    """Tell whether a robot works for that team now."""
    robot = known_at(session, address)
    return robot is not None and robot.works and robot.team_id == team_id


def guest(at: Moment, address: Address, team_id: int | None) -> Actor:
    """Return who reads what a robot says: anybody in some group chat of the team, so nobody who may know a name."""
    return Actor(address, team_id=team_id, language=at.policy.language)


def to_robot(address: Any) -> Any:  # noqa: ANN401 - a column, and SQLAlchemy's condition on it
    """Return the condition that a notice's address is a robot's."""
    text = type_coerce(address, String)
    return or_(*(text.startswith(f"{channel}:", autoescape=True) for channel in CHANNELS))


def who_told(session: Session, activity_id: int) -> list[GroupRobot]:
    """Return the working robots that have told their group of an activity, or are just doing so."""
    told: Any = columns(col(Notice.address)).where(
        col(Notice.activity_id) == activity_id,
        col(Notice.state).in_((NoticeState.SENT, NoticeState.LEASED)),
        to_robot(Notice.address),
    )
    return _robots(session, col(Robot.address).in_(told), col(Robot.broken_since).is_(None))

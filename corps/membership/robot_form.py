"""The conversation of /bind in a private chat: which team, the robot's address, its signing secret where it has one.

The address is a secret: what the conversation keeps of it is encrypted before it comes here.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from corps import conversations, robots
from corps.conversations import Conversation
from corps.membership import robot_binding
from corps.moment import Moment
from corps.people import Actor
from corps.robots import GroupRobot
from corps.teams import TeamName, list_teams

KIND = "robot"


class Step(StrEnum):
    """What is asked for."""

    ADDRESS = "address"
    SECRET = "secret"  # noqa: S105 - a step's name


@dataclass(frozen=True)
class TeamRobots:
    """The robots of a team, and whether its manager is just tying one: which `step` is open, and `channel` so far."""

    team_id: int
    team: str
    robots: tuple[GroupRobot, ...]
    step: Step | None = None
    channel: str = ""
    sealed: str = ""


def begin(session: Session, actor: Actor, at: Moment) -> TeamRobots | list[TeamName]:
    """/bind: ask for the address of a robot of the leader's team; a coordinator is asked for the team first."""
    if actor.is_coordinator:
        return list_teams(session)
    return ask(session, actor, at, actor.team_id or 0)


def ask(session: Session, actor: Actor, at: Moment, team_id: int) -> TeamRobots:
    """Ask for the address of a robot of that team."""
    return _put(session, actor, at, team_id, Step.ADDRESS)


def look(session: Session, actor: Actor, _at: Moment, team_id: int) -> TeamRobots:
    """Return the team's robots, and ask for nothing."""
    return _team_robots(session, actor, team_id)


def stands(session: Session, actor: Actor, _at: Moment, conversation: Conversation) -> TeamRobots:
    """Return where the conversation stands."""
    data = conversation.data
    step, channel = Step(conversation.step), data.get("channel", "")
    return _team_robots(session, actor, data["team"], step, channel, data.get("sealed", ""))


def take_address(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, channel: str, sealed: str, mark: str
) -> TeamRobots:
    """Take a robot's address, and ask for its secret. Raises Refused for one that may not become the team's."""
    team_id = conversation.data["team"]
    robot_binding.demand_free(session, actor, team_id, mark)
    return _put(session, actor, at, team_id, Step.SECRET, channel=channel, sealed=sealed)


def tie(session: Session, actor: Actor, at: Moment, team_id: int, channel: str, sealed: str, mark: str) -> TeamRobots:
    """Tie a robot that took a greeting, and end the conversation."""
    robot_binding.tie(session, actor, at, team_id, channel, sealed, mark)
    conversations.drop(session, actor.address, KIND)
    return _team_robots(session, actor, team_id)


def untie(session: Session, actor: Actor, at: Moment, robot_id: int) -> TeamRobots:
    """解除: take a robot off its team's group. Returns the team's robots as they are then."""
    robot = robot_binding.untie(session, actor, at, robot_id)
    return _team_robots(session, actor, robot.team_id)


def tried(session: Session, actor: Actor, at: Moment, robot_id: int) -> TeamRobots:
    """Note that a robot was tried by hand and took a message."""
    team_id = robot_binding.demand(session, actor, at, robot_id).team_id
    robot_binding.tried(session, actor, at, robot_id)
    return _team_robots(session, actor, team_id)


def _put(session: Session, actor: Actor, at: Moment, team_id: int, step: Step, **more: str) -> TeamRobots:
    found = _team_robots(session, actor, team_id, step, **more)
    conversations.put(session, at, actor.address, KIND, step.value, {"team": team_id, **more})
    return found


def _team_robots(
    session: Session, actor: Actor, team_id: int, step: Step | None = None, channel: str = "", sealed: str = ""
) -> TeamRobots:
    team = robot_binding.demand_may(session, actor, team_id)
    found = robots.of_teams(session, [team_id], broken=True)
    return TeamRobots(team_id, team.short_name, tuple(found), step, channel, sealed)


def demand_free(session: Session, actor: Actor, _at: Moment, team_id: int, mark: str) -> None:
    """Raise Refused unless the robot may become the team's."""
    robot_binding.demand_free(session, actor, team_id, mark)


def waits_for_secret(session: Session, actor: Actor, at: Moment) -> TeamRobots | None:
    """Return where the conversation stands if it asks for the secret; None if it does not any more."""
    conversation = conversations.find_open(session, actor.address)
    if conversation is None or (conversation.kind, conversation.step) != (KIND, Step.SECRET.value):
        return None
    return stands(session, actor, at, conversation)


def is_asked(session: Session, actor: Actor, _at: Moment) -> bool:
    """Tell whether a robot's address or secret is asked for."""
    conversation = conversations.find_open(session, actor.address)
    return conversation is not None and conversation.kind == KIND

"""The group robots of one platform, as the process runs them: they are only told things."""

import asyncio
from typing import NoReturn

import structlog

from bot.delivery.robots import RobotSender
from bot.robots.pace import Pace
from bot.robots.webhooks import UnreadableError
from bot.robots.wire import Robots
from bot.routing.channel import Channel, RejectedError
from bot.runtime.database import Database
from bot.views.doors.robots import LIMITS
from corps.membership import robot_binding
from models.enums import Failure

log = structlog.get_logger()

NO_KEY = (
    "SECRET_KEY 换过或没有设，这些群机器人的地址读不出来，先不用了：请把原来的密钥加回去（写在逗号后面）再重启 "
    "(SECRET_KEY was changed or is not set: put the former key back, after a comma)"
)


class NobodyThere:
    """A channel by which nobody asks anything, so that nothing is ever answered there. `channel` builds its links."""

    def __init__(self, name: str, channel: Channel) -> None:
        self.name = name
        self.limits = LIMITS[name]
        self.link_to = channel.link_to
        self.links_to = channel.links_to

    async def _nobody(self, *_args: object, **_more: object) -> NoReturn:
        raise RejectedError("a robot's group is only told things")

    send = send_by = edit = rebutton = toast = fetch = is_in = content = offer_menu = delete = _nobody


class RobotAdapter:
    """The robots of one platform, as the process runs them."""

    intake = None
    age = None

    def __init__(
        self, name: str, robots: Robots, database: Database, answers: Channel, pace: Pace | None = None
    ) -> None:
        self._robots = robots
        self._database = database
        self.channel = NobodyThere(name, answers)
        self.sender = RobotSender(name, robots, database, answers.links_to, pace or Pace(name))
        self.about = {"robots": name}

    async def greet(self) -> None:
        """See that the addresses can be read with the keys that there are; a robot whose can't is used no more."""
        unreadable = 0
        for robot, sealed in await self._database.run(robot_binding.all_sealed):
            if robot.address.channel != self.channel.name:
                continue
            try:
                renewed = self._robots.vault.renewed(sealed)
            except UnreadableError:
                unreadable += 1
                await self._database.run(robot_binding.broken, robot.address, Failure.UNREADABLE)
                continue
            if renewed != sealed:
                await self._database.run(robot_binding.sealed_again, robot.id, renewed)
            if robot.why is Failure.UNREADABLE:
                await self._database.run(robot_binding.works, robot.id)
        if unreadable:
            log.error("robots.unreadable", platform=self.channel.name, robots=unreadable, help=NO_KEY)

    async def beside(self, leads: asyncio.Event) -> None:
        """Do nothing: robots need no work beside sending."""

    async def shutdown(self) -> None:
        """Close the connections."""
        await self._robots.close()

"""The group robots of one platform, as the process runs them: they are only told things."""

import asyncio
from typing import NoReturn

from bot.delivery.robots import RobotSender
from bot.robots.pace import Pace
from bot.robots.wire import Robots
from bot.routing.channel import Channel, RejectedError
from bot.runtime.database import Database
from bot.views.doors.robots import LIMITS


class NobodyThere:
    """A channel by which nobody asks anything, so that nothing is ever answered there. `channel` builds its links."""

    def __init__(self, name: str, channel: Channel) -> None:
        self.name = name
        self.limits = LIMITS[name]
        self.link_to = channel.link_to
        self.links_to = channel.links_to

    async def _nobody(self, *_args: object, **_more: object) -> NoReturn:
        raise RejectedError("a robot's group is only told things")

    send = edit = rebutton = toast = fetch = is_in = content = offer_menu = delete = _nobody


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
        """There is nobody to greet."""

    async def beside(self, leads: asyncio.Event) -> None:
        """There is nothing to do beside."""

    async def shutdown(self) -> None:
        """Close the connections."""
        await self._robots.close()

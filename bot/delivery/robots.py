"""Sends owed messages by group robots. A robot only sends: nothing is received from it."""

import datetime as dt
import time

import structlog

from bot.delivery.sender import Deliver
from bot.robots.answers import Verdict
from bot.robots.pace import Pace, steps_aside
from bot.robots.webhooks import UnreadableError
from bot.robots.wire import Robots
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.doors.robots import LIMITS, robot_says
from bot.views.notices import notice_screen
from bot.views.screen import LinksTo
from corps import notices
from corps.addresses import Address
from corps.delivery.notice_facts import Letter
from corps.membership import robot_binding
from models.enums import Failure

log = structlog.get_logger()

FAILURES = {
    Verdict.TOO_OFTEN: Failure.TOO_MANY,
    Verdict.KEYWORD: Failure.KEYWORD,
    Verdict.NOT_FROM_HERE: Failure.NOT_FROM_HERE,
    Verdict.SIGNATURE: Failure.SIGNATURE,
    Verdict.STOPPED: Failure.STOPPED,
    Verdict.GONE: Failure.ROBOT_GONE,
    Verdict.UNHEARD: Failure.NETWORK,
    Verdict.MAYBE: Failure.NETWORK,
}
"""What a refusal means, for all who ask."""

BREAKS = (Verdict.KEYWORD, Verdict.NOT_FROM_HERE, Verdict.SIGNATURE, Verdict.STOPPED, Verdict.GONE)
"""The refusals that every further message would meet as well."""

FAILS_UNTIL_DOWN = 3
FIRST_REST, LONGEST_REST = 5.0, 300.0
"""Seconds that a platform is left alone which does not answer: longer each time."""


class RobotSender:
    """Delivers what is owed by the robots of one platform, at its pace."""

    def __init__(self, channel: str, robots: Robots, database: Database, links_to: LinksTo, pace: Pace) -> None:
        self._channel = channel
        self._robots = robots
        self._database = database
        self._links_to = links_to
        self._pace = pace
        self._fails = 0
        self._until = 0.0

    @property
    def down(self) -> bool:
        """Whether the platform has not answered a few times: one message is tried at a time."""
        return self._fails >= FAILS_UNTIL_DOWN

    def wait(self) -> float:
        """Return for how many seconds nothing may go out."""
        clock = self._database.clock
        return max(0.0, self._until - time.monotonic(), steps_aside(self._channel, clock.wall(clock.now())))

    async def turn(self) -> Deliver:
        """The robots wait each for itself, see `resting`."""
        return self.deliver

    def resting(self) -> frozenset[Address]:
        """Return the robots that may say nothing at this moment."""
        return self._pace.resting()

    def begin(self, chat: Address) -> None:
        """A message goes out by this robot now."""
        self._pace.sends(chat)

    def pause(self, chat: Address, seconds: float) -> None:
        """Leave one robot alone for a while."""
        self._pace.pause(chat, seconds)

    async def copy(self, letter: Letter) -> None:
        """Do nothing: what other channels delivered is not repeated by a robot."""

    async def deliver(self, letter: Letter) -> notices.Outcome:
        """Send one message to its group. That it was taken does not mean that it is read there."""
        due, facts = letter.due, letter.facts
        if facts is None:
            return notices.Moot(notices.NO_LONGER_SO)
        try:
            webhook = self._robots.vault.open(await self._database.run(robot_binding.sealed_of, due.address))
        except UnreadableError:
            return await self._broken(due.address, Failure.UNREADABLE)
        voice = Voice(due.language, self._database.clock)
        screen = notice_screen(voice, due, facts, letter.more, LIMITS[self._channel])
        said = robot_says(voice, self._channel, screen, letter, self._links_to)
        verdict = await self._robots.say(webhook, said.title, said.text)
        self._pace.said(due.address)
        return await self._ended(due, verdict)

    async def _ended(self, due: notices.Due, verdict: Verdict) -> notices.Outcome:
        if verdict in (Verdict.UNHEARD, Verdict.MAYBE):
            return self._unheard(maybe=verdict is Verdict.MAYBE)
        self._fails = 0
        if verdict is Verdict.TAKEN:
            return notices.Sent("")
        log.info("robot.refused", channel=self._channel, verdict=verdict.value)
        if verdict is Verdict.TOO_OFTEN:
            rests = dt.timedelta(seconds=self._pace.pause(due.address))
            return notices.RetryLater(self._now() + rests, verdict.value, blame=False, failure=Failure.TOO_MANY)
        if verdict in BREAKS:
            return await self._broken(due.address, FAILURES[verdict])
        return notices.GiveUp(verdict.value)

    async def _broken(self, address: Address, why: Failure) -> notices.Outcome:
        if await self._database.run(robot_binding.broken, address, why):
            log.warning("robot.broken", robot=str(address), why=why.value)
        return notices.GiveUp(why.value, failure=why)

    def _unheard(self, *, maybe: bool) -> notices.Outcome:
        """Rest for longer each time. While the platform is away no message is to blame: they wait until it is back."""
        self._fails += 1
        rest = min(LONGEST_REST, FIRST_REST * 2 ** min(self._fails - 1, 10))
        if self.down:
            self._until = time.monotonic() + rest
        again = self._now() + dt.timedelta(seconds=rest)
        return notices.RetryLater(again, "network", blame=not self.down, maybe=maybe, failure=Failure.NETWORK)

    def _now(self) -> dt.datetime:
        return self._database.clock.now()

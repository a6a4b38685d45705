"""The Bot API with no HTTP: a method's name and parameters in, its result or refusal out."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.botapi.call_log import CallLog
from sandbox.botapi.faults import Faults
from sandbox.botapi.limits import STRICT, Limits
from sandbox.botapi.params import Params
from sandbox.botapi.webhook import Courier
from sandbox.errors import HTTP_NOT_FOUND, Dropped, Refused, bad
from sandbox.world.world import World

Method = Callable[["BotApi", Params], Any]
_log = logging.getLogger(__name__)
METHODS: dict[str, tuple[str, Method]] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a function as the Bot API method `name`."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = (name, function)
        return function

    return register


class BotApi:
    """All methods of one bot.

    Args:
        world: What they work on.
        limits: Whether Telegram's sending limits apply at the start: True for the strict reading, or a reading's name.
        latency: The least time that a call takes, in seconds.
    """

    def __init__(self, world: World, *, limits: bool | str = False, latency: float = 0.0) -> None:
        self.world = world
        reading = limits if isinstance(limits, str) and limits else STRICT
        self.limits = Limits(on=bool(limits), clock=time.monotonic, reading=reading)
        self.latency = latency
        self.faults = Faults()
        self.calls = CallLog(world.now)
        self.courier = Courier(world.updates, self.call)

    async def call(self, name: str, params: Params) -> object:
        """Make one call, as Telegram would.

        Args:
            name: The method, in any case.
            params: Its parameters.

        Returns:
            The `result` field of the answer.

        Raises:
            Refused: What Telegram refuses, with its code and sentence.
            Dropped: A fault asks for the connection to be cut.
        """
        key = name.lower()
        proper, function = METHODS.get(key, (name, _unknown))
        record = self.calls.begin(proper, params)
        try:
            result = await self._run(key, function, params)
        except Refused as refusal:
            record.ok, record.error = False, refusal.description
            raise
        except Dropped:
            record.ok, record.error = False, "connection dropped by a fault"
            raise
        record.ok = True
        return result

    async def _run(self, key: str, function: Method, params: Params) -> object:
        chat_id = params.values.get("chat_id")
        fault = self.faults.take(key, chat_id) if self.faults.orders else None
        if latency := self.latency + (fault.latency if fault else 0.0):
            await asyncio.sleep(latency)
        if fault and fault.drop == "before":
            raise Dropped
        if fault and (refusal := fault.refusal()):
            raise refusal
        self.limits.check(key, chat_id)
        try:
            result = function(self, params)
            if isinstance(result, Awaitable):
                result = await result
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # A number where an object belongs, and the like: the caller's fault far more often than ours.
            _log.exception("the sandbox could not read a call of %s", key)
            raise bad(f"can't parse the parameters: {type(error).__name__}: {error}") from error
        if fault and fault.drop == "after":
            raise Dropped
        return result


def _unknown(_api: BotApi, _params: Params) -> object:
    raise Refused(HTTP_NOT_FOUND, "Not Found: method not found")

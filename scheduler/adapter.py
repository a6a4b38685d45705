"""A channel as the process runs it: what every adapter has, whichever channel it is for."""

import asyncio
from typing import Protocol

from bot.delivery.sender import Sender
from bot.routing.channel import Channel


class Intake(Protocol):
    """Takes in what comes, where only one process may: the one that leads."""

    async def run(self) -> None:
        """Take in until `stop`. Raises what cannot be waited out."""

    async def stop(self) -> None:
        """Take in nothing more; `run` ends once what is under way is handled."""


class Adapter(Protocol):
    """One channel: `channel` answers, `sender` delivers what is owed, `intake` is for the leader, if there is any."""

    @property
    def channel(self) -> Channel:
        """What answers."""

    @property
    def sender(self) -> Sender:
        """What delivers."""

    @property
    def intake(self) -> Intake | None:
        """What the leader runs."""

    @property
    def about(self) -> dict[str, str]:
        """What the log says when it has started."""

    @property
    def age(self) -> float | None:
        """For how many seconds the channel has not answered the leader; None where nobody asks it."""

    async def greet(self) -> None:
        """Open the connections, for as long as it takes. Raises SettingsError when that is of no use."""

    async def beside(self, leads: asyncio.Event) -> None:
        """Do what every process does beside the work, until it is cancelled. `leads` is set once it first leads."""

    async def shutdown(self) -> None:
        """Close the connections."""

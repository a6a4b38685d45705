"""What delivers owed messages in one channel, at the speed that the channel allows."""

from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from corps import notices
from corps.addresses import Address
from corps.delivery.notice_facts import Letter

Deliver = Callable[[Letter], Awaitable[notices.Outcome]]
"""Sends one message to its chat. Never raises what the channel says: that is an outcome."""


class Sender(Protocol):
    """Sends owed messages in one channel."""

    @property
    def down(self) -> bool:
        """Whether the last messages all failed: one is tried at a time."""

    def wait(self) -> float:
        """Return for how many seconds nothing may go out."""

    async def turn(self) -> Deliver:
        """Wait for the next moment to send at, and return what sends one message then."""

    def resting(self) -> Collection[Address]:
        """Return the chats that may not be written to at this moment."""

    def begin(self, chat: Address) -> None:
        """Something that nobody waits for goes out to this chat now."""

    async def copy(self, letter: Letter) -> None:
        """Take note of what another channel has delivered, where this one shows its people all. Never raises."""

    def pause(self, chat: Address, seconds: float) -> None:
        """Leave one chat alone for a while: the channel said so."""


class NoChatWaits:
    """What a sender answers and notes about single chats where none of them has a limit of its own."""

    def resting(self) -> frozenset[Address]:
        """Return the chats that may not be written to at this moment: none."""
        return frozenset()

    def begin(self, chat: Address) -> None:
        """Note nothing of a message that goes out to this chat."""

    def pause(self, chat: Address, seconds: float) -> None:
        """Note nothing: no chat here is left alone for a while."""

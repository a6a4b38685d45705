"""What a channel can do: send a message, edit one, show a short notice. Each channel has an adapter of its own."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.routing.incoming import Incoming
from bot.views.screen import Row, Screen
from corps.addresses import Address
from corps.attachments import Attachment
from corps.broadcasts.content import TextLimits
from corps.people import Actor


class ChannelError(Exception):
    """The channel did not accept it: it cannot be reached, or did not say why. Its text is the name of the trouble."""


class RejectedError(ChannelError):
    """The channel will never accept it: the message or the chat is gone, or something in it is not allowed."""


class UnreachableError(RejectedError):
    """Nothing can be written to that chat: the person has blocked the bot, or it was removed from the group."""


class TooLargeError(ChannelError):
    """The file is larger than what is taken, or than the channel gives out."""


class SpentError(ChannelError):
    """Nothing is sent: the person is not in the corps, and has been answered often enough for a while."""


class BusyError(ChannelError):
    """The channel is busy; it accepts the same again after so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__("busy")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message of the bot: its chat, and what the channel calls it there; and the photo that it shows."""

    chat: Address
    id: str
    photo: Attachment | None = None


class Channel(Protocol):
    """One channel. Whatever it does not take is a ChannelError."""

    name: str
    limits: TextLimits

    def link_to(self, kind: str = "", code: str = "") -> str:
        """Return the link that opens the bot there.

        `kind`: at an invitation (`join`), an activity (`act`), a check-in (`in`); without one, just the private chat.
        """

    def links_to(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the links to the same in each channel there is, Telegram's first."""

    async def send(self, chat: Address, screen: Screen) -> MessageRef:
        """Send a screen as a new message."""

    async def send_by(self, address: Address, screen: Screen) -> None:
        """Send a screen to an address of another channel."""

    async def edit(self, message: MessageRef, screen: Screen, *, new_photo: bool = False) -> bool:
        """Put a screen into a message. Returns False when that one is gone, or can't be changed.

        A message keeps its picture or file, unless it is told that the photo is another one.
        """

    async def rebutton(self, message: MessageRef, rows: tuple[Row, ...]) -> None:
        """Change only the buttons of a message, whatever it shows."""

    async def delete(self, message: MessageRef) -> bool:
        """Take a message out of the chat, also one that a person sent. Returns False where it stays."""

    async def toast(self, incoming: Incoming, text: str, *, alert: bool) -> None:
        """Answer a tap with a short line; with `alert` the person has to close it."""

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """Return the content of a photo or file that came by this channel, of at most so many bytes.

        Raises RejectedError when the channel gives it no more, TooLargeError when it is larger.
        """

    async def is_in(self, group: Address, person: Address) -> bool:
        """Tell whether somebody is in a group chat."""

    async def content(self, attachment: Attachment) -> bytes:
        """Return the content of a photo or file, from our own files or from the channel that it came by."""

    async def offer_menu(self, person: Actor, known: Collection[str]) -> None:
        """Offer the commands of a person's role, of those that are `known`. Never raises."""

"""What comes in, whichever channel it came by: words, files, a tap, a command, or something that happened."""

from dataclasses import dataclass
from enum import StrEnum

from corps.addresses import Address
from corps.attachments import Attachment, AttachmentKind


class Event(StrEnum):
    """An event that is not a message."""

    PRESENCE = "presence"
    """A person blocked the bot, or is back."""

    BOT_MOVED = "bot_moved"
    """The bot came into a group, or was removed from it."""

    GROUP_MOVED = "group_moved"
    """The group has another address from now on."""


@dataclass(frozen=True, slots=True)
class Referred:
    """The message that was sent, or that carries the button: what the channel calls it.

    `editable`: its text can be changed. `payloads`: those of all buttons below it, as they were sent.
    """

    id: str
    editable: bool = False
    payloads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that somebody did in a channel.

    Attributes:
        key: A number in digits; the same when the channel brings the same thing twice.
        address: Whoever did it.
        chat: Where: the person's own chat with the bot, or a group.
        in_group: Whether `chat` is a group.
        name: The sender's name at the channel.
        language: The language the channel says they use, as an IETF tag; empty when unknown.
        text: What was typed, without the blanks around it; for a photo or a file, what stands below it.
        html: The same as HTML with the formatting that is kept, without the command in front.
        command: The command's name in lower case, if it is one for this bot; `argument` is what follows it.
        tap: What the channel calls the tap, to answer it by; empty when it is none.
        payload: What stands behind the button that was pressed.
        files: The files that came along.
        album: The same for files that were sent together, which come one by one.
        message: The message that it is, or that carries the button.
        title: The group's name.
        edited: It was said before, and has been changed since.
        hidden: The channel does not say who it is: an anonymous administrator of a group.
        event: What happened, if nothing was said.
        present: With PRESENCE, whether the person can be written to; with BOT_MOVED, whether the bot is in.
        device: The browser that it comes from, by the number that the list of browsers gives it; 0 for other channels.
        moved_to: With GROUP_MOVED, the group's new address.
    """

    key: str
    address: Address
    chat: Address
    in_group: bool = False
    name: str = ""
    language: str = ""
    text: str = ""
    html: str = ""
    command: str = ""
    argument: str = ""
    tap: str = ""
    payload: str = ""
    files: tuple[Attachment, ...] = ()
    album: str = ""
    message: Referred | None = None
    title: str = ""
    edited: bool = False
    hidden: bool = False
    event: Event | None = None
    present: bool = False
    moved_to: Address | None = None
    device: int = 0

    @property
    def kind(self) -> str:
        """Return what it is, as the metrics count: `tap`, `message` or `other`."""
        if self.tap:
            return "tap"
        return "other" if self.event in (Event.PRESENCE, Event.BOT_MOVED) else "message"

    def file(self, kind: AttachmentKind) -> Attachment | None:
        """Return the first file of that kind."""
        return next((file for file in self.files if file.kind is kind), None)

"""A channel of plain text: no formatting, numbered buttons, no edits, 500 characters a message.

A button is chosen by typing its number. A text longer than a message goes out as several, at the end of a line where
there is one; nothing is cut off. A picture or file lies beside the message that names it.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from html import unescape

from markupsafe import Markup

import handlers
from bot.delivery.sender import Deliver
from bot.routing.channel import MessageRef, RejectedError, UnreachableError
from bot.routing.dispatcher import Dispatcher
from bot.routing.files import Files
from bot.routing.incoming import Incoming, Referred
from bot.routing.message_input import read_command
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from bot.views.screen import Button, Row, Screen
from corps import notices
from corps.addresses import Address
from corps.attachments import Attachment
from corps.broadcasts.content import TextLimits
from corps.delivery.notice_facts import Letter
from corps.people import Actor
from models.enums import Failure

PLAIN = "plain"
LONGEST = 500
LIMITS = TextLimits(
    text=LONGEST, under_media=LONGEST, length=lambda markup: len(unescape(re.sub("<[^>]*>", "", markup)))
)


@dataclass
class Phone:
    """What somebody has received, and which button each number presses: those of the newest message with buttons."""

    texts: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    closed: bool = False
    files: list[bytes] = field(default_factory=list)


class PlainChannel:
    """The channel, as whoever answers sees it."""

    name = PLAIN
    limits = LIMITS

    def __init__(self, files: Files) -> None:
        self.phones: defaultdict[Address, Phone] = defaultdict(Phone)
        self.brought: dict[str, bytes] = {}
        self._files = files
        files.channels[PLAIN] = self
        self._ids = itertools.count(1)

    def link_to(self, kind: str = "", code: str = "") -> str:
        """Return what to type to get there."""
        return f"/start {kind}-{code}" if kind else "/start"

    def links_to(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the links to the same in each channel."""
        return self._files.links_to(kind, code)

    async def send_by(self, address: Address, screen: Screen) -> None:
        """Send a screen to an address of another channel."""
        await self._files.send_by(address, screen)

    async def send(self, chat: Address, screen: Screen) -> MessageRef:
        """Write a screen, in as many messages as it takes."""
        phone = self.phones[chat]
        if phone.closed:
            raise UnreachableError("closed")
        await self._lay_down(phone, screen)
        if screen.keyboard is not None and screen.keyboard.rows:
            phone.texts.append("可以打：" + "、".join(label for row in screen.keyboard.rows for label in row))
        lines = _plain(screen).split("\n")
        if buttons := [button for row in screen.rows for button in row]:
            phone.numbers, phone.labels = {}, {}
            lines += [""] + [self._line(phone, button) for button in buttons]
        phone.texts += split(lines)
        return MessageRef(chat, f"m{next(self._ids)}")

    async def _lay_down(self, phone: Phone, screen: Screen) -> None:
        """Give the phone what the screen shows."""
        for shown in (screen.photo, screen.document):
            if shown:
                phone.files.append(shown if isinstance(shown, bytes) else await self._files.content(shown))

    async def content(self, attachment: Attachment) -> bytes:
        """Return the content of a photo or file."""
        return await self._files.content(attachment)

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """Return what came along, if it is still there."""
        if attachment.id not in self.brought:
            raise RejectedError("gone")
        return self.brought[attachment.id][: most + 1]

    def _line(self, phone: Phone, button: Button) -> str:
        if button.payload is None:
            return f"{button.label}：{button.url or button.copy}"
        number = str(len(phone.numbers) + 1)
        phone.numbers[number], phone.labels[number] = button.payload.pack(), button.label
        return f"{number} {button.label}"

    async def edit(self, _message: MessageRef, _screen: Screen, *, new_photo: bool = False) -> bool:  # noqa: ARG002
        """Nothing that was sent can be changed here."""
        return False

    async def rebutton(self, _message: MessageRef, _rows: tuple[Row, ...]) -> None:
        """Nothing that was sent can be changed here."""
        raise RejectedError("sent is sent")

    async def delete(self, _message: MessageRef) -> bool:
        """Nothing that was sent can be taken back here."""
        return False

    async def toast(self, incoming: Incoming, text: str, *, alert: bool) -> None:  # noqa: ARG002 - the port's
        """Say it as a message: there is nothing shorter."""
        if text:
            self.phones[incoming.chat].texts += split(text.split("\n"))

    async def is_in(self, group: Address, person: Address) -> bool:
        """Tell whether somebody is in a group: there are none here."""
        raise RejectedError(f"no group {group.short} with {person.short}")

    async def offer_menu(self, person: Actor, known: Collection[str]) -> None:
        """Note the commands."""
        if person.address.channel == PLAIN:
            self.phones[person.address].commands = tuple(known) if person.is_member else ()


def _plain(screen: Screen) -> str:
    """Return the text without its formatting, and the names of what can't be shown."""
    shown = "\n".join(str(Markup(line).striptags()) for line in str(screen.text).split("\n"))  # noqa: S704 - taken apart
    named = "（图片）" if screen.photo else f"（文件：{screen.filename}）" if screen.document else ""
    return f"{named}\n{shown}" if named else shown


def split(lines: list[str]) -> list[str]:
    """Return the lines in messages that are short enough, none cut off."""
    pieces = [line[at : at + LONGEST] for line in lines for at in range(0, max(1, len(line)), LONGEST)]
    messages = [pieces[0]]
    for piece in pieces[1:]:
        if len(messages[-1]) + 1 + len(piece) <= LONGEST:
            messages[-1] += "\n" + piece
        else:
            messages.append(piece)
    return messages


class PlainSender:
    """Delivers what is owed, at once."""

    down = False

    def __init__(self, channel: PlainChannel, database: Database) -> None:
        self._channel = channel
        self._database = database

    def wait(self) -> float:
        """Nothing ever holds it back."""
        return 0.0

    async def turn(self) -> Deliver:
        """It may always send."""
        return self._deliver

    def resting(self) -> frozenset[Address]:
        """No chat ever rests."""
        return frozenset()

    def begin(self, chat: Address) -> None:
        """Nothing to note."""

    async def copy(self, letter: Letter) -> None:
        """What others have delivered is not repeated here."""

    def pause(self, chat: Address, seconds: float) -> None:
        """Nothing to note."""

    async def _deliver(self, letter: Letter) -> notices.Outcome:
        due = letter.due
        assert letter.facts is not None
        screen = notice_screen(Voice(due.language, self._database.clock), due, letter.facts, letter.more, LIMITS)
        try:
            return notices.Sent((await self._channel.send(due.address, screen)).id)
        except UnreachableError:
            return notices.GiveUp("closed", unreachable=True, failure=Failure.BLOCKED)


class PlainAdapter:
    """The channel, wired to the real dispatcher and database, with people at it by name."""

    def __init__(self, database: Database, files: Files) -> None:
        self.channel = PlainChannel(files)
        self.sender = PlainSender(self.channel, database)
        self._dispatcher = Dispatcher(self.channel, database, handlers.routes())
        self._keys = itertools.count(1)

    def somebody(self, own: str, name: str = "") -> "Person":
        """Return somebody at the channel."""
        return Person(self, Address(PLAIN, own), name or own)

    async def bring(self, incoming: Incoming) -> None:
        """Let the bot handle what somebody did."""
        await self._dispatcher.handle(replace(incoming, key=f"k{next(self._keys)}"))


@dataclass(frozen=True)
class Person:
    """Somebody who types."""

    adapter: PlainAdapter
    address: Address
    name: str

    @property
    def phone(self) -> Phone:
        """What they have received."""
        return self.adapter.channel.phones[self.address]

    @property
    def reads(self) -> str:
        """All they have received since they last did something, joined."""
        return "\n".join(self.phone.texts)

    async def types(self, text: str, *files: Attachment) -> None:
        """Type a text, a command, or the number of a button."""
        numbers, self.phone.texts[:] = dict(self.phone.numbers), []
        if text in numbers:
            here = Referred("", payloads=tuple(numbers.values()))
            tapped = Incoming(
                "", self.address, self.address, name=self.name, tap="t", payload=numbers[text], message=here
            )
            await self.adapter.bring(tapped)
            return
        command = read_command(text)
        said = Incoming(
            "",
            self.address,
            self.address,
            name=self.name,
            text=text.strip(),
            html=str(Markup.escape(command.argument if command else text.strip())),
            command=command.name if command else "",
            argument=command.argument if command else "",
            files=files,
        )
        await self.adapter.bring(said)

    async def chooses(self, label: str) -> None:
        """Type the number of the button that says this."""
        number = next((number for number, said in self.phone.labels.items() if label in said), None)
        assert number is not None, f"no button “{label}” among {self.phone.labels}: {self.reads}"
        await self.types(number)

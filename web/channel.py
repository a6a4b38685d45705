"""The page as a channel: answers are stored, and the person's page shows them."""

import re
from collections.abc import Collection
from contextvars import ContextVar
from dataclasses import dataclass, field
from html import unescape

from sqlmodel import Session

from bot.routing.channel import MessageRef, RejectedError, TooLargeError
from bot.routing.files import Files
from bot.routing.incoming import Incoming
from bot.runtime.database import Database
from bot.views.screen import Row, Screen
from corps.addresses import Address
from corps.attachments import Attachment, AttachmentKind
from corps.broadcasts.content import TextLimits
from corps.moment import Moment
from corps.pages import messages
from corps.pages.devices import WEB
from corps.pages.messages import Shown
from corps.people import Actor
from models.enums import PageMessageKind
from web.markup import kept_rows

_TAG = re.compile(r"<[^>]*>")
LIMITS = TextLimits(30_000, 30_000, lambda markup: len(unescape(_TAG.sub("", markup))), toast=2_000)
"""A page has no limit of its own; this one keeps lists short."""

PATHS = {"join": "j", "act": "a", "in": "in", "tie": "p", "cert": "c", "rate": "r"}
"""The path of each kind of deep link."""


@dataclass
class PageTurn:
    """One action of a person on their page, and how it is answered."""

    key: str
    address: Address
    answered: bool = False
    toasts: list[str] = field(default_factory=list)


turn_of: ContextVar[PageTurn | None] = ContextVar("turn", default=None)
"""The action that is being handled. Without one, what is sent was owed or is an edit of a card."""


class PageChannel:
    """The channel that turns and senders use. `url` is the address of the pages."""

    name = WEB
    limits = LIMITS

    def __init__(self, url: str, database: Database, files: Files) -> None:
        self._url = url
        self._database = database
        self._files = files

    def link_to(self, kind: str = "", code: str = "") -> str:
        """Return the address of a page."""
        return f"{self._url}/{PATHS[kind]}/{code}" if kind else self._url

    def links_to(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the links to the same in each channel."""
        return self._files.links_to(kind, code)

    async def send(self, chat: Address, screen: Screen) -> MessageRef:
        """Put a screen on the person's page: as an answer, or among the messages."""
        if chat.channel != WEB:
            raise RejectedError("no page")
        turn = _answering(chat)
        number, photo = await self._database.run(_keep, chat, screen, turn.key if turn is not None else "")
        return MessageRef(chat, str(number), photo)

    async def send_by(self, address: Address, screen: Screen) -> None:
        """Send a screen to an address of any channel."""
        await self._files.send_by(address, screen)

    async def edit(self, message: MessageRef, screen: Screen, *, new_photo: bool = False) -> bool:  # noqa: ARG002 - what a screen brings is shown
        """Replace a message by another screen."""
        turn = _answering(message.chat)
        return await self._database.run(_edit, message, screen, turn.key if turn is not None else "")

    async def rebutton(self, message: MessageRef, rows: tuple[Row, ...]) -> None:
        """Change only the buttons of a message."""
        turn = _answering(message.chat)
        if not await self._database.run(_rebutton, message, rows, turn.key if turn is not None else ""):
            raise RejectedError("gone")

    async def delete(self, message: MessageRef) -> bool:  # noqa: ARG002 - the port's
        """Do nothing: what people type on a page is not stored there."""
        return True

    async def toast(self, incoming: Incoming, text: str, *, alert: bool) -> None:  # noqa: ARG002 - a page shows both alike
        """Show a short text above the answer."""
        turn = turn_of.get()
        if text and turn is not None and turn.address == incoming.address:
            turn.toasts.append(text)

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """Return the content of a file that came by a page."""
        content = await self._database.run(messages.file, attachment.id)
        if content is None:
            raise RejectedError("gone")
        if len(content) > most:
            raise TooLargeError("too large")
        return content

    async def is_in(self, group: Address, person: Address) -> bool:
        """Tell whether somebody is in a group: no, pages have no groups."""
        raise RejectedError(f"no group {group.short} with {person.short}")

    async def content(self, attachment: Attachment) -> bytes:
        """Return the content of a photo or file, wherever it came by."""
        return await self._files.content(attachment)

    async def offer_menu(self, person: Actor, known: Collection[str]) -> None:
        """Do nothing: a page always shows its menu."""


class Glance(PageChannel):
    """The same for showing a page: collects what would be sent, and stores nothing."""

    def __init__(self, url: str, database: Database, files: Files) -> None:
        super().__init__(url, database, files)
        self.screens: list[Screen] = []

    async def send(self, chat: Address, screen: Screen) -> MessageRef:
        """Collect a screen."""
        self.screens.append(screen)
        return MessageRef(chat, "")

    async def edit(self, message: MessageRef, screen: Screen, *, new_photo: bool = False) -> bool:  # noqa: ARG002 - the port's
        """Do nothing: there is no message to edit."""
        return False


def _answering(chat: Address) -> PageTurn | None:
    """Return the turn that this is an answer to, on that page."""
    turn = turn_of.get()
    if turn is None or turn.address != chat:
        return None
    turn.answered = True
    return turn


def _keep(session: Session, at: Moment, chat: Address, screen: Screen, turn: str) -> tuple[int, Attachment | None]:
    shown = _shown(session, at, chat, screen)
    kind = PageMessageKind.ANSWER if turn else PageMessageKind.SENT
    return messages.keep(session, at, chat, kind, shown, turn), shown.photo


def _edit(session: Session, at: Moment, message: MessageRef, screen: Screen, turn: str) -> bool:
    shown = _shown(session, at, message.chat, screen)
    return messages.change(session, at, message.chat, number_of(message.id), shown, turn)


def _rebutton(session: Session, at: Moment, message: MessageRef, rows: tuple[Row, ...], turn: str) -> bool:
    found = messages.find(session, at, message.chat, number_of(message.id))
    if found is None:
        return False
    shown = Shown(found.shown.html, kept_rows(rows))
    return messages.change(session, at, message.chat, found.id, shown, turn)


def number_of(text: str) -> int:
    """Return the number in a message's name; 0 if it is not one of ours."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _shown(session: Session, at: Moment, chat: Address, screen: Screen) -> Shown:
    """Return a screen as it is stored; a picture or file that exists nowhere else is stored beside it."""
    photo, document = screen.photo, screen.document
    if isinstance(photo, bytes):
        name = messages.put_file(session, at, chat, photo)
        photo = Attachment(AttachmentKind.PHOTO, "", "image/png", len(photo), WEB, name, name)
    if isinstance(document, bytes):
        name = messages.put_file(session, at, chat, document)
        document = Attachment(AttachmentKind.DOCUMENT, screen.filename, "", len(document), WEB, name, name)
    return Shown(str(screen.text), kept_rows(screen.rows), photo, document)

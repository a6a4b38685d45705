"""Mail as whoever answers sees it: a screen can be sent, such as a code to type in; nothing can be changed any more."""

import hashlib
import re
import secrets
from collections.abc import Collection
from html import unescape

from bot.mail.letters import Envelope, letter, subject_of
from bot.mail.line import Line, Meaning, NotTakenError
from bot.routing.channel import ChannelError, MessageRef, RejectedError, UnreachableError
from bot.routing.files import Files
from bot.routing.incoming import Incoming
from bot.runtime.database import Database
from bot.runtime.settings import MailServer
from bot.texts.voice import Voice
from bot.views.screen import Row, Screen
from corps.addresses import Address
from corps.attachments import Attachment
from corps.broadcasts.content import TextLimits
from corps.mailbox.mailboxes import MAIL
from corps.people import Actor

_TAG = re.compile(r"<[^>]*>")
LIMITS = TextLimits(30_000, 30_000, lambda markup: len(unescape(_TAG.sub("", markup))))
"""A mail holds what it is given; this bounds what one screen lists."""


def name_of(*facts: object) -> str:
    """Return what stands before the @ of a message's id: the same for the same facts."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


class MailChannel:
    """The channel. It only sends: nobody reads what is answered to it."""

    name = MAIL
    limits = LIMITS

    def __init__(self, server: MailServer, line: Line, database: Database, files: Files) -> None:
        self._server = server
        self._line = line
        self._database = database
        self._files = files

    def link_to(self, kind: str = "", code: str = "") -> str:  # noqa: ARG002 - the port's
        """Return nothing: no link leads into a mailbox."""
        return ""

    def links_to(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the links to the same in each channel."""
        return self._files.links_to(kind, code)

    async def send(self, chat: Address, screen: Screen) -> MessageRef:
        """Mail a screen at once, in the corps' language. Raises UnreachableError where there is no such mailbox."""
        voice = Voice(self._database.policy.language, self._database.clock)
        envelope = Envelope(chat.id, name_of(secrets.token_hex(8)), self._database.clock.now())
        brought = await self._files.brought(screen, self.name)
        content = letter(voice, self._server, envelope, subject_of(screen), brought, None)
        try:
            await self._line.hand_in(chat.id, content)
        except NotTakenError as no:
            if no.meaning is Meaning.ADDRESS:
                raise UnreachableError(str(no)) from None
            raise (RejectedError if no.meaning is Meaning.MESSAGE else ChannelError)(str(no)) from None
        return MessageRef(chat, envelope.id)

    async def send_by(self, address: Address, screen: Screen) -> None:
        """Send a screen to an address of another channel."""
        await self._files.send_by(address, screen)

    async def edit(self, message: MessageRef, screen: Screen, *, new_photo: bool = False) -> bool:  # noqa: ARG002 - the port's
        """What is mailed stays as it is."""
        return False

    async def rebutton(self, message: MessageRef, rows: tuple[Row, ...]) -> None:  # noqa: ARG002 - the port's
        """What is mailed stays as it is."""
        raise RejectedError("mailed")

    async def delete(self, message: MessageRef) -> bool:  # noqa: ARG002 - the port's
        """What is mailed stays."""
        return False

    async def toast(self, incoming: Incoming, text: str, *, alert: bool) -> None:
        """Do nothing: a mail has no taps."""

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """Nothing comes by mail."""
        raise RejectedError(f"no file {attachment.name} of {most} bytes")

    async def is_in(self, group: Address, person: Address) -> bool:
        """Tell whether somebody is in a group: there are none here."""
        raise RejectedError(f"no group {group.short} with {person.short}")

    async def content(self, attachment: Attachment) -> bytes:
        """Return the content of a photo or file, wherever it came by."""
        return await self._files.content(attachment)

    async def offer_menu(self, person: Actor, known: Collection[str]) -> None:
        """There is no menu in a mail."""

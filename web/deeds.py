"""Makes an `Incoming` of what a form sends, and stores the answer. One page's forms are handled in order."""

import asyncio
import datetime as dt
import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from weakref import WeakValueDictionary

from markupsafe import escape
from sqlmodel import Session

from bot.callbacks.payload import MAX_BYTES
from bot.documents.images import UnfitError, tidy
from bot.routing.dispatcher import Dispatcher
from bot.routing.incoming import Incoming, Referred
from bot.routing.message_input import read_command
from bot.runtime.database import Database
from corps.addresses import Address
from corps.attachments import Attachment, AttachmentKind
from corps.attendance import codes
from corps.moment import Moment
from corps.pages import devices, messages
from corps.pages.devices import WEB, Visit
from corps.pages.messages import Message, Shown
from models.enums import PageMessageKind
from web.channel import PageTurn, turn_of
from web.markup import payloads

MOST_TEXT = 20_000


@dataclass(frozen=True)
class Upload:
    """A file that a form brings."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Deed:
    """What a form sends: the `payload` of a button below a message, or words and files. `once` is the form's number."""

    once: str
    payload: str = ""
    message: int = 0
    under: str = ""
    text: str = ""
    uploads: tuple[Upload, ...] = ()

    @property
    def key(self) -> str:
        """A key that is the same if the browser sends the same form and button twice."""
        brought = [hashlib.sha256(one.content).hexdigest() for one in self.uploads]
        said = repr((self.once, self.payload, self.message, self.text, brought))
        return str(int(hashlib.sha256(said.encode()).hexdigest()[:15], 16))


@dataclass(frozen=True)
class Done:
    """The result: the turn under which the answer is stored, and the reason if it was refused.

    `inside`: the browser is still signed in; `secret` is its new secret, if its own was old.
    """

    turn: str
    undone: Exception | None
    inside: bool
    secret: str


class Deeds:
    """Handles what the forms of pages send, by the same dispatcher as every channel."""

    def __init__(self, dispatcher: Dispatcher, database: Database) -> None:
        self._dispatcher = dispatcher
        self._database = database
        self._locks: WeakValueDictionary[Address, asyncio.Lock] = WeakValueDictionary()

    async def do(self, address: Address, deed: Deed, visit: Visit | None = None) -> Done:
        """Handle a form, store the answer, and record that the browser of the `visit` is in use.

        Raises UnfitError for a file of a kind that is not accepted.
        """
        lock = self._locks.setdefault(address, asyncio.Lock())
        async with lock:
            turn = PageTurn(deed.key, address)
            answers = [] if deed.payload else await self._database.run(messages.of_turn, address, turn.key)
            # The same words once more are a reload, or an impatient finger.
            undone = (
                await self._handle(address, deed, turn, visit.device if visit is not None else 0)
                if not answers
                else None
            )
            return Done(turn.key, undone, *await self._database.run(_note, turn, deed.message, visit))

    async def answers(self, address: Address, turn: str, since: dt.datetime | None) -> tuple[list[Message], bool]:
        """Return the answers to a turn that came at `since` or later, and whether one shows a code kept fresh."""
        return await self._database.looking().run(_answers, address, turn, since)

    async def has_room(self, address: Address, deed: Deed) -> bool:
        """Tell whether the page has room for these files within its daily limit."""
        size = sum(len(one.content) for one in deed.uploads)
        return not size or await self._database.looking().run(messages.has_room, address, size)

    async def _handle(self, address: Address, deed: Deed, turn: PageTurn, device: int) -> Exception | None:
        undone: Exception | None = None
        token = turn_of.set(turn)
        try:
            for incoming in await self._incoming(address, deed):
                undone = await self._dispatcher.handle(replace(incoming, device=device)) or undone
        finally:
            turn_of.reset(token)
        return undone

    async def _incoming(self, address: Address, deed: Deed) -> Sequence[Incoming]:
        if deed.payload:
            below = await self._below(address, deed)
            return [Incoming(deed.key, address, address, tap=deed.key, payload=deed.payload, message=below)]
        command = read_command(deed.text)
        said = Incoming(
            deed.key,
            address,
            address,
            text=deed.text.strip(),
            html=str(escape(command.argument if command is not None else deed.text.strip())),
            command=command.name if command is not None else "",
            argument=command.argument if command is not None else "",
            message=Referred(""),
        )
        files = [await self._taken(address, upload) for upload in deed.uploads]
        if len(files) <= 1:
            return [replace(said, files=tuple(files))]
        album = [Incoming(f"{deed.key}{place}", address, address, files=(file,)) for place, file in enumerate(files)]
        album[0] = replace(said, files=(files[0],))
        return [replace(one, album=deed.key) for one in album]

    async def _below(self, address: Address, deed: Deed) -> Referred:
        """Return the message with the button: a stored one, or one that was drawn for this page only."""
        found: Message | None = None
        if deed.message:
            found = await self._database.run(messages.find, address, deed.message)
        if found is None:
            return Referred("", payloads=(deed.under,) if deed.under else ())
        plain = found.shown.photo is None and found.shown.document is None
        return Referred(str(found.id), editable=plain, payloads=tuple(payloads(found.shown.rows)))

    async def _taken(self, address: Address, upload: Upload) -> Attachment:
        content, type_ = await asyncio.to_thread(recognised, upload.content)
        name = await self._database.run(messages.put_file, address, content)
        kind = AttachmentKind.PHOTO if type_.startswith("image/") else AttachmentKind.DOCUMENT
        unique = hashlib.sha256(content).hexdigest()[:32]
        return Attachment(kind, upload.name[:100], type_, len(content), WEB, name, unique)


def recognised(content: bytes) -> tuple[bytes, str]:
    """Return a file as it is taken, a picture without its metadata, and its media type, which its content tells.

    Raises UnfitError unless it is a picture, a PDF, an office document or plain text.
    """
    if content.startswith(b"PK\x03\x04"):
        return content, _office(content)
    try:
        return tidy(content)
    except UnfitError:
        if b"\0" in content or content.lstrip()[:1] in (b"", b"<"):
            raise
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return content, "text/csv"
    raise UnfitError("not a text")


def _office(content: bytes) -> str:
    office = "application/vnd.openxmlformats-officedocument."
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            names = parts.namelist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise UnfitError("damaged") from error
    for folder, type_ in (("word/", "wordprocessingml.document"), ("xl/", "spreadsheetml.sheet")):
        if any(name.startswith(folder) for name in names):
            return office + type_
    raise UnfitError("not an office document")


def _answers(
    session: Session, at: Moment, address: Address, turn: str, since: dt.datetime | None
) -> tuple[list[Message], bool]:
    found = messages.of_turn(session, at, address, turn, since)
    return found, codes.stands_in(session, at, address, [str(one.id) for one in found])


def _note(session: Session, at: Moment, turn: PageTurn, message: int, visit: Visit | None) -> tuple[bool, str]:
    """Store the short text; if the message with the pressed button did not change, show it again.

    Returns whether the browser is still signed in, and its new secret if it got one.
    """
    if turn.toasts:
        said = str(escape("\n".join(dict.fromkeys(turn.toasts))))
        messages.keep(session, at, turn.address, PageMessageKind.TOAST, Shown(said, []), turn.key)
    if not turn.answered and message:
        messages.touch(session, at, turn.address, message, turn.key)
    return devices.seen(session, at, visit) if visit is not None else (False, "")


def fits(payload: str) -> bool:
    """Tell whether a text has the form of a button's payload."""
    return 0 < len(payload.encode()) <= MAX_BYTES

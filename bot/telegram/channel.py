"""Telegram as a channel: answers through the Bot API, and its errors in the words of every channel."""

import contextlib
from collections.abc import Collection, Iterator

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.routing.channel import BusyError, ChannelError, MessageRef, RejectedError, TooLargeError, UnreachableError
from bot.routing.files import Files
from bot.routing.incoming import Incoming
from bot.telegram.calls import call, seconds_of
from bot.telegram.formatting import TEXT_LIMITS
from bot.telegram.menu import offer_menu
from bot.telegram.messages import edit_buttons, edit_screen, send_screen
from bot.telegram.updates import read_files
from bot.views.screen import Row, Screen
from corps.addresses import TELEGRAM, Address
from corps.attachments import Attachment
from corps.parsing.lengths import cut
from corps.people import Actor

LONGEST_DOWNLOAD = 120.0
"""Seconds that a file may take."""

PRESENT = ("creator", "administrator", "member")
"""https://core.telegram.org/bots/api#chatmember; who is `restricted` says `is_member` beside it."""


class TelegramChannel:
    """Telegram, for whoever answers. `bot` makes the calls; `files` has what Telegram has not."""

    name = TELEGRAM
    limits = TEXT_LIMITS

    def __init__(self, bot: Bot, files: Files) -> None:
        self._bot = bot
        self._files = files

    def link_to(self, kind: str = "", code: str = "") -> str:
        """Return the link that opens the private chat with the bot, with what follows /start.

        Empty until Telegram has told the bot its name.
        """
        try:
            chat = f"https://t.me/{self._bot.username}"
        except RuntimeError:  # the library's, before `getMe` was answered
            return ""
        return f"{chat}?start={kind}-{code}" if kind else chat

    def links_to(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the links to the same in each channel."""
        return self._files.links_to(kind, code)

    async def send(self, chat: Address, screen: Screen) -> MessageRef:
        """Send a screen as a new message."""
        brought = await self._files.brought(screen, self.name)
        with _in_our_words():
            sent = await send_screen(self._bot, chat.number, brought)
        files = read_files(sent)
        return MessageRef(chat, str(sent["message_id"]), files[0] if files and "photo" in sent else None)

    async def send_by(self, address: Address, screen: Screen) -> None:
        """Send a screen to an address of another channel."""
        await self._files.send_by(address, screen)

    async def edit(self, message: MessageRef, screen: Screen, *, new_photo: bool = False) -> bool:
        """Put a screen into a message. Returns False when that one is gone, or can't be changed."""
        brought = await self._files.brought(screen, self.name) if new_photo else screen
        with _in_our_words():
            return await edit_screen(self._bot, message.chat.number, int(message.id), brought, new_photo=new_photo)

    async def rebutton(self, message: MessageRef, rows: tuple[Row, ...]) -> None:
        """Change only the buttons of a message, whatever it shows."""
        with _in_our_words():
            await edit_buttons(self._bot, message.chat.number, int(message.id), rows)

    async def delete(self, message: MessageRef) -> bool:
        """Take a message out of the chat; what is older than two days Telegram keeps."""
        try:
            with _in_our_words():
                where = {"chat_id": message.chat.number, "message_id": int(message.id)}
                return bool(await call(self._bot, "deleteMessage", where))
        except ChannelError:
            return False

    async def toast(self, incoming: Incoming, text: str, *, alert: bool) -> None:
        """Answer a tap with a short line; with `alert` the person has to close it."""
        said = {"text": cut(text, TEXT_LIMITS.toast), "show_alert": alert} if text else {}
        with _in_our_words():
            await call(self._bot, "answerCallbackQuery", {"callback_query_id": incoming.tap, **said})

    async def content(self, attachment: Attachment) -> bytes:
        """Return the content of a photo or file, from our own files or from the channel that it came by."""
        return await self._files.content(attachment)

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """Return the content of a photo or file that came by Telegram."""
        try:
            with _in_our_words():
                file = await self._bot.get_file(attachment.id)
                if (file.file_size or 0) > most:
                    raise TooLargeError("too large")
                return bytes(await file.download_as_bytearray(read_timeout=LONGEST_DOWNLOAD))
        except RejectedError as error:
            said = str(error.__cause__).lower()
            raise (TooLargeError("too large") if "too big" in said else RejectedError(said)) from error
        except ChannelError as error:
            if isinstance(error.__cause__, InvalidToken):  # what the library makes of a 404, for whatever address
                raise RejectedError("not found") from error
            raise

    async def is_in(self, group: Address, person: Address) -> bool:
        """Tell whether somebody is in a group chat; whom Telegram does not know there is not."""
        try:
            with _in_our_words():
                asked = {"chat_id": group.number, "user_id": person.number}
                found = await call(self._bot, "getChatMember", asked)
        except UnreachableError:
            raise
        except RejectedError:
            return False
        return found["status"] in PRESENT or bool(found.get("is_member"))

    async def offer_menu(self, person: Actor, known: Collection[str]) -> None:
        """Offer the commands of a person's role. Never raises."""
        await offer_menu(self._bot, person, known)


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    """Say what the Bot API refuses as every channel does."""
    try:
        yield
    except RetryAfter as error:
        raise BusyError(seconds_of(error)) from error
    except Forbidden as error:
        raise UnreachableError(type(error).__name__) from error
    except (BadRequest, ChatMigrated) as error:
        raise RejectedError(type(error).__name__) from error
    except TelegramError as error:
        raise ChannelError(type(error).__name__) from error

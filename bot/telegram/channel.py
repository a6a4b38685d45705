"""Telegram as a channel: answers through the Bot API, and its errors in the words of every channel."""

import contextlib
from collections.abc import Collection, Iterator

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.routing.channel import BusyError, ChannelError, MessageRef, RejectedError, UnreachableError
from bot.routing.incoming import Incoming
from bot.telegram.calls import call, seconds_of
from bot.telegram.formatting import TEXT_LIMITS
from bot.telegram.menu import offer_menu
from bot.telegram.messages import edit_buttons, edit_screen, send_screen
from bot.views.screen import Row, Screen
from corps.addresses import TELEGRAM, Address
from corps.people import Actor

TOAST_MAX = 200
"""https://core.telegram.org/bots/api#answercallbackquery"""


class TelegramChannel:
    """Telegram, for whoever answers. `bot` makes the calls."""

    name = TELEGRAM
    limits = TEXT_LIMITS

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def link_to(self, kind: str = "", code: str = "") -> str:
        """Return the link that opens the private chat with the bot, with what follows /start."""
        chat = f"https://t.me/{self._bot.username}"
        return f"{chat}?start={kind}-{code}" if kind else chat

    async def send(self, chat: Address, screen: Screen) -> MessageRef:
        """Send a screen as a new message."""
        with _in_our_words():
            sent = await send_screen(self._bot, chat.number, screen)
        sizes = sent.get("photo", [])
        return MessageRef(chat, str(sent["message_id"]), sizes[-1]["file_id"] if sizes else "")

    async def edit(self, message: MessageRef, screen: Screen, *, new_photo: bool = False) -> bool:
        """Put a screen into a message. Returns False when that one is gone, or can't be changed."""
        with _in_our_words():
            return await edit_screen(self._bot, message.chat.number, int(message.id), screen, new_photo=new_photo)

    async def rebutton(self, message: MessageRef, rows: tuple[Row, ...]) -> None:
        """Change only the buttons of a message, whatever it shows."""
        with _in_our_words():
            await edit_buttons(self._bot, message.chat.number, int(message.id), rows)

    async def toast(self, incoming: Incoming, text: str, *, alert: bool) -> None:
        """Answer a tap with a short line; with `alert` the person has to close it."""
        said = {"text": text[:TOAST_MAX], "show_alert": alert} if text else {}
        with _in_our_words():
            await call(self._bot, "answerCallbackQuery", {"callback_query_id": incoming.tap, **said})

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

"""The command menu Telegram shows: everybody's, and more for those who may more. Only commands that exist."""

from collections.abc import Collection

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    MenuButtonDefault,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.error import TelegramError

from bot.texts import LANGUAGES, say
from bot.views.menu import IN_GROUPS, commands
from corps.addresses import TELEGRAM
from corps.people import Actor

log = structlog.get_logger()


def commands_for(person: Actor | None, language: str, known: Collection[str]) -> list[BotCommand]:
    """Return the commands offered to a person (None: to everybody), of those that are `known`."""
    return _described(commands(person, known), language)


def _described(names: Collection[str], language: str) -> list[BotCommand]:
    return [BotCommand(name, str(say(language, f"command.{name}"))) for name in names]


async def offer_default_menu(bot: Bot, language: str, known: Collection[str], app: str = "") -> None:
    """Set everybody's menu, in the corps' language and for those whose Telegram speaks another of ours.

    The button beside the typing field opens the pages inside Telegram, at the address `app` (empty: none).
    """
    everybody = BotCommandScopeDefault()
    try:
        await bot.set_my_commands(commands_for(None, language, known), scope=everybody)
        for other in LANGUAGES:
            await bot.set_my_commands(commands_for(None, other, known), scope=everybody, language_code=other)
        in_groups = _described([name for name in IN_GROUPS if name in known], language)
        await bot.set_my_commands(in_groups, scope=BotCommandScopeAllGroupChats())
        if app:
            button = MenuButtonWebApp(str(say(language, "page.tg_menu")), WebAppInfo(app))
            await bot.set_chat_menu_button(menu_button=button)
        else:
            await bot.set_chat_menu_button(menu_button=MenuButtonDefault())
    except TelegramError as error:
        log.warning("menu.not_set", error=type(error).__name__)


async def offer_menu(bot: Bot, person: Actor, known: Collection[str]) -> None:
    """Set one person's menu at Telegram, by role and language; whoever is not in the corps gets everybody's."""
    if person.address.channel != TELEGRAM:
        return
    scope = BotCommandScopeChat(person.address.number)
    try:
        if person.is_member:
            await bot.set_my_commands(commands_for(person, person.language, known), scope=scope)
        else:
            await bot.delete_my_commands(scope=scope)
    except TelegramError as error:
        # The person may have blocked the bot: the menu follows on their next /start.
        log.info("menu.not_set", error=type(error).__name__)

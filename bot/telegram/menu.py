"""The command menu Telegram shows: everybody's, and more for those who may more. Only commands that exist."""

from collections.abc import Collection

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import TelegramError

from bot.texts import LANGUAGES, say
from corps.addresses import TELEGRAM
from corps.people import Actor

log = structlog.get_logger()

EVERYBODY = ("activities", "mine", "quota", "settings", "help", "cancel")
LEADERS = ("team", "pairings")
IN_GROUPS = ("bind", "unbind", "help")
COORDINATORS = ("new", "broadcast", "verify", "teams", "pairings", "export", "notices", "audit")


def commands_for(person: Actor | None, language: str, known: Collection[str]) -> list[BotCommand]:
    """Return the commands offered to a person (None: to everybody), of those that are `known`."""
    names: tuple[str, ...] = EVERYBODY
    if person is not None and person.is_leader:
        names = (*LEADERS, *names)
    if person is not None and person.is_coordinator:
        names = (*COORDINATORS, *names)
    return [BotCommand(name, str(say(language, f"command.{name}"))) for name in dict.fromkeys(names) if name in known]


async def offer_default_menu(bot: Bot, language: str, known: Collection[str]) -> None:
    """Set everybody's menu, in the corps' language and for those whose Telegram speaks another of ours."""
    everybody = BotCommandScopeDefault()
    try:
        await bot.set_my_commands(commands_for(None, language, known), scope=everybody)
        for other in LANGUAGES:
            await bot.set_my_commands(commands_for(None, other, known), scope=everybody, language_code=other)
        in_groups = [BotCommand(name, str(say(language, f"command.{name}"))) for name in IN_GROUPS if name in known]
        await bot.set_my_commands(in_groups, scope=BotCommandScopeAllGroupChats())
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

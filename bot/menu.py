"""The command menu Telegram shows: everybody's, and more for those who may more."""

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import TelegramError

from bot.access import Access
from bot.texts import LANGUAGES, say

log = structlog.get_logger()

EVERYBODY = ("activities", "mine", "quota", "settings", "help", "cancel")
LEADERS = ("team",)
IN_GROUPS = ("bind", "unbind", "help")
COORDINATORS = ("new", "broadcast", "verify", "teams", "pairings", "export", "notices", "audit")


def commands_for(level: Access, *, leads: bool, language: str) -> list[BotCommand]:
    """Return the commands of somebody of that level; `leads` adds a team leader's."""
    names: tuple[str, ...] = EVERYBODY
    if leads:
        names = (*LEADERS, *names)
    if level is Access.COORDINATOR:
        names = (*COORDINATORS, *names)
    return [BotCommand(name, str(say(language, f"command.{name}"))) for name in names]


async def offer_default_menu(bot: Bot, language: str) -> None:
    """Set everybody's menu, in the corps' language and for those whose Telegram speaks another of ours."""
    try:
        await bot.set_my_commands(
            commands_for(Access.MEMBER, leads=False, language=language), scope=BotCommandScopeDefault()
        )
        for other in LANGUAGES:
            await bot.set_my_commands(
                commands_for(Access.MEMBER, leads=False, language=other),
                scope=BotCommandScopeDefault(),
                language_code=other,
            )
        await bot.set_my_commands(
            [BotCommand(name, str(say(language, f"command.{name}"))) for name in IN_GROUPS],
            scope=BotCommandScopeAllGroupChats(),
        )
    except TelegramError as error:
        log.warning("menu.not_set", error=type(error).__name__)


async def offer_menu(bot: Bot, chat_id: int, level: Access, *, leads: bool, language: str) -> None:
    """Set one person's menu, by role and language."""
    try:
        await bot.set_my_commands(
            commands_for(level, leads=leads, language=language), scope=BotCommandScopeChat(chat_id)
        )
    except TelegramError as error:
        log.warning("menu.not_set", error=type(error).__name__)

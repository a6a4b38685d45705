"""The bot's command menus, by scope and language."""

import re
from typing import Any

from sandbox.errors import bad
from sandbox.formats import utf16

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_PLAIN_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")

Command = dict[str, str]
Key = tuple[str, int, int, str]  # kind of scope, chat, person, language


def key_of(scope: dict[str, Any] | None, language: str) -> Key:
    """Return the place of a menu.

    Raises:
        Refused: 400, if there is no such scope or language.
    """
    if language and not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    kind = (scope or {}).get("type", "default")
    if kind in _PLAIN_SCOPES:
        return kind, 0, 0, language
    if kind not in _CHAT_SCOPES or scope is None:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    try:
        chat_id = int(scope["chat_id"])
        person_id = int(scope["user_id"]) if kind == "chat_member" else 0
    except (KeyError, TypeError, ValueError):
        raise bad("can't parse BotCommandScope: chat not found") from None
    return kind, chat_id, person_id, language


class CommandBook:
    """All menus of one bot."""

    def __init__(self) -> None:
        self._menus: dict[Key, list[Command]] = {}

    def put(self, key: Key, commands: list[Any]) -> None:
        """Set a menu; an empty one is no menu, so that the next wider scope shows.

        Raises:
            Refused: 400, if a command or description is not as Telegram wants it.
        """
        if len(commands) > MAX_COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        self._menus[key] = [_checked(command) for command in commands]
        if not commands:
            del self._menus[key]

    def get(self, key: Key) -> list[Command]:
        """Return exactly the menu of this scope and language."""
        return self._menus.get(key, [])

    def drop(self, key: Key) -> None:
        """Delete a menu."""
        self._menus.pop(key, None)

    def shown(self, chat_id: int, person_id: int, language: str, *, admin: bool = False) -> list[Command]:
        """Return what a person sees in a chat: the narrowest scope, and in it the person's own language."""
        language = language.partition("-")[0]
        for kind, chat, person in _narrowest_first(chat_id, person_id, admin=admin):
            for spoken in (language, ""):
                if menu := self._menus.get((kind, chat, person, spoken)):
                    return menu
        return []


def _narrowest_first(chat_id: int, person_id: int, *, admin: bool) -> list[tuple[str, int, int]]:
    if chat_id > 0:
        return [("chat", chat_id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)]
    scopes = [("chat_member", chat_id, person_id), ("chat_administrators", chat_id, 0), ("chat", chat_id, 0)]
    scopes += [("all_chat_administrators", 0, 0), ("all_group_chats", 0, 0), ("default", 0, 0)]
    return scopes if admin else [scope for scope in scopes if "administrators" not in scope[0]]


def _checked(command: object) -> Command:
    if not isinstance(command, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).removeprefix("/").lower()
    text = str(command.get("description", "")).strip()
    if not _NAME.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 0 < utf16.length(text) <= MAX_DESCRIPTION:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": text}

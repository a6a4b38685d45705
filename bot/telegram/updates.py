"""Updates of the Bot API as JSON → what came in. Straight from the JSON: the library's objects cost a tap a quarter.

https://core.telegram.org/bots/api#update
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from telegram import Bot

from bot.routing.incoming import Event, Incoming, Referred
from bot.routing.message_input import read_command
from bot.telegram.formatting import to_html
from corps.addresses import TELEGRAM, telegram
from corps.attachments import Attachment, AttachmentKind
from corps.parsing.lengths import units

Json = dict[str, Any]

_OUT = ("left", "kicked")
_COMMAND_IN_FRONT = re.compile(r"\s*/\w+(?:@\w+)?\s*")


def read_update(data: Json, username: str = "") -> Incoming | None:
    """Return what an update says; None when it says nothing to us.

    Args:
        data: The update as Telegram sent it. Whatever is missing in it that must be there is a KeyError or TypeError.
        username: The bot's, so that commands for another bot are told apart.
    """
    key = str(data["update_id"])
    if (query := data.get("callback_query")) is not None:
        return _tap(key, query)
    if (message := data.get("message")) is not None:
        return _message(key, message, username.lower())
    if (message := data.get("edited_message")) is not None:
        return replace(_message(key, message, username.lower()), edited=True)
    if (change := data.get("my_chat_member")) is not None:
        return _moved(key, change)
    return None


def reader(bot: Bot) -> Callable[[Json], Incoming | None]:
    """Return what reads the updates of a bot that has greeted Telegram, and so knows its own name."""
    return lambda data: read_update(data, bot.username)


def _tap(key: str, query: Json) -> Incoming:
    person, message = query["from"], query.get("message")
    chat = message["chat"] if message is not None else {"id": person["id"], "type": "private"}
    return Incoming(
        key,
        telegram(person["id"]),
        telegram(chat["id"]),
        in_group=chat["type"] != "private",
        name=_name(person),
        language=person.get("language_code", ""),
        tap=query["id"],
        payload=query.get("data", ""),
        message=_referred(message) if message is not None else None,
        title=chat.get("title", ""),
    )


def _referred(message: Json) -> Referred:
    """Read the message with the button. One that Telegram no longer shows us has the date 0."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    payloads = tuple(button["callback_data"] for row in rows for button in row if "callback_data" in button)
    return Referred(str(message["message_id"]), bool(message.get("date")) and "text" in message, payloads)


def _message(key: str, message: Json, username: str) -> Incoming:
    chat = message["chat"]
    person = message.get("from", {"id": chat["id"]})
    moved = message.get("migrate_to_chat_id")
    raw = message.get("text") or message.get("caption") or ""
    command = read_command(raw)
    ours = command is not None and command.bot in ("", username)
    return Incoming(
        key,
        telegram(person["id"]),
        telegram(chat["id"]),
        in_group=chat["type"] != "private",
        name=_name(person),
        language=person.get("language_code", ""),
        text=raw.strip(),
        html=_html(message, raw, command=ours),
        command=command.name if command is not None and ours else "",
        argument=command.argument if command is not None and ours else "",
        files=read_files(message),
        album=message.get("media_group_id", ""),
        message=Referred(str(message["message_id"])),
        title=chat.get("title", ""),
        hidden="sender_chat" in message,
        event=Event.GROUP_MOVED if moved is not None else None,
        moved_to=telegram(moved) if moved is not None else None,
    )


def _html(message: Json, raw: str, *, command: bool) -> str:
    found = _COMMAND_IN_FRONT.match(raw) if command else None
    rest = raw[found.end() :] if found is not None else raw
    body = rest.strip()
    entities = message.get("entities" if message.get("text") else "caption_entities", [])
    start = units(raw[: len(raw) - len(rest.lstrip())])
    return to_html(body, entities, start)


def read_files(message: Json) -> tuple[Attachment, ...]:
    """Return the photo or the file that a message of Telegram's brings along."""
    if sizes := message.get("photo"):
        best = sizes[-1]
        unique, size = best["file_unique_id"], best.get("file_size", 0)
        return (Attachment(AttachmentKind.PHOTO, "", "image/jpeg", size, TELEGRAM, best["file_id"], unique),)
    found = message.get("document")
    if found is None or "animation" in message:
        return ()
    return (
        Attachment(
            AttachmentKind.DOCUMENT,
            found.get("file_name", ""),
            found.get("mime_type", ""),
            found.get("file_size", 0),
            TELEGRAM,
            found["file_id"],
            found["file_unique_id"],
        ),
    )


def _moved(key: str, change: Json) -> Incoming | None:
    """Read what became of the bot in a chat; None when it stays where it is, with other rights perhaps."""
    person, chat = change["from"], change["chat"]
    was, now = change["old_chat_member"]["status"], change["new_chat_member"]["status"]
    private = chat["type"] == "private"
    if not private and now not in _OUT and was not in _OUT:
        return None
    return Incoming(
        key,
        telegram(person["id"]),
        telegram(chat["id"]),
        in_group=not private,
        name=_name(person),
        language=person.get("language_code", ""),
        title=chat.get("title", ""),
        event=Event.PRESENCE if private else Event.BOT_MOVED,
        present=now == "member" if private else now not in _OUT,
    )


def _name(person: Json) -> str:
    return " ".join(part for part in (person.get("first_name"), person.get("last_name")) if part)

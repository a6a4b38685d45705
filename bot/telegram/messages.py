"""Screens as calls of the Bot API: sent as new messages, or put into a message that exists."""

from typing import Any

from telegram import Bot, InputFile, InputMediaPhoto
from telegram.error import BadRequest

from bot.telegram.calls import call
from bot.telegram.formatting import TEXT_LIMITS
from bot.views.screen import Button, Keyboard, Row, Screen, fitted
from corps.attachments import Attachment
from corps.parsing.lengths import cut

_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_SAME = "not modified"

Json = dict[str, Any]


def wire_keyboard(rows: tuple[Row, ...]) -> Json | None:
    """Return the buttons as they go over the wire, None without any."""
    return {"inline_keyboard": [[_wire(button) for button in row] for row in rows]} if rows else None


def _wire(button: Button) -> Json:
    style = {"style": button.style} if button.style else {}
    label = cut(button.label, TEXT_LIMITS.label)
    if button.app:
        return {"text": label, "web_app": {"url": button.url}, **style}
    if button.url:
        return {"text": label, "url": button.url, **style}
    if button.copy:
        return {"text": label, "copy_text": {"text": button.copy}, **style}
    assert button.payload is not None, label  # noqa: S101 - a view's slip, found by its test
    return {"text": label, "callback_data": button.payload.pack(), **style}


def _with_buttons(parameters: Json, rows: tuple[Row, ...]) -> Json:
    keyboard = wire_keyboard(rows)
    return {**parameters, "reply_markup": keyboard} if keyboard else parameters


def _text(screen: Screen) -> Json:
    return {"text": str(screen.text), "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def _caption(screen: Screen) -> Json:
    return {"caption": str(screen.text), "parse_mode": "HTML"}


def _upload(content: bytes | Attachment, filename: str) -> InputFile | str:
    """Return a file's content to be uploaded; what Telegram has goes by its id."""
    return content.id if isinstance(content, Attachment) else InputFile(content, filename=filename or None)


async def _lay_out(bot: Bot, chat_id: int, keyboard: Keyboard | None) -> None:
    """Lay the keyboard out, or take it away: in a message of its own, as one can't have buttons too."""
    if keyboard is None:
        return
    rows = [[{"text": label} for label in row] for row in keyboard.rows]
    shown = {"keyboard": rows, "is_persistent": True, "resize_keyboard": True} if rows else {"remove_keyboard": True}
    what = {"chat_id": chat_id, "text": str(keyboard.text), "parse_mode": "HTML", "reply_markup": shown}
    await call(bot, "sendMessage", what)


async def send_screen(bot: Bot, chat_id: int, screen: Screen) -> Json:
    """Send a screen to a chat, in as many messages as it takes, and return the last, which has the buttons, as JSON.

    Raises what the Bot API raises.
    """
    await _lay_out(bot, chat_id, screen.keyboard)
    for piece in fitted(screen, TEXT_LIMITS):
        sent = await _send(bot, chat_id, piece)
    return sent


async def _send(bot: Bot, chat_id: int, screen: Screen) -> Json:
    to = {"chat_id": chat_id}
    if screen.photo:
        method, what = "sendPhoto", {**to, "photo": _upload(screen.photo, ""), **_caption(screen)}
    elif screen.document:
        method, what = "sendDocument", {**to, "document": _upload(screen.document, screen.filename), **_caption(screen)}
    else:
        method, what = "sendMessage", {**to, **_text(screen)}
    sent: Json = await call(bot, method, _with_buttons(what, screen.rows))
    return sent


async def edit_screen(bot: Bot, chat_id: int, message_id: int, screen: Screen, *, new_photo: bool = False) -> bool:
    """Put a screen into a message of ours. Returns False when that message is gone; raises what the Bot API raises.

    A message keeps its picture or file, unless it is told that the photo is another one. What it can't hold follows it
    in new messages.
    """
    head, *rest = fitted(screen, TEXT_LIMITS)
    changed = await _edit_screen(bot, chat_id, message_id, head, new_photo=new_photo)
    for piece in rest if changed else ():
        await _send(bot, chat_id, piece)
    return changed


async def _edit_screen(bot: Bot, chat_id: int, message_id: int, screen: Screen, *, new_photo: bool) -> bool:
    there = {"chat_id": chat_id, "message_id": message_id}
    if new_photo and screen.photo:
        media = InputMediaPhoto(
            screen.photo.id if isinstance(screen.photo, Attachment) else screen.photo,
            caption=str(screen.text),
            parse_mode="HTML",
        )
        method, what = "editMessageMedia", {**there, "media": media}
    elif screen.photo or screen.document:
        method, what = "editMessageCaption", {**there, **_caption(screen)}
    else:
        method, what = "editMessageText", {**there, **_text(screen)}
    there_still = await _edit(bot, method, _with_buttons(what, screen.rows))
    if there_still:
        await _lay_out(bot, chat_id, screen.keyboard)
    return there_still


async def edit_buttons(bot: Bot, chat_id: int, message_id: int, rows: tuple[Row, ...]) -> bool:
    """Change only the buttons of a message. Returns and raises as `edit_screen`."""
    there = {"chat_id": chat_id, "message_id": message_id}
    return await _edit(bot, "editMessageReplyMarkup", _with_buttons(there, rows))


async def _edit(bot: Bot, method: str, what: Json) -> bool:
    try:
        await call(bot, method, what)
    except BadRequest as error:
        said = error.message.lower()
        if _SAME in said:
            return True
        if any(words in said for words in _GONE):
            return False
        raise
    return True


async def edit_or_send(bot: Bot, chat_id: int, message_id: int, screen: Screen, *, new_photo: bool = False) -> int:
    """Put a screen into a message, or send it anew when that one is gone. Returns the message's id."""
    if await edit_screen(bot, chat_id, message_id, screen, new_photo=new_photo):
        return message_id
    return int((await send_screen(bot, chat_id, screen))["message_id"])

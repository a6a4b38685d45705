"""Changing a message that has arrived: its text or its caption, whichever it has."""

from telegram import Bot, InputMediaPhoto, LinkPreviewOptions, Message
from telegram.error import BadRequest

from bot.views.screen import Screen

_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")


async def edit_screen(bot: Bot, chat_id: int, message_id: int, screen: Screen, *, new_photo: bool = False) -> bool:
    """Put a screen into a message of ours. Returns False when that message is gone; raises what the Bot API raises.

    A message keeps its picture or file, unless it is told that the photo is another one.
    """
    text, keyboard = str(screen.text), screen.keyboard()
    try:
        if new_photo:
            photo = InputMediaPhoto(screen.photo, caption=text, parse_mode="HTML")
            await bot.edit_message_media(photo, chat_id=chat_id, message_id=message_id, reply_markup=keyboard)
        elif screen.photo or screen.document:
            await bot.edit_message_caption(chat_id, message_id, caption=text, parse_mode="HTML", reply_markup=keyboard)
        else:
            await bot.edit_message_text(
                text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode="HTML",
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
            )
    except BadRequest as error:
        said = error.message.lower()
        if "not modified" in said:
            return True
        if any(words in said for words in _LOST):
            return False
        raise
    return True


async def edit_or_send(bot: Bot, chat_id: int, message_id: int, screen: Screen, *, new_photo: bool = False) -> int:
    """Put a screen into a message, or send it anew when that one is gone. Returns the message's id."""
    if await edit_screen(bot, chat_id, message_id, screen, new_photo=new_photo):
        return message_id
    return (await send_screen(bot, chat_id, screen)).message_id


NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def _edited(message: Message, screen: Screen) -> dict[str, object]:
    keyboard = screen.wire_keyboard()
    return {
        "chat_id": message.chat_id,
        "message_id": message.message_id,
        "text": str(screen.text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        **({"reply_markup": keyboard} if keyboard else {}),
    }


async def send_screen(bot: Bot, chat_id: int, screen: Screen) -> Message:
    """Send a screen to a chat and return the message. Raises what the Bot API raises."""
    text, keyboard = str(screen.text), screen.keyboard()
    if screen.photo:
        return await bot.send_photo(chat_id, screen.photo, caption=text, parse_mode="HTML", reply_markup=keyboard)
    if screen.document:
        return await bot.send_document(
            chat_id,
            screen.document,
            caption=text,
            parse_mode="HTML",
            reply_markup=keyboard,
            filename=screen.filename or None,
        )
    return await bot.send_message(
        chat_id, text, parse_mode="HTML", reply_markup=keyboard, link_preview_options=NO_PREVIEW
    )

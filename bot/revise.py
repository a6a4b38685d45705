"""Changing a message that has arrived: its text or its caption, whichever it has."""

from telegram import Bot
from telegram.error import BadRequest

from bot.turn import NO_PREVIEW, send_screen
from bot.views.screen import Screen

_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")


async def edit_screen(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> bool:
    """Put a screen into a message of ours. Returns False when that message is gone; raises what the Bot API raises."""
    text, keyboard = str(screen.text), screen.keyboard()
    try:
        if screen.photo or screen.document:
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


async def edit_or_send(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> int:
    """Put a screen into a message, or send it anew when that one is gone. Returns the message's id."""
    if await edit_screen(bot, chat_id, message_id, screen):
        return message_id
    return (await send_screen(bot, chat_id, screen)).message_id

"""Methods for messages: send, edit, delete, answer a tap."""

from typing import Any

from sandbox.botapi.api import BotApi, method
from sandbox.botapi.params import Params
from sandbox.errors import bad
from sandbox.formats import entities, keyboards, utf16
from sandbox.world.messages import Chat, Content, Message
from sandbox.world.state import State
from sandbox.world.world import MAX_CAPTION, MAX_TEXT

MAX_ANSWER = 200
_DELETABLE_SECONDS = 48 * 3600
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


@method("sendMessage")
def send_message(api: BotApi, params: Params) -> dict[str, Any]:
    """Send a text."""
    chat = api.world.chat_for_bot(params.values.get("chat_id"))
    return post(api, params, chat, text_content(api.world, params)).wire()


@method("editMessageText")
def edit_text(api: BotApi, params: Params) -> dict[str, Any]:
    """Replace the text of one of the bot's own messages."""
    message = own_message(api.world, params)
    if message.content.media or not message.content.text:
        raise bad("there is no text in the message to edit")
    return edit(api, message, text_content(api.world, params), keyboard(params))


@method("editMessageCaption")
def edit_caption(api: BotApi, params: Params) -> dict[str, Any]:
    """Replace the caption of one of the bot's own photos or documents."""
    message = own_message(api.world, params)
    if not message.content.media:
        raise bad("there is no caption in the message to edit")
    return edit(api, message, caption_content(api.world, params, message.content), keyboard(params))


@method("editMessageReplyMarkup")
def edit_keyboard(api: BotApi, params: Params) -> dict[str, Any]:
    """Replace the buttons of one of the bot's own messages."""
    message = own_message(api.world, params)
    return edit(api, message, message.content, keyboard(params))


@method("deleteMessage")
def delete_message(api: BotApi, params: Params) -> bool:
    """Delete a message: any in a private chat, only its own in a group, none older than 48 hours."""
    chat = api.world.chat_for_bot(params.values.get("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad("message to delete not found")
    own = message.sender == api.world.robot
    if not (own or chat.private) or api.world.timestamp() - message.date > _DELETABLE_SECONDS:
        raise bad("message can't be deleted for everyone" if own or chat.private else "message can't be deleted")
    api.world.erase(message)
    return True


@method("answerCallbackQuery")
def answer(api: BotApi, params: Params) -> bool:
    """Answer a tap: the button stops loading; an optional short text is shown to the person."""
    text = params.text("text")
    if utf16.length(text) > MAX_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    query = api.world.queries.answer(params.text("callback_query_id"))
    alert, url = params.flag("show_alert"), params.optional("url")
    event = {
        "type": "toast",
        "person_id": query.person_id,
        "callback_id": query.id,
        "text": text,
        "alert": alert,
    }
    api.world.events.publish(event | ({"url": url} if url else {}))
    return True


@method("sendChatAction")
def chat_action(api: BotApi, params: Params) -> bool:
    """Accept a chat action such as `typing`."""
    chat = api.world.chat_for_bot(params.values.get("chat_id"))
    if not params.text("action"):
        raise bad("wrong parameter action in request")
    api.world.events.publish({"type": "typing", "chat_id": chat.id, "action": params.text("action")})
    return True


def keyboard(params: Params) -> keyboards.Keyboard | None:
    """Return the inline keyboard of a call."""
    return keyboards.inline(params.mapping("reply_markup"))


def post(api: BotApi, params: Params, chat: Chat, content: Content, *, album: str | None = None) -> Message:
    """Send a message from the bot, with the keyboard and the reply that the call asks for."""
    markup = params.mapping("reply_markup")
    instead = keyboards.reply(markup)
    return api.world.post(
        chat,
        api.world.robot,
        content,
        keyboard=None if instead else keyboards.inline(markup),
        reply_keyboard=instead,
        reply_to=_replied(chat, params),
        album=album,
    )


def _replied(chat: Chat, params: Params) -> Message | None:
    how = params.mapping("reply_parameters") or {}
    wanted = how.get("message_id") or params.integer("reply_to_message_id")
    if not wanted:
        return None
    found = chat.messages.get(int(wanted))
    lenient = how.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if found is None and not lenient:
        raise bad("message to be replied not found")
    return found


def text_content(world: State, params: Params) -> Content:
    """Read and check the text of a call."""
    text, found = entities.read(params.text("text"), params.optional("parse_mode"), params.array("entities"))
    if not text:
        raise bad("message text is empty")
    if utf16.length(text) > MAX_TEXT:
        raise bad("message is too long")
    return Content(text, _known(world, found))


def caption_content(world: State, params: Params, under: Content) -> Content:
    """Read and check the caption of a call; returns the media of `under` with this caption."""
    given = params.array("caption_entities")
    text, found = entities.read(params.text("caption"), params.optional("parse_mode"), given)
    if utf16.length(text) > MAX_CAPTION:
        raise bad("message caption is too long")
    return Content(text, _known(world, found), under.media)


def _known(world: State, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out mentions of people that the bot has never met, as Telegram does; name the others."""
    if not any(entity["type"] == "text_mention" for entity in found):
        return found
    kept = []
    for entity in found:
        if entity["type"] != "text_mention":
            kept.append(entity)
        elif person := world.people.get(entity.get("user", {}).get("id")):
            kept.append({**entity, "user": person.wire()})
    return kept


def own_message(world: State, params: Params) -> Message:
    """Return the bot's own message that a call means to edit."""
    chat = world.chat_for_bot(params.values.get("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if message.sender != world.robot or message.content.service:
        raise bad("message can't be edited")
    return message


def edit(api: BotApi, message: Message, content: Content, buttons: keyboards.Keyboard | None) -> dict[str, Any]:
    """Change a message, or refuse if nothing would change."""
    if content == message.content and buttons == message.keyboard:
        raise bad(_SAME)
    message.content, message.keyboard = content, buttons
    message.edited = api.world.timestamp()
    api.world.show("edit", message)
    return message.wire()

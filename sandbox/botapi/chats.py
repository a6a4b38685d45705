"""Methods about chats and who is in them."""

from typing import Any

from sandbox.botapi.api import BotApi, method
from sandbox.botapi.params import Params
from sandbox.errors import bad
from sandbox.world.messages import Chat
from sandbox.world.presence import member

_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


@method("getChat")
def get_chat(api: BotApi, params: Params) -> dict[str, Any]:
    """Return what is known of a chat."""
    chat = _seen(api, params)
    extra = {"accent_color_id": chat.id % 7, "max_reaction_count": 11, "accepted_gift_types": dict(_GIFTS)}
    if not chat.private:
        extra["permissions"] = {"can_send_messages": True}
    return {**chat.wire, **extra}


@method("getChatMember")
def get_member(api: BotApi, params: Params) -> dict[str, Any]:
    """Return one person's (or the bot's own) status in a chat."""
    chat, user_id = _seen(api, params), params.integer("user_id")
    if user_id == api.world.robot.id:
        return member(api.world.robot.wire(), "member" if chat.bot_in else "kicked")
    person = api.world.people.get(user_id)
    if person is None:
        raise bad("user not found")
    return member(person.wire(), _status(chat, user_id))


@method("getChatAdministrators")
def get_administrators(api: BotApi, params: Params) -> list[dict[str, Any]]:
    """Return a group's creator, its only administrator here."""
    chat = _seen(api, params)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    return [member(api.world.people[person_id].wire(), "creator") for person_id in chat.people[:1]]


@method("getChatMemberCount")
def count_members(api: BotApi, params: Params) -> int:
    """Return how many are in a chat, the bot among them."""
    return len(_seen(api, params).people) + 1


@method("leaveChat")
def leave_chat(api: BotApi, params: Params) -> bool:
    """Leave a group."""
    chat = api.world.chat_for_bot(params.values.get("chat_id"))
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    api.world.robot_leaves(chat)
    return True


def _seen(api: BotApi, params: Params) -> Chat:
    """Return a chat that the bot may look at: one it is in, or a person's who has started it once."""
    chat = api.world.find_chat(params.values.get("chat_id"))
    if chat.private and chat.id not in api.world.started:
        raise bad("chat not found")
    return chat if chat.private else api.world.chat_for_bot(chat.id)


def _status(chat: Chat, person_id: int) -> str:
    if person_id not in chat.people:
        return "left"
    return "creator" if not chat.private and chat.people[0] == person_id else "member"

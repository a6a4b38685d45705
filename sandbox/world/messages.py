"""Chats and the messages in them, and how both sides see them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from sandbox.formats.keyboards import Keyboard, labels
from sandbox.formats.render import to_html
from sandbox.world.files import Media
from sandbox.world.people import Person

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Robot:
    """The bot as its chats see it."""

    id: int
    name: str
    username: str

    def wire(self) -> Json:
        """Return the Bot API's `User`."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass(slots=True, eq=False)
class Chat:
    """One chat.

    Attributes:
        id: The person's id in a private chat, negative in a group.
        kind: `private`, `group` or `supergroup`.
        title: A group's title or the person's name.
        people: Ids of people in it, in the order they came; in a group the first is its creator.
        wire: The Bot API's `Chat`.
        bot_in: Whether the bot is a member (always, in a private chat).
        messages: By id, oldest first.
        moved_to: The id of the supergroup that a basic group has become, or None.
    """

    id: int
    kind: str
    title: str
    people: list[int]
    wire: Json
    bot_in: bool = True
    messages: "dict[int, Message]" = field(default_factory=dict)
    moved_to: int | None = None

    @property
    def private(self) -> bool:
        """Whether it is the chat of one person with the bot."""
        return self.kind == "private"

    def page(self) -> Json:
        """Return the chat as the page sees it."""
        kind = "private" if self.private else "group"
        return {
            "id": self.id,
            "type": kind,
            "title": self.title,
            "person_ids": self.people,
            "bot_in": self.bot_in,
        }


@dataclass(slots=True)
class Content:
    """What a message says, whoever sends it."""

    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: Media | None = None
    service: Json | None = None


@dataclass(slots=True, eq=False)
class Message:
    """One message.

    Attributes:
        id: Unique within the chat only, as on Telegram.
        chat: The chat that it is in.
        sender: A person or the bot.
        date: Unix seconds.
        content: Text or caption, entities, media, service fields.
        keyboard: Inline keyboard, as Telegram stores it.
        reply_keyboard: Keyboard shown in place of the letters; Telegram does not return it.
        reply_to: The message it answers.
        edited: Unix seconds of the last edit, or None.
        album: Id shared by the messages of one media group.
        origin: Where it was forwarded from (the Bot API's `MessageOrigin`).
    """

    id: int
    chat: Chat
    sender: Person | Robot
    date: int
    content: Content
    keyboard: Keyboard | None = None
    reply_keyboard: Keyboard | None = None
    reply_to: "Message | None" = None
    edited: int | None = None
    album: str | None = None
    origin: Json | None = None

    def wire(self, *, nested: bool = False) -> Json:
        """Return the Bot API's `Message`; a nested one leaves out what it replies to."""
        body: Json = {
            "message_id": self.id,
            "from": self.sender.wire(),
            "chat": self.chat.wire,
            "date": self.date,
        }
        content = self.content
        if content.media:
            body.update(content.media.wire())
        if content.text:
            body["caption" if content.media else "text"] = content.text
        if content.entities:
            body["caption_entities" if content.media else "entities"] = content.entities
        if content.service:
            body.update(content.service)
        if self.keyboard:
            body["reply_markup"] = self.keyboard
        self._wire_rest(body, nested=nested)
        return body

    def _wire_rest(self, body: Json, *, nested: bool) -> None:
        if self.reply_to and not nested:
            body["reply_to_message"] = self.reply_to.wire(nested=True)
        if self.edited:
            body["edit_date"] = self.edited
        if self.album:
            body["media_group_id"] = self.album
        if self.origin:
            body["forward_origin"] = self.origin

    def page(self, zone: tzinfo = UTC) -> Json:
        """Return the message as the page sees it, its date in `zone`."""
        content = self.content
        return {
            "id": self.id,
            "chat_id": self.chat.id,
            "date": datetime.fromtimestamp(self.date, zone).isoformat(),
            "from": {
                "id": self.sender.id,
                "name": self.sender.name,
                "is_bot": isinstance(self.sender, Robot),
            },
            "html": to_html(content.text, content.entities),
            "text": content.text,
            "media": content.media.page() if content.media else None,
            "reply_to": self.reply_to.id if self.reply_to else None,
            "keyboard": _page_keyboard(self.keyboard),
            "reply_keyboard": None if self.reply_keyboard is None else labels(self.reply_keyboard),
            "edited": self.edited is not None,
            "album": self.album,
            "forwarded": self.origin is not None,
            "service": _service_text(content.service),
        }

    def offers(self, data: str) -> bool:
        """Return whether a button with this `callback_data` stands under the message now."""
        rows = self.keyboard["inline_keyboard"] if self.keyboard else []
        return any(button.get("callback_data") == data for row in rows for button in row)


def _page_keyboard(keyboard: Keyboard | None) -> list[list[Json]]:
    return [[_page_button(b) for b in row] for row in keyboard["inline_keyboard"]] if keyboard else []


def _page_button(button: Json) -> Json:
    shown = {"text": button["text"]}
    for name, key in (("callback_data", "data"), ("url", "url"), ("style", "style")):
        if name in button:
            shown[key] = button[name]
    if "copy_text" in button:
        shown["copy"] = button["copy_text"]["text"]
    if "web_app" in button:
        shown["app"] = button["web_app"]["url"]
    return shown


def _service_text(service: Json | None) -> str | None:
    if not service:
        return None
    names = "、".join(map(_name, service.get("new_chat_members", [])))
    if names:
        return f"{names} 加入了群组"
    if "left_chat_member" in service:
        return f"{_name(service['left_chat_member'])} 离开了群组"
    return "、".join(service)


def _name(user: Json) -> str:
    return f"{user['first_name']} {user.get('last_name', '')}".rstrip()

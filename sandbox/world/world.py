"""What people do in the sandbox: start, say, tap, block, send files, join groups."""

import re
from typing import BinaryIO

from sandbox.errors import bad
from sandbox.formats import entities, utf16
from sandbox.world.files import Media
from sandbox.world.groups import Groups
from sandbox.world.messages import Chat, Content, Message
from sandbox.world.people import Person

MAX_TEXT = 4096
MAX_CAPTION = 1024
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
_FIRST_NEW_PERSON = 900_000_001


class World(Groups):
    """The state, and what people do to it. Each action queues the updates that Telegram would queue."""

    def new_person(self, name: str, language: str = "zh-hans") -> Person:
        """Add a person, who has not pressed START."""
        person_id = max(_FIRST_NEW_PERSON - 1, *self.people, 0) + 1
        person = Person(person_id, name.strip() or f"新朋友 {person_id}", language_code=language)
        self.add_person(person)
        self._people_changed()
        return person

    def say(self, person_id: int, chat_id: int, text: str, *, reply_to: int | None = None) -> Message:
        """Type a text into a chat. In a private chat this also starts the bot, as START does.

        Raises:
            Refused: 400, if the person or chat is unknown, the text empty or too long, or the bot blocked.
        """
        person, chat = self._present(person_id, chat_id)
        content = _typed(text)
        self._open_private(person, chat)
        return self._utter(person, chat, content, reply_to)

    def start(self, person_id: int, payload: str = "") -> Message:
        """Press START, or open a link `?start=payload`; unblocks the bot first if need be.

        Raises:
            Refused: 400, if Telegram would not take the payload.
        """
        if not _PAYLOAD.fullmatch(payload):
            raise bad("START_PARAM_INVALID")
        self.block(person_id, blocked=False)
        return self.say(person_id, person_id, f"/start {payload}".strip())

    def tap(self, person_id: int, chat_id: int, message_id: int, data: str, *, forged: bool = False) -> str:
        """Tap a button and return the id of the callback query.

        Raises:
            Refused: 400, if the message has no such button (unless `forged`), or the person is not in the chat.
        """
        person, chat = self._present(person_id, chat_id)
        message = chat.messages.get(message_id)
        if not forged and (message is None or not message.offers(data)):
            raise bad("there is no such button on that message")
        query = self.queries.ask(person.id)
        seen = message.wire() if message else {"message_id": message_id, "chat": chat.wire, "date": 0}
        self.updates.add(
            "callback_query",
            {
                "id": query.id,
                "from": person.wire(),
                "message": seen,
                "chat_instance": str(chat.id),
                "data": data,
            },
            chat.id,
        )
        return query.id

    def send_file(
        self, person_id: int, chat_id: int, kind: str, file: tuple[str, str, bytes | BinaryIO], caption: str = ""
    ) -> Message:
        """Send a photo, document or sticker; `file` is its name, type and content.

        Raises:
            Refused: 400, as for `say`, or if the kind is none of the three.
        """
        person, chat = self._present(person_id, chat_id)
        if kind not in ("photo", "document", "sticker"):
            raise bad(f"a file is a photo, document or sticker, not {kind!r}")
        text, found = entities.read(caption if kind != "sticker" else "", None, None)
        if utf16.length(text) > MAX_CAPTION:
            raise bad("message caption is too long")
        self._open_private(person, chat)
        media = Media(kind, self.files.keep(kind, *file), emoji="🙂" if kind == "sticker" else None)
        return self._utter(person, chat, Content(text, found, media))

    def revise(self, person_id: int, chat_id: int, message_id: int, text: str) -> Message:
        """Edit a text of the person's own.

        Raises:
            Refused: 400, if it is not the person's own text message.
        """
        person, chat = self._present(person_id, chat_id)
        message = chat.messages.get(message_id)
        if message is None or message.sender != person or message.content.media:
            raise bad("message can't be edited")
        message.content = _typed(text)
        message.edited = self.timestamp()
        self.show("edit", message)
        if self.hears(message):
            self.updates.add("edited_message", message.wire(), chat.id)
        return message

    def block(self, person_id: int, *, blocked: bool) -> None:
        """Block or unblock the bot; Telegram tells the bot of a change once the chat was started."""
        person = self._person(person_id)
        if (person.id in self.blocked) == blocked:
            return
        (self.blocked.add if blocked else self.blocked.discard)(person.id)
        if person.id in self.started:
            change = ("member", "kicked") if blocked else ("kicked", "member")
            self._membership(person, self.chats[person.id], change)
        self._people_changed()

    def _open_private(self, person: Person, chat: Chat) -> None:
        if not chat.private:
            return
        if person.id in self.blocked:
            raise bad("the person has blocked the bot; unblock it first")
        if person.id not in self.started:
            self.started.add(person.id)
            self._people_changed()


def _typed(text: str) -> Content:
    clean, found = entities.read(text, None, None)
    if not clean:
        raise bad("message text is empty")
    if utf16.length(clean) > MAX_TEXT:
        raise bad("message is too long")
    return Content(clean, found)

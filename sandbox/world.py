"""What people do in the sandbox: start, say, tap, block, send files, join groups."""

import re
from itertools import count
from typing import Any

from sandbox import entities, utf16
from sandbox.errors import bad
from sandbox.files import Media
from sandbox.messages import Chat, Content, Message
from sandbox.people import Group, Person
from sandbox.state import State

MAX_TEXT = 4096
MAX_CAPTION = 1024
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
_COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@([A-Za-z0-9_]+))?")
_FIRST_NEW_PERSON = 900_000_001
_NEW_GROUP, _NEW_SUPERGROUP = -900_000_001, -1_009_000_000_001


class World(State):
    """The state, and what people do to it. Each act queues the updates that Telegram would queue."""

    def new_person(self, name: str, language: str = "zh-hans") -> Person:
        """Let a new person in, who has not pressed START."""
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
        clean, found = entities.read(text, None, None)
        if not clean:
            raise bad("message text is empty")
        if utf16.length(clean) > MAX_TEXT:
            raise bad("message is too long")
        self._open_private(person, chat)
        return self._utter(person, chat, Content(clean, found), reply_to)

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
            Refused: 400, if there is no such button there (unless forged), or the person is not there.
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
        self, person_id: int, chat_id: int, kind: str, file: tuple[str, str, bytes], caption: str = ""
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
        """Edit an own text.

        Raises:
            Refused: 400, if it is not the person's own text message.
        """
        person, chat = self._present(person_id, chat_id)
        message = chat.messages.get(message_id)
        if message is None or message.sender != person or message.content.media:
            raise bad("message can't be edited")
        clean, found = entities.read(text, None, None)
        message.content = Content(clean, found)
        message.edited = self.timestamp()
        self.show("edit", message)
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

    def new_group(self, title: str, person_ids: list[int], *, supergroup: bool = True) -> Chat:
        """Open a group whose creator, the first person, adds the bot."""
        members = tuple(self._person(person_id).id for person_id in person_ids)
        if not members or not title.strip():
            raise bad("a group needs a title and somebody in it")
        group_id = next(
            n for n in count(_NEW_SUPERGROUP if supergroup else _NEW_GROUP, -1) if n not in self.chats
        )
        chat = self.add_group(Group(group_id, title.strip(), members), bot_in=False)
        self.invite_bot(members[0], chat.id)
        return chat

    def invite_bot(self, person_id: int, chat_id: int) -> None:
        """Add the bot to a group; nothing happens if it is in."""
        self._move_bot(person_id, chat_id, into=True)

    def expel_bot(self, person_id: int, chat_id: int) -> None:
        """Take the bot out of a group; nothing happens if it is not in."""
        self._move_bot(person_id, chat_id, into=False)

    def join(self, person_id: int, chat_id: int) -> None:
        """Let a person into a group."""
        person, chat = self._person(person_id), self._group(chat_id)
        if person.id not in chat.people:
            chat.people.append(person.id)
            self._utter(person, chat, Content(service={"new_chat_members": [person.wire()]}))
            self._told("chat_member", chat, person, person.wire(), ("left", "member"))

    def leave(self, person_id: int, chat_id: int) -> None:
        """Let a person out of a group."""
        person, chat = self._person(person_id), self._group(chat_id)
        if person.id in chat.people:
            chat.people.remove(person.id)
            self._utter(person, chat, Content(service={"left_chat_member": person.wire()}))
            self._told("chat_member", chat, person, person.wire(), ("member", "left"))

    def _utter(self, person: Person, chat: Chat, content: Content, reply_to: int | None = None) -> Message:
        answered = chat.messages.get(reply_to) if reply_to else None
        message = self.post(chat, person, content, reply_to=answered)
        if chat.bot_in and (chat.private or not self.privacy or self._meant_for_bot(message)):
            self.updates.add("message", message.wire(), chat.id)
        return message

    def _meant_for_bot(self, message: Message) -> bool:
        """Whether a bot in privacy mode gets to see a group's message."""
        if message.content.service or (message.reply_to and message.reply_to.sender == self.robot):
            return True
        command = _COMMAND.match(message.content.text)
        return command is not None and command[1] in (None, self.robot.username)

    def _open_private(self, person: Person, chat: Chat) -> None:
        if not chat.private:
            return
        if person.id in self.blocked:
            raise bad("the person has blocked the bot; unblock it first")
        if person.id not in self.started:
            self.started.add(person.id)
            self._people_changed()

    def _move_bot(self, person_id: int, chat_id: int, *, into: bool) -> None:
        person, chat = self._person(person_id), self._group(chat_id)
        if chat.bot_in == into:
            return
        chat.bot_in = True
        self._membership(person, chat, ("left", "member") if into else ("member", "kicked"))
        service = "new_chat_members" if into else "left_chat_member"
        wire: Any = [self.robot.wire()] if into else self.robot.wire()
        self._utter(person, chat, Content(service={service: wire}))
        chat.bot_in = into

    def _membership(self, person: Person, chat: Chat, change: tuple[str, str]) -> None:
        """Tell the bot of its own new status, brought about by `person`."""
        self._told("my_chat_member", chat, person, self.robot.wire(), change)

    def _told(
        self, kind: str, chat: Chat, person: Person, user: dict[str, Any], change: tuple[str, str]
    ) -> None:
        before, after = change
        payload = {
            "chat": chat.wire,
            "from": person.wire(),
            "date": self.timestamp(),
            "old_chat_member": member(user, before),
            "new_chat_member": member(user, after),
        }
        self.updates.add(kind, payload, chat.id)

    def _present(self, person_id: int, chat_id: int) -> tuple[Person, Chat]:
        person, chat = self._person(person_id), self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        if person.id not in chat.people:
            raise bad("the person is not in that chat")
        return person, chat

    def _person(self, person_id: int) -> Person:
        if person_id not in self.people:
            raise bad("person not found")
        return self.people[person_id]

    def _group(self, chat_id: int) -> Chat:
        chat = self.chats.get(chat_id)
        if chat is None or chat.private:
            raise bad("group not found")
        return chat

    def _people_changed(self) -> None:
        if self.events.heard:
            self.events.publish({"type": "people", "people": self.people_page()})


def member(user: dict[str, Any], status: str) -> dict[str, Any]:
    """Return the Bot API's `ChatMember` of a user with this status."""
    body: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        body["until_date"] = 0
    if status == "creator":
        body["is_anonymous"] = False
    return body

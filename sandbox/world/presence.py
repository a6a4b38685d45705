"""What each action of a person needs: the person is there, may write, and the bot is told."""

import re
from typing import Any

from sandbox.errors import bad
from sandbox.world.messages import Chat, Content, Message, Robot
from sandbox.world.people import Person
from sandbox.world.state import State

_COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@([A-Za-z0-9_]+))?")


class Presence(State):
    """The state, and how the bot and the page hear of its changes."""

    def _utter(self, sender: Person | Robot, chat: Chat, content: Content, reply_to: int | None = None) -> Message:
        answered = chat.messages.get(reply_to) if reply_to else None
        message = self.post(chat, sender, content, reply_to=answered)
        if self.hears(message):
            self.updates.add("message", message.wire(), chat.id)
        return message

    def hears(self, message: Message) -> bool:
        """Return whether the bot gets a person's message: in a group, privacy mode keeps most from it."""
        if not message.chat.bot_in:
            return False
        return message.chat.private or not self.privacy or self._meant_for_bot(message)

    def _meant_for_bot(self, message: Message) -> bool:
        if message.content.service or (message.reply_to and message.reply_to.sender == self.robot):
            return True
        command = _COMMAND.match(message.content.text)
        return command is not None and command[1] in (None, self.robot.username)

    def _membership(self, person: Person | Robot, chat: Chat, change: tuple[str, str]) -> None:
        """Tell the bot that `person` has changed its status in the chat."""
        self._told("my_chat_member", chat, person, self.robot.wire(), change)

    def _told(
        self, kind: str, chat: Chat, person: Person | Robot, user: dict[str, Any], change: tuple[str, str]
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
            chats = [chat.page() for chat in self.chats.values()]
            self.events.publish({"type": "people", "people": self.people_page(), "chats": chats})


def member(user: dict[str, Any], status: str) -> dict[str, Any]:
    """Return the Bot API's `ChatMember` of a user with this status."""
    body: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        body["until_date"] = 0
    if status == "creator":
        body["is_anonymous"] = False
    return body

"""Groups: opened, joined and left, by people and by the bot."""

from itertools import count
from typing import Any

from sandbox.errors import bad
from sandbox.world.messages import Chat, Content, Robot
from sandbox.world.people import Group, Person
from sandbox.world.presence import Presence

_NEW_GROUP, _NEW_SUPERGROUP = -900_000_001, -1_009_000_000_001


class Groups(Presence):
    """How people and the bot enter and leave groups."""

    def new_group(self, title: str, person_ids: list[int], *, supergroup: bool = True) -> Chat:
        """Open a group whose creator, the first person, adds the bot."""
        members = tuple(self._person(person_id).id for person_id in person_ids)
        if not members or not title.strip():
            raise bad("a group needs a title and somebody in it")
        group_id = next(n for n in count(_NEW_SUPERGROUP if supergroup else _NEW_GROUP, -1) if n not in self.chats)
        chat = self.add_group(Group(group_id, title.strip(), members, bot_in=False))
        self.invite_bot(members[0], chat.id)
        return chat

    def invite_bot(self, person_id: int, chat_id: int) -> None:
        """Add the bot to a group; nothing happens if it is in."""
        self._move_bot(person_id, chat_id, into=True)

    def expel_bot(self, person_id: int, chat_id: int) -> None:
        """Remove the bot from a group; nothing happens if it is not in."""
        self._move_bot(person_id, chat_id, into=False)

    def join(self, person_id: int, chat_id: int) -> None:
        """Add a person to a group."""
        person, chat = self._person(person_id), self._group(chat_id)
        if person.id not in chat.people:
            chat.people.append(person.id)
            self._utter(person, chat, Content(service={"new_chat_members": [person.wire()]}))
            self._told("chat_member", chat, person, person.wire(), ("left", "member"))
            self._people_changed()

    def leave(self, person_id: int, chat_id: int) -> None:
        """Remove a person from a group."""
        person, chat = self._person(person_id), self._group(chat_id)
        if person.id in chat.people:
            chat.people.remove(person.id)
            self._utter(person, chat, Content(service={"left_chat_member": person.wire()}))
            self._told("chat_member", chat, person, person.wire(), ("member", "left"))
            self._people_changed()

    def upgrade(self, person_id: int, chat_id: int) -> Chat:
        """Make a basic group a supergroup, as Telegram does: a new id, and a message about it in both chats."""
        person, old = self._person(person_id), self._group(chat_id)
        if old.kind != "group" or old.moved_to is not None:
            raise bad("only a basic group becomes a supergroup")
        new_id = next(n for n in count(_NEW_SUPERGROUP, -1) if n not in self.chats)
        new = self.add_group(Group(new_id, old.title, tuple(old.people), bot_in=old.bot_in))
        self._utter(person, old, Content(service={"migrate_to_chat_id": new_id}))
        self._utter(person, new, Content(service={"migrate_from_chat_id": old.id}))
        old.moved_to = new_id
        self._people_changed()
        return new

    def _move_bot(self, person_id: int, chat_id: int, *, into: bool) -> None:
        person, chat = self._person(person_id), self._group(chat_id)
        if chat.bot_in != into:
            self._bot_moved(person, chat, into=into)

    def robot_leaves(self, chat: Chat) -> None:
        """Let the bot leave a group by itself."""
        self._bot_moved(self.robot, chat, into=False)

    def _bot_moved(self, mover: Person | Robot, chat: Chat, *, into: bool) -> None:
        out = "left" if mover == self.robot else "kicked"
        chat.bot_in = into  # once out, only this update tells it that it has left
        self._membership(mover, chat, ("left", "member") if into else ("member", out))
        service = "new_chat_members" if into else "left_chat_member"
        wire: Any = [self.robot.wire()] if into else self.robot.wire()
        self._utter(mover, chat, Content(service={service: wire}))
        self._people_changed()

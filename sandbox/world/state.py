"""The state of the sandbox: people, chats, messages, and who may write where. No HTTP here."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sandbox.errors import bad, forbidden, moved
from sandbox.formats.keyboards import Keyboard
from sandbox.world.commands import CommandBook
from sandbox.world.events import Events
from sandbox.world.files import FileStore
from sandbox.world.messages import Chat, Content, Message, Robot
from sandbox.world.people import Group, Person
from sandbox.world.profile import Profile
from sandbox.world.queries import Queries
from sandbox.world.updates import Updates

FIRST_MESSAGE_ID = 1


class State:
    """Everything the sandbox remembers, and the rules that hold for both sides.

    Args:
        robot: The bot.
        now: Tells the time; messages are dated by it.
        people: Who is there from the start; nobody has pressed START yet.
        groups: Groups that the bot is in from the start.
        privacy: Telegram's privacy mode: in groups the bot gets commands and replies to it only.
    """

    def __init__(
        self,
        robot: Robot,
        now: Callable[[], datetime],
        people: Iterable[Person] = (),
        groups: Iterable[Group] = (),
        *,
        privacy: bool = True,
    ) -> None:
        self.robot = robot
        self.now = now
        self.privacy = privacy
        self.events = Events()
        self.updates = Updates()
        self.queries = Queries()
        self.files = FileStore()
        self.commands = CommandBook()
        self.profile = Profile(robot.name)
        self._first = (tuple(people), tuple(groups))
        # Private chats and basic groups share one sequence of ids; each supergroup has its own.
        # They go on after a reset, so that no old button ever points at a new message.
        self._ids = count(FIRST_MESSAGE_ID)
        self._super_ids: dict[int, count[int]] = {}
        self._wipe()

    def _wipe(self) -> None:
        people, groups = self._first
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.started: set[int] = set()
        self.blocked: set[int] = set()
        for person in people:
            self.add_person(person)
        for group in groups:
            self.add_group(group)

    def reset(self) -> None:
        """Return to the beginning: no messages, the first people, nothing pending. The bot's settings stay.

        The caller tells the page, once everything outside is reset too.
        """
        self.updates.clear()
        self.queries.clear()
        self.files.clear()
        self._wipe()

    def begin_with(self, people: Iterable[Person], groups: Iterable[Group] = ()) -> None:
        """Replace the people of the start and reset: no messages, and nobody has pressed START."""
        self._first = (tuple(people), tuple(groups))
        self._wipe()

    def already_started(self, person_ids: Iterable[int]) -> None:
        """Treat these people as if they had pressed START in the past; the bot is told nothing."""
        self.started.update(person_id for person_id in person_ids if person_id in self.people)

    def add_person(self, person: Person) -> None:
        """Add a person; the private chat exists at once, but is not started."""
        self.people[person.id] = person
        wire: dict[str, Any] = {"id": person.id, "first_name": person.first_name, "type": "private"}
        if person.last_name:
            wire["last_name"] = person.last_name
        if person.username:
            wire["username"] = person.username
        self.chats[person.id] = Chat(person.id, "private", person.name, [person.id], wire)

    def add_group(self, group: Group) -> Chat:
        """Open a group chat and return it."""
        kind = "supergroup" if str(group.id).startswith("-100") else "group"
        wire = {"id": group.id, "title": group.title, "type": kind}
        chat = Chat(group.id, kind, group.title, list(group.members), wire, bot_in=group.bot_in)
        self.chats[group.id] = chat
        return chat

    def timestamp(self) -> int:
        """Return the time now in whole Unix seconds."""
        return int(self.now().timestamp())

    def chat_for_bot(self, chat_id: object) -> Chat:
        """Return the chat that the bot means.

        Raises:
            Refused: 400, if there is none; 403, if the bot may not write there.
        """
        chat = self.find_chat(chat_id)
        if chat.private:
            if chat.id not in self.started:
                raise forbidden("bot can't initiate conversation with a user")
            if chat.id in self.blocked:
                raise forbidden("bot was blocked by the user")
        elif not chat.bot_in:
            raise forbidden(f"bot was kicked from the {'group' if chat.kind == 'group' else 'supergroup'} chat")
        return chat

    def find_chat(self, chat_id: object) -> Chat:
        """Return a chat by what a call names it, whether or not the bot may write there.

        Raises:
            Refused: 400, if there is none.
        """
        text = str(chat_id if chat_id is not None else "").strip()
        if not text:
            raise bad("chat_id is empty")
        chat = self.chats.get(int(text)) if text.lstrip("-").isdigit() else None
        if chat is None:
            raise bad("chat not found")
        if chat.moved_to is not None:
            raise moved(chat.moved_to)
        return chat

    def post(
        self,
        chat: Chat,
        sender: Person | Robot,
        content: Content,
        *,
        keyboard: Keyboard | None = None,
        reply_keyboard: Keyboard | None = None,
        reply_to: Message | None = None,
        album: str | None = None,
        origin: dict[str, Any] | None = None,
    ) -> Message:
        """Put a message into a chat and tell the page. The caller has checked everything."""
        message = Message(
            self._next_id(chat),
            chat,
            sender,
            self.timestamp(),
            content,
            keyboard,
            reply_keyboard,
            reply_to,
            album=album,
            origin=origin,
        )
        chat.messages[message.id] = message
        self.show("message", message)
        return message

    def _next_id(self, chat: Chat) -> int:
        if chat.kind != "supergroup":
            return next(self._ids)
        return next(self._super_ids.setdefault(chat.id, count(FIRST_MESSAGE_ID)))

    def show(self, kind: str, message: Message) -> None:
        """Tell the page of a new (`message`) or changed (`edit`) message."""
        if self.events.heard:
            self.events.publish({"type": kind, "message": self.page(message)})

    def page(self, message: Message) -> dict[str, Any]:
        """Return a message as the page sees it, dated in the clock's zone."""
        return message.page(self.now().tzinfo or UTC)

    def erase(self, message: Message) -> None:
        """Delete a message from its chat and tell the page."""
        del message.chat.messages[message.id]
        self.events.publish({"type": "delete", "chat_id": message.chat.id, "id": message.id})

    def people_page(self) -> list[dict[str, Any]]:
        """Return all people as the page sees them."""
        return [
            {
                "id": person.id,
                "name": person.name,
                "username": person.username,
                "language": person.language_code,
                "note": person.note,
                "started": person.id in self.started,
                "blocked": person.id in self.blocked,
            }
            for person in self.people.values()
        ]

"""The people and groups of the sandbox, and what moves its clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol

# China has kept one offset since 1991, so the default clock needs no zone database.
ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
_MONDAY_HOUR = 9


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can chat with the bot.

    Attributes:
        id: Telegram's user id, positive; also the id of the private chat.
        first_name: What the chat shows.
        last_name: May be missing, as on Telegram.
        username: Without the @; may be missing.
        language_code: The person's Telegram language (IETF tag).
        note: Shown in the page's picker only, e.g. 统筹.
    """

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str = "zh-hans"
    note: str = ""

    @property
    def name(self) -> str:
        """The whole name, as a chat's title shows it."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def wire(self) -> dict[str, Any]:
        """Return the Bot API's `User`."""
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            user["last_name"] = self.last_name
        if self.username:
            user["username"] = self.username
        user["language_code"] = self.language_code
        return user


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat.

    Attributes:
        id: Negative; a supergroup's begins with -100, as on Telegram.
        title: What the chat shows.
        members: Ids of people in it; the first is its creator.
        bot_in: Whether the bot is in it from the start; it never is in a group of another messenger.
    """

    id: int
    title: str
    members: tuple[int, ...]
    bot_in: bool = True


class Control(Protocol):
    """How the sandbox tells and moves the time; given to it from outside."""

    def now(self) -> datetime:
        """Return the time now, aware, in the zone that the page should show."""
        ...

    async def advance(self, by: timedelta) -> None:
        """Move the clock forward by `by` (0 is allowed), and do what is due by then."""
        ...

    async def advance_to_monday(self) -> None:
        """Move the clock to the next Monday, 09:00 local time."""
        ...

    async def advance_to_next(self) -> None:
        """Move the clock to the next time at which something is due, and do it."""
        ...

    async def reset(self) -> None:
        """Bring everything outside the sandbox back to its beginning; chats are cleared already."""
        ...


class RealClock:
    """The control of a sandbox without a bot: real time, plus the time that was skipped."""

    def __init__(self) -> None:
        self._leapt = timedelta()

    def now(self) -> datetime:
        """Return real time plus what was skipped, in China's zone."""
        return datetime.now(ZONE) + self._leapt

    async def advance(self, by: timedelta) -> None:
        """Skip forward by `by`."""
        self._leapt += by

    async def advance_to_monday(self) -> None:
        """Skip to the next Monday 09:00; on a Monday before nine, to the same day."""
        now = self.now()
        nine = now.replace(hour=_MONDAY_HOUR, minute=0, second=0, microsecond=0)
        monday = nine + timedelta(days=-now.weekday() % 7)
        self._leapt += (monday if monday > now else monday + timedelta(days=7)) - now

    async def advance_to_next(self) -> None:
        """Move to the next quarter of an hour: without a bot nobody knows when something is due."""
        now = self.now()
        self._leapt += timedelta(minutes=15 - now.minute % 15, seconds=-now.second)

    async def reset(self) -> None:
        """Return to real time."""
        self._leapt = timedelta()

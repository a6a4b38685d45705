"""Where somebody, or a group, can be written to and heard from: an id in a channel."""

from dataclasses import dataclass

TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Address:
    """One person or one group chat in one channel. `id` is what the channel calls it."""

    channel: str
    id: str

    @property
    def number(self) -> int:
        """The id in a channel that gives numbers to its chats, as Telegram does. Raises ValueError elsewhere."""
        return int(self.id)


def telegram(chat_id: int) -> Address:
    """Return the address of a chat at Telegram."""
    return Address(TELEGRAM, str(chat_id))

"""Where somebody, or a group, can be written to and heard from: an id in a channel; and its column type."""

from dataclasses import dataclass

from sqlalchemy import Dialect, String, TypeDecorator

TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Address:
    """One person or one group chat in one channel. `id` is what the channel calls it."""

    channel: str
    id: str

    @classmethod
    def read(cls, text: str) -> "Address":
        """Return the address behind `channel:id`; a bare id is Telegram's."""
        channel, colon, own = text.partition(":")
        return cls(channel, own) if colon else cls(TELEGRAM, text)

    def __str__(self) -> str:
        """Return `channel:id`."""
        return f"{self.channel}:{self.id}"

    @property
    def short(self) -> str:
        """The bare id at Telegram, else `channel:id`: how keys of notices and the audit log name a chat."""
        return self.id if self.channel == TELEGRAM else str(self)

    @property
    def number(self) -> int:
        """The id in a channel that gives numbers to its chats, as Telegram does. Raises ValueError elsewhere."""
        return int(self.id)


class AddressColumn(TypeDecorator[Address]):
    """An address, stored as `channel:id`."""

    impl = String
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(length=120)

    def process_bind_param(self, value: Address | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn an address into text."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Address | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give the address back."""
        return None if value is None else Address.read(value)

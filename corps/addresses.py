"""Where somebody, or a group, can be written to and heard from: an id in a channel."""

from models.addresses import TELEGRAM, Address

__all__ = ["TELEGRAM", "Address", "MessageAt", "telegram"]

MessageAt = tuple[Address, str]
"""A message: the chat that it is in, and what the channel calls it there."""


def telegram(chat_id: int) -> Address:
    """Return the address of a chat at Telegram."""
    return Address(TELEGRAM, str(chat_id))

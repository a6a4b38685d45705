"""Typed button payloads, one module a conversation."""

from bot.callbacks.payload import Payload, PayloadError, parse

__all__ = ["Payload", "PayloadError", "parse"]

"""Payloads of the 数据一览."""

from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks.payload import Payload


class Form(StrEnum):
    """As what the numbers are shown."""

    TEXT = "t"
    PICTURE = "p"
    TABLE = "x"


@dataclass(frozen=True)
class NumbersTap(Payload, tag="nu"):
    """Show the numbers of a span of days, each written as `20261205`; with 0 those of this month."""

    first: int
    last: int
    form: Form = Form.TEXT


@dataclass(frozen=True)
class NumbersAskTap(Payload, tag="na"):
    """其他日期: ask from which day to which."""

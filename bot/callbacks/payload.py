"""Typed button payloads: `tag:field:field`, at most 64 bytes, parsed back or refused.

A payload is only a wish: it carries ids, and the operation behind it checks state, role and deadline again.
"""

import dataclasses
import functools
from enum import StrEnum
from typing import Any, ClassVar, Self, get_type_hints

MAX_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton: callback_data, 1–64 bytes."""


MAX_ID = 2_147_483_647
"""PostgreSQL's INTEGER, the type of our ids: a larger number would be an error of the database, not an answer."""


class PayloadError(ValueError):
    """Callback data that none of our buttons carries: forged, or from a version long gone."""


@dataclasses.dataclass(frozen=True)
class Payload:
    """Base of all payloads. A subclass gives its `tag` and its fields: int, bool, str or a StrEnum.

    A field called `shown` says what stood above the button (see `corps.audit.fingerprint`); it has a default, as has
    every field that came later, so that the buttons in old chats are still read.
    """

    TAG: ClassVar[str] = ""
    kinds: ClassVar[dict[str, type["Payload"]]] = {}

    def __init_subclass__(cls, tag: str = "", **kwargs: Any) -> None:  # noqa: ANN401, D105 - Python's signature
        super().__init_subclass__(**kwargs)
        if not tag or tag in Payload.kinds:
            raise TypeError(f"{cls.__name__} needs a tag of its own, not {tag!r}")
        cls.TAG = tag
        Payload.kinds[tag] = cls

    def pack(self) -> str:
        """Return the callback data. Raises ValueError beyond Telegram's 64 bytes."""
        fields = _fields(self.TAG)
        values = [getattr(self, field.name) for field in fields]
        while len(values) > _required(self.TAG) and values[-1] == fields[len(values) - 1].default:
            values.pop()
        data = ":".join([self.TAG, *(_write(value) for value in values)])
        if len(data.encode()) > MAX_BYTES:
            raise ValueError(f"callback data over {MAX_BYTES} bytes: {data}")
        return data

    @classmethod
    def _read(cls, values: list[str]) -> Self:
        types = _types(cls.TAG)
        if not _required(cls.TAG) <= len(values) <= len(types):
            raise PayloadError(f"{cls.TAG} takes {len(types)} fields")
        return cls(*(_convert(value, kind) for value, kind in zip(values, types, strict=False)))


@functools.cache
def _fields(tag: str) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(Payload.kinds[tag])


@functools.cache
def _types(tag: str) -> tuple[Any, ...]:
    hints = get_type_hints(Payload.kinds[tag])
    return tuple(hints[field.name] for field in _fields(tag))


@functools.cache
def _required(tag: str) -> int:
    """Return how many fields a payload must carry: a field with a default came later, and old buttons have none."""
    return sum(field.default is dataclasses.MISSING for field in _fields(tag))


def _write(value: object) -> str:
    text = str(int(value)) if isinstance(value, bool) else str(value)
    if ":" in text:
        raise ValueError(f"a field may not contain a colon: {text}")
    return text


def _convert(text: str, kind: Any) -> Any:  # noqa: ANN401 - one of four kinds
    try:
        if kind is bool:
            return {"0": False, "1": True}[text]
        if kind is int:
            return _row_number(text)
        return kind(text) if issubclass(kind, StrEnum) else text
    except (KeyError, ValueError) as error:
        raise PayloadError(text) from error


def _row_number(text: str) -> int:
    """Return a whole number written the one way we write it, no larger than a row's id can be."""
    if len(text) > len(str(MAX_ID)) + 1 or str(number := int(text)) != text or abs(number) > MAX_ID:
        raise PayloadError(text)
    return number


def parse(data: str) -> Payload:
    """Return the payload behind callback data. Raises PayloadError for anything else."""
    tag, *values = data.split(":")
    kind = Payload.kinds.get(tag)
    if kind is None or len(data.encode()) > MAX_BYTES:
        raise PayloadError(data[:MAX_BYTES])
    return kind._read(values)  # noqa: SLF001 - the family's own way in

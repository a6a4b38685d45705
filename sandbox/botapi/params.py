"""What came with a call, read as the type that a method wants."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import SEEK_END
from typing import Any, BinaryIO

from sandbox.errors import bad

_TRUE = {"true", "1", "yes", "y", "t"}
_STRUCTURED = ("[", "{")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call, open for reading until the call ends."""

    name: str
    mime: str
    file: BinaryIO

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.file.seek(0, SEEK_END)


@dataclass(slots=True)
class Params:
    """The parameters of one call, from a query, a form or JSON alike.

    Attributes:
        values: By name; forms give strings, JSON gives typed values, and both are read the same way.
        files: Uploaded files by the name of their part.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return a string; a number counts as its digits."""
        value = self.values.get(name)
        return default if value is None else value if isinstance(value, str) else str(value)

    def optional(self, name: str) -> str | None:
        """Return a non-empty string, or None."""
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        """Return a boolean; missing is False."""
        value = self.values.get(name)
        return value is True or (isinstance(value, str) and value.lower() in _TRUE) or value == 1

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number, or the default if it is missing.

        Raises:
            Refused: 400, if something else than a number was given.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f'parameter "{name}" must be a number') from None

    def decoded(self, name: str) -> object:
        """Return an object or array, given as such or as its JSON text; None if it is missing.

        Raises:
            Refused: 400, if the text is not JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def mapping(self, name: str) -> dict[str, Any] | None:
        """Return a JSON object, or None if it is missing.

        Raises:
            Refused: 400, if it is not an object.
        """
        value = self.decoded(name)
        if value is None or isinstance(value, dict):
            return value
        raise bad(f"object expected as {name.replace('_', ' ')}")

    def array(self, name: str) -> list[Any] | None:
        """Return a JSON array, or None if it is missing.

        Raises:
            Refused: 400, if it is not an array.
        """
        value = self.decoded(name)
        if value is None or isinstance(value, list):
            return value
        raise bad(f"expected an Array of {name.replace('_', ' ')}")


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as the call log shows them: JSON texts decoded, ids as numbers."""
    return {name: _plain(name, value) for name, value in values.items()}


def _plain(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if name != "text" and value.startswith(_STRUCTURED):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if name in ("chat_id", "from_chat_id", "user_id", "message_id", "offset", "limit", "timeout"):
        return int(value) if value.lstrip("-").isdigit() else value
    return value

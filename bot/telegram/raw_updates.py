"""Checks updates before they are read: what a database or a library could not handle is refused here.

Telegram sends nothing of the kind, but somebody who knows the webhook's secret might. One such update must not stop the
others of its batch, or those after it.
"""

import json
import math
import re
from typing import Any

DEEPEST = 32
"""Levels of an update: Telegram's own have about ten."""

_LARGEST = 2**63

_DIGITS = 20
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[^"0-9-]|["-]', re.DOTALL)


def parse(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return what a body of JSON says. What lies too deep, and numbers too long, become null. Raises ValueError."""
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # Once more without what keeps it from being read, so that its number is known, and the others are.
        return json.loads(_pruned(text))


def _pruned(text: str) -> str:
    kept, depth = [], 0
    for found in _PART.finditer(text):
        part = found[0]
        if part in "[{":
            depth += 1
            if depth == _CUT + 1:
                kept.append("null")
        if depth <= _CUT:
            kept.append("null" if len(part) > _DIGITS and part[0] != '"' else part)
        if part in "]}":
            depth -= 1
    return "".join(kept)


_CUT = DEEPEST * 2
"""Levels that are read of what can't be read whole: deep enough that the update is still seen to be too deep."""


def number_of(raw: object) -> int | None:
    """Return an update's number; None if it is none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int and 0 <= number < _LARGEST else None


def fault(raw: object) -> str:
    """Return why an update cannot be taken in, in a word; empty if it can."""
    level: list[object] = [raw]
    for _ in range(DEEPEST):
        for value in level:
            if wrong := _fault_of(value):
                return wrong
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return ""
    return "too deep"


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _fault_of(value: object) -> str:
    match value:
        case str():
            if "\0" in value:
                return "a NUL in a text"
            return "" if value.isascii() or _is_text(value) else "half a letter in a text"
        case int() if not -_LARGEST <= value < _LARGEST:
            return "a number too large"
        case float() if not math.isfinite(value):
            return "no number"
    return ""


def _is_text(value: str) -> bool:
    """Tell whether a text can be written as UTF-8: half of a surrogate pair can't."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True

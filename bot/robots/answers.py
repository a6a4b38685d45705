"""What a robot's platform answers, in our words. A refusal comes with HTTP 200 and a code."""

import json
from enum import StrEnum
from typing import Any

from corps.robots import DINGTALK, FEISHU, WECOM


class Verdict(StrEnum):
    """The outcome of sending a message."""

    TAKEN = "taken"
    """The platform has it. Whether the group shows it nobody says."""

    TOO_OFTEN = "too_often"
    KEYWORD = "keyword"
    NOT_FROM_HERE = "not_from_here"
    SIGNATURE = "signature"
    STOPPED = "stopped"
    GONE = "gone"
    TOO_LONG = "too_long"
    REFUSED = "refused"
    """For another reason of the message's own."""

    UNHEARD = "unheard"
    """It never left, or was not answered."""

    MAYBE = "maybe"
    """It left, and no answer came: it may be there."""


_CODES: dict[str, dict[int, Verdict]] = {
    WECOM: {
        45009: Verdict.TOO_OFTEN,
        93000: Verdict.GONE,
        93004: Verdict.STOPPED,
        93008: Verdict.GONE,
        40058: Verdict.TOO_LONG,
        45002: Verdict.TOO_LONG,
        -1: Verdict.UNHEARD,
    },
    DINGTALK: {
        130101: Verdict.TOO_OFTEN,
        410100: Verdict.TOO_OFTEN,
        300001: Verdict.GONE,
        300005: Verdict.GONE,
        400013: Verdict.GONE,
        400101: Verdict.GONE,
        400106: Verdict.GONE,
        400102: Verdict.STOPPED,
        460101: Verdict.TOO_LONG,
        -1: Verdict.UNHEARD,
    },
    FEISHU: {
        11232: Verdict.TOO_OFTEN,
        19001: Verdict.GONE,
        19007: Verdict.STOPPED,
        19021: Verdict.SIGNATURE,
        19022: Verdict.NOT_FROM_HERE,
        19024: Verdict.KEYWORD,
        11246: Verdict.TOO_LONG,
    },
}

_SAYS_310000 = (
    ("keyword", Verdict.KEYWORD),
    ("whitelist", Verdict.NOT_FROM_HERE),
    ("sign", Verdict.SIGNATURE),
    ("timestamp", Verdict.SIGNATURE),
)
"""钉钉 has one code for all its safety rules; its sentence says which."""

_SAFETY = 310000
_OK, _TOO_MANY, _SERVER = 200, 429, 500


def verdict(channel: str, status: int, content: bytes) -> Verdict:
    """Return what an answer means; anything but a clear yes is no."""
    if status != _OK:
        return Verdict.TOO_OFTEN if status == _TOO_MANY else Verdict.UNHEARD if status >= _SERVER else Verdict.REFUSED
    said = _object(content)
    code = next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), None)
    if not isinstance(code, int) or isinstance(code, bool):
        return Verdict.REFUSED
    if code == 0:
        return Verdict.TAKEN
    if channel == DINGTALK and code == _SAFETY:
        words = str(said.get("errmsg", "")).lower()
        return next((meaning for word, meaning in _SAYS_310000 if word in words), Verdict.SIGNATURE)
    return _CODES[channel].get(code, Verdict.REFUSED)


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}

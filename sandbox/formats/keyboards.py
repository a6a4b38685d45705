"""Which keyboards Telegram accepts."""

import re
from typing import Any

from sandbox.errors import bad
from sandbox.formats import urls, utf16

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
MAX_COPY_TEXT = 256
STYLES = ("primary", "success", "danger")
_ACTIONS = (
    *("callback_data", "url", "copy_text", "web_app", "login_url", "pay", "callback_game"),
    *("switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat"),
)
_EXTRAS = {"text", "style", "icon_custom_emoji_id"}
_REPLY = ("keyboard", "remove_keyboard", "force_reply")
_HTTPS = re.compile(r"https://\S+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?/\S*")
"""As Telegram wants it; and this machine's own pages, which have no certificate."""

Keyboard = dict[str, Any]


def inline(markup: dict[str, Any] | None) -> Keyboard | None:
    """Return an inline keyboard as Telegram stores it.

    Args:
        markup: The `reply_markup` given, decoded.

    Returns:
        `{"inline_keyboard": rows}` without empty rows, or None if there is no button in it.

    Raises:
        Refused: 400, if a row or button is not as Telegram wants it.
    """
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Arrays')
    checked = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MAX_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": checked} if checked else None


def reply(markup: dict[str, Any] | None) -> Keyboard | None:
    """Return a reply keyboard (`keyboard`, `remove_keyboard` or `force_reply`), or None for an inline one.

    Raises:
        Refused: 400, if the markup is of no kind that Telegram knows.
    """
    if not markup or "inline_keyboard" in markup:
        return None
    if not any(key in markup for key in _REPLY):
        raise bad("object expected as reply markup")
    rows = markup.get("keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    if any(not _label(button) for row in rows for button in row):
        raise bad("can't parse keyboard button: text must be non-empty")
    return markup


def labels(markup: Keyboard) -> list[list[str]]:
    """Return the labels of a reply keyboard, row by row; none for the other kinds."""
    return [[_label(button) for button in row] for row in markup.get("keyboard", [])]


def _label(button: object) -> str:
    return str(button.get("text", "")) if isinstance(button, dict) else str(button)


def _button(button: object) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad("can't parse inline keyboard button: text must be non-empty")
    actions = [name for name in _ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"can't parse inline keyboard button: exactly one action is allowed, got {', '.join(actions)}")
    if button.get("style") not in (None, *STYLES):
        raise bad("can't parse inline keyboard button: invalid button style specified")
    action = actions[0]
    if check := _CHECKS.get(action):
        return {**_kept(button), action: check(button[action])}
    return {**_kept(button), action: button[action]}


def _kept(button: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in button.items() if name in _EXTRAS and value is not None}


def _data(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= MAX_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    return value


def _url(value: object) -> str:
    good = urls.checked(value) if isinstance(value, str) else None
    if not good:
        raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    return good


def _copy(value: object) -> dict[str, str]:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 0 < utf16.length(text) <= MAX_COPY_TEXT:
        raise bad("COPY_TEXT_INVALID")
    return {"text": text}


def web_app(value: object, where: str = "inline keyboard button") -> dict[str, str]:
    """Return a Mini App as it is given to a button.

    Raises:
        Refused: 400, if Telegram would not open its address; the sentence says `where` it stood.
    """
    url = value.get("url") if isinstance(value, dict) else None
    if not isinstance(url, str) or not _HTTPS.fullmatch(url):
        raise bad(f"{where} Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    return {"url": url}


_CHECKS = {"callback_data": _data, "url": _url, "copy_text": _copy, "web_app": web_app}

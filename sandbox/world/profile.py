"""The bot's name and descriptions, by language, and the button beside the typing field."""

from typing import Any

from sandbox.errors import bad
from sandbox.formats import keyboards, utf16

LIMITS = {"name": 64, "description": 512, "short_description": 120}


class Profile:
    """Name, description and short description; an empty language is for everybody else.

    Args:
        name: The name that BotFather was given.
    """

    def __init__(self, name: str) -> None:
        self._texts: dict[tuple[str, str], str] = {("name", ""): name}
        self._given = name
        self._menu_buttons: dict[int, dict[str, Any]] = {}

    def put(self, field: str, language: str, text: str) -> None:
        """Set one text; an empty one deletes it.

        Raises:
            Refused: 400, if it is too long.
        """
        if utf16.length(text) > LIMITS[field]:
            raise bad(f"bot {field.replace('_', ' ')} is too long")
        if text:
            self._texts[field, language] = text
        else:
            self._texts.pop((field, language), None)

    def get(self, field: str, language: str) -> str:
        """Return one text in this language, else the one for everybody."""
        found = self._texts.get((field, language)) or self._texts.get((field, ""), "")
        return found or (self._given if field == "name" else "")

    def put_menu_button(self, chat_id: int, button: dict[str, Any]) -> None:
        """Set the button beside the typing field of one chat, or (0) of all.

        Raises:
            Refused: 400, if there is no such kind of button, or it opens what Telegram would not.
        """
        if button.get("type") not in ("default", "commands", "web_app"):
            raise bad("can't parse MenuButton: unsupported type specified")
        if button["type"] == "web_app":
            if not button.get("text"):
                raise bad("text of the menu button must be non-empty")
            keyboards.web_app(button.get("web_app"), "menu button")
        self._menu_buttons[chat_id] = button

    def menu_button(self, chat_id: int) -> dict[str, Any]:
        """Return the button that stands in a chat: its own, else everybody's, else the commands."""
        return self._menu_buttons.get(chat_id) or self._menu_buttons.get(0) or {"type": "commands"}

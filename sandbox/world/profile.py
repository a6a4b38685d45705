"""The bot's name and descriptions, by language."""

from sandbox.errors import bad
from sandbox.formats import utf16

LIMITS = {"name": 64, "description": 512, "short_description": 120}


class Profile:
    """Name, description and short description; an empty language is for everybody else.

    Args:
        name: The name that BotFather was given.
    """

    def __init__(self, name: str) -> None:
        self._texts: dict[tuple[str, str], str] = {("name", ""): name}
        self._given = name
        self.menu_buttons: dict[int, dict[str, object]] = {}

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

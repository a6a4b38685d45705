"""Lengths and offsets as Telegram counts them: in UTF-16 code units."""


def length(text: str) -> int:
    """Return how many UTF-16 code units `text` takes (an emoji counts two)."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Ruler:
    """Cuts one text by UTF-16 offsets.

    Args:
        text: The text to cut; a cut in the middle of a surrogate pair yields U+FFFD.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = text.isascii() or max(text, default="") <= "\uffff"
        self._units = b"" if self._plain else text.encode("utf-16-le", "surrogatepass")
        self.length = len(text) if self._plain else len(self._units) // 2

    def cut(self, start: int, end: int) -> str:
        """Return the text from `start` up to `end`, both in UTF-16 code units."""
        if self._plain:
            return self._text[start:end]
        return self._units[2 * start : 2 * end].decode("utf-16-le", "replace")

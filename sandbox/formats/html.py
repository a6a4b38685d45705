"""Telegram's HTML: read into plain text and entities, refused in Telegram's words."""

import re
from typing import Any, NoReturn

from sandbox.errors import bad
from sandbox.formats import urls, utf16

Entity = dict[str, Any]

_SPECIAL = re.compile("[<&]")
_SPACE = " \t\r\n\0\v"
_NAME = re.compile(rf"[^{_SPACE}>]*")
_BLANK = re.compile(rf"[{_SPACE}]*")
_ATTRIBUTE = re.compile(rf"[^{_SPACE}=>]*")
_TOKEN = re.compile(r"[0-9A-Za-z.-]*")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{0,7})|#([0-9]{0,8})|([A-Za-z]*));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_LAST_CODE_POINT = 0x10FFFF


def parse(source: str) -> tuple[str, list[Entity]]:
    """Read Telegram's HTML.

    Args:
        source: The text with tags and character references.

    Returns:
        The plain text, and the entities sorted as Telegram sorts them (offsets in UTF-16 code units).

    Raises:
        Refused: 400 `can't parse entities: …`, with the byte offset where the markup breaks.
    """
    if "<" not in source and "&" not in source:
        return source, []
    reader = _Reader(source)
    reader.read()
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)  # only a whole <pre> keeps its language
    return "".join(reader.out), sorted(reader.entities, key=lambda e: (e["offset"], -e["length"]))


def _decode(source: str, at: int) -> tuple[str, int]:
    """Return what the reference at `at` stands for and where it ends; `&` itself when it is none."""
    found = _REFERENCE.match(source, at)
    if not found:
        return "&", at + 1
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return (_NAMED[name], found.end()) if name in _NAMED else ("&", at + 1)
    code = int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")
    return (chr(code), found.end()) if 0 < code < _LAST_CODE_POINT else ("&", at + 1)


class _Reader:
    """One pass over one text; `units` is how far the output reaches, in UTF-16 code units."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.entities: list[Entity] = []
        self._open: list[tuple[str, str, int, int]] = []  # tag, argument, offset, pieces before it
        self._units = 0

    def read(self) -> None:
        """Read the whole source into `out` (the plain text) and `entities` (which part of it has which formatting)."""
        at = 0
        while found := _SPECIAL.search(self.source, at):
            self._put(self.source[at : found.start()])
            at = self._markup(found.start())
        self._put(self.source[at:])
        if self._open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag {self._open[-1][0]}")

    def _put(self, piece: str) -> None:
        self.out.append(piece)
        self._units += utf16.length(piece)

    def _markup(self, at: int) -> int:
        if self.source[at] == "<":
            return self._end(at) if self.source.startswith("/", at + 1) else self._start(at)
        character, end = _decode(self.source, at)
        if "\ud800" <= character <= "\udfff":
            raise bad(
                "can't parse entities: Text contains invalid Unicode characters after decoding HTML "
                "entities, check for unmatched surrogate code units"
            )
        self._put(character)
        return end

    def _fail(self, what: str, at: int) -> NoReturn:
        offset = len(self.source[:at].encode("utf-8", "surrogatepass"))
        raise bad(f"can't parse entities: {what} at byte offset {offset}")

    def _match(self, pattern: re.Pattern[str], at: int) -> tuple[str, int]:
        found = pattern.match(self.source, at)
        assert found is not None  # noqa: S101 - each of our patterns matches the empty string
        return found[0], found.end()

    def _start(self, begin: int) -> int:
        name, at = self._match(_NAME, begin + 1)
        tag = name.lower()
        if at >= len(self.source):
            self._fail("Unclosed start tag", begin)
        if tag not in _TAGS:
            self._fail(f'Unsupported start tag "{tag}"', begin)
        argument, at = self._attributes(tag, at, begin)
        if tag == "span" and argument != "spoiler":
            self._fail('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append((tag, argument, self._units, len(self.out)))
        return at

    def _attributes(self, tag: str, at: int, begin: int) -> tuple[str, int]:
        argument = ""
        while True:
            at = self._match(_BLANK, at)[1]
            if self.source.startswith(">", at):
                return argument, at + 1
            name, at = self._match(_ATTRIBUTE, at)
            if not name:
                self._fail(f'Empty attribute name in the tag "{tag}"', begin)
            at = self._match(_BLANK, at)[1]
            if not self.source.startswith("=", at):
                if (tag, name) != ("blockquote", "expandable"):
                    self._fail(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
                value = "1"
            else:
                value, at = self._value(tag, self._match(_BLANK, at + 1)[1], begin)
            if at >= len(self.source):
                self._fail("Unclosed start tag", begin)
            argument = _argument(tag, name, value) or argument

    def _value(self, tag: str, at: int, begin: int) -> tuple[str, int]:
        if at >= len(self.source):
            self._fail(f'Unclosed start tag "{tag}"', begin)
        quote = self.source[at]
        if quote not in "'\"":
            token, end = self._match(_TOKEN, at)
            if end < len(self.source) and self.source[end] not in _SPACE + ">":
                self._fail("Unexpected end of name token", at)
            return token.lower(), end
        close = self.source.find(quote, at + 1)
        if close < 0:
            self._fail("Unclosed start tag", begin)
        return _unescape(self.source[at + 1 : close]), close + 1

    def _end(self, begin: int) -> int:
        if not self._open:
            self._fail("Unexpected end tag", begin)
        name, at = self._match(_NAME, begin + 2)
        at = self._match(_BLANK, at)[1]
        if not self.source.startswith(">", at):
            self._fail("Unclosed end tag", begin)
        tag, argument, offset, pieces = self._open[-1]
        if name and name.lower() != tag:
            offset = len(self.source[:begin].encode("utf-8", "surrogatepass"))
            raise bad(
                f"can't parse entities: Unmatched end tag at byte offset {offset}, "
                f'expected "</{tag}>", found "</{name.lower()}>"'
            )
        self._open.pop()
        if self._units > offset:
            self._close(tag, argument, offset, pieces)
        return at + 1

    def _close(self, tag: str, argument: str, offset: int, pieces: int) -> None:
        entity: Entity = {"type": _TAGS[tag], "offset": offset, "length": self._units - offset}
        if tag == "a":
            link = _link(argument or "".join(self.out[pieces:]))
            if link is None:
                return  # Telegram drops a link that leads nowhere and keeps its text
            entity.update(link)
        elif tag == "tg-emoji":
            if not argument.isdigit():
                raise bad("can't parse entities: Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = argument
        elif tag == "blockquote" and argument:
            entity["type"] = "expandable_blockquote"
        elif tag in ("code", "pre"):
            self._close_code(tag, argument, entity)
            return
        self.entities.append(entity)

    def _close_code(self, tag: str, argument: str, entity: Entity) -> None:
        last = self.entities[-1] if self.entities else {}
        whole = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        # Monospaced text holds no other entity; <pre><code class="language-x"> is one entity with a language.
        self.entities = [e for e in self.entities if e["offset"] < entity["offset"]]
        if tag == "pre" and whole and last.get("language"):
            entity["language"] = last["language"]
        elif tag == "code" and argument:
            entity["language"] = argument
        self.entities.append(entity)


def _unescape(value: str) -> str:
    pieces, at = [], 0
    while (amp := value.find("&", at)) >= 0:
        character, end = _decode(value, amp)
        pieces += [value[at:amp], character]
        at = end
    return "".join(pieces) + value[at:]


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id"), ("blockquote", "expandable")):
        return value
    if (tag, name) == ("code", "class"):
        return value.removeprefix("language-") if value.startswith("language-") else ""
    if (tag, name) == ("span", "class"):
        return value.removeprefix("tg-") if value.startswith("tg-") else ""
    return ""


def _link(url: str) -> dict[str, Any] | None:
    if (user_id := urls.mentioned_user(url)) is not None:
        return {"type": "text_mention", "user": {"id": user_id, "is_bot": False, "first_name": ""}}
    good = urls.checked(url)
    return {"url": good} if good else None

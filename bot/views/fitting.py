"""A screen in as many messages as its channel needs: nothing of a long text is lost."""

import re
from collections.abc import Iterator
from dataclasses import replace

from markupsafe import Markup

from bot.views.screen import Screen
from corps.broadcasts.content import TextLimits
from corps.parsing.lengths import clusters

_TAG = re.compile(r"<[^>]*>")
_TOKEN = re.compile(r"<[^>]*>|&#?\w+;|[^<&]+|[<&]")


def fitted(screen: Screen, limits: TextLimits) -> tuple[Screen, ...]:
    """Return the screens to be sent for one: the picture or file goes with the first, the buttons with the last."""
    first = limits.under_media if screen.photo or screen.document else limits.text
    if limits.length(str(screen.text)) <= first:
        return (screen,)
    texts = [Markup(piece) for piece in _pieces(str(screen.text), first, limits)]  # noqa: S704 - cut between its tags
    screens = [replace(screen, text=texts[0], rows=()), *map(Screen, texts[1:])]
    return (*screens[:-1], replace(screens[-1], rows=screen.rows))


def _pieces(markup: str, first: int, limits: TextLimits) -> Iterator[str]:
    """Yield a text in pieces, cut at the ends of lines where that is possible, with its formatting closed in each."""
    room, held, size, inside = first, "", 0, list[str]()
    for bit in _bits(markup, min(first, limits.text), limits):
        long = limits.length(bit.rstrip("\n"))
        if size and size + long > room:
            if _says(held):
                yield held.strip("\n") + "".join(f"</{_name(tag)}>" for tag in reversed(inside))
                room = limits.text
            held, size = "".join(inside), 0
        held += bit
        size += long + bit.count("\n")
        _follow(bit, inside)
    if _says(held):
        yield held.strip("\n")


def _bits(markup: str, most: int, limits: TextLimits) -> Iterator[str]:
    """Yield the lines of a text with their ends; one longer than a message in its characters."""
    for line in markup.splitlines(keepends=True):
        if limits.length(line) <= most:
            yield line
            continue
        for token in _TOKEN.findall(line):
            if token[0] in "<&":
                yield token
            else:
                yield from clusters(token)


def _follow(bit: str, inside: list[str]) -> None:
    """Note which formatting is open after a bit."""
    for tag in _TAG.findall(bit):
        if not tag.startswith("</"):
            inside.append(tag)
        elif inside:
            inside.pop()


def _says(markup: str) -> bool:
    """Tell whether there is anything but blank lines in it."""
    return bool(_TAG.sub("", markup).strip())


def _name(tag: str) -> str:
    return tag.strip("<>").split()[0]

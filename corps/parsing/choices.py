"""Matching what people type against a finite choice: a category, a venue kind, a team; one of them, or a list."""

import dataclasses
import re
from collections.abc import Callable, Collection, Mapping

from corps.parsing.normalise import plain

_NEGATIONS = "非不无没未"
_SHORTEST_INSIDE = 2
_AND = r"以及|和|与|及|跟|&|[+]|\band\b"
_BETWEEN = re.compile(rf"(?:{_AND}|[,、;/\s]|[(){{}}\[\]])+")
_FILLER = {"分团", "由", "的", "承办", "牵头", "负责", "参加", "共同", "联合", "一起"}


def match_choice(text: str, choices: Mapping[str, Collection[str]]) -> str | None:
    """Return the one choice that `text` names, or None when it names none or could name several.

    Three tries, from the strictest: the text is an alias; it begins an alias (民盟 for 民盟分团); one stands
    inside the other (防诈骗讲座 for 讲座). The first try that hits decides, and only when it hits one choice.
    Nothing looser: a category guessed wrongly is counted wrongly for a year. Two things joined by 和, 与, 、 are
    not one of them (讲座和演出).

    Args:
        text: What was typed; case, width and spaces do not matter.
        choices: Each choice's key with its names and aliases.
    """
    typed = _bare(text)
    if not typed:
        return None
    tries: tuple[Callable[[str], bool], ...] = (
        lambda alias: alias == typed,
        lambda alias: alias.startswith(typed),
        lambda alias: _inside(typed, alias),
    )
    for fits in tries:
        hits = {key for key, aliases in choices.items() if any(fits(a) for a in map(_bare, aliases) if a)}
        if hits:
            return hits.pop() if len(hits) == 1 else None
    return None


def _inside(typed: str, alias: str) -> bool:
    """Tell whether one contains the other; a negation spoils it, as 非讲座 is not a kind of 讲座."""
    shorter, longer = sorted((typed, alias), key=len)
    if len(shorter) < _SHORTEST_INSIDE or shorter not in longer:
        return False
    negated = any(char in typed and char not in alias for char in _NEGATIONS)
    before, _, after = typed.partition(alias) if alias in typed else ("", "", "")
    joined = _ENDS_JOINED.search(before) or _BEGINS_JOINED.match(after)
    return not negated and not joined


_ENDS_JOINED = re.compile(rf"(?:{_AND}|[,、;/])$(?<!参与)(?<!普及)(?<!涉及)")
_BEGINS_JOINED = re.compile(rf"{_AND}|[,、;/]")


def _bare(text: str) -> str:
    return plain(text).casefold().replace(" ", "")


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """What a typed list comes to: the keys it names, in order, each once; and the pieces that name nothing."""

    found: tuple[str, ...]
    unread: tuple[str, ...]


def read_list(text: str, choices: Mapping[str, Collection[str]]) -> Listed:
    """Return the choices that `text` lists: 民盟和农工, 民盟、农工党分团, 民盟 农工.

    和, 与, 及, 以及, 跟, commas, 、, semicolons, slashes, spaces and new lines separate; a name that contains one
    of these is still one name. A piece may be the beginning of a name, where only one begins so. Whatever else
    stands in the text is handed back, so that it can be named: nothing is dropped.
    """
    names = _names(choices)
    rest = plain(text).casefold()
    found: list[str] = []
    unread: list[str] = []
    while rest:
        if name := max((n for n in names if names[n] and rest.startswith(n)), key=len, default=""):
            found.append(names[name])
            rest = rest[len(name) :]
        elif between := _BETWEEN.match(rest):
            rest = rest[between.end() :]
        else:
            piece = _piece(rest, names)
            keys = {key for name, key in names.items() if name.startswith(piece)}
            key = keys.pop() if len(keys) == 1 else ""
            if key:
                found.append(key)
            elif piece not in _FILLER:
                unread.append(piece)
            rest = rest[len(piece) :]
    return Listed(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unread)))


def read_names(text: str, choices: Mapping[str, Collection[str]]) -> Listed:
    """Return whose names `text` lists, as `read_list` does; a piece with anything else in it names nobody.

    So 张明华 is not 张明, and 张明没去 ticks nobody.
    """
    whole = read_list(text, choices)
    if not whole.unread:
        return whole
    pieces = [(piece, read_list(piece, choices)) for piece in _BETWEEN.split(plain(text)) if piece]
    found = (key for _, one in pieces if not one.unread for key in one.found)
    return Listed(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(piece for piece, one in pieces if one.unread)))


def _names(choices: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return each name with the key that bears it, empty where two do."""
    names: dict[str, str] = {}
    for key, aliases in choices.items():
        for name in filter(None, (plain(alias).casefold() for alias in aliases)):
            names[name] = key if names.get(name, key) == key else ""
    return names


def _piece(rest: str, names: Collection[str]) -> str:
    """Return what stands before the next separator or the next name."""
    for at in range(1, len(rest)):
        if _BETWEEN.match(rest, at) or any(rest.startswith(name, at) for name in names):
            return rest[:at]
    return rest

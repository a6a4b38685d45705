"""Matching what people type against a finite choice: a category, a venue kind, a team."""

from collections.abc import Callable, Collection, Mapping

from corps.parsing.normalise import plain

_NEGATIONS = "非不无没未"
_SHORTEST_INSIDE = 2


def match_choice(text: str, choices: Mapping[str, Collection[str]]) -> str | None:
    """Return the one choice that `text` names, or None when it names none or could name several.

    Three tries, from the strictest: the text is an alias; it begins an alias (民盟 for 民盟分团); one stands
    inside the other (防诈骗讲座 for 讲座). The first try that hits decides, and only when it hits one choice.
    Nothing looser: a category guessed wrongly is counted wrongly for a year.

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
    negated = any(char in typed and char not in alias for char in _NEGATIONS)
    return len(shorter) >= _SHORTEST_INSIDE and shorter in longer and not negated


def _bare(text: str) -> str:
    return plain(text).casefold().replace(" ", "")

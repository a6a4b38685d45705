"""Every sentence, in Chinese (default) and English: gettext catalogs, one file a conversation.

A message's id is a key such as `signup.done`; values are put in with `{name}` and are escaped for
Telegram's HTML unless they are Markup already. The tests compare the two languages: the same keys,
the same placeholders, and every key that the code names.
"""

import functools
import sys
from pathlib import Path

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

LANGUAGES = ("zh", "en")
_HERE = Path(__file__).parent


@functools.cache
def catalog(language: str) -> dict[str, tuple[str, ...]]:
    """Return key → forms (one, or singular and plural) of a language. Raises ValueError on a key given twice."""
    messages: dict[str, tuple[str, ...]] = {}
    for path in sorted((_HERE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id:
                    continue
                # Interned: the keys of all languages and those in the code are one copy.
                key = sys.intern(message.id if isinstance(message.id, str) else message.id[0])
                if key in messages:
                    raise ValueError(f"{path}: {key} is given twice")
                forms = message.string
                messages[key] = (forms,) if isinstance(forms, str) else tuple(forms or ())
    return messages


def knows(language: str, key: str) -> bool:
    """Return whether there is a sentence for a key."""
    return key in catalog(language)


def say(language: str, key: str, **values: object) -> Markup:
    """Return a sentence. `n` chooses the plural form. Raises KeyError for a key that has no sentence."""
    forms = catalog(language)[key]
    form = forms[0] if len(forms) == 1 or values.get("n") == 1 else forms[-1]
    filled = form.format(**{name: escape(value) for name, value in values.items()}) if values else form
    return Markup(filled)  # noqa: S704 - our own catalog; the values are escaped

"""Where a template is written wrongly, and what is wrong there, so that whoever wrote it can put it right in Word."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.documents.office_parts import read_xml

SHOWN = 60
"""So many characters of a paragraph are enough to find it."""


class TemplateTrouble(StrEnum):
    """Why a template is not taken."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    UNCLOSED = "unclosed"
    EXPRESSION = "expression"
    TAG = "tag"
    HEAVY = "heavy"
    OTHER = "broken"


@dataclass(frozen=True)
class Place:
    """A paragraph: how it begins, and the how manyth of those with text it is; 0: in a header or footer."""

    text: str
    number: int = 0


def paragraphs(template: bytes) -> Iterator[tuple[Place, str]]:
    """Yield the paragraphs of a .docx that have text, each with where it stands: the body's first."""
    with zipfile.ZipFile(io.BytesIO(template)) as box:
        names = [one for one in box.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", one)]
        for name in sorted(names, key=lambda one: (one != "word/document.xml", one)):
            number = 0
            for text in filter(str.strip, _texts(box.read(name))):
                number += name == "word/document.xml"
                yield Place(text.strip()[:SHOWN], number), text


def _texts(part: bytes) -> list[str]:
    found, inside = [""], False

    def opened(element: str, _attributes: Mapping[str, str]) -> None:
        nonlocal inside
        inside = element == "t"
        if element == "p":
            found.append("")

    def said(text: str) -> None:
        if inside:
            found[-1] += text

    read_xml(part, opened, said)
    return found


def find_field(template: bytes, name: str) -> Place | None:
    """Return where a field is named first."""
    named = re.compile(r"\{[{%][^{}]*" + re.escape(name))
    return next((place for place, text in paragraphs(template) if named.search(text)), None)


def find_trouble(template: bytes, rules: Any, values: Mapping[str, Any]) -> tuple[TemplateTrouble, Place | None]:  # noqa: ANN401 - a Jinja environment
    """Return what is wrong with a template that could not be filled with these values, and where, as far as is known.

    It tries what stands in the paragraphs, under the environment's `rules`: call it only in the child process.
    """
    tagged: Place | None = None
    for place, text in paragraphs(template):
        trouble = _trouble_in(text, rules, values)
        if trouble is not None:
            return trouble, place
        tagged = tagged or (place if "{%" in text else None)
    return (TemplateTrouble.TAG, tagged) if tagged is not None else (TemplateTrouble.OTHER, None)


_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
_CLOSING = {"{{": "}}", "{%": "%}"}
_LIBRARYS = re.compile(r"^(p|r|tr|tc)?\s|^-|-$")
"""What the library that fills it takes away: of which piece of Word's the field is."""

_TAG = re.compile(r"(for|endfor|if|elif|else|endif|set)\b")


def _trouble_in(text: str, rules: Any, values: Mapping[str, Any]) -> TemplateTrouble | None:  # noqa: ANN401
    opened, start = "", 0
    for brace in _BRACES.finditer(text):
        if brace[0] in _CLOSING:
            if opened:
                return TemplateTrouble.UNCLOSED
            opened, start = brace[0], brace.end()
            continue
        if _CLOSING.get(opened) != brace[0]:
            return TemplateTrouble.UNCLOSED
        said = _LIBRARYS.sub("", text[start : brace.start()]).strip()
        if opened == "{{" and not _can_be_said(said, rules, values):
            return TemplateTrouble.EXPRESSION
        if opened == "{%" and _TAG.match(said) is None:
            return TemplateTrouble.TAG
        opened = ""
    return TemplateTrouble.UNCLOSED if opened else None


def _can_be_said(said: str, rules: Any, values: Mapping[str, Any]) -> bool:  # noqa: ANN401
    from jinja2 import meta

    field = "{{" + said.translate(str.maketrans("‘’“”", "''\"\"")) + "}}"
    try:
        if meta.find_undeclared_variables(rules.parse(field)) <= set(values):  # else it is of a loop around it
            rules.from_string(field).render(values)
    except Exception:  # noqa: BLE001 - whatever an expression can bring about
        return False
    return True

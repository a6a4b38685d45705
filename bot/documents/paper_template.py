"""A paper by the office's own template: a .docx with `{{fields}}` in it, filled in a child process.

The template is somebody's file: its parts are checked, its expressions run in a sandbox, under a limit of time and
memory. What is filled in is text and our pictures, and never runs.
"""

import base64
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from bot.documents.child import ChildError, in_child
from bot.documents.office_parts import OfficeError, OfficeTrouble, demand_zip, read_xml, repacked
from bot.documents.template_trouble import Place, TemplateTrouble, find_field, find_trouble
from bot.documents.word import Picture, plain_line

MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
SECONDS, MEGABYTES = 30.0, 900
PHOTO_MM = 72

_PARTS = re.compile(r".*", re.DOTALL)
"""All parts are kept: each is named by another one."""

_FIELD_CODE = re.compile(
    r"\b(DDE(AUTO)?|INCLUDE(TEXT|PICTURE)?|LINK|IMPORT|DATABASE|MACROBUTTON|HYPERLINK)\b\s*[\"\\\w]", re.IGNORECASE
)

Values = Mapping[str, str | Sequence[str] | Sequence[Picture]]
"""Field → a line of text, paragraphs, or pictures."""


class TemplateError(Exception):
    """A template that can't be filled: what is wrong, where if that is known, and the fields that there are not.

    A file without fields would always say the same: it is some other paper, sent by mistake.
    """

    def __init__(
        self, said: str, trouble: TemplateTrouble, place: Place | None = None, unknown: Sequence[str] = ()
    ) -> None:
        super().__init__(said)
        self.trouble = trouble
        self.place = place
        self.unknown = tuple(unknown)


def checked_template(content: bytes, values: Values) -> bytes:
    """Return a template as it is kept: checked, and filled once to try, with these values.

    Raises:
        OfficeError: It is no .docx, or holds more than text and pictures.
        TemplateError: It names unknown fields, or can't be filled.
    """
    demand_zip(content, MOST_BYTES)
    clean = repacked(content, MOST_UNPACKED, "word/document.xml", _PARTS, _demand_no_code)
    fill_template(clean, values)
    return clean


def _demand_no_code(name: str, part: bytes) -> None:
    """Raise OfficeError for a part with field codes that fetch or run something."""
    if name.startswith("word/") and name.endswith(".xml"):
        codes: list[str] = []
        inside = False

        def opened(element: str, attributes: Mapping[str, str]) -> None:
            nonlocal inside
            inside = element in ("instrText", "delInstrText")
            if element == "fldChar":  # between two of these a code may stand in pieces
                codes.append("\n")
            if "instr" in attributes:
                codes.append(f"\n{attributes['instr']}\n")

        read_xml(part, opened, lambda text: codes.append(text) if inside else None)
        if _FIELD_CODE.search("".join(codes)):
            raise OfficeError(OfficeTrouble.LINKS)


def fill_template(template: bytes, values: Values) -> bytes:
    """Return a template filled with values, as a .docx file. Takes some tenths of a second: call it in a thread.

    Raises:
        TemplateError: It names unknown fields, or can't be filled.
    """
    asked = {"template": _packed(template), "values": {name: _sent(value) for name, value in values.items()}}
    try:
        found = json.loads(
            in_child(f"{__name__}:fill_here", json.dumps(asked).encode(), seconds=SECONDS, megabytes=MEGABYTES)
        )
    except (ChildError, ValueError) as error:
        raise TemplateError(str(error)[:200], TemplateTrouble.HEAVY) from error
    if "file" not in found:
        place = Place(*found["place"]) if found["place"] else None
        raise TemplateError(found["said"], TemplateTrouble(found["trouble"]), place, found["unknown"])
    return base64.b64decode(found["file"])


def _packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _sent(value: str | Sequence[str] | Sequence[Picture]) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, str):
        return plain_line(value)
    return [
        {"content": _packed(one.content), "caption": plain_line(one.caption)}
        if isinstance(one, Picture)
        else plain_line(one)
        for one in value
    ]


def fill_here(order: bytes) -> bytes:
    """Fill a template in this very process: the child's part. Takes and returns JSON."""
    import jinja2
    from docxtpl import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

    given = json.loads(order)
    template = base64.b64decode(given["template"])
    rules = SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    try:
        paper = DocxTemplate(io.BytesIO(template))
        asked = paper.get_undeclared_template_variables(rules)
        if unknown := sorted(asked - set(given["values"])):
            return _refusal("unknown fields", TemplateTrouble.UNKNOWN, find_field(template, unknown[0]), unknown)
        if not asked:
            return _refusal("no fields", TemplateTrouble.EMPTY)
        paper = DocxTemplate(io.BytesIO(template))
        paper.render({name: _value(paper, value) for name, value in given["values"].items()}, rules, autoescape=True)
        file = io.BytesIO()
        paper.save(file)
    except Exception as error:  # noqa: BLE001 - whatever a template can bring about: it is not taken
        return _refusal(f"{type(error).__name__}: {error}"[:200], *_found(template, rules, given["values"]))
    return json.dumps({"file": _packed(file.getvalue())}).encode()


def _found(template: bytes, rules: Any, values: Mapping[str, Any]) -> tuple[TemplateTrouble, Place | None]:  # noqa: ANN401
    try:
        return find_trouble(template, rules, values)
    except (OfficeError, OSError, zipfile.BadZipFile):
        return TemplateTrouble.OTHER, None


def _refusal(said: str, trouble: TemplateTrouble, place: Place | None = None, unknown: Sequence[str] = ()) -> bytes:
    where = [place.text, place.number] if place is not None else None
    return json.dumps({"said": said, "trouble": trouble.value, "place": where, "unknown": list(unknown)}).encode()


_PARAGRAPH = "\a"
"""What the library makes a new paragraph of."""


def _value(paper: Any, value: Any) -> Any:  # noqa: ANN401 - the library's template, and what JSON held
    if isinstance(value, str):
        return value
    if all(isinstance(one, str) for one in value):
        return _PARAGRAPH.join(value)
    return _Photos(paper, value)


class _Photos:
    """Pictures as the library puts them into a paragraph: two to a row, their captions below."""

    def __init__(self, paper: Any, photos: Sequence[Mapping[str, str]]) -> None:  # noqa: ANN401
        self._paper, self._photos = paper, photos

    def __html__(self) -> str:
        """Return the markup, made while the part that the pictures go into is rendered."""
        from markupsafe import escape

        rows = []
        for start in range(0, len(self._photos), 2):
            pair = self._photos[start : start + 2]
            rows.append(" ".join(self._shown(base64.b64decode(one["content"])) for one in pair))
            rows.append(escape("　　".join(one["caption"] for one in pair)))
        return _PARAGRAPH.join(rows)

    def _shown(self, content: bytes) -> str:
        from docx.image.image import Image
        from docx.shared import Mm
        from docxtpl import InlineImage

        known = Image.from_blob(content)
        wide = known.px_height * 4 <= known.px_width * 3
        size = {"width": Mm(PHOTO_MM)} if wide else {"height": Mm(PHOTO_MM * 3 / 4)}
        return str(InlineImage(self._paper, io.BytesIO(content), **size))

    __str__ = __html__

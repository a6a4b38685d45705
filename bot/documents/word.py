"""Writes Word files by the layout of official papers (GB/T 9704): A4, its margins, fonts and line pitch.

The fonts are named and not shipped: those of an office are not free. Whoever has none of them sees the nearest one.
"""

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = (210, 297)
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
NARROW = {**MARGINS, "top_margin": 24, "bottom_margin": 22}
"""The margins of a paper that is to stand on one page, and is no official letter."""

TEXT_WIDTH = 156
"""Millimetres between the margins."""

PITCH = 28.95
"""Points from line to line: 22 lines fill the page; with 29 the last one falls onto the next."""

LATIN = "Times New Roman"
RED = "E60012"
LEFT, CENTRE, RIGHT = 0, 1, 2


@dataclass(frozen=True)
class Style:
    """How a paragraph looks: sizes in points, `indent` in letters of the first line; `keeps`: the next one follows.

    `pitch` is from line to line, in points; 0: as high as what stands in it.
    """

    font: str = "仿宋_GB2312"
    size: float = 16
    bold: bool = False
    align: int = LEFT
    indent: int = 0
    colour: str = ""
    pitch: float = PITCH
    keeps: bool = False


BODY = Style(indent=2)
PLAIN = Style()
TITLE = Style("方正小标宋简体", 22, align=CENTRE, pitch=36)
HEADING = Style("黑体", indent=2, keeps=True)
CELL = Style(size=12, pitch=18)
SMALL = Style(size=10.5, pitch=16)


@dataclass(frozen=True)
class Text:
    """A paragraph; `right` stands at the right edge of the same line."""

    text: str
    style: Style = BODY
    right: str = ""


@dataclass(frozen=True)
class Rule:
    """A line across the page; `keeps`: on the page of what follows."""

    colour: str = "000000"
    points: float = 1.5
    keeps: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with lines. Widths in millimetres; the first row is repeated on each page if it `heads` the others."""

    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    heads: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture (JPEG, PNG) and the line below it."""

    content: bytes
    caption: str = ""


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side, two to a row, up to `width` millimetres wide and three quarters of that high.

    `keeps`: the last row is on the page of what follows.
    """

    pictures: Sequence[Picture]
    width: float = 74
    keeps: bool = False


Block = Text | Rule | Grid | Pictures


def write_word(title: str, blocks: Sequence[Block], margins: Mapping[str, float] = MARGINS) -> bytes:
    """Return a .docx file. Text is text: nothing in it becomes a field, a link or a control character."""
    import docx  # loaded late: a fifth of a second
    from docx.shared import Mm

    paper = docx.Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    for side, size in margins.items():
        setattr(section, side, Mm(size))
    known = paper.core_properties
    known.title, known.author, known.comments = plain_line(title), "", ""
    _number_pages(section.footer.paragraphs[0])
    for block in blocks:
        match block:
            case Text():
                _write(paper.add_paragraph(), block)
            case Rule():
                _draw(paper.add_paragraph(), block)
            case Grid():
                _lay_out(paper, block)
            case Pictures():
                _hang(paper, block)
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


def _write(paragraph: "Paragraph", block: Text) -> None:
    from docx.shared import Mm, Pt

    style, form = block.style, paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing, form.keep_with_next = Pt(style.pitch) if style.pitch else 1.0, style.keeps
    form.first_line_indent = Pt(style.indent * style.size)
    paragraph.alignment = style.align  # type: ignore[assignment]  # the numbers of WD_ALIGN_PARAGRAPH
    _say(paragraph.add_run(plain_line(block.text)), style)
    if block.right:
        form.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), 2)
        _say(paragraph.add_run("\t" + plain_line(block.right)), style)


def _say(run: "Run", style: Style) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run.font.name, run.font.size, run.font.bold = LATIN, Pt(style.size), style.bold
    if style.colour:
        run.font.color.rgb = RGBColor.from_string(style.colour)
    # Without these Word takes another font for Chinese than the one named, and Latin quotation marks.
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001
    fonts.set(qn("w:eastAsia"), style.font)
    fonts.set(qn("w:hint"), "eastAsia")


def _draw(paragraph: "Paragraph", rule: Rule) -> None:
    from docx.shared import Pt

    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(6), Pt(6)
    form.keep_with_next = rule.keeps
    frame, line = _element("w:pBdr"), _element("w:bottom")
    for name, value in (("val", "single"), ("sz", str(round(rule.points * 8))), ("space", "1"), ("color", rule.colour)):
        _set(line, name, value)
    frame.append(line)
    paragraph._p.get_or_add_pPr().append(frame)  # noqa: SLF001 - the library has no borders


def _lay_out(paper: "Document", grid: Grid) -> None:
    table = paper.add_table(len(grid.rows), len(grid.widths))
    table.style, table.autofit = "Table Grid", False
    for at, row in enumerate(grid.rows):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            bold = Style("黑体", CELL.size, align=CENTRE, pitch=CELL.pitch) if grid.heads and at == 0 else CELL
            _write(cell.paragraphs[0], Text(text, bold))
        table.rows[at]._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001
    if grid.heads:
        table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001
    _set_widths(table, grid.widths)


def _set_widths(table: Any, widths: Sequence[float]) -> None:  # noqa: ANN401 - a table
    from docx.shared import Mm

    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _hang(paper: "Document", pictures: Pictures) -> None:
    from docx.shared import Mm, Pt

    each = [pictures.pictures[start : start + 2] for start in range(0, len(pictures.pictures), 2)]
    table = paper.add_table(len(each), 2)
    table.autofit = False
    for row, pair in zip(table.rows, each, strict=True):
        keeps = pictures.keeps and pair is each[-1]
        if not keeps:  # a row that may not split keeps with nothing in LibreOffice; what keeps does not split anyway
            row._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001
        for cell, picture in zip(row.cells, pair, strict=False):
            there = cell.paragraphs[0]
            there.alignment = CENTRE
            there.paragraph_format.space_after, there.paragraph_format.keep_with_next = Pt(2), keeps
            shape = there.add_run().add_picture(io.BytesIO(picture.content), width=Mm(pictures.width))
            if shape.height > (tallest := Mm(pictures.width * 3 / 4)):
                shape.width, shape.height = Mm(pictures.width * (tallest / shape.height)), tallest
            if picture.caption:
                style = Style(size=10.5, align=CENTRE, pitch=16, keeps=keeps)
                _write(cell.add_paragraph(), Text(picture.caption, style))
    _set_widths(table, (TEXT_WIDTH / 2, TEXT_WIDTH / 2))


def _number_pages(paragraph: "Paragraph") -> None:
    """Put the page's number at the foot: `— 1 —`."""
    paragraph.alignment = CENTRE  # type: ignore[assignment]
    style = Style("宋体", 14)
    _say(paragraph.add_run("— "), style)
    field = _element("w:fldSimple")
    _set(field, "instr", "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - the library has no fields
    _say(paragraph.add_run(" —"), style)


def _element(name: str) -> Any:  # noqa: ANN401 - an XML element
    from docx.oxml import OxmlElement

    return OxmlElement(name)


def _set(element: Any, name: str, value: str) -> None:  # noqa: ANN401 - an XML element
    from docx.oxml.ns import qn

    element.set(qn(f"w:{name}"), value)


def plain_line(text: str) -> str:
    """Return a text without control characters and without what XML can't hold; lines are kept apart by a space."""
    spaced = " ".join(text.split("\n"))
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in ("Cc", "Cs", "Cn"))

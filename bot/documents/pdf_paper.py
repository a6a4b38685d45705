"""The papers that are Word files, as PDF: laid out by the same numbers, in our own font: a PDF carries its fonts."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.documents.pdf import pdf_of
from bot.documents.word import MARGINS, TEXT_WIDTH, Block, Grid, Pictures, Rule, Style, Text, plain_line

_TEMPLATE = """\
#set document(title: v.title, date: none)
#set page(
  margin: (top: v.top * 1mm, bottom: v.bottom * 1mm, left: v.left * 1mm, right: v.right * 1mm),
  footer: context align(center, text(size: 12pt, "— " + str(counter(page).get().first()) + " —")),
)
#set text(top-edge: 0.8em, bottom-edge: -0.2em, hyphenate: false)
#let edges = (start, center, end)
#let said(words, s) = text(
  size: s.size * 1pt, fill: rgb(s.colour), weight: if s.bold { "bold" } else { "regular" }, words,
)
#let gap(b) = (b.style.pitch - b.style.size) * 1pt
#let line-of(b) = block(width: 100%, spacing: 0pt, sticky: b.style.keeps, inset: (bottom: gap(b)), {
  set par(leading: gap(b), justify: b.style.align == 0)
  set align(edges.at(b.style.align))
  if b.style.indent > 0 { h(b.style.indent * b.style.size * 1pt) }
  if b.text == "" and b.right == "" { box(height: b.style.size * 1pt) } else { said(b.text, b.style) }
  if b.right != "" { h(1fr); said(b.right, b.style) }
})
#for b in v.blocks {
  if b.kind == "text" { line-of(b) }
  if b.kind == "rule" {
    block(above: 2pt, below: 8pt, sticky: b.keeps, line(length: 100%, stroke: b.points * 1pt + rgb(b.colour)))
  }
  if b.kind == "grid" {
    let cells = b.rows.flatten().map(one => text(size: 11pt, one))
    set par(leading: 5pt)
    let wide = b.widths.len()
    block(above: 6pt, below: 6pt, table(
      columns: b.widths.map(one => one * 1mm), inset: 5pt, stroke: 0.5pt,
      ..if b.heads { (table.header(..cells.slice(0, wide).map(one => align(center, strong(one)))),) } else { () },
      ..if b.heads { cells.slice(wide) } else { cells },
    ))
  }
  if b.kind == "pictures" {
    let rows = b.pictures.chunks(2)
    for (at, row) in rows.enumerate() {
      block(above: 6pt, below: 6pt, breakable: false, sticky: b.keeps and at + 1 == rows.len(), grid(
        columns: (v.width / 2 * 1mm,) * 2, align: center + horizon,
        ..row.map(one => {
          image(one.file, width: b.width * 1mm, height: b.height * 1mm, fit: "contain")
          if one.caption != "" { block(above: 4pt, text(size: 10.5pt, one.caption)) }
        }),
      ))
    }
  }
}
"""


_PNG = b"\x89PNG"


def write_pdf(title: str, blocks: Sequence[Block], margins: Mapping[str, float] = MARGINS) -> bytes:
    """Return a PDF file of the blocks that `write_word` takes. Takes some tenths of a second: call it in a thread.

    Raises:
        PdfError: It could not be made.
    """
    images: dict[str, bytes] = {}
    sides = {side.removesuffix("_margin"): size for side, size in margins.items()}
    laid = [_laid(block, images) for block in blocks]
    values = {"title": plain_line(title), "blocks": laid, "width": TEXT_WIDTH, **sides}
    return pdf_of(_TEMPLATE, values, images)


def _laid(block: Block, images: dict[str, bytes]) -> dict[str, Any]:
    """Return a block as data; its pictures go into `images` under names of ours."""
    match block:
        case Text():
            return {
                "kind": "text",
                "text": plain_line(block.text),
                "right": plain_line(block.right),
                "style": _style(block.style),
            }
        case Rule():
            return {"kind": "rule", "colour": f"#{block.colour}", "points": block.points, "keeps": block.keeps}
        case Grid():
            rows = [[plain_line(cell) for cell in row] for row in block.rows]
            return {"kind": "grid", "rows": rows, "widths": list(block.widths), "heads": block.heads}
        case Pictures():
            shown = []
            for picture in block.pictures:
                kind = "png" if picture.content.startswith(_PNG) else "jpg"
                name = f"{len(images)}.{kind}"
                images[name] = picture.content
                shown.append({"file": name, "caption": plain_line(picture.caption)})
            known = {"kind": "pictures", "pictures": shown, "keeps": block.keeps}
            return {**known, "width": block.width, "height": block.width * 3 / 4}


def _style(style: Style) -> dict[str, Any]:
    known = {"size": style.size, "bold": style.bold, "align": style.align, "indent": style.indent}
    return {**known, "pitch": style.pitch, "keeps": style.keeps, "colour": f"#{style.colour or '000000'}"}

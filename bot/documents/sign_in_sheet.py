"""The sheet to sign on site (签到表) as a PDF: one A4 page, more when many are going."""

from collections.abc import Mapping

from bot.documents.pdf import pdf_of

_TEMPLATE = """\
#set page(margin: (x: 16mm, top: 14mm, bottom: 24mm), footer-descent: 5mm, footer: context {
  text(size: 11pt, v.sign)
  std.v(1mm)
  align(center, text(size: 9pt, fill: luma(90))[#v.foot #h(1em) #counter(page).display("1 / 1", both: true)])
})
#grid(columns: (1fr, 32mm), gutter: 6mm,
  [
    #text(size: 13pt, fill: luma(70), v.heading)
    #std.v(1mm)
    #text(size: 19pt, weight: "bold", v.title)
    #std.v(2mm)
    #for line in v.head [#text(size: 11pt, line) \\ ]
  ],
  align(center)[#image("qr.png", width: 30mm) #std.v(-2mm) #text(size: 8.5pt, v.scan)])
#std.v(2mm)
#table(
  columns: v.widths.map(width => if width == 0 { 1fr } else { width * 1mm }),
  inset: (x: 1.8mm, y: 2.7mm),
  align: (x, y) => if y == 0 or x == 0 { center + horizon } else { left + horizon },
  stroke: 0.5pt + luma(110),
  fill: (x, y) => if y == 0 { luma(235) },
  table.header(..v.columns.map(name => text(weight: "bold", size: 10pt, name))),
  ..v.rows.flatten().map(cell => text(size: 10.5pt, cell)),
)
"""

LINES_LEAST = 20
EMPTY_LEAST = 8
"""So many lines there are at least, and so many of them empty: for those who just come."""


def sign_in_sheet_pdf(values: Mapping[str, object], qr: bytes) -> bytes:
    """Return the sheet.

    Args:
        values: `heading`, `title`, `head` (lines), `scan`, `columns` with `widths` in millimetres (0: what is left),
            `rows` of as many texts, `sign`, `foot`.
        qr: The printed code as a PNG.
    """
    return pdf_of(_TEMPLATE, values, {"qr.png": qr})

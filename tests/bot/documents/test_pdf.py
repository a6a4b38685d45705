"""PDF files: what was typed stays text, the pictures are in it, and what fails says why."""

import pytest

from bot.documents.pdf import PdfError, pdf_of
from bot.documents.qr import qr_png

TYPED = '防诈骗 #panic("x") *粗* $x$ _斜_ \\ <a> @b "喆堃镕" = 标题'


def test_what_was_typed_stays_text() -> None:
    one_text = "#assert.eq([#v.title].func(), text)\n#assert.eq([#v.title].text, v.title)\n"
    assert pdf_of(one_text + "#v.title", {"title": TYPED}).startswith(b"%PDF-")
    with pytest.raises(PdfError):
        pdf_of("#assert.eq([*x*].func(), text)", {})


def test_a_picture_is_found_by_its_name() -> None:
    with_picture = pdf_of('#image("qr.png", width: 3cm)', {}, {"qr.png": qr_png("https://t.me/x?start=in-1")})
    assert b"/Image" in with_picture


def test_a_template_that_is_wrong_says_so() -> None:
    with pytest.raises(PdfError, match="nothing"):
        pdf_of("#nothing", {})


def test_a_template_reads_nothing_beyond_its_folder() -> None:
    with pytest.raises(PdfError):
        pdf_of('#read("/../../etc/hostname")', {})

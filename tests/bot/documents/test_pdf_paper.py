"""The PDF of a paper says what its Word file says: typed text as it is, whatever is in it, on pages laid out alike."""

import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.documents.pdf_paper import write_pdf
from bot.documents.word import PLAIN, TITLE, Block, Grid, Picture, Pictures, Rule, Text

HOSTILE = '#set text(red) *b* $x$ <b> @a \\u{41} #sys.inputs #read("/etc/passwd") " // /* ] ) } `raw` https://x.example'


def pages(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_typed_words_are_no_markup_links_or_code() -> None:
    pdf = write_pdf(HOSTILE, [Text(HOSTILE, right=HOSTILE), Grid([[HOSTILE]], (100,)), Text(HOSTILE, TITLE)])
    assert pages(pdf) == 1
    assert b"/URI" not in pdf
    assert b"root:" not in pdf


def test_a_long_table_repeats_its_heads_and_pictures_are_kept_whole() -> None:
    tall = io.BytesIO()
    Image.new("RGB", (100, 900), "#3070A0").save(tall, "JPEG")
    rows = [("日期", "活动"), *((f"2026-01-{day:02d}", "讲座") for day in range(1, 32))]
    blocks: list[Block] = [Grid(rows, (40, 100), heads=True), Rule(), Pictures([Picture(tall.getvalue(), "图1")])]
    assert pages(write_pdf("x", blocks)) == 2


@settings(max_examples=6, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_whatever_is_typed_a_paper_comes_of_it(lines: list[str]) -> None:
    assert pages(write_pdf(lines[0], [Text(line, PLAIN) for line in lines])) >= 1

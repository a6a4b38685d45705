"""What stands on a page of what somebody wrote: bold words and the like, links to pages, and text; nothing runs."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from bot.documents.html import _Cleaner, cleaned

TAGS = [
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<pre>",
    "</pre>",
    "<script>",
    "</script>",
    "<img src=x onerror=y>",
    "</a>",
    "<!--",
]
LINKS = ["<a href='javascript:x'>", "<a href='https://a.example'>"]
PIECES = st.sampled_from(
    [*TAGS, *LINKS, "&amp;", "&lt;", "&#34;", "&#60;", "&", "<", ">", '"', "\n", "义诊", "a", "\0"]
)
KEPT = re.compile(r'</?(?:b|i|u|s|code|pre|blockquote)>|<a href="https?:[^"<>]*" rel="noreferrer noopener">|</a>')


def _slowly(html: str) -> str:
    cleaner = _Cleaner()
    cleaner.feed(html)
    return cleaner.finish()


@given(st.lists(PIECES, max_size=14).map("".join))
def test_only_the_formatting_that_screens_use_gets_onto_a_page(html: str) -> None:
    rest = KEPT.sub("", cleaned(html))
    assert "<" not in rest
    assert ">" not in rest


@given(st.lists(PIECES, max_size=14).map("".join))
def test_what_is_clean_already_reads_as_if_it_had_been_written_anew(html: str) -> None:
    assert unescape(cleaned(html)) == unescape(_slowly(html))


def test_a_screen_of_bold_words_stays_as_it_is() -> None:
    assert (
        cleaned("<b>义诊</b> 12月5日\n&lt;急&gt; <code>a&amp;b</code>")
        == "<b>义诊</b> 12月5日\n&lt;急&gt; <code>a&amp;b</code>"
    )
    assert cleaned("<b>没有关上") == "<b>没有关上</b>"

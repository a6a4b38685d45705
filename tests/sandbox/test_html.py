"""Telegram's HTML is read as Telegram reads it, and refused in its words."""

import contextlib
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import Refused
from sandbox.formats import html, render, utf16

UNHURRIED = settings(deadline=None)  # a busy machine is no bug in a parser
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@UNHURRIED
@given(TEXTS)
def test_any_escaped_text_reads_back_as_it_was_typed(text: str) -> None:
    assert html.parse(escape(text)) == (text, [])


@UNHURRIED
@given(TEXTS, TEXTS.filter(bool), TEXTS)
def test_a_bold_word_keeps_its_place_whatever_surrounds_it(before: str, word: str, after: str) -> None:
    text, entities = html.parse(f"{escape(before)}<b>{escape(word)}</b>{escape(after)}")
    assert text == before + word + after
    assert entities == [{"type": "bold", "offset": utf16.length(before), "length": utf16.length(word)}]


@UNHURRIED
@given(TEXTS)
def test_no_text_brings_the_parser_down_or_slips_a_tag_onto_the_page(source: str) -> None:
    try:
        shown = render.to_html(*html.parse(source))
    except Refused as refusal:
        shown = refusal.description.removeprefix("Bad Request: can't parse entities: ").partition("<")[0]
    assert "<script" not in shown


@UNHURRIED
@given(st.text(alphabet="<>/&;=\"' abipreocd#x1l\n😀", max_size=40))
def test_markup_made_of_fragments_is_read_or_refused_never_a_crash(source: str) -> None:
    text, entities = "", list[html.Entity]()
    with contextlib.suppress(Refused):
        text, entities = html.parse(source)
    assert all(e["length"] > 0 and e["offset"] + e["length"] <= utf16.length(text) for e in entities)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<strong>x</strong>", "bold"),
        ("<i>x</i>", "italic"),
        ("<em>x</em>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ("<B>x</b >", "bold"),
    ],
)
def test_every_supported_tag_becomes_its_entity(source: str, kind: str) -> None:
    assert html.parse(source) == ("x", [{"type": kind, "offset": 0, "length": 1}])


def test_offsets_count_an_emoji_as_two() -> None:
    text, entities = html.parse("😀<b>同心</b>")
    assert (text, entities) == ("😀同心", [{"type": "bold", "offset": 2, "length": 2}])


def test_a_link_keeps_its_address_and_a_dead_one_only_its_text() -> None:
    link = {"type": "text_link", "offset": 0, "length": 1, "url": "https://example.com/?a=1&b=2"}
    assert html.parse('<a href="https://example.com?a=1&amp;b=2">x</a>')[1] == [link]
    assert html.parse('<a href="javascript:alert(1)">x</a>') == ("x", [])
    assert html.parse('<a href="localhost">x</a>') == ("x", [])


def test_a_code_block_names_its_language_and_holds_no_other_entity() -> None:
    source = '<pre><code class="language-python">a <b>b</b></code></pre>'
    assert html.parse(source)[1] == [{"type": "pre", "offset": 0, "length": 3, "language": "python"}]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("one <x>", 'Unsupported start tag "x" at byte offset 4'),
        ("同<p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("1 <b", "Unclosed start tag at byte offset 2"),
        ("<b>bold", "Can't find end tag corresponding to start tag b"),
        ("bold</b>", "Unexpected end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=?>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>', "Unclosed start tag at byte offset 0"),
        ("<a =x>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_markup_is_refused_with_the_place_where_it_breaks(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        html.parse(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(Refused, match="unmatched surrogate code units"):
        html.parse("&#xd83d;")


def test_an_unknown_reference_stays_as_typed() -> None:
    assert html.parse("&nbsp; &apos; & &#0; &#65; &#x42;")[0] == "&nbsp; &apos; & &#0; A B"


def test_what_people_type_shows_on_the_page_as_typed() -> None:
    assert render.to_html("<script>&", []) == "&lt;script&gt;&amp;"


def test_crossing_entities_become_nested_tags() -> None:
    crossing = [{"type": "bold", "offset": 0, "length": 2}, {"type": "italic", "offset": 1, "length": 2}]
    assert render.to_html("abc", crossing) == "<b>a<i>b</i></b><i>c</i>"


def test_page_html_keeps_emoji_whole_and_links_safe() -> None:
    text, entities = html.parse('😀<a href="https://example.com/&quot;">链接</a><tg-spoiler>秘</tg-spoiler>')
    shown = render.to_html(text, entities)
    assert shown == (
        '😀<a href="https://example.com/&quot;" target="_blank" rel="noopener noreferrer">链接</a>'
        '<span class="tg-spoiler">秘</span>'
    )

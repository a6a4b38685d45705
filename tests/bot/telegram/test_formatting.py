"""What was typed with its formatting comes out as HTML that says the same."""

import html
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.formatting import to_html
from corps.parsing.lengths import units
from sandbox.formats.html import parse

KINDS = ("bold", "italic", "underline", "strikethrough", "spoiler")


def test_units_are_counted_as_telegram_does() -> None:
    assert [units(text) for text in ("ab", "中文", "😀")] == [2, 2, 2]


def test_formatting_lies_in_one_another_and_what_was_typed_is_escaped() -> None:
    entities = [
        {"type": "blockquote", "offset": 0, "length": 8},
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 2, "length": 2},
    ]
    shown = to_html("<>中文&abc 尾", entities)
    assert shown == "<blockquote><b>&lt;&gt;<i>中文</i></b>&amp;abc</blockquote> 尾"


def test_links_and_listings_keep_what_belongs_to_them_and_the_rest_is_dropped() -> None:
    entities = [
        {"type": "text_link", "offset": 0, "length": 1, "url": 'https://x/?a=1&b="2"'},
        {"type": "pre", "offset": 1, "length": 1, "language": "python"},
        {"type": "text_mention", "offset": 2, "length": 1, "user": {"id": 7}},
        {"type": "custom_emoji", "offset": 3, "length": 1, "custom_emoji_id": "5"},
    ]
    shown = to_html("abcd", entities)
    assert shown == (
        '<a href="https://x/?a=1&amp;b=&quot;2&quot;">a</a><pre><code class="language-python">b</code></pre>cd'
    )


@given(st.text("a<&中😀\n ", max_size=12), st.data())
def test_whatever_overlaps_what_the_html_can_be_read_and_says_the_same(text: str, data: st.DataObject) -> None:
    size = units(text)
    places = [sum(units(char) for char in text[:index]) for index in range(len(text) + 1)]
    spans = data.draw(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(places), st.sampled_from(places))))
    entities = [{"type": kind, "offset": min(a, b), "length": abs(b - a)} for kind, a, b in spans]
    shown = to_html(text, entities)
    assert html.unescape(re.sub("<[^>]*>", "", shown)) == text
    read, found = parse(shown)
    assert read == text
    assert marked(found, size) == marked(entities, size)


def marked(entities: list[dict[str, Any]], size: int) -> list[set[str]]:
    """Return what each unit of the text is shown as."""
    return [
        {entity["type"] for entity in entities if entity["offset"] <= unit < entity["offset"] + entity["length"]}
        for unit in range(size)
    ]

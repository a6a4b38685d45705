"""What Telegram finds in a text by itself, and what it makes of entities that were given."""

from typing import Any

import pytest

from sandbox.errors import Refused
from sandbox.formats import entities, urls


def found(text: str, **how: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    """Return the kinds of the entities of a text, and the words they cover (no emoji, please)."""
    clean, spans = entities.read(text, how.get("mode"), None)
    return [(span["type"], clean[span["offset"] : span["offset"] + span["length"]]) for span in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start join-abc", [("bot_command", "/start")]),
        ("/mine@tongxin_bot 看", [("bot_command", "/mine@tongxin_bot")]),
        ("1/2 和 a/b 和 12/5", []),
        ("看 https://example.com/a?b=1。", [("url", "https://example.com/a?b=1")]),
        ("看 https://example.com/a).", [("url", "https://example.com/a")]),
        ("看 t.me/bot?start=in-1", [("url", "t.me/bot?start=in-1")]),
        ("http://localhost/", []),
        ("问 @chenjing，别问 a@b.com", [("mention", "@chenjing")]),
        ("https://example.com/@someone/help", [("url", "https://example.com/@someone/help")]),
        ("没有什么", []),
    ],
)
def test_commands_links_and_mentions_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_nothing_is_found_inside_code_or_a_link() -> None:
    assert found("<code>/start</code> /help", mode="HTML") == [("code", "/start"), ("bot_command", "/help")]
    link = '<a href="https://example.com/">https://other.example</a>'
    assert found(link, mode="HTML") == [("text_link", "https://other.example")]


def test_control_characters_become_spaces_and_line_ends_are_kept() -> None:
    assert entities.read("a\tb\r\nc\0d", None, None)[0] == "a b\nc d"


def test_the_left_end_is_trimmed_up_to_the_first_entity_only() -> None:
    text, spans = entities.read("  <b> x</b>  ", "HTML", None)
    assert (text, spans) == (" x", [{"type": "bold", "offset": 0, "length": 2}])


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "colour", "offset": 0, "length": 1},
        {"type": "bold", "offset": -1, "length": 1},
        {"type": "bold", "offset": 0, "length": 9},
        {"type": "bold", "offset": "0", "length": 1},
        {"type": "text_link", "offset": 0, "length": 1, "url": "nowhere"},
        "bold",
    ],
)
def test_an_entity_that_does_not_hold_is_refused(entity: Any) -> None:  # noqa: ANN401
    with pytest.raises(Refused):
        entities.read("abc", None, [entity])


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("https://example.com", "https://example.com/"),
        ("example.com/a", "http://example.com/a"),
        ("HTTPS://example.com?x=1", "https://example.com/?x=1"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("https://重庆.中国/", "https://重庆.中国/"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("http://localhost", None),
        ("javascript:alert(1)", None),
        ("ftp://example.com/", None),
        ("two words.com", None),
        ("", None),
    ],
)
def test_which_links_are_links(url: str, stored: str | None) -> None:
    assert urls.checked(url) == stored

"""A screen goes out whole, in as many messages as its channel needs."""

import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from bot.callbacks.common import MenuTap
from bot.telegram.formatting import TEXT_LIMITS, length_of
from bot.views.screen import Button, Screen, fitted
from corps.broadcasts.content import TextLimits
from sandbox.formats import entities

ROWS = ((Button("好", MenuTap("mine")),),)
PIECES = ("字", "😀", "👍🏽", "🇨🇳", "é", "<", "&", "a b", "\n", "\n" * 9, "，")


def tagged(parts: list[str]) -> Markup:
    """Return what was typed, every second part bold, a link or a quotation."""
    around = ("{}", "<b>{}</b>", "{}", '<a href="https://a.example/?b=1&amp;c">{}</a>', "<blockquote>{}</blockquote>")
    return Markup("").join(Markup(around[place % 5]).format(escape(part)) for place, part in enumerate(parts))  # noqa: S704


MARKUPS = st.lists(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), max_size=8).map(
    lambda parts: tagged(["字", *parts])
)
LIMITS = st.builds(
    lambda text, media: TextLimits(text, min(text, media), length_of), st.integers(12, 80), st.integers(6, 80)
)


@given(MARKUPS, LIMITS, st.booleans())
def test_every_message_fits_and_together_they_say_it_all(text: Markup, limits: TextLimits, pictured: bool) -> None:
    photo = b"png" if pictured else None
    sent = fitted(Screen(text, ROWS, photo=photo), limits)
    assert [screen.rows for screen in sent] == [()] * (len(sent) - 1) + [ROWS]
    assert [screen.photo for screen in sent] == [photo] + [None] * (len(sent) - 1)
    for place, screen in enumerate(sent):
        assert length_of(str(screen.text)) <= (limits.under_media if pictured and not place else limits.text)
        entities.read(str(screen.text), "HTML", None)  # raises for what Telegram would not take
    whole, parts = (re.sub(r"\s", "", Markup(t).striptags()) for t in (text, "".join(str(s.text) for s in sent)))  # noqa: S704
    assert parts == whole
    assert length_of(str(text).strip()) > (limits.under_media if pictured else limits.text) or len(sent) == 1


def test_a_text_is_cut_at_the_end_of_a_line_and_its_formatting_goes_on() -> None:
    first, second = fitted(Screen(Markup("<b>一二三\n四五六</b>\n七")), TextLimits(6, 6, length_of))
    assert (str(first.text), str(second.text)) == ("<b>一二三</b>", "<b>四五六</b>\n七")
    assert fitted(Screen(Markup("短")), TEXT_LIMITS) == (Screen(Markup("短")),)

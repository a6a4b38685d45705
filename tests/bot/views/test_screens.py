"""What is shown keeps to Telegram's limits and to what was typed."""

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from bot.callbacks.common import MenuTap
from bot.views.screen import Button, lines, page_of, rows_of, to_pass_on


def test_lines_leave_out_what_is_not_there_and_escape_what_was_typed() -> None:
    assert lines(Markup("<b>a</b>"), None, "", "<b>") == Markup("<b>a</b>\n\n&lt;b&gt;")


@given(st.integers(0, 30), st.integers(1, 5))
def test_rows_hold_every_button_once_and_are_never_too_wide(count: int, width: int) -> None:
    buttons = [Button(str(n), MenuTap("mine")) for n in range(count)]
    rows = rows_of(buttons, width)
    assert [button for row in rows for button in row] == buttons
    assert all(1 <= len(row) <= width for row in rows)


@given(st.integers(0, 500), st.integers(-5, 600), st.integers(1, 20))
def test_any_page_asked_for_is_a_page_that_exists(total: int, number: int, size: int) -> None:
    page = page_of(total, number, size)
    assert 0 <= page.number < page.count
    assert 0 <= page.start <= page.stop <= total
    assert page.stop - page.start <= size
    assert page.stop > page.start or total == 0


def test_words_to_pass_on_fit_a_copy_button_as_telegram_counts_them() -> None:
    link = "https://a.example/a/1"
    assert to_pass_on(escape("🎉" * 117 + link), (link,)) == "🎉" * 117 + link
    assert to_pass_on(escape("🎉" * 118 + link), (link,)) == link, "an emoji counts twice"

"""Screens as they go over the wire."""

import pytest

from bot.callbacks.common import MenuTap
from bot.telegram.messages import wire_keyboard
from bot.views.screen import DANGER, Button


def test_a_button_does_one_thing() -> None:
    buttons = (
        Button("看", MenuTap("mine"), style=DANGER),
        Button("去", url="https://t.me/x"),
        Button("抄", copy="join-abc"),
    )
    assert wire_keyboard((buttons,)) == {
        "inline_keyboard": [
            [
                {"text": "看", "callback_data": "m:mine", "style": "danger"},
                {"text": "去", "url": "https://t.me/x"},
                {"text": "抄", "copy_text": {"text": "join-abc"}},
            ]
        ]
    }
    with pytest.raises(AssertionError, match="无用"):
        wire_keyboard(((Button("无用"),),))


def test_a_screen_without_buttons_has_no_keyboard() -> None:
    assert wire_keyboard(()) is None

"""Which buttons Telegram takes."""

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.errors import Refused
from sandbox.formats import keyboards
from tests.sandbox.conftest import CHEN, Hand, buttons


@pytest.mark.parametrize(
    "button",
    [
        {"text": "报名", "callback_data": "同" * 21},
        {"text": "报名", "callback_data": "x", "style": "success"},
        {"text": "地图", "url": "https://example.com/a"},
        {"text": "复制", "copy_text": {"text": "x" * 256}},
        {"text": "打开", "web_app": {"url": "https://example.com/app"}},
        {"text": "打开", "web_app": {"url": "http://127.0.0.1:21015/tg"}},
        {"text": "转给", "switch_inline_query": ""},
    ],
)
def test_a_proper_button_is_kept_as_it_is(button: dict[str, Any]) -> None:
    assert keyboards.inline(buttons(button)) == buttons(button)


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "同" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": " ", "callback_data": "x"}, "text must be non-empty"),
        ({"callback_data": "x"}, "text must be non-empty"),
        ({"text": "x", "callback_data": "x", "url": "https://example.com/"}, "exactly one action is allowed"),
        ({"text": "x", "callback_data": "x", "style": "green"}, "invalid button style"),
        ({"text": "x", "url": "http://localhost:8000"}, "is invalid: Wrong HTTP URL"),
        ({"text": "x", "url": "not a url"}, "is invalid: Wrong HTTP URL"),
        ({"text": "x", "copy_text": {"text": "x" * 257}}, "COPY_TEXT_INVALID"),
        ({"text": "x", "web_app": {"url": "http://example.com"}}, "Only HTTPS links are allowed"),
        ({"text": "x", "web_app": {"url": "http://127.0.0.1.example.com/"}}, "Only HTTPS links are allowed"),
        ("x", "must be an Object"),
    ],
)
def test_a_button_telegram_would_not_take_is_refused(button: Any, reason: str) -> None:  # noqa: ANN401
    with pytest.raises(Refused) as refused:
        keyboards.inline({"inline_keyboard": [[button]]})
    assert refused.value.description.startswith("Bad Request: ")
    assert reason in refused.value.description


def test_a_hundred_buttons_pass_and_one_more_does_not() -> None:
    hundred = buttons(*({"text": str(n), "callback_data": str(n)} for n in range(100)))
    assert keyboards.inline(hundred) == hundred
    hundred["inline_keyboard"].append([{"text": "x", "callback_data": "x"}])
    with pytest.raises(Refused, match="REPLY_MARKUP_TOO_LONG"):
        keyboards.inline(hundred)


def test_empty_rows_vanish_and_an_empty_keyboard_is_none() -> None:
    row = [{"text": "x", "callback_data": "x"}]
    assert keyboards.inline({"inline_keyboard": [[], row]}) == {"inline_keyboard": [row]}
    assert keyboards.inline({"inline_keyboard": [[]]}) is None


async def test_a_keyboard_of_the_wrong_shape_is_refused(bot: Hand) -> None:
    for markup in ({"inline_keyboard": "x"}, {"inline_keyboard": ["x"]}, {"nothing": 1}, "not json", "[1]"):
        body = await bot("sendMessage", chat_id=CHEN, text="x", reply_markup=markup)
        assert (body["ok"], body["error_code"]) == (False, 400)


async def test_a_reply_keyboard_reaches_the_page(bot: Hand, sandbox: Sandbox) -> None:
    keyboard = {"keyboard": [[{"text": "公益讲座"}, "健康义诊"]]}
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="类别？", reply_markup=keyboard)
    assert "reply_markup" not in sent
    shown = sandbox.world.page(sandbox.world.chats[CHEN].messages[sent["message_id"]])
    assert shown["reply_keyboard"] == [["公益讲座", "健康义诊"]]

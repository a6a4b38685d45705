"""Buttons, from the tap to the toast."""

import pytest

from sandbox import Sandbox
from sandbox.world import queries
from tests.sandbox.conftest import CHEN, GROUP, LI, Hand, buttons

GONE = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def card(bot: Hand) -> int:
    """A card with one button in Chen's chat."""
    keyboard = buttons({"text": "报名", "callback_data": "s:1"})
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="讲座", reply_markup=keyboard)
    return int(sent["message_id"])


async def test_a_tap_reaches_the_bot_with_the_message_it_stands_under(bot: Hand, desk: Hand, card: int) -> None:
    tapped = await desk("tap", person_id=CHEN, chat_id=CHEN, message_id=card, data="s:1")
    query = (await bot.ok("getUpdates"))[0]["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (tapped["callback_id"], "s:1", CHEN)
    assert query["message"]["message_id"] == card


async def test_a_tap_is_answered_once(bot: Hand, desk: Hand, card: int) -> None:
    tapped = await desk("tap", person_id=CHEN, chat_id=CHEN, message_id=card, data="s:1")
    await bot.ok("answerCallbackQuery", callback_query_id=tapped["callback_id"], text="已报名")
    again = await bot.refusal("answerCallbackQuery", callback_query_id=tapped["callback_id"])
    assert again == GONE
    assert await bot.refusal("answerCallbackQuery", callback_query_id="1") == GONE


async def test_a_tap_too_old_can_not_be_answered(
    bot: Hand, sandbox: Sandbox, card: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    query_id = sandbox.world.tap(CHEN, CHEN, card, "s:1")
    monkeypatch.setattr(queries, "LIFE_SECONDS", -1)
    assert await bot.refusal("answerCallbackQuery", callback_query_id=query_id) == GONE


async def test_a_toast_has_at_most_two_hundred_characters(bot: Hand, sandbox: Sandbox, card: int) -> None:
    query_id = sandbox.world.tap(CHEN, CHEN, card, "s:1")
    too_long = await bot.refusal("answerCallbackQuery", callback_query_id=query_id, text="同" * 201)
    assert too_long == "Bad Request: MESSAGE_TOO_LONG"
    assert await bot.ok("answerCallbackQuery", callback_query_id=query_id, text="同" * 200)


async def test_only_a_button_that_is_there_can_be_tapped_unless_forged(bot: Hand, desk: Hand, card: int) -> None:
    other = {"person_id": CHEN, "chat_id": CHEN, "message_id": card, "data": "approve:1"}
    refused = await desk("tap", **other)
    assert (refused["error_code"], await bot.ok("getUpdates")) == (400, [])
    await desk("tap", **other, forged=True)
    assert (await bot.ok("getUpdates"))[0]["callback_query"]["data"] == "approve:1"


async def test_a_button_taken_away_by_an_edit_can_not_be_tapped(bot: Hand, desk: Hand, card: int) -> None:
    await bot.ok("editMessageReplyMarkup", chat_id=CHEN, message_id=card)
    refused = await desk("tap", person_id=CHEN, chat_id=CHEN, message_id=card, data="s:1")
    assert refused["description"] == "Bad Request: there is no such button on that message"


async def test_nobody_taps_in_a_chat_of_others(desk: Hand, sandbox: Sandbox, card: int) -> None:
    for chat_id, person_id in ((CHEN, LI), (GROUP, 103)):
        refused = await desk("tap", person_id=person_id, chat_id=chat_id, message_id=card, data="s:1")
        assert refused["description"] == "Bad Request: the person is not in that chat"


async def test_many_taps_come_in_one_go(bot: Hand, desk: Hand, card: int) -> None:
    tap = {"person_id": CHEN, "chat_id": CHEN, "message_id": card, "data": "s:1"}
    flooded = await desk("flood", taps=[tap] * 250)
    assert len(set(flooded["callback_ids"])) == 250
    assert (await bot.ok("getWebhookInfo"))["pending_update_count"] == 250

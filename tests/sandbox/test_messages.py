"""What the bot may say, to whom, and how it may change it."""

from typing import Any

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import CHEN, GROUP, LI, Hand, buttons

SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


async def test_a_sent_text_comes_back_as_telegram_stores_it(bot: Hand) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="<b>报名</b> &amp; 签到", parse_mode="HTML")
    assert sent["text"] == "报名 & 签到"
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert sent["chat"] == {"id": CHEN, "type": "private", "first_name": "陈静", "username": "chenjing"}
    assert sent["from"]["is_bot"]


async def test_links_and_commands_in_a_text_are_found(bot: Hand) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="看 https://t.me/x?start=join-a，再 /help 或 @chenjing")
    assert [(e["type"], e["offset"], e["length"]) for e in sent["entities"]] == [
        ("url", 2, 27),
        ("bot_command", 32, 5),
        ("mention", 40, 9),
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "<b></b>", "<i> </i>"])
async def test_an_empty_text_is_refused(bot: Hand, text: str) -> None:
    assert await bot.refusal("sendMessage", chat_id=CHEN, text=text, parse_mode="HTML") == (
        "Bad Request: message text is empty"
    )


async def test_the_length_counts_after_parsing_and_in_utf16(bot: Hand) -> None:
    await bot.ok("sendMessage", chat_id=CHEN, text=f"<b>{'同' * 4096}</b>", parse_mode="HTML")
    await bot.ok("sendMessage", chat_id=CHEN, text="😀" * 2048)
    too_long = await bot.refusal("sendMessage", chat_id=CHEN, text="😀" * 2048 + "x")
    assert too_long == "Bad Request: message is too long"


async def test_markdown_is_refused_clearly_instead_of_shown_raw(bot: Hand) -> None:
    reason = await bot.refusal("sendMessage", chat_id=CHEN, text="*x*", parse_mode="MarkdownV2")
    assert reason.startswith("Bad Request: unsupported parse_mode")


async def test_entities_may_be_given_and_must_lie_within_the_text(bot: Hand) -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="同心 x", entities=[bold])
    assert sent["entities"] == [bold]
    beyond = await bot.refusal("sendMessage", chat_id=CHEN, text="x", entities=[bold])
    assert beyond == "Bad Request: entity beginning or end is out of the text"


async def test_trimming_moves_the_entities_along(bot: Hand) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="\n a <b>b </b>", parse_mode="HTML")
    assert (sent["text"], sent["entities"]) == ("a b", [{"type": "bold", "offset": 2, "length": 1}])


async def test_who_never_pressed_start_can_not_be_written_to(bot: Hand) -> None:
    reason = await bot.refusal("sendMessage", chat_id=LI, text="你好")
    assert reason == "Forbidden: bot can't initiate conversation with a user"


async def test_who_blocked_the_bot_can_not_be_written_to_until_unblocking(bot: Hand, desk: Hand) -> None:
    await desk("block", person_id=CHEN, blocked=True)
    assert await bot.refusal("sendMessage", chat_id=CHEN, text="x") == "Forbidden: bot was blocked by the user"
    await desk("block", person_id=CHEN, blocked=False)
    await bot.ok("sendMessage", chat_id=CHEN, text="x")


@pytest.mark.parametrize(
    ("chat_id", "reason"), [(999, "chat not found"), ("", "chat_id is empty"), ("@no", "chat not found")]
)
async def test_an_unknown_chat_is_refused(bot: Hand, chat_id: Any, reason: str) -> None:  # noqa: ANN401
    assert await bot.refusal("sendMessage", chat_id=chat_id, text="x") == f"Bad Request: {reason}"


async def test_an_edit_changes_the_message_in_place(bot: Hand, sandbox: Sandbox) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="3/5")
    edited = await bot.ok("editMessageText", chat_id=CHEN, message_id=sent["message_id"], text="4/5")
    assert edited["message_id"] == sent["message_id"]
    assert edited["edit_date"] >= sent["date"]
    assert sandbox.world.chats[CHEN].messages[sent["message_id"]].content.text == "4/5"


async def test_an_edit_that_changes_nothing_is_refused_as_telegram_refuses_it(bot: Hand) -> None:
    keyboard = buttons({"text": "报名", "callback_data": "s"})
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="<b>x</b>", parse_mode="HTML", reply_markup=keyboard)
    same = {"chat_id": CHEN, "message_id": sent["message_id"], "reply_markup": keyboard}
    assert await bot.refusal("editMessageText", text="<strong>x</strong>", parse_mode="HTML", **same) == SAME
    assert await bot.refusal("editMessageReplyMarkup", **same) == SAME


async def test_an_edit_without_a_keyboard_takes_the_keyboard_away(bot: Hand) -> None:
    keyboard = buttons({"text": "报名", "callback_data": "s"})
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="x", reply_markup=keyboard)
    edited = await bot.ok("editMessageText", chat_id=CHEN, message_id=sent["message_id"], text="y")
    assert "reply_markup" not in edited


async def test_only_own_messages_that_are_there_can_be_edited(bot: Hand, sandbox: Sandbox) -> None:
    typed = sandbox.world.say(CHEN, CHEN, "我来")
    missing = await bot.refusal("editMessageText", chat_id=CHEN, message_id=999, text="x")
    theirs = await bot.refusal("editMessageText", chat_id=CHEN, message_id=typed.id, text="x")
    assert missing == "Bad Request: message to edit not found"
    assert theirs == "Bad Request: message can't be edited"


async def test_a_text_has_no_caption_to_edit(bot: Hand) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="x")
    reason = await bot.refusal("editMessageCaption", chat_id=CHEN, message_id=sent["message_id"], caption="y")
    assert reason == "Bad Request: there is no caption in the message to edit"


async def test_a_message_is_deleted_once(bot: Hand) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="x")
    which = {"chat_id": CHEN, "message_id": sent["message_id"]}
    assert await bot.ok("deleteMessage", **which) is True
    assert await bot.refusal("deleteMessage", **which) == "Bad Request: message to delete not found"


async def test_after_two_days_a_message_can_not_be_deleted(bot: Hand, desk: Hand) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="x")
    await desk("clock", advance_seconds=49 * 3600)
    reason = await bot.refusal("deleteMessage", chat_id=CHEN, message_id=sent["message_id"])
    assert reason == "Bad Request: message can't be deleted for everyone"


async def test_a_plain_member_of_a_group_can_not_delete_what_others_wrote(bot: Hand, sandbox: Sandbox) -> None:
    typed = sandbox.world.say(CHEN, GROUP, "大家好")
    reason = await bot.refusal("deleteMessage", chat_id=GROUP, message_id=typed.id)
    assert reason == "Bad Request: message can't be deleted"


async def test_a_reply_points_at_its_message_and_never_at_a_missing_one(bot: Hand, sandbox: Sandbox) -> None:
    typed = sandbox.world.say(CHEN, CHEN, "几点？")
    answer = {"chat_id": CHEN, "text": "两点半"}
    sent = await bot.ok("sendMessage", **answer, reply_parameters={"message_id": typed.id})
    assert sent["reply_to_message"]["text"] == "几点？"
    reason = await bot.refusal("sendMessage", **answer, reply_parameters={"message_id": 999})
    assert reason == "Bad Request: message to be replied not found"
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await bot.ok("sendMessage", **answer, reply_parameters=lenient)


async def test_a_copy_is_the_bots_own_and_a_forward_names_its_origin(bot: Hand, sandbox: Sandbox) -> None:
    typed = sandbox.world.say(CHEN, CHEN, "通知")
    which = {"chat_id": CHEN, "from_chat_id": CHEN, "message_id": typed.id}
    copied = await bot.ok("copyMessage", **which)
    forwarded = await bot.ok("forwardMessage", **which)
    assert sandbox.world.chats[CHEN].messages[copied["message_id"]].origin is None
    assert forwarded["forward_origin"]["sender_user"]["id"] == CHEN
    which["message_id"] = 999
    assert await bot.refusal("copyMessage", **which) == "Bad Request: message to copy not found"


async def test_message_ids_of_a_supergroup_count_apart(bot: Hand) -> None:
    private = await bot.ok("sendMessage", chat_id=CHEN, text="x")
    group = await bot.ok("sendMessage", chat_id=GROUP, text="x")
    assert (private["message_id"], group["message_id"]) == (2, 1)


async def test_a_mention_by_id_reaches_people_the_bot_knows_and_no_others(bot: Hand) -> None:
    text = f'<a href="tg://user?id={CHEN}">静</a> <a href="tg://user?id=999">谁</a>'
    sent = await bot.ok("sendMessage", chat_id=CHEN, text=text, parse_mode="HTML")
    assert [e["user"]["id"] for e in sent["entities"]] == [CHEN]

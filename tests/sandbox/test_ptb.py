"""python-telegram-bot itself, unchanged, takes the sandbox for Telegram."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MenuButtonCommands,
    Message,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ChatMemberStatus, ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from sandbox import Sandbox
from tests.sandbox.conftest import CHEN, GROUP, LI, TOKEN, Hand, until
from tests.sandbox.test_files import JPEG, PNG

KEYBOARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("报名", callback_data="s:1", api_kwargs={"style": "success"})],
        [InlineKeyboardButton("复制", copy_text=CopyTextButton("join-a"))],
    ]
)


def client(sandbox: Sandbox, token: str = TOKEN) -> Bot:
    return Bot(token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot")


@pytest.fixture
async def ptb(sandbox: Sandbox) -> AsyncIterator[Bot]:
    sandbox.world.start(CHEN)
    sandbox.world.updates.clear()
    async with client(sandbox) as bot:
        yield bot


async def test_it_says_who_it_is_and_reads_updates(ptb: Bot, sandbox: Sandbox) -> None:
    assert ptb.username == "tongxin_sandbox_bot"
    sandbox.world.say(CHEN, CHEN, "/quota")
    updates = await ptb.get_updates(timeout=0, allowed_updates=Update.ALL_TYPES)
    message = updates[0].message
    assert message is not None
    assert message.text == "/quota"
    assert message.entities[0].type == MessageEntity.BOT_COMMAND
    assert await ptb.get_updates(offset=updates[0].update_id + 1) == ()


async def test_it_sends_edits_and_deletes_with_buttons(ptb: Bot) -> None:
    sent = await ptb.send_message(CHEN, "<b>讲座</b>", parse_mode=ParseMode.HTML, reply_markup=KEYBOARD)
    assert sent.text_html == "<b>讲座</b>"
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[1][0].copy_text == CopyTextButton("join-a")
    edited = await sent.edit_text("<i>讲座</i>", parse_mode=ParseMode.HTML, reply_markup=KEYBOARD)
    assert isinstance(edited, Message)
    assert edited.edit_date is not None
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(KEYBOARD)
    answer = await ptb.send_message(CHEN, "答", reply_parameters=ReplyParameters(sent.message_id))
    assert answer.reply_to_message is not None
    assert await sent.delete()


async def test_a_tap_is_answered(ptb: Bot, sandbox: Sandbox) -> None:
    sent = await ptb.send_message(CHEN, "讲座", reply_markup=KEYBOARD)
    sandbox.world.tap(CHEN, CHEN, sent.message_id, "s:1")
    query = (await ptb.get_updates())[0].callback_query
    assert query is not None
    assert query.data == "s:1"
    assert query.message == sent
    assert await query.answer("已报名", show_alert=True)
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()


async def test_files_go_both_ways(ptb: Bot, sandbox: Sandbox) -> None:
    photo = await ptb.send_photo(CHEN, PNG, caption="<b>样</b>", parse_mode=ParseMode.HTML, reply_markup=KEYBOARD)
    assert (photo.photo[-1].width, photo.caption) == (640, "样")
    document = await ptb.send_document(CHEN, io.BytesIO(b"PK"), filename="台账.xlsx")
    assert document.document is not None
    assert document.document.file_name == "台账.xlsx"
    album = await ptb.send_media_group(CHEN, [InputMediaPhoto(PNG, caption="一"), InputMediaPhoto(JPEG)])
    assert [part.photo[-1].width for part in album] == [640, 300]
    changed = await photo.edit_media(InputMediaDocument(b"pdf", filename="a.pdf"))
    assert isinstance(changed, Message)
    assert changed.document is not None
    sandbox.world.send_file(CHEN, CHEN, "sticker", ("s.webp", "image/webp", b"RIFF0000WEBP"))
    received = (await ptb.get_updates())[0].message
    assert received is not None
    assert received.sticker is not None
    again = await ptb.send_sticker(CHEN, received.sticker.file_id)
    assert again.sticker is not None
    file = await ptb.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"PK"


async def test_it_copies_forwards_and_shows_that_it_types(ptb: Bot, sandbox: Sandbox) -> None:
    typed = sandbox.world.say(CHEN, CHEN, "通知")
    copied = await ptb.copy_message(CHEN, CHEN, typed.id)
    assert copied.message_id > typed.id
    forwarded = await ptb.forward_message(CHEN, CHEN, typed.id)
    assert forwarded.forward_origin is not None
    assert await ptb.send_chat_action(CHEN, ChatAction.TYPING)


async def test_its_menus_and_texts_are_kept(ptb: Bot) -> None:
    commands = [BotCommand("quota", "五个10")]
    scope = BotCommandScopeChat(CHEN)
    assert await ptb.set_my_commands(commands, scope=scope, language_code="zh")
    assert await ptb.get_my_commands(scope=scope, language_code="zh") == tuple(commands)
    assert await ptb.delete_my_commands(scope=scope, language_code="zh")
    assert await ptb.set_my_description("志愿服务")
    assert (await ptb.get_my_description()).description == "志愿服务"
    assert await ptb.set_my_short_description("同心")
    assert await ptb.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert await ptb.get_chat_menu_button() == MenuButtonCommands()


async def test_it_asks_about_chats(ptb: Bot, sandbox: Sandbox) -> None:
    assert (await ptb.get_chat(CHEN)).first_name == "陈静"
    assert (await ptb.get_chat(GROUP)).title == "样例群"
    assert (await ptb.get_chat_member(GROUP, CHEN)).status == ChatMemberStatus.OWNER
    assert len(await ptb.get_chat_administrators(GROUP)) == 1
    assert await ptb.get_chat_member_count(GROUP) == 3
    assert await ptb.leave_chat(GROUP)
    sandbox.world.block(CHEN, blocked=True)
    left, blocked = await ptb.get_updates()
    assert left.my_chat_member is not None
    assert left.my_chat_member.new_chat_member.status == ChatMemberStatus.LEFT
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == ChatMemberStatus.BANNED


async def test_every_refusal_arrives_as_the_right_exception(ptb: Bot, desk: Hand, sandbox: Sandbox) -> None:
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await ptb.send_message(LI, "x")
    with pytest.raises(BadRequest, match="Can't parse entities: unsupported start tag"):
        await ptb.send_message(CHEN, "<x>", parse_mode=ParseMode.HTML)
    sandbox.api.faults.order({"method": "sendMessage", "status": 429, "retry_after": 7})
    with pytest.raises(RetryAfter):
        await ptb.send_message(CHEN, "x")
    for status in (500, 502):
        sandbox.api.faults.order({"method": "sendMessage", "status": status})
        with pytest.raises(NetworkError):
            await ptb.send_message(CHEN, "x")
    sandbox.api.faults.order({"method": "sendMessage", "drop": "after"})
    with pytest.raises(NetworkError):
        await ptb.send_message(CHEN, "x")
    with pytest.raises(InvalidToken):
        await client(sandbox, "1:wrong").initialize()


async def test_two_pollers_are_told_of_their_conflict(ptb: Bot, sandbox: Sandbox) -> None:
    first = asyncio.create_task(ptb.get_updates(timeout=50))
    await until(lambda: sandbox.api.calls.since(0, "getUpdates"))
    async with client(sandbox) as other:
        second = asyncio.create_task(other.get_updates(timeout=50))
        with pytest.raises(Conflict):
            await first
        sandbox.world.say(CHEN, CHEN, "x")
        assert len(await second) == 1


async def test_a_webhook_is_set_and_described(ptb: Bot) -> None:
    assert await ptb.set_webhook("http://127.0.0.1:9/x", secret_token="s", max_connections=3)
    info = await ptb.get_webhook_info()
    assert (info.url, info.max_connections) == ("http://127.0.0.1:9/x", 3)
    assert await ptb.delete_webhook(drop_pending_updates=True)

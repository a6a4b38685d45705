"""Each kind of update of the Bot API, read into what came in."""

from typing import Any

import pytest

from bot.routing.incoming import Event, Incoming, Referred
from bot.telegram.updates import read_update
from corps.addresses import TELEGRAM, telegram
from corps.attachments import Attachment, AttachmentKind

PERSON = {"id": 7, "is_bot": False, "first_name": "小", "last_name": "陈", "language_code": "zh-hans"}
PRIVATE = {"id": 7, "type": "private", "first_name": "小"}
GROUP = {"id": -500, "type": "group", "title": "民盟分团群"}


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:  # noqa: ANN401 - a message's fields
    return {"update_id": 5, "message": {"message_id": 3, "date": 1, "chat": chat, "from": PERSON, **content}}


def tap(under: dict[str, Any] | None, data: str = "c:1") -> dict[str, Any]:
    query: dict[str, Any] = {"id": "77", "from": PERSON, "chat_instance": "x", "data": data}
    return {"update_id": 5, "callback_query": query | ({"message": under} if under else {})}


def moved(chat: dict[str, Any], was: str, now: str) -> dict[str, Any]:
    states = {"old_chat_member": {"status": was}, "new_chat_member": {"status": now}}
    return {"update_id": 5, "my_chat_member": {"chat": chat, "from": PERSON, "date": 1, **states}}


def read(data: dict[str, Any]) -> Incoming:
    incoming = read_update(data, "Tongxin_Bot")
    assert incoming is not None
    return incoming


def test_a_message_that_was_edited_says_so() -> None:
    update = message(text="改过的话")
    said = read({"update_id": 5, "edited_message": update["message"]})
    assert (said.text, said.edited) == ("改过的话", True)
    assert not read(update).edited


def test_a_text_is_from_somebody_in_a_chat_and_has_a_key_that_stays_the_same() -> None:
    said = read(message(text=" 在吗 "))
    assert (said.key, said.address, said.chat, said.in_group) == ("5", telegram(7), telegram(7), False)
    assert (said.name, said.language, said.text, said.html) == ("小 陈", "zh-hans", "在吗", "在吗")
    assert (said.command, said.tap, said.files, said.kind) == ("", "", (), "message")
    assert said.message == Referred("3")


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/quota", "quota", ""),
        ("/Quota  2025 ", "quota", "2025"),
        ("/new\n活动：讲座", "new", "活动：讲座"),
        ("/bind@tongxin_bot", "bind", ""),
        ("/bind@another_bot", "", ""),
        ("a/b", "", ""),
        ("/不是", "", ""),
    ],
)
def test_a_command_for_this_bot_is_told_from_words(text: str, command: str, argument: str) -> None:
    said = read(message(GROUP, text=text))
    assert (said.command, said.argument, said.in_group, said.title) == (command, argument, True, "民盟分团群")


def test_what_follows_a_command_keeps_its_formatting() -> None:
    bold = {"type": "bold", "offset": 14, "length": 2}
    said = read(
        message(text="/broadcast 😀 集合！", entities=[{"type": "bot_command", "offset": 0, "length": 10}, bold])
    )
    assert said.html == "😀 <b>集合</b>！"


def test_a_photo_is_the_largest_of_its_sizes_with_its_caption_and_its_album() -> None:
    sizes = [{"file_id": "s", "file_unique_id": "u1"}, {"file_id": "l", "file_unique_id": "u2", "file_size": 9}]
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    said = read(message(photo=sizes, caption="现场照片", caption_entities=bold, media_group_id="a1"))
    assert said.files == (Attachment(AttachmentKind.PHOTO, "", "image/jpeg", 9, TELEGRAM, "l", "u2"),)
    assert (said.text, said.html, said.album) == ("现场照片", "<b>现场</b>照片", "a1")


def test_a_document_has_its_name_and_an_animation_is_none() -> None:
    file = {
        "file_id": "d",
        "file_unique_id": "u",
        "file_name": "名单.pdf",
        "mime_type": "application/pdf",
        "file_size": 9,
    }
    said = read(message(document=file))
    assert said.files == (Attachment(AttachmentKind.DOCUMENT, "名单.pdf", "application/pdf", 9, TELEGRAM, "d", "u"),)
    assert read(message(document=file, animation=file)).files == ()
    assert read(message(sticker={"file_id": "s"})).files == ()


def test_a_tap_knows_the_message_under_the_finger_and_all_its_buttons() -> None:
    rows = [
        [{"text": "报名", "callback_data": "s:1"}, {"text": "链接", "url": "https://x"}],
        [{"text": "返回", "callback_data": "l"}],
    ]
    card = {"message_id": 9, "date": 1, "chat": GROUP, "text": "卡片", "reply_markup": {"inline_keyboard": rows}}
    tapped = read(tap(card, "s:1"))
    assert (tapped.tap, tapped.payload, tapped.kind) == ("77", "s:1", "tap")
    assert (tapped.chat, tapped.in_group) == (telegram(-500), True)
    assert tapped.message == Referred("9", editable=True, payloads=("s:1", "l"))


def test_a_photo_or_a_message_that_is_too_old_cannot_get_another_text() -> None:
    photo = {"message_id": 9, "date": 1, "chat": PRIVATE, "photo": [], "caption": "x"}
    assert read(tap(photo)).message == Referred("9")
    assert read(tap({"message_id": 9, "date": 0, "chat": PRIVATE})).message == Referred("9")
    without = read(tap(None))
    assert (without.message, without.chat, without.in_group) == (None, telegram(7), False)


def test_who_blocks_the_bot_and_who_is_back() -> None:
    gone, back = read(moved(PRIVATE, "member", "kicked")), read(moved(PRIVATE, "kicked", "member"))
    assert (gone.event, gone.present, gone.address) == (Event.PRESENCE, False, telegram(7))
    assert (back.event, back.present, back.kind) == (Event.PRESENCE, True, "other")


def test_the_bot_comes_into_a_group_and_is_put_out_and_other_rights_are_nothing() -> None:
    into, out = read(moved(GROUP, "left", "member")), read(moved(GROUP, "administrator", "kicked"))
    assert (into.event, into.present, into.chat) == (Event.BOT_MOVED, True, telegram(-500))
    assert (out.event, out.present) == (Event.BOT_MOVED, False)
    assert read_update(moved(GROUP, "member", "administrator")) is None


def test_a_group_that_became_a_supergroup_has_another_address() -> None:
    said = read(message(GROUP, migrate_to_chat_id=-100900))
    assert (said.event, said.chat, said.moved_to) == (Event.GROUP_MOVED, telegram(-500), telegram(-100900))


def test_an_administrator_whom_telegram_hides() -> None:
    assert read(message(GROUP, text="/bind", sender_chat=GROUP)).hidden


def test_what_says_nothing_to_us_is_nothing() -> None:
    assert read_update({"update_id": 5, "edited_channel_post": message()["message"]}) is None


def test_an_update_that_lacks_what_it_must_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        read_update({"update_id": 5, "message": {"message_id": 3}})

"""Files go both ways."""

import json
from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox
from sandbox.world import files
from tests.sandbox.conftest import CHEN, TOKEN, Hand

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\x08\x02\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + (200).to_bytes(2) + (300).to_bytes(2) + b"\0" * 20


def form(**fields: Any) -> aiohttp.FormData:  # noqa: ANN401
    """Return a multipart form; a tuple of name and content is a file."""
    data = aiohttp.FormData(quote_fields=False)  # as Telegram wants names: plain UTF-8
    for name, value in fields.items():
        if isinstance(value, tuple):
            data.add_field(name, value[1], filename=value[0], content_type="application/octet-stream")
        else:
            data.add_field(name, str(value))
    return data


async def upload(bot: Hand, method: str, **fields: Any) -> Any:  # noqa: ANN401
    async with bot.session.post(f"{bot.prefix}/{method}", data=form(**fields)) as response:
        return await response.json()


async def test_a_photo_has_the_size_of_its_picture_and_its_caption(bot: Hand) -> None:
    body = await upload(bot, "sendPhoto", chat_id=CHEN, photo=("a.png", PNG), caption="<b>样</b>", parse_mode="HTML")
    photo = body["result"]["photo"][-1]
    assert (photo["width"], photo["height"], photo["file_size"]) == (640, 480, len(PNG))
    assert body["result"]["caption"] == "样"
    assert body["result"]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]


async def test_a_file_sent_once_is_sent_again_by_its_id(bot: Hand) -> None:
    body = await upload(bot, "sendDocument", chat_id=CHEN, document=("台账.xlsx", b"PK"))
    file_id = body["result"]["document"]["file_id"]
    again = await bot.ok("sendDocument", chat_id=CHEN, document=file_id)
    assert again["document"]["file_name"] == "台账.xlsx"
    as_photo = await bot.refusal("sendPhoto", chat_id=CHEN, photo=file_id)
    assert as_photo == "Bad Request: can't use file of type Document as Photo"


@pytest.mark.parametrize(
    ("method", "fields", "reason"),
    [
        ("sendPhoto", {"photo": ("a.png", b"text")}, "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", {"photo": ("a.png", b"")}, "file must be non-empty"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "https://example.com/a.png"}, "wrong file identifier/HTTP URL specified"),
        ("sendDocument", {"document": ("a", b"x"), "caption": "同" * 1025}, "message caption is too long"),
        (
            "sendPhoto",
            {"photo": ("a.png", PNG[:16] + (9999).to_bytes(4) + (9).to_bytes(4))},
            "PHOTO_INVALID_DIMENSIONS",
        ),
    ],
)
async def test_a_file_telegram_would_not_take_is_refused(
    bot: Hand, method: str, fields: dict[str, Any], reason: str
) -> None:
    body = await upload(bot, method, chat_id=CHEN, **fields)
    assert body["description"].startswith(f"Bad Request: {reason}")


async def test_an_album_is_several_messages_with_one_id(bot: Hand) -> None:
    media = [
        {"type": "photo", "media": "attach://one", "caption": "<i>一</i>", "parse_mode": "HTML"},
        {"type": "photo", "media": "attach://two"},
    ]
    parts = {"one": ("1.png", PNG), "two": ("2.jpg", JPEG), "media": json.dumps(media)}
    sent = (await upload(bot, "sendMediaGroup", chat_id=CHEN, **parts))["result"]
    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message["photo"][0]["width"] for message in sent] == [640, 300]
    assert sent[0]["caption"] == "一"


async def test_an_album_of_one_is_refused(bot: Hand) -> None:
    reason = await bot.refusal("sendMediaGroup", chat_id=CHEN, media=[{"type": "photo", "media": "x"}])
    assert reason == "Bad Request: media group must include 2-10 items"


async def test_a_photo_is_exchanged_in_place(bot: Hand) -> None:
    sent = (await upload(bot, "sendPhoto", chat_id=CHEN, photo=("a.png", PNG)))["result"]
    media = json.dumps({"type": "photo", "media": "attach://new", "caption": "新"})
    which = {"chat_id": CHEN, "message_id": sent["message_id"]}
    edited = (await upload(bot, "editMessageMedia", **which, media=media, new=("b.jpg", JPEG)))["result"]
    assert (edited["photo"][0]["width"], edited["caption"]) == (300, "新")
    captioned = await bot.ok("editMessageCaption", **which, caption="又新")
    assert captioned["caption"] == "又新"
    assert await bot.refusal("editMessageText", **which, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )


async def test_what_a_person_sends_can_be_fetched_by_the_bot(bot: Hand, desk: Hand, sandbox: Sandbox) -> None:
    fields = form(person_id=CHEN, chat_id=CHEN, kind="photo", caption="现场", file=("现场.png", PNG))
    async with desk.session.post(f"{desk.prefix}/upload", data=fields) as response:
        shown = await response.json()
    assert (shown["media"]["kind"], shown["text"]) == ("photo", "现场")
    message = (await bot.ok("getUpdates"))[0]["message"]
    file = await bot.ok("getFile", file_id=message["photo"][-1]["file_id"])
    async with bot.session.get(f"{sandbox.url}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == PNG
    async with bot.session.get(f"{sandbox.url}/file/botwrong/{file['file_path']}") as response:
        assert response.status == 401


async def test_the_page_shows_pictures_and_saves_all_else(bot: Hand, desk: Hand, sandbox: Sandbox) -> None:
    for name, mime, content in (("a.png", "image/png", PNG), ("a.html", "text/html", b"<script>")):
        kind = "photo" if content is PNG else "document"
        media = sandbox.world.send_file(CHEN, CHEN, kind, (name, mime, content)).content.media
        assert media is not None
        async with desk.session.get(f"{sandbox.url}{media.page()['url']}") as response:
            assert response.headers["x-content-type-options"] == "nosniff"
            assert ("content-disposition" in response.headers) == (name == "a.html")
            assert await response.read() == content


async def test_an_unknown_file_is_refused(bot: Hand) -> None:
    assert await bot.refusal("getFile", file_id="nope") == "Bad Request: invalid file_id"


def test_a_picture_that_breaks_off_still_has_a_size() -> None:
    assert files.picture_size(b"\xff\xd8\xff\xe0") == (800, 600)
    assert files.picture_size(b"GIF89a") == (800, 600)

"""Methods with files: photos, documents, stickers, albums, and fetching what people sent."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from sandbox.botapi.api import BotApi, method
from sandbox.botapi.messages import caption_content, edit, keyboard, own_message, post
from sandbox.botapi.params import Params
from sandbox.errors import bad, too_large
from sandbox.world.files import Media, head_of, is_picture, picture_size
from sandbox.world.messages import Content, Message

MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
_MAX_PHOTO_SIDES = 10_000
_MAX_PHOTO_RATIO = 20
_ALBUM = range(2, 11)
_ATTACH = "attach://"
_albums = count(13_000_000_000_000_000)


@method("sendPhoto")
def send_photo(api: BotApi, params: Params) -> dict[str, Any]:
    """Send a picture, perhaps with a caption."""
    return _send(api, params, "photo")


@method("sendDocument")
def send_document(api: BotApi, params: Params) -> dict[str, Any]:
    """Send a file, perhaps with a caption."""
    return _send(api, params, "document")


@method("sendSticker")
def send_sticker(api: BotApi, params: Params) -> dict[str, Any]:
    """Send a sticker."""
    return _send(api, params, "sticker")


def _send(api: BotApi, params: Params, kind: str) -> dict[str, Any]:
    chat = api.world.chat_for_bot(params.values.get("chat_id"))
    content = Content(media=_media(api, params.files, kind, params.text(kind), part=kind))
    if kind != "sticker":
        content = caption_content(api.world, params, content)
    return post(api, params, chat, content).wire()


@method("sendMediaGroup")
def send_album(api: BotApi, params: Params) -> list[dict[str, Any]]:
    """Send two to ten pictures or files as one album."""
    chat = api.world.chat_for_bot(params.values.get("chat_id"))
    items = params.array("media") or []
    if len(items) not in _ALBUM:
        raise bad("media group must include 2-10 items")
    if len({item.get("type") for item in items}) > 1:
        raise bad("documents can't be mixed with other media types")
    contents = [_item(api, params, item) for item in items]  # all are checked before any is sent
    album = str(next(_albums))
    return [post(api, params, chat, content, album=album).wire() for content in contents]


@method("editMessageMedia")
def edit_media(api: BotApi, params: Params) -> dict[str, Any]:
    """Replace the picture or file, and its caption, in one of the bot's own messages."""
    message = own_message(api.world, params)
    item = params.mapping("media")
    if not item:
        raise bad("can't parse input media JSON object")
    return edit(api, message, _item(api, params, item), keyboard(params))


def _item(api: BotApi, params: Params, item: Mapping[str, Any]) -> Content:
    kind = str(item.get("type", ""))
    if kind not in ("photo", "document"):
        raise bad(f"can't parse InputMedia: this sandbox knows photo and document, not {kind!r}")
    content = Content(media=_media(api, params.files, kind, str(item.get("media", ""))))
    return caption_content(api.world, Params(item), content)


def _media(api: BotApi, files: Mapping[str, Any], kind: str, given: str, *, part: str = "") -> Media:
    upload = files.get(given.removeprefix(_ATTACH) if given.startswith(_ATTACH) else part)
    if upload is None:
        return _known(api, kind, given)
    size = upload.size
    if not size:
        raise bad("file must be non-empty")
    if size > MAX_UPLOAD:
        raise too_large()
    if kind == "photo":
        _check_photo(size, head_of(upload.file))
    return Media(kind, api.world.files.keep(kind, upload.name, upload.mime, upload.file))


def _known(api: BotApi, kind: str, file_id: str) -> Media:
    stored = api.world.files.by_id.get(file_id)
    if stored is None:
        raise bad(
            f"there is no {kind} in the request"
            if not file_id
            else "wrong file identifier/HTTP URL specified (a sandbox fetches nothing from the network)"
        )
    if stored.kind != kind:
        raise bad(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return Media(kind, stored)


def _check_photo(size: int, head: bytes) -> None:
    if size > MAX_PHOTO:
        raise bad("file is too big for a photo; the maximum size is 10485760 bytes")
    if not is_picture(head):
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = picture_size(head)
    long, short = max(width, height), max(1, min(width, height))
    if width + height > _MAX_PHOTO_SIDES or long / short > _MAX_PHOTO_RATIO:
        raise bad("PHOTO_INVALID_DIMENSIONS")


@method("getFile")
def get_file(api: BotApi, params: Params) -> dict[str, Any]:
    """Return the path under which a file can be fetched."""
    stored = api.world.files.by_id.get(params.text("file_id"))
    if stored is None:
        raise bad("invalid file_id")
    if stored.size > MAX_DOWNLOAD:
        raise bad("file is too big")
    return stored.wire()


@method("forwardMessage")
def forward(api: BotApi, params: Params) -> dict[str, Any]:
    """Forward a message; it shows who wrote it first."""
    source = _source(api, params, "forward")
    chat = api.world.chat_for_bot(params.values.get("chat_id"))
    origin = source.origin or {
        "type": "user",
        "sender_user": source.sender.wire(),
        "date": source.date,
    }
    return api.world.post(chat, api.world.robot, source.content, origin=origin).wire()


@method("copyMessage")
def copy(api: BotApi, params: Params) -> dict[str, int]:
    """Send a message again as the bot's own, perhaps with another caption."""
    source = _source(api, params, "copy")
    chat = api.world.chat_for_bot(params.values.get("chat_id"))
    content = source.content
    if content.media and "caption" in params.values:
        content = caption_content(api.world, params, content)
    return {"message_id": post(api, params, chat, content).id}


def _source(api: BotApi, params: Params, verb: str) -> Message:
    chat = api.world.chat_for_bot(params.values.get("from_chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad(f"message to {verb} not found")
    if message.content.service:
        raise bad(f"the message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message

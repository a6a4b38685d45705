"""Files that were sent, both ways. On disk while the sandbox runs; when it is too much in all, the oldest go."""

import shutil
import struct
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

ROOM = 1024 * 1024 * 1024
"""The most bytes that all files may have together."""

_HEAD = 256 * 1024
"""How many bytes from the start of a picture are read to find its width and height."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_UNKNOWN_SIZE = (800, 600)


@dataclass(frozen=True, slots=True)
class Stored:
    """One file, at `place` on disk. `picture`: width and height in pixels, if it is one."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    picture: tuple[int, int]
    path: str
    place: Path

    @property
    def content(self) -> bytes:
        """Read what is in it."""
        return self.place.read_bytes()

    def wire(self) -> dict[str, Any]:
        """Return the Bot API's `File`."""
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": self.size,
            "file_path": self.path,
        }


@dataclass(frozen=True, slots=True)
class Media:
    """A file as a message shows it; `kind` is `photo`, `document` or `sticker`."""

    kind: str
    file: Stored
    emoji: str | None = None

    def wire(self) -> dict[str, Any]:
        """Return the field of the Bot API's `Message` that holds it."""
        file = self.file
        body: dict[str, Any] = {
            "file_id": file.id,
            "file_unique_id": file.unique_id,
            "file_size": file.size,
        }
        if self.kind == "document":
            return {"document": {**body, "file_name": file.name, "mime_type": file.mime}}
        width, height = file.picture
        body |= {"width": width, "height": height}
        if self.kind == "photo":
            return {"photo": [body]}
        body |= {"type": "regular", "is_animated": False, "is_video": False}
        return {"sticker": {**body, "emoji": self.emoji} if self.emoji else body}

    def page(self) -> dict[str, Any]:
        """Return the media as the page sees it."""
        return {
            "kind": self.kind,
            "url": f"/sandbox/files/{self.file.id}",
            "name": self.file.name,
            "size": self.file.size,
        }


@dataclass(slots=True)
class FileStore:
    """All files of one sandbox, in a folder that is deleted with it."""

    by_id: OrderedDict[str, Stored] = field(default_factory=OrderedDict)
    by_path: dict[str, Stored] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _folder: tempfile.TemporaryDirectory[str] | None = None

    def keep(self, kind: str, name: str, mime: str, content: bytes | BinaryIO) -> Stored:
        """Store a file and return it with its new id."""
        number = next(self._numbers)
        suffix = name.rpartition(".")[2].lower() if "." in name else "bin"
        ending = suffix if suffix.isalnum() and suffix.isascii() else "bin"
        path = f"{kind}s/file_{number}.{ending}"
        source = BytesIO(content) if isinstance(content, bytes) else content
        place = self._place(number)
        source.seek(0)
        with place.open("wb") as target:
            shutil.copyfileobj(source, target)
        size, picture = place.stat().st_size, picture_size(head_of(source))
        stored = Stored(f"SBX{kind[0]}{number:08d}", f"SBXU{number:08d}", kind, name, mime, size, picture, path, place)
        self.by_id[stored.id] = self.by_path[path] = stored
        self._make_room()
        return stored

    def _place(self, number: int) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="sandbox-files-")
        return Path(self._folder.name) / str(number)

    def _make_room(self) -> None:
        """Delete the oldest files while all together are too large; they cannot be fetched any more."""
        held = sum(stored.size for stored in self.by_id.values())
        while held > ROOM and len(self.by_id) > 1:
            _, oldest = self.by_id.popitem(last=False)
            self._forget(oldest)
            held -= oldest.size

    def _forget(self, stored: Stored) -> None:
        self.by_path.pop(stored.path, None)
        stored.place.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget all files."""
        for stored in self.by_id.values():
            self._forget(stored)
        self.by_id.clear()


def head_of(file: BinaryIO) -> bytes:
    """Return the beginning of a file: enough to know a picture and its size."""
    file.seek(0)
    return file.read(_HEAD)


def is_picture(content: bytes) -> bool:
    """Return whether it is a PNG, JPEG, GIF or WebP, by its first bytes."""
    return content.startswith((_PNG, _JPEG, b"GIF8")) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG or JPEG; a plausible size for anything else."""
    if content.startswith(_PNG) and len(content) >= 24:  # noqa: PLR2004 - the end of PNG's first chunk's size
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(_JPEG):
        return _jpeg_size(content)
    return _UNKNOWN_SIZE


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:  # noqa: PLR2004 - every JPEG marker begins with it
        if content[at + 1] in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return _UNKNOWN_SIZE

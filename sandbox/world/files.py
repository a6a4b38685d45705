"""Files that were sent, both ways. Held in memory for as long as the sandbox runs."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_UNKNOWN_SIZE = (800, 600)


@dataclass(frozen=True, slots=True)
class Stored:
    """One file."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    content: bytes
    path: str

    def wire(self) -> dict[str, Any]:
        """Return the Bot API's `File`."""
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
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
            "file_size": len(file.content),
        }
        if self.kind == "document":
            return {"document": {**body, "file_name": file.name, "mime_type": file.mime}}
        width, height = picture_size(file.content)
        body |= {"width": width, "height": height}
        if self.kind == "photo":
            return {"photo": [body]}
        body |= {"type": "regular", "is_animated": False, "is_video": False}
        return {"sticker": {**body, "emoji": self.emoji} if self.emoji else body}

    def page(self) -> dict[str, Any]:
        """Return the media as the page sees it."""
        size = len(self.file.content)
        return {
            "kind": self.kind,
            "url": f"/sandbox/files/{self.file.id}",
            "name": self.file.name,
            "size": size,
        }


@dataclass(slots=True)
class FileStore:
    """All files of one sandbox."""

    by_id: dict[str, Stored] = field(default_factory=dict)
    by_path: dict[str, Stored] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def keep(self, kind: str, name: str, mime: str, content: bytes) -> Stored:
        """Store a file and return it with its new id."""
        number = next(self._numbers)
        suffix = name.rpartition(".")[2].lower() if "." in name else "bin"
        ending = suffix if suffix.isalnum() and suffix.isascii() else "bin"
        path = f"{kind}s/file_{number}.{ending}"
        stored = Stored(f"SBX{kind[0]}{number:08d}", f"SBXU{number:08d}", kind, name, mime, content, path)
        self.by_id[stored.id] = self.by_path[path] = stored
        return stored

    def clear(self) -> None:
        """Forget all files."""
        self.by_id.clear()
        self.by_path.clear()


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

"""Our own files: what people sent, kept by the SHA-256 of its content, so that the same picture is kept once.

They lie beside the database (`FILES_DIR`), readable by their owner only. Which of them are needed, the database knows.
"""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")


class FileStore:
    """The files in one folder, which is made with the first of them. Methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep a content and return its name. All of it is on the disk then, or nothing."""
        name = hashlib.sha256(content).hexdigest()
        target = self.path_of(name)
        if not target.exists():
            _make(target.parent)
            part = target.with_name(f"{name}.part")
            with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(target)
        return name

    def read(self, name: str) -> bytes:
        """Return a content. Raises FileNotFoundError when it is not here, or not any more what its name says."""
        content = self.path_of(name).read_bytes()
        if hashlib.sha256(content).hexdigest() != name:
            raise FileNotFoundError(f"{name} is damaged")
        return content

    def has(self, name: str) -> bool:
        """Tell whether a content is here."""
        return _NAME.fullmatch(name) is not None and self.path_of(name).is_file()

    def delete(self, name: str) -> None:
        """Delete a content; nothing happens when it is not here."""
        self.path_of(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Name all contents that are here."""
        return (path.name for path in sorted(self.folder.glob("??/*")) if _NAME.fullmatch(path.name))

    def copy_to(self, other: "FileStore", names: Collection[str] | None = None, seen: float | None = None) -> None:
        """Give another folder what it has not, of `names` or all; mark that there as `seen` then, for `forget`."""
        for name in filter(self.has, names) if names is not None else self.names():
            target = other.path_of(name)
            if not target.exists():
                _make(target.parent)
                part = target.with_name(f"{name}.part")
                shutil.copyfile(self.path_of(name), part)
                part.chmod(0o600)
                part.rename(target)
            if seen is not None:
                os.utime(target, (seen, seen))

    def forget(self, before: float) -> None:
        """Delete what was last seen before that time."""
        for name in list(self.names()):
            with contextlib.suppress(FileNotFoundError):
                if self.path_of(name).stat().st_mtime < before:
                    self.delete(name)

    def path_of(self, name: str) -> Path:
        """Return where a content lies, whether it is there or not. Raises FileNotFoundError for no name of ours."""
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(f"{name!r} is not the name of a file of ours")
        return self.folder / name[:2] / name


def _make(folder: Path) -> None:
    """Make a folder inside ours, both for their owner only."""
    for one in (folder.parent, folder):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)

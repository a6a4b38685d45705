"""Who has been erased, kept beside the database in a file that outlives it and its backups.

A backup made before still knows the person; a restore must not bring anybody back. The file names nobody: each line is
a keyed hash of the number and the making of a row, which the erased row itself still bears.
"""

import datetime as dt
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import URL

_HEAD = "# 已删除的人（加密指纹，没有姓名），请与数据库一起保管 / who has been erased; keep it with the database"
_KEY = re.compile(r"key ([0-9a-f]{64})")
_LINE = re.compile(r"[0-9a-f]{64}")


class ErasedList:
    """The list in one file, which is made when somebody is first erased. Methods raise OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def holds(self) -> "Erased":
        """Return who is on the list now."""
        lines = self._lines()
        found = next((match for line in lines if (match := _KEY.fullmatch(line))), None)
        key = bytes.fromhex(found[1]) if found else b""
        return Erased(key, frozenset(line for line in lines if _LINE.fullmatch(line)) if key else frozenset())

    def add(self, rows: Iterable[tuple[int, dt.datetime]]) -> None:
        """Write down rows that are not on the list yet; on the disk when this returns."""
        rows = list(rows)
        known = self.holds()
        key = known.key or secrets.token_bytes(32)
        fresh = [] if known.key else [_HEAD, f"key {key.hex()}"]
        missing = [mark for row in rows if (mark := _mark(key, *row)) not in known.marks]
        if not missing:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            # A line that a crash cut short stands alone, and is nobody.
            os.write(file, ("\n" + "\n".join([*fresh, *missing]) + "\n").encode())
            os.fsync(file)
        finally:
            os.close(file)

    def _lines(self) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []


class Erased:
    """Who is on a list at one time."""

    def __init__(self, key: bytes, marks: frozenset[str]) -> None:
        self.key = key
        self.marks = marks

    def __call__(self, number: int, made: dt.datetime) -> bool:
        """Tell whether the person of that row has been erased."""
        return bool(self.marks) and _mark(self.key, number, made) in self.marks


def _mark(key: bytes, number: int, made: dt.datetime) -> str:
    row = f"{number}:{made.astimezone(dt.UTC).isoformat(timespec='microseconds')}"
    return hmac.new(key, row.encode(), hashlib.sha256).hexdigest()


def erased_list_of(url: URL) -> ErasedList | None:
    """Return the list of a database: beside an SQLite file, in `data/` for PostgreSQL; none for one in memory."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite":
        return ErasedList(Path("data") / f"{Path(name).name or 'tongxin'}.erased")
    if not name or name == ":memory:":
        return None
    file = Path(name)
    return ErasedList(file.with_name(f"{file.stem}.erased"))

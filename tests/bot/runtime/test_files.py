"""Our own files: kept once, by what they hold, for their owner only."""

import hashlib
import os
from pathlib import Path

import pytest

from bot.runtime.files import FileStore


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """A folder that is not there yet."""
    return FileStore(tmp_path / "data" / "files")


def test_a_content_is_kept_once_under_its_digest(store: FileStore) -> None:
    name = store.put(b"one")
    assert name == hashlib.sha256(b"one").hexdigest() == store.put(b"one")
    assert store.put(b"two") != name
    assert store.read(name) == b"one"
    assert len(list(store.names())) == 2


def test_only_the_owner_may_read(store: FileStore) -> None:
    old = os.umask(0)
    try:
        path = store.path_of(store.put(b"one"))
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (path.parent, store.folder)} == {0o700}


def test_what_is_damaged_or_away_is_not_given_out(store: FileStore) -> None:
    name = store.put(b"one")
    store.path_of(name).write_bytes(b"0ne")
    with pytest.raises(FileNotFoundError):
        store.read(name)
    store.delete(name)
    store.delete(name)
    assert not store.has(name)
    with pytest.raises(FileNotFoundError):
        store.read(name)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64])
def test_no_other_name_leads_to_a_file(store: FileStore, name: str) -> None:
    assert not store.has(name)
    with pytest.raises(FileNotFoundError):
        store.path_of(name)


def test_a_copy_is_forgotten_once_it_was_not_needed_for_long(store: FileStore, tmp_path: Path) -> None:
    copy = FileStore(tmp_path / "backups" / "files")
    stays, goes = store.put(b"stays"), store.put(b"goes")
    store.copy_to(copy, seen=1000)
    assert {copy.read(stays), copy.read(goes)} == {b"stays", b"goes"}
    assert copy.path_of(stays).stat().st_mode & 0o777 == 0o600
    store.delete(goes)
    store.copy_to(copy, seen=2000)
    copy.forget(before=1000)
    assert copy.has(goes)
    copy.forget(before=1500)
    assert list(copy.names()) == [stays]

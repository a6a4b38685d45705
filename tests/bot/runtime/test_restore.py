"""The way back: onto whatever is there, from what is really a backup of ours, and nobody who was erased comes back."""

import contextlib
import datetime as dt
import itertools
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import migrations
from bot.runtime import cli, restore
from bot.runtime.backup import BackupError, counts, make_backup, opened, sidecar
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.runtime.files import FileStore
from bot.runtime.settings import Settings
from corps import sample
from corps.membership import erasure
from corps.moment import Policy
from models import Activity
from models.engine import open_engine
from models.lock import FileLock, TakenError
from tests.base import ROSTER, Corps, found_corps
from tests.conftest import SERVER
from tests.program import ROOT

pytestmark = pytest.mark.skipif(bool(SERVER), reason="PostgreSQL has tools of its own")

NOON = dt.datetime(2026, 12, 5, 12)  # noqa: DTZ001 - wall time, as the names of files tell it


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Path:
    """A corps' database in a folder of its own, with somebody in it."""
    path = tmp_path / "data" / "corps.db"
    path.parent.mkdir()
    shutil.copy(migrated_file, path)
    corps = found_corps(open_engine(f"sqlite:///{path}"))
    corps.coordinator("王统筹")
    corps.leader("赵联络")
    corps.database.close()
    write(path, 100)
    return path


def write(path: Path, rows: int) -> None:
    with opened(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN")
        for number in range(rows):
            connection.execute("INSERT INTO milestone VALUES (?, '2026-12-05')", (f"{rows}:{number}",))
        connection.execute("COMMIT")


def held(path: Path) -> dict[str, int]:
    """Count the rows of each table, but for the numbers of the ids given: a restore passes over some in each."""
    with opened(path) as connection:
        return {table: rows for table, rows in counts(connection).items() if table != "sqlite_sequence"}


def settings(path: Path) -> Settings:
    return Settings(bot_token="1:a", database_url=f"sqlite:///{path}")


def header(content: bytes) -> bytes:
    return b"\xff" * 100 + content[100:]


def schema(content: bytes) -> bytes:
    return content[:100] + b"\xa5" * (4096 - 100) + content[4096:]


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def uneven(content: bytes) -> bytes:
    return content[: len(content) // 2 + 1234]


def zeros(content: bytes) -> bytes:
    return bytes(len(content))


def nothing(_content: bytes) -> bytes:
    return b""


def some_pages(content: bytes) -> bytes:
    page = bytearray(content)
    for number in range(1, len(content) // 4096, 3):
        page[number * 4096 : (number + 1) * 4096] = os.urandom(4096)
    return bytes(page)


def words(_content: bytes) -> bytes:
    return "不是数据库".encode() * 1000


DAMAGES = [header, schema, half, uneven, zeros, nothing, some_pages, words]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("tails", [False, True])
def test_a_damaged_database_is_moved_aside_together_and_the_backup_takes_its_place(
    database: Path, damage: Callable[[bytes], bytes], tails: bool
) -> None:
    made = make_backup(database, NOON, 14)
    before = held(made)
    broken = damage(database.read_bytes())
    database.write_bytes(broken)
    for tail in ("-wal", "-shm") if tails else ():
        database.with_name(f"corps.db{tail}").write_bytes(b"left over" * 1000)
    done = cli.put_back(settings(database), made)
    assert "已恢复" in done
    assert held(database) == before
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    aside = database.with_name(next(path.name for path in database.parent.glob("corps.before-restore-*.db")))
    assert aside.read_bytes() == broken, "what was there is kept as it was"
    assert str(aside) in done
    assert not list(database.parent.glob("corps.db-*"))
    assert not list(database.parent.glob("*restor*ing*"))
    assert made.exists()
    engine = open_engine(f"sqlite:///{database}")
    assert migrations.present(engine) == migrations.newest()
    engine.dispose()


def test_tails_without_their_database_are_moved_aside_too(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    database.rename(database.with_name("taken-away.db"))
    database.with_name("corps.db-wal").write_bytes(b"left over" * 1000)
    aside = restore.restore(made, database, NOON).aside
    assert aside is not None
    assert aside.with_name(f"{aside.name}-wal").exists()
    assert held(database) == held(made)


def test_restoring_brings_back_exactly_what_the_backup_held(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    before = held(database)
    write(database, 7)
    assert held(database) != before
    done = restore.restore(made, database, NOON)
    assert done.sealed
    assert held(database) == before
    assert done.aside is not None
    assert held(done.aside)["milestone"] == 107, "what was there before is kept aside, its log folded in"
    again = restore.restore(made, database, NOON)
    assert again.aside not in (None, done.aside), "nothing that was kept is overwritten"


def test_the_files_of_a_backup_come_back_with_it(database: Path, tmp_path: Path) -> None:
    wanted = settings(database).model_copy(update={"files_dir": tmp_path / "files"})
    store = FileStore(wanted.files)
    needed, erased = store.put(b"photo"), store.put(b"somebody's who was erased before the backup was made")
    with opened(database) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for number, (sha256, state) in enumerate(((needed, "kept"), ("", "erased")), 1):
            row = (number, f"u{number}", sha256, state)
            connection.execute(
                "INSERT INTO reportphoto (id, report_id, unique_id, sha256, state, refusals, error)"
                " VALUES (?, 1, ?, ?, ?, 0, '')",
                row,
            )
    made = Path(cli.back_up(wanted))
    assert set(FileStore(made.parent / "files").names()) == {needed, erased}
    for name in (needed, erased):
        store.delete(name)
    later = store.put(b"later")
    cli.put_back(wanted, made)
    assert set(store.names()) == {needed, later}, "what the backup does not need stays away"


def test_restoring_onto_nothing_works(database: Path, tmp_path: Path) -> None:
    made = make_backup(database, NOON, 14)
    fresh = tmp_path / "new" / "corps.db"
    assert restore.restore(made, fresh, NOON).aside is None
    assert held(fresh) == held(made)


def test_nothing_is_restored_while_the_bot_runs(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    running = FileLock(database)
    with pytest.raises(TakenError, match="stop it first"):
        restore.restore(made, database, NOON)
    running.let_go()
    restore.restore(made, database, NOON)


def other(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("CREATE TABLE member (id INTEGER)")


def newer(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def unknown(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")


def nobody(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("DELETE FROM member")


def without_table(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("DROP TABLE hoursentry")


def without_column(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("ALTER TABLE member DROP COLUMN language")


def with_trigger(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("CREATE TRIGGER more AFTER INSERT ON audit BEGIN DELETE FROM member; END")


def no_version(path: Path) -> None:
    with opened(path) as connection:
        connection.execute("DELETE FROM alembic_version")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (newer, "upgrade first"),
        (unknown, "unknown revision"),
        (nobody, "nobody is in this backup"),
        (without_table, "tables are missing): hoursentry"),
        (without_column, "tables are missing): member.language"),
        (with_trigger, "not ours"),
        (no_version, "not a backup of Tongxin"),
    ],
)
def test_a_backup_that_is_not_ours_is_refused_in_one_sentence(
    database: Path, spoil: Callable[[Path], None], said: str
) -> None:
    made = make_backup(database, NOON, 14)
    sidecar(made).unlink()
    spoil(made)
    refused(made, database, said)


def refused(backup: Path, database: Path, said: str) -> None:
    """Make sure that nothing is changed, and that the operator reads one sentence."""
    before = database.read_bytes()
    with pytest.raises(BackupError) as caught:
        cli.put_back(settings(database), backup)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert database.read_bytes() == before
    assert not list(database.parent.glob("*restor*"))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (nothing, "the file is empty"),
        (words, "not a backup of Tongxin"),
        (zeros, "not a backup of Tongxin"),
        (header, "not a backup of Tongxin"),
        (half, "not whole"),
        (uneven, "not whole"),
        (some_pages, "not whole"),
    ],
)
def test_a_damaged_backup_is_refused_with_its_digest_and_without(
    database: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    made = make_backup(database, NOON, 14)
    made.write_bytes(damage(made.read_bytes()))
    refused(made, database, said if "not a" in said or "empty" in said else "its digest differs")
    sidecar(made).unlink()
    refused(made, database, said)


def test_any_other_sqlite_file_and_a_missing_one_are_refused(database: Path, tmp_path: Path) -> None:
    foreign, empty = tmp_path / "foreign.db", tmp_path / "empty.db"
    other(foreign)
    with opened(empty) as connection:
        connection.execute("VACUUM")
    refused(foreign, database, "not a backup of Tongxin")
    refused(empty, database, "empty")
    refused(tmp_path / "none.db", database, "no such backup")
    refused(tmp_path, database, "no such backup")
    refused(database, database, "this is the database itself")


def test_a_backup_that_was_changed_since_it_was_made_is_refused_though_it_is_whole(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    with opened(made) as connection:
        connection.execute("UPDATE member SET is_coordinator = 1")
    refused(made, database, "its digest differs")


def test_an_old_backup_without_a_digest_is_taken_with_a_word_of_warning(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    assert "no digest" not in cli.put_back(settings(database), made)
    sidecar(made).unlink()
    assert "no digest" in cli.put_back(settings(database), made)


def test_the_sample_corps_is_not_restored_in_place_of_a_real_one(database: Path, sample_file: Path) -> None:
    refused(sample_file, database, "the other is real")
    real = make_backup(database, NOON, 14)
    with pytest.raises(BackupError, match="the other is real"):
        cli.put_back(Settings(database_url=f"sqlite:///{database.parent}/sandbox.db"), real)


def people(path: Path) -> list[str]:
    with opened(path) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM member ORDER BY id").fetchall()]


_STRANGERS = itertools.count(900_001)


def a_corps(path: Path) -> Corps:
    """Open the corps that lives in a file; who joins it is new to Telegram, too."""
    corps = found_corps(open_engine(f"sqlite:///{path}"))
    corps._ids = _STRANGERS
    return corps


@pytest.mark.parametrize("damage", [None, *DAMAGES])
def test_who_was_erased_stays_erased_after_a_restore(database: Path, damage: Callable[[bytes], bytes] | None) -> None:
    """The backup knows the name, the database may be damaged beyond reading: the list beside it tells."""
    corps = a_corps(database)
    who = corps.member("张小明")
    made = make_backup(database, NOON, 14)
    corps.member("后来的")
    corps.do(who, erasure.erase)
    corps.database.close()
    if damage is not None:
        database.write_bytes(damage(database.read_bytes()))
    said = cli.put_back(settings(database), made)
    assert "erased again: 1" in said
    assert people(database) == ["王统筹", "赵联络", "成员#3 已删除"]
    assert "张小明".encode() not in database.read_bytes()
    listed = database.with_name("corps.erased")
    assert stat.S_IMODE(listed.stat().st_mode) == 0o600
    assert str(who) not in listed.read_text()


def test_a_number_given_to_somebody_else_after_a_restore_does_not_erase_them(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    corps = a_corps(database)
    who = corps.member("张小明")
    corps.do(who, erasure.erase)
    corps.database.close()
    cli.put_back(settings(database), made)
    corps = a_corps(database)
    corps.clock.push(dt.timedelta(hours=1))
    assert corps.member_id(corps.member("李新来")) > 3, "the number of the one who was erased is not given out again"
    corps.database.close()
    again = make_backup(database, NOON + dt.timedelta(hours=1), 14)
    assert "erased again" not in cli.put_back(settings(database), again)
    assert people(database) == ["王统筹", "赵联络", "李新来"]


def test_who_was_erased_and_has_come_back_since_stays(database: Path) -> None:
    corps = a_corps(database)
    who = corps.member("张小明")
    corps.do(who, erasure.erase)
    corps.clock.push(dt.timedelta(days=1))
    corps._ids = itertools.count(who)
    corps.member("张小明")
    corps.database.close()
    made = make_backup(database, NOON, 14)
    cli.put_back(settings(database), made)
    assert people(database)[-2:] == ["成员#3 已删除", "张小明"]


def test_a_backup_copied_into_place_by_hand_brings_nobody_back_either(database: Path) -> None:
    """The start erases again what the list knows; and takes into the list whom only the database knows."""
    corps = a_corps(database)
    who = corps.member("张小明")
    made = make_backup(database, NOON, 14)
    corps.do(who, erasure.erase)
    corps.database.close()
    shutil.copy(made, database)
    clock = Clock()
    desk = Database(open_engine(f"sqlite:///{database}"), clock, Policy(zone=clock))
    assert desk.run_now(desk.forgetting.follow) == 1
    database.with_name("corps.erased").unlink()
    assert desk.run_now(desk.forgetting.follow) == 0
    desk.close()
    assert people(database)[-1] == "成员#3 已删除"
    assert "erased again: 1" in cli.put_back(settings(database), made)


def test_a_backup_of_an_older_version_is_brought_to_the_present_shape(database: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    engine = open_engine(f"sqlite:///{old}")
    from alembic import command

    with migrations.transaction(engine) as connection:
        command.upgrade(migrations.config_for(connection), "0002")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO member (id, name, status, is_leader, is_coordinator, created_at, reminders)"
            " VALUES (1, '老成员', 'active', 0, 1, '2026-01-01 00:00:00', 1)"
        )
    engine.dispose()
    cli.put_back(settings(database), old)
    assert people(database) == ["老成员"]
    engine = open_engine(f"sqlite:///{database}")
    assert migrations.present(engine) == migrations.newest()
    engine.dispose()
    with opened(old) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",), "it stays"


@pytest.mark.parametrize("moved", [False, True])
def test_a_restore_that_was_killed_is_ended_by_the_next_start(database: Path, moved: bool) -> None:
    """Killed before anything was replaced: as if never asked for. After: it is done to its end."""
    made = make_backup(database, NOON, 14)
    write(database, 7)
    now = held(database)
    shutil.copy(made, database.with_name("corps.db.restored"))
    if moved:
        database.rename(database.with_name("corps.before-restore-20261205-120000.db"))
    cli.end_restore(settings(database))
    assert held(database) == (held(made) if moved else now)
    assert not list(database.parent.glob("*.restored"))


def test_the_program_says_it_in_a_sentence_and_ends_with_2(database: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    env = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{database}", "BOT_TOKEN": "1:a"}
    words = [sys.executable, str(ROOT / "main.py"), "restore", str(empty)]
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_the_list_survives_lines_cut_short_and_a_lost_key(tmp_path: Path) -> None:
    from bot.runtime.erased_list import ErasedList

    row, next_row = (1, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)), (2, dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    kept = ErasedList(tmp_path / "corps.erased")
    assert not kept.holds()(*row)
    kept.add([row])
    with kept.path.open("a") as file:
        file.write("0123abc")
    kept.add([row, next_row])
    assert kept.holds()(*row)
    assert kept.holds()(*next_row)
    kept.path.write_bytes(b"\xff\x00nonsense")
    assert not kept.holds()(*row)
    kept.add([row])
    assert kept.holds()(*row)
    assert not kept.holds()(*next_row)


def test_the_samples_begin_anew_is_no_erasing(sample_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    shutil.copy(sample_file, path)
    clock = Clock()
    desk = Database(open_engine(f"sqlite:///{path}"), clock, Policy(zone=clock))
    desk.run_now(sample.begin_anew, ROSTER)
    desk.close()
    assert not path.with_name("sandbox.erased").exists()


def test_a_locked_log_is_owed_and_done_later(database: Path) -> None:
    corps = a_corps(database)
    who = corps.member("张小明")
    corps.database.engine.dispose()
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as reader:
        corps.run(lambda _s, _at: None)
        with corps.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA busy_timeout=1")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM member").fetchone()
        corps.do(who, erasure.erase)
        assert corps.database.forgetting.owed
        reader.execute("COMMIT")
    corps.database.forgetting.finish()
    assert not corps.database.forgetting.owed
    name = "张小明".encode()
    assert all(name not in path.read_bytes() for path in database.parent.glob("corps.db*"))
    corps.database.close()


def test_the_ids_given_out_after_a_backup_are_not_given_out_again_after_a_restore(database: Path) -> None:
    """A button under an activity that a restore has taken away must not sign up for another."""
    made = make_backup(database, NOON, 14)
    corps = a_corps(database)
    lost = corps.publish(corps.coordinator("李统筹"))
    corps.database.close()
    cli.put_back(settings(database), made)
    again = a_corps(database)
    new = again.publish(again.coordinator("李统筹"))
    assert new > lost
    assert again.run(lambda s, _at: s.get(Activity, lost)) is None
    again.database.close()

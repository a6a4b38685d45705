"""One process on an SQLite file; one leader among many on PostgreSQL."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models.engine import open_engine
from models.lock import AdvisoryLock, FileLock, TakenError, lead_of, one_at_a_time
from tests.conftest import SERVER


def test_a_second_on_the_same_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "corps.db")
    with pytest.raises(TakenError, match="请先停掉它"):
        FileLock(tmp_path / "corps.db")
    first.let_go()
    assert FileLock(tmp_path / "corps.db").hold()


def test_the_lock_goes_with_the_process_however_it_dies(tmp_path: Path) -> None:
    code = "import sys,time;from pathlib import Path;from models.lock import FileLock;"
    code += "a=FileLock(Path(sys.argv[1]));print('held',flush=True);time.sleep(60)"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "corps.db")], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(TakenError):
        FileLock(tmp_path / "corps.db")
    holder.kill()
    holder.wait()
    assert FileLock(tmp_path / "corps.db").hold()


def test_the_database_and_its_lock_are_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "fresh" / "corps.db"
    engine = open_engine(f"sqlite:///{path}")
    lock = lead_of(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a)"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    lock.let_go()


def test_a_database_in_memory_needs_no_lock() -> None:
    assert lead_of(open_engine("sqlite:///:memory:")).hold()


@pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL (TEST_DATABASE_URL)")
def test_one_leads_and_the_next_takes_over_when_its_connection_dies(engine: Engine) -> None:
    first, second = AdvisoryLock(engine), AdvisoryLock(engine)
    assert first.hold()
    assert first.hold()
    assert not second.hold()
    assert first._connection is not None
    pid = first._connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    assert second.hold()
    assert not first.hold()
    second.let_go()
    assert first.hold()
    first.let_go()


@pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL (TEST_DATABASE_URL)")
def test_processes_of_one_postgresql_start_one_after_the_other(engine: Engine) -> None:
    with one_at_a_time(engine), engine.connect() as other:
        free = other.execute(text("SELECT pg_try_advisory_lock(2020175360)")).scalar_one()
    assert not free

"""One process on an SQLite file; one leader among many on PostgreSQL."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from corps.delivery import leasing
from models import lock
from models.engine import open_engine
from models.lock import FileLock, Lead, TakenError, lead_of, one_at_a_time
from tests.base import Corps
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
    held = lead_of(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a)"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    held.let_go()


def test_a_database_in_memory_needs_no_lock() -> None:
    assert lead_of(open_engine("sqlite:///:memory:")).hold()


needs_server = pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL (TEST_DATABASE_URL)")


def leads(engine: Engine) -> tuple[Lead, Lead]:
    return lead_of(engine), lead_of(engine)


def passed(engine: Engine, seconds: float) -> None:
    """Let the server's clock go on, as far as the lease is concerned."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE pulse SET ran_at = ran_at - make_interval(secs => :s)"), {"s": seconds})


@needs_server
def test_one_leads_and_the_next_takes_over_when_it_lets_go_or_no_longer_renews(engine: Engine) -> None:
    first, second = leads(engine)
    assert first.hold()
    assert first.hold()
    assert first.is_fresh()
    assert not second.hold()
    assert not second.is_fresh()
    before = first.number
    first.let_go()
    assert second.hold(), "at once"
    assert second.number not in (None, before)
    assert not first.hold()
    passed(engine, lock.LEASE + 1)
    assert first.hold()


@needs_server
def test_who_was_deposed_finds_out_at_the_next_look(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = leads(engine)
    assert first.hold()
    passed(engine, lock.LEASE + 1)
    assert second.hold()
    monkeypatch.setattr(lock, "RENEWED", 0.0)
    assert not first.hold()
    assert second.hold()


@needs_server
def test_a_lead_of_a_server_clock_that_was_put_back_is_not_for_ever(engine: Engine) -> None:
    first, second = leads(engine)
    assert first.hold()
    passed(engine, -3600)
    assert second.hold()


@needs_server
def test_a_lead_that_cannot_be_renewed_ends_before_another_takes_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(lock, "_now", lambda: now[0])
    first, _ = leads(engine)
    assert first.hold()
    monkeypatch.setattr(lock, "_renew", away)
    now[0] += lock.LEASE - lock.MARGIN - 0.1
    assert first.hold(), "a moment of trouble is borne"
    now[0] += 0.2
    assert not first.is_fresh()
    assert not first.hold()


def away(*_: object) -> None:
    raise OperationalError("", None, Exception("connection refused"))


@needs_server
def test_only_the_present_leader_takes_notices(corps: Corps) -> None:
    first, second = leads(corps.engine)
    assert first.hold()
    corps.run(lambda s, _at: leasing.demand_lead(s, first.number))
    passed(corps.engine, lock.LEASE + 1)
    assert second.hold()
    corps.run(lambda s, _at: leasing.demand_lead(s, second.number))
    with pytest.raises(leasing.DeposedError):
        corps.run(lambda s, _at: leasing.demand_lead(s, first.number))
    corps.run(leasing.put_back)
    assert second.hold(), "what a wrong clock wrote is undone, the lead is not"


def test_on_sqlite_there_is_but_one_and_nothing_to_prove(corps: Corps) -> None:
    corps.run(lambda s, _at: leasing.demand_lead(s, None))


@needs_server
def test_processes_of_one_postgresql_start_one_after_the_other(engine: Engine) -> None:
    with one_at_a_time(engine), engine.connect() as other:
        free = other.execute(text("SELECT pg_try_advisory_lock(2020175360)")).scalar_one()
    assert not free

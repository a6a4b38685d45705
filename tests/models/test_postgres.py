"""A PostgreSQL that falls silent is given up in time, and nothing waits for it at the end."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

import migrations
from bot.runtime.clock import Clock
from bot.runtime.database import Database, passes_by_itself
from corps.moment import Policy
from models.engine import open_engine
from models.postgres import BoundedConnection
from tests.conftest import SERVER

pytestmark = pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL (TEST_DATABASE_URL)")


class Mute:
    """Stands between, and can fall silent: it goes on taking bytes, and carries none."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        host = str(parsed.query.get("host") or parsed.host or "127.0.0.1")
        self._server = f"{host}/.s.PGSQL.{parsed.port or 5432}" if host.startswith("/") else (host, parsed.port or 5432)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.speaks = threading.Event()
        self.speaks.set()
        self.url = parsed.set(host="127.0.0.1", port=self._door.getsockname()[1], query={}).render_as_string(False)
        self._open: list[socket.socket] = [self._door]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                family = socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET
                far = socket.socket(family, socket.SOCK_STREAM)
                far.connect(self._server)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self.speaks.wait()
                other.sendall(data)
            other.close()

    def close(self) -> None:
        for one in self._open:
            one.close()


@pytest.fixture
def mute(database_url: str) -> Iterator[Mute]:
    """A way to the test's database that can fall silent."""
    made = Mute(database_url)
    yield made
    made.close()


def test_a_silent_server_is_given_up_and_asked_anew_once_it_speaks(mute: Mute) -> None:
    engine = open_engine(mute.url, patience=2)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
        mute.speaks.clear()
        begun = time.monotonic()
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("SELECT 2"))
        assert time.monotonic() - begun < 60
        assert passes_by_itself(caught.value)
    mute.speaks.set()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 3")).scalar_one() == 3
    engine.dispose()


def test_nothing_new_is_waited_for_either(mute: Mute) -> None:
    mute.speaks.clear()
    begun = time.monotonic()
    with pytest.raises(DBAPIError) as caught:
        open_engine(mute.url, patience=2).connect()
    assert time.monotonic() - begun < 60
    assert passes_by_itself(caught.value)
    mute.speaks.set()


def test_the_end_does_not_wait_for_a_silent_server(mute: Mute) -> None:
    clock = Clock()
    database = Database(open_engine(mute.url), clock, Policy(zone=clock))
    database.run_now(lambda s, _at: s.execute(text("SELECT 1")))
    mute.speaks.clear()
    stuck = database._threads.submit(database.run_now, lambda s, _at: s.execute(text("SELECT 1")))
    begun = time.monotonic()
    database.close()
    assert time.monotonic() - begun < 60
    assert isinstance(stuck.exception(), DBAPIError)
    mute.speaks.set()


def test_the_server_is_told_its_bounds(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.connect() as connection:
        for name, value in (
            ("statement_timeout", "20s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "10s"),
        ):
            assert connection.exec_driver_sql(f"SHOW {name}").scalar_one() == value
    engine.dispose()


def test_a_foreign_lock_is_trouble_that_passes_and_not_a_silence(database_url: str) -> None:
    engine, foreign = open_engine(database_url), open_engine(database_url)
    with foreign.connect() as other, engine.connect() as connection:
        other.execute(text("LOCK TABLE member IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("SELECT count(*) FROM member"))
        assert getattr(caught.value.orig, "sqlstate", "") == "55P03", "it waited for the lock, not for the statement"
        assert passes_by_itself(caught.value)
    engine.dispose()
    foreign.dispose()


def test_a_migration_takes_the_time_that_it_needs(database_url: str) -> None:
    engine = open_engine(database_url)
    with migrations.transaction(engine) as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "0"
        inner = connection.connection.dbapi_connection
        assert isinstance(inner, BoundedConnection)
        assert inner.patience is None
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "20s"
        inner = connection.connection.dbapi_connection
        assert isinstance(inner, BoundedConnection)
        assert inner.patience is not None
    engine.dispose()

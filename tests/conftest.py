"""Fixtures: a database of its own for each test, a corps on it, and the whole bot before a sandbox."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from sqlalchemy import Engine, make_url, text

import migrations
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from corps import sample
from corps.moment import Policy
from models.engine import open_engine
from tests.base import ROSTER, Corps, found_corps
from tests.stage import Stage

os.environ["PTB_TIMEDELTA"] = "1"

# A shared machine stalls now and then; how long an example takes says nothing about the rule it tests.
settings.register_profile("corps", deadline=None)
settings.load_profile("corps")

# A mutation run fails most examples on purpose: it need not find the smallest one, and the same ones do each time.
settings.register_profile(
    "mutants", deadline=None, derandomize=True, max_examples=25, phases=(Phase.explicit, Phase.generate)
)

SERVER = os.environ.get("TEST_DATABASE_URL", "")
"""A PostgreSQL server to test on (a URL with a database to connect to); empty: SQLite files."""


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once and copied for each test."""
    path = tmp_path_factory.mktemp("migrated") / "corps.db"
    engine = open_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def sample_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample corps as it is now, made once and copied for each test."""
    path = tmp_path_factory.mktemp("sample") / "sandbox.db"
    path.write_bytes(migrated_file.read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    clock = Clock()
    database = Database(engine, clock, Policy(zone=clock))
    database.run_now(sample.begin_anew, ROSTER)
    database.close()
    return path


@pytest.fixture(scope="session")
def template() -> Iterator[str]:
    """The name of a migrated database on the server, made once and copied for each test; empty: there is no server."""
    if not SERVER:
        yield ""
        return
    with _database() as url:
        engine = open_engine(url)
        migrations.upgrade(engine)
        engine.dispose()
        yield str(make_url(url).database)


@contextmanager
def _database(template: str = "template1") -> Iterator[str]:
    """Make a database on the server, the copy of another, for a while; yields its address."""
    name, server = f"test_{uuid.uuid4().hex}", open_engine(SERVER)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def database_url(tmp_path: Path, migrated_file: Path, template: str) -> Iterator[str]:
    """The address of a migrated database of the test's own."""
    if template:
        with _database(template) as url:
            yield url
        return
    path = tmp_path / "corps.db"
    path.write_bytes(migrated_file.read_bytes())
    yield f"sqlite:///{path}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database of the test's own."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def corps(engine: Engine) -> Iterator[Corps]:
    """A corps with the sample roster and nobody in it yet."""
    corps = found_corps(engine)
    yield corps
    corps.database.close()


@pytest.fixture
async def stage(corps: Corps) -> AsyncIterator[Stage]:
    """The whole bot over real HTTP before a sandbox; time moves when the test says so."""
    stage = Stage(corps)
    await stage.open()
    yield stage
    await stage.close()

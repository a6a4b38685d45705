"""Fixtures of flows that try every door: the bot with no HTTP before it, a crowded corps, and its database watched."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Engine

from tests.base import Corps
from tests.flows.crowded import Crowded, Watch
from tests.seam import Seam


@pytest.fixture
async def seam(corps: Corps) -> AsyncIterator[Seam]:
    """The bot before the sandbox, with no HTTP between them."""
    seam = Seam(corps)
    await seam.open()
    yield seam
    await seam.close()


@pytest.fixture
def world(corps: Corps) -> Crowded:
    """A corps with one of everything."""
    return Crowded(corps)


@pytest.fixture
def watch(world: Crowded, engine: Engine) -> Iterator[Watch]:
    """The database, watched from outside: what a tap changed, and back to how it was."""
    if engine.dialect.name != "sqlite":
        pytest.skip("watches an SQLite file from outside; the rules and the texts are the same everywhere")
    watch = Watch(str(engine.url.database))
    yield watch
    watch.close()

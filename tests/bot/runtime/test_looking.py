"""Who only looks: one page's looks are taken in one transaction, each answers for itself, and nothing stays."""

import asyncio

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from corps.moment import Moment
from corps.refusals import Reason, Refused
from models import Milestone
from tests.base import Corps


def put(session: Session, at: Moment, key: str) -> list[str]:
    """Write something down, and return all that is."""
    session.add(Milestone(key=key, at=at.now))
    session.flush()
    return sorted(session.exec(select(Milestone.key)).all())


def refuse(_session: Session, _at: Moment) -> None:
    """Say no."""
    raise Refused(Reason.GONE)


async def test_what_a_page_asks_for_at_once_is_one_transaction_and_leaves_nothing(corps: Corps) -> None:
    begun: list[object] = []
    event.listen(corps.engine, "begin", begun.append)
    page = corps.database.at_a_glance()
    nothing = await page.run(lambda s, _at: s.exec(select(Milestone.key)).all())
    assert len(begun) == 1
    found = await asyncio.gather(page.run(put, "a"), page.run(refuse), page.run(put, "b"), return_exceptions=True)
    assert len(begun) == 2
    assert isinstance(found[1], Refused), "it is said no to who asked for it, and the others have their answer"
    assert (len(found[0]), len(found[2])) == (len(nothing) + 1, len(nothing) + 2)  # type: ignore[arg-type]
    assert await page.run(lambda s, _at: s.exec(select(Milestone.key)).all()) == nothing


async def test_a_mistake_of_the_database_is_everybodys(corps: Corps) -> None:
    page = corps.database.at_a_glance()
    twice = [page.run(put, "a"), page.run(put, "a")]
    for answer in await asyncio.gather(*twice, return_exceptions=True):
        assert isinstance(answer, Exception)
    with pytest.raises(Refused):
        await page.run(refuse)

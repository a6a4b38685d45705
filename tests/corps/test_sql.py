"""What makes every tap and every sweep safe twice: a row goes in once, and we know whether it was new."""

from corps.sql import insert_once
from models import Milestone
from tests.base import Corps


def test_what_is_there_already_is_not_counted_as_new(corps: Corps) -> None:
    def put(*keys: str) -> int:
        return corps.run(lambda s, at: insert_once(s, Milestone, [{"key": key, "at": at.now} for key in keys]))

    assert put() == 0
    assert put("a") == 1
    assert put("a") == 0
    assert put("a", "b", "c") == 2
    assert put(*(f"k{number}" for number in range(1203))) == 1203
    assert put(*(f"k{number}" for number in range(1204))) == 1

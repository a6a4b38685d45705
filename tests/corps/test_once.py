"""Doing a thing once, whatever the database: what is new is counted, what is there is left alone."""

from corps.once import insert_once
from corps.reminders import first_time
from models import Milestone
from tests.base import Corps


def test_the_first_time_is_told_from_the_second(corps: Corps) -> None:
    assert corps.run(first_time, "digest:1")
    assert not corps.run(first_time, "digest:1")


def test_what_is_new_among_many_is_counted(corps: Corps) -> None:
    def put(first: int, last: int) -> int:
        return corps.run(
            lambda s, at: insert_once(s, Milestone, [{"key": f"k{n}", "at": at.now} for n in range(first, last)])
        )

    assert put(0, 700) == 700
    assert put(500, 1300) == 600
    assert put(0, 1300) == 0

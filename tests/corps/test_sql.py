"""What makes every tap and every sweep safe twice: a row goes in once, and we know whether it was new."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from corps.activities import card_queries
from corps.addresses import Address
from corps.moment import Moment
from corps.signups.signup_queries import _INSERT, _OTHERS
from corps.sql import flushed_connection, insert_once, row, rows, write
from models import Activity, Milestone, PageFile
from models.enums import ActivityState
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


def test_a_statement_made_ready_for_the_driver_finds_what_sqlalchemy_finds(corps: Corps) -> None:
    """Instants, enums, lists in JSON, truth values, nothing: in and out."""
    activity = corps.publish(corps.coordinator())
    me = corps.member_id(corps.member("张三"))
    held: dict[str, Any] = {"activity": activity, "slot": 0, "member": me}
    hours = {"starts": corps.instant("2026-12-05 14:00"), "ends": corps.instant("2026-12-05 16:00")}

    def both(session: Session, _at: Moment) -> None:
        link = flushed_connection(session)
        for statement, values in (
            (card_queries._ACTIVITY, {"activity": activity}),
            (card_queries._SLOTS, {"activity": activity, "member": me}),
            (_OTHERS, held | hours),
        ):
            found = rows(link, statement, **values)
            assert [tuple(one) for one in found] == [tuple(one) for one in link.execute(statement, values)]
            assert [one._fields for one in found] == [one._fields for one in link.execute(statement, values)]
        assert row(link, card_queries._ACTIVITY, activity=9_999) is None
        listed = select(col(Activity.id)).where(col(Activity.id).in_(bindparam("ids", expanding=True)))
        assert [one.id for one in rows(link, listed, ids=[activity, 9_999])] == [activity]
        assert rows(link, listed, ids=[]) == []
        of_some = listed.where(col(Activity.state).in_([ActivityState.DRAFT, ActivityState.PUBLISHED]))
        assert [one.id for one in rows(link, of_some, ids=[9_999, activity, 3])] == [activity]

    corps.run(both)


def test_an_insertion_tells_what_the_database_gave_the_row(corps: Corps) -> None:
    adding = insert(PageFile).returning(col(PageFile.id), col(PageFile.at))

    def add(session: Session, at: Moment) -> bool:
        link, file = flushed_connection(session), {"id": "a", "address": Address("web", "b"), "content": b"c"}
        kept = row(link, adding, **file, at=at.now)
        return kept is not None and tuple(kept) == ("a", at.now) and session.get_one(PageFile, "a").content == b"c"

    assert corps.run(add)


def test_what_is_taken_back_to_a_savepoint_is_gone_also_after_a_look(corps: Corps) -> None:
    def put(session: Session, at: Moment, key: str) -> int:
        return write(flushed_connection(session), insert(Milestone), key=key, at=at.now)

    def half(session: Session, at: Moment) -> list[str]:
        flushed_connection(session)
        put(session, at, "before")
        with session.begin_nested() as part:
            put(session, at, "taken back")
            part.rollback()
        put(session, at, "after")
        session.commit()
        put(session, at, "next")
        session.rollback()
        return [one.key for one in rows(flushed_connection(session), select(col(Milestone.key)).order_by("key"))]

    kept = corps.run(half)
    assert {"before", "after"} <= set(kept)
    assert not {"taken back", "next"} & set(kept)


def test_what_the_driver_refuses_is_sqlalchemys_error_and_tells_no_values(corps: Corps) -> None:
    now = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    fields = {"activity_id": 1, "slot_id": 999, "member_id": 77_777, "team_id": None, "state": "going"}
    times = {"queued_at": now, "created_at": now, "updated_at": now, "offered_until": None}

    def work(session: Session, _at: Moment) -> None:
        write(session.connection(), _INSERT, **fields, **times, offers=0)

    with pytest.raises(IntegrityError) as refused:
        corps.run(work)
    assert "77777" not in str(refused.value)


def test_whoever_listens_to_statements_hears_all(corps: Corps) -> None:
    heard: list[str] = []
    event.listen(corps.engine, "before_cursor_execute", lambda *call: heard.append(call[2]))
    corps.run(lambda s, _at: row(s.connection(), card_queries._ACTIVITY, activity=1))
    assert len(heard) == 1

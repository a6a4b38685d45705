"""What people had in earlier versions is there after an upgrade, and again after going back."""

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

import migrations
from models.engine import open_engine

SERVER = os.environ.get("TEST_DATABASE_URL", "")


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it: a file, or one of its own on the server that the tests run on."""
    if not SERVER:
        engine = open_engine(f"sqlite:///{tmp_path}/corps.db")
        yield engine
        engine.dispose()
        return
    server, name = open_engine(SERVER), f"test_{uuid.uuid4().hex}"
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(server.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def go(engine: Engine, revision: str, *, down: bool = False) -> None:
    """Go to a revision."""
    with migrations.transaction(engine) as connection:
        (command.downgrade if down else command.upgrade)(migrations.config_for(connection), revision)


def put(engine: Engine, table: str, *rows: dict[str, Any]) -> None:
    """Put rows into a table as it is at some revision."""
    with engine.begin() as connection:
        for row in rows:
            values = ", ".join(f":{name}" for name in row)
            statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"  # noqa: S608 - names of our own
            connection.execute(text(statement), row)


def read(engine: Engine, statement: str) -> list[tuple[Any, ...]]:
    """Return what a query finds."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


LONG_AGO, LATELY = "2026-03-01 00:00:00", "2026-11-20 00:00:00"


def a_member(number: int, telegram_id: int | None, unreachable: str | None = None) -> dict[str, Any]:
    """Return a member as revision 0001 keeps them."""
    return {
        "id": number, "telegram_id": telegram_id, "name": f"成员{number}",
        "status": "active" if telegram_id else "erased", "is_leader": False, "is_coordinator": False,
        "created_at": LONG_AGO, "reminders": True,
        "unreachable_since": unreachable,
    }  # fmt: skip


def a_notice(number: int, chat: int, member: int | None, state: str, message: int | None = None) -> dict[str, Any]:
    """Return a notice as revision 0001 keeps it."""
    return {
        "id": number, "key": f"n:{number}", "kind": "quota", "chat_id": chat, "member_id": member, "subject": "{}",
        "priority": 5, "due_at": LATELY, "expires_at": LATELY, "state": state, "attempts": 0, "error": "",
        "maybe_twice": False, "message_id": message, "created_at": LATELY,
    }  # fmt: skip


def a_draft(number: int, telegram_id: int, last_update: int) -> dict[str, Any]:
    """Return a conversation as revision 0001 keeps it."""
    return {
        "id": number, "telegram_id": telegram_id, "kind": "new", "step": "title", "data": "{}", "active": True,
        "last_update": last_update, "updated_at": LATELY,
    }  # fmt: skip


BIG, GROUP = 6_999_999_999, -1_001_234_567_890
"""Ids as Telegram gives them: more than 32 bits."""


def fill_with_the_first_years(engine: Engine) -> None:
    """Put people, a group, messages and conversations into a database at any revision before 0006."""
    put(engine, "team", {
        "id": 1, "name": "民盟分团", "short_name": "民盟", "expertise": "[]", "suits": "[]", "position": 0,
    })  # fmt: skip
    put(engine, "member", a_member(1, BIG), a_member(2, 5002, LATELY), a_member(3, None))
    put(engine, "teamgroup", {
        "chat_id": GROUP, "team_id": 1, "title": "民盟分团群", "cards": True, "bound_by": 1, "bound_at": LATELY,
    })  # fmt: skip
    put(
        engine,
        "notice",
        a_notice(1, BIG, 1, "owed"),
        a_notice(2, 5002, 2, "sent", 77),
        a_notice(3, 0, 3, "cancelled"),
        a_notice(4, GROUP, None, "owed"),
        a_notice(5, GROUP, None, "sent", 9_000_000_000),
    )
    put(engine, "draft", a_draft(1, BIG, 900_000_001), a_draft(2, 4711, 0))
    put(engine, "broadcast", *(
        {
            "id": number, "sender_id": 1, "html": "周六集合", "parts": "[]", "photo_id": "", "document_id": "",
            "audience": "{}", "state": "sending", "revision": 0, "corrected": False, "created_at": LATELY,
            "card_digest": "", "card_chat_id": chat, "card_message_id": message,
        }
        for number, chat, message in ((1, BIG, 12), (2, None, None))
    ))  # fmt: skip


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_telegram_ids_become_addresses(bare: Engine, revision: str) -> None:
    go(bare, revision)
    fill_with_the_first_years(bare)
    go(bare, "0006")
    assert read(bare, "SELECT member_id, channel, external, why, preferred FROM address ORDER BY member_id") == [
        (1, "telegram", str(BIG), "", True),
        (2, "telegram", "5002", "", True),
    ]
    marks = read(bare, "SELECT member_id, unreachable_since IS NULL, since = created_at FROM address"
                       " JOIN member ON member.id = member_id ORDER BY member_id")  # fmt: skip
    assert marks == [(1, True, True), (2, False, True)]
    assert read(bare, "SELECT id, address, member_id, message_id FROM notice ORDER BY id") == [
        (1, f"telegram:{BIG}", 1, None),
        (2, "telegram:5002", 2, "77"),
        (3, None, 3, None),
        (4, f"telegram:{GROUP}", None, None),
        (5, f"telegram:{GROUP}", None, "9000000000"),
    ]
    assert read(bare, "SELECT address, last_key FROM draft ORDER BY id") == [
        (f"telegram:{BIG}", "900000001"),
        ("telegram:4711", ""),
    ]
    assert read(bare, "SELECT address, team_id, title, cards FROM teamgroup") == [
        (f"telegram:{GROUP}", 1, "民盟分团群", True)
    ]
    assert read(bare, "SELECT card_address, card_message_id FROM broadcast ORDER BY id") == [
        (f"telegram:{BIG}", "12"),
        (None, None),
    ]


EARLIER = (
    "SELECT telegram_id, unreachable_since FROM member ORDER BY id",
    "SELECT id, chat_id, member_id, message_id, state FROM notice ORDER BY id",
    "SELECT telegram_id, kind, step, active FROM draft ORDER BY id",
    "SELECT chat_id, team_id, title, cards, bound_by FROM teamgroup",
    "SELECT card_chat_id, card_message_id FROM broadcast ORDER BY id",
)


def test_who_goes_back_finds_everything_as_it_was(bare: Engine) -> None:
    go(bare, "0004")
    fill_with_the_first_years(bare)
    before = [read(bare, statement) for statement in EARLIER]
    go(bare, "0006")
    go(bare, "0004", down=True)
    assert [read(bare, statement) for statement in EARLIER] == before
    go(bare, "0006")
    assert len(read(bare, "SELECT id FROM address")) == 2


def test_who_goes_back_keeps_the_telegram_address_and_loses_what_other_channels_brought(bare: Engine) -> None:
    go(bare, "0004")
    fill_with_the_first_years(bare)
    go(bare, "0006")
    new = {"since": LATELY, "why": "", "preferred": False}
    put(bare, "address", {"member_id": 1, "channel": "page", "external": "a-b:c", **new})
    with bare.begin() as connection:
        for change in (
            "UPDATE notice SET address = 'page:a-b:c', message_id = 'm-7' WHERE id = 2",
            "UPDATE notice SET address = NULL WHERE id = 1",
            "UPDATE notice SET address = 'robot:x' WHERE id = 5",
            "UPDATE teamgroup SET address = 'robot:x'",
            "UPDATE draft SET address = 'page:a-b:c', last_key = 'post:1' WHERE id = 2",
            "UPDATE draft SET last_key = 'post:1' WHERE id = 1",
            "UPDATE broadcast SET card_address = 'page:a-b:c', card_message_id = 'm-8' WHERE id = 1",
        ):
            connection.execute(text(change))
    go(bare, "0004", down=True)
    assert read(bare, "SELECT telegram_id FROM member ORDER BY id") == [(BIG,), (5002,), (None,)]
    assert read(bare, "SELECT id, chat_id, message_id FROM notice ORDER BY id") == [
        (1, BIG, None),
        (2, 5002, None),
        (3, 0, None),
        (4, GROUP, None),
        (5, 0, None),
    ]
    assert read(bare, "SELECT count(*) FROM teamgroup") == [(0,)]
    assert read(bare, "SELECT telegram_id, last_update FROM draft") == [(BIG, 0)]
    assert read(bare, "SELECT card_chat_id, card_message_id FROM broadcast ORDER BY id") == [(None, None)] * 2


def fill_with_photos(engine: Engine) -> None:
    """Put reports with photos, broadcasts and half composed messages into a database at revision 0011."""
    put(engine, "member", *({**NEW_MEMBER, "id": number, "name": f"成员{number}"} for number in (1, 2)))
    put(engine, "activity", *(
        {
            "id": number, "title": "讲座", "starts_at": LATELY, "ends_at": LATELY, "local_date": "2026-11-20",
            "year": 2026, "place": "", "venue": "village", "state": "reported", "notes": "", "created_by": 1,
            "created_at": LATELY, "cancel_reason": "", "back_entry_reason": "", "check_in_code": f"c{number}",
            "revision": 0,
        }
        for number in (1, 2)
    ))  # fmt: skip
    put(engine, "report", *(
        {
            "id": number, "activity_id": number, "reporter_id": number, "state": "submitted", "beneficiaries": 8,
            "counted_by": "headcount", "words": "", "submitted_at": LATELY, "return_reason": "", "round": 1,
        }
        for number in (1, 2)
    ))  # fmt: skip
    put(engine, "reportphoto", *(
        {"id": number, "report_id": report, "file_id": f"f{number}", "unique_id": f"u{number}"}
        for number, report in ((1, 1), (2, 1), (3, 2))
    ))  # fmt: skip
    parts = [{"html": "", "photo": "p1", "late": False, "stale": True}, {"html": "首", "photo": ""}]
    put(engine, "broadcast", *(
        {
            "id": number, "sender_id": 1, "html": "周六集合", "parts": json.dumps(parts if number == 3 else []),
            "photo_id": photo, "document_id": document, "audience": "{}", "state": "sending", "revision": 0,
            "corrected": False, "created_at": LATELY, "card_digest": "",
        }
        for number, photo, document in ((1, "p0", ""), (2, "", "d0"), (3, "", ""))
    ))  # fmt: skip
    composed = {"html": "字", "photo": "p2", "document": "", "parts": parts, "audience": {"scope": "all"}}
    for number, kind, data in (
        (1, "broadcast", composed),
        (2, "broadcast", {"kept": composed}),
        (3, "broadcast_fix", {"broadcast": 1, "html": "", "photo": "", "parts": []}),
        (4, "report", {"activity": 1, "photos": [["f4", "u4"], ["f5", "u5"]], "beneficiaries": 7}),
        (5, "new", {"title": "photo"}),
    ):
        put(engine, "draft", {
            "id": number, "address": f"telegram:{number}", "kind": kind, "step": "", "data": json.dumps(data),
            "active": True, "last_key": "", "updated_at": LATELY,
        })  # fmt: skip


NEW_MEMBER = {
    "status": "active", "is_leader": False, "is_coordinator": False, "created_at": LONG_AGO, "reminders": True,
}  # fmt: skip

BEFORE_FILES = (
    "SELECT id, report_id, file_id, unique_id FROM reportphoto ORDER BY id",
    "SELECT id, photo_id, document_id FROM broadcast ORDER BY id",
)


def contents(engine: Engine, table: str, column: str) -> list[Any]:
    """Return what JSON holds in a column, row by row."""
    values = [row[0] for row in read(engine, f"SELECT {column} FROM {table} ORDER BY id")]  # noqa: S608 - names of our own
    return [json.loads(value) if isinstance(value, str) else value for value in values]


def test_file_ids_become_attachments_and_what_reports_had_is_to_be_fetched(bare: Engine) -> None:
    go(bare, "0011")
    fill_with_photos(bare)
    before = [read(bare, statement) for statement in BEFORE_FILES]
    parts, drafts = contents(bare, "broadcast", "parts"), contents(bare, "draft", "data")
    go(bare, "0012")
    photo = {"kind": "photo", "name": "", "type": "image/jpeg", "size": 0, "channel": "telegram", "sha256": ""}
    assert contents(bare, "reportphoto", "file") == [
        {**photo, "id": f"f{number}", "unique": f"u{number}"} for number in (1, 2, 3)
    ]
    assert read(bare, "SELECT state, sent_by, refusals, try_at, sha256 FROM reportphoto ORDER BY id") == [
        ("waiting", 1, 0, None, ""),
        ("waiting", 1, 0, None, ""),
        ("waiting", 2, 0, None, ""),
    ]
    assert contents(bare, "broadcast", "photo") == [{**photo, "id": "p0", "unique": ""}, None, None]
    assert [one and (one["kind"], one["id"]) for one in contents(bare, "broadcast", "document")] == [
        None,
        ("document", "d0"),
        None,
    ]
    assert [part["photo"] and part["photo"]["id"] for part in contents(bare, "broadcast", "parts")[2]] == ["p1", None]
    composed, kept, fix, report, other = contents(bare, "draft", "data")
    assert (composed["photo"]["id"], composed["document"], kept["kept"]["parts"][0]["photo"]["id"]) == (
        "p2",
        None,
        "p1",
    )
    assert (fix["photo"], other) == (None, {"title": "photo"})
    assert [one["unique"] for one in report["photos"]] == ["u4", "u5"]
    go(bare, "0011", down=True)
    assert [read(bare, statement) for statement in BEFORE_FILES] == before
    assert contents(bare, "broadcast", "parts") == parts
    assert contents(bare, "draft", "data") == drafts


def test_photos_of_whoever_was_erased_are_not_fetched(bare: Engine) -> None:
    go(bare, "0011")
    fill_with_photos(bare)
    with bare.begin() as connection:
        connection.execute(text("UPDATE member SET status = 'erased' WHERE id = 2"))
    go(bare, "0012")
    assert read(bare, "SELECT state FROM reportphoto ORDER BY id") == [("waiting",), ("waiting",), ("erased",)]
    assert contents(bare, "reportphoto", "file")[2] is None
    go(bare, "0011", down=True)
    assert len(read(bare, BEFORE_FILES[0])) == 3


def test_who_was_let_in_by_whom_is_noted_from_now_on_and_goes_alone(bare: Engine) -> None:
    go(bare, "0036")
    columns = inspect(bare).get_columns("member")
    needed = [column for column in columns if not column["nullable"] and column["default"] is None]
    unsaid = {column["name"]: column["type"].python_type() for column in needed if column["name"] != "created_at"}
    told = {"status": "active", "created_at": LONG_AGO, "name": "甲"}
    for number in (1, 2):
        put(bare, "member", {**unsaid, **told, "id": number})
    put(bare, "pagelink", {"token": "x", "member_id": 1, "made_by": 2, "made_at": LATELY})
    go(bare, "0037")
    put(bare, "letin", {"member_id": 1, "by_id": 2, "device_id": 1, "since": LATELY})
    go(bare, "0036", down=True)
    go(bare, "0037")
    assert read(bare, "SELECT member_id, made_by FROM pagelink") == [(1, 2)]
    assert read(bare, "SELECT count(*) FROM letin") == [(0,)]

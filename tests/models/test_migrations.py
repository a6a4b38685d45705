"""Migrations go up, down and up again, build what the models say, and are preceded by a copy of the data."""

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import Session, SQLModel, select

import migrations
from models import ReportPhoto
from models.attachments import Attachment
from models.engine import open_engine
from models.enums import AttachmentKind


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """An SQLite file with nothing in it."""
    engine = open_engine(f"sqlite:///{tmp_path}/corps.db")
    yield engine
    engine.dispose()


def script() -> ScriptDirectory:
    """Return the migrations."""
    return ScriptDirectory(str(migrations.HERE))


def go(engine: Engine, revision: str, *, down: bool = False) -> None:
    """Go to a revision."""
    with migrations.transaction(engine) as connection:
        (command.downgrade if down else command.upgrade)(migrations.config_for(connection), revision)


def shape(engine: Engine) -> dict[str, list[tuple[str, str, bool]]]:
    """Return tables and their columns, in whichever order they are."""
    found = inspect(engine)
    return {
        table: sorted((c["name"], str(c["type"]), bool(c["nullable"])) for c in found.get_columns(table))
        for table in sorted(found.get_table_names())
        if table != "alembic_version"
    }


def test_each_step_goes_up_down_and_up_to_the_same_shape(empty: Engine) -> None:
    for step in reversed(list(script().walk_revisions())):
        before = shape(empty)
        go(empty, step.revision)
        after = shape(empty)
        go(empty, str(step.down_revision or "base"), down=True)
        assert shape(empty) == before, f"{step.revision} does not take back what it did"
        go(empty, step.revision)
        assert shape(empty) == after


def test_what_public_activities_serve_is_noted_for_those_there_already(empty: Engine) -> None:
    go(empty, "0002")
    activity = (
        "INSERT INTO activity (id, title, starts_at, ends_at, local_date, year, place, venue, state, notes, created_by,"
        " created_at, cancel_reason, back_entry_reason, check_in_code, revision) VALUES (:id, '', '2026-12-05',"
        " '2026-12-05', '2026-12-05', 2026, '', 'village', :state, '', 1, '2026-12-01', '', '', :id, 0)"
    )
    slot = (
        "INSERT INTO slot (activity_id, category, role, places, open, position)"
        " VALUES (:id, :category, '', 1, false, 0)"
    )
    with empty.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # whose activities they are is not the point
        for own, state in ((1, "verified"), (2, "draft")):
            connection.execute(text(activity), {"id": own, "state": state})
            for category in ("promotion", "clinic", "clinic"):
                connection.execute(text(slot), {"id": own, "category": category})
        connection.commit()
    go(empty, "head")
    with empty.connect() as connection:
        rows = connection.execute(text("SELECT id, serves FROM activity ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(1, "clinic,promotion"), (2, None)]
    go(empty, "0002", down=True)
    with empty.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM activity JOIN slot ON activity_id = activity.id")).scalar()


def test_a_corps_from_before_keeps_its_rows_and_their_ids_are_not_used_again(empty: Engine) -> None:
    go(empty, "0003")
    slot = (
        "INSERT INTO slot (id, activity_id, category, role, places, open, position) VALUES (:id, 1, '', :id, 1, 0, 0)"
    )
    indexes = inspect(empty).get_indexes("slot")
    with migrations.transaction(empty) as connection:  # without foreign keys: whose slots they are is not the point
        connection.execute(text(slot), [{"id": 3}, {"id": 7}])
        connection.execute(text("INSERT INTO activityteam (activity_id, team_id) VALUES (1, 1)"))
    go(empty, "head")
    assert inspect(empty).get_indexes("slot") == indexes
    with migrations.transaction(empty) as connection:
        connection.execute(text("DELETE FROM slot WHERE id = 7"))
        connection.execute(text(slot.replace("(:id,", "(NULL,")), {"id": 0})
        assert connection.execute(text("SELECT id, role FROM slot ORDER BY id")).all() == [(3, "3"), (8, "0")]
        assert connection.execute(text("SELECT count(*) FROM activityteam")).scalar() == 1
    with empty.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1, "heeded again afterwards"


def test_photos_of_own_service_from_before_are_fetched_and_kept(empty: Engine) -> None:
    go(empty, "0032")
    row = (
        "INSERT INTO ownservice (id, member_id, title, place, day, year, minutes, file, state, handed_in_at, round,"
        " reason, withdraw_reason) VALUES (:id, 1, '', '', '2026-12-01', 2026, 60, :file, 'handed_in', '2026-12-01', 1,"
        " '', '')"
    )
    file = '{"kind": "photo", "channel": "telegram", "id": "x", "unique": "u", "sha256": ""}'
    with migrations.transaction(empty) as connection:
        connection.execute(text(row), [{"id": 1, "file": file}, {"id": 2, "file": None}])
    for step in ("head", "0032", "head"):
        go(empty, step, down=step == "0032")
    kept = "SELECT own_id, report_id, sent_by, unique_id, state FROM reportphoto"
    with empty.connect() as connection:
        assert connection.execute(text(kept)).all() == [(1, None, 1, "u", "waiting")]
    with Session(empty) as session:
        assert session.exec(select(ReportPhoto)).one().file == Attachment(
            AttachmentKind.PHOTO, channel="telegram", id="x", unique="u"
        )


def test_what_telegram_said_of_old_notices_is_read_into_words(empty: Engine) -> None:
    said = [
        ("failed", "Forbidden: bot was blocked by the user", "blocked"),
        ("failed", "Forbidden: user is deactivated", "deactivated"),
        ("failed", "Bad Request: chat not found", "never_started"),
        ("failed", "Forbidden: bot can't initiate conversation with a user", "never_started"),
        ("failed", "Bad Request: CHAT_WRITE_FORBIDDEN", "no_rights"),
        ("failed", "Bad Request: wrong file", "other"),
        ("expired", "429", "too_many"),
        ("owed", "TimedOut", "network"),
        ("expired", "", None),
        ("sent", "", None),
        ("cancelled", "unreachable", None),
        ("owed", "unreachable", None),
        ("cancelled", "the claim was given back", None),
    ]
    row = (
        "INSERT INTO notice (id, key, kind, address, subject, priority, due_at, expires_at, state, attempts, error,"
        " maybe_twice, created_at) VALUES (:id, :id, 'card', 'telegram:7', '{}', 5, '2026-12-01', '2026-12-05',"
        " :state, 1, :error, false, '2026-12-01')"
    )
    go(empty, BEFORE_FAILURES)
    with empty.begin() as connection:
        connection.execute(text(row), [{"id": n, "state": s, "error": e} for n, (s, e, _) in enumerate(said, start=1)])
    go(empty, "0008")
    with empty.connect() as connection:
        found = connection.execute(text("SELECT error, failure FROM notice ORDER BY id")).all()
    assert [tuple(row) for row in found] == [(error, failure) for _, error, failure in said], "and the texts stay"
    go(empty, BEFORE_FAILURES, down=True)
    with empty.connect() as connection:
        assert connection.execute(text("SELECT error FROM notice ORDER BY id")).scalars().all() == [
            e for _, e, _ in said
        ]


BEFORE_FAILURES = str(script().get_revision("0008").down_revision)


def test_there_is_one_line_of_migrations_and_files_are_named_after_their_revision() -> None:
    assert script().get_heads() == [migrations.newest()]
    assert len(script().get_bases()) == 1
    for step in script().walk_revisions():
        assert Path(step.path).name.startswith(f"{step.revision}_")


def test_a_start_with_nothing_to_migrate_does_not_load_alembic(empty: Engine) -> None:
    migrations.upgrade(empty)
    code = (
        "import sys, migrations; from models.engine import open_engine;"
        f"migrations.upgrade(open_engine('{empty.url}')); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=migrations.HERE.parent, check=True)


def test_the_migrated_database_is_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_new_database_needs_no_copy_and_an_up_to_date_one_no_migration(empty: Engine, tmp_path: Path) -> None:
    assert migrations.upgrade(empty) is None
    assert migrations.upgrade(empty) is None
    assert sorted(path.name for path in tmp_path.glob("*before*")) == []


NEXT = """
from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "{head}"

def upgrade():
    op.create_table("half_way", sa.Column("id", sa.Integer()))
    {then}

def downgrade():
    op.drop_table("half_way")
"""


@pytest.fixture
def with_one_more(empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A corps in the present shape with a row in it, and then a release with one migration more."""
    migrations.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO milestone (key, at) VALUES ('kept', '2026-12-02 00:00:00')"))

    def release(then: str) -> None:
        folder = tmp_path / "release"
        shutil.copytree(migrations.HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
        written = NEXT.format(head=script().get_current_head(), then=then)
        (folder / "versions" / "9999_next.py").write_text(written, encoding="utf-8")
        monkeypatch.setattr(migrations, "HERE", folder)

    return release


def kept(path: Path) -> list[tuple[str]]:
    """Return what lies in a database file."""
    with contextlib.closing(sqlite3.connect(path)) as saved:
        return saved.execute("SELECT key FROM milestone").fetchall()


def test_the_data_is_copied_aside_before_a_migration(
    empty: Engine, tmp_path: Path, with_one_more: Callable[[str], None]
) -> None:
    head = migrations.newest()
    with_one_more("pass")
    copy = migrations.upgrade(empty)
    assert copy == tmp_path / f"corps.before-{head}.db"
    assert copy.stat().st_mode & 0o077 == 0, "readable by its owner only"
    assert kept(copy) == kept(tmp_path / "corps.db") == [("kept",)]
    assert "half_way" in shape(empty)
    with contextlib.closing(sqlite3.connect(copy)) as saved:
        tables = {name for (name,) in saved.execute("SELECT name FROM sqlite_master")}
    assert "half_way" not in tables


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    empty: Engine, tmp_path: Path, with_one_more: Callable[[str], None]
) -> None:
    before, head = shape(empty), migrations.newest()
    with_one_more('raise RuntimeError("half way")')
    with pytest.raises(RuntimeError, match="half way"):
        migrations.upgrade(empty)
    assert shape(empty) == before
    assert kept(tmp_path / "corps.db") == [("kept",)]
    assert kept(tmp_path / f"corps.before-{head}.db") == [("kept",)]

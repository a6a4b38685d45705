"""The nightly backup, as the timetable makes it."""

from pathlib import Path

import pytest

from bot.runtime.backup import BackupError
from corps.notices.kinds import Kind
from corps.system import alarms
from scheduler import jobs
from scheduler.watchdog import BACKUP_PATIENCE
from tests.base import Corps
from tests.conftest import SERVER
from tests.corps.delivery.notices import rows
from tests.stage import unplugged

pytestmark = pytest.mark.skipif(bool(SERVER), reason="PostgreSQL has tools of its own")


def backups(corps: Corps) -> list[str]:
    folder = Path(corps.engine.url.database or "").parent / "backups"
    return sorted(path.name for path in folder.glob("*.db")) if folder.exists() else []


async def test_each_night_one_backup_and_the_old_ones_go(corps: Corps) -> None:
    context = unplugged(corps.database, keep_days=2)
    await jobs.back_up(context)
    assert backups(corps) == []
    for day in ("03", "04", "05", "06"):
        corps.clock.set_wall(f"2026-12-{day} 03:31")
        await jobs.back_up(context)
        await jobs.back_up(context)
    assert backups(corps) == [f"corps-202612{day}-033100.db" for day in ("04", "05", "06")]


async def test_when_no_backup_can_be_made_the_coordinators_hear_of_it(
    corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    corps.coordinator()
    context = unplugged(corps.database)
    await jobs.back_up(context)

    def full(*_: object) -> Path:
        raise BackupError("database or disk is full")

    monkeypatch.setattr(jobs, "make_backup", full)
    corps.clock.set_wall("2026-12-03 03:31")
    await jobs.back_up(context)
    corps.clock.push(BACKUP_PATIENCE)
    late = corps.run(alarms.troubles, {"backup": BACKUP_PATIENCE}, BACKUP_PATIENCE)
    assert [(trouble.name, trouble.error) for trouble in late] == [("backup", "database or disk is full")]
    corps.run(alarms.tell, late)
    assert len(rows(corps, Kind.ALARM)) == 1

"""What grows as the corps does: a tick with ever more notices to come, the tally and the board with ever more service.

Each is measured on the real operations and a real SQLite file, at three sizes ten times apart; what counts is the
factor from one size to the next. Service is the sandbox's sample year, multiplied in two ways: `history` repeats it in
the years before, as a corps grows old; `crowd` puts all of it into the same year, a corps ten and a hundred times as
busy. Time is the processor's, which other programs on the machine disturb least. Memory is the most that an operation
holds while it runs, as Python counts it.

`python -m benchmarks.growth [--only tick|history|crowd] [--small]` prints a table and the factors of one run.
"""

import argparse
import asyncio
import datetime as dt
import itertools
import sqlite3
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path

from sqlmodel import Session, col, select

import handlers
import migrations
from benchmarks import ground
from benchmarks.telegram import TOKEN
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.runtime.settings import Settings
from bot.runtime.teams_file import read_roster
from bot.telegram.application import build_application
from corps import sample
from corps.activities import listing
from corps.activities.listing import ActivityList, Choice
from corps.moment import Moment, Policy
from corps.people import Actor, person
from corps.quotas import tally
from models import Member
from models.engine import open_engine
from models.enums import MemberStatus
from scheduler.jobs import JobContext, deliver_due
from scheduler.timetable import SWEEPS
from scheduler.watchdog import Watchdog

TIMES = 40
"""How often each is measured; the middle counts."""

Thing = Callable[[], Awaitable[object]]


def database_on(file: Path) -> Database:
    """Return a database on an SQLite file."""
    clock = Clock()
    return Database(open_engine(ground.address(file)), clock, Policy(zone=clock))


async def cost(thing: Thing) -> tuple[float, float]:
    """Return the milliseconds of processor time that something takes, and the kilobytes that it holds at most."""
    (found,) = await costs([thing])
    return found


async def costs(things: Sequence[Thing]) -> list[tuple[float, float]]:
    """Return what each thing costs, measured in turns: what else the machine does then disturbs all alike."""
    took: list[list[float]] = [[] for _ in things]
    for number in range(TIMES + 5):
        for thing, times in zip(things, took, strict=True):
            began = time.process_time()
            await thing()
            if number >= 5:
                times.append((time.process_time() - began) * 1000)
    return [(statistics.median(times), await _held(thing)) for thing, times in zip(things, took, strict=True)]


async def _held(thing: Thing) -> float:
    tracemalloc.start()
    await thing()
    most = tracemalloc.get_traced_memory()[1] / 1024
    tracemalloc.stop()
    return most


def show(name: str, sizes: Sequence[int], costs: Sequence[tuple[float, float]]) -> None:
    """Print what something costs at each size, and the factor from each to the next."""
    for kind, unit, values in (("time", "ms", [c[0] for c in costs]), ("memory", "KB", [c[1] for c in costs])):
        shown = "  ".join(f"{size:>9,}: {value:8.2f} {unit}" for size, value in zip(sizes, values, strict=True))
        factors = ", ".join(f"x {after / before:.2f}" for before, after in itertools.pairwise(values))
        print(f"{name:26} {kind:6} {shown}   {factors}", flush=True)


def add_notices(file: Path, first: int, last: int) -> None:
    """Owe the notices numbered `first` to `last`, due over the coming year."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)

    def row(number: int) -> tuple[object, ...]:
        due = now + dt.timedelta(days=1, seconds=number * 7919 % 31_000_000)
        person = number % 2500
        return (f"b:{number}", "reminder", person + 2, number % 50 + 1, "{}",
                1 + number % 5, str(due), str(due + dt.timedelta(hours=6)), "owed", 0, "", 0, str(now))  # fmt: skip

    into = """INSERT INTO notice (key, kind, member_id, activity_id, subject, priority, due_at, expires_at,
      state, attempts, error, maybe_twice, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(into, map(row, range(first, last)))


async def measure_ticks(folder: Path, *, small: bool) -> None:
    """Measure ticks with 10 k, 100 k and 1 M notices to come and none due."""
    file, sizes = folder / "ticks.db", (1_000, 10_000) if small else (10_000, 100_000, 1_000_000)
    ground.build(file, 2500, 50)
    database = database_on(file)
    settings = Settings(bot_token=TOKEN, bot_api_url="http://127.0.0.1:1")  # with nothing due nothing is sent
    app = build_application(settings, database, handlers.routes())
    app.opened.set()
    context, deliveries, sweeps = (
        JobContext(database, {"telegram": app.channel}, {"telegram": app.sender}, app.files),
        [],
        [],
    )
    watch = Watchdog(context, SWEEPS)
    for before, size in zip((0, *sizes), sizes, strict=False):
        add_notices(file, before, size)
        deliveries.append(await cost(lambda: deliver_due(context)))
        sweeps.append(await cost(watch.tick))
    database.close()
    show("delivery, nothing due", sizes, deliveries)
    show("sweeps and watch", sizes, sweeps)


COPIED = ("activity", "activityteam", "slot", "signup", "attendance", "report", "hoursentry", "pairing")
INSTANTS = ("starts_at", "ends_at", "created_at", "published_at", "queued_at", "updated_at", "submitted_at", "at")


def multiply(file: Path, first: int, last: int, *, history: bool) -> None:
    """Add the copies numbered `first` to `last` of the sample year: in the years before, or in the same one."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for table in COPIED:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            own = "activity_id" if "activity_id" in columns else "id"
            kept = [name for name in columns if name != "id" or table in ("activity", "slot")]
            values = ", ".join(_value(table, name, history=history) for name in kept)
            copy = f"INSERT INTO {table} ({', '.join(kept)}) SELECT {values} FROM {table} WHERE {own} < 100000"
            if table == "pairing":
                copy += " AND partner NOT LIKE '%#%'"
            connection.executemany(copy, [{"k": number} for number in range(first, last)])


def _value(table: str, name: str, *, history: bool) -> str:
    """Return what a column of a copy holds, in SQL. Ids of copy k begin at k times 100,000."""
    if name in ("activity_id", "slot_id") or (name == "id" and table in ("activity", "slot")):
        return f"{name} + :k * 100000"
    if name in ("check_in_code", "partner"):
        return f"{name} || '#' || :k"
    if name == "reverses_id":
        return "NULL"
    if history and name == "year":
        return "year - :k"
    if history and (name in INSTANTS or name == "local_date"):
        form = "date({0}, '-' || :k || ' years')" if name == "local_date" else "{1}"
        shifted = f"strftime('%Y-%m-%d %H:%M:%f', {name}, '-' || :k || ' years') || '000'"
        return form.format(name, shifted)
    if history and table == "activity" and name == "state":
        return "CASE WHEN state IN ('published', 'reported') THEN 'verified' ELSE state END"
    return name


def _people(session: Session, at: Moment) -> tuple[Actor, Actor]:
    """Return a plain member and a coordinator."""
    active = select(Member.id).where(Member.status == MemberStatus.ACTIVE).order_by(col(Member.id))
    plain = session.exec(active.where(~col(Member.is_leader), ~col(Member.is_coordinator))).first()
    chief = session.exec(active.where(col(Member.is_coordinator))).first()
    return person(session, at, plain or 0), person(session, at, chief or 0)


def _things(database: Database) -> dict[str, Thing]:
    member, chief = database.run_now(_people)

    def board(actor: Actor, choice: Choice) -> Thing:
        return lambda: database.run(lambda session, at: listing.browse(session, actor, at, choice))

    return {
        "the tally (/quota)": lambda: database.run(lambda session, at: tally.tally_for(session, member, at)),
        "the board, a member": board(member, Choice()),
        "the board, its last page": board(member, Choice(page=10_000)),
        "the board, a coordinator": board(chief, Choice()),
        "the past, a coordinator": board(chief, Choice(ActivityList.PAST)),
    }


async def measure_service(folder: Path, *, history: bool, small: bool) -> None:
    """Measure the tally and the board with 1, 10 and 100 times the sample year."""
    name, sizes = "history" if history else "crowd", (1, 10) if small else (1, 10, 100)
    databases = []
    for size in sizes:
        file = folder / f"{name}{size}.db"
        databases.append(database := database_on(file))
        migrations.upgrade(database.engine)
        database.run_now(sample.begin_anew, read_roster(ground.ROOT / "teams.toml"))
        multiply(file, 1, size, history=history)
    things = [_things(database) for database in databases]
    for thing in things[0]:
        show(f"{name}: {thing}"[:34], sizes, await costs([each[thing] for each in things]))
    for database in databases:
        database.close()


async def measure(only: str | None, *, small: bool) -> None:
    """Measure all, or one."""
    with tempfile.TemporaryDirectory() as folder:
        if only in (None, "tick"):
            await measure_ticks(Path(folder), small=small)
        for history in (True, False):
            if only in (None, "history" if history else "crowd"):
                await measure_service(Path(folder), history=history, small=small)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("tick", "history", "crowd"), default=None)
    parser.add_argument("--small", action="store_true", help="only the small sizes, to see that it runs")
    options = parser.parse_args()
    asyncio.run(measure(options.only, small=options.small))


if __name__ == "__main__":
    main()

"""How far off the forecast of the 五个10 was: four sample years lived through, asked at the end of each month.

Each year has its own number of events a line (7 to 11), more of them in the busy months; each event is decided on two
to nine weeks ahead, one in twelve is cancelled, the others are reported and verified within two weeks. What the corps
knew at the end of a month is put before `corps.quotas.tally`, and compared with what the year came to.

`arranged` is the number in the sentence of `/quota`, against the year's end. `even` and `season` judge the two paces
that "expected by today" may have: what a year of that size should have had verified by then, against what it had.

`python -m benchmarks.forecast` prints, for each month, the mean of how many a line was off by.
"""

import datetime as dt
import random
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

import migrations
from benchmarks import ground
from bot.runtime.clock import Clock
from bot.runtime.teams_file import read_roster
from corps.moment import Moment, Policy
from corps.quotas import tally
from corps.quotas.seasons import shares_by_season
from corps.system.roster import settle
from models import Activity, Member
from models.engine import open_engine
from models.enums import ActivityState, MemberStatus

YEARS = (2022, 2023, 2024, 2025)
JUDGED = (2024, 2025)
BUSY = {1: 2, 2: 1, 3: 2, 4: 2, 5: 2, 6: 2, 7: 1, 8: 1, 9: 3, 10: 3, 11: 4, 12: 3}
LINES = ("lecture", "clinic", "promotion", "care")
CANCELLED = 1 / 12


@dataclass(frozen=True)
class Event:
    """One event and the days on which something became of it; `cancelled` None: it was held."""

    code: str
    day: dt.date
    decided: dt.date
    cancelled: dt.date | None
    reported: dt.date
    verified: dt.date

    def state(self, on: dt.date) -> ActivityState | None:
        """Return what the corps knew of it on a day."""
        if on < self.decided:
            return None
        if self.cancelled is not None and on >= self.cancelled:
            return ActivityState.CANCELLED
        if on >= self.verified:
            return ActivityState.VERIFIED
        return ActivityState.REPORTED if on >= self.reported else ActivityState.PUBLISHED


def events(year: int, dice: random.Random) -> list[Event]:
    """Return a year's events."""
    found = []
    for code in LINES:
        for _ in range(dice.randint(7, 11)):
            month = dice.choices(list(BUSY), list(BUSY.values()))[0]
            day = dt.date(year, month, dice.randint(1, 17 if month == 12 else 28))
            decided = max(dt.date(year, 1, 1), day - dt.timedelta(days=dice.randint(14, 63)))
            off = day - dt.timedelta(days=dice.randint(1, 6)) if dice.random() < CANCELLED else None
            reported = day + dt.timedelta(days=dice.randint(1, 5))
            found.append(Event(code, day, decided, off, reported, reported + dt.timedelta(days=dice.randint(1, 8))))
    return found


def main() -> None:
    """Live through the years and print how far off the figures were."""
    dice, clock = random.Random(10), Clock()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(ground.address(Path(folder) / "years.db"))
        migrations.upgrade(engine)
        off: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        times: list[float] = []
        with Session(engine) as session:
            at = Moment(clock.instant(dt.datetime.combine(dt.date(2022, 1, 1), dt.time(12))), Policy(zone=clock))
            settle(session, read_roster(Path("teams.toml")), at)
            author = Member(name="王统筹", status=MemberStatus.ACTIVE, is_coordinator=True, created_at=at.now)
            session.add(author)
            session.flush()
            for year in YEARS:
                live(session, clock, author.id or 0, year, events(year, dice), off, times)
    print(f"{'month':>5} {'arranged':>9} {'even':>6} {'season':>7}   (mean of how many a line was off by)")
    for month, figures in sorted(off.items()):
        means = [statistics.mean(figures[name]) for name in ("arranged", "even", "season")]
        print(f"{month:>5} {means[0]:>9.1f} {means[1]:>6.1f} {means[2]:>7.1f}")
    too_high = statistics.mean(value for figures in off.values() for value in figures["too_high"])
    print(f"arranged was too high in {too_high:.0%} of the cases; a tally with its forecast took", end=" ")
    print(f"{statistics.median(times) * 1000:.1f} ms")


def live(
    session: Session,
    clock: Clock,
    author: int,
    year: int,
    year_events: list[Event],
    off: dict[int, dict[str, list[float]]],
    times: list[float],
) -> None:
    """Live through a year; at the end of each month (or so) ask what it will come to."""
    rows = [row_of(session, clock, author, number, event) for number, event in enumerate(year_events)]
    for month in range(1, 13):
        on = dt.date(year, month, 28)
        at = Moment(clock.instant(dt.datetime.combine(on, dt.time(12))), Policy(zone=clock))
        know(session, rows, year_events, on)
        began = time.perf_counter()
        found = tally.tally(session, at)
        times.append(time.perf_counter() - began)
        if year in JUDGED:
            judge(session, found, at, year_events, off[month])
    know(session, rows, year_events, dt.date(year + 1, 3, 1))


def row_of(session: Session, clock: Clock, author: int, number: int, event: Event) -> Activity:
    """Return a row for an event, stored."""
    starts = clock.instant(dt.datetime.combine(event.day, dt.time(14)))
    row = Activity(
        title=f"{event.code} {number}", starts_at=starts, ends_at=starts + dt.timedelta(hours=2), local_date=event.day,
        year=event.day.year, place="金蓉社区", venue="community", state=ActivityState.DRAFT, created_by=author,
        created_at=starts, check_in_code=f"{event.day}-{number}", serves=event.code,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def know(session: Session, rows: list[Activity], year_events: list[Event], on: dt.date) -> None:
    """Have the rows say what the corps knew on a day."""
    for row, event in zip(rows, year_events, strict=True):
        row.state = event.state(on) or ActivityState.DRAFT
        session.add(row)
    session.flush()


def judge(
    session: Session, found: tally.Quota, at: Moment, year_events: list[Event], off: dict[str, list[float]]
) -> None:
    """Note how far off the figures are for each line of events."""
    on = at.today()
    even, season = tally.elapsed(on.year, on.year, on.timetuple().tm_yday), shares_by_season(session, at)
    for line in found.lines:
        code = line.category.code
        if code not in LINES or line.outlook is None:
            continue
        came_to = sum(event.code == code and event.cancelled is None for event in year_events)
        off["arranged"].append(abs(line.outlook.total - came_to))
        off["too_high"].append(line.outlook.total > came_to)
        off["even"].append(abs(came_to * even - line.verified))
        off["season"].append(abs(came_to * season.get(code, even) - line.verified))


if __name__ == "__main__":
    main()

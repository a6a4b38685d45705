"""What leaves the house and comes into it: time and memory, beside the plain use of the nearest library.

`python -m benchmarks.records [--rows 20000]` prints a table: a ledger with so many rows of people and hours, a brief
with 20 photos, the picture of the 五个10, an import of 2,500 members and how long it keeps others waiting; and how
long taps take while the ledger is made. The plan of a year is in `benchmarks.plan`.
"""

import argparse
import asyncio
import datetime as dt
import io
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from sqlmodel import Session, select

from benchmarks import ground
from bot.documents.five import Five, five_png
from bot.documents.paper_template import fill_template
from bot.documents.sheet_reading import read_workbook
from bot.documents.spreadsheet import Sheet, write_workbook
from bot.documents.word import Picture, Pictures, Text, write_word
from bot.routing.aside import aside
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.planning import five
from corps.addresses import telegram
from corps.imports import importing
from corps.moment import Policy
from corps.people import recognise
from corps.quotas import year_picture
from corps.records import ledger_scope
from corps.signups import signups
from handlers.records import ledger_file
from models import Activity, Attendance, HoursEntry, Member, Report, Slot
from models.engine import open_engine
from models.enums import ActivityState, AttendanceState, CountedBy, MemberStatus, ReportState, Source

EACH = 40
"""People in each activity of the ledger."""

PEOPLE, PHOTOS, TAPS = 2_500, 20, 400
MOST_TAPS = PEOPLE - TAPS
"""While a ledger is made there are taps until it is done: its beginning alone, imports, says nothing of its rows."""


def desk(path: Path) -> Database:
    """Return the database as the program has it."""
    clock = Clock("Asia/Shanghai")
    return Database(open_engine(f"sqlite:///{path}"), clock, Policy(clock))


def fill(path: Path, rows: int) -> None:
    """Verify activities of this year until there are so many rows of hours; leave 50 to sign up for."""
    ground.build(path, PEOPLE, 50)
    with Session(open_engine(f"sqlite:///{path}")) as session, session.begin():
        model = session.exec(select(Activity)).first()
        slot = session.exec(select(Slot)).first()
        assert model is not None
        assert slot is not None
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        for number in range(rows // EACH):
            session.add(_verified(session, model, slot, number, now))


def _verified(session: Session, model: Activity, slot: Slot, number: int, now: dt.datetime) -> Report:
    starts = now - dt.timedelta(hours=3)
    activity = Activity(**model.model_dump(exclude={"id", "check_in_code"}), check_in_code=f"bench{number}")
    activity.title, activity.state = f"第 {number} 场", ActivityState.VERIFIED
    activity.starts_at, activity.ends_at = starts, starts + dt.timedelta(hours=2)
    activity.local_date, activity.year = now.date(), now.year
    session.add(activity)
    session.flush()
    need = Slot(**slot.model_dump(exclude={"id", "activity_id"}), activity_id=activity.id or 0)
    session.add(need)
    session.flush()
    for place in range(EACH):
        known: dict[str, Any] = {
            "activity_id": activity.id,
            "slot_id": need.id,
            "member_id": 2 + (number * EACH + place) % PEOPLE,
            "source": Source.LEADER_CONFIRMED,
        }
        mark: dict[str, Any] = {"state": AttendanceState.PRESENT, "marked_by": 1, "marked_at": now}
        entry: dict[str, Any] = {"minutes": 120, "entered_by": 1, "confirmed_by": 2, "at": now}
        session.add_all([Attendance(**known, **mark, team_id=need.team_id), HoursEntry(**known, **entry)])
    told: dict[str, Any] = {"state": ReportState.VERIFIED, "beneficiaries": 80, "counted_by": CountedBy.HEADCOUNT}
    told |= {"submitted_at": now, "decided_at": now, "reporter_id": 1, "verifier_id": 2}
    return Report(activity_id=activity.id or 0, **told)


async def _exported(database: Database) -> bytes:
    async def progress(_done: int, _total: int) -> None:
        pass

    actor = database.run_now(lambda s, at: recognise(s, at, telegram(1)))
    scope = ledger_scope.frozen(ledger_scope.of_year(database.clock.now().year))
    return await aside(database, actor, ledger_file.TARGET, {"scope": scope}, progress)


def ledger_ours(path: Path) -> int:
    """Make the ledger as the program does. Returns its size."""
    return len(asyncio.run(_exported(desk(path))))


def ledger_plain(path: Path) -> int:
    """Read all rows, and write them with the library as its manual shows: one sheet, no totals."""
    import xlsxwriter

    file = io.BytesIO()
    with Session(open_engine(f"sqlite:///{path}")) as session, xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        found = session.exec(
            select(HoursEntry, Activity, Member, Slot)
            .join(Activity, Activity.id == HoursEntry.activity_id)  # type: ignore[arg-type]  # columns
            .join(Member, Member.id == HoursEntry.member_id)  # type: ignore[arg-type]
            .join(Slot, Slot.id == HoursEntry.slot_id)  # type: ignore[arg-type]
        ).all()
        for number, (entry, activity, member, slot) in enumerate(found):
            cells = [number, str(activity.local_date), activity.title, member.name, slot.role, entry.minutes / 60]
            page.write_row(number, 0, cells)
    return len(file.getvalue())


def _photos() -> list[Picture]:
    found = []
    for number in range(PHOTOS):
        file = io.BytesIO()
        Image.effect_noise((1_000, 750), 40 + number).convert("RGB").save(file, "JPEG", quality=85)
        found.append(Picture(file.getvalue(), f"图{number + 1}"))
    return found


def brief_ours(_path: Path) -> int:
    """Lay a brief with the photos out."""
    return len(write_word("x", [*(Text("正文" * 40) for _ in range(20)), Pictures(_photos())]))


def brief_template(_path: Path) -> int:
    """Fill an office's template with the same."""
    template = write_word("x", [Text("{{正文}}"), Text("{{照片}}")])
    return len(fill_template(template, {"正文": ["正文" * 40] * 20, "照片": _photos()}))


def brief_plain(_path: Path) -> int:
    """Put the same into a document as the library's manual shows: no layout, no captions beside."""
    import docx
    from docx.shared import Mm

    paper = docx.Document()
    for _ in range(20):
        paper.add_paragraph("正文" * 40)
    for photo in _photos():
        paper.add_picture(io.BytesIO(photo.content), width=Mm(74))
    file = io.BytesIO()
    paper.save(file)
    return len(file.getvalue())


def _list() -> bytes:
    letters = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
    names = [f"{a}{b}{c}" for a in letters for b in letters[:10] for c in letters[:10]][:PEOPLE]
    return write_workbook([Sheet("成员", [["姓名", "分团"], *([name, "民盟"] for name in names)])])


def import_ours(path: Path) -> int:
    """Look at a list and import it."""
    database = desk(path)

    def work(session: Session, at: Any) -> int:  # noqa: ANN401 - the database's moment
        actor = recognise(session, at, telegram(1))
        sheets = [(sheet.name, sheet.rows) for sheet in read_workbook(_list())]
        shown = importing.take(session, actor, at, sheets, "a" * 64, "x", "1")
        return importing.apply(session, actor, at, shown.digest, shown.outlook.sign).members

    return database.run_now(work)


def import_held(path: Path) -> list[float]:
    """Return the seconds for which an import keeps everybody waiting: looking at the list, doing it, undoing it."""
    database = desk(path)
    actor = database.run_now(lambda s, at: recognise(s, at, telegram(1)))
    sheets = [(sheet.name, sheet.rows) for sheet in read_workbook(_list())]
    begun = [time.perf_counter()]
    shown = database.run_now(lambda s, at: importing.take(s, actor, at, sheets, "a" * 64, "x", "1"))
    begun.append(time.perf_counter())
    done = database.run_now(lambda s, at: importing.apply(s, actor, at, shown.digest, shown.outlook.sign))
    begun.append(time.perf_counter())
    database.run_now(lambda s, at: importing.undo(s, actor, at, done.digest))
    begun.append(time.perf_counter())
    return [after - before for before, after in itertools.pairwise(begun)]


def import_plain(path: Path) -> int:
    """Read a list and add its rows, unchecked."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(_list())).get_sheet_by_index(0).to_python()
    now = dt.datetime.now(dt.UTC)
    with Session(open_engine(f"sqlite:///{path}")) as session, session.begin():
        session.add_all(Member(name=str(name), status=MemberStatus.ACTIVE, created_at=now) for name, _ in rows[1:])
    return len(rows) - 1


def picture_ours(path: Path) -> int:
    """Look the year up and draw the 五个10."""
    database = desk(path)

    def work(session: Session, at: Any) -> Five:  # noqa: ANN401 - the database's moment
        found = year_picture.look(session, recognise(session, at, telegram(1)), at)
        return five.drawing(Voice("zh", database.clock), found)

    return len(five_png(database.run_now(work)))


def picture_plain(_path: Path) -> int:
    """Draw fifty cells and as many numbers with Pillow, without Chinese letters, months or teams."""
    from PIL import ImageDraw

    image = Image.new("RGB", (900, 1_900), "white")
    pen = ImageDraw.Draw(image)
    for number in range(50):
        x, y = 40 + number % 10 * 82, 150 + number // 10 * 104
        pen.rectangle((x, y, x + 72, y + 30), fill="#1f5f8b")
        pen.text((x, y + 40), str(number), fill="black")
    file = io.BytesIO()
    image.save(file, "PNG")
    return len(file.getvalue())


JOBS: dict[str, Callable[[Path], int]] = {
    "ledger: ours": ledger_ours,
    "ledger: plain": ledger_plain,
    "brief: ours": brief_ours,
    "brief: by a template": brief_template,
    "brief: plain": brief_plain,
    "picture: ours": picture_ours,
    "picture: plain": picture_plain,
    "import: ours": import_ours,
    "import: plain": import_plain,
}


def run(job: str, path: Path) -> None:
    """Do one job in this process, and print its seconds and the most memory it and its children took, in MB."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    made = JOBS[job](path)
    seconds = time.perf_counter() - begun
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu, most = [one.ru_utime + one.ru_stime for one in used], [one.ru_maxrss / 1000 for one in used]
    cpu[0] -= before.ru_utime + before.ru_stime
    print(json.dumps({"seconds": seconds, "cpu": sum(cpu), "own": most[0], "child": most[1], "made": made}))


@dataclass(frozen=True)
class Tapped:
    """Milliseconds of each sign-up; of processor that the bot's own process took for each, and at most in one go."""

    took: list[float]
    processor: float
    longest: float


async def _longest(found: list[float]) -> None:
    """Note the most of the processor that the loop's thread gives to anything between two looks, in milliseconds."""
    before = time.thread_time()
    while True:
        await asyncio.sleep(0.001)
        now = time.thread_time()
        found[0], before = max(found[0], (now - before) * 1000), now


async def taps(path: Path, *, exporting: bool) -> Tapped:
    """Let people sign up one after another, alone or while a ledger is made."""
    database = desk(path)
    slots = database.run_now(
        lambda s, _at: s.exec(select(Slot.id).join(Activity).where(Activity.state == ActivityState.PUBLISHED)).all()
    )
    first = TAPS if exporting else 0
    work = asyncio.create_task(_exported(database)) if exporting else None
    await asyncio.sleep(0.3 if exporting else 0)
    took, longest = [], [0.0]
    watch = asyncio.create_task(_longest(longest))
    before = time.process_time()
    for number in range(MOST_TAPS if exporting else TAPS):
        who = telegram(ground.FIRST_PERSON + first + number)

        def tap(session: Session, at: Any, who: Any = who, number: int = number) -> object:  # noqa: ANN401
            return signups.sign_up(session, recognise(session, at, who), at, slots[number % len(slots)] or 0)

        begun = time.perf_counter()
        await database.run(tap)
        took.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0.002)
        if work is not None and work.done():
            break
    processor = (time.process_time() - before) * 1000 / len(took)
    if work is not None:
        await work
    watch.cancel()
    return Tapped(took, processor, longest[0])


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=20_000, help="rows of people and hours in the ledger")
    options.add_argument("--job", help="do one job, in the database at --path")
    options.add_argument("--path", type=Path)
    asked = options.parse_args()
    if asked.job:
        run(asked.job, asked.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corps.db"
        fill(path, asked.rows)
        looked, done, undone = import_held(path)
        print(f"an import keeps others waiting: looked at {looked:.2f} s, done {done:.2f} s, undone {undone:.2f} s\n")
        print("| what | seconds | of processor | own MB | child MB |\n| --- | --- | --- | --- | --- |")
        for job in JOBS:
            command = [sys.executable, "-m", "benchmarks.records", "--job", job, "--path", str(path)]
            found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout.splitlines()[-1])
            cells = f"{found['seconds']:.2f} | {found['cpu']:.2f} | {found['own']:.0f} | {found['child']:.0f}"
            print(f"| {job} | {cells} |", flush=True)
        for name, exporting in (("alone", False), ("while a ledger is made", True)):
            seen = asyncio.run(taps(path, exporting=exporting))
            p50, p95 = statistics.median(seen.took), statistics.quantiles(seen.took, n=20)[-1]
            own = f"{seen.processor:.2f} ms of processor a tap, the loop held {seen.longest:.1f} ms at most"
            print(f"{name}: {len(seen.took)} taps, p50 {p50:.2f} ms, p95 {p95:.2f} ms; {own}")


if __name__ == "__main__":
    main()

"""The board with 2,500 members and ten years behind them: milliseconds a page, beside bare routes with the same SQL.

`python -m benchmarks.board [--rounds 60]` prints a table. Pages are asked for one after the other, without a network:
what is measured is the server's own time. The bare route is Starlette alone: it runs the very statements of the page,
by SQLite's own driver in a thread, fetches their rows, and says how many there were.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event, insert
from sqlmodel import Session, SQLModel, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import handlers
from benchmarks import ground
from bot.routing.files import Files
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.runtime.files import FileStore
from corps import member_addresses
from corps.addresses import Address
from corps.broadcasts.audience import Audience, Scope
from corps.moment import Policy
from corps.pages import devices
from models import (
    Acknowledgement,
    Activity,
    ActivityTeam,
    Attendance,
    Audit,
    Broadcast,
    HoursEntry,
    Member,
    MemberAddress,
    Notice,
    Report,
    SignUp,
    Slot,
    Team,
)
from models.engine import open_engine
from models.enums import (
    ActivityState,
    AttendanceState,
    BroadcastState,
    CountedBy,
    NoticeState,
    ReportState,
    SignUpState,
    Source,
)
from web.adapter import PageAdapter
from web.guard import Bucket

URL = "http://board.example"
PEOPLE, YEARS, A_YEAR, CAME, BROADCASTS, CHANGES = 2_500, 10, 100, 20, 20, 100_000
AIM = 50.0

BROADCAST = ("/board/broadcasts/1", "/board/broadcasts/1?sort=-way&state=sent")
PAGES = (
    "/board",
    "/board/parts?wait=&five=&month=&year=&people=&audit=",
    "/board/parts?wait=&broadcasts=",
    "/board/activities",
    "/board/activities?sort=-free",
    "/board/activities?category=lecture&state=verified",
    "/board/month",
    "/board/people",
    "/board/people?lost=1",
    "/board/broadcasts",
    *BROADCAST,
    "/board/wait?matter=gaps",
    "/board/documents",
    "/board/audit",
    "/board/wall",
    "/",
    "/messages",
)


def fill(path: Path) -> None:
    """Make the corps and its ten years."""
    ground.build(path, PEOPLE, 1)
    chance = random.Random(7)
    with Session(open_engine(f"sqlite:///{path}")) as session, session.begin():
        teams = [one or 0 for one in session.exec(select(Team.id)).all()]
        people = [one or 0 for one in session.exec(select(Member.id)).all()][1:]
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        for number, member in enumerate(session.exec(select(Member)).all()):
            if number:
                member.team_id, member.is_leader = teams[number % len(teams)], number <= len(teams)
            session.add(member)
        for number, one in enumerate(session.exec(select(MemberAddress)).all()):
            one.unreachable_since = now if number % 40 == 7 else None
            session.add(one)
        session.flush()
        ways = [{"member_id": one, "channel": "web", "external": f"w{one}", "since": now} for one in people[::3]]
        _put(session, MemberAddress, [{**one, "preferred": False} for one in ways])
        _activities(session, chance, teams, people, now)
        _broadcasts(session, chance, people, now)
        changes = [
            {"at": now - dt.timedelta(minutes=50 * n), "actor_id": 1, "action": "activity.publish",
             "subject": f"activity:{1 + n % 1000}", "after": {"state": "published"}}
            for n in range(CHANGES)
        ]  # fmt: skip
        _put(session, Audit, changes[::-1])


def _put(session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(table), rows)


def _activities(session: Session, chance: random.Random, teams: list[int], people: list[int], now: dt.datetime) -> None:
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {
        kind: [] for kind in (Activity, ActivityTeam, Slot, SignUp, Attendance, HoursEntry, Report)
    }
    first = now - dt.timedelta(days=365 * YEARS - 40)
    categories = ["lecture", "clinic", "promotion", "care"]
    for number in range(2, YEARS * A_YEAR + 2):
        starts = first + dt.timedelta(days=number * 365 / A_YEAR)
        over, team, category = starts < now - dt.timedelta(days=2), chance.choice(teams), chance.choice(categories)
        reported = over and chance.random() < 0.01
        state = ActivityState.REPORTED if reported else ActivityState.VERIFIED if over else ActivityState.PUBLISHED
        rows[Activity].append(
            {"id": number, "title": f"第 {number} 场", "starts_at": starts, "ends_at": starts + dt.timedelta(hours=2),
             "local_date": starts.date(), "year": starts.year, "place": "磁器口街道金蓉社区", "venue": "community",
             "state": state, "created_by": 1, "created_at": starts, "published_at": starts, "serves": category,
             "check_in_code": f"b{number}"}
        )  # fmt: skip
        rows[ActivityTeam].append({"activity_id": number, "team_id": team})
        rows[Slot].append({"id": number, "activity_id": number, "category": category, "role": "志愿者",
                           "places": CAME + 2, "team_id": team})  # fmt: skip
        for who in chance.sample(people, CAME):
            known = {"slot_id": number, "activity_id": number, "member_id": who}
            stamps = dict.fromkeys(("queued_at", "created_at", "updated_at"), starts)
            rows[SignUp].append({**known, "state": SignUpState.GOING, **stamps})
            if over:
                served = {**known, "source": Source.LEADER_CONFIRMED}
                mark = {"state": AttendanceState.PRESENT, "marked_by": 1, "marked_at": starts, "team_id": team}
                rows[Attendance].append({**served, **mark})
                rows[HoursEntry].append({**served, "minutes": 120, "entered_by": 1, "confirmed_by": 1, "at": starts})
        if over:
            told = {"activity_id": number, "reporter_id": 2, "beneficiaries": 80, "counted_by": CountedBy.HEADCOUNT}
            end = {"state": ReportState.SUBMITTED if reported else ReportState.VERIFIED, "submitted_at": starts}
            rows[Report].append({**told, **end})
    for kind, found in rows.items():
        _put(session, kind, found)


def _broadcasts(session: Session, chance: random.Random, people: list[int], now: dt.datetime) -> None:
    for number in range(1, BROADCASTS + 1):
        sent = now - dt.timedelta(hours=30 * (BROADCASTS - number))
        told = {"id": number, "sender_id": 1, "html": f"第 {number} 次群发", "audience": Audience(Scope.ALL).stored()}
        _put(session, Broadcast, [{**told, "state": BroadcastState.SENDING, "created_at": sent, "sent_at": sent}])
        notices = [
            {"key": f"b{number}:{who}", "kind": "broadcast", "member_id": who, "broadcast_id": number, "due_at": sent,
             "expires_at": sent + dt.timedelta(days=2), "state": NoticeState.SENT, "sent_at": sent, "created_at": sent,
             "address": Address(("telegram", "web", "mail")[who % 3], str(who)), "message_id": "1"}
            for who in people
        ]  # fmt: skip
        _put(session, Notice, notices)
        known = [who for who in people if chance.random() < 0.7]
        _put(session, Acknowledgement, [{"broadcast_id": number, "member_id": who, "at": sent} for who in known])


@contextlib.contextmanager
def _heard(database: Database) -> Iterator[list[tuple[str, Any]]]:
    said: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, text: str, values: Any, _context: object, _many: object) -> None:  # noqa: ANN401
        if text.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append((text, values))

    event.listen(database.engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine, "before_cursor_execute", note)


def bare(path: Path, said: Sequence[tuple[str, Any]]) -> Starlette:
    """Return an application that runs these statements and says how many rows they had."""
    connection = sqlite3.connect(path, check_same_thread=False)

    def run() -> int:
        return sum(len(connection.execute(text, values).fetchall()) for text, values in said)

    async def answer(_request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(await asyncio.to_thread(run)))

    return Starlette(routes=[Route("/", answer)])


async def timed(client: httpx.AsyncClient, path: str, rounds: int) -> tuple[float, float, float]:
    """Return milliseconds of a page: half of the answers, 95 of a hundred, and the processor's on average."""
    took: list[float] = []
    began = 0.0
    for place in range(rounds + 3):
        if place == 3:
            took, began = [], time.process_time()
        since = time.perf_counter()
        answer = await client.get(path)
        took.append((time.perf_counter() - since) * 1000)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    spent = (time.process_time() - began) * 1000 / rounds
    return statistics.median(took), statistics.quantiles(took, n=20)[-1], spent


def _client(app: Starlette, **more: Any) -> httpx.AsyncClient:  # noqa: ANN401 - httpx's own
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL, **more)


async def main(rounds: int) -> None:
    """Fill a database, and ask for each page."""
    folder = Path(tempfile.mkdtemp())
    path = folder / "board.db"
    began = time.perf_counter()
    fill(path)
    print(f"{PEOPLE} people, {YEARS} years: made in {time.perf_counter() - began:.0f} s\n", flush=True)
    clock = Clock("Asia/Shanghai")
    database = Database(open_engine(f"sqlite:///{path}"), clock, Policy(clock, web_url=URL))
    address = devices.new_address()
    database.run_now(lambda s, at: member_addresses.add(s, at, 1, address))
    secret = database.run_now(lambda s, at: devices.let_in(s, at, address, "computer"))
    site = PageAdapter(URL, "", database, handlers.routes(), Files(FileStore(folder / "files"), {})).site
    site.limits.requests = Bucket(10**9, 1.0)  # nobody else asks
    print("| page | p50 ms | p95 ms | processor ms | bare p50 | ratio | statements |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    slow = []
    async with _client(site.app, cookies={"tongxin": secret}) as client:
        for page in PAGES:
            with _heard(database) as said:
                await client.get(page)
            half, most, spent = await timed(client, page, rounds)
            async with _client(bare(path, said)) as plain:
                other, _, _ = await timed(plain, "/", rounds)
            figures = f"{half:.1f} | {most:.1f} | {spent:.1f} | {other:.1f} | {half / other:.1f} | {len(said)}"
            print(f"| `{page}` | {figures} |", flush=True)
            slow += [page] if most > AIM else []
    print(f"\np95 over {AIM:.0f} ms: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    asyncio.run(main(parser.parse_args().rounds))

"""The personal pages beside bare Starlette routes with the same SQL: pages a second and p95 of home, card and sign-up.

`python -m benchmarks.pages [--rounds 200]` prints a table. Requests come one after the other, without a network: what
is measured is the server's own time, and pages a second are what its processor's time allows. The bare routes run the
very statements of the page in a thread, commit, and give an answer of the same length: *bare* hands them to SQLite's
own driver, *session* as texts to a `Session`, as a route in this project's libraries would. Each sign-up is another
member's; what they write is written by the bare routes to copies of the database.
"""

import argparse
import asyncio
import contextlib
import itertools
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event
from sqlmodel import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

import handlers
from benchmarks import ground
from bot.routing.files import Files
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.runtime.files import FileStore
from corps import member_addresses
from corps.moment import Policy
from corps.pages import devices
from corps.people import Actor
from models.engine import open_engine
from web.adapter import PageAdapter
from web.guard import Bucket
from web.visitors import STRANGER, Visitor

URL = "http://pages.example"
PEOPLE, ACTIVITIES, FIRST = 2_500, 50, 2
AIM = 2.5

Statements = Sequence[tuple[str, Any]]
Ask = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]


@dataclass(frozen=True)
class Took:
    """Milliseconds of the processor a request, and milliseconds of the clock for 95 of a hundred."""

    processor: float
    p95: float


class Corps:
    """A database, the pages on it, and browsers that are in as members, numbered from 0."""

    def __init__(self, path: Path, rounds: int) -> None:
        clock = Clock("Asia/Shanghai")
        self.database = Database(open_engine(f"sqlite:///{path}"), clock, Policy(clock, web_url=URL))
        self.secrets = [self.enter(FIRST + number) for number in range(rounds)]
        self.site = PageAdapter(URL, "", self.database, handlers.routes(), Files(FileStore(path.parent), {})).site
        self.site.limits.requests = Bucket(10**9, 1.0)  # nobody else asks

    def enter(self, member: int) -> str:
        """Let a browser in as a member; return its secret."""
        address = devices.new_address()
        self.database.run_now(lambda s, at: member_addresses.add(s, at, member, address))
        return self.database.run_now(lambda s, at: devices.let_in(s, at, address, "computer"))

    async def home(self, client: httpx.AsyncClient, number: int) -> httpx.Response:
        """Open the first page."""
        return await client.get("/", headers={"cookie": f"tongxin={self.secrets[number]}"})

    async def card(self, client: httpx.AsyncClient, number: int) -> httpx.Response:
        """Open the page of an activity."""
        path = f"/a/{number % ACTIVITIES + 1}"
        return await client.get(path, headers={"cookie": f"tongxin={self.secrets[number]}"})

    async def sign_up(self, client: httpx.AsyncClient, number: int) -> httpx.Response:
        """Press 报名."""
        secret = self.secrets[number]
        csrf = Visitor(secret, fresh=False, visit=None, actor=Actor(STRANGER)).csrf
        form = {"csrf": csrf, "once": str(number + 1), "payload": f"s:{number % ACTIVITIES + 1}"}
        return await client.post("/do", data=form, headers={"cookie": f"tongxin={secret}"})

    @contextlib.contextmanager
    def heard(self) -> Iterator[list[tuple[str, Any]]]:
        """Note the statements that run meanwhile."""
        said: list[tuple[str, Any]] = []

        def note(_c: object, _cursor: object, text: str, values: Any, _context: object, many: bool) -> None:  # noqa: ANN401
            said.extend((text, one) for one in (values if many else [values]))

        event.listen(self.database.engine, "before_cursor_execute", note)
        yield said
        event.remove(self.database.engine, "before_cursor_execute", note)


def by_driver(path: Path, each: Iterator[Statements]) -> Callable[[], None]:
    """Return what runs the next of these in one transaction of SQLite's own driver."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")

    def run() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for text, values in next(each):
            connection.execute(text, values).fetchall()
        connection.execute("COMMIT")

    return run


def by_session(path: Path, each: Iterator[Statements]) -> Callable[[], None]:
    """Return what runs the next of these in one transaction of a `Session`."""
    engine = open_engine(f"sqlite:///{path}")

    def run() -> None:
        with Session(engine) as session:
            for text, values in next(each):
                found = session.connection().exec_driver_sql(text, values)
                if found.returns_rows:
                    found.fetchall()
            session.commit()

    return run


def bare(run: Callable[[], None], length: int) -> Starlette:
    """Return an application that calls this in a thread, and answers with so many characters."""

    async def answer(_request: Request) -> HTMLResponse:
        await asyncio.to_thread(run)
        return HTMLResponse("x" * length)

    return Starlette(routes=[Route("/", answer)])


async def timed(app: Starlette, ask: Ask, rounds: int) -> Took:
    """Ask so many times, and return how long it took."""
    took = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        began = time.process_time()
        for number in range(rounds):
            since = time.perf_counter()
            answer = await ask(client, number)
            took.append((time.perf_counter() - since) * 1000)
            assert answer.status_code in (200, 303), answer.text
    return Took((time.process_time() - began) * 1000 / rounds, statistics.quantiles(took, n=20)[-1])


async def compare(folder: Path, name: str, rounds: int) -> tuple[Took, list[Took], float]:
    """Return how long the pages take, how long the bare routes do, and how many statements all of them run."""
    ground.build(folder / "first.db", PEOPLE, ACTIVITIES)
    corps = Corps(folder / "first.db", rounds)
    corps.database.engine.dispose()
    for copy in ("ours", *FLOORS):
        shutil.copy(folder / "first.db", folder / f"{copy}.db")
    each: list[Statements] = []
    length = 0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(corps.site.app), base_url=URL) as client:
        for number in range(rounds):
            with corps.heard() as said:
                length = len((await getattr(corps, name)(client, number)).text)
            each.append(said)
    again = Corps(folder / "ours.db", 0)
    again.secrets = corps.secrets
    ours = await timed(again.site.app, getattr(again, name), rounds)
    floors = []
    for copy, way in FLOORS.items():
        app = bare(way(folder / f"{copy}.db", itertools.cycle(each)), length)
        floors.append(await timed(app, lambda client, _number: client.get("/"), rounds))
    return ours, floors, statistics.mean(map(len, each))


FLOORS = {"bare": by_driver, "session": by_session}


async def main(rounds: int) -> None:
    """Measure each, and print."""
    floors = "".join(f"| {name} | ratio | p95 ms | ratio " for name in FLOORS)
    print(f"| | pages a second | p95 ms {floors}| statements |")
    print("| --- " * (4 + 4 * len(FLOORS)) + "|")
    for name in ("home", "card", "sign_up"):
        with tempfile.TemporaryDirectory() as folder:
            ours, found, statements = await compare(Path(folder), name, rounds)
        cells = [1000 / ours.processor, ours.p95]
        for floor in found:
            cells += [1000 / floor.processor, ours.processor / floor.processor, floor.p95, ours.p95 / floor.p95]
        print(f"| {name} | {' | '.join(f'{one:.1f}' for one in (*cells, statements))} |", flush=True)
    print(f"\naim: ratios of at most {AIM}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    asyncio.run(main(parser.parse_args().rounds))

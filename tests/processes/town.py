"""A town to break things in: a Bot API server, people, a database, and processes of the bot, all real.

The server is a process (`python -m sandbox`), the bot is `main.py` with settings in its environment; a gate
between them can be shut. Time is real: what is awaited is looked for, and never slept for.
"""

import asyncio
import contextlib
import datetime as dt
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

import migrations
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from corps import notices
from corps.addresses import telegram
from corps.moment import Moment, Policy
from corps.notices import Owed
from corps.notices.kinds import Kind
from corps.system.roster import settle
from corps.teams import TeamName, list_teams
from models import Member, Notice, Pulse
from models.engine import open_engine
from models.enums import MemberStatus, NoticeState
from sandbox.http.gate import KEY_HEADER, read_key
from tests.base import ROSTER, enter

ROOT = Path(__file__).parent.parent.parent
TOKEN = "7000000001:" + "A" * 35
FIRST = 10_001
"""The Telegram id of the first of the sandbox's crowd."""
PATIENCE = 90
"""Seconds until what a busy machine does in its own time counts as missing."""


def free_port() -> int:
    """Return a port that nobody listens on, and that no system gives to a connection going out in the meantime."""
    while True:
        port = secrets.choice(range(10_000, 20_000))
        with contextlib.suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port


class Gate:
    """Carries bytes between the bot and the server, until it is shut; its port is free again when it opens again."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = free_port()

    async def open(self) -> None:
        """Let everybody through (again)."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def shut(self) -> None:
        """Cut every connection and let nobody in."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self._behind)
            self._open |= {writer, behind_writer}
            await asyncio.gather(_pour(reader, behind_writer), _pour(behind_reader, writer))
            self._open -= {writer, behind_writer}


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


class Town:
    """Everything together. `url` is the database's address.

    The server trusts the certificate `trusts`, if one is given, when it brings updates by https.
    With `at` (a local wall-clock time) the town and its bots live by a clock of their own, which `clock_to` sets.
    """

    def __init__(
        self, folder: Path, url: str, people: int, *, limits: bool = False, at: str = "", trusts: Path | None = None
    ) -> None:
        self.folder = folder
        self._trusts = {"SSL_CERT_FILE": str(trusts)} if trusts is not None else {}
        self.clock = Clock()
        self._ahead = folder / "ahead"
        self._program = ["-m", "tests.processes.late", str(self._ahead)] if at else ["main.py"]
        if at:
            self.clock_to(at)
        self.url = url
        self.people = range(FIRST, FIRST + people)
        self._limits = limits
        self._bots: list[subprocess.Popen[bytes]] = []
        self._logs = 0
        self.engine: Engine
        self.database: Database

    async def open(self) -> None:
        """Start the server, and settle people and teams in the database."""
        options = ["--port", "0", "--token", TOKEN, "--people", str(len(self.people))]
        options += ["--limits"] if self._limits else []
        self.server = subprocess.Popen(  # noqa: ASYNC220 - our own module; the town has nothing else to do
            [sys.executable, "-m", "sandbox", *options], cwd=ROOT, stdout=subprocess.PIPE, env=os.environ | self._trusts
        )
        assert self.server.stdout is not None
        self.api = self.server.stdout.readline().decode().strip()
        self._page = httpx.AsyncClient(base_url=self.api, timeout=60, verify=False)  # noqa: S501 - no TLS here, none to load
        self._page.headers[KEY_HEADER] = read_key((await self._page.get("/")).text)
        self.gate = Gate(int(self.api.rpartition(":")[2]))
        await self.gate.open()
        self.engine = open_engine(self.url)
        migrations.upgrade(self.engine)
        self.database = Database(self.engine, self.clock, Policy(zone=self.clock))
        self.database.run_now(lambda session, at: settle(session, ROSTER, at))
        self.database.run_now(self._settle)

    def _settle(self, session: Session, at: Moment) -> None:
        teams = list_teams(session)
        for number, person in enumerate(self.people):
            team = teams[number % len(teams)].id
            member = Member(
                name=f"样例{number}",
                team_id=team,
                status=MemberStatus.ACTIVE,
                is_coordinator=number == 0,
                created_at=at.now,
            )
            enter(session, at, member, telegram(person))

    async def close(self) -> None:
        """End everything."""
        for bot in self._bots:
            if bot.poll() is None:
                bot.send_signal(signal.SIGCONT)
                bot.kill()
                bot.wait()
        await self.gate.shut()
        await self._page.aclose()
        self.server.terminate()
        self.server.wait()
        self.database.close()

    def clock_to(self, wall: str) -> None:
        """Set the town's clock, and that of its bots, to a local time such as `2026-12-05 14:00`."""
        self.clock.settle()
        self.clock.push(self.clock.instant(dt.datetime.fromisoformat(wall)) - self.clock.now())
        ahead = (self.clock.now() - dt.datetime.now(dt.UTC)).total_seconds()
        fresh = self._ahead.with_suffix(".new")
        fresh.write_text(str(ahead))
        fresh.replace(self._ahead)

    def start(self, **settings: str) -> "subprocess.Popen[bytes]":
        """Start a process of the bot; settings by their names. Its log goes to `log`."""
        plain = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "")}
        ours = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": f"http://127.0.0.1:{self.gate.port}",
            "DATABASE_URL": self.url,
            "QUIET_HOURS": "",
            "TICK_SECONDS": "0.2",
        }
        self._logs += 1
        log = (self.folder / f"bot{self._logs}.log").open("wb")
        bot = subprocess.Popen(
            [sys.executable, *self._program], cwd=ROOT, env=plain | ours | settings, stdout=log, stderr=log
        )
        log.close()
        self._bots.append(bot)
        return bot

    async def ended(self, bot: "subprocess.Popen[bytes]") -> int:
        """Wait for a process to end while the gate stays open. Returns its exit status."""
        return await asyncio.to_thread(bot.wait, PATIENCE)

    async def answer(self, person: int, count: int = 1) -> list[str]:
        """Wait until a person has so many messages of the bot; return them."""
        async with asyncio.timeout(PATIENCE):
            while len(said := await self.read(person)) < count:
                await asyncio.sleep(0.1)
        return said

    def log(self, number: int = 1) -> str:
        """Return what the bot started as `number` has logged."""
        return (self.folder / f"bot{number}.log").read_text(encoding="utf-8")

    def story(self) -> str:
        """Return what to read when something did not come about: the notices, and the end of each bot's log."""
        logs = (f"bot {number}: {self.log(number)[-2000:]}" for number in range(1, self._logs + 1))
        return "\n".join([str(self.states()), *logs])

    def owe_all(self, kind: Kind = Kind.ADMITTED, key: str = "all", days: int = 3) -> None:
        """Owe everybody a message."""

        def work(session: Session, at: Moment) -> None:
            members = session.exec(select(Member)).all()
            late = at.now + dt.timedelta(days=days)
            notices.owe(session, at, [Owed(kind, f"{key}:{m.id}", m, expires_at=late) for m in members])

        self.database.run_now(work)

    def states(self) -> dict[NoticeState, int]:
        """Return how many notices are in which state."""
        statement = select(Notice.state, func.count()).group_by(col(Notice.state))
        return self.database.run_now(lambda session, _at: {NoticeState(s): n for s, n in session.exec(statement).all()})

    def sent(self) -> int:
        """Return how many notices are recorded as sent."""
        return self.states().get(NoticeState.SENT, 0)

    def rows(self) -> list[Notice]:
        """Return all notices."""
        return self.database.run_now(
            lambda session, _at: list(session.exec(select(Notice).order_by(col(Notice.id))).all())
        )

    def of_kind(self, kind: Kind) -> list[NoticeState]:
        """Return the states of the notices of a kind."""
        return [row.state for row in self.rows() if row.kind == kind.value]

    def teams(self) -> list[TeamName]:
        """Return the teams; the people belong to them in turn."""
        return self.database.run_now(lambda session, _at: list_teams(session))

    def pulses(self) -> set[str]:
        """Return what has a heartbeat."""
        return self.database.run_now(lambda session, _at: set(session.exec(select(Pulse.name)).all()))

    def ended_well(self, name: str) -> dt.datetime | None:
        """Return when a work that has a heartbeat last ended well, by the program's clock."""
        return self.database.run_now(
            lambda session, _at: session.exec(select(Pulse.ok_at).where(Pulse.name == name)).first()
        )

    async def call(self, path: str, body: Any = None, method: str = "") -> Any:  # noqa: ANN401 - JSON
        """Ask the sandbox's own side."""
        how = method or ("GET" if body is None else "POST")
        return (await self._page.request(how, f"/sandbox/{path}", json=body)).raise_for_status().json()

    async def telegram(self, method: str, **parameters: object) -> None:
        """Call the Bot API with the bot's own token, as another program would."""
        (await self._page.post(f"/bot{TOKEN}/{method}", json=parameters)).raise_for_status()

    async def command(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        """Run the program with words on its command line, on the town's database."""
        env = os.environ | {"DATABASE_URL": self.url, "BOT_TOKEN": TOKEN}
        whole = [sys.executable, "main.py", *words]
        return await asyncio.to_thread(subprocess.run, whole, cwd=ROOT, env=env, capture_output=True, check=False)

    async def webhook_info(self) -> dict[str, Any]:
        """Return where the server brings updates, and how many are not taken yet."""
        return dict((await self._page.get(f"/bot{TOKEN}/getWebhookInfo")).json()["result"])

    async def hooked(self) -> None:
        """Wait until the server has been told where to bring updates."""
        async with asyncio.timeout(90):
            while not (await self.webhook_info())["url"]:
                await asyncio.sleep(0.1)

    async def no_update_left(self) -> None:
        """Wait until the server has a receipt for every update."""
        async with asyncio.timeout(90):
            while (await self.webhook_info())["pending_update_count"]:
                await asyncio.sleep(0.1)

    async def trouble(self, **order: Any) -> None:  # noqa: ANN401 - the fields of a fault
        """Order trouble at the server."""
        await self.call("faults", order)

    async def no_trouble(self) -> None:
        """Call all trouble off."""
        await self.call("faults", method="DELETE")

    async def arrived(self) -> dict[int, int]:
        """Return how many messages of the bot each person has."""
        return {person: len(await self.read(person)) for person in self.people}

    async def says(self, person: int, text: str) -> None:
        """Let a person type."""
        await self.call("say", {"person_id": person, "chat_id": person, "text": text})

    async def read(self, person: int) -> list[str]:
        """Return the bot's messages to a person."""
        messages = await self.call(f"chats/{person}/messages")
        return [message["text"] for message in messages if message["from"]["is_bot"]]

    async def taps(self, person: int, label: str) -> None:
        """Wait until the newest message with buttons has one with these words, and tap it."""
        async with asyncio.timeout(PATIENCE):
            while (found := _button(await self.call(f"chats/{person}/messages"), label)) is None:
                await asyncio.sleep(0.1)
        message, data = found
        await self.call("tap", {"person_id": person, "chat_id": person, "message_id": message, "data": data})

    async def reads(self, person: int, words: str, seconds: float = PATIENCE) -> str:
        """Wait until a person can read the words in one of the bot's messages; return the newest such message."""
        async with asyncio.timeout(seconds):
            while not (found := [text for text in await self.read(person) if words in text]):
                await asyncio.sleep(0.1)
        return found[-1]


def _button(messages: list[dict[str, Any]], label: str) -> tuple[int, str] | None:
    for message in reversed(messages):
        for button in (button for row in message.get("keyboard") or [] for button in row):
            if label in button["text"]:
                return message["id"], button["data"]
    return None


async def until(done: Callable[[], bool], seconds: float, why: str | Callable[[], str]) -> float:
    """Wait until something is so. Returns how many seconds it took; fails with `why` when it takes too long."""
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < seconds, why if isinstance(why, str) else why()
        await asyncio.sleep(0.05)
    return time.monotonic() - begun


@contextlib.asynccontextmanager
async def town(
    folder: Path, people: int, url: str = "", *, limits: bool = False, at: str = "", trusts: Path | None = None
) -> AsyncIterator[Town]:
    """Open a town for a while; its database is an SQLite file of its own unless `url` is given."""
    made = Town(folder, url or f"sqlite:///{folder}/data/corps.db", people, limits=limits, at=at, trusts=trusts)
    await made.open()
    try:
        yield made
    finally:
        await made.close()

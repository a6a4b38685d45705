"""One broadcast to everybody by three channels at once, and by group robots: no channel may wait for another.

The real bot process delivers: to some by Telegram (the sandbox, which keeps the strict limits), to some by mail (a
test server), to the others on their pages, and to the robot of each team (the sandbox's platforms). Every channel has
a limit of its own: Telegram takes 30 messages a second, mail goes at the house's own pace (a burst, then one a
second), a page and the first message of a robot have none. The clock runs from before everybody's notice is written.

`python -m benchmarks.ways [--people 2500] [--telegram 1500] [--mail 120]` prints the table of one run; with the
numbers given here it takes two minutes. Aim: all of it within 1.05 times the slowest channel's own limit.
"""

import argparse
import asyncio
import datetime as dt
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk
from sqlmodel import Session, col, select

import main as program
from benchmarks import ground
from benchmarks.broadcast import confirm, letters
from benchmarks.telegram import TOKEN, Telegram, free_port, moment, running, telegram
from bot.mail.pace import A_MINUTE, BURST
from bot.robots.webhooks import Vault, Webhook
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.telegram.rate_limiter import STATED
from corps.addresses import TELEGRAM, Address
from corps.addresses import telegram as at_telegram
from corps.mailbox.mailboxes import MAIL
from corps.membership import robot_binding
from corps.moment import Moment, Policy
from corps.pages import devices
from corps.pages.devices import WEB
from corps.people import recognise
from corps.robots import WECOM
from models import MemberAddress, Team
from models.engine import open_engine
from sandbox import Sandbox
from sandbox.botapi.limits import STRICT
from sandbox.robots.robots import GroupRobot

KEY = "a key of the benchmark"
PATIENCE = 3
"""How many times as long as the slowest limit it may take, and a minute, until nobody waits any more."""


class Letterbox:
    """Takes all mail, and notes for whom, and when."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.came: dict[str, float] = {}

    async def handle_DATA(self, _server: SMTP, _talk: Talk, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        self.came |= dict.fromkeys(map(str, envelope.rcpt_tos), time.time())
        return "250 ok"


def spread(session: Session, at: Moment, by_telegram: int, by_mail: int) -> list[GroupRobot]:
    """Let the first be written to by Telegram, the next by mail, the others on their pages; tie each team a robot."""
    for number, address in enumerate(session.exec(select(MemberAddress).order_by(col(MemberAddress.id))).all()):
        if number > by_telegram + by_mail:
            address.channel, address.external = WEB, f"{number:016x}"
            devices.let_in(session, at, Address(WEB, address.external), "iphone")
        elif number > by_telegram:  # the first of all is the coordinator
            address.channel, address.external = MAIL, f"member{number}@example.org"
    actor, vault, made = recognise(session, at, at_telegram(1)), Vault((KEY,)), []
    for team in session.exec(select(Team.id).order_by(col(Team.position))).all():
        made.append(GroupRobot(WECOM, f"benchmark-{team}"))
        webhook = Webhook(WECOM, made[-1].key)
        robot_binding.tie(session, actor, at, team or 0, WECOM, vault.seal(webhook), webhook.mark)
    return made


def ready(file: Path, people: int, by_telegram: int, by_mail: int) -> list[GroupRobot]:
    """Make the corps; return its robots."""
    ground.build(file, people, 1)
    clock = Clock()
    database = Database(open_engine(ground.address(file)), clock, Policy(zone=clock))
    made = database.run_now(spread, by_telegram, by_mail)
    database.close()
    return made


def delivered(file: Path) -> dict[str, list[float]]:
    """Return when each message of the broadcast was recorded as sent, by channel, in seconds since the epoch."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT address, sent_at FROM notice WHERE kind = 'broadcast' AND state = 'sent'"
        ).fetchall()
    times: dict[str, list[float]] = {}
    for address, sent_at in found:
        at = dt.datetime.fromisoformat(sent_at).replace(tzinfo=dt.UTC).timestamp()
        times.setdefault(address.partition(":")[0], []).append(at)
    return times


async def until_all(file: Path, messages: int, patience: float) -> dict[str, list[float]]:
    """Wait until all is recorded as sent; return when."""
    deadline = time.monotonic() + patience
    while sum(map(len, (times := delivered(file)).values())) < messages:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{ {name: len(found) for name, found in times.items()} } of {messages} sent")
        await asyncio.sleep(1)
    return times


async def measure(folder: Path, server: Telegram, counts: dict[str, int]) -> None:
    """Send it, and print how long each channel took."""
    file = folder / "corps.db"
    robots = ready(file, counts[TELEGRAM] + counts[MAIL] + counts[WEB], counts[TELEGRAM], counts[MAIL])
    platforms, box = Sandbox(token="1:A"), Letterbox()
    platforms.platforms.add(*robots)
    serving = asyncio.create_task(platforms.serve())
    await platforms.ready.wait()
    mail = await asyncio.get_running_loop().create_server(lambda: SMTP(box, hostname="test"), "127.0.0.1", 0)
    server.limit(STRICT)
    listen = f"127.0.0.1:{free_port()}"
    settings: dict[str, Any] = {"BOT_TOKEN": TOKEN, "BOT_API_URL": server.url, "DATABASE_URL": ground.address(file)}
    settings |= {"QUIET_HOURS": "", "SECRET_KEY": KEY, "WEB_URL": f"http://{listen}", "WEB_LISTEN": listen}
    settings |= {"SMTP_URL": f"smtp://127.0.0.1:{mail.sockets[0].getsockname()[1]}", "MAIL_FROM": "corps@example.org"}
    limits = {TELEGRAM: counts[TELEGRAM] / STATED, MAIL: max(0, counts[MAIL] - BURST) * 60 / A_MINUTE, WEB: 0, WECOM: 0}
    with running([sys.executable, "-m", "benchmarks.ways", "--bot", f"{platforms.url}/robots"], **settings):
        await asyncio.to_thread(server.polled)
        await asyncio.sleep(3)
        began = time.time()
        await asyncio.to_thread(confirm, server, file)
        written = time.time() - began
        patience = max(limits.values()) * PATIENCE + 60
        times = await until_all(file, sum(counts.values()) + len(robots), patience)
    times |= {TELEGRAM: [moment(call) for call in letters(server)], MAIL: list(box.came.values())}
    seen = {name: len(found) for name, found in times.items()}
    assert seen == counts | {WECOM: len(robots)}, seen
    refused = {TELEGRAM: server.limit(STRICT), WECOM: platforms.platforms.refused}
    show({name: max(found) - began for name, found in times.items()}, seen, limits, refused)
    print(f"\nof that, writing the notices took {written:.2f} s")
    mail.close()
    platforms.stop()
    await serving


def show(took: dict[str, float], seen: dict[str, int], limits: dict[str, float], refused: dict[str, int]) -> None:
    """Print the table."""
    print("| channel | messages | own limit s | delivered after s | ratio | refused |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, limit in limits.items():
        ratio = f"{took[name] / limit:.3f}" if limit else "-"
        print(f"| {name} | {seen[name]} | {limit:.1f} | {took[name]:.1f} | {ratio} | {refused.get(name, 0)} |")
    whole, slowest = max(took.values()), max(limits.values())
    print(f"| all | {sum(seen.values())} | {slowest:.1f} | {whole:.1f} | {whole / slowest:.3f} | |", flush=True)


def bot(platforms: str) -> int:
    """Run the real bot, with the robots' platforms at that address instead of their own; it reads the environment."""
    program.compose = partial(program.compose, platforms=platforms)
    sys.argv = sys.argv[:1]
    return program.main()


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2500)
    parser.add_argument("--telegram", type=int, default=1500, help="how many of them are written to by Telegram")
    parser.add_argument("--mail", type=int, default=120, help="how many by mail; the others have only the page")
    parser.add_argument("--bot", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bot:
        sys.exit(bot(asked.bot))
    counts = {TELEGRAM: asked.telegram, MAIL: asked.mail, WEB: asked.people - asked.telegram - asked.mail}
    with tempfile.TemporaryDirectory() as folder, telegram(asked.people) as server:
        asyncio.run(measure(Path(folder), server, counts))


if __name__ == "__main__":
    main()

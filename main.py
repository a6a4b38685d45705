"""Tongxin (同心). Composition only: settings → engine → application → scheduler → run."""

import asyncio
import datetime as dt
import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, make_url
from telegram.error import InvalidToken

import handlers
import migrations
from bot.backup import BackupError, database_file, make_backup, restore
from bot.clock import Clock
from bot.desk import Desk
from bot.logs import set_up_logs
from bot.roster import read_roster
from bot.settings import Settings, SettingsError, load_settings
from corps import sample
from corps.moment import Policy
from corps.teams import Roster, settle
from models.engine import open_engine
from models.lock import Lead, TakenError, lead_of, one_at_a_time
from scheduler.service import Service

SANDBOX_BOT = 7_000_000_001
WELCOME = """
  同心已启动（沙盒：不需要 Telegram 账号）。请在浏览器里打开 / Tongxin is running, open:

      {url}

  按 Ctrl+C 停止 / press Ctrl+C to stop.
"""


def open_desk(settings: Settings, engine: Engine) -> Desk:
    """Bring the database up to date and return the desk that works on it."""
    roster = read_roster(settings.teams_file)
    with one_at_a_time(engine):
        migrations.upgrade(engine)
        return _desk(settings, engine, roster)


def _desk(settings: Settings, engine: Engine, roster: Roster) -> Desk:
    clock = Clock(settings.timezone)
    policy = Policy(
        zone=clock,
        quiet=settings.quiet_hours,
        leads=settings.reminder_leads,
        language=settings.language,
        coordinator_ids=settings.coordinator_ids,
    )
    desk = Desk(engine, clock, policy)
    desk.run_now(lambda session, _at: settle(session, roster))
    return desk


async def run_bot(settings: Settings, desk: Desk, lead: Lead, stop: asyncio.Event) -> None:
    """Run the bot until `stop` is set, then finish what is under way."""
    await Service(settings, desk, handlers.routes(), lead).run(stop)


class Hand:
    """The hand on the sandbox's clock, and on its reset."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        self.roster = read_roster(settings.teams_file)
        self.after_reset: Callable[[], None] = lambda: None

    def now(self) -> dt.datetime:
        """Return the present in the corps' zone, aware."""
        return self._desk.clock.now().astimezone(self._desk.clock.zone_info)

    async def advance(self, by: dt.timedelta) -> None:
        """Move the bot's clock forward."""
        self._desk.clock.push(by)

    async def advance_to_monday(self) -> None:
        """Move the bot's clock to the next Monday, 09:00."""
        self._desk.clock.push(self._desk.clock.until_monday(dt.time(9)))

    async def reset(self) -> None:
        """Bring the sample corps back, and the clock to the present."""
        self._desk.clock.settle()
        await self._desk.run(sample.begin_anew, self.roster)
        self.after_reset()


async def run_sandboxed(settings: Settings, desk: Desk, lead: Lead, stop: asyncio.Event) -> None:
    """Run the unchanged bot against a Bot API server of our own, with a page to chat on."""
    from sandbox import Person, Sandbox

    hand = Hand(desk, settings)
    if not await desk.run(sample.is_there):
        await desk.run(sample.begin_anew, hand.roster)
    cast = await desk.run(sample.cast)
    people = [Person(player.telegram_id, player.name, note=player.note) for player in cast]
    token = f"{SANDBOX_BOT}:{secrets.token_hex(16)}"
    sandbox = Sandbox(token=token, people=people, control=hand)
    hand.after_reset = lambda: sandbox.world.started.update(p.telegram_id for p in cast if p.started)
    hand.after_reset()
    serving = asyncio.create_task(sandbox.serve("127.0.0.1", settings.sandbox_port))
    ready = asyncio.create_task(sandbox.ready.wait())
    await asyncio.wait([serving, ready], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        ready.cancel()
        raise SettingsError(
            f"SANDBOX_PORT: 端口 {settings.sandbox_port} 用不了 (port not available)"
        ) from serving.exception()
    print(WELCOME.format(url=sandbox.url), flush=True)
    inside = settings.model_copy(update={"bot_token": token, "bot_api_url": sandbox.url})
    await run_bot(inside, desk, lead, stop)
    sandbox.stop()
    await serving


async def run(settings: Settings) -> None:
    """Run what the settings ask for: the bot, or the bot with the sandbox in Telegram's place."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    engine = open_engine(settings.database)
    lead = lead_of(engine)
    desk = open_desk(settings, engine)
    try:
        await (run_sandboxed if settings.sandboxed else run_bot)(settings, desk, lead, stop)
    finally:
        desk.close()


def back_up(settings: Settings) -> None:
    """Make a backup now, while the bot may be running."""
    print(make_backup(_file(settings), _wall(settings), settings.backup_keep_days))


def restore_from(settings: Settings, backup: Path) -> None:
    """Put a backup in the place of the database."""
    aside = restore(backup, _file(settings), _wall(settings))
    print(f"已恢复 (restored): {backup}")
    if aside is not None:
        print(f"原来的数据库在 (what was there before): {aside}")


def _file(settings: Settings) -> Path:
    database = database_file(make_url(settings.database))
    if database is None:
        raise BackupError("PostgreSQL 请用 pg_dump / pg_restore，见 docs/operations.md (use pg_dump and pg_restore)")
    return database


def _wall(settings: Settings) -> dt.datetime:
    clock = Clock(settings.timezone)
    return clock.wall(clock.now())


USAGE = """用法 / usage:
  main.py                   启动 / start
  main.py backup            立即备份 / make a backup now
  main.py restore <备份文件>  恢复备份（先停机器人）/ put a backup back (stop the bot first)"""


def act(settings: Settings, words: list[str]) -> int:
    """Do what the command line asks for. Returns the process's exit status."""
    match words:
        case []:
            asyncio.run(run(settings))
        case ["backup"]:
            back_up(settings)
        case ["restore", file]:
            restore_from(settings, Path(file))
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0


def main() -> int:
    """Start Tongxin. Returns the process's exit status."""
    try:
        settings = load_settings()
        set_up_logs(settings.log_level)
        return act(settings, sys.argv[1:])
    except (SettingsError, TakenError, BackupError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 2
    except InvalidToken:
        print(
            "✗ BOT_TOKEN 或 BOT_API_URL 不对：对方不认这个令牌 (BOT_TOKEN is not accepted at BOT_API_URL)",
            file=sys.stderr,
        )
        return 2


if __name__ == "__main__":
    sys.exit(main())

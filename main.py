"""Tongxin (同心). Composition only: settings → engine → application → scheduler → run."""

import asyncio
import contextlib
import datetime as dt
import secrets
import signal
import sys
from collections.abc import Callable

import structlog
from telegram.error import InvalidToken, TelegramError

import handlers
import migrations
from bot.application import App, Gauges, build_application
from bot.clock import Clock
from bot.desk import Desk
from bot.intake import Poller
from bot.logs import set_up_logs
from bot.menu import offer_default_menu
from bot.roster import read_roster
from bot.settings import Settings, SettingsError, load_settings
from corps import sample
from corps.moment import Policy
from corps.teams import settle
from models.engine import open_engine
from scheduler.jobs import Bench
from scheduler.timetable import build_scheduler

log = structlog.get_logger()

SANDBOX_BOT = 7_000_000_001
WELCOME = """
  同心已启动（沙盒：不需要 Telegram 账号）。请在浏览器里打开 / Tongxin is running, open:

      {url}

  按 Ctrl+C 停止 / press Ctrl+C to stop.
"""


def open_desk(settings: Settings) -> Desk:
    """Open the database, bring it up to date, and return the desk that works on it."""
    roster = read_roster(settings.teams_file)
    engine = open_engine(settings.database)
    migrations.upgrade(engine)
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


async def greet(application: App, settings: Settings) -> None:
    """Say hello to Telegram, for as long as it takes to be there. Raises InvalidToken for a wrong token."""
    wait = 1.0
    while True:
        try:
            return await application.initialize()
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("start.waiting_for_telegram", at=settings.bot_api_url, error=type(error).__name__, seconds=wait)
            await asyncio.sleep(wait)
            wait = min(30.0, wait * 2)


async def run_bot(settings: Settings, desk: Desk, stop: asyncio.Event) -> None:
    """Run the bot until `stop` is set, then finish what is under way."""
    gauges, routes = Gauges(), handlers.routes()
    application = build_application(settings, desk, routes, gauges=gauges)
    greeting = asyncio.create_task(greet(application, settings))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([greeting, stopping], return_when=asyncio.FIRST_COMPLETED)
    if not greeting.done():
        greeting.cancel()
        return
    await greeting
    await application.start()
    with contextlib.suppress(TelegramError):
        await application.bot.delete_webhook()
    poller = Poller(application.bot, application.process_update)
    bench = Bench(application.bot, desk, settings.quota_digest_cron, gauges.pace, gauges.line)
    scheduler = build_scheduler(bench, settings.tick_seconds)
    await bench.outgoing.begin()
    scheduler.start()
    menu = asyncio.create_task(offer_default_menu(application.bot, settings.language, routes.commands))
    polling = asyncio.create_task(poller.run())
    log.info("started", bot=application.bot.username)
    await asyncio.wait([polling, stopping], return_when=asyncio.FIRST_COMPLETED)
    scheduler.shutdown(wait=False)
    await bench.outgoing.stop()
    await poller.stop()
    await polling
    menu.cancel()
    await application.stop()
    await application.shutdown()


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


async def run_sandboxed(settings: Settings, desk: Desk, stop: asyncio.Event) -> None:
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
    await run_bot(inside, desk, stop)
    sandbox.stop()
    await serving


async def run(settings: Settings) -> None:
    """Run what the settings ask for: the bot, or the bot with the sandbox in Telegram's place."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    desk = open_desk(settings)
    try:
        await (run_sandboxed if settings.sandboxed else run_bot)(settings, desk, stop)
    finally:
        desk.close()


def main() -> int:
    """Start Tongxin. Returns the process's exit status."""
    try:
        settings = load_settings()
        set_up_logs(settings.log_level)
        asyncio.run(run(settings))
    except SettingsError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 2
    except InvalidToken:
        print(
            "✗ BOT_TOKEN 或 BOT_API_URL 不对：对方不认这个令牌 (BOT_TOKEN is not accepted at BOT_API_URL)",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

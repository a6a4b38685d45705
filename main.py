"""Tongxin (同心). Composition only: settings → engine → application → scheduler → run."""

import asyncio
import contextlib
import secrets
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import structlog
from telegram.error import InvalidToken, TelegramError

import handlers
import migrations
from bot.application import App, build_application
from bot.clock import Clock
from bot.desk import Desk
from bot.hand import Hand, demand_sample, refuse_sample
from bot.intake import Poller
from bot.logs import set_up_logs
from bot.menu import offer_default_menu
from bot.roster import read_roster
from bot.settings import Settings, SettingsError, load_settings
from corps.moment import Policy
from corps.sample import Cast
from corps.teams import Roster, settle
from models.engine import open_engine
from scheduler.jobs import Bench
from scheduler.timetable import build_scheduler, hurry

if TYPE_CHECKING:
    from sandbox import Sandbox

log = structlog.get_logger()

SANDBOX_BOT, SANDBOX_GROUP = 7_000_000_001, -1_001_000_000_001
PORTS_TRIED = 20
"""How many ports after the usual one are tried while another program has them."""
WELCOME = """
  同心已启动（沙盒：不需要 Telegram 账号）。请在浏览器里打开 / Tongxin is running, open:

      {url}

  按 Ctrl+C 停止 / press Ctrl+C to stop.
"""


def open_desk(settings: Settings, roster: Roster) -> Desk:
    """Open the database, bring it up to date, and return the desk that works on it.

    Raises SettingsError when the database is not for this: the sandbox and a real corps never share one.
    """
    engine = open_engine(settings.database)
    (demand_sample if settings.sandboxed else refuse_sample)(engine)
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


async def run_bot(
    settings: Settings, desk: Desk, stop: asyncio.Event, begun: Callable[[Bench], None] | None = None
) -> None:
    """Run the bot until `stop` is set, then finish what is under way. `begun` is told when it runs."""
    routes = handlers.routes()
    application = build_application(settings, desk, routes)
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
    bench = Bench(application.bot, desk, settings.quota_digest_cron)
    scheduler = build_scheduler(bench, settings.tick_seconds)
    scheduler.start()
    menu = asyncio.create_task(offer_default_menu(application.bot, settings.language, routes.commands))
    polling = asyncio.create_task(poller.run())
    log.info("started", bot=application.bot.username)
    if begun is not None:
        begun(bench)
    await asyncio.wait([polling, stopping], return_when=asyncio.FIRST_COMPLETED)
    scheduler.shutdown(wait=False)
    await poller.stop()
    await polling
    menu.cancel()
    await application.stop()
    await application.shutdown()


async def run_sandboxed(settings: Settings, desk: Desk, stop: asyncio.Event, roster: Roster) -> None:
    """Run the unchanged bot against a Bot API server of our own, with a page to chat on."""
    from sandbox import Group, Person, Sandbox

    hand = Hand(desk, roster)
    token = f"{SANDBOX_BOT}:{secrets.token_hex(16)}"
    sandbox = Sandbox(token=token, control=hand)

    def on_stage(cast: Cast) -> None:
        people = [Person(player.telegram_id, player.name, note=player.note) for player in cast.players]
        sandbox.world.begin_with(people, [Group(SANDBOX_GROUP, cast.circle.title, cast.circle.members)])
        sandbox.world.already_started(player.telegram_id for player in cast.players if player.started)

    hand.on_stage = on_stage
    on_stage(await hand.open())
    serving = await serve(sandbox, settings)
    print(WELCOME.format(url=sandbox.url), flush=True)
    inside = settings.model_copy(update={"bot_token": token, "bot_api_url": sandbox.url, "proxy_url": ""})
    try:
        await run_bot(inside, desk, stop, lambda bench: hand.take(partial(hurry, bench)))
    finally:
        sandbox.stop()
        await serving


async def serve(sandbox: "Sandbox", settings: Settings) -> "asyncio.Task[None]":
    """Open the sandbox's door: at the port that was asked for, or at the usual one or the next that is free."""
    first = settings.sandbox_port
    asked = "sandbox_port" in settings.model_fields_set
    for port in (first,) if asked else range(first, first + PORTS_TRIED):
        serving = asyncio.create_task(sandbox.serve("127.0.0.1", port))
        ready = asyncio.create_task(sandbox.ready.wait())
        await asyncio.wait([serving, ready], return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            return serving
        ready.cancel()
        log.info("sandbox.port_taken", port=port, error=str(serving.exception()))
    raise SettingsError(
        f"SANDBOX_PORT：端口 {first} 已被占用，请换一个，或关掉占用它的程序 (port {first} is taken: choose another)"
    )


async def run(settings: Settings) -> None:
    """Run what the settings ask for: the bot, or the bot with the sandbox in Telegram's place."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    roster = read_roster(settings.teams_file)
    desk = open_desk(settings, roster)
    try:
        await (run_sandboxed(settings, desk, stop, roster) if settings.sandboxed else run_bot(settings, desk, stop))
    finally:
        desk.close()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the faster event loop where there is one (not on Windows)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def main() -> int:
    """Start Tongxin. Returns the process's exit status."""
    try:
        settings = load_settings()
        set_up_logs(settings.log_level)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(run(settings))
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

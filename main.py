"""Tongxin (同心). Composition only: settings → engine → application → scheduler → run."""

import asyncio
import contextlib
import datetime as dt
import secrets
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Engine

import handlers
import migrations
from bot.robots.webhooks import Vault
from bot.robots.wire import Robots
from bot.runtime.backup import BackupError
from bot.runtime.cli import back_up, end_restore, put_back
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.runtime.erased_list import erased_list_of
from bot.runtime.logs import set_up_logs
from bot.runtime.process import loop_factory, spare_the_collector, stay_on_one_core
from bot.runtime.sandbox_control import SandboxControl, demand_sample, refuse_sample
from bot.runtime.settings import LOOPBACK, Settings, SettingsError, load_settings
from bot.runtime.starting import StartError, demand_folder, demand_readable, look_before, once_there
from bot.runtime.teams_file import read_holidays, read_roster
from bot.telegram import mini_app, rate_limiter
from bot.telegram.application import Outbound, build_application
from corps.membership.preferences import keep_refusals
from corps.moment import Policy
from corps.robots import CHANNELS
from corps.sample import Cast
from corps.system.roster import Roster, Settled, settle
from models.engine import open_engine
from models.lock import Lead, TakenError, lead_of, one_at_a_time
from scheduler.adapter import Adapter
from scheduler.jobs import JobContext
from scheduler.robot_adapter import RobotAdapter
from scheduler.service import Service
from scheduler.timetable import hurry, look

if TYPE_CHECKING:
    from sandbox import Sandbox

log = structlog.get_logger()

SANDBOX_BOT, SANDBOX_GROUP, SANDBOX_WECHAT = 7_000_000_001, -1_001_000_000_001, -1_001_000_000_002
SANDBOX_KEY = "the sandbox keeps no secrets"
"""Encrypts the addresses of robots that only the sandbox has."""

PAGES_AFTER = 15
"""How far after the sandbox's port that of its pages lies."""
MAIL_AFTER = 45
"""How far after it that of its mail server lies."""
SANDBOX_MAIL = "tongxin@sandbox.example.org"
PORTS_TRIED = 20
"""How many ports after the usual one are tried while another program has them."""
UNCLAIMED = range(20_000, 32_000)
"""Ports that no system gives to connections going out: one that is free stays free until we listen."""
WELCOME = """
  同心已启动（沙盒：不需要 Telegram 账号）。请在浏览器里打开 / Tongxin is running, open:

      {url}

  按 Ctrl+C 停止 / press Ctrl+C to stop.
"""
USAGE = """用法 / usage:
  main.py                    启动 / start
  main.py backup             立即备份 / make a backup now
  main.py restore <备份文件>   恢复备份（先停机器人）/ put a backup back (stop the bot first)"""


def open_up(settings: Settings, roster: Roster) -> tuple[Database, Lead]:
    """Open the database, bring it up to date, and return what works on it, and the right to lead."""
    look_before(settings.database)
    demand_folder(settings.files)
    end_restore(settings)
    engine = open_engine(settings.database)
    lead: Lead | None = None
    try:
        demand_readable(engine)
        (demand_sample if settings.sandboxed else refuse_sample)(engine)
        lead = lead_of(engine)
        return open_database(settings, engine, roster), lead
    except BaseException:
        if lead is not None:
            lead.let_go()
        engine.dispose()
        raise


def open_database(settings: Settings, engine: Engine, roster: Roster) -> Database:
    """Bring the database up to date and return the database that works on it."""
    clock = Clock(settings.timezone)
    policy = Policy(
        zone=clock,
        quiet=settings.quiet_hours,
        leads=settings.reminder_leads,
        language=settings.language,
        coordinators=settings.coordinator_ids,
        web_url=settings.pages,
        http_app=settings.sandboxed and urlsplit(settings.pages).hostname in LOOPBACK,
        mail=bool(settings.smtp_url),
        corps_name=settings.corps_name,
        contact=settings.corps_contact,
        pairing_counts=settings.pairing_counts,
        visit_days=settings.visit_reminder_days,
        holidays=read_holidays(settings.holidays_file),
        preparation=dt.timedelta(days=settings.preparation_days),
        rounding=settings.hours_rounding,
        publicity_days=settings.publicity_days,
        per_second=rate_limiter.STATED,
    )
    database = Database(engine, clock, policy, erased_list_of(engine.url))
    database.keep_days = settings.backup_keep_days
    with one_at_a_time(engine):
        migrations.upgrade(engine)
        database.run_now(database.forgetting.follow)
        database.run_now(keep_refusals)
        note_roster(database.run_now(lambda session, at: settle(session, roster, at)))
    return database


def note_roster(settled: Settled) -> None:
    """Log what the roster file changed, and what is to be added to it."""
    for one in () if settled.first else settled.changed:
        log.info("roster.changed", what=one.change.value, name=one.name, before=one.before, after=one.after)
    if settled.codeless:
        log.warning(
            "roster.codeless", teams=list(settled.codeless), add='code = "…" (without it, a new name is a new team)'
        )


def compose(
    settings: Settings,
    database: Database,
    lead: Lead,
    begun: Callable[[JobContext], None] | None = None,
    framed_by: str = "",
    platforms: str = "",
) -> Service:
    """Return the service with its channels: Telegram, group robots, and the personal page and mail where there are any.

    `platforms` is where the robots' platforms are, if it is not they themselves.
    """
    outbound, routes = Outbound(), handlers.routes()
    robots = Robots(Vault(settings.secret_key), platforms)
    telegram = build_application(settings, database, routes, outbound=outbound, robots=robots)
    adapters: list[Adapter] = [telegram]
    adapters += [RobotAdapter(name, robots, database, telegram.channel) for name in CHANNELS]
    if settings.web_url:
        from web.adapter import PageAdapter

        listen, url = settings.web_listen, settings.web_url
        pages = PageAdapter(url, listen, database, routes, telegram.files, outbound.metrics, robots)
        pages.site.framed_by = framed_by
        pages.site.mini_app.read = partial(mini_app.read, settings.bot_token)
        adapters.append(pages)
    if settings.mail_server is not None:
        from bot.mail.adapter import MailAdapter

        adapters.append(MailAdapter(settings.mail_server, database, telegram.files))
    return Service(settings, database, adapters, lead, outbound.metrics, telegram.files, begun)


async def run_sandboxed(
    settings: Settings, database: Database, lead: Lead, roster: Roster, stop: asyncio.Event
) -> None:
    """Run the unchanged bot against a Bot API server of our own, with a page to chat on."""
    from sandbox import Group, Person, Sandbox

    control = SandboxControl(database, roster)
    token = f"{SANDBOX_BOT}:{secrets.token_hex(16)}"
    sandbox = Sandbox(token=token, control=control, pages=settings.web_url, mail_port=own_mail_port(settings))

    def on_stage(cast: Cast) -> None:
        people = [Person(player.number, player.name, note=player.note) for player in cast.players]
        groups = [Group(SANDBOX_GROUP, cast.circle.title, cast.circle.members)]
        if settings.web_url:
            groups.append(Group(SANDBOX_WECHAT, cast.wechat, cast.circle.members, bot_in=False))
        sandbox.world.begin_with(people, groups)
        sandbox.platforms.open()
        sandbox.world.already_started(player.number for player in cast.players if player.started)

    control.on_stage = on_stage
    on_stage(await control.open())
    serving = await serve(sandbox, settings)
    print(WELCOME.format(url=sandbox.url), flush=True)
    own = {"bot_token": token, "bot_api_url": sandbox.url, "proxy_url": "", "webhook_url": ""}
    inside = settings.model_copy(update=own | {"secret_key": settings.secret_key or (SANDBOX_KEY,)})
    service = compose(
        inside,
        database,
        lead,
        lambda context: control.take(partial(hurry, context), partial(look, context)),
        framed_by=sandbox.url,
        platforms=f"{sandbox.url}/robots",
    )
    try:
        await service.run(stop)
    finally:
        await control.let_go()
        sandbox.stop()
        await serving


def with_doors(settings: Settings) -> Settings:
    """Return the sandbox's settings with pages and mail too, on this machine, at ports near its own that are free."""
    doors: dict[str, str] = {}
    if not settings.web_url and (at := free_address(settings, PAGES_AFTER)):
        doors |= {"web_url": f"http://{at}", "web_listen": at}
    if not settings.smtp_url and (at := free_address(settings, MAIL_AFTER)):
        doors |= {"smtp_url": f"smtp://{at}", "mail_from": SANDBOX_MAIL}
    return settings.model_copy(update=doors)


def free_address(settings: Settings, after: int) -> str:
    """Return an address with a port that is free, so far after the sandbox's or the next; empty when none is."""
    from bot.runtime.http_server import bind

    first = settings.sandbox_port + after if settings.sandbox_port else secrets.choice(UNCLAIMED)
    for port in range(first, first + PORTS_TRIED):
        with contextlib.suppress(OSError), bind("127.0.0.1", port) as tried:
            return f"127.0.0.1:{tried.getsockname()[1]}"
    return ""


def own_mail_port(settings: Settings) -> int:
    """Return where the sandbox's own mail server listens; 0, somewhere, when mail goes to another."""
    server = settings.mail_server
    return server.port if server is not None and server.sender == SANDBOX_MAIL else 0


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
    settings = with_doors(settings) if settings.sandboxed else settings
    roster = read_roster(settings.teams_file)
    opened = await once_there(partial(open_up, settings, roster), stop, settings.database)
    if opened is None:
        return
    database, lead = opened
    spare_the_collector()
    try:
        if settings.sandboxed:
            await run_sandboxed(settings, database, lead, roster, stop)
        else:
            await compose(settings, database, lead).run(stop)
    finally:
        database.close()


def act(settings: Settings, words: list[str]) -> int:
    """Do what the command line asks for. Returns the process's exit status."""
    match words:
        case []:
            if settings.one_core:
                stay_on_one_core()
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(run(settings))
        case ["backup"]:
            print(back_up(settings))
        case ["restore", file]:
            print(put_back(settings, Path(file)))
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
    except (SettingsError, StartError, TakenError, BackupError) as error:
        print(f"✗ {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

"""The whole bot over real HTTP before a sandbox server: type, tap, read, and let time pass.

alice = await stage.enter(corps.member("张明"))
await alice.types("/quota")
assert "公益讲座 0/10" in alice.reads()
"""

import asyncio
import datetime as dt
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import handlers
from bot.robots.webhooks import Vault
from bot.robots.wire import Robots
from bot.routing.files import Files
from bot.routing.incoming import Incoming
from bot.runtime.database import Database
from bot.runtime.files import FileStore
from bot.runtime.settings import Settings
from bot.telegram.application import App, Outbound, build_application
from bot.telegram.polling import Poller
from bot.telegram.rate_limiter import RateLimiter
from corps.robots import CHANNELS
from sandbox import Person, Sandbox
from scheduler import jobs
from scheduler.adapter import Adapter
from scheduler.jobs import JobContext
from scheduler.robot_adapter import RobotAdapter
from scheduler.timetable import sweep
from tests.base import Corps

TOKEN = "7000000001:" + "A" * 35


class NoPace(RateLimiter):
    """Sends at once: tests of what is sent need not wait for Telegram's limits."""

    def __init__(self) -> None:
        super().__init__(room=1_000_000, per_chat=0, per_group=0)


def context_of(app: App, database: Database, **more: Any) -> JobContext:  # noqa: ANN401 - the fields of a context
    """Return what jobs work with where Telegram is the only channel."""
    return JobContext(database, {app.channel.name: app.channel}, {app.channel.name: app.sender}, app.files, **more)


def unplugged(database: Database, **more: Any) -> JobContext:  # noqa: ANN401 - the fields of a context
    """Return what jobs work with where nobody greets Telegram: for jobs that send nothing."""
    settings = Settings(bot_token=TOKEN, bot_api_url="http://127.0.0.1:1")
    app = build_application(settings, database, handlers.routes())
    app.opened.set()
    return context_of(app, database, **more)


def no_files() -> Files:
    """Return what has no files, and no channel to fetch any from."""
    return Files(FileStore(Path("/nowhere")), {})


class StageHand:
    """The sandbox's control: the corps' stopped clock."""

    def __init__(self, corps: Corps) -> None:
        self._corps = corps

    def now(self) -> dt.datetime:
        """Return where the corps' clock stands."""
        return self._corps.clock.now().astimezone(self._corps.clock.zone_info)

    async def advance(self, by: dt.timedelta) -> None:
        """Move the corps' clock."""
        self._corps.clock.push(by)

    async def advance_to_monday(self) -> None:
        """Move the corps' clock to Monday, nine o'clock."""
        self._corps.clock.push(self._corps.clock.until_monday(dt.time(9)))

    async def advance_to_next(self) -> None:
        """Move the corps' clock by a quarter of an hour."""
        self._corps.clock.push(dt.timedelta(minutes=15))

    async def reset(self) -> None:
        """Nothing to bring back."""


class Stage:
    """The bot and the sandbox, running."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.sandbox = Sandbox(token=TOKEN, control=StageHand(corps))
        self.toasts: list[dict[str, Any]] = []
        self.folder = Path(tempfile.gettempdir()) / f"tongxin-files-{uuid.uuid4().hex}"
        self.came: list[Incoming] = []
        self.app: App
        self.poller: Poller
        self.context: JobContext

    async def open(self) -> None:
        """Start the sandbox and the bot."""
        self._serving = asyncio.create_task(self.sandbox.serve())
        await self.sandbox.ready.wait()
        self._listening = asyncio.create_task(self._listen())
        await self.start_bot()

    async def _listen(self) -> None:
        async for event in self.sandbox.world.events.listen():
            if event and event["type"] == "toast":
                self.toasts.append(event)

    async def start_bot(self) -> None:
        """Start the bot (again)."""
        settings = Settings(bot_token=TOKEN, bot_api_url=self.sandbox.url, files_dir=self.folder)
        self.outbound = Outbound(limiter=NoPace())
        self.robots = Robots(Vault(("the key of the stage",)), f"{self.sandbox.url}/robots")
        self.app = build_application(
            settings, self.corps.database, handlers.routes(), outbound=self.outbound, robots=self.robots
        )
        await self.app.initialize()
        self.context = context_of(self.app, self.corps.database)
        self.poller = Poller(self.app.bot, self._handle, self.corps.database)
        self._polling = asyncio.create_task(self.poller.run())

    async def _handle(self, incoming: Incoming) -> None:
        self.came.append(incoming)
        await self.app.handle(incoming)

    async def brings_again(self, who: "Player") -> None:
        """Bring the person's last tap a second time, as a channel does whose acknowledgement got lost."""
        await self.app.handle(self.last_tap(who))

    def last_tap(self, who: "Player") -> Incoming:
        """Return the person's last tap."""
        return next(one for one in reversed(self.came) if one.tap and one.address.number == who.id)

    async def stop_bot(self) -> None:
        """Stop the bot in good order; the sandbox stays."""
        await self.poller.stop()
        await self._polling
        await self.app.shutdown()
        await self.robots.close()

    def with_robots(self) -> None:
        """Deliver by group robots too, as the whole program does."""
        robots = [RobotAdapter(name, self.robots, self.corps.database, self.app.channel) for name in CHANNELS]
        adapters: list[Adapter] = [self.app, *robots]
        self.context = JobContext(
            self.corps.database,
            {one.channel.name: one.channel for one in adapters},
            {one.channel.name: one.sender for one in adapters},
            self.app.files,
        )

    async def close(self) -> None:
        """Stop everything."""
        await self.stop_bot()
        self.sandbox.stop()
        await self._serving
        await self._listening
        shutil.rmtree(self.folder, ignore_errors=True)

    async def settled(self) -> None:
        """Wait until every update is handled and acknowledged."""
        async with asyncio.timeout(120):
            while self.sandbox.world.updates.pending:
                await asyncio.sleep(0.003)

    async def tick(self) -> None:
        """Let the timetable look for what is due, and deliver it."""
        await sweep(self.context)
        await jobs.deliver_due(self.context)

    async def at(self, wall: str) -> None:
        """Set the clock to a local wall-clock time such as `2026-12-05 13:40`, and tick."""
        self.corps.clock.set_wall(wall)
        await self.tick()

    async def enter(self, telegram_id: int, name: str = "某人") -> "Player":
        """Let somebody into the sandbox who has pressed START before, silently."""
        if telegram_id not in self.sandbox.world.people:
            self.sandbox.world.add_person(Person(telegram_id, name))
        self.sandbox.world.already_started([telegram_id])
        return Player(self, telegram_id)

    async def stranger(self, name: str = "路人") -> "Player":
        """Let somebody in who has never talked to the bot."""
        return Player(self, self.sandbox.world.new_person(name).id)


@dataclass
class Player:
    """Somebody at a phone."""

    stage: Stage
    id: int

    async def starts(self, payload: str = "") -> None:
        """Press START, or open a deep link."""
        self.stage.sandbox.world.start(self.id, payload)
        await self.stage.settled()

    async def types(self, text: str, chat: int | None = None) -> None:
        """Type a text, and wait until it is handled."""
        self.stage.sandbox.world.say(self.id, chat or self.id, text)
        await self.stage.settled()

    async def edits(self, was: str, text: str) -> None:
        """Change the newest message in which one wrote `was`, and wait until it is handled."""
        mine = next(one for one in reversed(self.messages()) if not one["from"]["is_bot"] and one["text"] == was)
        self.stage.sandbox.world.revise(self.id, self.id, mine["id"], text)
        await self.stage.settled()

    async def sends(
        self, kind: str, content: bytes = b"\x89PNG\r\n\x1a\n", caption: str = "", type_: str = "image/png"
    ) -> None:
        """Send a photo, a document or a sticker."""
        self.stage.sandbox.world.send_file(self.id, self.id, kind, (f"a.{kind}", type_, content), caption)
        await self.stage.settled()

    async def taps(self, label: str) -> None:
        """Tap the newest button whose label contains `label`, and wait until it is handled."""
        message, button = self.find(label)
        self.stage.sandbox.world.tap(self.id, self.id, message["id"], button["data"])
        await self.stage.settled()

    async def forges(self, data: str) -> None:
        """Tap with callback data of one's own making, on the newest message."""
        newest = self.messages()[-1]
        self.stage.sandbox.world.tap(self.id, self.id, newest["id"], data, forged=True)
        await self.stage.settled()

    def messages(self) -> list[dict[str, Any]]:
        """Return all messages of the private chat, oldest first, as the page shows them."""
        world = self.stage.sandbox.world
        chat = world.chats.get(self.id)
        return [world.page(message) for message in chat.messages.values()] if chat else []

    def from_bot(self) -> list[dict[str, Any]]:
        """Return the bot's messages."""
        return [message for message in self.messages() if message["from"]["is_bot"]]

    def reads(self, back: int = 1) -> str:
        """Return the text of the bot's newest message (`back`: of the one before, and so on)."""
        mine = self.from_bot()
        return str(mine[-back]["text"]) if len(mine) >= back else ""

    def reads_all(self) -> str:
        """Return all the bot has said, joined."""
        return "\n---\n".join(str(message["text"]) for message in self.from_bot())

    def buttons(self, back: int = 1) -> list[str]:
        """Return the labels under the bot's newest message."""
        mine = self.from_bot()
        return [button["text"] for row in mine[-back]["keyboard"] for button in row] if len(mine) >= back else []

    def toasts(self) -> list[str]:
        """Return the short lines that answered this person's taps, oldest first."""
        return [toast["text"] for toast in self.stage.toasts if toast["person_id"] == self.id]

    def find(self, label: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the newest button whose label contains `label`, after its message."""
        for message in reversed(self.messages()):
            for row in message["keyboard"]:
                for button in row:
                    if label in button["text"] and "data" in button:
                        return message, button
        raise AssertionError(f"no button “{label}”; the newest message is: {self.reads()} {self.buttons()}")

"""The bot before the sandbox without HTTP between them: thousands of updates in a test, and every call checked."""

import json
from io import BytesIO
from typing import Any

from telegram.request import BaseRequest, RequestData

import handlers
from bot.routing.incoming import Incoming
from bot.runtime.settings import Settings
from bot.telegram.application import App, Outbound, build_application
from bot.telegram.updates import read_update
from sandbox import Person, Sandbox
from sandbox.botapi.params import Params, Upload
from sandbox.errors import Refused
from tests.base import Corps
from tests.stage import TOKEN, NoPace, StageHand


class Direct(BaseRequest):
    """A transport that hands each call to the sandbox as it is."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @property
    def read_timeout(self) -> float:
        """Seconds; nothing takes any here."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_args: object, **_kwargs: object
    ) -> tuple[int, bytes]:
        """Make one call."""
        assert method == "POST"
        values = dict(request_data.parameters) if request_data else {}
        parts = request_data.multipart_data if request_data else {}
        files = {name: Upload(str(part[0]), str(part[2]), BytesIO(bytes(part[1]))) for name, part in parts.items()}  # type: ignore[arg-type]
        try:
            answer = {"ok": True, "result": await self._sandbox.api.call(url.rpartition("/")[2], Params(values, files))}
            status = 200
        except Refused as refusal:
            answer, status = refusal.wire(), refusal.code
        return status, json.dumps(answer).encode()


class Seam:
    """The whole bot but for its polling: put an update in, look at what it did."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.sandbox = Sandbox(token=TOKEN, control=StageHand(corps))
        self.came: list[Incoming] = []
        settings = Settings(bot_token=TOKEN, bot_api_url="http://127.0.0.1:1")
        at_once = Outbound(NoPace())
        self.app: App = build_application(settings, corps.database, handlers.routes(), Direct(self.sandbox), at_once)

    async def open(self) -> None:
        """Start."""
        await self.app.initialize()

    async def close(self) -> None:
        """Stop."""
        await self.app.shutdown()

    async def enter(self, telegram_id: int, name: str = "某人") -> int:
        """Let somebody in, and give them a message of the bot to tap on. Returns the message's id."""
        if telegram_id not in self.sandbox.world.people:
            self.sandbox.world.add_person(Person(telegram_id, name))
        self.sandbox.world.already_started([telegram_id])
        message = await self.app.bot.send_message(telegram_id, "（一张旧卡片）")
        return int(message.message_id)

    async def handle(self) -> list[dict[str, Any]]:
        """Handle what waits, in order; return the calls the bot made."""
        world, calls = self.sandbox.world, self.sandbox.api.calls
        calls._calls.clear()
        while world.updates.pending:
            raw = world.updates.pending.popleft().wire()
            incoming = read_update(json.loads(json.dumps(raw)), self.app.bot.username)
            if incoming is not None:
                self.came.append(incoming)
                await self.app.handle(incoming)
        return [call.page() for call in calls.since()]

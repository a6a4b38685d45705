"""The three platforms over HTTP, below `/robots`, and their groups on the sandbox's page."""

import html
import json
import re
import time
from collections.abc import Callable, Iterable
from itertools import count

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.formats.html import parse
from sandbox.robots.platforms import Call, Json, RefusedError, take
from sandbox.robots.robots import DINGTALK, FEISHU, WECOM, GroupRobot, samples
from sandbox.world.messages import Content, Robot
from sandbox.world.people import Group
from sandbox.world.world import World

PREFIX = "/robots"
_FIRST_GROUP = -1_008_000_000_001
_NAMES = {WECOM: "企业微信群机器人", DINGTALK: "钉钉群机器人", FEISHU: "飞书群机器人"}
_LINK = re.compile(r"\[([^\]]*)\]\((https?://[^)\s]+)\)|(https?://[^\s）)]+)")


class Platforms:
    """All robots there are. `now` tells seconds since 1970: signatures are held against real time.

    Attributes:
        robots: By platform and key.
        refused: How many messages were not taken.
    """

    def __init__(self, world: World, now: Callable[[], float] = time.time) -> None:
        self._world = world
        self._now = now
        self.robots: dict[tuple[str, str], GroupRobot] = {}
        self.refused = 0

    @property
    def routes(self) -> list[Route]:
        """Return the routes of the three platforms."""
        return [
            Route(f"{PREFIX}/cgi-bin/webhook/send", self._wecom, methods=["POST"]),
            Route(f"{PREFIX}/robot/send", self._dingtalk, methods=["POST"]),
            Route(f"{PREFIX}/open-apis/bot/v2/hook/{{key}}", self._feishu, methods=["POST"]),
        ]

    def add(self, *robots: GroupRobot) -> None:
        """Add robots."""
        self.robots |= {(robot.platform, robot.key): robot for robot in robots}

    def open(self, robots: Iterable[GroupRobot] = ()) -> None:
        """Show the groups of these robots (default: of a sample one each) on the page, with what is to be copied."""
        for number, robot in zip(count(_FIRST_GROUP, -1), tuple(robots) or samples(), strict=False):
            self.add(robot)
            robot.chat = self._world.add_group(Group(number, robot.title, (), bot_in=False))
            copies = [("复制地址", robot.address), *([("复制密钥", robot.secret)] if robot.secret else [])]
            words = "这个群里有一个机器人（样例）。把它的地址粘贴给同心的 /bind，活动就会发到这里。"
            rows = [[{"text": label, "copy_text": {"text": value}}] for label, value in copies]
            self._world.post(robot.chat, _speaker(robot), Content(words), keyboard={"inline_keyboard": rows})

    async def _wecom(self, request: Request) -> Response:
        robot = self._known(WECOM, request.query_params.get("key", ""))
        return _told(await self._answer(robot, request), "errcode", "errmsg", "ok")

    async def _dingtalk(self, request: Request) -> Response:
        robot = self._known(DINGTALK, request.query_params.get("access_token", ""))
        return _told(await self._answer(robot, request), "errcode", "errmsg", "ok")

    async def _feishu(self, request: Request) -> Response:
        robot = self._known(FEISHU, request.path_params["key"])
        return _told(await self._answer(robot, request), "code", "msg", "success")

    def _known(self, platform: str, key: str) -> GroupRobot:
        return self.robots.get((platform, key)) or GroupRobot(platform, key, gone=True)

    async def _answer(self, robot: GroupRobot, request: Request) -> RefusedError | None:
        """Take a message and show it in its group, or return why it is refused."""
        content = await request.body()
        try:
            body = json.loads(content)
        except ValueError:
            body = None
        call = Call(dict(request.query_params), body if isinstance(body, dict) else None, len(content))
        try:
            said = take(robot, call, self._now())
        except RefusedError as refusal:
            self.refused += 1
            return refusal
        if robot.chat is not None:
            self._world.post(robot.chat, _speaker(robot), Content(*parse(as_html(said))))
        return None


def _speaker(robot: GroupRobot) -> Robot:
    return Robot(-1, _NAMES[robot.platform], f"{robot.platform}_robot")


def as_html(said: str) -> str:
    """Return what a robot says, bold words and links as the messengers show them."""
    shown = html.escape(said.replace("  \n", "\n"), quote=False)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", shown)
    return _LINK.sub(lambda found: f'<a href="{found[2] or found[3]}">{found[1] or found[3]}</a>', shown)


def _told(refusal: RefusedError | None, code: str, words: str, well: str) -> JSONResponse:
    found: Json = {code: 0, words: well} if refusal is None else {code: refusal.code, words: refusal.words}
    return JSONResponse(found)

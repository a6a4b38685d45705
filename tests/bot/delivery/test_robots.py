"""The way out by group robots, before platforms of our own over HTTP: how each answer ends a message."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from sqlmodel import select

from bot.delivery.robots import RobotSender
from bot.robots.answers import Verdict
from bot.robots.pace import Pace
from bot.robots.payloads import MOST_BYTES
from bot.robots.webhooks import Vault, Webhook
from bot.robots.wire import MOST_ANSWER, Robots
from bot.routing.channel import RejectedError
from corps import notices
from corps.delivery import leasing
from corps.delivery.notice_facts import open_all
from corps.membership import robot_binding
from corps.robots import CHANNELS, DINGTALK, FEISHU, WECOM
from models import Robot
from models.enums import Failure
from sandbox import Sandbox
from sandbox.robots.robots import GroupRobot
from scheduler.robot_adapter import RobotAdapter
from tests.base import Corps

KEY = "0a1b2c3d-1111-4222-8333-444455556666"


@dataclass
class Line:
    """A corps with a robot of one platform, and the platform."""

    corps: Corps
    sandbox: Sandbox
    robots: Robots

    def tie(self, channel: str, **rules: object) -> GroupRobot:
        """Have a robot tied to 民盟."""
        robot = GroupRobot(channel, KEY, **rules)  # type: ignore[arg-type]
        self.sandbox.platforms.add(robot)
        webhook = Webhook(channel, KEY, robot.secret)
        sealed = self.robots.vault.seal(webhook)
        wang = self.corps.coordinator()
        self.corps.do(wang, robot_binding.tie, self.corps.team("民盟"), channel, sealed, webhook.mark)
        self.corps.publish(wang)
        return robot

    async def delivers(self, channel: str, pace: Pace | None = None) -> notices.Outcome:
        """Deliver what is due to the robot, and return how it ended."""
        sender = RobotSender(channel, self.robots, self.corps.database, links, pace or Pace(channel))
        others = [one for one in (*CHANNELS, "telegram") if one != channel]
        [parcel] = self.corps.run(leasing.take_due, others=others)
        [letter] = self.corps.run(open_all, [parcel])
        return await sender.deliver(letter)


def links(kind: str, code: str) -> tuple[str, ...]:
    return (f"https://t.me/x?start={kind}-{code}", f"https://example.org/a/{code}")


@pytest.fixture
async def line(corps: Corps) -> AsyncIterator[Line]:
    """A corps and the platforms, listening."""
    sandbox = Sandbox(token="1:A")
    serving = asyncio.create_task(sandbox.serve())
    await sandbox.ready.wait()
    robots = Robots(Vault(("a key that is long enough",)), f"{sandbox.url}/robots")
    yield Line(corps, sandbox, robots)
    await robots.close()
    sandbox.stop()
    await serving


async def test_what_is_taken_is_sent_with_the_link_to_the_page(line: Line) -> None:
    robot = line.tie(WECOM)
    assert await line.delivers(WECOM) == notices.Sent("")
    assert robot.said[-1].endswith("https://example.org/a/1")


@pytest.mark.parametrize(
    ("channel", "rules", "why"),
    [
        (WECOM, {"gone": True}, Failure.ROBOT_GONE),
        (WECOM, {"stopped": True}, Failure.STOPPED),
        (DINGTALK, {"keyword": "讲台"}, Failure.KEYWORD),
        (DINGTALK, {"here": False}, Failure.NOT_FROM_HERE),
        (FEISHU, {"here": False}, Failure.NOT_FROM_HERE),
        (FEISHU, {"gone": True}, Failure.ROBOT_GONE),
    ],
)
async def test_a_refusal_for_good_breaks_the_robot(
    line: Line, channel: str, rules: dict[str, object], why: Failure
) -> None:
    line.tie(channel, **rules)
    assert await line.delivers(channel) == notices.GiveUp(why.value, failure=why)
    [(robot, _)] = line.corps.run(robot_binding.all_sealed)
    assert robot.why is why


async def test_a_changed_secret_breaks_it_too(line: Line) -> None:
    robot = line.tie(DINGTALK, secret="SEC" + "1" * 30)
    assert await line.delivers(DINGTALK) == notices.Sent("")
    robot.secret = "SEC" + "2" * 30
    line.corps.publish(line.corps.coordinator("李统筹"), line.corps.plan("第二场"))
    assert isinstance(await line.delivers(DINGTALK), notices.GiveUp)


@pytest.mark.parametrize(("channel", "seconds"), [(WECOM, 60), (DINGTALK, 600), (FEISHU, 60)])
async def test_too_often_is_tried_again_after_the_platforms_own_time(line: Line, channel: str, seconds: int) -> None:
    robot = line.tie(channel)
    for _ in range(20 if channel != FEISHU else 5):
        await line.robots.say(Webhook(channel, KEY), "同心", "同心")
    pace = Pace(channel)
    outcome = await line.delivers(channel, pace)
    assert isinstance(outcome, notices.RetryLater)
    assert (outcome.blame, outcome.failure) == (False, Failure.TOO_MANY)
    assert (outcome.at - line.corps.clock.now()).total_seconds() == seconds
    assert len(pace.resting()) == 1
    assert not robot.gone


async def test_a_platform_that_is_away_is_left_alone_and_no_message_is_to_blame_for_long(corps: Corps) -> None:
    async with aiohttp.ClientSession():
        robots = Robots(Vault(("a key that is long enough",)), "http://127.0.0.1:1")
        sender = RobotSender(WECOM, robots, corps.database, links, Pace(WECOM))
        assert await robots.say(Webhook(WECOM, KEY), "", "好") is Verdict.UNHEARD
        ends = [sender._unheard(maybe=False) for _ in range(4)]
        await robots.close()
    assert [end.blame for end in ends if isinstance(end, notices.RetryLater)] == [True, True, False, False]
    assert sender.down
    assert sender.wait() > 0


class Odd:
    """A server that answers as no platform does."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(self._answer)
        writer.close()


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", Verdict.REFUSED),
        (b"", Verdict.MAYBE),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{", Verdict.MAYBE),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (MOST_ANSWER * 4) + b"x" * (MOST_ANSWER * 4),
            Verdict.REFUSED,
        ),
    ],
)
async def test_no_redirect_is_followed_and_no_endless_answer_read(answer: bytes, meant: Verdict) -> None:
    server = await asyncio.start_server(Odd(answer), "127.0.0.1", 0)
    robots = Robots(Vault(()), f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert await robots.say(Webhook(WECOM, KEY), "", "好") is meant
    await robots.close()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("channel", [DINGTALK, FEISHU])
async def test_a_message_as_long_as_its_platform_takes_arrives(line: Line, channel: str) -> None:
    robot = line.tie(channel)
    said = "字" * (MOST_BYTES[channel] // 3)
    webhook = Webhook(channel, KEY, robot.secret)
    assert await line.robots.say(webhook, "长通知", said) is Verdict.TAKEN
    assert robot.said[-1].endswith(said)


async def test_addresses_that_no_key_opens_are_left_alone_until_the_key_is_back(line: Line) -> None:
    line.tie(WECOM)

    async def starts(*keys: str) -> Robot:
        robots = Robots(Vault(keys))
        await RobotAdapter(WECOM, robots, line.corps.database, Answers()).greet()  # type: ignore[arg-type]
        [row] = line.corps.run(lambda s, _at: list(s.exec(select(Robot)).all()))
        return row

    assert (await starts("another key, long enough")).why is Failure.UNREADABLE
    assert (await starts()).why is Failure.UNREADABLE
    before = await starts("the newest key, long enough", "a key that is long enough")
    assert before.why is None
    assert Vault(("the newest key, long enough",)).open(before.sealed).key == KEY


class Answers:
    """A channel, as far as a robot's adapter needs one."""

    link_to = links_to = staticmethod(links)


async def test_nobody_is_answered_by_a_robot(corps: Corps) -> None:
    adapter = RobotAdapter(WECOM, Robots(), corps.database, Answers())  # type: ignore[arg-type]
    with pytest.raises(RejectedError):
        await adapter.channel.is_in(None, None)
    assert adapter.channel.name == WECOM

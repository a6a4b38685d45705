"""Broadcasts by group robots of three platforms at once, and how near they come to the platforms' own limits.

Our own sender, pace and line of owed messages before the sandbox's platforms over HTTP, which keep the real limits; a
tick every two seconds, as the program has it. Every robot has so many messages to say. The physical limit is that of
the slowest: 企业微信 and 钉钉 take twenty in any minute, so the n-th twenty begins n - 1 minutes after the first.

`python -m benchmarks.robots [--teams 4] [--messages 25]` prints one run, which takes a minute.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from sqlmodel import Session, select

import migrations
from bot.delivery.delivery import Delivery
from bot.robots.webhooks import Vault, Webhook
from bot.robots.wire import Robots
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.runtime.teams_file import read_roster
from bot.telegram.channel import TelegramChannel
from corps import member_addresses
from corps.addresses import telegram
from corps.broadcasts import broadcasts
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.membership import robot_binding
from corps.moment import Moment, Policy
from corps.people import recognise
from corps.robots import CHANNELS
from corps.system.roster import settle
from models import Member, Team
from models.engine import open_engine
from models.enums import MemberStatus
from sandbox import Sandbox
from sandbox.robots.robots import GroupRobot
from scheduler.robot_adapter import RobotAdapter

TICK, MINUTE, IN_A_MINUTE = 2.0, 60.0, 20
COORDINATOR, SOMEBODY = telegram(1), telegram(2)
ROSTER = Path(__file__).parent.parent / "teams.toml"


class Links(TelegramChannel):
    """A channel, as far as a robot needs one: it makes links."""

    def __init__(self) -> None:
        """Nothing is called by it."""

    def link_to(self, kind: str = "", code: str = "") -> str:
        """Return a link."""
        return f"https://example.org/{kind}/{code}"

    def links_to(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the only one."""
        return (self.link_to(kind, code),)


def fill(session: Session, at: Moment, robots: Robots, teams: int, messages: int) -> list[GroupRobot]:
    """Let there be a robot of each platform in so many teams, and so many broadcasts for all."""
    settle(session, read_roster(ROSTER), at)
    for address, coordinates in ((COORDINATOR, True), (SOMEBODY, False)):
        member = Member(name="某", status=MemberStatus.ACTIVE, is_coordinator=coordinates, created_at=at.now)
        session.add(member)
        session.flush()
        member_addresses.add(session, at, member.id or 0, address)
    actor, made = recognise(session, at, COORDINATOR), []
    for team in session.exec(select(Team.id).order_by(Team.position).limit(teams)).all():  # type: ignore[arg-type]
        for channel in CHANNELS:
            made.append(GroupRobot(channel, f"benchmark-{channel}-{team}"))
            webhook = Webhook(channel, made[-1].key)
            robot_binding.tie(session, actor, at, team or 0, channel, robots.vault.seal(webhook), webhook.mark)
    for number in range(messages):
        preview = broadcasts.prepare(session, actor, at, Content(f"第 {number + 1} 条"), Audience(Scope.ALL))
        broadcasts.confirm(session, actor, at, preview.id, preview.revision, (COORDINATOR, "1"))
    return made


async def measure(folder: Path, teams: int, messages: int) -> tuple[float, int]:
    """Return how many seconds all took, and how often a platform refused."""
    sandbox = Sandbox(token="1:A")
    serving = asyncio.create_task(sandbox.serve())
    await sandbox.ready.wait()
    engine, clock = open_engine(f"sqlite:///{folder}/corps.db"), Clock()
    migrations.upgrade(engine)
    database = Database(engine, clock, Policy(zone=clock))
    robots = Robots(Vault(("a key of the benchmark",)), f"{sandbox.url}/robots")
    made = database.run_now(fill, robots, teams, messages)
    sandbox.platforms.add(*made)
    adapters = [RobotAdapter(name, robots, database, Links()) for name in CHANNELS]
    delivery = Delivery({one.channel.name: one.sender for one in adapters}, database)
    await delivery.begin()
    begun = time.monotonic()
    while sum(len(robot.said) for robot in made) < len(made) * messages:
        await delivery.run()
        if sum(len(robot.said) for robot in made) < len(made) * messages:
            await asyncio.sleep(TICK)
    took = time.monotonic() - begun
    await delivery.stop()
    await robots.close()
    database.close()
    sandbox.stop()
    await serving
    return took, sandbox.platforms.refused


def main() -> None:
    """Print one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teams", type=int, default=4)
    parser.add_argument("--messages", type=int, default=25)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        took, refused = asyncio.run(measure(Path(folder), asked.teams, asked.messages))
    limit = (asked.messages - 1) // IN_A_MINUTE * MINUTE
    print(f"{asked.teams * len(CHANNELS)} robots, {asked.messages} messages each: {took:.1f} s; limit: {limit:.0f} s")
    print(f"ratio {took / limit:.3f}; refused by the platforms: {refused}" if limit else f"refused: {refused}")


if __name__ == "__main__":
    main()

"""The bare loop: the same HTTP calls and the same work in SQL as a sign-up tap, and nothing else.

One process with aiohttp and sqlite3: no library for the Bot API, no ORM, no rooms. What a poll brings is handled at
once, all its taps concurrently, and acknowledged by the next poll. It is what a tap costs at the least.

`python -m benchmarks.bare URL DATABASE`: reads taps until SIGTERM.
"""

import asyncio
import datetime as dt
import json
import signal
import sqlite3
import sys
from typing import Any

import aiohttp
import uvloop

PERSON = """SELECT member.id, member.name, member.team_id, member.status, member.is_leader, member.is_coordinator,
  member.language, team.name FROM address JOIN member ON member.id = address.member_id
  LEFT JOIN team ON team.id = member.team_id WHERE address.channel = 'telegram' AND address.external = ?"""
SLOT = """SELECT slot.activity_id, slot.places, slot.team_id, slot.open, activity.state, activity.starts_at,
  activity.ends_at FROM slot JOIN activity ON activity.id = slot.activity_id WHERE slot.id = ?"""
MINE = "SELECT id, state FROM signup WHERE slot_id = ? AND member_id = ?"
COUNT = "SELECT state, count(*) FROM signup WHERE slot_id = ? GROUP BY state"
CLASH = """SELECT activity.title FROM activity JOIN signup ON signup.activity_id = activity.id
  WHERE signup.member_id = ? AND signup.state IN ('going', 'offered') AND activity.state = 'published'
  AND activity.starts_at < ? AND activity.ends_at > ? LIMIT 1"""
JOIN = """INSERT INTO signup
  (activity_id, slot_id, member_id, team_id, state, queued_at, offers, created_at, updated_at)
  VALUES (?, ?, ?, ?, 'going', ?, 0, ?, ?)"""
AUDIT = 'INSERT INTO audit (at, actor_id, action, subject, "before", "after") VALUES (?, ?, ?, ?, ?, ?)'
CARD = """SELECT activity.*, slot.*, category.* FROM activity JOIN slot ON slot.activity_id = activity.id
  JOIN category ON category.code = slot.category WHERE activity.id = ? ORDER BY slot.position, slot.id"""
TEAMS = """SELECT id, short_name FROM team WHERE id IN (SELECT team_id FROM activityteam WHERE activity_id = ?
  UNION SELECT team_id FROM slot WHERE activity_id = ?) ORDER BY position"""
COUNTS = "SELECT slot_id, state, count(*) FROM signup WHERE activity_id = ? GROUP BY slot_id, state"
NAMES = """SELECT signup.slot_id, member.name FROM signup JOIN member ON member.id = signup.member_id
  WHERE signup.activity_id = ? AND signup.state = 'going' AND signup.team_id = ?
  ORDER BY signup.queued_at, signup.id LIMIT 20"""


def sign_up(connection: sqlite3.Connection, person: int, slot_id: int) -> tuple[str, str]:
    """Sign somebody up in one transaction; return the title and the names for the card."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(" ")
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    member_id, _, team_id, *_ = execute(PERSON, (str(person),)).fetchone()
    activity_id, places, _, _, _, starts, ends = execute(SLOT, (slot_id,)).fetchone()
    mine = execute(MINE, (slot_id, member_id)).fetchone()
    taken = dict(execute(COUNT, (slot_id,)).fetchall()).get("going", 0)
    clash = execute(CLASH, (member_id, ends, starts)).fetchone()
    if mine is None and clash is None and taken < places:
        execute(JOIN, (activity_id, slot_id, member_id, team_id, now, now, now))
        execute(AUDIT, (now, member_id, "signup.join", f"slot:{slot_id}", '{"state": null}', '{"state": "going"}'))
    card = execute(CARD, (activity_id,)).fetchall()
    execute(TEAMS, (activity_id, activity_id)).fetchall()
    execute(COUNTS, (activity_id,)).fetchall()
    names = execute(NAMES, (activity_id, team_id)).fetchall()
    execute("COMMIT")
    return card[0][1], "、".join(name for _, name in names)


class Loop:
    """Reads, handles, answers."""

    def __init__(self, url: str, session: aiohttp.ClientSession, database: str) -> None:
        self._url = url
        self._session = session
        self._connection = sqlite3.connect(database, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._offset = 0

    async def call(self, method: str, **params: object) -> Any:  # noqa: ANN401 - whatever the Bot API says
        """Make one call."""
        async with self._session.post(f"{self._url}/{method}", json=params) as response:
            return json.loads(await response.read())["result"]

    async def run(self) -> None:
        """Poll, handle what came, poll again."""
        while True:
            updates = await self.call("getUpdates", offset=self._offset, timeout=50, limit=100)
            await asyncio.gather(*(self.handle(update["callback_query"]) for update in updates))
            if updates:
                self._offset = updates[-1]["update_id"] + 1

    async def handle(self, tap: dict[str, Any]) -> None:
        """Sign up, and answer with a toast and an edited card."""
        title, names = sign_up(self._connection, tap["from"]["id"], int(tap["data"].split(":")[1]))
        text = f"<b>{title}</b>\n🗓 12月5日（周六）14:00–16:00\n📍 磁器口街道金蓉社区（社区）\n\n👥 {names}\n\n您已报名"
        message = tap["message"]
        await asyncio.gather(
            self.call("answerCallbackQuery", callback_query_id=tap["id"], text="报上了！"),
            self.call(
                "editMessageText",
                chat_id=message["chat"]["id"],
                message_id=message["message_id"],
                text=text,
                parse_mode="HTML",
                reply_markup={"inline_keyboard": [[{"text": "我来不了", "callback_data": "wd:1"}]]},
            ),
        )


async def main(url: str, database: str) -> None:
    """Run until SIGTERM."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=256)) as session:
        loop = asyncio.create_task(Loop(url, session, database).run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, loop.cancel)
        await asyncio.wait([loop])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(sys.argv[1], sys.argv[2]))

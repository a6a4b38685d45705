"""Hours that pass while something is wrong: what is still of use goes out once, what is not expires for all to see.

The town and the program live by a clock that the test sets; the processes, the server and the shut gate are real.
"""

import datetime as dt
import signal
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from corps.notices.kinds import Kind
from corps.signups import signups
from corps.system.alarms import Watched
from models import Milestone, Pulse
from models.enums import NoticeState
from tests.base import Corps
from tests.conftest import SERVER
from tests.processes.town import PATIENCE, Town, free_port, town, until

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(bool(SERVER), reason="the clock is the same on both"),
]

DIGEST = "每周小结"


def publish(here: Town, title: str, starts: str, ends: str) -> int:
    """Publish an activity of the first team's; return the id of its slot for volunteers."""
    corps = Corps(here.database, here.clock)  # type: ignore[arg-type]  # the town's clock runs
    team = here.teams()[0].short_name
    return corps.slot(corps.publish(here.people[0], corps.plan(title, starts, ends, teams=(team,))), "志愿者")


def join(here: Town, person: int, slot: int) -> None:
    """Sign a person up."""
    Corps(here.database, here.clock).do(person, signups.sign_up, slot)  # type: ignore[arg-type]


async def wrong(port: int) -> str:
    """Return what /readyz finds wrong."""
    async with httpx.AsyncClient(timeout=60) as monitor:
        return str((await monitor.get(f"http://127.0.0.1:{port}/readyz", timeout=30)).json()["wrong"])


def is_away(here: Town) -> bool:
    """Tell whether it is written down that Telegram does not answer."""
    pulse = here.database.run_now(lambda s, _at: s.get(Pulse, Watched.TELEGRAM.value))
    return pulse is not None and bool(pulse.error)


async def test_telegram_is_out_of_reach_for_an_hour(tmp_path: Path) -> None:
    """From 14:00 to 15:00 no byte gets through. One activity begins in that hour, one after it."""
    async with town(tmp_path, 36, at="2026-12-02 13:50") as here:
        soon = publish(here, "敬老午茶", "2026-12-02 14:40", "2026-12-02 15:30")
        later = publish(here, "防诈骗讲座", "2026-12-02 16:30", "2026-12-02 18:00")
        helpers = [person for number, person in enumerate(here.people) if number % 12 == 0][1:]
        for person in helpers:
            join(here, person, soon)
            join(here, person, later)
        health = free_port()
        here.start(REMINDER_LEADS="2h,30m", HEALTH_PORT=str(health))
        await until(lambda: set(here.states()) == {NoticeState.SENT}, 120, here.story)
        before = await here.arrived()

        here.clock_to("2026-12-02 14:00")
        await here.gate.shut()
        here.owe_all()
        await here.says(here.people[5], "/quota")
        await until(lambda: is_away(here), 180, "that nothing answers is written down")
        here.clock_to("2026-12-02 14:12")
        await until(lambda: len(here.of_kind(Kind.REMINDER)) == len(helpers), 120, "half an hour before the first")
        here.clock_to("2026-12-02 14:32")
        await until(lambda: len(here.of_kind(Kind.REMINDER)) == 2 * len(helpers), 120, "two hours before the second")
        here.clock_to("2026-12-02 14:59")
        await until(lambda: here.states().get(NoticeState.EXPIRED) == len(helpers), 120, "the first has begun")
        await until(lambda: bool(here.of_kind(Kind.ALARM)), 240, "that Telegram is away is told")
        assert "telegram: no answer" in await wrong(health)
        assert "late: telegram" in await wrong(health)
        assert "late: outbox" not in await wrong(health), "it is the same trouble"
        assert all(row.attempts <= 3 for row in here.rows() if row.state is NoticeState.OWED), "nobody's fault"

        here.clock_to("2026-12-02 15:00")
        await here.gate.open()
        done = {NoticeState.SENT, NoticeState.EXPIRED, NoticeState.CANCELLED}
        await until(lambda: set(here.states()) <= done, 120, here.story)
        assert here.of_kind(Kind.ADMITTED) == [NoticeState.SENT] * 36
        assert sorted(here.of_kind(Kind.REMINDER)) == [NoticeState.EXPIRED] * len(helpers) + [NoticeState.SENT] * len(
            helpers
        )
        assert "公益讲座" in await here.reads(here.people[5], "公益讲座")
        for person in helpers:
            new = (await here.read(person))[-2:]
            assert (await here.arrived())[person] == before[person] + 2, "the admission and one reminder, once each"
            assert sum("防诈骗讲座" in text for text in new) == 1
            assert not any("敬老午茶" in text for text in new), "what lapsed is not sent"
        others = set(here.people[1:]) - {*helpers, here.people[5]}
        after = await here.arrived()
        assert {after[person] - before[person] for person in others} == {1}
        await here.says(here.people[0], "/notices")
        assert f"过时没发（近 14 天）：{len(helpers)} 条" in await here.reads(here.people[0], "过时没发")


async def test_asleep_over_mondays_nine_it_tells_once_and_only_while_it_is_of_use(tmp_path: Path) -> None:
    """The process is stopped over one Monday, over another for too long, and dead on the third."""
    async with town(tmp_path, 3, at="2026-12-04 10:00") as here:
        coordinator = here.people[0]

        def swept(moment: dt.datetime) -> bool:
            pulse = here.database.run_now(lambda s, _at: s.get(Pulse, "owe_digests"))
            return pulse is not None and pulse.ok_at is not None and pulse.ok_at >= moment

        async def digests() -> int:
            return sum(DIGEST in text for text in await here.read(coordinator))

        def sleep_until(wall: str) -> dt.datetime:
            bot.send_signal(signal.SIGSTOP)
            here.clock_to(wall)
            bot.send_signal(signal.SIGCONT)
            return here.clock.now()

        bot = here.start()
        await until(lambda: swept(here.clock.now() - dt.timedelta(minutes=1)), 120, here.story)
        assert await digests() == 0

        woke = sleep_until("2026-12-07 11:30")
        await here.reads(coordinator, DIGEST)
        await until(lambda: swept(woke), 120, "it has looked again since")
        assert await digests() == 1, "late, once"

        woke = sleep_until("2026-12-19 10:00")
        await until(lambda: swept(woke), 120, "it has looked on the Saturday after")
        assert await digests() == 1, "Monday's word is of no more use on Saturday"
        weeks = here.database.run_now(lambda s, _at: set(s.exec(select(Milestone.key)).all()))
        assert "quota:2026-W50" in weeks
        assert "quota:2026-W51" not in weeks

        bot.kill()
        bot.wait()
        here.clock_to("2026-12-21 12:00")
        woke = here.clock.now()
        bot = here.start()
        await until(lambda: swept(woke), 120, here.story)
        await until(lambda: not {NoticeState.OWED, NoticeState.LEASED} & set(here.states()), 120, here.story)
        assert await digests() == 2, "dead on Monday morning, it tells at noon"


@pytest.mark.parametrize("hours", [1, -1])
async def test_the_clock_jumps_an_hour_in_a_flood(tmp_path: Path, hours: int) -> None:
    """Forward or back: nobody waits an hour, nobody gets it twice, and what is owed afterwards goes out too."""
    async with town(tmp_path, 150, at="2026-12-02 14:00") as here:
        here.owe_all()
        here.start()
        await until(lambda: here.sent() >= 30, 120, here.story)
        here.clock_to(f"2026-12-02 {14 + hours}:00")
        await until(lambda: here.sent() == 150, 120, here.story)
        here.owe_all(key="afterwards")
        await until(lambda: here.sent() == 300, 120, here.story)
        assert set((await here.arrived()).values()) == {2}
        assert not any(row.maybe_twice for row in here.rows())


async def test_each_night_one_backup_that_is_whole_private_and_kept_for_days(tmp_path: Path) -> None:
    """Two nights of a running process, a day between them; backups of one day are kept."""
    async with town(tmp_path, 5, at="2026-12-02 03:20") as here:
        folder = tmp_path / "data" / "backups"

        def made() -> list[str]:
            return sorted(path.stem[:14] for path in folder.glob("*.db"))

        here.owe_all()
        here.start(BACKUP_KEEP_DAYS="1")
        await until(lambda: "backup" in here.pulses(), 120, "it has taken note of the hour")
        for night in ("02", "04"):
            before = here.ended_well("backup")
            here.clock_to(f"2026-12-{night} 03:31")
            await until(lambda night=night: f"corps-202612{night}" in made(), 150, here.story)  # type: ignore[misc]
            await until(lambda before=before: here.ended_well("backup") != before, PATIENCE, here.story)  # type: ignore[misc]
        assert made() == ["corps-20261204"], "the one of two nights before is forgotten"
        assert folder.stat().st_mode & 0o777 == 0o700
        for path in (*folder.iterdir(), tmp_path / "data" / "corps.db", tmp_path / "data" / "corps.db.lock"):
            assert path.stat().st_mode & 0o077 == 0, f"{path} is its owner's alone"

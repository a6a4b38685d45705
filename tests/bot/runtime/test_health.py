"""What a monitor sees: alive, ready or why not, and figures that name nobody."""

import time
from dataclasses import dataclass, field

import httpx

from bot.runtime.database import PATIENCE
from bot.runtime.health import Health, Vitals
from bot.runtime.metrics import Metrics
from corps.delivery import leasing
from corps.notices import GiveUp, RetryLater, Sent
from corps.notices.kinds import Kind
from corps.system import alarms
from corps.system.alarms import Late
from tests.base import Corps
from tests.corps.delivery.notices import end, in_, owe, take


@dataclass
class Case:
    corps: Corps
    metrics: Metrics = field(default_factory=Metrics)
    age: float | None = 1.0
    leads: bool = True

    async def get(self, page: str) -> tuple[int, str]:
        vitals = Vitals(self.corps.database, self.metrics, lambda: self.age, lambda: self.leads, lambda: 3)
        transport = httpx.ASGITransport(Health(vitals).app)
        async with httpx.AsyncClient(transport=transport, base_url="http://monitor") as monitor:
            answer = await monitor.get(page)
        return answer.status_code, answer.text


async def test_all_is_well(corps: Corps) -> None:
    case = Case(corps)
    assert await case.get("/healthz") == (200, "ok\n")
    assert await case.get("/readyz") == (200, '{"ready":true,"role":"leader","wrong":[]}')
    case.leads, case.age = False, None
    assert await case.get("/readyz") == (200, '{"ready":true,"role":"standby","wrong":[]}')


async def test_a_telegram_that_does_not_answer_makes_it_unready(corps: Corps) -> None:
    status, text = await Case(corps, age=120.0).get("/readyz")
    assert (status, "telegram: no answer for 120 s" in text) == (503, True)


async def test_a_database_that_does_not_answer_makes_it_unready_but_alive(corps: Corps) -> None:
    case = Case(corps)
    corps.engine.dispose()
    corps.database.patience = 0.0
    corps.run(lambda s, _at: s.connection().exec_driver_sql("ALTER TABLE notice RENAME TO gone"))
    begun = time.monotonic()
    status, text = await case.get("/readyz")
    assert (status, "database" in text) == (503, True)
    assert time.monotonic() - begun < PATIENCE, "it is not waited for"
    assert (await case.get("/healthz"))[0] == 200
    assert "tongxin_up 0" in (await case.get("/metrics"))[1]


async def test_an_alarm_makes_it_unready_until_it_is_over(corps: Corps) -> None:
    case = Case(corps)
    corps.run(lambda s, at: alarms.tell(s, at, [Late("outbox", at.now)]))
    assert (await case.get("/readyz"))[1] == '{"ready":false,"role":"leader","wrong":["late: outbox"]}'
    corps.run(lambda s, at: alarms.tell(s, at, []))
    assert (await case.get("/readyz"))[0] == 200


async def test_the_figures_are_those_of_the_corps(corps: Corps) -> None:
    case = Case(corps)
    people = [corps.member(f"成员{number}") for number in range(4)]
    owe(corps, Kind.QUOTA, *people)
    first, second, _third, *_ = take(corps, limit=3)
    end(corps, [first], Sent("1"))
    end(corps, [second], RetryLater(corps.clock.now() + in_(1), "TimedOut", maybe=True))
    corps.clock.push(in_(0.5))
    case.metrics.call("sendMessage", "ok", 0.03)
    case.metrics.call("sendMessage", "RetryAfter", 0.3)
    case.metrics.update("tap", 0.02)
    case.metrics.error("handler")
    lines = (await case.get("/metrics"))[1].splitlines()
    for line in (
        'tongxin_notices{state="sent"} 1',
        'tongxin_notices{state="owed"} 2',
        'tongxin_notices{state="leased"} 1',
        "tongxin_oldest_due_seconds 1800.0",
        "tongxin_possibly_doubled 1",
        "tongxin_sends_in_flight 3",
        'tongxin_calls_total{method="sendMessage",outcome="ok"} 1',
        'tongxin_calls_total{method="sendMessage",outcome="RetryAfter"} 1',
        'tongxin_call_seconds_bucket{method="sendMessage",le="0.05"} 1',
        'tongxin_call_seconds_bucket{method="sendMessage",le="+Inf"} 2',
        'tongxin_updates_total{kind="tap"} 1',
        'tongxin_handler_seconds_bucket{le="0.025"} 1',
        'tongxin_errors_total{where="handler"} 1',
    ):
        assert line in lines
    assert corps.run(leasing.possibly_doubled) == 1


async def test_each_state_has_the_ages_of_its_oldest_and_its_newest_notice(corps: Corps) -> None:
    """So that a monitor sees what is late, what has been on its way for long, and when the last one failed."""
    case, zhang, li = Case(corps), corps.member("张明"), corps.member("李红")
    owe(corps, Kind.QUOTA, zhang, key="early")
    end(corps, take(corps), GiveUp("Forbidden"))
    corps.clock.push(in_(1))
    owe(corps, Kind.QUOTA, zhang, key="late")
    end(corps, take(corps), GiveUp("Forbidden"))
    owe(corps, Kind.QUOTA, li, key="taken")
    corps.clock.push(in_(0.01))
    take(corps)
    owe(corps, Kind.QUOTA, li, key="due")
    owe(corps, Kind.QUOTA, li, key="tomorrow", due_at=corps.clock.now() + in_(24))
    corps.clock.push(in_(0.5))
    lines = (await case.get("/metrics"))[1].splitlines()
    assert [line for line in lines if line.startswith("tongxin_notice_age_seconds")] == [
        'tongxin_notice_age_seconds{state="failed",of="oldest"} 5436.0',
        'tongxin_notice_age_seconds{state="failed",of="newest"} 1836.0',
        'tongxin_notice_age_seconds{state="leased",of="oldest"} 1800.0',
        'tongxin_notice_age_seconds{state="leased",of="newest"} 1800.0',
        'tongxin_notice_age_seconds{state="owed",of="oldest"} 1800.0',
        'tongxin_notice_age_seconds{state="owed",of="newest"} 1800.0',
    ]
    assert "tongxin_oldest_due_seconds 1800.0" in lines


async def test_nothing_personal_is_in_the_figures(corps: Corps) -> None:
    zhang = corps.member("张明")
    owe(corps, Kind.QUOTA, zhang)
    text = "".join([(await Case(corps).get(page))[1] for page in ("/healthz", "/readyz", "/metrics")])
    assert "张明" not in text
    assert str(zhang) not in text

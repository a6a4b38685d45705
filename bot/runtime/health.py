"""The state of the bot for a monitor on the same machine: /healthz, /readyz, /metrics. Nothing personal.

/healthz answers as long as the process and its loop live. /readyz says 503 with the reasons while the database or
Telegram can't be reached, or something that must happen regularly does not.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.runtime.database import Database
from bot.runtime.metrics import Metrics
from corps.delivery import leasing, notice_ages
from corps.moment import Moment
from corps.system import alarms
from models.enums import NoticeState

DATABASE_PATIENCE = 3.0
"""Seconds that a query for these pages may take."""


@dataclass
class Vitals:
    """Where the answers come from. `poll_age`: seconds since Telegram last answered, None when not polling."""

    database: Database
    metrics: Metrics
    poll_age: Callable[[], float | None]
    leads: Callable[[], bool]
    flying: Callable[[], int]
    door_full: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class _Look:
    alarmed: list[str]
    by_state: dict[str, int]
    ages: dict[str, tuple[float, float]]
    doubled: int


def _look(session: Session, at: Moment) -> _Look:
    return _Look(
        alarms.alarmed(session, at),
        notice_ages.by_state(session),
        notice_ages.ages(session, at),
        leasing.possibly_doubled(session, at),
    )


class Health:
    """The three pages; `beside` are what the same server shows besides."""

    def __init__(self, vitals: Vitals, beside: Sequence[BaseRoute] = ()) -> None:
        self._vitals = vitals
        pages = {"/healthz": self.healthz, "/readyz": self.readyz, "/metrics": self.metrics}
        self.app = Starlette(routes=[*(Route(path, page) for path, page in pages.items()), *beside])

    async def healthz(self, _request: Request) -> Response:
        """Answer; that there is an answer says that the process lives."""
        return PlainTextResponse("ok\n")

    async def readyz(self, _request: Request) -> Response:
        """Say whether everything works, with one line for each thing that does not."""
        look = await self._look()
        trouble = self._vitals.database.trouble
        wrong = [] if look and not trouble else [f"database: {trouble or 'no answer'}"]
        age = self._vitals.poll_age()
        if age is not None and age > alarms.SILENT:
            wrong.append(f"telegram: no answer for {age:.0f} s")
        if self._vitals.door_full():
            wrong.append("door: full, connections are turned away")
        wrong += [f"late: {name}" for name in (look.alarmed if look else ())]
        role = "leader" if self._vitals.leads() else "standby"
        return JSONResponse({"ready": not wrong, "role": role, "wrong": wrong}, status_code=503 if wrong else 200)

    async def metrics(self, _request: Request) -> Response:
        """Return the counters for Prometheus; without a database, those that need none."""
        look = await self._look()
        text = self._vitals.metrics.text() + _gauges(self._vitals, look)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    async def _look(self) -> _Look | None:
        try:
            async with asyncio.timeout(DATABASE_PATIENCE):
                return await self._vitals.database.run(_look)
        except Exception:  # noqa: BLE001 - whatever it is, the page says that there was no answer
            return None


def _gauges(vitals: Vitals, look: _Look | None) -> str:
    age = vitals.poll_age()
    said = ["# TYPE tongxin_up gauge", f"tongxin_up {int(look is not None)}"]
    said += ["# TYPE tongxin_leader gauge", f"tongxin_leader {int(vitals.leads())}"]
    said += ["# TYPE tongxin_sends_in_flight gauge", f"tongxin_sends_in_flight {vitals.flying()}"]
    if age is not None:
        said += ["# TYPE tongxin_poll_age_seconds gauge", f"tongxin_poll_age_seconds {age:.1f}"]
    if look is not None:
        said.append("# TYPE tongxin_notices gauge")
        said += [f'tongxin_notices{{state="{state}"}} {count}' for state, count in sorted(look.by_state.items())]
        said.append("# TYPE tongxin_notice_age_seconds gauge")
        for state, (oldest, newest) in sorted(look.ages.items()):
            said.append(f'tongxin_notice_age_seconds{{state="{state}",of="oldest"}} {oldest:.1f}')
            said.append(f'tongxin_notice_age_seconds{{state="{state}",of="newest"}} {newest:.1f}')
        late = look.ages.get(NoticeState.OWED.value, (0.0, 0.0))[0]
        said += ["# TYPE tongxin_oldest_due_seconds gauge", f"tongxin_oldest_due_seconds {late:.1f}"]
        said += ["# TYPE tongxin_possibly_doubled gauge", f"tongxin_possibly_doubled {look.doubled}"]
        said += ["# TYPE tongxin_alarms gauge", f"tongxin_alarms {len(look.alarmed)}"]
    return "\n".join(said) + "\n"

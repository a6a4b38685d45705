"""That Telegram does not answer is written down by the process that leads, and by no other."""

import contextlib
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlmodel import select

from bot.runtime.metrics import Metrics
from bot.runtime.settings import Settings
from corps.system import alarms
from corps.system.alarms import Watched
from models import Pulse
from scheduler import service as services
from scheduler.service import Service
from tests.base import Corps


@dataclass
class Silent:
    """A channel that has not answered for so many seconds."""

    age: float | None


@pytest.mark.parametrize("own", [None, 3.0])
async def test_the_process_that_leads_says_that_telegram_is_away_and_that_it_is_back(
    corps: Corps, own: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, leads = Silent(0.0), SimpleNamespace(leads=True)
    adapters: Any = [line, Silent(own)]
    service = Service(Settings(), corps.database, adapters, cast("Any", None), Metrics(), cast("Any", None))
    service._greeted, service._duty = True, cast("Any", leads)
    steps = iter([(0.0, True), (alarms.SILENT + 1, True), (alarms.SILENT + 1, False), (0.0, False), (0.0, True)])
    seen: list[str | None] = []

    async def look(_seconds: float) -> None:
        pulse = corps.run(
            lambda s, _at: s.exec(select(Pulse.error).where(Pulse.name == Watched.TELEGRAM.value)).first()
        )
        seen.append(pulse)
        line.age, leads.leads = next(steps)

    monkeypatch.setattr(services, "asyncio", SimpleNamespace(sleep=look))
    with contextlib.suppress(RuntimeError):  # the steps are over
        await service._watch(Watched.TELEGRAM, service._is_silent, "no answer")
    assert seen == ["", "", "no answer", "no answer", "no answer", ""], "who does not lead says nothing of it"

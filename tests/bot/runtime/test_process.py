"""The process and its machine: one core where that is possible, and a start in any case."""

import os
from collections.abc import Iterator

import pytest

from bot.runtime.process import stay_on_one_core

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="only Linux lets a process choose its cores"
)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    cores = os.sched_getaffinity(0)
    yield
    os.sched_setaffinity(0, cores)


def test_the_process_stays_on_one_of_the_cores_it_may_use() -> None:
    allowed = os.sched_getaffinity(0)
    stay_on_one_core()
    chosen = os.sched_getaffinity(0)
    assert len(chosen) == 1
    assert chosen <= allowed


def test_a_machine_that_does_not_allow_it_is_no_reason_not_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_process: int, _cores: set[int]) -> None:
        raise PermissionError

    allowed = os.sched_getaffinity(0)
    with monkeypatch.context() as patch:
        patch.setattr(os, "sched_setaffinity", forbidden)
        stay_on_one_core()
    assert os.sched_getaffinity(0) == allowed

"""Logs say what went wrong and where, and never a token, a phone number or what somebody typed."""

import asyncio
import gc
import io
import logging
import sys
import warnings
from collections.abc import Iterator

import pytest
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.runtime.logs import clean, set_up_logs, where
from corps.people import Actor
from tests.base import Corps
from tests.stage import TOKEN, Stage

SECRET_WORDS = "我的手机是13812345678请保密"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Real logs, as an operator reads them."""
    stderr = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        patch.setattr(logging.getLogger(), "handlers", [])
        set_up_logs("DEBUG")
        yield stderr
        logging.captureWarnings(False)
    structlog.reset_defaults()


def test_tokens_and_phone_numbers_are_taken_out_wherever_they_stand() -> None:
    dirty = f"https://api.telegram.org/bot{TOKEN}/getMe 联系13812345678。"
    assert clean(dirty) == "https://api.telegram.org/bot<token>/getMe 联系<phone>。"


def test_ids_and_times_stay_readable() -> None:
    assert clean("update=123456789 at 2026-12-02T10:00:00Z chat=-1001234567890") == (
        "update=123456789 at 2026-12-02T10:00:00Z chat=-1001234567890"
    )


def test_our_own_events_are_redacted(written: io.StringIO) -> None:
    structlog.get_logger().warning("something", url=f"/bot{TOKEN}/x", phone="13812345678", nested=[TOKEN])
    said = written.getvalue()
    assert "something" in said
    assert TOKEN not in said
    assert "13812345678" not in said


def test_the_libraries_logs_are_redacted_too(written: io.StringIO) -> None:
    try:
        int(f"no answer from /bot{TOKEN}/getMe for {SECRET_WORDS}")
    except ValueError:
        logging.getLogger("some.library").exception("calling %s", f"/bot{TOKEN}/getMe")
    said = written.getvalue()
    assert "event=library" in said
    assert "logger=some.library" in said
    assert 'said="calling %s"' in said, "the sentence as it stands in the code, without the value"
    assert "exception=" in said
    assert TOKEN not in said
    assert SECRET_WORDS not in said


async def test_a_task_that_nobody_waited_for_is_told_without_its_words(written: io.StringIO) -> None:
    async def explode() -> None:
        int(SECRET_WORDS)

    task = asyncio.ensure_future(explode())
    await asyncio.wait([task])
    del task
    gc.collect()
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"Exception in callback say({SECRET_WORDS!r})", "future": SECRET_WORDS}
    )
    said = written.getvalue()
    assert 'said="Task exception was never retrieved"' in said
    assert 'said="Exception in callback say"' in said
    assert "ValueError at " in said
    assert SECRET_WORDS not in said
    assert "13812345678" not in said


def test_a_warning_of_python_is_told_by_its_place(written: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(SECRET_WORDS, UserWarning, stacklevel=1)
        logging.captureWarnings(False)
    said = written.getvalue()
    assert "test_logs.py" in said
    assert "UserWarning" in said
    assert SECRET_WORDS not in said


async def test_the_timetables_own_warnings_read_like_ours_and_a_busy_line_is_none(written: io.StringIO) -> None:
    """APScheduler says at each tick that a long delivery is still running: that is how it is meant to be."""
    scheduler = AsyncIOScheduler()
    going, enough = asyncio.Event(), asyncio.Event()

    async def deliver() -> None:
        going.set()
        await enough.wait()

    def explode() -> None:
        int(SECRET_WORDS)

    scheduler.add_job(deliver, "interval", seconds=0.01, max_instances=1)
    scheduler.add_job(explode, "date", misfire_grace_time=None)
    scheduler.start()
    await going.wait()
    async with asyncio.timeout(90):
        while "raised an exception" not in written.getvalue():
            await asyncio.sleep(0.02)
    enough.set()
    scheduler.shutdown(wait=False)
    said = written.getvalue()
    assert "maximum number" not in said
    assert {line.partition("=")[0] for line in said.splitlines()} == {"timestamp"}, "one format, one event a line"
    assert SECRET_WORDS not in said


def test_an_exception_is_told_by_its_place_and_its_causes() -> None:
    try:
        try:
            int(SECRET_WORDS)
        except ValueError as error:
            raise RuntimeError(SECRET_WORDS) from error
    except RuntimeError as error:
        told = where(error)
    assert told.startswith("ValueError at ")
    assert " -> RuntimeError at " in told
    assert "test_logs.py" in told
    assert SECRET_WORDS not in told


async def test_an_error_in_the_midst_of_a_message_does_not_log_the_message(
    stage: Stage, corps: Corps, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhang = await stage.enter(corps.member("张明保密"))

    def explode(_session: object, actor: Actor, *_args: object) -> None:
        raise ValueError(f"cannot use {actor.name}: {SECRET_WORDS}")

    monkeypatch.setattr("bot.routing.dispatcher._find_open", explode)
    await zhang.types(SECRET_WORDS)
    assert "抱歉" in zhang.reads()
    said = written.getvalue()
    assert "update.failed" in said
    assert "test_logs.py" in said, "the place is told"
    for hidden in (SECRET_WORDS, "13812345678", "张明保密", TOKEN):
        assert hidden not in said

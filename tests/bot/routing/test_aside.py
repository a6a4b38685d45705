"""Long reading goes on in a process of its own: it says how far it is, sees what was there, and holds up nobody."""

import io
from typing import Any, BinaryIO

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.routing.aside import AsideError, Reading, aside
from bot.texts.voice import Voice
from corps.addresses import telegram
from corps.people import Actor, recognise
from corps.records import ledger_scope
from handlers.records import ledger_file
from models import Member
from tests.base import Corps


def names(reading: Reading, values: dict[str, Any], out: BinaryIO) -> None:
    """Write who asks, when, and who is there."""
    there = reading.session.exec(select(Member.name).order_by(col(Member.id))).all()
    for number in range(1, 4):
        reading.tell(number, 3)
    said = (
        f"{values['word']} {reading.actor.name} {reading.at.wall():%Y-%m-%d} {reading.voice.language} {','.join(there)}"
    )
    out.write(said.encode())


def fails(reading: Reading, _values: dict[str, Any], _out: BinaryIO) -> None:
    """Fail, having said something."""
    reading.tell(1, 2)
    raise RuntimeError("what went wrong")


def actor_of(corps: Corps, number: int) -> Actor:
    """Return the person with that Telegram id."""
    return corps.run(lambda s, at: recognise(s, at, telegram(number)))


async def test_it_reads_what_was_there_as_who_asked_and_says_how_far_it_is(corps: Corps) -> None:
    wang, told = corps.coordinator(), list[tuple[int, int]]()
    corps.member("张明")

    async def progress(done: int, total: int) -> None:
        told.append((done, total))

    written = await aside(corps.database, actor_of(corps, wang), f"{__name__}:names", {"word": "好"}, progress)
    assert written.decode() == "好 王统筹 2026-12-02 zh 王统筹,张明"
    assert told == [(1, 3), (2, 3), (3, 3)]


async def test_one_that_fails_is_no_result(corps: Corps) -> None:
    async def progress(_done: int, _total: int) -> None:
        pass

    with pytest.raises(AsideError, match="what went wrong"):
        await aside(corps.database, actor_of(corps, corps.coordinator()), f"{__name__}:fails", {}, progress)


async def test_it_waits_for_no_writer(corps: Corps) -> None:
    async def progress(_done: int, _total: int) -> None:
        pass

    wang = corps.coordinator()
    actor = actor_of(corps, wang)
    with corps.engine.connect() as writer, writer.begin():  # somebody writes all the while
        written = await aside(corps.database, actor, f"{__name__}:names", {"word": "x"}, progress)
    assert written.decode().endswith("王统筹")


async def test_a_long_ledger_is_made_there(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    corps.hold(wang, li, zhao, corps.member("张明"))

    async def progress(_done: int, _total: int) -> None:
        pass

    values = {"scope": ledger_scope.frozen(ledger_scope.of_year(2026))}
    written = await aside(corps.database, actor_of(corps, wang), ledger_file.TARGET, values, progress)
    made = ledger_file.screen(Voice("zh", corps.clock), written)
    assert "2026" in made.filename
    assert isinstance(made.document, bytes)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.document))
    assert book.get_sheet_by_name("人员时长").to_python()[1][4] == "张明"

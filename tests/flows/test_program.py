"""The program from outside: started, started again, stopped, and told where not to go."""

import json
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

import migrations
from models import Member, Milestone
from models.engine import open_engine
from models.enums import MemberStatus
from sandbox.http.gate import KEY_HEADER
from tests.base import StoppedClock
from tests.program import Program


@pytest.fixture
def folder(tmp_path: Path, sample_file: Path) -> Path:
    """A folder with a sample corps in it already."""
    (tmp_path / "sandbox.db").write_bytes(sample_file.read_bytes())
    return tmp_path


@contextmanager
def running(folder: Path, **settings: str | None) -> Iterator[Program]:
    """Run the program for the length of a block."""
    program = Program(folder, **settings)
    try:
        yield program
    finally:
        program.stop()


def ask(program: Program, path: str, **body: object) -> Any:  # noqa: ANN401 - whatever JSON says
    """Call the page's side of the sandbox; with a body, act."""
    data = json.dumps(body).encode() if body else None
    asked = urllib.request.Request(f"{program.url}/sandbox/{path}", data, {KEY_HEADER: program.key()})  # noqa: S310
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def wait_for(program: Program, person: int, text: str) -> None:
    """Wait until the bot has said something to a person."""
    deadline = time.monotonic() + 120
    while not any(text in message["text"] for message in ask(program, f"chats/{person}/messages")):
        assert time.monotonic() < deadline, f"{text} did not arrive"
        time.sleep(0.05)  # another process has no event to wait for


def test_one_command_starts_the_bot_with_a_lived_in_corps_and_starts_it_again(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        assert {person["id"]: person["started"] for person in ask(program, "state")["people"]}[5001] is False
        wait_for(program, 1001, "等您核实")
        ask(program, "say", person_id=1001, chat_id=1001, text="/quota")
        wait_for(program, 1001, "年五个10")
        ask(program, "clock", advance_seconds=86400 * 2)
        later = ask(program, "state")["clock"]
    with running(tmp_path) as program:
        assert ask(program, "state")["clock"] > later[:10], "the corps' clock goes on where it stood"
        wait_for(program, 1001, "等您核实")


@pytest.mark.long
def test_a_person_with_the_page_open_does_not_keep_it_from_stopping(folder: Path) -> None:
    for how in (signal.SIGTERM, signal.SIGINT):
        program = Program(folder)
        page = urllib.request.urlopen(f"{program.url}/sandbox/events?key={program.key()}")  # noqa: S310 - loopback
        assert program.stop(how) == 0, "two seconds on a machine at rest"
        page.close()


@pytest.mark.long
def test_a_reset_fills_the_chats_again(folder: Path) -> None:
    with running(folder) as program:
        wait_for(program, 1001, "等您核实")
        ask(program, "clock", to="monday")
        ask(program, "reset", really=True)
        assert ask(program, "state")["people"][0]["started"] is True
        wait_for(program, 1001, "等您核实")
        wait_for(program, 2001, "罗晓燕 申请加入")


@pytest.mark.long
def test_a_database_with_a_real_corps_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "real.db"
    engine = open_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    with Session(engine) as session:
        now = StoppedClock().now()
        session.add(Member(name="真实成员", status=MemberStatus.ACTIVE, created_at=now))
        session.commit()
    program = Program(tmp_path, DATABASE_URL=f"sqlite:///{path}")
    assert program.url == ""
    assert program.stop() == 2
    assert "已有真实成员" in program.said
    assert program.said.count("\n") == 1
    with Session(engine) as session:
        assert [member.name for member in session.exec(select(Member)).all()] == ["真实成员"]
        assert session.exec(select(Milestone)).all() == []
    engine.dispose()


@pytest.mark.long
def test_the_sample_is_never_let_near_telegram(folder: Path) -> None:
    real = Program(folder, BOT_TOKEN="123:abc", BOT_API_URL="http://127.0.0.1:9")
    assert real.stop() == 2
    assert "沙盒的示例数据" in real.said


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield other.getsockname()[1]


@pytest.mark.long
def test_a_port_that_was_asked_for_and_is_taken_stops_the_start_with_a_sentence(folder: Path, taken: int) -> None:
    program = Program(folder, SANDBOX_PORT=str(taken))
    assert program.stop() == 2
    assert f"端口 {taken} 已被占用" in program.said


@pytest.mark.long
def test_without_asking_the_next_free_port_is_taken(folder: Path) -> None:
    two_db = folder / "two.db"
    two_db.write_bytes((folder / "sandbox.db").read_bytes())
    other = {"DATABASE_URL": f"sqlite:///{two_db}"}
    with running(folder, SANDBOX_PORT=None) as one, running(folder, SANDBOX_PORT=None, **other) as two:
        assert one.url
        assert two.url
        assert one.url != two.url

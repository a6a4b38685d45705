"""(e): resident memory: the sample corps; 2,500 members who have all tapped once; the same with pages and board open.

`python -m benchmarks.memory [--people 2500]` prints megabytes: resident, and at the peak.
"""

import argparse
import contextlib
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks import ground
from benchmarks.board import BROADCAST, PAGES
from benchmarks.doors import is_open
from benchmarks.pages import Corps
from benchmarks.telegram import free_port, ours, running, telegram, until


def megabytes(process: "subprocess.Popen[bytes]") -> tuple[float, float]:
    """Return a process's resident memory, and the most it ever was."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return tuple(int(values[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]  # two names, two numbers


def sample(folder: Path) -> None:
    """Measure what `make run` starts, and the bot alone on the corps that it leaves."""
    database = folder / "sample.db"
    settings = {"DATABASE_URL": f"sqlite:///{database}", "SANDBOX_PORT": "0"}
    with running([sys.executable, "main.py"], stdout=subprocess.PIPE, **settings) as sandboxed:
        assert sandboxed.stdout is not None
        while b"http" not in sandboxed.stdout.readline():
            pass
        time.sleep(6)
        show("sample corps, with the sandbox and its page", sandboxed)
    with contextlib.closing(sqlite3.connect(database)) as link, link:
        link.execute("DELETE FROM milestone WHERE key LIKE 'sandbox:%'")  # the mark that keeps samples off Telegram
    with telegram(1) as server, ours(server, database) as bot:
        server.polled()
        time.sleep(6)
        show("sample corps, the bot alone", bot)


def crowd(folder: Path, people: int) -> None:
    """Measure the bot after everybody has tapped."""
    database = folder / "crowd.db"
    taps = ground.build(database, people, 50)
    with telegram(people) as server:
        ready = server.hand_out_cards(taps)
        with ours(server, database) as bot:
            server.polled()
            server.flood(ready)
            server.settled_at(people)
            show(f"{people} members, after a tap of each", bot)


def pages(folder: Path, people: int) -> None:
    """Measure the bot with the pages open: a coordinator looks through the board, ten members at their pages."""
    database, port = folder / "pages.db", free_port()
    taps = ground.build(database, people, 50)
    corps = Corps(database, 10)
    wang = corps.enter(1)
    corps.database.close()
    url = f"http://127.0.0.1:{port}"
    with telegram(people) as server:
        ready = server.hand_out_cards(taps)
        with ours(server, database, WEB_URL=url, WEB_LISTEN=f"127.0.0.1:{port}") as bot:
            server.polled()
            until(lambda: is_open(port), "the pages are open")
            looks = [(wang, path) for path in PAGES if path not in BROADCAST]
            looks += [(secret, path) for secret in corps.secrets for path in ("/", "/a/1", "/mine", "/settings")]
            for secret, path in looks:
                answer = httpx.get(url + path, headers={"cookie": f"tongxin={secret}"}, trust_env=False, timeout=60)
                assert answer.status_code == 200, path
            show(f"{people} members, after the board and pages", bot)
            server.flood(ready)
            server.settled_at(people)
            show(f"{people} members, after a tap of each", bot)


def show(what: str, process: "subprocess.Popen[bytes]") -> None:
    """Print a line."""
    resident, peak = megabytes(process)
    print(f"{what:45} {resident:6.1f} MB, at the peak {peak:6.1f} MB", flush=True)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sample(Path(folder))
        crowd(Path(folder), options.people)
        pages(Path(folder), options.people)


if __name__ == "__main__":
    main()

"""The real program as a process of its own, on loopback, with no Telegram."""

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

from sandbox.http.gate import read_key

ROOT = Path(__file__).parent.parent
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
"""What the program gets of the test's own environment; the last two so that coverage is measured in it as well."""


class Program:
    """The program as an operator starts it, in a folder of its own. A setting of None is left out.

    Attributes:
        url: The sandbox's address; empty if the program stopped instead.
        said: What it has printed so far; all of it once it has ended.
    """

    def __init__(self, folder: Path, **settings: str | None) -> None:
        defaults = {
            **{name: value for name, value in os.environ.items() if name in PASSED_ON},
            "DATABASE_URL": f"sqlite:///{folder}/sandbox.db",
            "SANDBOX_PORT": "0",
            "TICK_SECONDS": "0.3",
            "QUIET_HOURS": "",
            "TEAMS_FILE": str(ROOT / "teams.toml"),
        }
        environ = {name: value for name, value in (defaults | settings).items() if value is not None}
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py")],
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = self.url = ""
        self._begun = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._begun.wait()

    def _read(self) -> None:
        """Take what the program prints until it ends, its address among it: one that nobody reads stands still."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said += line
            if not self.url and (found := re.search(r"http://127\.0\.0\.1:\d+", line)):
                self.url = found[0]
                self._begun.set()
        self._begun.set()

    def key(self) -> str:
        """Return the key that the page carries, for what the page does."""
        with urllib.request.urlopen(self.url) as page:  # noqa: S310 - loopback
            return read_key(page.read().decode())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it as an operator does, if it still runs. Returns its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        status = self._process.wait(timeout=60)
        self._reader.join(timeout=60)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return status

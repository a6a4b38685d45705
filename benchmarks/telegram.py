"""Telegram for benchmarks: the sandbox in a process of its own, and the programs that are measured against it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks.ground import ROOT, Tap, address, keyboard
from sandbox.http.gate import KEY_HEADER, read_key

TOKEN = "7000000001:" + "B" * 35
LOGS = ROOT / "data" / "benchmarks"
"""What the programs that are compared say goes here, a file each: a benchmark prints only its table."""

CARD = "<b>公益讲座</b>\n12月5日（周六）14:00-16:00\n磁器口街道金蓉社区（社区）\n\n志愿者 0/2500"


LETTER = "<b>下周安排</b>\n周三 14:00 磁器口街道金蓉社区，公益讲座；周六 09:00 田园助农。请看过后按“收到”。"


@dataclass
class Telegram:
    """A running sandbox."""

    url: str
    latency: float
    client: httpx.Client
    process: "subprocess.Popen[bytes]"

    def bot(self, method: str, **params: Any) -> Any:  # noqa: ANN401 - whatever the Bot API says
        """Make a Bot API call as the bot would."""
        answer = self.client.post(f"{self.url}/bot{TOKEN}/{method}", json=params).json()
        assert answer["ok"], answer
        return answer["result"]

    def hand_out_cards(self, taps: Sequence[Tap]) -> list[dict[str, Any]]:
        """Put a card before everybody; return the taps on them, as `/sandbox/flood` takes them."""
        ready = []
        for tap in taps:
            sent = self.bot(
                "sendMessage", chat_id=tap.person, text=CARD, parse_mode="HTML", reply_markup=keyboard(tap.data)
            )
            ready.append(
                {"person_id": tap.person, "chat_id": tap.person, "message_id": sent["message_id"], "data": tap.data}
            )
        return ready

    def cpu(self) -> float:
        """Return the processor time it has used, in seconds."""
        return cpu_seconds(self.process)

    def flood(self, taps: list[dict[str, Any]]) -> float:
        """Let all tap at once; return the moment."""
        started = time.time()
        self.client.post(f"{self.url}/sandbox/flood", json={"taps": taps}).raise_for_status()
        return started

    def pending(self) -> int:
        """Return how many updates are not acknowledged."""
        return int(self.bot("getWebhookInfo")["pending_update_count"])

    def calls(self, method: str, *, anyhow: bool = False) -> list[dict[str, Any]]:
        """Return the bot's calls of a method that succeeded (`anyhow`: all), oldest first."""
        found = self.client.get(f"{self.url}/sandbox/calls", params={"method": method}).json()
        return [call for call in found if anyhow or call["ok"]]

    def settled_at(self, edits: int, patience: float = 300, quiet: float = 3) -> tuple[float, int]:
        """Wait until nothing is pending and so many cards were edited, or `quiet` seconds have brought no more.

        Returns when the last edit was answered, and how many there were.
        """
        deadline, seen, seen_at = time.monotonic() + patience, -1, time.monotonic()
        while time.monotonic() < deadline:
            pending = self.pending()
            found = self.calls("editMessageText")
            if len(found) != seen or pending:
                seen, seen_at = len(found), time.monotonic()
            if seen >= edits or time.monotonic() - seen_at > quiet + self.latency:
                last = max(datetime.fromisoformat(call["at"]).timestamp() for call in found)
                return last + self.latency, seen
            time.sleep(0.25)
        raise TimeoutError(f"{self.pending()} pending, {seen} of {edits} edits")

    def slow_down(self, latency: float) -> None:
        """Let every call of the bot take so many seconds from now on, getUpdates too."""
        self.latency = latency
        order = {"method": "*", "latency": latency, "times": -1}
        self.client.post(f"{self.url}/sandbox/faults", json=order).raise_for_status()

    def limit(self, reading: str) -> int:
        """Keep Telegram's limits in that reading from now on; return how many calls they have refused so far."""
        order = {"on": True, "reading": reading}
        return int(self.client.post(f"{self.url}/sandbox/limits", json=order).json()["refused"])

    def tap(self, tap: dict[str, Any]) -> tuple[str, float]:
        """Let one person tap; return the id that the answer will name, and the moment."""
        began = time.time()
        answer = self.client.post(f"{self.url}/sandbox/tap", json=tap).raise_for_status()
        return str(answer.json()["callback_id"]), began

    def answered(self) -> dict[str, float]:
        """Return when each tap's answer reached the server: id → moment."""
        return {call["params"]["callback_query_id"]: moment(call) for call in self.calls("answerCallbackQuery")}

    def polled(self, patience: float = 60) -> float:
        """Wait for the bot's first getUpdates, or for its webhook; return when it came."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if found := self.calls("getUpdates", anyhow=True) + self.calls("setWebhook"):
                return datetime.fromisoformat(found[0]["at"]).timestamp()
            time.sleep(0.01)
        raise TimeoutError("the bot does not poll")


def moment(call: dict[str, Any]) -> float:
    """Return when a call came in, in seconds since the epoch."""
    return datetime.fromisoformat(call["at"]).timestamp()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of the values do not exceed."""
    if not values:
        return float("nan")  # nobody came within the time
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@contextlib.contextmanager
def telegram(people: int) -> Iterator[Telegram]:
    """Run a sandbox with so many people, in a process of its own."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--token", TOKEN, "--people", str(people)]
    with running(command, stdout=subprocess.PIPE) as sandbox, httpx.Client(timeout=60) as client:
        assert sandbox.stdout is not None
        url = sandbox.stdout.readline().decode().strip()
        client.headers[KEY_HEADER] = read_key(client.get(url).text)
        yield Telegram(url, 0.0, client, sandbox)


@contextlib.contextmanager
def running(
    command: Sequence[str], stdout: int | None = None, **environment: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program for the length of a block; stop it in good order. What it says goes to a file in `LOGS`."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING", **environment}
    LOGS.mkdir(parents=True, exist_ok=True)
    name = command[command.index("-m") + 1] if "-m" in command else Path(command[1]).stem
    with (LOGS / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=clean, stdout=stdout or log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def until(so: Callable[[], bool], what: str, patience: float = 60) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + patience
    while not so():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


def cpu_seconds(process: "subprocess.Popen[bytes]") -> float:
    """Return the processor time a program has used: what it costs, however busy the machine is with other things."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ours(
    telegram: Telegram, database: Path | str, **more: str
) -> contextlib.AbstractContextManager["subprocess.Popen[bytes]"]:
    """Run the real bot, as an operator would, with this sandbox for Telegram."""
    settings = {"BOT_TOKEN": TOKEN, "BOT_API_URL": telegram.url, "DATABASE_URL": address(database)}
    return running([sys.executable, "main.py"], None, **settings, QUIET_HOURS="", **more)


def ours_by_webhook(telegram: Telegram, database: Path) -> contextlib.AbstractContextManager["subprocess.Popen[bytes]"]:
    """Run the real bot with a webhook: Telegram brings the updates, a hundred at once."""
    place = f"127.0.0.1:{free_port()}"
    return ours(
        telegram, database, WEBHOOK_URL=f"http://{place}/hook", WEBHOOK_LISTEN=place, WEBHOOK_SECRET="benchmark"
    )

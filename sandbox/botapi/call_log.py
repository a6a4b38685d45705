"""A record of the bot's calls, for tests and for the page."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.botapi.params import Params, plain

KEPT = 20_000


@dataclass(slots=True)
class Call:
    """One call; `ok` is None while it is under way."""

    n: int
    method: str
    params: Params
    at: datetime
    ok: bool | None = None
    error: str | None = None

    def page(self) -> dict[str, Any]:
        """Return it as JSON, parameters decoded and files by their names."""
        params = plain(self.params.values) | {part: file.name for part, file in self.params.files.items()}
        return {
            "n": self.n,
            "method": self.method,
            "params": params,
            "ok": self.ok,
            "error": self.error,
            "at": self.at.isoformat(),
        }


class CallLog:
    """The last calls, oldest first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._count = 0

    def begin(self, method: str, params: Params) -> Call:
        """Note a call that comes in."""
        self._count += 1
        call = Call(self._count, method, params, self._now())
        self._calls.append(call)
        return call

    def since(self, number: int = 0, method: str | None = None) -> list[Call]:
        """Return the calls after number `number`, of one method or of all."""
        return [
            call
            for call in self._calls
            if call.n > number and (method is None or call.method.lower() == method.lower())
        ]

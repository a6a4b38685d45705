"""Faults that a test or a person asks for: refusals, cut connections, slow answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

from sandbox.errors import Refused, bad

STATUSES = {
    400: "Bad Request: refused by the sandbox",
    403: "Forbidden: bot was blocked by the user",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
_KINDS: dict[str, tuple[type, ...]] = {
    "method": (str,),
    "chat_id": (int, type(None)),
    "retry_after": (int,),
    "times": (int,),
    "latency": (int, float),
}


@dataclass(slots=True)
class Fault:
    """One fault that was asked for.

    Attributes:
        id: Its number.
        method: The method that it concerns; `*` means every method.
        chat_id: The chat that it concerns; None means every chat.
        status: The refusal's status, before the call does anything; None lets the call through.
        retry_after: Whole seconds, with 429.
        description: Telegram's sentence, if not the usual one.
        times: How many more calls it concerns; -1 means all.
        drop: Cut the connection `before` or `after` the call took effect.
        latency: How long the call waits first, in seconds.
    """

    id: int
    method: str = "*"
    chat_id: int | None = None
    status: int | None = None
    retry_after: int = 1
    description: str | None = None
    times: int = 1
    drop: Literal["before", "after"] | None = None
    latency: float = 0.0

    def refusal(self) -> Refused | None:
        """Return what the call is refused with, if it is."""
        if self.status is None:
            return None
        sentence = self.description or STATUSES[self.status].format(retry_after=self.retry_after)
        extra = {"retry_after": self.retry_after} if self.status == 429 else None  # noqa: PLR2004 - HTTP's number
        return Refused(self.status, sentence, extra)

    def page(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


class Faults:
    """All faults that were asked for; the oldest one that fits is used first."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []
        self._ids = count(1)

    def order(self, wanted: Mapping[str, Any]) -> Fault:
        """Ask for a fault, by the fields of `Fault`.

        Raises:
            Refused: 400, if a field is unknown or its value makes no sense.
        """
        known = {name for name in Fault.__slots__ if name != "id"}
        if unknown := set(wanted) - known:
            raise bad(f"a fault has no field {', '.join(sorted(unknown))}")
        fault = Fault(next(self._ids), **wanted)
        if not all(isinstance(getattr(fault, name), kinds) for name, kinds in _KINDS.items()):
            raise bad("chat_id, retry_after and times are whole numbers, latency is seconds, method is a name")
        if fault.status not in (None, *STATUSES):
            raise bad(f"status is one of {', '.join(map(str, STATUSES))}")
        if fault.drop not in (None, "before", "after"):
            raise bad("drop is before or after")
        self.orders.append(fault)
        return fault

    def take(self, method: str, chat_id: object) -> Fault | None:
        """Return the fault for this call, and count the call; `method` is in lower case."""
        for fault in self.orders:
            if fault.method != "*" and fault.method.lower() != method:
                continue
            if fault.chat_id is not None and str(fault.chat_id) != str(chat_id):
                continue
            if fault.times > 0:
                fault.times -= 1
            if fault.times == 0:
                self.orders.remove(fault)
            return fault
        return None

    def clear(self) -> None:
        """Remove all faults."""
        self.orders.clear()

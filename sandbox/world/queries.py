"""Taps that wait for their answer."""

import time
from dataclasses import dataclass
from itertools import count

from sandbox.errors import bad

# Telegram does not document it; a tap older than a quarter of an hour was never seen to be answered.
LIFE_SECONDS = 15 * 60
_FIRST_ID = 7_100_000_000_000_000


@dataclass(frozen=True, slots=True)
class Query:
    """One tap: who, and when by the machine's own clock (moving the corps' clock does not make it older)."""

    id: str
    person_id: int
    at: float


class Queries:
    """All taps not yet answered."""

    def __init__(self) -> None:
        self._open: dict[str, Query] = {}
        self._ids = count(_FIRST_ID)

    def ask(self, person_id: int) -> Query:
        """Remember a new tap."""
        query = Query(str(next(self._ids)), person_id, time.monotonic())
        self._open[query.id] = query
        return query

    def answer(self, query_id: str) -> Query:
        """Remove the tap.

        Raises:
            Refused: 400, if there is none, it was answered before, or it is too old.
        """
        query = self._open.pop(query_id, None)
        if query is None or time.monotonic() - query.at > LIFE_SECONDS:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return query

    def clear(self) -> None:
        """Forget all taps; ids are never used again."""
        self._open.clear()

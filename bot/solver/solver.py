"""Asks the child process for the best choice, and waits no longer than it may take."""

import asyncio
import contextlib
import dataclasses
import json
import os
import sys

import structlog

from bot.solver import SECONDS
from corps.planning.problem import UNMET, Problem, Solution

log = structlog.get_logger()

GRACE = 10.0
"""Seconds for the child to start and to end, besides its search."""


_KNOWN: dict[Problem, Solution] = {}
"""The last answers: the same problem has the same one, and a plan is looked at more often than it changes."""

KEPT = 8


async def solve(problem: Problem) -> Solution | None:
    """Return the best choice, None when it could not be found: the child ran out of memory, or of time."""
    if not problem.costs:
        return Solution(())
    if problem not in _KNOWN:
        found = await _search(problem)
        if found is None:
            return None
        while len(_KNOWN) >= KEPT:
            _KNOWN.pop(next(iter(_KNOWN)))
        _KNOWN[problem] = found
    return _KNOWN[problem]


async def _search(problem: Problem) -> Solution | None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.solver.child", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    try:
        answer, _ = await asyncio.wait_for(child.communicate(json.dumps(as_data(problem)).encode()), SECONDS + GRACE)
        found = json.loads(answer)
    except (TimeoutError, json.JSONDecodeError):
        log.warning("plan.not_solved", options=len(problem.costs))
        return None
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return Solution(tuple(found["chosen"]), found["proven"])


def as_data(problem: Problem) -> dict[str, object]:
    """Return the problem as the child reads it."""
    most = sum(wanted.number for wanted in problem.wanted)
    data = dataclasses.asdict(problem)
    for spread in data["spread"]:
        spread["most"] = most
    return {**data, "unmet": UNMET}

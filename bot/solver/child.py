"""The child process that solves one problem: JSON in, JSON out. It alone imports HiGHS.

The same problem has the same answer: one thread, one seed. Only where the time ran out may a faster machine find more.
"""

import json
import os
import resource
import sys
from typing import Any

import highspy

from bot.solver import SECONDS

MEMORY = 1 << 30
"""Bytes of address space: a search that wants more ends, and with it this process alone."""


def main() -> None:
    """Read a problem from standard input, write its answer to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # HiGHS greets on its standard output
    with answer:
        json.dump(solve(json.load(sys.stdin)), answer)


def solve(problem: dict[str, Any], seconds: float = SECONDS) -> dict[str, Any]:
    """Return which options to take, by their places, and whether that is proven to be the best choice.

    Args:
        problem: A `corps.planning.problem.Problem` as plain data, with `unmet`, the cost of what can't be had.
        seconds: How long to search at most.
    """
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("random_seed", 1)
    model.setOptionValue("time_limit", seconds)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 1e-4)
    options = [model.addBinary(obj=cost) for cost in problem["costs"]]
    for wanted in problem["wanted"]:
        short = model.addVariable(lb=0, ub=wanted["number"], obj=problem["unmet"])
        model.addConstr(_sum(model, options, wanted["options"]) + short == wanted["number"])
    for limit in problem["at_most"]:
        model.addConstr(_sum(model, options, limit["options"]) <= limit["number"])
    for spread in problem["spread"]:
        _spread(model, options, spread)
    model.run()
    values = model.getSolution().col_value
    chosen = [place for place, value in enumerate(values[: len(options)]) if value > 0.5]  # noqa: PLR2004 - 0 or 1, about
    return {"chosen": chosen, "proven": model.getModelStatus() == highspy.HighsModelStatus.kOptimal}


def _sum(model: Any, options: list[Any], places: list[int]) -> Any:  # noqa: ANN401 - HiGHS has no types
    return model.qsum([options[place] for place in places])


def _spread(model: Any, options: list[Any], spread: dict[str, Any]) -> None:  # noqa: ANN401 - HiGHS has no types
    """Let each further option of a group cost more than the one before: steps of growing cost are filled in order."""
    most = min(len(spread["options"]), spread["most"])
    steps = [model.addVariable(lb=0, ub=1, obj=spread["weight"] * (spread["base"] + step)) for step in range(most)]
    model.addConstr(_sum(model, options, spread["options"]) <= model.qsum(steps))


if __name__ == "__main__":
    main()

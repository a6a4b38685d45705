"""An integer programme in plain numbers: which of many options to take, at what cost. It knows nothing of the corps.

`bot.solver` finds the best choice. Every option is taken or not; what is wanted and can't be had is paid for dearly, so
that as much as possible is found and what is missing is seen.
"""

from dataclasses import dataclass

UNMET = 1_000.0
"""What one wanted thing that can't be had costs: more than any choice between options."""


@dataclass(frozen=True)
class Wanted:
    """Of these options (by their places) as many as `number` are wanted, never more."""

    options: tuple[int, ...]
    number: int


@dataclass(frozen=True)
class AtMost:
    """Of these options no more than `number` may be taken: they would clash."""

    options: tuple[int, ...]
    number: int = 1


@dataclass(frozen=True)
class Spread:
    """Of these options each further one costs `weight` more than the one before; `base` of the kind are there already.

    So what is spread over several groups is spread evenly.
    """

    options: tuple[int, ...]
    base: int
    weight: float


@dataclass(frozen=True)
class Problem:
    """`costs` has one number an option; the others refer to options by their places in it."""

    costs: tuple[float, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    spread: tuple[Spread, ...] = ()


@dataclass(frozen=True)
class Solution:
    """The options to take, by their places. `proven`: no other choice is better; else time or memory ran out before."""

    chosen: tuple[int, ...]
    proven: bool = True

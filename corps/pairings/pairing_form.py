"""Registering a pairing, answer by answer: which team, with whom, where, since when.

What has been said is plain data (it lives in a `draft` row), keyed by step.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corps.pairings.pairings import NAME_MAX, PairingPlan
from corps.parsing.choices import match_choice
from corps.parsing.normalise import plain
from corps.parsing.times import Refusal, read_date

Data = dict[str, Any]


class Step(StrEnum):
    """What is asked, in this order."""

    TEAM = "team"
    PARTNER = "partner"
    PLACE = "place"
    SINCE = "since"


@dataclass(frozen=True)
class Problem:
    """Why an answer was not taken: a code with a sentence, and the piece concerned.

    `of_time`: the code is one of `corps.parsing.times`, and its sentence the one that `/new` says.
    """

    code: str
    what: str = ""
    of_time: bool = False


def next_step(data: Data) -> Step | None:
    """Return what is still to be asked, None when nothing is."""
    return next((step for step in Step if step.value not in data), None)


def answer(
    data: Data, step: Step, text: str, wall: dt.datetime, teams: Mapping[str, tuple[str, ...]]
) -> Data | Problem:
    """Take one typed answer in. `wall` is the local time now; `teams` is id → names.

    Returns what has been said now, or why the answer was not taken.
    """
    said = plain(text)
    if step is Step.TEAM:
        found = match_choice(said, teams)
        return {**data, "team": int(found)} if found else Problem("team_unknown", said[:NAME_MAX])
    if step is Step.SINCE:
        return _since(data, said, wall)
    if not re.search(r"\w", said):
        return Problem("empty")
    return {**data, step.value: said} if len(said) <= NAME_MAX else Problem("too_long", str(NAME_MAX))


def _since(data: Data, said: str, wall: dt.datetime) -> Data | Problem:
    day = read_date(said, wall)
    if isinstance(day, Refusal):
        return Problem(day.code.value, day.what, of_time=True)
    if day > wall.date():
        return Problem("since_future", said[:NAME_MAX])
    return {**data, "since": day.isoformat()}


def to_plan(data: Data) -> PairingPlan | None:
    """Return the finished plan, None while something is missing."""
    if next_step(data) is not None:
        return None
    return PairingPlan(data["team"], data["partner"], data["place"], dt.date.fromisoformat(data["since"]))

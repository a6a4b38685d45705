"""One change to an activity, typed or tapped: read by the grammar of /new, plain data until confirmed."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from corps.activities import entry_answers
from corps.activities.entry_answers import ROLE_MAX, Data, Problem, Step
from corps.parsing.counts import read_count
from corps.parsing.lengths import cut, units
from corps.parsing.normalise import plain
from corps.parsing.slot_list import MOST_PLACES, own_hours
from corps.parsing.times import Half, RefusalCode, read_on
from corps.teams import Choices

NOTHING = ("无", "没有", "清空", "删除", "none", "-")


class EditField(StrEnum):
    """What can be changed."""

    TITLE = "title"
    TIME = "time"
    PLACE = "place"
    VENUE = "venue"
    NOTES = "notes"
    TEAM = "team"
    ADD = "add"
    PLACES = "places"
    ROLE = "role"
    REMOVE = "remove"
    CATEGORY = "category"
    SLOT_TEAM = "slot_team"
    HOURS = "hours"


CORRECTIONS_OF_SLOT = (EditField.ROLE, EditField.CATEGORY, EditField.SLOT_TEAM, EditField.HOURS)
OF_SLOT = (EditField.PLACES, EditField.REMOVE, *CORRECTIONS_OF_SLOT)
"""What is changed about one slot, not about the whole activity."""

CORRECTIONS = (EditField.TITLE, EditField.PLACE, EditField.VENUE, EditField.NOTES, *CORRECTIONS_OF_SLOT)
"""What can still be put right when the activity is reported, until it is verified."""

OPEN, SHARED = "open", "all"
"""Instead of a team of its own: a slot waits to be claimed; it is for all teams concerned."""

_STEPS = {
    EditField.TITLE: Step.TITLE,
    EditField.PLACE: Step.PLACE,
    EditField.VENUE: Step.VENUE,
    EditField.NOTES: Step.NOTES,
    EditField.TEAM: Step.TEAMS,
    EditField.ADD: Step.SLOTS,
}


@dataclass(frozen=True)
class Edit:
    """One change to make. `value` is plain data, as `read` gives it; `slot_id` is 0 for the whole activity."""

    activity_id: int
    field: EditField
    value: Data
    slot_id: int = 0


@dataclass(frozen=True)
class ActivityHours:
    """When the activity is, as naive local wall-clock times: what a typed `15点` or `12月6日` is relative to."""

    starts: dt.datetime
    ends: dt.datetime


def read(
    field: EditField, text: str, wall: dt.datetime, hours: ActivityHours, choices: Choices, known: Data | None = None
) -> Data | Problem:
    """Take in an answer as typed. `wall` is the naive local time now; `known` what was kept of the last answer."""
    text = text.strip()
    match field:
        case EditField.TIME:
            return _time(text, wall, hours, Half.of(known["half"]) if known and "half" in known else Half())
        case EditField.NOTES if text.lower() in NOTHING:
            return {"notes": ""}
        case EditField.ADD:
            return _slot(text, wall, choices)
        case EditField.TEAM:
            return _teams(text, wall, choices)
        case _ if field in OF_SLOT:
            return _of_slot(field, text, wall, hours, choices)
        case _:
            return entry_answers.answer({}, _STEPS[field], text, wall, choices)


def _of_slot(field: EditField, text: str, wall: dt.datetime, hours: ActivityHours, choices: Choices) -> Data | Problem:
    """Take in an answer about one slot."""
    match field:
        case EditField.PLACES:
            return _places(text)
        case EditField.ROLE:
            return _role(text)
        case EditField.HOURS:
            return _hours(text, hours)
        case EditField.SLOT_TEAM:
            return _slot_team(text, wall, choices)
        case EditField.CATEGORY:
            return entry_answers.answer({}, Step.CATEGORY, text, wall, choices)
        case _:
            return {}


def _time(text: str, wall: dt.datetime, hours: ActivityHours, known: Half) -> Data | Problem:
    """Read a time; a date alone keeps the hours, hours alone keep the date, a start alone keeps the length."""
    read = read_on(text, known, wall)
    if isinstance(read, Half) and read.code is RefusalCode.NEEDS_DATE and read.hours and not read.day_words:
        read = read_on(text, Half(hours.starts.date()), wall)
    if isinstance(read, Half) and read.code is RefusalCode.NEEDS_TIME and read.day and not read.hours:
        shift = read.day - hours.starts.date()
        return _when(hours.starts + shift, hours.ends + shift)
    if isinstance(read, Half):
        return Problem(Step.TIME, read.code.value, read.what, {} if read.is_empty else {"half": read.as_data()})
    return _when(read.starts, read.ends or read.starts + (hours.ends - hours.starts))


def _when(starts: dt.datetime, ends: dt.datetime) -> Data:
    return {"starts": starts.isoformat(), "ends": ends.isoformat()}


def _places(text: str) -> Data | Problem:
    number = read_count(text, MOST_PLACES)
    if not isinstance(number, int) or number < 1:
        return Problem(Step.SLOTS, "number", text[:40])
    return {"places": number}


def _hours(text: str, hours: ActivityHours) -> Data | Problem:
    """Read a slot's own hours, which are inside those of the activity; or that it has none."""
    if text.lower() in (*NOTHING, *entry_answers.THROUGHOUT):
        return {"hours": ""}
    if own_hours(text, hours.starts, hours.ends) is None:
        return Problem(Step.SLOTS, "hours", text[:40])
    return {"hours": text}


def _role(text: str) -> Data | Problem:
    role = plain(text)
    if not role:
        return Problem(Step.SLOTS, "empty")
    return {"role": role} if units(role) <= ROLE_MAX else Problem(Step.SLOTS, "long", cut(role, ROLE_MAX))


def _teams(text: str, wall: dt.datetime, choices: Choices) -> Data | Problem:
    taken = entry_answers.answer({}, Step.TEAMS, text, wall, choices)
    if isinstance(taken, Problem):
        return taken
    return taken if taken["teams"] else Problem(Step.TEAMS, "empty")


def picked(field: EditField, value: str) -> Data | None:
    """Return the answer behind a button that names a team or category by id or code; None for other buttons."""
    number = int(value[:9]) if value.isdecimal() else None
    match field:
        case EditField.TEAM if number is not None:
            return {"teams": [number]}
        case EditField.CATEGORY:
            return {"category": value}
        case EditField.SLOT_TEAM if number is not None or value in (OPEN, SHARED):
            return {"team": number, "open": value == OPEN}
        case _:
            return None


def _slot_team(text: str, wall: dt.datetime, choices: Choices) -> Data | Problem:
    """Read whose a slot is: one team, 待认领, or all teams concerned."""
    if text in entry_answers.EVERYBODY:
        return {"team": None, "open": False}
    taken = entry_answers.answer({}, Step.TEAMS, text, wall, choices)
    if isinstance(taken, Problem):
        return taken
    if len(taken["teams"]) + taken["open"] != 1:
        return Problem(Step.TEAMS, "one", text[:40])
    return {"team": next(iter(taken["teams"]), None), "open": taken["open"]}


def _slot(text: str, wall: dt.datetime, choices: Choices) -> Data | Problem:
    """Read one more slot: `推介员 2（沙磁好物推介）`."""
    taken = entry_answers.answer({}, Step.SLOTS, text, wall, choices)
    if isinstance(taken, Problem):
        return taken
    if len(taken["slots"]) > 1:
        return Problem(Step.SLOTS, "one", text[:40])
    return taken

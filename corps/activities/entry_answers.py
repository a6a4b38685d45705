"""Filling in an activity, answer by answer: from a pasted notice, from typed words, from buttons.

What has been said so far is plain data (it lives in a `draft` row), keyed by step. `answer` takes one answer in,
or says why it cannot; `next_step` says what is still to be asked.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from corps.activities.planning import Plan, SlotPlan
from corps.moment import Moment
from corps.parsing.choices import match_choice
from corps.parsing.pasted_form import FormField, read_form
from corps.parsing.slot_list import SlotRefusal, read_names, read_slots
from corps.parsing.times import Assumed, Refusal, RefusalCode, read_date, read_span, read_time_range
from corps.teams import list_categories, list_teams
from models.enums import Venue

Data = dict[str, Any]

TITLE_MAX = 80
PLACE_MAX = 80
NOTES_MAX = 600
ROLE_MAX = 30
MOST_SLOTS = 20
"""More than this in one activity would make a card nobody reads to the end."""
OPEN = ("待认领", "公开认领", "开放认领", "open")
EVERYBODY = ("全体", "全部", "所有分团", "全部分团", "all")

TOLD = (Assumed.YEAR, Assumed.MONTH, Assumed.COMING_WEEKDAY, Assumed.MORNING)
"""What the grammar filled in that the coordinator should be told; the end's half day shows in the echo."""

VENUES: Mapping[str, tuple[str, ...]] = {
    Venue.COMMUNITY: ("社区", "进社区", "街道", "小区", "学校", "community"),
    Venue.VILLAGE: ("农村", "进农村", "村", "乡村", "乡镇", "village"),
    Venue.ENTERPRISE: ("企业", "进企业", "公司", "园区", "工厂", "enterprise"),
}


class Step(StrEnum):
    """What is asked, in this order."""

    TITLE = "title"
    CATEGORY = "category"
    TIME = "time"
    END = "end"
    PLACE = "place"
    VENUE = "venue"
    SLOTS = "slots"
    TEAMS = "teams"
    REASON = "reason"
    NOTES = "notes"


@dataclass(frozen=True)
class Problem:
    """Why an answer was not taken: a code with a sentence (`posting.<step>_<code>`), and the piece concerned."""

    step: Step
    code: str
    what: str = ""


@dataclass(frozen=True)
class Choices:
    """What a typed category or team may be: key → names. Keys of teams are ids as text."""

    categories: Mapping[str, tuple[str, ...]]
    teams: Mapping[str, tuple[str, ...]]
    pairing: frozenset[str]


def read_choices(session: Session) -> Choices:
    """Return the categories and teams of the corps."""
    categories = list_categories(session)
    return Choices(
        categories={c.code: (c.name_zh, c.name_en, *c.aliases) for c in categories},
        teams={str(team.id): (team.name, team.short_name) for team in list_teams(session)},
        pairing=frozenset(c.code for c in categories if c.counts == "pairing"),
    )


_FIELDS = {
    FormField.ACTIVITY: Step.TITLE,
    FormField.CATEGORY: Step.CATEGORY,
    FormField.TIME: Step.TIME,
    FormField.PLACE: Step.PLACE,
    FormField.VENUE: Step.VENUE,
    FormField.SLOTS: Step.SLOTS,
    FormField.TEAMS: Step.TEAMS,
    FormField.NOTES: Step.NOTES,
}


def absorb(data: Data, text: str, wall: dt.datetime, choices: Choices) -> tuple[Data, list[Problem]]:
    """Take in a pasted notice. Returns the data, and a problem for each field that was not clear."""
    notice = read_form(text)
    problems = []
    for field, value in notice.values.items():
        if not value.strip():
            continue
        taken = answer(data, _FIELDS[field], value, wall, choices)
        if isinstance(taken, Problem):
            problems.append(taken)
        else:
            data = taken
    if not notice.values and text.strip():
        taken = answer(data, Step.TITLE, text.strip().splitlines()[0], wall, choices)
        data = data if isinstance(taken, Problem) else taken
    elif notice.unplaced:
        problems.append(Problem(Step.NOTES, "unplaced", "；".join(notice.unplaced)[:200]))
    problems += [Problem(_FIELDS[field], "twice", value[:60]) for field, value in notice.duplicates]
    return data, problems


def answer(data: Data, step: Step, text: str, wall: dt.datetime, choices: Choices) -> Data | Problem:
    """Take in one typed answer. `wall` is the naive local time now."""
    text = text.strip()
    match step:
        case Step.TITLE:
            return _plain(data, step, text, TITLE_MAX)
        case Step.PLACE:
            return _plain(data, step, text, PLACE_MAX)
        case Step.REASON | Step.NOTES:
            return _plain(data, step, text, NOTES_MAX)
        case Step.CATEGORY:
            return _category(data, text, choices)
        case Step.TIME:
            return _time(data, text, wall)
        case Step.END:
            return _end(data, text)
        case Step.VENUE:
            venue = match_choice(text, VENUES)
            return {**data, "venue": str(venue)} if venue else Problem(step, "unknown", text[:40])
        case Step.SLOTS:
            return _slots(data, text, choices)
        case Step.TEAMS:
            return _teams(data, text, choices)


def _plain(data: Data, step: Step, text: str, most: int) -> Data | Problem:
    if not text:
        return Problem(step, "empty")
    if len(text) > most:
        return Problem(step, "long", str(most))
    return {**data, step.value: text if step is Step.NOTES else " ".join(text.split())}


def _category(data: Data, text: str, choices: Choices) -> Data | Problem:
    code = match_choice(text, choices.categories)
    if code is None:
        several = [match_choice(name, choices.categories) for name in read_names(text)]
        return Problem(Step.CATEGORY, "several" if len(several) > 1 and all(several) else "unknown", text[:40])
    if code in choices.pairing:
        return Problem(Step.CATEGORY, "pairing", text[:40])
    return {**data, "category": code}


def _time(data: Data, text: str, wall: dt.datetime) -> Data | Problem:
    day = dt.date.fromisoformat(data["day"]) if "day" in data and "starts" not in data else None
    read = read_time_range(text, day) if day else read_span(text, wall)
    if isinstance(read, Refusal) and day is not None:
        whole = read_span(text, wall)
        read = read if isinstance(whole, Refusal) else whole
    if isinstance(read, Refusal):
        if read.code is RefusalCode.NEEDS_TIME and not isinstance(only := read_date(text, wall), Refusal):
            return {**_without_time(data), "day": only.isoformat()}
        return Problem(Step.TIME, read.code.value, read.what)
    kept = {**_without_time(data), "starts": read.starts.isoformat()}
    if assumed := sorted(a.value for a in read.understood if a in TOLD):
        kept["assumed"] = assumed
    return {**kept, "ends": read.ends.isoformat()} if read.ends else kept


def _without_time(data: Data) -> Data:
    return {key: value for key, value in data.items() if key not in ("day", "starts", "ends", "assumed")}


def _end(data: Data, text: str) -> Data | Problem:
    starts = dt.datetime.fromisoformat(data["starts"])
    read: object = None
    for form in (f"{starts:%H:%M}-{text}", f"{starts:%H:%M} {text}"):
        read = read_time_range(form, starts.date())
        if not isinstance(read, Refusal) and read.ends is not None:
            return {**data, "ends": read.ends.isoformat()}
    return Problem(Step.END, "not_understood", text[:40])


def _slots(data: Data, text: str, choices: Choices) -> Data | Problem:
    read = read_slots(text)
    if isinstance(read, SlotRefusal):
        return Problem(Step.SLOTS, read.code.value, read.what)
    if len(read) > MOST_SLOTS:
        return Problem(Step.SLOTS, "many", str(MOST_SLOTS))
    slots = []
    for line in read:
        if len(line.role) > ROLE_MAX:
            return Problem(Step.SLOTS, "long", line.role[:ROLE_MAX])
        slot: Data = {"role": line.role, "places": line.places, "category": None, "team": None, "open": False}
        for note in line.notes:
            if any(word in note for word in OPEN):
                slot["open"] = True
            elif (category := match_choice(note, choices.categories)) is not None:
                slot["category"] = category
            elif (team := match_choice(note, choices.teams)) is not None:
                slot["team"] = int(team)
            else:
                return Problem(Step.SLOTS, "note", note[:40])
        if slot["category"] in choices.pairing:
            return Problem(Step.CATEGORY, "pairing", line.role[:40])
        slots.append(slot)
    return {**data, "slots": slots}


def _teams(data: Data, text: str, choices: Choices) -> Data | Problem:
    names = read_names(text)
    if any(name in EVERYBODY for name in names):
        return {**data, "teams": [int(key) for key in choices.teams], "open": False}
    is_open, teams = False, []
    for name in names:
        if name.lower() in OPEN:
            is_open = True
            continue
        team = match_choice(name, choices.teams)
        if team is None:
            return Problem(Step.TEAMS, "unknown", name[:40])
        teams.append(int(team))
    if not teams and not is_open:
        return Problem(Step.TEAMS, "empty")
    return {**data, "teams": list(dict.fromkeys(teams)), "open": is_open}


def next_step(data: Data, wall: dt.datetime) -> Step | None:
    """Return what is still to be asked, None when the activity is complete. `wall` is the naive local time now."""
    slots = data.get("slots")
    needs_category = "category" not in data and (slots is None or any(not slot["category"] for slot in slots))
    needs_teams = "teams" not in data and (slots is None or any(not s["team"] and not s["open"] for s in slots))
    missing = {
        Step.TITLE: "title" not in data,
        Step.CATEGORY: needs_category,
        Step.TIME: "starts" not in data,
        Step.END: "ends" not in data,
        Step.PLACE: "place" not in data,
        Step.VENUE: "venue" not in data,
        Step.SLOTS: slots is None,
        Step.TEAMS: needs_teams,
        Step.REASON: "reason" not in data and "ends" in data and dt.datetime.fromisoformat(data["ends"]) <= wall,
    }
    return next((step for step, open_ in missing.items() if open_), None)


def to_plan(data: Data, at: Moment) -> Plan:
    """Return the plan behind complete data."""
    zone = at.policy.zone
    teams = [int(team) for team in data.get("teams", [])]
    only = teams[0] if len(teams) == 1 and not data.get("open") else None
    slots = []
    for slot in data["slots"]:
        team = slot["team"] or (None if slot["open"] else only)
        is_open = team is None and (slot["open"] or bool(data.get("open")))
        slots.append(SlotPlan(slot["role"], slot["category"] or data["category"], slot["places"], team, is_open))
    starts, ends = (zone.instant(dt.datetime.fromisoformat(data[end])) for end in ("starts", "ends"))
    return Plan(
        title=data["title"],
        starts_at=starts,
        ends_at=ends,
        place=data["place"],
        venue=Venue(data["venue"]),
        slots=tuple(slots),
        team_ids=tuple(teams),
        notes=data.get("notes", ""),
        back_entry_reason=data.get("reason", "") if ends <= at.now else "",
    )


def is_notice(text: str) -> bool:
    """Tell whether a typed answer is a whole notice: two fields or more."""
    return len(read_form(text).values) > 1


def sane_month(year: int, month: int) -> bool:
    """Tell whether a calendar may be turned to a month: a real one, of these decades."""
    return 1 <= month <= 12 and 2000 <= year <= 2100  # noqa: PLR2004 - months, and a calendar's reach

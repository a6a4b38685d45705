"""Filling in an activity, answer by answer: from a pasted notice, from typed words, from buttons.

What has been said so far is plain data (it lives in a `draft` row), keyed by step. `answer` takes one answer in,
or says why it cannot; `next_step` says what is still to be asked.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corps.activities import unlabelled
from corps.activities.planning import Plan, SlotPlan
from corps.moment import Moment
from corps.parsing.choices import match_choice, read_list
from corps.parsing.lengths import cut, units
from corps.parsing.normalise import plain
from corps.parsing.pasted_form import FormField, read_form
from corps.parsing.slot_list import SlotLine, SlotRefusal, as_read, clock_times, own_hours, read_slots
from corps.parsing.times import Assumed, Half, Refusal, RefusalCode, Span, read_on, read_time_range
from corps.teams import Choices

Data = dict[str, Any]

TITLE_MAX = 80
PLACE_MAX = 80
NOTES_MAX = 600
REASON_MAX = 300
ROLE_MAX = 30
MOST_SLOTS = 20
"""More than this in one activity would make a card nobody reads to the end."""
OPEN = ("待认领", "公开认领", "开放认领", "open")
SKIP = ("跳过", "没有", "无", "不用", "skip", "none", "no")
GUIDED = "guided"
"""In the data of somebody who is asked one question after another: they are asked for notes too."""
THROUGHOUT = ("全程", "全场", "全天", "all of it", "throughout")
"""A slot lasts as long as its activity."""
EVERYBODY = ("全体", "全部", "所有分团", "全部分团", "各分团", "全体分团", "全团", "all")
_BUT = re.compile("除(?:了|去)?(?P<all_but>.+?)(?:以|之)?外|(?:不要|不含|不包括|除了?|排除)(?P<but>.+)")
"""除民盟外, 全体不含民盟: what follows is left out, not in."""

END_PROBLEMS = (
    RefusalCode.AMBIGUOUS_HALF_DAY,
    RefusalCode.ENDS_BEFORE_START,
    RefusalCode.IMPOSSIBLE_HOUR,
    RefusalCode.TOO_LONG,
)
"""What can be wrong with an end, each with its sentence (`posting.end_<code>`)."""
TOLD = (Assumed.YEAR, Assumed.MONTH, Assumed.COMING_WEEKDAY, Assumed.MORNING)
"""What the grammar filled in that the coordinator should be told; the end's half day shows in the echo."""


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
    """Why an answer was not taken: a code with a sentence (`posting.<step>_<code>`), and the piece concerned.

    `kept` is what the answer settled all the same: the next one need not say it again.
    """

    step: Step
    code: str
    what: str = ""
    kept: Data = dataclasses.field(default_factory=dict, compare=False)


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
    values, unplaced = unlabelled.read(notice, text, wall, TITLE_MAX, choices)
    for field, value in values.items():
        if not value.strip():
            continue
        taken = answer(data, _FIELDS[field], value, wall, choices)
        if isinstance(taken, Problem):
            problems.append(taken)
            data = data | taken.kept
        else:
            data = taken
    if unplaced:
        problems.append(Problem(Step.NOTES, "unplaced", "；".join(unplaced)[:200]))
    problems += [Problem(_FIELDS[field], "twice", value[:60]) for field, value in notice.duplicates]
    return data, problems


def labelled(step: Step, text: str) -> tuple[Step, str]:
    """Return which question an answer is to, and the answer. A label (`时间：周六`) says which, but in free text."""
    form = read_form(text)
    if step in (Step.NOTES, Step.REASON) or len(form.values) != 1 or form.unplaced:
        return step, text
    ((field, value),) = form.values.items()
    return (_FIELDS[field], value) if value else (step, text)


def answer(data: Data, step: Step, text: str, wall: dt.datetime, choices: Choices) -> Data | Problem:
    """Take in one typed answer. `wall` is the naive local time now."""
    text = text.strip()
    match step:
        case Step.TITLE | Step.PLACE | Step.NOTES | Step.REASON:
            return _plain(data, step, text, _MOST[step])
        case Step.CATEGORY:
            return _category(data, text, choices)
        case Step.TIME:
            return _time(data, text, wall)
        case Step.END:
            return _end(data, text, wall)
        case Step.VENUE:
            venue = match_choice(text, choices.venues)
            return {**data, "venue": venue} if venue else Problem(step, "unknown", text[:40])
        case Step.SLOTS:
            return _slots(data, text, choices)
        case Step.TEAMS:
            return _teams(data, text, choices)


_MOST = {Step.TITLE: TITLE_MAX, Step.PLACE: PLACE_MAX, Step.NOTES: NOTES_MAX, Step.REASON: REASON_MAX}
"""How long an answer may be, in units (`lengths.units`)."""


def _plain(data: Data, step: Step, text: str, most: int) -> Data | Problem:
    if step is Step.NOTES and plain(text).casefold() in SKIP:
        return {**data, "notes": ""}
    if not text:
        return Problem(step, "empty")
    if units(text) > most:
        return Problem(step, "long", str(most))
    return {**data, step.value: text if step is Step.NOTES else " ".join(text.split())}


def _category(data: Data, text: str, choices: Choices) -> Data | Problem:
    code = match_choice(text, choices.categories)
    if code is None:
        listed = read_list(text, choices.categories)
        several = len(listed.found) > 1 and not listed.unread
        return Problem(Step.CATEGORY, "several" if several else "unknown", text[:40])
    if code in choices.pairing:
        return Problem(Step.CATEGORY, "pairing", text[:40])
    return {**data, "category": code}


def _time(data: Data, text: str, wall: dt.datetime) -> Data | Problem:
    """Take in a time, or half of one: what the words leave open is asked for, and only that."""
    read = read_on(text, known_time(data), wall)
    kept = _without_time(data)
    if isinstance(read, Half):
        kept |= {"day": read.day.isoformat()} if read.day else {}
        kept |= {"half": read.as_data()} if read.hours or read.day_words else {}
        known = {RefusalCode.NEEDS_TIME: read.day, RefusalCode.NEEDS_DATE: read.hours}
        what = text[:40] if read.code is RefusalCode.NOT_UNDERSTOOD else read.what
        return kept if known.get(read.code) else Problem(Step.TIME, read.code.value, what, kept)
    kept |= {"starts": read.starts.isoformat()}
    if assumed := sorted(a.value for a in read.understood if a in TOLD):
        kept["assumed"] = assumed
    return {**kept, "ends": read.ends.isoformat()} if read.ends else kept


def fits_time(data: Data, hours: str) -> bool:
    """Tell whether hours such as `14:00-16:00` go with what has been said of the time: not with 上午."""
    said = data.get("half", {})
    if said.get("code") != RefusalCode.NEEDS_TIME or "day" not in data:
        return True
    return isinstance(read_time_range(said["hours"] + hours, dt.date.fromisoformat(data["day"])), Span)


def known_time(data: Data) -> Half:
    """Return what has been said of a time that is not complete."""
    if "starts" in data:
        return Half()
    if "half" in data:
        return Half.of(data["half"])
    return Half(dt.date.fromisoformat(data["day"])) if "day" in data else Half()


def _without_time(data: Data) -> Data:
    return {key: value for key, value in data.items() if key not in ("day", "half", "starts", "ends", "assumed")}


def _end(data: Data, text: str, wall: dt.datetime) -> Data | Problem:
    """Take in until when: a time, or how long; 下午 settles the half of the day of an end that was asked about."""
    starts = dt.datetime.fromisoformat(data["starts"])
    done = {key: value for key, value in data.items() if key != "half"}
    refused: Refusal | None = None
    for form in (f"{starts:%H:%M}-{text}", f"{starts:%H:%M} {text}"):
        read = read_time_range(form, starts.date())
        if isinstance(read, Span) and read.ends is not None:
            return {**done, "ends": read.ends.isoformat()}
        refused = refused or (read if isinstance(read, Refusal) else None)
    known = Half.of(data["half"]) if "half" in data else Half()
    again = read_on(text, known, wall) if not known.is_empty else None
    if isinstance(again, Span) and again.starts == starts and again.ends is not None:
        return {**done, "ends": again.ends.isoformat()}
    if refused is None or refused.code not in END_PROBLEMS:
        return Problem(Step.END, "not_understood", text[:40])
    half = Half(starts.date(), "", f"{starts:%H:%M}-{text}", refused.code, refused.what)
    return Problem(Step.END, refused.code.value, refused.what, {"half": half.as_data()})


def _slots(data: Data, text: str, choices: Choices) -> Data | Problem:
    """Take in who is needed; an answer about one slot of a list that was refused mends that list."""
    tried = [(_slot_list(data, said, choices), piece) for said, piece in _mended_lists(data, text)]
    tried.append((_slot_list(data, text, choices), text))
    for taken, _ in tried:
        if not isinstance(taken, Problem):
            return taken
    problems = [(taken, piece) for taken, piece in tried if isinstance(taken, Problem)]
    for problem, piece in problems[:-1]:
        if problem.kept and problem.kept["slots_what"] not in piece:
            return problem  # mended, and another slot of the list is to be mended too
    problem, _ = problems[0] if text[:1].isnumeric() else problems[-1]
    afresh = "slots_said" not in data or problem.kept.get("slots_said", "") != problem.kept.get("slots_what", "")
    return problem if afresh else dataclasses.replace(problem, kept={})


_ROLE = re.compile(
    r"(.*?[^\W\d])[\s:×x*=+-]*(?:约|大约|大概|至少|最多|若干|几|负|\d"
    r"|[零一二两三四五六七八九十百千万]+[多余来几]?(?:[名位个]|个?人)?$|$)"
)
"""The role in a slot whose number was not taken."""


def _mended_lists(data: Data, text: str) -> Iterator[tuple[str, str]]:
    """Yield the refused list with the answer put in place of the wrong piece, and that new piece."""
    said, what = data.get("slots_said", ""), data.get("slots_what", "")
    if not said or what not in said or not plain(text):
        return
    role = _ROLE.match(what)
    if text[0].isnumeric() and role:
        piece = f"{role[1]} {text}"
        yield said.replace(what, piece, 1), piece
    yield said.replace(what, text, 1), text


def _slot_list(data: Data, text: str, choices: Choices) -> Data | Problem:
    read = read_slots(text)
    if isinstance(read, SlotRefusal):
        kept = {"slots_said": read.said, "slots_what": read.piece} if read.piece else {}
        return Problem(Step.SLOTS, read.code.value, read.what, kept)
    if len(read) > MOST_SLOTS:
        return Problem(Step.SLOTS, "many", str(MOST_SLOTS))
    slots = []
    for line in read:
        slot = _slot(line, choices)
        if isinstance(slot, Problem):
            said = {"slots_said": as_read(text), "slots_what": slot.what} if slot.code == "note" else {}
            return dataclasses.replace(slot, kept=said)
        slots.append(slot)
    kept = {key: value for key, value in data.items() if key not in ("slots_said", "slots_what")}
    said = {"slots_said": as_read(text)} if any("hours" in slot for slot in slots) else {}
    return {**kept, **said, "slots": slots}


def _slot(line: SlotLine, choices: Choices) -> Data | Problem:
    if units(line.role) > ROLE_MAX:
        return Problem(Step.SLOTS, "long", cut(line.role, ROLE_MAX))
    slot: Data = {"role": line.role, "places": line.places, "category": None, "team": None, "open": False}
    for note in line.notes:
        teams = read_list(note, choices.teams)
        if any(word in note for word in OPEN):
            slot["open"] = True
        elif note in THROUGHOUT:
            slot.pop("hours", None)
        elif clock_times(note) is not None:
            slot["hours"] = note
        elif (category := match_choice(note, choices.categories)) is not None:
            slot["category"] = category
        elif len(teams.found) == 1 and not teams.unread:
            slot["team"] = int(teams.found[0])
        else:
            return Problem(Step.SLOTS, "note", note[:40])
    if slot["category"] in choices.pairing:
        return Problem(Step.CATEGORY, "pairing", line.role[:40])
    return slot


def hours_outside(data: Data) -> Problem | None:
    """Return the slot whose own hours are not inside the activity's, once both are known; its answer mends the list."""
    if not data.get("slots") or "ends" not in data or "starts" not in data:
        return None
    starts, ends = (dt.datetime.fromisoformat(data[end]) for end in ("starts", "ends"))
    wrong = (slot for slot in data["slots"] if "hours" in slot and own_hours(slot["hours"], starts, ends) is None)
    slot = next(wrong, None)
    if slot is None:
        return None
    return Problem(Step.SLOTS, "hours", f"{slot['role']} {slot['hours']}", {"slots_what": slot["hours"]})


def _teams(data: Data, text: str, choices: Choices) -> Data | Problem:
    """Take in the teams; those that were read stay ticked while the others are asked about."""
    if _BUT.search(text):
        return _teams_but(data, text, choices)
    listed = read_list(text, {**choices.teams, "open": OPEN, "all": EVERYBODY})
    teams = [int(key) for key in listed.found if key in choices.teams]
    if listed.unread:
        ticked = sorted({*data.get("ticked", ()), *teams})
        return Problem(Step.TEAMS, "unknown", "、".join(listed.unread)[:80], {"ticked": ticked} if ticked else {})
    if "all" in listed.found:
        return {**data, "teams": [int(key) for key in choices.teams], "open": False}
    teams = [*data.get("ticked", ()), *teams]
    if not teams and "open" not in listed.found:
        return Problem(Step.TEAMS, "empty")
    return {**data, "teams": list(dict.fromkeys(teams)), "open": "open" in listed.found}


def _teams_but(data: Data, text: str, choices: Choices) -> Data | Problem:
    """Take in all teams but some; what is not read leaves nothing ticked, for it may be what is left out."""
    said = _BUT.search(text)
    words = said["all_but"] or said["but"] if said else ""
    left_out = read_list(words, choices.teams)
    others = re.sub(r"[\W的都其他余参加]|分团", "", _BUT.sub("", text))
    if left_out.unread or not left_out.found or (others and match_choice(others, {"all": EVERYBODY}) is None):
        return Problem(Step.TEAMS, "unknown", text[:80])
    return {**data, "teams": [int(key) for key in choices.teams if key not in left_out.found], "open": False}


def next_step(data: Data, wall: dt.datetime) -> Step | None:
    """Return what is still to be asked, None when the activity is complete. `wall` is the naive local time now.

    Half a time is completed first: what is typed next is the other half, and not a title.
    """
    if not known_time(data).is_empty:
        return Step.TIME
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
        Step.NOTES: GUIDED in data and "notes" not in data,
    }
    return next((step for step, open_ in missing.items() if open_), None)


def to_plan(data: Data, at: Moment) -> Plan:
    """Return the plan behind complete data."""
    zone = at.policy.zone
    teams = [int(team) for team in data.get("teams", [])]
    only = teams[0] if len(teams) == 1 and not data.get("open") else None
    local = [dt.datetime.fromisoformat(data[end]) for end in ("starts", "ends")]
    slots = []
    for slot in data["slots"]:
        team = slot["team"] or (None if slot["open"] else only)
        is_open = team is None and (slot["open"] or bool(data.get("open")))
        hours = own_hours(slot["hours"], *local) if "hours" in slot else None
        own = tuple(map(zone.instant, hours)) if hours else (None, None)
        category = slot["category"] or data["category"]
        slots.append(SlotPlan(slot["role"], category, slot["places"], team, is_open, *own))
    starts, ends = map(zone.instant, local)
    return Plan(
        title=data["title"],
        starts_at=starts,
        ends_at=ends,
        place=data["place"],
        venue=data["venue"],
        slots=tuple(slots),
        team_ids=tuple(teams),
        notes=data.get("notes", ""),
        back_entry_reason=data.get("reason", "") if ends <= at.now else "",
        again_of=data.get("again_of"),
        check_out=data.get("check_out", False),
    )

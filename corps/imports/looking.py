"""What a spreadsheet would change, and what is wrong with which of its rows. Nothing is changed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit
from corps.activities import entry_answers
from corps.activities.entry_answers import Data, Problem, Step
from corps.activities.planning import Plan
from corps.imports.headings import ACTIVITIES, MEMBERS, Line, Rows, Table, read_table
from corps.membership.joining import is_name
from corps.moment import Moment
from corps.parsing.choices import match_choice
from corps.parsing.lengths import cut
from corps.people import Actor, demand_coordinator
from corps.teams import Choices, read_choices
from models import Activity, Member
from models.enums import ActivityState, MemberStatus

Sheets = Sequence[tuple[str, Rows]]

_STEPS = (
    ("title", Step.TITLE), ("category", Step.CATEGORY), ("place", Step.PLACE), ("venue", Step.VENUE),
    ("slots", Step.SLOTS), ("teams", Step.TEAMS), ("notes", Step.NOTES), ("reason", Step.REASON),
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row; `sheet` and `row` from 0.

    A `code` with its sentence (`import.wrong_<code>`) about `what`, or a `problem` of the kind that /new has.
    """

    sheet: int
    row: int
    code: str = ""
    what: str = ""
    problem: Problem | None = None


@dataclass(frozen=True)
class NewMember:
    """A person to be listed in a team, who has not joined yet."""

    name: str
    team_id: int


@dataclass(frozen=True)
class NewActivity:
    """An activity to be entered. `past`: it is a back-entry."""

    plan: Plan
    past: bool


@dataclass(frozen=True)
class Outlook:
    """What an import would do. `known` rows are here already and are left as they are.

    `unread` are the names of sheets, and the headings of columns, that nobody asks for: they are not kept.
    """

    members: tuple[NewMember, ...]
    activities: tuple[NewActivity, ...]
    known_members: int
    known_activities: int
    faults: tuple[Fault, ...]
    unread: tuple[str, ...]

    @property
    def sign(self) -> str:
        """The fingerprint of what 确认导入 does."""
        return audit.fingerprint(self.members, self.activities, self.known_members, self.known_activities)

    @property
    def past(self) -> int:
        """How many of the activities are back-entries."""
        return sum(one.past for one in self.activities)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.members and not self.activities


def look(session: Session, actor: Actor, at: Moment, sheets: Sheets) -> Outlook:
    """Return what the sheets would change. For coordinators."""
    demand_coordinator(actor)
    choices = read_choices(session)
    people, events = _People(session, choices), _Events(session, at, choices)
    unread: list[str] = []
    for number, (name, rows) in enumerate(sheets):
        activities = read_table(rows, ACTIVITIES, ("title", "day"))
        members = None if activities else read_table(rows, MEMBERS, ("name", "team"))
        table: Table | None = activities or members
        if table is None:
            unread += [name] if any(any(row) for row in rows) else []
            continue
        unread += table.unread
        for line in table.lines:
            (events if activities else people).take(number, line)
    return Outlook(
        tuple(people.new),
        tuple(events.new),
        people.known,
        events.known,
        tuple(people.faults + events.faults),
        tuple(dict.fromkeys(cut(word, 20) for word in unread)),
    )


class _People:
    """Takes the rows with people in, one after the other."""

    def __init__(self, session: Session, choices: Choices) -> None:
        here = select(Member.team_id, Member.name).where(Member.status == MemberStatus.ACTIVE)
        self._here = {(team_id, name) for team_id, name in session.exec(here).all()}
        self._teams = choices.teams
        self._seen: set[tuple[int, str]] = set()
        self._matched: dict[str, str | None] = {}
        self.new: list[NewMember] = []
        self.known = 0
        self.faults: list[Fault] = []

    def take(self, sheet: int, line: Line) -> None:
        """Look at a row of members: what it would change, or why it can't be taken."""
        name, said = line.values["name"], line.values["team"]
        if said not in self._matched:
            self._matched[said] = match_choice(said, self._teams) if said else None
        team = self._matched[said]
        if not is_name(name):
            self.faults.append(Fault(sheet, line.row, "not_a_name" if name else "no_name", cut(name, 20)))
        elif team is None:
            self.faults.append(Fault(sheet, line.row, "no_such_team" if said else "no_team", cut(said, 20)))
        elif (int(team), name) in self._seen:
            self.faults.append(Fault(sheet, line.row, "twice", name))
        elif (int(team), name) in self._here:
            self.known += 1
        else:
            self.new.append(NewMember(name, int(team)))
        if team is not None:
            self._seen.add((int(team), name))


class _Events:
    """Takes the rows with activities in, by the rules of /new."""

    def __init__(self, session: Session, at: Moment, choices: Choices) -> None:
        here = select(Activity.title, Activity.starts_at).where(col(Activity.state) != ActivityState.CANCELLED)
        self._here = {(title, starts) for title, starts in session.exec(here).all()}
        self._at, self._choices = at, choices
        self._seen: set[tuple[object, ...]] = set()
        self.new: list[NewActivity] = []
        self.known = 0
        self.faults: list[Fault] = []

    def take(self, sheet: int, line: Line) -> None:
        """Look at a row of activities: what it would enter, or why it can't be taken."""
        data, problems = self._read(line.values)
        missing = entry_answers.next_step(data, self._at.wall())
        if not problems and missing is not None:
            problems = [Problem(missing, "missing")]
        if problems:
            self.faults += [self._fault(sheet, line.row, problem) for problem in problems]
            return
        plan = entry_answers.to_plan(data, self._at)
        same = (plan.title, plan.starts_at)
        if same in self._seen:
            self.faults.append(Fault(sheet, line.row, "twice", plan.title))
        elif same in self._here:
            self.known += 1
        else:
            self.new.append(NewActivity(plan, plan.ends_at <= self._at.now))
        self._seen.add(same)

    def _read(self, values: Mapping[str, str]) -> tuple[Data, list[Problem]]:
        wall, data, problems = self._at.wall(), Data(), list[Problem]()
        hours = "-".join(filter(None, (values.get("begins"), values.get("ends"))))
        said = [(step, values.get(field, "")) for field, step in _STEPS]
        said.insert(2, (Step.TIME, f"{values.get('day', '')} {hours}".strip()))
        for step, text in said:
            if not text:
                continue
            taken = entry_answers.answer(data, step, text, wall, self._choices)
            if isinstance(taken, Problem):
                problems.append(taken)
            else:
                data = taken
        return data, problems

    @staticmethod
    def _fault(sheet: int, row: int, problem: Problem) -> Fault:
        if problem.code == "missing":
            return Fault(sheet, row, f"missing_{problem.step.value}")
        return Fault(sheet, row, problem=problem)

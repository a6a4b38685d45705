"""The days, teams and places on which what is missing could be held, and what speaks for and against each.

Pure: it is given a `Ground`, all that the plan has to know, and returns options and the `Problem` to choose by.
An option is one category, one team, one week and one kind of place; its day is the best of that week for the two.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from corps.activities.holidays import DayKind, day_kind
from corps.moment import HolidayYear
from corps.planning.problem import AtMost, Problem, Spread, Wanted
from corps.teams import suits

MORNING = (dt.time(9, 30), dt.time(11, 30))
AFTERNOON = (dt.time(14, 30), dt.time(16, 30))
"""On free days people come in the morning, on working days in the afternoon."""

_WORKING = (2, 3, 1, 4, 0, 5, 6)
"""Which working day is asked first: Wednesday, Thursday, …; the last two are make-up working days."""

_FREE = (5, 6)

LESS_SUITED, ANOTHER_THAT_WEEK, OTHER_KIND_OF_DAY, A_WEEK_LATER = 1.0, 1.0, 0.5, 0.002
"""What an option costs: each category that suits the team better, another event of the team in the same week, a working
day where people are at work, and a little for each week: what is sooner leaves time to make good what fails."""

BY_TEAM, BY_MONTH, BY_VENUE = 2.0, 3.0, 1.0
"""What each further one of a team in the year, of a category in a month, of a category at a kind of place costs."""


@dataclass(frozen=True)
class TeamGround:
    """A team in use: what it suits, the best first, and how many members it has."""

    id: int
    suits: tuple[str, ...]
    people: int


@dataclass(frozen=True)
class Standing:
    """What is arranged, or proposed and still open: it takes its teams' day and its place."""

    day: dt.date
    categories: tuple[str, ...]
    teams: tuple[int, ...]
    venue: str
    place: str
    proposed: bool = False


@dataclass(frozen=True)
class Ground:
    """All that a plan has to know. `busy` is how many people of a team are taken on a day.

    `kinds` of place are spread over (进社区、进农村、进企业): whether people are met there on working days.
    `places` are where the corps has been before, by kind of place, those visited least this year first; `missing` is
    how many of each category are to be found; `barred` are (category, team), `passed` (category, team, week).
    """

    first: dt.date
    last: dt.date
    teams: tuple[TeamGround, ...]
    missing: Mapping[str, int]
    kinds: Mapping[str, bool]
    standing: tuple[Standing, ...] = ()
    busy: Mapping[tuple[int, dt.date], int] = field(default_factory=dict)
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    barred: frozenset[tuple[str, int]] = frozenset()
    passed: frozenset[tuple[str, int, int]] = frozenset()
    notices: Mapping[int, HolidayYear] = field(default_factory=dict)

    def suited(self, category: str) -> list[TeamGround]:
        """Return the teams whose expertise suits a category and that have members."""
        return [team for team in self.teams if suits(team, category) and team.people]


@dataclass(frozen=True)
class Why:
    """Why an option is proposed.

    `load`: how many events the team has this year; `in_month`: how many of the category that month has; `at_venue`: how
    many of it went to that kind of place this year; `free`: how many of the team's people are free that day.
    """

    load: int
    in_month: int
    at_venue: int
    free: int
    day: DayKind


@dataclass(frozen=True)
class Option:
    """One event that could be held."""

    category: str
    team: int
    day: dt.date
    starts: dt.time
    ends: dt.time
    venue: str
    place: str
    why: Why
    cost: float

    @property
    def week(self) -> int:
        """The week of its day."""
        return week_of(self.day)


def week_of(day: dt.date) -> int:
    """Return a number for the week (from Monday) in which a day lies."""
    return (day.toordinal() - 1) // 7


def build(ground: Ground) -> tuple[tuple[Option, ...], Problem]:
    """Return all options and the problem of choosing among them."""
    options = tuple(_options(ground))
    return options, _problem(ground, options)


def _options(ground: Ground) -> Iterator[Option]:
    counts = _Counts(ground)
    weeks = _weeks(ground)
    for category, number in ground.missing.items():
        for team in ground.suited(category) if number > 0 else ():
            if (category, team.id) in ground.barred:
                continue
            for week, days in weeks.items():
                taken = (category, team.id, week) in ground.passed or counts.proposed[category, team.id, week]
                for venue in ground.kinds if not taken else ():
                    option = _option(ground, counts, category, team, days, venue)
                    if option is not None:
                        yield option


class _Counts:
    """How many of what are arranged or proposed already."""

    def __init__(self, ground: Ground) -> None:
        self.load: Counter[int] = Counter()
        self.in_month: Counter[tuple[str, int]] = Counter()
        self.at_venue: Counter[tuple[str, str]] = Counter()
        self.team_days: set[tuple[int, dt.date]] = set()
        self.team_weeks: Counter[tuple[int, int]] = Counter()
        self.place_days: set[tuple[str, dt.date]] = set()
        self.proposed: Counter[tuple[str, int, int]] = Counter()
        for one in ground.standing:
            week = week_of(one.day)
            self.load.update(one.teams)
            self.in_month.update((code, one.day.month) for code in one.categories)
            self.at_venue.update((code, one.venue) for code in one.categories)
            self.team_days.update((team, one.day) for team in one.teams)
            self.team_weeks.update((team, week) for team in one.teams)
            self.place_days.add((one.place, one.day))
            if one.proposed:  # a plan proposes one a week of a team, and one of a category
                self.proposed.update((code, team.id, week) for code in one.categories for team in ground.teams)
                self.proposed.update((code, team, week) for team in one.teams for code in ground.missing)


def _weeks(ground: Ground) -> dict[int, list[dt.date]]:
    """Return the days on which something may be held, by week: none that is a holiday."""
    weeks: defaultdict[int, list[dt.date]] = defaultdict(list)
    for number in range((ground.last - ground.first).days + 1):
        day = ground.first + dt.timedelta(days=number)
        if day_kind(day, ground.notices) is not DayKind.PUBLIC_HOLIDAY:
            weeks[week_of(day)].append(day)
    return weeks


def is_worked(day: dt.date, notices: Mapping[int, HolidayYear]) -> bool:
    """Tell whether people are at work: a make-up working day is a working day; an unknown year goes by the week."""
    kind = day_kind(day, notices)
    return kind in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY) or (kind is DayKind.UNKNOWN and day.weekday() not in _FREE)


def _option(
    ground: Ground, counts: _Counts, category: str, team: TeamGround, days: list[dt.date], venue: str
) -> Option | None:
    """Return the best day of a week for a team at a kind of place, None when the team is busy on each."""
    at_work = ground.kinds[venue]

    def wish(day: dt.date) -> tuple[bool, int]:
        return is_worked(day, ground.notices) is not at_work, _WORKING.index(day.weekday())

    for day in sorted(days, key=wish):
        free = team.people - ground.busy.get((team.id, day), 0)
        if (team.id, day) in counts.team_days or free <= 0:
            continue
        other_kind = wish(day)[0]
        starts, ends = AFTERNOON if is_worked(day, ground.notices) else MORNING
        why = Why(
            load=counts.load[team.id],
            in_month=counts.in_month[category, day.month],
            at_venue=counts.at_venue[category, venue],
            free=free,
            day=day_kind(day, ground.notices),
        )
        place = _place(ground, counts, venue, day, team.id)
        cost = (
            LESS_SUITED * team.suits.index(category)
            + ANOTHER_THAT_WEEK * bool(counts.team_weeks[team.id, week_of(day)])
            + OTHER_KIND_OF_DAY * other_kind
            + A_WEEK_LATER * ((day - ground.first).days // 7)
        )
        return Option(category, team.id, day, starts, ends, venue, place, why, cost)
    return None


def _place(ground: Ground, counts: _Counts, venue: str, day: dt.date, team: int) -> str:
    """Return a place of that kind where nobody is that day, another one from week to week; empty when none is known."""
    known = [place for place in ground.places.get(venue, ()) if (place, day) not in counts.place_days]
    return known[(week_of(day) + team) % len(known)] if known else ""


def _problem(ground: Ground, options: tuple[Option, ...]) -> Problem:
    counts = _Counts(ground)
    by_category = _grouped(options, lambda o: o.category)
    clashes = [
        *_grouped(options, lambda o: (o.category, o.week)).values(),
        *_grouped(options, lambda o: (o.team, o.week)).values(),
        *(places for (place, _), places in _grouped(options, lambda o: (o.place, o.day)).items() if place),
    ]
    spread = [
        *_spread(options, lambda o: o.team, counts.load, BY_TEAM),
        *_spread(options, lambda o: (o.category, o.day.month), counts.in_month, BY_MONTH),
        *_spread(options, lambda o: (o.category, o.venue), counts.at_venue, BY_VENUE),
    ]
    return Problem(
        costs=tuple(option.cost for option in options),
        wanted=tuple(Wanted(places, ground.missing[code]) for code, places in by_category.items()),
        at_most=tuple(AtMost(places) for places in clashes if len(places) > 1),
        spread=tuple(spread),
    )


GroupT = TypeVar("GroupT", bound=Hashable)


def _grouped(options: Iterable[Option], of: Callable[[Option], GroupT]) -> dict[GroupT, tuple[int, ...]]:
    groups: defaultdict[GroupT, list[int]] = defaultdict(list)
    for place, option in enumerate(options):
        groups[of(option)].append(place)
    return {group: tuple(places) for group, places in groups.items()}


def _spread(
    options: Iterable[Option], of: Callable[[Option], GroupT], there: Counter[GroupT], weight: float
) -> list[Spread]:
    return [Spread(places, there[group], weight) for group, places in _grouped(options, of).items()]
